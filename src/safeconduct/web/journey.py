"""Which question comes next, and what an answer does to what was answered before.

A question's key is an attribute (`duty`), a record (`paper`: which of them are there), or a field
of one record (`paper.0.held`). Every question can be left with "I do not know".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..engine.reading import NATIONAL_PAPERS
from ..kb.situations import PLACES
from ..model.knowledge import FieldType, Vocabulary
from .relevance import Relevance
from .state import Journey

#: The sections of the journey and their questions, in the order in which they are asked.
FLOW: Mapping[str, tuple[str, ...]] = {
    "where": ("present_in", "nationalities", "detained", "detained_by", "in_transit_zone"),
    "papers": ("paper",),
    "arrival": (
        "standing", "entered_regularly", "entered_on", "entered_from", "entered_union_in",
        "border_refusal",
    ),
    "service": (
        "service", "duty", "contract_forced", "resignation", "exemption", "conscience",
        "public_opposition", "fought_in", "unit_accused", "state_secrets", "evidence",
    ),
    "proceedings": ("proceeding", "exit_ban", "leave_permission", "order"),
    "protection": ("claim", "application"),
    "family": ("relative", "tie", "birth_year", "sex", "born_in", "home_region"),
}
#: Asked of everyone: without them hardly anything can be said.
ALWAYS_ASKED = ("present_in", "nationalities", "paper")
#: The field that a record is chosen by.
CHOSEN_BY: Mapping[str, str] = {
    "paper": "kind", "standing": "kind", "proceeding": "offence", "order": "kind",
    "application": "for", "evidence": "kind", "relative": "relation", "tie": "kind",
    "border_refusal": "kind", "claim": "in",
}
#: Fields that are never asked: exact days and free words are not needed.
NEVER_ASKED = frozenset({
    "paper.valid_from", "paper.expired", "paper.seized_by", "evidence.about", "proceeding.article",
    "proceeding.on", "order.on", "claim.on", "application.on", "relative.nationalities", "tie.from",
    "tie.until", "border_refusal.on",
})
#: Fields that are asked of every record: without them it says hardly anything.
NEEDED = frozenset({
    "paper.issuer", "proceeding.state", "order.by", "relative.in", "tie.in", "border_refusal.at",
    "application.in",
})
_OFTEN_BUT_NOT_FOR = {
    "paper.biometric": ("international-passport", "official-passport"),
    "paper.visa": ("visa",),
}
#: Papers of which it is always asked where they are.
_WHERE_ASKED = (*NATIONAL_PAPERS, "residence-permit", "refugee-travel-document")
_NO_ISSUER = ("onward-ticket", "appointment")
_NOT_HELD = ("seized", "surrendered", "left-behind", "lost")
_MOST = 12


class BadAnswer(Exception):
    """An answer that is none of those offered; the message says what to do, not what was said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put: its key, the attribute or record field, and where it stands."""

    key: str
    name: str
    kind: str
    values: tuple[str, ...]
    section: str
    record: str = ""
    number: int = -1
    field: str = ""


def split_key(key: str) -> tuple[str, int, str]:
    """The record or attribute, the record's number and its field.

    >>> split_key("paper.0.held"), split_key("duty")
    (('paper', 0, 'held'), ('duty', -1, ''))
    """
    parts = key.split(".")
    if len(parts) == 1:
        return key, -1, ""
    if len(parts) == 3 and parts[1].isdecimal() and len(parts[1]) <= 2:
        return parts[0], int(parts[1]), parts[2]
    raise BadAnswer("There is no such question.")


class Guide:
    """The questions of one edition's vocabulary."""

    def __init__(self, vocabulary: Vocabulary, relevance: Relevance) -> None:
        """Take the vocabulary's words, and what can still matter."""
        self.vocabulary = vocabulary
        self.relevance = relevance
        known = {*NEVER_ASKED, "nationality", *(n for names in FLOW.values() for n in names)}
        new = [
            n for n in (*vocabulary.attributes, *vocabulary.records)
            if n not in known and n in vocabulary.attributes
            and not vocabulary.attributes[n].type.startswith("derived")
        ]
        #: What the vocabulary gained since the order was written is asked last.
        self.flow = {**FLOW, "family": (*FLOW["family"], *new)}

    def question(self, key: str, journey: Journey) -> Asked:
        """The question of that key.

        Raises:
            BadAnswer: There is none.
        """
        name, number, field = split_key(key)
        section = next((s for s, keys in self.flow.items() if name in keys), "")
        if not section:
            raise BadAnswer("There is no such question.")
        record = self.vocabulary.records.get(name)
        if record is None:
            attribute = self.vocabulary.attributes.get(name)
            if attribute is None or field:
                raise BadAnswer("There is no such question.")
            return Asked(key, name, _kind(attribute), attribute.values, section)
        fields = {f.name: f for f in record.fields}
        if not field:
            chosen = fields[CHOSEN_BY[name]]
            kind = "claim" if name == "claim" else "code" if record.single else "records"
            return Asked(key, name, kind, chosen.values, section, name)
        found = fields.get(field)
        if found is None or number >= len(records_of(journey, name)):
            raise BadAnswer("There is no such question.")
        kind = "validity" if f"{name}.{field}" == "paper.valid_until" else _kind(found)
        return Asked(key, f"{name}.{field}", kind, found.values, section, name, number, field)

    def next_key(self, journey: Journey, day: date, *, only: str = "") -> str:
        """The next question that could still change the answer, or "" when there is none.

        With `only`, nothing but that attribute or record is asked about.
        """
        matters = self.relevance.reader(journey.situation(), day.toordinal())
        for keys in self.flow.values():
            for name in keys:
                if name not in self.vocabulary.attributes and name not in self.vocabulary.records:
                    continue
                if only and name != only:
                    continue
                found = next(self._open(journey, name, matters), "")
                if found:
                    return found
        return ""

    def _open(
        self, journey: Journey, name: str, matters: Callable[[str], bool]
    ) -> Iterator[str]:
        asked = set(journey.asked)
        record = self.vocabulary.records.get(name)
        if name not in asked and not _has(journey, name):
            if name == "detained_by" and journey.values.get("detained") is not True:
                return
            if name in ALWAYS_ASKED or matters(name):
                yield name
        if record is None:
            return
        for number, given in enumerate(records_of(journey, name)):
            for field in sorted(record.fields, key=lambda f: f.name != "held"):
                full, key = f"{name}.{field.name}", f"{name}.{number}.{field.name}"
                if key in asked or not _askable(name, field, given):
                    continue
                where = full == "paper.held" and given.get("kind") in _WHERE_ASKED
                if where or full in NEEDED or matters(full):
                    yield key

    def open_fields(self, journey: Journey, name: str, number: int) -> tuple[str, ...]:
        """The fields of a record that can be answered, for the summary."""
        record = self.vocabulary.records[name]
        given = records_of(journey, name)[number]
        return tuple(
            f.name for f in record.fields
            if f.name == CHOSEN_BY.get(name) or given.get(f.name) is not None
            or _askable(name, f, given)
        )


def _kind(field: FieldType) -> str:
    return "region" if field.type == "region" else field.type


def _has(journey: Journey, name: str) -> bool:
    return journey.values.get(name) is not None


def _askable(name: str, field: FieldType, given: Mapping[str, Any]) -> bool:
    """Whether a field of a record can be asked at all."""
    full = f"{name}.{field.name}"
    if field.type.startswith("derived") or full in NEVER_ASKED or field.name == CHOSEN_BY.get(name):
        return False
    if given.get(field.name) is not None or (full == "paper.valid_until" and "expired" in given):
        return False
    if name == "paper":
        kind = given.get("kind")
        if full in _OFTEN_BUT_NOT_FOR and kind not in _OFTEN_BUT_NOT_FOR[full]:
            return False
        if field.name == "issuer" and kind in _NO_ISSUER:
            return False
        if field.name in ("valid_until", "biometric") and given.get("held") in _NOT_HELD:
            return False
    if name == "standing" and given.get("kind") in ("none", "citizen"):
        return False
    return not (full == "border_refusal.to" and given.get("kind") != "returned")


def records_of(journey: Journey, name: str) -> tuple[dict[str, Any], ...]:
    """The records of a kind that were given; a single one as well."""
    found = journey.values.get(name)
    if isinstance(found, Mapping):
        return (dict(found),)
    return tuple(dict(r) for r in found or ())


# --- what an answer does -------------------------------------------------------------------------


def take(
    asked: Asked, form: Mapping[str, list[str]], journey: Journey, vocabulary: Vocabulary
) -> Journey:
    """The journey after an answer.

    Raises:
        BadAnswer: The answer is none of those offered.
    """
    journey = forget(journey, asked.key)
    value = read_answer(asked, form)
    values = dict(journey.values)
    complete = set(journey.complete)
    if asked.field:
        records = [dict(r) for r in records_of(journey, asked.record)]
        if asked.kind == "validity":
            records[asked.number].update(value)
        else:
            records[asked.number][asked.field] = value
        values[asked.record] = (
            records[0] if vocabulary.records[asked.record].single else tuple(records)
        )
    elif asked.record == "standing":
        before = records_of(journey, "standing")
        kept = before[0] if before and before[0].get("kind") == value else {}
        values["standing"] = {**kept, "kind": value}
    elif asked.record:
        values, journey = _choose(asked, value, journey, values)
        complete.add(asked.record)
    else:
        values[asked.name] = value
        if asked.name == "nationalities":
            complete.add("nationality")
    return journey.but(
        values=values, complete=tuple(sorted(complete)), asked=_seen(journey, asked.key)
    )


def _choose(
    asked: Asked, value: Any, journey: Journey, values: dict[str, Any]
) -> tuple[dict[str, Any], Journey]:
    """The records chosen; those that were there before keep what was said of them."""
    name, field = asked.record, CHOSEN_BY[asked.record]
    before = records_of(journey, name)
    for number in reversed(range(len(before))):
        if before[number].get(field) not in value:
            journey = journey.but(asked=renumbered(journey.asked, name, number))
    chosen: list[dict[str, Any]] = [r for r in before if r.get(field) in value]
    present = {r.get(field) for r in chosen}
    chosen.extend({field: v} for v in value if v not in present)
    nationalities = tuple(values.get("nationalities") or ())
    for record in chosen:
        own = name == "paper" and record.get("kind") in NATIONAL_PAPERS
        if own and "issuer" not in record and len(nationalities) == 1:
            record["issuer"] = nationalities[0]
    values[name] = tuple(chosen[:_MOST])
    return values, journey


def do_not_know(asked: Asked, journey: Journey) -> Journey:
    """The journey after "I do not know"."""
    journey = forget(journey, asked.key)
    name = asked.name
    values = dict(journey.values)
    gone = ""
    if asked.record and not asked.field:
        values.pop(name, None)
        journey = journey.but(
            asked=tuple(k for k in journey.asked if k.partition(".")[0] != name)
        )
    if name == "paper.issuer":
        records = list(records_of(journey, "paper"))
        dropped = records.pop(asked.number)
        values[asked.record] = tuple(records)
        name = f"paper.{dropped.get('kind', '')}"
        gone = asked.record
    if name == "paper.held":
        # a paper of which nobody knows where it is cannot be put on a table
        records = list(records_of(journey, "paper"))
        records[asked.number] = {**records[asked.number], "held": "lost"}
        return journey.but(
            values={**values, "paper": tuple(records)}, asked=_seen(journey, asked.key)
        )
    unsure = tuple(dict.fromkeys((*journey.unsure, name)))
    complete = tuple(c for c in journey.complete if c not in (gone, asked.key))
    seen = _seen(journey, asked.key)
    if gone:
        seen = renumbered(seen, asked.record, asked.number)
    return journey.but(values=values, unsure=unsure, complete=complete, asked=seen)


def forget(journey: Journey, key: str) -> Journey:
    """The journey without the answer to a question; records keep their other fields."""
    name, number, field = split_key(key)
    values = dict(journey.values)
    if not field:
        if name not in CHOSEN_BY:
            values.pop(name, None)
        unsure = tuple(u for u in journey.unsure if u.partition(".")[0] != name)
    else:
        records = [dict(r) for r in records_of(journey, name)]
        if number < len(records):
            records[number].pop(field, None)
            if field == "valid_until":
                records[number].pop("expired", None)
            values[name] = records[0] if name == "standing" else tuple(records)
        unsure = tuple(u for u in journey.unsure if u != f"{name}.{field}")
    return journey.but(values=values, unsure=unsure)


def remove_record(journey: Journey, name: str, number: int) -> Journey:
    """The journey without one record."""
    records = list(records_of(journey, name))
    if number >= len(records):
        raise BadAnswer("There is no such entry.")
    del records[number]
    values = dict(journey.values)
    values[name] = tuple(records)
    return journey.but(values=values, asked=renumbered(journey.asked, name, number))


def renumbered(asked: tuple[str, ...], name: str, gone: int) -> tuple[str, ...]:
    """The questions asked, after one record went and those behind it moved up.

    >>> renumbered(("paper.0.held", "paper.1.held", "duty"), "paper", 0)
    ('paper.0.held', 'duty')
    """
    found = []
    for key in asked:
        base, number, field = split_key(key)
        if base != name or not field or number < gone:
            found.append(key)
        elif number > gone:
            found.append(f"{base}.{number - 1}.{field}")
    return tuple(found)


def _seen(journey: Journey, key: str) -> tuple[str, ...]:
    return (*(k for k in journey.asked if k != key), key)


# --- reading a form ------------------------------------------------------------------------------

_YEAR = re.compile(r"(?:19|20|21)\d\d\Z")


def read_answer(asked: Asked, form: Mapping[str, list[str]]) -> Any:
    """The value that a form gives to a question.

    Raises:
        BadAnswer: It gives none, or none of those offered.
    """
    got = [v.strip() for v in form.get("v", ()) if v.strip()]
    match asked.kind:
        case "records":
            if form.get("none"):
                return ()
            if not got:
                raise BadAnswer("Tick at least one, or choose one of the buttons below.")
            return tuple(_one_of(v, asked.values) for v in dict.fromkeys(got))
        case "claim":
            return () if form.get("none") else tuple(_places(got))
        case "places":
            return () if form.get("none") and asked.name == "fought_in" else tuple(_places(got))
        case "bool":
            return _one_of(_single(got), ("yes", "no")) == "yes"
        case "code":
            return _one_of(_single(got), asked.values)
        case "place" | "place-or-region":
            return _places(got)[0]
        case "region":
            value = _single(got).upper()
            if not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", value) or value[:2] not in PLACES:
                raise BadAnswer("Choose one of the list.")
            return value
        case "year":
            value = _single(got)
            if not _YEAR.match(value) or not value.isascii():
                raise BadAnswer("Write the year with four digits, such as 1998.")
            return int(value)
        case "day":
            return _month(form)
        case "validity":
            return _validity(got, form)
    raise BadAnswer("There is no such question.")


def _single(got: list[str]) -> str:
    if len(got) != 1:
        raise BadAnswer("Choose one of the answers, or “I do not know”.")
    return got[0]


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadAnswer("Choose one of the answers, or “I do not know”.")
    return value


def _places(got: list[str]) -> list[str]:
    if not got:
        raise BadAnswer("Choose a country, or “I do not know”.")
    if any(v not in PLACES for v in got):
        raise BadAnswer("Choose a country of the list.")
    return list(dict.fromkeys(got))[:4]


def _month(form: Mapping[str, list[str]]) -> str:
    year = "".join(form.get("year", ())).strip()
    month = "".join(form.get("month", ())).strip()
    if not _YEAR.match(year) or not year.isascii():
        raise BadAnswer("Write the year with four digits, such as 2026.")
    if not month:
        return year
    if month not in tuple(f"{m:02d}" for m in range(1, 13)):
        raise BadAnswer("Choose a month of the list, or leave it open.")
    return f"{year}-{month}"


def _validity(got: list[str], form: Mapping[str, list[str]]) -> dict[str, Any]:
    chosen = _one_of(_single(got), ("until", "valid", "expired"))
    if chosen == "until":
        return {"valid_until": _month(form)}
    return {"expired": chosen == "expired"}
