"""Whether the operations of one person are open in a state, on a day and over a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..model.condition import Condition
from ..model.knowledge import Procedure
from ..model.period import NO_END
from ..model.proof import Gap, GapKind
from ..model.truth import Truth, all_of
from .algebra import FALSE, Formula, conjunction, disjunction, together, within
from .atlas import Operation
from .formula import Formulas
from .gates import Gates, Way
from .present import PresentStay
from .program import Matter
from .states import States
from .stays import Stays


@dataclass(slots=True, eq=False, repr=False)
class Openings:
    """The formulas of gates and requirements, put together for each operation."""

    formulas: Formulas
    gates: Gates
    states: States
    stays: Stays
    present: PresentStay
    on: int
    goal: str

    def over(self, operation: Operation, state: int, low: int, high: int) -> Formula:
        """An operation's formula over every day on which the step may come.

        Where the answer changes within those days, it depends on which side of the change the
        step falls, and that is an assumption of its own.
        """
        first = self.formula_of(operation, state, low)
        if first.end > high:
            return first
        later = self.over(operation, state, first.end, high)
        start, end = first.start, max(first.end, later.end)
        if (first.true, first.false) == (later.true, later.false):
            return Formula(first.true, first.false, start, end)
        atoms = self.formulas.atoms
        day = date.fromordinal(first.end).isoformat()
        gap = Gap(GapKind.NOT_RECORDED, f"before_day({day})")
        bit = 1 << atoms.atom(("before", first.end), gap).offset
        before, after = Formula((bit << 1,), (bit,)), Formula((bit,), (bit << 1,))
        either = disjunction(
            atoms, [conjunction(atoms, [before, first]), conjunction(atoms, [after, later])]
        )
        return Formula(either.true, either.false, low, high + 1)

    def formula_of(self, operation: Operation, state: int, day: int) -> Formula:
        """Whether an operation is open in a state on a day."""
        if operation.procedure is not None:
            return self._procedure_formula(operation.procedure, state, day)
        way = self.gates.way(self.gates.operation_id(operation), self.on)
        leave = self.ask(way.leave, state, day)
        if not leave.true:
            return leave
        enter = self.ask(way.entry.enter, state, day)
        if not enter.true:
            return enter
        return together(self.formulas.atoms, [enter, leave, *self._others(way, state, day)])

    def may_open_with_papers(self, operation: Operation, state: int, day: int) -> bool:
        """Whether all that closes an operation looks at papers."""
        if operation.procedure is not None:
            program = self.formulas.program
            return program.requirement(operation.procedure.when, (), ()).looks_at_papers
        way = self.gates.way(self.gates.operation_id(operation), self.on)
        asked = (way.leave, way.entry.enter, *self.gates.carriage(way))
        return all(m.looks_at_papers for m in asked if not self.ask(m, state, day).true)

    def plain_truth(self, operation: Operation, state: int, day: int) -> Truth:
        """What the plain reading of the rules makes of an operation: see `Formula.plain`."""
        if self.present.may_end_before(operation, state, day):
            return Truth.UNKNOWN
        if operation.kind == "wait":
            return Truth.TRUE
        if operation.procedure is not None:
            return self._procedure_formula(operation.procedure, state, day).plain
        return all_of(self.gate_truths(operation, state, day).values())

    def gate_truths(self, operation: Operation, state: int, day: int) -> dict[str, Truth]:
        """The plain truth of each gate of a journey: see `Formula.plain`."""
        way = self.gates.way(self.gates.operation_id(operation), self.on)
        carriage = [self.ask(m, state, day).plain for m in self.gates.carriage(way)]
        found = {
            "leave": self.ask(way.leave, state, day).plain, "board": all_of(carriage),
            "enter": self.ask(way.entry.enter, state, day).plain,
        }
        if self.asks_stay(operation):
            found["stay"] = self.stays.basis(state, operation.to, day)[1].plain
        return found

    def _others(self, way: Way, state: int, day: int) -> list[Formula]:
        """What else than entering and leaving a journey asks: carriage, and a stay after it."""
        parts = [self.ask(m, state, day) for m in self.gates.carriage(way)]
        if self.asks_stay(way.operation):
            parts.append(self.stays.basis(state, way.operation.to, day)[1])
        return parts

    def asks_stay(self, operation: Operation) -> bool:
        """Whether a lawful stay matters after a journey: not where being there is the goal."""
        return self.goal != f"reach:{operation.to}"

    def requirement(self, condition: Condition, state: int, day: int) -> Formula:
        """Whether a condition without arguments holds in a state on a day."""
        return self.ask(self.formulas.program.requirement(condition, (), ()), state, day)

    def ask(self, matter: Matter, state: int, day: int) -> Formula:
        """The formula of a question or requirement in a state on a day."""
        return self.formulas.in_state(matter, self.states, state, day)

    def _procedure_formula(self, procedure: Procedure, state: int, day: int) -> Formula:
        start, end = procedure.valid_from, procedure.valid_before
        if day < start:
            return within(FALSE, 1, start)
        if day >= end:
            return within(FALSE, end, NO_END)
        return within(self.requirement(procedure.when, state, day), start, end)

    def first_day(self, operation: Operation, state: int, day: int, last: int) -> int:
        """The first day from `day` on and before `last` on which an operation opens; 0 if none."""
        while day < last:
            f = self.formula_of(operation, state, day)
            if f.true:
                return day
            if f.end <= day:
                return 0
            day = f.end
        return 0


__all__ = ["Openings"]
