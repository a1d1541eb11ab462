"""What journeys meet on arrival, and what every journey meets to where a new paper leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .algebra import TRUE, Formula, together
from .atoms import absorb
from .effects import Effects
from .formula import Formulas
from .gates import Gates, Way
from .hazards import Hazards
from .labels import Ahead
from .states import State, States, Window
from .stays import Stays

#: How far ahead a change of the law is looked for, and a stage without known length may reach.
HORIZON_DAYS = 1095
#: Days that one journey takes, at least and at most.
TRAVEL_DAYS = {"air": (1, 3), "land": (1, 5), "sea": (1, 5)}
#: Zone whose members share out claims between them.
DUBLIN = "DUBLIN"


class Arrival(NamedTuple):
    """What a journey meets on arrival, from `start` until before `end`.

    `reached` is the state after it, `days` the lawful stay there, `needs` the assumptions of
    which entering and staying need at least one.
    """

    start: int
    end: int
    enter: Formula
    stay: Formula
    reached: int
    days: int
    danger: int
    needs: tuple[int, ...]


@dataclass(slots=True)
class Arrivals:
    """Arrivals of one person, each worked out once for all journeys that end alike."""

    formulas: Formulas
    gates: Gates
    space: States
    window: Window
    effects: Effects
    hazards: Hazards
    stays: Stays
    on: int
    goal: str
    _known: dict[tuple[object, ...], list[Arrival]] = field(default_factory=dict)
    _aheads: dict[tuple[object, ...], list[tuple[int, int, Ahead | None]]] = field(
        default_factory=dict
    )
    _ways_to: dict[tuple[str, str], tuple[Way, ...]] = field(default_factory=dict)
    _worth: dict[tuple[int, int, int], tuple[tuple[Way, bool], ...]] = field(default_factory=dict)

    def ways(self, s: State) -> tuple[Way, ...]:
        """The journeys out of a state: to where its new paper leads, or anywhere."""
        place = self.space.place_names[s.place]
        ways = self.gates.ways_out(place, self.on)
        if s.visa < 0:
            return ways
        target = self.space.place_names[s.visa]
        found = self._ways_to.get((place, target))
        if found is None:
            found = tuple(w for w in ways if w.operation.to == target)
            self._ways_to[place, target] = found
        return found

    def worth(self, s: State, remaining: int) -> tuple[tuple[Way, bool], ...]:
        """The journeys after which enough steps remain, and whether papers still matter then.

        The second says that they do not: a claim is all that can follow, and it asks for none.
        """
        key = s.place, s.visa, remaining
        found = self._worth.get(key)
        if found is None:
            effects = self.effects
            found = self._worth[key] = tuple(
                (w, effects.drops_papers(w.operation.to, remaining)) for w in self.ways(s)
                if effects.least_at(w.operation.to) < remaining
            )
        return found

    def asks_stay(self, to: str) -> bool:
        """Whether a lawful stay matters after a journey: not where being there is the goal."""
        return self.goal != f"reach:{to}"

    def in_dublin(self, place: str, day: int) -> bool:
        """Whether a place is in the area that shares out claims."""
        return self.window.look_up("member_of", (place, DUBLIN), day).value is True

    def of(
        self, way: Way, s: State, state: int, day: int, bare: bool, inside: bool
    ) -> Arrival:
        """What a journey meets on arrival.

        It is the same from everywhere, unless rules or dangers of the place ask from where.

        Args:
            bare: Whether no paper matters any more afterwards.
            inside: Whether the journey starts in the Dublin area.
        """
        entry = way.entry
        key = (
            entry.number, s.papers, bare, s.union if inside else -2,
            entry.looks(self.space.key_of(state)) if entry.looks is not None else None,
        )
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = []
        for found in known:
            if found.start <= day < found.end:
                return found
        outer = self.window.start, self.window.end
        self.window.open()
        made = self._work_out(way, s, state, day, bare, inside)
        self.window.start, self.window.end = outer
        known.append(made)
        return made

    def _work_out(
        self, way: Way, s: State, state: int, day: int, bare: bool, inside: bool
    ) -> Arrival:
        operation, entry, space = way.operation, way.entry, self.space
        enter = self.formulas.in_state(entry.enter, space, state, day)
        self.window.narrow(enter.start, enter.end)
        record, stay, days = self.stays.basis(state, operation.to, day)
        if not self.asks_stay(operation.to):
            stay = TRUE
        self.window.narrow(stay.start, stay.end)
        union = -1
        if self.in_dublin(operation.to, day):
            union = s.union if inside else space.place_id(operation.to)
        kept = s.papers if union >= 0 else s.papers & ~space.visas
        lasting = record.get("stay_days") if self.goal == "stay" else None
        reached = space.number(State(
            space.place_id(operation.to), 0 if bare else kept,
            space.standing_id(str(record.get("kind")), lasting), -1, union, -1,
            space.place_id(operation.place) if entry.from_where else -1,
        ))
        danger = self.hazards.level("enter", operation.to, state, day, operation)
        both = together(self.formulas.atoms, [enter, stay])
        personal = self.formulas.atoms.personal
        return Arrival(
            self.window.start, self.window.end, enter, stay, reached, days, danger,
            absorb(tuple([personal(m) for m in both.true])),
        )

    def ahead(
        self, s: State, state: int, day: int, remaining: int, inside: bool
    ) -> Ahead | None:
        """What every journey to where a paper leads passes; `None` where that changes in time."""
        ways = self.ways(s)
        if not ways or not self.asks_stay(ways[0].operation.to):
            return None
        look = self.space.key_of(state)
        bare = self.effects.drops_papers(ways[0].operation.to, remaining)
        key = (
            s.papers, bare, s.union if inside else -2,
            *((e.number, e.looks(look) if e.looks is not None else None)
              for e in (w.entry for w in ways)),
        )
        known = self._aheads.setdefault(key, [])
        for start, end, ahead in known:
            if start <= day < end:
                return ahead
        ahead, end = self._look_ahead(ways, s, state, day, bare)
        known.append((day, min(end, day + HORIZON_DAYS // 2), ahead))
        return ahead

    def _look_ahead(
        self, ways: tuple[Way, ...], s: State, state: int, day: int, bare: bool
    ) -> tuple[Ahead | None, int]:
        """Over all days on which the journey may come: those of a first change are told too."""
        masks: set[int] = set()
        landings: set[int] = set()
        is_sure, longest, first_end = False, 0, 0
        last = day + 2 * HORIZON_DAYS
        member = ways[0].operation.place, DUBLIN
        while day <= last:
            zone = self.gates.edition.look_up("member_of", member, day)
            end = zone.end
            for way in ways:
                arrival = self.of(way, s, state, day, bare, zone.value is True)
                landings.add(arrival.reached)
                longest, end = max(longest, arrival.days), min(end, arrival.end)
                masks.update(arrival.needs)
                is_sure = is_sure or not (arrival.enter.false or arrival.stay.false)
            day, first_end = end, first_end or end
        if len(landings) > 1:
            return None, first_end
        quickest, slowest = TRAVEL_DAYS["air"]
        least = absorb(tuple(masks))
        return Ahead(landings.pop(), quickest, slowest, longest, int(not is_sure), least), first_end


__all__ = ["DUBLIN", "HORIZON_DAYS", "TRAVEL_DAYS", "Arrival", "Arrivals"]
