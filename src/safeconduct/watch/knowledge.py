"""The one place where the watch meets the knowledge: an edition as an index of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from safeconduct.kb import base
from safeconduct.kb.edition import Edition
from safeconduct.model.knowledge import Citation, Fact
from safeconduct.watch.index import Item, Items


def load_items(*, on: date) -> Items:
    """The knowledge as known on a day, as items.

    Raises:
        InvalidKnowledge: The knowledge does not hold together.

    """
    return from_edition(base.load().as_of(on))


def from_edition(edition: Edition, counts: Mapping[str, int] | None = None) -> Items:
    """An edition as items: every fact, danger, procedure, rule and ruling that is not a table row.

    Args:
        counts: How many answers lean on each id (`weighing.leaning`); none are counted without it.

    """
    index = edition.index
    leaning = counts or {}
    items: list[Item] = []

    def urls(citations: Iterable[Citation]) -> tuple[str, ...]:
        found = (index.sources.get(c.source) for c in citations)
        return tuple(dict.fromkeys(s.url for s in found if s is not None))

    for fact in index.facts:
        if _is_table_row(fact):
            continue
        last = fact.assertions[-1] if fact.assertions else None
        predicate = index.vocabulary.predicates.get(fact.predicate)
        value = None if last is None or last.value is None else str(last.value)
        # what a table's row is about stands in its arguments: "soldiers sentenced for absence, 2024-03"
        about = " ".join(a.replace("-", " ") for a in fact.arguments[1:] if a and a != a.upper())
        words = f"{fact.statement} {about}".strip()
        words = f"{words} {value or ''} {fact.unit}" if fact.unit else words
        items.append(
            Item(
                id=fact.id,
                kind="fact",
                places=_places(fact, predicate is not None) or _from_id(fact.id),
                text=words,
                keywords=(fact.predicate.replace("_", " "),),
                concerns=tuple(
                    a for a in fact.arguments[1:] if a and len(a) == 2 and a.isupper()
                ),
                value=value,
                since=_day(last.valid_from) if last else None,
                urls=urls(last.citations) if last else (),
                leaning=1 + leaning.get(fact.id, 0),
            )
        )
    for danger in index.dangers:
        cases = " ".join(c.what for c in danger.cases)
        days = [d for d in (_written(c.on) for c in danger.cases) if d is not None]
        items.append(
            Item(
                id=danger.id,
                kind="danger",
                places=danger.places,
                text=f"{danger.title} ({danger.kind.replace('-', ' ')}). {cases}",
                danger_kind=danger.kind,
                since=max(days, default=None) or _written(danger.since) or _day(danger.valid_from),
                urls=urls(danger.citations),
                leaning=1 + leaning.get(danger.id, 0),
            )
        )
    for procedure in index.procedures:
        items.append(
            Item(
                id=procedure.id,
                kind="procedure",
                places=(procedure.to,),
                text=f"{procedure.title}. {procedure.how} {procedure.papers} {procedure.may_go_wrong}",
                since=_day(procedure.valid_from),
                urls=urls(procedure.citations),
                leaning=1 + leaning.get(procedure.id, 0),
            )
        )
    for rule in index.rules:
        items.append(
            Item(
                id=rule.id,
                kind="rule",
                places=_from_id(rule.id),
                text=rule.title,
                since=_day(rule.valid_from),
                urls=urls(rule.citations),
                leaning=1 + leaning.get(rule.id, 0),
            )
        )
    for ruling in index.rulings:
        items.append(
            Item(
                id=ruling.id,
                kind="ruling",
                places=(ruling.place,),
                text=f"{ruling.court}. {ruling.facts} {ruling.held}",
                since=_written(ruling.on),
                urls=urls(ruling.citations),
            )
        )
    return Items(tuple(sorted(items, key=lambda i: i.id)))


def _is_table_row(fact: Fact) -> bool:
    """Rows of the great tables (visa regimes of all pairs) would match every story; they are left out."""
    if ".unhcr." in fact.id:
        return True
    return (
        fact.predicate in ("flight", "land_crossing", "sea_crossing", "member_of", "visa_regime")
        and len(fact.statement) < 200
    )


def _places(fact: Fact, known: bool) -> tuple[str, ...]:
    if not known:
        return ()
    first = fact.arguments[0] if fact.arguments else None
    return (first,) if isinstance(first, str) and len(first) == 2 and first.isupper() else ()


def _from_id(identifier: str) -> tuple[str, ...]:
    head = identifier.partition(".")[0].upper()
    return (head,)


def _day(ordinal: int) -> date | None:
    try:
        return date.fromordinal(ordinal) if 1 < ordinal < 3_652_000 else None
    except (ValueError, OverflowError):
        return None


def _written(text: str) -> date | None:
    parts = [int(p) for p in str(text).split("-") if p.isdecimal()]
    if not parts:
        return None
    try:
        return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None
