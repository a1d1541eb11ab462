"""The dangers that a state or an operation meets, as far as the search needs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.knowledge import Danger
from ..model.pathway import EVIDENCE
from ..model.period import NO_END
from .atlas import Operation
from .formula import Formulas
from .gates import Gates
from .program import Moment
from .states import States, Window

#: Kinds of danger by which a place gives a person up to another state.
RETURN = ("handover", "forced-return", "extradition", "expulsion")


@dataclass(slots=True, eq=False, repr=False)
class Hazards:
    """Dangers for one person."""

    gates: Gates
    formulas: Formulas
    states: States
    window: Window
    _met: dict[tuple[int, object], tuple[int, ...]] = field(default_factory=dict)
    _levels: dict[tuple[object, ...], list[tuple[int, int, int, int]]] = field(
        default_factory=dict
    )

    def level(
        self, moment: str, place: str, state: int, day: int, operation: Operation | None = None
    ) -> int:
        """The weight of the best-evidenced danger that concerns, or may concern, the person."""
        return self._look(moment, place, state, day, operation)[0]

    def asks(
        self, moment: str, place: str, state: int, day: int, operation: Operation | None
    ) -> int:
        """What the person can tell that decides whether a danger concerns them, as a mask."""
        return self._look(moment, place, state, day, operation)[1]

    def _look(
        self, moment: str, place: str, state: int, day: int, operation: Operation | None
    ) -> tuple[int, int]:
        found = self.gates.moment(moment, place)
        if found is None:
            return 0, 0
        passing: object = None
        if operation is None:
            passing = "anyone"
        elif found.is_choosy and moment != "presence":
            passing = (
                operation.procedure.id if operation.procedure is not None
                else (operation.mode, operation.place)
            )
        met = self._met.get((found.number, passing))
        if met is None:
            met = tuple(n for n, (d, _) in enumerate(found.dangers) if meets(d, operation))
            self._met[found.number, passing] = met
        if not met:
            return 0, 0
        key = (
            found.number, met,
            found.key(self.states.keys[state], day, self.formulas.paper_place),
        )
        known = self._levels.setdefault(key, [])
        for start, end, level, mask in known:
            if start <= day < end:
                self.window.narrow(start, end)
                return level, mask
        start, end, level, mask = self._work_out(found, state, day, met)
        known.append((start, end, level, mask))
        self.window.narrow(start, end)
        return level, mask

    def _work_out(
        self, moment: Moment, state: int, day: int, met: tuple[int, ...]
    ) -> tuple[int, int, int, int]:
        start, end, level, mask = 1, NO_END, 0, 0
        for n in met:
            danger, requirement = moment.dangers[n]
            first, last = danger.valid_from, danger.valid_before
            if day < first:
                first, last = 1, first
            elif day >= last:
                first, last = last, NO_END
            else:
                f = self.formulas.in_state(requirement, self.states, state, day)
                first, last = max(first, f.start), min(last, f.end)
                if f.true:
                    level = max(level, EVIDENCE.index(danger.evidence))
                    if f.false:
                        for m in (*f.true, *f.false):
                            mask |= m
            if first > start:  # noqa: PLR1730
                start = first
            if last < end:  # noqa: PLR1730
                end = last
        return start, end, level, self.formulas.atoms.personal(mask)

    def of(self, operation: Operation, state: int, day: int) -> int:
        """The weight of the best-evidenced danger that an operation meets."""
        level = 0
        for moment, place in moments_of(operation):
            level = max(level, self._look(moment, place, state, day, operation)[0])
        return level

    def of_return(self, place: str, state: int, day: int) -> int:
        """The weight of the dangers of being given up to another state by a place.

        Twice the index of the evidence, less one where it is open whether they concern the person.
        """
        weight = 0
        for moment in ("presence", "authority"):
            found = self.gates.moment(moment, place)
            for danger, requirement in found.dangers if found is not None else ():
                if danger.kind not in RETURN or not danger.valid_from <= day < danger.valid_before:
                    continue
                f = self.formulas.in_state(requirement, self.states, state, day)
                if f.true:
                    told = 2 * EVIDENCE.index(danger.evidence) - bool(f.false)
                    weight = max(weight, told)
        return weight

    def questions_of(self, operation: Operation, state: int, day: int) -> int:
        """What decides whether the dangers of an operation concern the person, as a mask."""
        mask = 0
        for moment, place in moments_of(operation):
            mask |= self._look(moment, place, state, day, operation)[1]
        return mask

    def here(
        self, moment: str, place: str, operation: Operation | None, day: int
    ) -> list[Danger]:
        """The dangers of a moment in a place that this operation meets, whomever they concern."""
        return [
            d for d in self.gates.atlas.dangers.get((place, moment), ())
            if d.valid_from <= day < d.valid_before and meets(d, operation)
        ]


def moments_of(operation: Operation) -> tuple[tuple[str, str], ...]:
    """The moments and places at which an operation meets dangers, in order."""
    place = operation.place
    if operation.kind == "travel":
        return (
            ("leave", place), ("board", place), *(("board", v) for v in operation.via),
            ("enter", operation.to),
        )
    if operation.procedure is not None:
        return ("presence", place), ("authority", operation.procedure.before or place)
    return (("presence", place),)


def meets(danger: Danger, operation: Operation | None) -> bool:
    """Whether an operation passes the moment that a danger speaks of."""
    if operation is None or danger.moment == "presence":
        return True
    if danger.moment == "authority":
        p = operation.procedure
        return p is not None and (
            not danger.procedures or p.id in danger.procedures or p.template in danger.procedures
        )
    if operation.mode is None or (danger.modes and operation.mode not in danger.modes):
        return False
    return danger.moment == "leave" or not danger.origins or operation.place in danger.origins


__all__ = ["RETURN", "Hazards", "meets", "moments_of"]
