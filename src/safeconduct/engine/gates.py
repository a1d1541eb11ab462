"""The journeys of one edition with the questions that their gates ask, whoever travels.

Kept with the edition, so that only the first search of an edition works them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from ..kb.edition import Edition
from ..model.period import NO_END
from .atlas import CROSSING, Atlas, Operation, atlas_of
from .program import Matter, Moment, Program

#: Journeys are kept for this many days asked about.
_MOST_DAYS = 16


class Entry(NamedTuple):
    """The gate at the end of a journey.

    `number` tells entries apart; `looks` picks the parts of a state, beside papers, at which its
    rules and dangers look. `from_where` says that rules of the place ask from where one came.
    """

    number: int
    enter: Matter
    dangers: Moment | None
    looks: Callable[[tuple[object, ...]], object] | None
    from_where: bool


class Way(NamedTuple):
    """A journey: its operation and the number of that, its entry, and the gate at its start."""

    number: int
    operation: Operation
    entry: Entry
    leave: Matter


class Crossing(NamedTuple):
    """Whether facts say, from `start` until before `end`, that there is such a way."""

    start: int
    end: int
    is_open: bool
    is_shut: bool


@dataclass(slots=True, eq=False, repr=False)
class Gates:
    """Operations, journeys and gates of one edition, each made once."""

    edition: Edition
    program: Program
    atlas: Atlas
    operations: dict[int, Operation] = field(default_factory=dict)
    _ids: dict[tuple[object, ...], int] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _ways: dict[int, dict[int, Way]] = field(default_factory=dict)
    _days: dict[int, dict[str, tuple[Way, ...]]] = field(default_factory=dict)
    _entries: dict[tuple[object, ...], Entry] = field(default_factory=dict)
    _gates: dict[tuple[str, tuple[str | None, ...]], Matter] = field(default_factory=dict)
    _carriage: dict[int, tuple[Matter, ...]] = field(default_factory=dict)
    _crossings: dict[int, list[Crossing]] = field(default_factory=dict)
    _moments: dict[tuple[str, str], Moment | None] = field(default_factory=dict)

    def operation_id(self, operation: Operation) -> int:
        """The number of an operation."""
        key = operation.key
        found = self._ids.get(key)
        if found is None:
            found = next(self._numbers)
            self.operations[found] = operation
            found = self._ids.setdefault(key, found)
        return found

    def ways_out(self, place: str, day: int) -> tuple[Way, ...]:
        """The ways out of a place on a day."""
        places = self._days.get(day)
        if places is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
                self._ways.clear()
            places = self._days.setdefault(day, {})
        found = places.get(place)
        if found is None:
            found = places[place] = tuple(
                self.way(self.operation_id(o), day) for o in self.atlas.journeys(place, day)
            )
        return found

    def way(self, number: int, day: int) -> Way:
        """The journey of an operation, for a search that starts on a day."""
        ways = self._ways.get(day)
        if ways is None:
            ways = self._ways.setdefault(day, {})
        found = ways.get(number)
        if found is None:
            o = self.operations[number]
            found = ways[number] = Way(
                number, o, self._entry(o, day), self.gate("may_leave", (o.place, o.to, o.mode))
            )
        return found

    def _entry(self, o: Operation, day: int) -> Entry:
        origin = self.atlas.stands_for(o.to, o.place, day)
        dangers_met = self.atlas.dangers.get((o.to, "enter"), ())
        key = (
            o.to, o.mode, origin,
            *[n for n, d in enumerate(dangers_met) if o.place in d.origins],
        )
        found = self._entries.get(key)
        if found is None:
            enter = self.gate("may_enter", (o.to, o.mode, origin))
            dangers = self.moment("enter", o.to)
            dynamic = enter.dynamic if dangers is None else enter.dynamic | dangers.dynamic
            rest = sorted(dynamic - {self.program.paper_place})
            found = self._entries[key] = Entry(
                next(self._numbers), enter, dangers, itemgetter(*rest) if rest else None,
                self.atlas.remembers_origin(o.to),
            )
        return found

    def gate(self, name: str, arguments: tuple[str | None, ...]) -> Matter:
        """The question of a gate; arguments that no fact or rule looks at are dropped."""
        place = str(arguments[1] if name == "may_board" else arguments[0])
        used = self.atlas.used_arguments(name, place)
        projected = tuple([a if n in used else None for n, a in enumerate(arguments)])
        return self.program.question(name, projected)

    def carriage(self, way: Way) -> tuple[Matter, ...]:
        """What the carriage asks: that there is such a way, the carrier's check, and transit."""
        found = self._carriage.get(way.number)
        if found is None:
            o = way.operation
            stops = (o.place, *o.via, o.to)
            crossing, question = CROSSING[str(o.mode)], self.program.question
            others: list[Matter] = [
                question(crossing, pair) for pair in zip(stops, stops[1:], strict=False)
            ]
            if self.atlas.asks_carriers:
                others.append(self.gate("may_board", (o.place, o.to, o.mode)))
            others.extend(self.gate("may_transit", (v, o.place, o.to)) for v in o.via)
            found = self._carriage[way.number] = tuple(others)
        return found

    def crossing(self, way: Way, day: int) -> Crossing:
        """Whether facts alone say that there is such a way on a day."""
        known = self._crossings.setdefault(way.number, [])
        for found in known:
            if found.start <= day < found.end:
                return found
        o = way.operation
        stops, predicate = (o.place, *o.via, o.to), CROSSING[str(o.mode)]
        start, end, is_open, is_shut = 1, NO_END, True, False
        for a, b in zip(stops, stops[1:], strict=False):
            fact = self.edition.look_up(predicate, (a, b), day)
            if fact.start > start:  # noqa: PLR1730
                start = fact.start
            if fact.end < end:  # noqa: PLR1730
                end = fact.end
            told = fact.kind == "value" and fact.complete is None
            is_open = is_open and told and fact.value is not False
            is_shut = is_shut or (told and fact.value is False)
        made = Crossing(start, end, is_open, is_shut)
        known.append(made)
        return made

    def moment(self, moment: str, place: str) -> Moment | None:
        """All dangers of a moment in a place, if any are recorded."""
        if (place, moment) not in self._moments:
            dangers = self.atlas.dangers.get((place, moment))
            self._moments[place, moment] = (
                None if dangers is None else Moment(self.program, place, dangers)
            )
        return self._moments[place, moment]


def gates_of(program: Program) -> Gates:
    """The gates kept with an edition."""
    edition = program.edition
    key = ("gates", program.dynamic)
    found = edition.kept.get(key)
    if not isinstance(found, Gates):
        found = edition.kept[key] = Gates(edition, program, atlas_of(edition))
    return found


__all__ = ["Crossing", "Entry", "Gates", "Way", "gates_of"]
