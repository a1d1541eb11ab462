"""`facts`, `sources`, `covers` and `changes`: what the knowledge holds and how it grew."""

from __future__ import annotations

import textwrap
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..engine.coverage import TOPICS, Coverage, cover, due, leans_on
from ..engine.search import answer
from ..explain.data import _citations
from ..explain.data import day as iso
from ..explain.proofs import add_sources, numbers
from ..kb.edition import Edition
from ..kb.situations import read_situation
from ..model.knowledge import Assertion, Fact
from ..model.period import NO_END
from .common import (
    DAY,
    PLACE,
    InputError,
    common_options,
    new_page,
    open_edition,
    print_json,
    print_page,
    progress,
    says_for,
)

_MOST_SHOWN = 20
_BY = {"none": "-", "compiler": "c", "second-reader": "s", "lawyer": "l"}


def _matches(text: str, *fields: str) -> bool:
    whole = " ".join(fields).lower()
    return all(word in whole for word in text.lower().split())


def _period(a: Assertion) -> dict[str, str | None]:
    return {
        "valid_from": iso(a.valid_from),
        "valid_before": None if a.valid_before >= NO_END else iso(a.valid_before),
        "recorded_on": iso(a.recorded_on),
    }


@click.command()
@click.argument("text", nargs=-1)
@click.option("--place", help="Only facts on this place.")
@click.option("--predicate", help="Only facts on this predicate.")
@click.option("--all", "everything", is_flag=True, help="Show every match.")
@common_options("as_of", "json", "lang")
def facts(
    text: tuple[str, ...], place: str | None, predicate: str | None, everything: bool,
    as_of: date | None, as_json: bool, lang: str,
) -> None:
    """Search facts, rules, procedures, dangers and rulings.

    TEXT is one or more words; all must occur in the id, title or notes.
    """
    edition = open_edition(as_of)
    says = says_for(edition, lang)
    known = edition.vocabulary.predicates
    if predicate is not None and predicate not in known:
        from ..errors import did_you_mean

        raise InputError(f"unknown predicate `{predicate}`\n  {did_you_mean(predicate, known)}")
    wanted = place.upper() if place else None
    words = " ".join(text)
    found = [
        f for f in edition.index.facts
        if (wanted is None or wanted in f.arguments)
        and (predicate is None or f.predicate == predicate)
        and _matches(words, f.id, f.statement, f.predicate, *(a or "" for a in f.arguments),
                     *(str(a.value) for a in f.assertions), *(a.note for a in f.assertions))
    ]
    others = [] if predicate else _others(edition, words, wanted)
    if as_json:
        print_json({"facts": [_fact_data(edition, f) for f in found], "others": others})
        return
    page = new_page()
    w = says.words
    total = len(found) + len(others)
    page.add(w("1 found") if total == 1 else w("{total} found", total=total),
             paint=page.paint.heading)
    shown = found if everything else found[:_MOST_SHOWN]
    for fact in shown:
        page.add()
        page.add(fact.id, paint=page.paint.heading)
        page.add(w(fact.statement), indent=2)
        arguments = [
            f"{p.name}: {says.argument(p.type, a)}"
            for p, a in zip(known[fact.predicate].parameters, fact.arguments, strict=True) if a
        ]
        page.add(", ".join(arguments), indent=2, paint=page.paint.faint)
        for a in fact.assertions:
            until = "" if a.valid_before >= NO_END else w(
                " until before {day}", day=w.day(a.valid_before))
            unit = f" {w(fact.unit)}" if fact.unit else ""
            mark = w(" (disputed)") if a.disputed else ""
            page.add(
                f"{says.value(a.value)}{unit}{mark}: "
                + w("from {day}", day=w.day(a.valid_from)) + until
                + w("; recorded {day}", day=w.day(a.recorded_on))
                + f" {numbers(page, a.citations)}",
                indent=2, mark="-",
            )
            if a.note:
                page.add(w(a.note), indent=4, paint=page.paint.faint)
        for review in fact.reviews[-1:]:
            page.add(
                w("looked at {day} by a {who}; again by {next}", day=w.day(review.on),
                  who=w.code(review.capacity), next=w.day(review.next)),
                indent=2, paint=page.paint.faint,
            )
    if len(shown) < len(found):
        page.add()
        page.add(w("and {number} more facts, shown with --all", number=len(found) - len(shown)))
    if others:
        page.add()
        for item in others if everything else others[:_MOST_SHOWN]:
            page.add(f"{item['kind']}  {item['id']}", paint=page.paint.heading)
            page.add(w(item["title"]), indent=2)
        if not everything and len(others) > _MOST_SHOWN:
            page.add(w("and {number} more, shown with --all", number=len(others) - _MOST_SHOWN))
    add_sources(page, says)
    print_page(page)


def _others(edition: Edition, text: str, place: str | None) -> list[dict[str, str]]:
    if not text and place is None:
        return []
    found: list[dict[str, str]] = []
    for rule in edition.rules:
        if (place is None or any(place in a for a in rule.applies_to)) and _matches(
            text, rule.id, rule.title, rule.note
        ):
            found.append({"kind": "rule", "id": rule.id, "title": rule.title})
    for procedure in edition.procedures:
        if place in (None, procedure.to) and _matches(
            text, procedure.id, procedure.title, procedure.how, procedure.may_go_wrong
        ):
            found.append({"kind": "procedure", "id": procedure.id, "title": procedure.title})
    for danger in edition.dangers:
        if (place is None or place in danger.places) and _matches(
            text, danger.id, danger.title, danger.kind, *(c.what for c in danger.cases)
        ):
            found.append({"kind": "danger", "id": danger.id, "title": danger.title})
    for ruling in edition.rulings:
        if place in (None, ruling.place) and _matches(
            text, ruling.id, ruling.court, ruling.docket, ruling.held, ruling.facts
        ):
            found.append({"kind": "ruling", "id": ruling.id, "title": ruling.held})
    return found


def _fact_data(edition: Edition, fact: Fact) -> dict[str, Any]:
    names = [p.name for p in edition.vocabulary.predicates[fact.predicate].parameters]
    return {
        "id": fact.id, "statement": fact.statement, "predicate": fact.predicate,
        "arguments": dict(zip(names, fact.arguments, strict=True)), "unit": fact.unit or None,
        "assertions": [
            {"value": a.value, **_period(a), "disputed": a.disputed, "note": a.note or None,
             "citations": _citations(edition, a.citations)}
            for a in fact.assertions
        ],
        "reviews": [
            {"on": iso(r.on), "by": r.by, "as": r.capacity, "next": iso(r.next)}
            for r in fact.reviews
        ],
    }


@click.command()
@click.argument("text", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Show every match.")
@common_options("as_of", "json", "lang")
def sources(text: tuple[str, ...], everything: bool, as_of: date | None, as_json: bool, lang: str) -> None:
    """Search the sources; how many there are of which weight."""
    edition = open_edition(as_of)
    says = says_for(edition, lang)
    found = [
        s for s in edition.sources.values()
        if _matches(" ".join(text), s.id, s.title, s.publisher, s.url, s.ecli, s.celex, s.docket)
    ]
    if as_json:
        import msgspec

        print_json([msgspec.to_builtins(s) for s in found])
        return
    page = new_page()
    w = says.words
    page.add(w("{total} sources", total=len(found)), paint=page.paint.heading)
    for name, values in (("weight", Counter(s.weight for s in found)),
                         ("type", Counter(s.type for s in found)),
                         ("read", Counter(s.read for s in found))):
        page.add(f"{w(name)}: " + ", ".join(f"{w(k)} {n}" for k, n in values.most_common()))
    shown = found if everything else found[:_MOST_SHOWN]
    for source in shown if text or everything else ():
        page.add()
        page.add(source.id, paint=page.paint.heading)
        issued = f", {source.issued}" if source.issued else ""
        page.add(f"{source.title} ({source.publisher}{issued})", indent=2)
        page.add(source.url, indent=2, paint=page.paint.faint)
    if (text or everything) and len(shown) < len(found):
        page.add(w("and {number} more, shown with --all", number=len(found) - len(shown)))
    print_page(page)


@click.command()
@click.argument("place", required=False, type=PLACE)
@click.option("--due", "only_due", is_flag=True, help="What to look at again first.")
@click.option("--all", "everything", is_flag=True,
              help="Also places of which only treaties or routes are recorded.")
@click.option("--by", type=DAY, help="With --due: by this day; today if not given.")
@common_options("as_of", "json", "lang")
def covers(
    place: str | None, only_due: bool, everything: bool, by: date | None, as_of: date | None,
    as_json: bool, lang: str,
) -> None:
    """What is covered, how well, and reviewed when."""
    edition = open_edition(as_of)
    says = says_for(edition, lang)
    if only_due:
        _print_due(edition, says, by, as_json=as_json)
        return
    found = [
        c for c in cover(edition)
        if (c.place == place.upper() if place else everything or c.is_covered)
    ]
    if as_json:
        print_json([_coverage_data(c) for c in found])
        return
    page = new_page()
    w = says.words
    if place is not None and not found:
        page.add(w("Nothing is recorded of {place}.", place=w.place(place.upper())))
    elif place is not None:
        _place_page(page, says, found[0])
    else:
        page.add(w("{number} places. Numbers of facts, rules, procedures, dangers (documented), "
                   "rulings, sources (primary or from organisations with direct knowledge).",
                   number=len(found)))
        page.add(w("Reviewed: the last day, and the best kind of reader: c a compiler, s a second "
                   "reader, l a lawyer."))
        page.add()
        page.lines.append("    fact rule proc danger  rul sources   reviewed     nothing recorded on")
        for c in found:
            missing = [t for t in TOPICS if not c.topics[t] and t not in ("definition",)]
            lead = (
                f"{c.place} {c.facts:>5} {c.rules:>4} {c.procedures:>4} "
                f"{c.dangers:>3}({c.documented:>2}) {c.rulings:>4} {c.sources:>3}({c.primary:>3})  "
                f"{iso(c.last_review) if c.last_review else '-':<10} {_BY[c.reviewed]} "
            )
            page.lines.extend(textwrap.wrap(
                ", ".join(missing) or "-", 80, initial_indent=lead,
                subsequent_indent=" " * len(lead), break_long_words=False,
            ))
        page.add()
        if not any(c.reviewed == "lawyer" for c in found):
            page.add(w("No lawyer has reviewed any of it."))
    print_page(page)


def _place_page(page: Any, says: Any, c: Coverage) -> None:
    w = says.words
    page.add(w.place(c.place), paint=page.paint.heading)
    rows = [
        ("facts", c.facts), ("rules", c.rules), ("procedures", c.procedures),
        ("dangers", f"{c.dangers} ({c.documented} documented)"), ("rulings", c.rulings),
        ("sources", f"{c.sources} ({c.primary} primary or from organisations with direct knowledge)"),
        ("best review", c.reviewed),
        ("last reviewed", iso(c.last_review) if c.last_review else w("not yet")),
        ("past review", c.due),
    ]
    for name, value in rows:
        page.add(f"{w(name)}: {value}", indent=2)
    page.add(w("by topic"), indent=2)
    for topic in TOPICS:
        page.add(f"{w(topic)}: {c.topics[topic] or w('nothing recorded')}", indent=4)


def _coverage_data(c: Coverage) -> dict[str, Any]:
    return {
        "place": c.place, "facts": c.facts, "rules": c.rules, "procedures": c.procedures,
        "dangers": c.dangers, "documented": c.documented, "rulings": c.rulings,
        "sources": c.sources, "primary_or_direct": c.primary, "best_review": c.reviewed,
        "last_reviewed": iso(c.last_review) if c.last_review else None,
        "past_review": c.due, "topics": {t: c.topics[t] for t in TOPICS},
    }


def _print_due(edition: Edition, says: Any, by: date | None, *, as_json: bool) -> None:
    day = by or edition.as_of_day
    with progress("Counting what answers lean on"):
        found = due(edition, by=day.toordinal(), leaning=_leaning(edition))
    if as_json:
        print_json([{"id": d.id, "kind": d.kind, "due_on": iso(d.due_on), "title": d.title,
                     "answers_leaning": d.leaning} for d in found])
        return
    page = new_page()
    w = says.words
    if not found:
        page.add(w("Nothing is due by {day}. Ask for a later day: covers --due --by 2027-01-01",
                   day=w.day(day.toordinal())))
        print_page(page)
        return
    page.add(w("To look at by {day}: {number}. First what most answers lean on; the number before "
               "each counts them.", number=len(found), day=w.day(day.toordinal())),
             paint=page.paint.heading)
    for item in found[:40]:
        page.add(f"{item.id}: {w(item.title)} ({iso(item.due_on)})", mark=f"{item.leaning:>4}")
    if len(found) > 40:
        page.add(w("and {number} more", number=len(found) - 40))
    print_page(page)


def _leaning(edition: Edition) -> dict[str, int]:
    """How many example situations have an answer that leans on each id."""
    counts: Counter[str] = Counter()
    folder = Path(__file__).resolve().parents[3] / "examples"
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        situation, on = read_situation(path.read_bytes(), path.name, edition.vocabulary)
        if on is None:
            continue
        found = answer(edition, situation, goal="protection", on=on, closed=False)
        counts.update(leans_on(found))
    return dict(counts)


@click.command()
@click.option("--since", type=DAY, required=True, help="The first day of the record to show.")
@click.option("--place", help="Only what concerns this place.")
@click.option("--all", "everything", is_flag=True, help="Show every change.")
@common_options("as_of", "json", "lang")
def changes(
    since: date, place: str | None, everything: bool, as_of: date | None, as_json: bool, lang: str
) -> None:
    """The history of the law as recorded: what was added or corrected since a day."""
    edition = open_edition(as_of)
    says = says_for(edition, lang)
    rows = _change_rows(edition, since.toordinal(), place.upper() if place else None)
    if as_json:
        print_json(rows)
        return
    page = new_page()
    w = says.words
    page.add(w("{number} recorded since {day}", number=len(rows), day=w.day(since.toordinal())),
             paint=page.paint.heading)
    for row in rows if everything else rows[: 2 * _MOST_SHOWN]:
        page.add(
            w("{day}  {kind}  {id}: {what}; holds from {start}", day=row["recorded_on"],
              kind=w(row["kind"]), id=row["id"], what=row["what"], start=row["valid_from"]),
            mark="-",
        )
    if not everything and len(rows) > 2 * _MOST_SHOWN:
        page.add(w("and {number} more, shown with --all", number=len(rows) - 2 * _MOST_SHOWN))
    print_page(page)


def _change_rows(edition: Edition, since: int, place: str | None) -> list[dict[str, str]]:
    rows: list[tuple[int, int, dict[str, str]]] = []

    def add(recorded: int, start: int, kind: str, identifier: str, what: str) -> None:
        rows.append((recorded, start, {
            "recorded_on": iso(recorded), "kind": kind, "id": identifier, "what": what,
            "valid_from": iso(start),
        }))

    for fact in edition.index.facts:
        if place is not None and place not in fact.arguments:
            continue
        for n, a in enumerate(fact.assertions):
            if since <= a.recorded_on <= edition.as_of:
                said = "taken back" if a.value is None else str(a.value)
                kind = "correction" if n and fact.assertions[n - 1].recorded_on < a.recorded_on else (
                    "fact"
                )
                add(a.recorded_on, a.valid_from, kind, fact.id, said)
    for rule in edition.rules:
        if since <= rule.recorded_on and (
            place is None or any(place in x for x in rule.applies_to)
        ):
            add(rule.recorded_on, rule.valid_from, "rule", rule.id, rule.title)
    for procedure in edition.procedures:
        if since <= procedure.recorded_on and place in (None, procedure.to):
            add(procedure.recorded_on, procedure.valid_from, "procedure", procedure.id,
                procedure.title)
    for danger in edition.dangers:
        if since <= danger.recorded_on and (place is None or place in danger.places):
            add(danger.recorded_on, danger.valid_from, "danger", danger.id, danger.title)
    rows.sort(key=lambda r: (-r[0], -r[1], r[2]["id"]))
    return [r for _, _, r in rows]


__all__ = ["changes", "covers", "facts", "sources"]
