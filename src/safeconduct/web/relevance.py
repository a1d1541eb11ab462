"""Which questions could still change the answer.

Every rule, procedure and danger of the edition is read with the engine's own reading of tests and
records, with the predicates it rests on left open (their rules are read as well). A question is
left out only if no condition that could still go either way misses its answer. This is the quick
reading for the questions one by one; what the answer itself misses, the engine says there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..engine.decide import test_field
from ..engine.reading import age_range, day_within, gap_name, in_range, others_possible, value_among
from ..kb.edition import Edition
from ..model.condition import (
    AllOf,
    AnyOf,
    Attribute,
    Between,
    Compare,
    Condition,
    FieldTest,
    HasRecord,
    Holds,
    Literal,
    Not,
    OneOf,
    RecordField,
    Term,
    Test,
    Within,
)
from ..model.situation import Record, Situation
from ..model.truth import Truth

#: Fields that are worked out from another one, which is what is asked.
_MEANT = {
    "order.in_force": "order.until", "paper.valid": "paper.valid_until",
    "paper.valid_days": "paper.valid_until", "standing.lawful": "standing.until",
    "age": "birth_year",
}
_NOTHING: frozenset[str] = frozenset()
_T, _F, _U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
#: A truth, and what it misses where it is unknown.
Reading = tuple[Truth, frozenset[str]]
Records = dict[str, Record]


@dataclass(slots=True)
class Relevance:
    """For each key or record field, the conditions that look at it."""

    edition: Edition
    conditions: dict[str, list[Condition]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every condition once, the short ones first."""
        seen: set[str] = set()
        for condition in _conditions(self.edition):
            told = repr(condition)
            if told in seen:
                continue
            seen.add(told)
            for name in dict.fromkeys(names_in(condition)):
                self.conditions.setdefault(name, []).append(condition)
        for found in self.conditions.values():
            found.sort(key=lambda c: len(repr(c)))

    def reader(self, situation: Situation, day: int) -> Callable[[str], bool]:
        """Tells of a question whether some condition that is still open misses its answer."""
        known: dict[int, frozenset[str]] = {}
        eye = _Eye(situation, day)

        def matters(name: str) -> bool:
            dotted = f"{name}."
            for condition in self.conditions.get(name, ()):
                missing = known.get(id(condition))
                if missing is None:
                    truth, gaps = eye.read(condition, {})
                    missing = gaps if truth is _U else _NOTHING
                    known[id(condition)] = missing
                if name in missing or any(m.startswith(dotted) for m in missing):
                    return True
            return False

        return matters


@dataclass(slots=True)
class _Eye:
    """Reads conditions for one situation on one day, with every predicate left open."""

    situation: Situation
    day: int

    def read(self, condition: Condition, records: Records) -> Reading:
        """The condition's truth and what it misses."""
        match condition:
            case AllOf(parts):
                return _joined([self.read(p, records) for p in parts], _F, _T)
            case AnyOf(parts):
                return _joined([self.read(p, records) for p in parts], _T, _F)
            case Not(part):
                truth, gaps = self.read(part, records)
                return (_U, gaps) if truth is _U else ((_F if truth is _T else _T), _NOTHING)
            case Compare(attribute, test):
                return self._compare(attribute, test, records)
            case Holds(_, arguments, _):
                return self._holds(arguments, records)
            case HasRecord(record, tests, where):
                return self._record(record, tests, where, records)

    def _compare(self, attribute: str, test: Test, records: Records) -> Reading:
        if attribute == "age":
            birth = self.situation.get("birth_year")
            if birth is None or not isinstance(test, Between):
                return _U, frozenset({"birth_year"})
            truth = in_range(*age_range(birth, self.day), test)
            return truth, frozenset({"birth_year"}) if truth is _U else _NOTHING
        value = self.situation.get(attribute)
        asked = self._asked(test, records)
        if value is None or (asked is not None and None in asked):
            return _U, frozenset({attribute})
        match test:
            case OneOf():
                truth = value_among(value, asked or ())
            case Between():
                truth = in_range(value, value, test)
            case Within():
                truth = day_within(value, test)
        return truth, frozenset({attribute}) if truth is _U else _NOTHING

    def _holds(self, arguments: tuple[Term, ...], records: Records) -> Reading:
        missing = frozenset(
            name for a in arguments if isinstance(a, Attribute | RecordField)
            for value, name in (self._term(a, records),) if value is None
        )
        return _U, missing

    def _asked(self, test: Test, records: Records) -> tuple[Any, ...] | None:
        if not isinstance(test, OneOf):
            return None
        return tuple(self._term(v, records)[0] for v in test.values)

    def _term(self, value: Term, records: Records) -> tuple[Any, str]:
        match value:
            case Literal(plain):
                return plain, ""
            case RecordField(record, name):
                return records.get(record, {}).get(name), gap_name(record, name)
            case Attribute(name):
                return self.situation.get(name), name
            case _:
                return None, ""

    def _record(
        self, record: str, tests: tuple[FieldTest, ...], where: Condition | None, records: Records
    ) -> Reading:
        asked = {t.field: self._asked(t.test, records) for t in tests}
        found: list[Reading] = []
        for given in self.situation.records(record):
            parts: list[Reading] = []
            for t in tests:
                truth = test_field(record, given, t, asked[t.field], self.day)
                missing = frozenset({gap_name(record, t.field)}) if truth is _U else _NOTHING
                parts.append((truth, missing))
            if where is not None:
                parts.append(self.read(where, {**records, record: given}))
            found.append(_joined(parts, _F, _T))
        if not self.situation.is_complete(record):
            plain = {k: v for k, v in asked.items() if v is not None and None not in v}
            for name, other in others_possible(record, tests, self.situation, plain):
                one: list[Reading] = [(_U, frozenset({name}))]
                if where is not None:
                    one.append(self.read(where, {**records, record: other}))
                found.append(_joined(one, _F, _T))
        return _joined(found, _T, _F)


def _joined(parts: list[Reading], decides: Truth, else_: Truth) -> Reading:
    """Kleene's and (`decides` false) or or (`decides` true), with what it misses."""
    gaps = _NOTHING
    unknown = False
    for truth, missing in parts:
        if truth is decides:
            return decides, _NOTHING
        if truth is _U:
            unknown = True
            gaps |= missing
    return (_U, gaps) if unknown else (else_, _NOTHING)


def _conditions(edition: Edition) -> Iterator[Condition]:
    for rule in edition.rules:
        yield rule.when
    for procedure in edition.procedures:
        yield procedure.when
    for danger in edition.dangers:
        yield danger.concerns


def names_in(condition: Condition) -> Iterator[str]:
    """The keys, records and record fields that a condition looks at.

    >>> from safeconduct.model.condition import compare
    >>> list(names_in(compare("duty", "summoned")))
    ['duty']
    """
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from names_in(part)
        case Not(part):
            yield from names_in(part)
        case Compare(attribute, test):
            yield _MEANT.get(attribute, attribute)
            yield from _in_test(test)
        case Holds(_, arguments, test):
            for argument in arguments:
                yield from _in_term(argument)
            if test is not None:
                yield from _in_test(test)
        case HasRecord(record, tests, where):
            yield record
            for one in tests:
                yield from _in_field(record, one)
            if where is not None:
                yield from names_in(where)


def _in_field(record: str, test: FieldTest) -> Iterator[str]:
    name = f"{record}.{test.field}"
    yield _MEANT.get(name, name)
    yield from _in_test(test.test)


def _in_test(test: Test) -> Iterator[str]:
    if isinstance(test, OneOf):
        for value in test.values:
            yield from _in_term(value)


def _in_term(term: Term) -> Iterator[str]:
    if isinstance(term, Attribute):
        yield term.name
    elif isinstance(term, RecordField):
        name = f"{term.record}.{term.field}"
        yield _MEANT.get(name, name)
