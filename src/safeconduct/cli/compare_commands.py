"""`compare`: what changed between two days, or between two editions of the knowledge."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ..engine.labels import NOT_KNOWN
from ..engine.search import answer
from ..explain.data import day as iso
from ..explain.paper import Page
from ..explain.proofs import reason
from ..explain.sentences import Sentences
from ..model.pathway import EVIDENCE, Answer, Pathway
from .common import (
    DAY,
    InputError,
    common_options,
    load_knowledge,
    load_situation,
    new_page,
    print_json,
    print_page,
    says_for,
    today,
)


@click.command()
@click.argument("file")
@click.option("--on", type=DAY, multiple=True, help="A day asked about; give two to compare them.")
@click.option("--as-of", type=DAY, multiple=True, help="A day of the record; give two.")
@common_options("goal", "to", "max_steps", "json", "lang")
def compare(
    file: str, on: tuple[date, ...], as_of: tuple[date, ...], goal: str, to: tuple[str, ...],
    max_steps: int, as_json: bool, lang: str,
) -> None:
    """What changed between two days (--on A --on B) or two editions (--as-of A --as-of B)."""
    if (len(on), len(as_of)) not in ((2, 0), (2, 1), (0, 2), (1, 2)):
        raise InputError(
            "two days are needed\n  Give --on twice, or --as-of twice (with at most one of the other)."
        )
    base = load_knowledge()
    editions = [base.as_of(d) for d in (as_of or (today(),))]
    first, second = (editions * 2)[:2]
    situation, told = load_situation(file, second, on[0] if on else None)
    days = on if len(on) == 2 else (on[0] if on else told,) * 2
    before = answer(first, situation, goal=goal, on=days[0], max_steps=max_steps, to=to)
    after = answer(second, situation, goal=goal, on=days[1], max_steps=max_steps, to=to)
    says = says_for(second, lang)
    found = differences(before, after)
    if as_json:
        print_json({
            "before": {"on": iso(before.on), "as_of": iso(before.as_of)},
            "after": {"on": iso(after.on), "as_of": iso(after.as_of)}, **found,
        })
        return
    page = new_page()
    _page(page, says, before, after, found)
    print_page(page)


def way_key(way: Pathway) -> str:
    """What makes two pathways the same way: end, procedures, and legs."""
    steps = [s.procedure or f"{s.mode or s.kind} {'-'.join((s.start, *s.via, s.end))}"
             for s in way.steps]
    return f"{way.place} {way.standing}: {' > '.join(steps)}"


def differences(before: Answer, after: Answer) -> dict[str, Any]:
    """Pathways, dangers and closed things that came, went, or changed."""
    a = {way_key(p): p for p in before.pathways}
    b = {way_key(p): p for p in after.pathways}
    changed = []
    for key in sorted(a.keys() & b.keys()):
        said = _changed(a[key], b[key])
        if said:
            changed.append({"pathway": key, "changes": said})
    here_a = {h.danger.id for h in before.here}
    here_b = {h.danger.id for h in after.here}
    shut_a = {(c.procedure, c.place, c.mode) for c in before.closed}
    shut_b = {(c.procedure, c.place, c.mode) for c in after.closed}
    return {
        "pathways_gone": sorted(a.keys() - b.keys()),
        "pathways_new": sorted(b.keys() - a.keys()),
        "pathways_changed": changed,
        "dangers_gone": sorted(here_a - here_b), "dangers_new": sorted(here_b - here_a),
        "closed_new": [list(x) for x in sorted(shut_b - shut_a, key=str)],
        "closed_no_more": [list(x) for x in sorted(shut_a - shut_b, key=str)],
    }


def _changed(a: Pathway, b: Pathway) -> list[str]:
    said = []
    if a.truth is not b.truth:
        said.append(f"truth: {a.truth.value} → {b.truth.value}")
    if a.criteria.danger != b.criteria.danger:
        said.append(f"danger: {EVIDENCE[a.criteria.danger]} → {EVIDENCE[b.criteria.danger]}")
    if a.criteria.doubt != b.criteria.doubt:
        said.append(f"steps unknown or at discretion: {a.criteria.doubt} → {b.criteria.doubt}")
    for name, x, y in (("days", a.criteria.days, b.criteria.days),
                       ("fees", a.criteria.fees_eur, b.criteria.fees_eur)):
        if x != y:
            said.append(f"{name}: {_range(x)} → {_range(y)}")
    return said


def _range(pair: tuple[int, int]) -> str:
    return f"{pair[0]}–{'?' if pair[1] >= NOT_KNOWN else pair[1]}"


def _way(says: Sentences, way: Pathway) -> str:
    """A pathway in words: where it ends, and its steps."""
    steps = " > ".join(says.step(s) for s in way.steps)
    return f"{says.words.place(way.place)}, {says.standing(way.standing)}: {steps}"


def _page(
    page: Page, says: Sentences, before: Answer, after: Answer, found: dict[str, Any]
) -> None:
    w = says.words
    page.add(
        w("{first} (as known on {known_first}) compared with {second} (as known on {known_second})",
          first=w.day(before.on), known_first=w.day(before.as_of), second=w.day(after.on),
          known_second=w.day(after.as_of)),
        paint=page.paint.heading,
    )
    page.add()
    if not any(found.values()):
        page.add(w("Nothing changed."))
        return
    groups = (("pathways_gone", "Ways no longer found", "-"), ("pathways_new", "New ways", "+"),
              ("dangers_new", "New dangers of being here", "!"),
              ("dangers_gone", "Dangers of being here no longer on record", " "))
    titles = {h.danger.id: w(h.danger.title) for h in (*before.here, *after.here)}
    titles |= {way_key(p): _way(says, p) for p in (*before.pathways, *after.pathways)}
    for key, heading, mark in groups:
        if found[key]:
            page.add(w(heading), paint=page.paint.heading)
            for line in found[key]:
                page.add(titles[line], indent=2, mark=mark)
    if found["pathways_changed"]:
        page.add(w("Ways that changed"), paint=page.paint.heading)
        for item in found["pathways_changed"]:
            page.add(titles[item["pathway"]], indent=2, mark="~")
            for said in item["changes"]:
                page.add(said, indent=4)
    shut = {(c.procedure, c.place, c.mode): c for c in (*before.closed, *after.closed)}
    for key, heading, mark in (("closed_new", "Closed now", "x"),
                               ("closed_no_more", "No longer closed", "o")):
        if found[key]:
            page.add(w(heading), paint=page.paint.heading)
            for item in found[key]:
                closed = shut[item[0], item[1], item[2]]
                why, _ = reason(says, closed.proof)
                page.add(f"{says.closed(closed)}: {why}", indent=2, mark=mark)
