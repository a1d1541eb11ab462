"""The knowledge of one edition, arranged for reading: by place, by source, by word, by day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..explain.data import citation
from ..explain.sentences import Sentences
from ..kb.edition import Edition
from ..model.knowledge import Assertion, Citation, Danger, Fact, Procedure, Rule, Ruling
from ..model.period import NO_END
from .words import Words

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
Item = Fact | Rule | Procedure | Danger | Ruling
#: Kinds of knowledge as people call them.
KINDS = {
    "fact": "Fact", "rule": "Rule", "procedure": "Procedure", "danger": "Danger",
    "ruling": "Decision", "source": "Source",
}


def anchor(identifier: str) -> str:
    """An id as part of an address.

    >>> anchor("cis.statistic.kz-people sent back")
    'cis.statistic.kz-people-sent-back'
    """
    return _NOT_PLAIN.sub("-", identifier)


def kind_of(item: Item) -> str:
    """The kind of a piece of knowledge."""
    return type(item).__name__.lower()


def title_of(item: Item) -> str:
    """What a piece of knowledge is called."""
    match item:
        case Fact():
            return item.statement
        case Ruling():
            return item.held
        case _:
            return item.title


def citations_of(item: Item) -> tuple[Citation, ...]:
    """Everything a piece of knowledge cites."""
    match item:
        case Fact():
            return tuple(c for a in item.assertions for c in a.citations)
        case Danger():
            return (*item.citations, *(c for case in item.cases for c in case.citations))
        case _:
            return item.citations


def places_of(item: Item) -> tuple[str, ...]:
    """The places a piece of knowledge speaks of."""
    match item:
        case Fact():
            return tuple(a for a in item.arguments if a and len(a) == 2 and a.isupper())
        case Rule():
            return tuple(
                dict.fromkeys(v for a in item.applies_to for v in a if len(v) == 2 and v.isupper())
            )
        case Procedure():
            return (item.to,)
        case Danger():
            return item.places
        case Ruling():
            return (item.place,)


def recorded_days(item: Item) -> tuple[int, ...]:
    """The days on which something of it was recorded."""
    if isinstance(item, Fact):
        return tuple(dict.fromkeys(a.recorded_on for a in item.assertions))
    return (item.recorded_on,)


@dataclass(slots=True)
class Library:
    """An edition's knowledge by place, by source, by word and by day of recording."""

    edition: Edition
    items: tuple[Item, ...] = ()
    by_place: dict[str, list[Item]] = field(default_factory=dict)
    by_source: dict[str, list[Item]] = field(default_factory=dict)
    texts: list[tuple[str, Item]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Go through everything once."""
        e = self.edition
        facts = tuple(
            f for f in e.index.facts if any(a.recorded_on <= e.as_of for a in f.assertions)
        )
        self.items = (*e.procedures, *e.dangers, *e.rules, *e.rulings, *facts)
        for item in self.items:
            for place in dict.fromkeys(places_of(item)):
                self.by_place.setdefault(place, []).append(item)
            for source in dict.fromkeys(c.source for c in citations_of(item)):
                self.by_source.setdefault(source, []).append(item)
            self.texts.append((_searched(item), item))

    def search(self, text: str, words: Words) -> list[Item]:
        """What holds all the words, in its own text or in its title as translated."""
        wanted = text.casefold().split()[:12]
        if not wanted:
            return []
        found = []
        for told, item in self.texts:
            whole = told
            if words.lang != "en":
                whole = f"{told} {words(title_of(item)).casefold()}"
            if all(w in whole for w in wanted):
                found.append(item)
        return found

    def sources(self, text: str) -> list[Any]:
        """The sources that hold all the words."""
        wanted = text.casefold().split()[:12]
        return [
            s for s in self.edition.sources.values()
            if all(
                w in f"{s.id} {s.title} {s.publisher} {s.url} {s.ecli} {s.celex} {s.docket}"
                .casefold() for w in wanted
            )
        ]

    def changes(self, since: int) -> list[tuple[int, Item]]:
        """What was recorded on or after a day, the latest first."""
        found = [
            (day, item) for item in self.items for day in recorded_days(item)
            if since <= day <= self.edition.as_of
        ]
        return sorted(found, key=lambda x: (-x[0], x[1].id))


def _searched(item: Item) -> str:
    parts = [item.id, title_of(item), getattr(item, "note", "")]
    match item:
        case Fact():
            parts += [item.predicate, *(str(a.value) for a in item.assertions)]
        case Procedure():
            parts += [item.how, item.may_go_wrong, item.authority]
        case Danger():
            parts += [item.kind, *(c.what for c in item.cases)]
        case Ruling():
            parts += [item.court, item.docket, item.ecli, item.facts]
        case _:
            pass
    return " ".join(parts).casefold()


def told_fact(says: Sentences, words: Words, fact: Fact) -> list[dict[str, Any]]:
    """Each assertion of a fact: value, days, sources."""
    return [
        {
            "value": _value(says, words, fact, a), "period": period(words, a.valid_from,
                                                                    a.valid_before),
            "recorded": words.day(a.recorded_on), "disputed": a.disputed, "note": a.note,
            "citations": [citation(says.edition, c) for c in a.citations],
        }
        for a in fact.assertions if a.recorded_on <= says.edition.as_of
    ]


def _value(says: Sentences, words: Words, fact: Fact, a: Assertion) -> str:
    unit = f" {words(fact.unit)}" if fact.unit else ""
    return f"{says.value(a.value)}{unit}"


def period(words: Words, start: int, before: int) -> str:
    """From which day, and until before which, something holds."""
    said = words.fill("from {day}", day=words.day(start))
    if before < NO_END:
        said += " " + words.fill("until before {day}", day=words.day(before))
    return said


def told_item(says: Sentences, words: Words, item: Item) -> dict[str, Any]:
    """A piece of knowledge as a page shows it."""
    edition = says.edition
    found: dict[str, Any] = {
        "id": item.id, "kind": kind_of(item), "label": words(KINDS[kind_of(item)]),
        "title": title_of(item), "places": places_of(item), "note": getattr(item, "note", ""),
        "citations": [citation(edition, c) for c in dict.fromkeys(citations_of(item))],
        "assertions": [], "texts": [], "stale": False, "evidence": "", "review": "",
        "where": "", "period": "",
    }
    match item:
        case Fact():
            found["assertions"] = told_fact(says, words, item)
            due = edition.review_due(item)
            found["citations"] = []
        case Ruling():
            found["texts"] = [item.facts]
            found["where"] = " ".join(x for x in (item.court, item.docket, item.ecli, item.on) if x)
            due = NO_END
        case Danger():
            found["evidence"] = item.evidence
            found["texts"] = [c.what for c in item.cases]
            due = item.review_due
        case Procedure():
            found["texts"] = [x for x in (item.how, item.papers, item.may_go_wrong) if x]
            due = item.review_due
        case Rule():
            due = item.review_due
    if not isinstance(item, Fact | Ruling):
        found["period"] = period(words, item.valid_from, item.valid_before)
    if due < NO_END:
        found["review"] = words.day(due)
        found["stale"] = due <= edition.as_of
    return found


def iso(ordinal: int) -> str:
    """A day in ISO 8601."""
    return date.fromordinal(ordinal).isoformat()


def by_kind(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Pieces of knowledge by their kind, in the order in which people need them."""
    found: dict[str, list[Item]] = {k: [] for k in ("danger", "procedure", "rule", "ruling", "fact")}
    for item in items:
        found[kind_of(item)].append(item)
    return {k: v for k, v in found.items() if v}
