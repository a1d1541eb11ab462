"""What the watch found, in words for a terminal."""

from __future__ import annotations

from typing import Any

from safeconduct.watch.lexicons.load import institutions
from safeconduct.watch.llm import Suggestion
from safeconduct.watch.matching import Match
from safeconduct.watch.signals.analysis import Analysis
from safeconduct.watch.store.desk_work import Line, Shown
from safeconduct.watch.store.pack import signals
from safeconduct.watch.types import Page


def page_as_data(
    page: Page,
    found: Analysis,
    matches: tuple[Match, ...],
    suggested: Suggestion | None = None,
) -> dict[str, Any]:
    """One page's result as plain data; the text is the public page's own and is the story alone."""
    return {
        "url": page.url,
        "kind": page.kind,
        "title": found.title,
        "text": page.text,
        "left_out": list(page.furniture),
        "problems": list(page.problems),
        "origin": {
            "own": found.standing.own,
            "why": found.standing.why,
            "named": [
                {"name": o.name, "kind": o.kind, "words": o.words} for o in found.standing.origins
            ],
        },
        "signals": signals(found),
        "touches": [
            {
                "item": m.item,
                "kind": m.kind,
                "stance": m.stance,
                "score": m.score,
                "reason": m.reason,
            }
            for m in matches
        ],
        "model": None
        if suggested is None
        else {
            "claims": [
                {"kind": c.kind, "places": list(c.places), "negated": c.negated, "words": c.words}
                for c in suggested.claims
            ],
            "dropped": list(suggested.dropped),
        },
    }


def suggestion_lines(found: Suggestion) -> list[str]:
    """What a language model adds, each claim with the words it points at, and what was dropped."""
    lines = [
        f"model: {'/'.join(c.places)} {c.kind}{' (said not to be)' if c.negated else ''}: “{c.words}”"
        for c in found.claims
    ]
    return [*lines, *(f"model, dropped: {why}" for why in found.dropped)]


def suggestion_as_text(found: Suggestion) -> str:
    """What a language model adds, for reading."""
    lines = suggestion_lines(found) or ["model: nothing"]
    return "\n".join(
        ["", "What a language model adds (it stands in the text; nobody has read it)", *(f"  {x}" for x in lines)]
    )


def page_as_text(page: Page, found: Analysis, matches: tuple[Match, ...], *, story: bool) -> str:
    """One page's result for reading."""
    lines = [f"“{found.title}”" if page.title else found.title, ""]
    if story:
        lines += ["The story alone", *(f"  {p}" for p in page.paragraphs), ""]
    if page.furniture:
        lines.append(f"Left out as page furniture: {' · '.join(page.furniture[:12])}")
    lines.append(
        f"Language      {page.language}{'' if found.covered else ' (not covered: read with the nearest lexicon)'}"
    )
    lines.append(f"Day           {page.published_on or 'none shown'}")
    lines.append(f"Places        {' '.join(found.places) or 'none'}")
    names = [str(institutions()[i]["name"]) for i in found.institutions]
    lines.append(f"Institutions  {', '.join(names) or 'none'}")
    if found.quantities:
        lines.append(f"Figures       {', '.join(str(q) for q in found.quantities[:10])}")
    own = "an origin of its own" if found.standing.own else "no independent source"
    lines.append(f"Origin        {own}: {found.standing.why}")
    lines += ["", "What it says"]
    seen = set()
    for claim in found.claims:
        mark = (claim.kind, claim.places, claim.sentence)
        if mark in seen:
            continue
        seen.add(mark)
        notes = [str(claim.when)] if claim.when else []
        notes += ["said not to be, or to end"] if claim.negated else []
        notes += ["planned or possible"] if claim.tentative else []
        notes += list(claim.people)
        lines.append(f"  {'/'.join(claim.places):<8} {claim.kind:<19} {'; '.join(notes)}")
        lines.append(f"           “{claim.words}”")
    if not found.claims:
        lines.append("  nothing that the lexicons know")
    lines += ["", "What it touches in the knowledge"]
    for match in matches:
        lines.append(f"  {match.stance:<11} {match.kind:<9} {match.item}")
        lines.append(f"              {match.reason}")
    if not matches:
        lines.append("  nothing")
    for problem in page.problems:
        lines.append(f"Note: {problem}")
    return "\n".join(lines)


def inbox_line(line: Line) -> str:
    """One story of the inbox."""
    copies = (
        f"{line.pages} {'page' if line.pages == 1 else 'pages'}, {line.independent} independent"
    )
    return f"{line.id:>5}  {line.urgency:>7.1f}  {line.last_on}  {' '.join(line.places[:6]):<14} {line.title[:90]}\n{'':>16}touches {line.touches}; {copies}"


def story_as_text(shown: Shown) -> str:
    """A story with its pages, origins, claims and matches."""
    line = shown.line
    lines = [
        f"Story {line.id} ({line.state}): {line.title}",
        f"Places {' '.join(line.places) or 'none'} · kinds {', '.join(line.kinds) or 'none'} · urgency {line.urgency:g}",
        "",
        f"Origins: {shown.chain.independent} independent seen"
        + (f" ({', '.join(shown.chain.origins)})" if shown.chain.origins else ""),
        *(f"  {step}" for step in shown.chain.steps),
        "",
        "Pages",
    ]
    for one in shown.tellings:
        lines.append(
            f"  {one.id:>5}  {one.published_on or 'no day    '}  {one.language:<3} {one.url or one.site or 'from a file'}"
        )
        lines += [f"         note: {p}" for p in one.problems]
    lines += ["", "What it says"]
    for claim in shown.says.get("claims", []):
        notes = "; ".join(
            x for x in (claim["when"] or "", "said not to be" if claim["negated"] else "", "possible" if claim["tentative"] else "") if x
        )  # fmt: skip
        lines.append(f"  {'/'.join(claim['places']):<8} {claim['kind']:<19} {notes}")
        lines.append(f"           “{claim['words']}”")
    lines += ["", "What it touches in the knowledge"]
    for match in shown.matches:
        lines.append(
            f"  {match['stance']:<11} {match['kind']:<9} {match['item']}  (answers leaning on it: {match['leaning'] - 1})"
        )
        lines.append(f"              {match['reason']}")
    if not shown.matches:
        lines.append("  nothing")
    if shown.decisions:
        lines += [
            "",
            "Decided",
            *(
                f"  {d['at'][:10]} {d['verb']} by {d['by']} {d['note']}".rstrip()
                for d in shown.decisions
            ),
        ]
    return "\n".join(lines)
