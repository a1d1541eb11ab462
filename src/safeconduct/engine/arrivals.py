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
from .program import Matter
from .states import State, States, Window
from .stays import Stays

#: How far ahead a change of the law is looked for, and a stage without known length may reach.
HORIZON_DAYS = 1095
#: Days that one journey takes, at least and at most.
TRAVEL_DAYS = {"air": (1, 3), "land": (1, 5), "sea": (1, 5)}
#: Zone whose members share out claims between them.
DUBLIN = "DUBLIN"


class Entering(NamedTuple):
    """What entering a place asks for and gives, from `start` until before `end`.

    `days` is the lawful stay there, `needs` the assumptions of which entering and staying need at
    least one; where entry is closed, it is so on all days before `shut_before`. `standing` is the
    number of the standing there, `is_member` whether the place is in the Dublin area.
    """

    start: int
    end: int
    enter: Formula
    stay: Formula
    days: int
    danger: int
    needs: tuple[int, ...]
    shut_before: int
    standing: int
    is_member: bool


class Arrival(NamedTuple):
    """What a journey meets on arrival: see `Entering`; `reached` is the state after it."""

    start: int
    end: int
    enter: Formula
    stay: Formula
    days: int
    danger: int
    needs: tuple[int, ...]
    shut_before: int
    reached: int


@dataclass(slots=True, eq=False, repr=False)
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
    _entering: dict[tuple[object, ...], list[Entering]] = field(default_factory=dict)
    _aheads: dict[tuple[object, ...], list[tuple[int, int, Ahead | None]]] = field(
        default_factory=dict
    )
    _ways_to: dict[tuple[str, str], tuple[Way, ...]] = field(default_factory=dict)
    _asked: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _worth_at: dict[int, dict[str, bool]] = field(default_factory=dict)
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
            worth = self._worth_at.get(remaining)
            if worth is None:
                worth = self._worth_at[remaining] = {
                    p: self.effects.drops_papers(p, remaining)
                    for p in self.gates.atlas.destinations
                    if self.effects.least_at(p) < remaining
                }
            found = self._worth[key] = tuple([
                (w, worth[w.operation.to]) for w in self.ways(s) if w.operation.to in worth
            ])
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
        entry, papers = way.entry, s.papers
        looks = entry.looks(self.space.keys[state]) if entry.looks is not None else None
        if bare and papers:
            papers &= self._papers_asked(way, day)
        key = (entry.number, papers, bare, s.union if inside else -2, looks)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = []
        for found in known:
            if found.start <= day < found.end:
                return found
        entering = self.entering(way, s, state, day, looks)
        made = Arrival(*entering[:8], self._reached(way, s, entering, bare, inside))
        known.append(made)
        return made

    def entering(
        self, way: Way, s: State, state: int, day: int, looks: object
    ) -> Entering:
        """What entering a place asks for, whatever came before."""
        papers = s.papers & self._papers_asked(way, day) if s.papers else 0
        known = self._entering.setdefault((way.entry.number, papers, looks), [])
        for found in known:
            if found.start <= day < found.end:
                return found
        outer = self.window.start, self.window.end
        self.window.open()
        made = self._work_out(way, state, day)
        self.window.start, self.window.end = outer
        known.append(made)
        return made

    def _reached(
        self, way: Way, s: State, entering: Entering, bare: bool, inside: bool
    ) -> int:
        """The state after a journey."""
        space, to = self.space, way.operation.to
        union = -1
        if entering.is_member:
            union = s.union if inside else space.place_id(to)
        kept = s.papers if union >= 0 else s.papers & ~space.visas
        return space.number(State(
            space.place_id(to), 0 if bare else kept, entering.standing, -1, union, -1,
            space.place_id(way.operation.place) if way.entry.from_where else -1,
        ))

    def _papers_asked(self, way: Way, day: int) -> int:
        """The papers that can matter to entering and staying, and to the dangers of entering."""
        entry, to = way.entry, way.operation.to
        found = self._asked.get(entry.number)
        if found is not None and found[0] <= day < found[1]:
            return found[2]
        mask, start, end = self.stays.papers(to, day)
        for matter in (entry.enter, entry.dangers):
            if matter is not None and matter.looks_at_papers:
                more, first, last = matter.papers(day)
                mask, start, end = mask | more, max(start, first), min(end, last)
        self._asked[entry.number] = start, end, mask
        return mask

    def _work_out(self, way: Way, state: int, day: int) -> Entering:
        operation, space = way.operation, self.space
        enter = self.formulas.in_state(way.entry.enter, space, state, day)
        self.window.narrow(enter.start, enter.end)
        record, stay, days = self.stays.basis(state, operation.to, day)
        if not self.asks_stay(operation.to):
            stay = TRUE
        self.window.narrow(stay.start, stay.end)
        lasting = record.get("stay_days") if self.goal == "stay" else None
        is_member = self.in_dublin(operation.to, day)
        danger = self.hazards.level("enter", operation.to, state, day, operation)
        both = together(self.formulas.atoms, [enter, stay])
        personal = self.formulas.atoms.personal
        return Entering(
            self.window.start, self.window.end, enter, stay, days, danger,
            absorb(tuple([personal(m) for m in both.true])),
            0 if enter.true else self.shut_before(way.entry.enter, enter, state, day),
            space.standing_id(str(record.get("kind")), lasting), is_member,
        )

    def shut_before(self, gate: Matter, f: Formula, state: int, day: int) -> int:
        """Before which day a gate that is closed on a day stays so, as far as is looked ahead."""
        end, last = f.end, day + 2 * HORIZON_DAYS
        while end <= last:
            later = self.formulas.in_state(gate, self.space, state, end)
            if later.true:
                break
            end = later.end
        return end

    def ahead(
        self, s: State, state: int, day: int, remaining: int, inside: bool
    ) -> Ahead | None:
        """What every journey to where a paper leads passes; `None` where that changes in time."""
        ways = self.ways(s)
        if not ways or not self.asks_stay(ways[0].operation.to):
            return None
        look = self.space.keys[state]
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


__all__ = ["DUBLIN", "HORIZON_DAYS", "TRAVEL_DAYS", "Arrival", "Arrivals", "Entering"]
