"""Which questions could still change the answer.

The engine's own reading of every rule, procedure and danger is asked what it still misses. The
predicates that a condition rests on are left open here, so that the reading is quick; their own
rules are read as well. A question is left out only if no condition that could still go either way
misses its answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..engine.decide import Decider, Scope
from ..kb.edition import Arguments, Edition
from ..model.condition import (
    AllOf, AnyOf, Attribute, Compare, Condition, FieldTest, HasRecord, Holds, Not, OneOf,
    RecordField, Term, Test,
)
from ..model.proof import Claim, Proof
from ..model.situation import Situation
from ..model.truth import Truth

#: Fields that are worked out from another one, which is what is asked.
_MEANT = {
    "order.in_force": "order.until", "paper.valid": "paper.valid_until",
    "paper.valid_days": "paper.valid_until", "standing.lawful": "standing.until",
    "age": "birth_year",
}
_OPEN = Proof(Claim("predicate", ""), Truth.UNKNOWN)


class Shallow(Decider):
    """Decides a condition with every predicate left open."""

    __slots__ = ()

    def predicate(self, name: str, arguments: Arguments) -> Proof:  # noqa: ARG002
        """Leave it open."""
        return _OPEN


@dataclass(slots=True)
class Relevance:
    """For each key or record field, the conditions that look at it."""

    edition: Edition
    conditions: dict[str, list[Condition]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every condition once."""
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

    def matters(self, name: str, situation: Situation, day: int) -> bool:
        """Whether some condition that is still open misses the answer to this question."""
        decider = Shallow(self.edition, situation, day)
        return any(
            _misses(decider.condition(c, Scope()), name) for c in self.conditions.get(name, ())
        )


def _misses(proof: Proof, name: str) -> bool:
    """Whether an open proof rests on that name, or on a record of that kind."""
    if proof.truth is not Truth.UNKNOWN:
        return False
    gap = proof.gap
    if gap is not None and (gap.name == name or gap.name.startswith(f"{name}.")):
        return True
    return any(_misses(p, name) for p in proof.because)


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
