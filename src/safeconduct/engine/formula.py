"""Under which assumptions conditions and predicates hold for one person, remembered.

The formulas of one person share their open questions (`atoms`). What differs between the states
of a search is told by a key for each of `dynamic`; a formula is worked out once for all states
that look the same to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..kb.edition import Arguments, Edition
from ..model.condition import Condition
from ..model.situation import Record, Situation
from .algebra import (
    FALSE,
    MOST_MASKS,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    named,
    negate,
    of_truth,
)
from .atoms import Atoms
from .decide import Scope
from .nodes import Call
from .program import Matter, Program

if TYPE_CHECKING:
    from .states import States


@dataclass(slots=True, eq=False, repr=False)
class Formulas:
    """Works out formulas of one edition for one person.

    `dynamic` names what differs between the states of a search (kinds of record and attributes).
    `paper_place` is where papers got on the way stand in it as bits, one for each of
    `program.grants`; -1 where they are told apart in another way.
    """

    edition: Edition
    atoms: Atoms = field(default_factory=Atoms)
    dynamic: tuple[str, ...] = ()
    program: Program = field(init=False)
    paper_place: int = -1
    memo: dict[tuple[int, object], list[Formula]] = field(default_factory=dict)
    _others: dict[tuple[tuple[str, object], ...], Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the compiled conditions that are kept with the edition."""
        key = ("program", self.dynamic)
        found = self.edition.kept.get(key)
        if not isinstance(found, Program):
            found = self.edition.kept[key] = Program(self.edition, self.dynamic)
        self.program = found

    def conjunction(self, parts: list[Formula]) -> Formula:
        """All of them."""
        return conjunction(self.atoms, parts)

    def disjunction(self, parts: list[Formula]) -> Formula:
        """At least one of them."""
        return disjunction(self.atoms, parts)

    def named(self, f: Formula) -> Formula:
        """The same formula as one atom of its own, unless it is one already."""
        return named(self.atoms, f)

    def needs(self, predicate: str) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a predicate's rules look at."""
        return self.program.predicate_needs(predicate)

    def condition_needs(self, condition: Condition) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a condition looks at."""
        return self.program.condition_needs(condition)

    def predicate(
        self, name: str, arguments: Arguments, situation: Situation, day: int,
        state: tuple[object, ...] = (),
    ) -> Formula:
        """The formula of a predicate on a day.

        Args:
            state: What is dynamic in this situation: a value to tell it by, for each of `dynamic`.
        """
        return self.answer(self.program.question(name, arguments), situation, day, state)

    def ask(
        self, name: str, arguments: Arguments, situation: Situation, day: int,
        state: tuple[object, ...],
    ) -> Formula:
        """As `predicate`."""
        return self.answer(self.program.question(name, arguments), situation, day, state)

    def answer(
        self, matter: Matter, situation: Situation, day: int, state: tuple[object, ...]
    ) -> Formula:
        """The formula of a question or requirement, worked out once for each look of a state."""
        look = None
        if state and not matter.is_fixed:
            look = matter.key(state, day, self.paper_place)
        key = (matter.number, look)
        windows = self.memo.get(key)
        if windows is None:
            windows = self.memo[key] = []
        for found in windows:
            if found.start <= day < found.end:
                return found
        result = matter.work(self, situation, day, state)
        windows.append(result)
        return result

    def in_state(self, matter: Matter, states: States, number: int, day: int) -> Formula:
        """The same for a numbered state; its situation is built only where it is needed."""
        look = None
        state = states.keys[number]
        if not matter.is_fixed:
            look = matter.key(state, day, self.paper_place)
        key = (matter.number, look)
        windows = self.memo.get(key)
        if windows is None:
            windows = self.memo[key] = []
        for found in windows:
            if found.start <= day < found.end:
                return found
        result = matter.work(self, states.situation_of(number), day, state)
        windows.append(result)
        return result

    def condition(
        self, condition: Condition, scope: Scope, situation: Situation, day: int,
        state: tuple[object, ...] = (),
    ) -> Formula:
        """The formula of a condition on a day."""
        names = tuple(n for n, _ in scope.arguments)
        kinds = tuple(n for n, _ in scope.records)
        node = self.program.node(condition, names, kinds)
        args = tuple(a for _, a in scope.arguments)
        records = tuple(r for _, r in scope.records)
        return node.of(Call(self, situation, day, state, names, args, records))

    def one_and_the_same(self, record: Record) -> Record:
        """The same object for equal records: formulas are remembered by which record is tested."""
        return self._others.setdefault(tuple(sorted(record.items())), record)


__all__ = ["FALSE", "MOST_MASKS", "TRUE", "Formula", "Formulas", "negate", "of_truth"]
