"""One person's world as a search problem: the lawful operations out of each state.

Operations are travel through the gates, procedures, and waits. Gates and requirements are
formulas (see `formula`), each worked out once for all states that look the same to it. A visa,
permit or laissez-passer got outside the state that gives it is used by the next journey, which
goes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..kb.edition import Edition
from ..model.period import NO_END
from ..model.situation import Situation
from .algebra import Formula, together, within
from .arrivals import HORIZON_DAYS, TRAVEL_DAYS, Arrivals
from .atlas import MODES, Atlas, Operation, covered_places
from .atoms import absorb
from .effects import PROTECTION, Effects, Offered
from .formula import Formulas
from .gates import Gates, gates_of
from .hazards import Hazards
from .labels import UNLIMITED, Label, Move
from .openings import Openings
from .present import PresentStay
from .states import DYNAMIC, State, States, Window
from .stays import Stays


class Settled(NamedTuple):
    """What an operation asks for and brings, from `start` until before `end`.

    `asks` is all that the person can tell on which it turns. Where the law changes within those
    days, all this holds for the span as a whole, and not for a part of it.
    """

    start: int
    end: int
    is_whole: bool
    doubt: int
    danger: int
    masks: tuple[int, ...]
    asks: int


@dataclass(slots=True, eq=False, repr=False)
class Offers:
    """What may be done in a state, where the first day is from `start` until before `end`.

    Journeys that stay closed for as long as is looked ahead are left out. What the others need at
    least holds where the last day is before `reach`.
    """

    start: int
    end: int
    reach: int
    offers: list[Move]
    remaining: int


@dataclass(slots=True, eq=False, repr=False)
class World:
    """States and moves for one edition, person and day."""

    edition: Edition
    situation: Situation
    on: int
    goal_name: str
    goal_places: frozenset[str]
    stay_days: int
    formulas: Formulas
    gates: Gates = field(init=False)
    atlas: Atlas = field(init=False)
    space: States = field(init=False)
    window: Window = field(init=False)
    hazards: Hazards = field(init=False)
    stays: Stays = field(init=False)
    effects: Effects = field(init=False)
    arrivals: Arrivals = field(init=False)
    present: PresentStay = field(init=False)
    openings: Openings = field(init=False)
    _offers: dict[int, Offers] = field(default_factory=dict)
    _settled: dict[tuple[int, int], list[Settled]] = field(default_factory=dict)
    _waits: dict[int, set[int]] = field(default_factory=dict)
    _least: dict[int, int] = field(default_factory=dict)
    _goal_memo: dict[int, int | None] = field(default_factory=dict)
    _ends: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the first state."""
        self.formulas.paper_place = self.formulas.program.paper_place
        self.gates = gates_of(self.formulas.program)
        self.atlas = self.gates.atlas
        self.space = States(self.situation, list(self.formulas.program.grants))
        self.window = Window(self.edition)
        self.hazards = Hazards(self.gates, self.formulas, self.space, self.window)
        self.stays = Stays(self.formulas, self.space, self.window)
        self.effects = Effects(
            self.formulas, self.gates, self.space, self.window, self.on, self.goal_name,
            self.goal_places,
        )
        self.arrivals = Arrivals(
            self.formulas, self.gates, self.space, self.window, self.effects, self.hazards,
            self.stays, self.on, self.goal_name,
        )
        self.present = PresentStay(self.formulas.atoms, self.space, self.effects, self.on)
        self.openings = Openings(
            self.formulas, self.gates, self.space, self.stays, self.present, self.on,
            self.goal_name,
        )

    @property
    def operations(self) -> Mapping[int, Operation]:
        """The operations by their numbers."""
        return self.gates.operations

    @property
    def states(self) -> list[State]:
        """Every state met so far."""
        return self.space.all

    @property
    def place_names(self) -> list[str]:
        """The places met so far."""
        return self.space.place_names

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where one may go."""
        return self.atlas.destinations

    def situation_of(self, state: int) -> Situation:
        """The person's situation as it would be in a state."""
        return self.space.situation_of(state)

    def start(self) -> Label:
        """The label of the person's own state."""
        return Label(0, 0, 0, 0, 0, 0, -self.present.days_left, 0, 0, 0, None, -1)

    # What the search asks of a state

    def is_consistent(self, mask: int) -> bool:
        """Whether an assumption does not contradict itself."""
        return self.formulas.atoms.is_consistent(mask)

    def at_least(self, state: int) -> tuple[int, int, int, int, int, int] | None:
        """No bound on the criteria: each end keeps its own front."""
        return None

    def steps_left(self, state: int) -> int:
        """Fewest steps to the goal from a state."""
        least = self._least.get(state)
        if least is None:
            least = self._least[state] = self._steps_left(self.space.all[state])
        return least

    def _steps_left(self, s: State) -> int:
        place = self.space.place_names[s.place]
        if self.goal_name == "protection":
            if s.claim >= 0:
                return 1
            if s.visa < 0:
                return self.effects.least_at(place)
            return 1 + self.effects.least_at(self.space.place_names[s.visa])
        return 2 if s.visa >= 0 and self.space.place_names[s.visa] == place else 1

    def goal(self, state: int) -> int | None:
        """The end that a state is: its place and standing, or `None`."""
        if state not in self._goal_memo:
            self._goal_memo[state] = self._goal(self.space.all[state], state)
        return self._goal_memo[state]

    def _goal(self, s: State, number: int) -> int | None:
        place = self.space.place_names[s.place]
        standing = self.space.standings[s.standing]
        kind = str(standing.get("kind", ""))
        if self.goal_places and place not in self.goal_places:
            return None
        if self.goal_name == "protection":
            good = kind in PROTECTION
        elif self.goal_name.startswith("reach:"):
            good = place == self.goal_name[6:] and number != 0
        else:
            days = standing.get("stay_days")
            good = number != 0 and s.visa < 0 and days is not None and days >= self.stay_days
        if not good:
            return None
        end = (place, kind)
        if end not in self._ends:
            self._ends.append(end)
        return self._ends.index(end)

    def end_of(self, end: int) -> tuple[str, str]:
        """The place and standing of an end."""
        return self._ends[end]

    # Moves

    def moves(self, label: Label, remaining: int) -> Iterator[Move]:
        """Every operation out of a label that may be lawful and can still lead to a goal."""
        low, high = self.span(label)
        known = self._offers.get(label.state)
        if known is None or not (
            known.start <= low < known.end and high < known.reach
            and known.remaining >= remaining
        ):
            known = self._all_offers(label.state, low, high, remaining)
            self._offers[label.state] = known
        left = -label.late
        if left < UNLIMITED // 2:
            yield from self._within_stay(known.offers, left)
        else:
            yield from known.offers
        for until in sorted(self._waits.get(label.state, ())):
            days = until - self.on
            if days <= label.days_high or until - low > left:
                continue
            place = self.space.place_of(label.state)
            operation = Operation("wait", place, place, until=until)
            level = self.hazards.level("presence", place, label.state, low)
            waiting = self.space.number(self.space.all[label.state]._replace(waited=until))
            needed = self.present.needed(operation, label.state, low)
            yield Move(
                self.gates.operation_id(operation), waiting, int(bool(needed.false)), level,
                days - label.days_low, days - label.days_high, 0, 0, needed.true, None,
            )

    def _within_stay(self, offers: list[Move], left: int) -> Iterator[Move]:
        """Offers as far as they end, or may end, within the lawful stay that is left."""
        for offer in offers:
            if offer.stay is None and offer.days_high > left:
                if offer.days_low <= left:
                    yield offer._replace(doubt=1, days_high=left)
            else:
                yield offer

    def span(self, label: Label) -> tuple[int, int]:
        """The first and last day on which the step after a label may come."""
        low, high = label.days_low, label.days_high
        if high > low + HORIZON_DAYS:  # noqa: PLR1730
            high = low + HORIZON_DAYS
        return self.on + low, self.on + high

    def _all_offers(self, state: int, low: int, high: int, remaining: int) -> Offers:
        self.window.open()
        s = self.space.all[state]
        place = self.space.place_names[s.place]
        inside = self.arrivals.in_dublin(place, low)
        offers = [
            self._procedure_offer(o, s, low, remaining, inside)
            for o in self.effects.useful(s, remaining) if not self.effects.is_shut(o.procedure)
        ]
        reach = NO_END
        if not self.space.is_waiting(s) and remaining > self.effects.least_anywhere():
            reach = self._add_journeys(offers, s, state, low, high, remaining, inside)
        return Offers(self.window.start, self.window.end, reach, offers, remaining)

    def _procedure_offer(
        self, offered: Offered, s: State, day: int, remaining: int, inside: bool
    ) -> Move:
        """What a procedure leads to, and the least that it can cost."""
        number, procedure, effect, _ = offered
        new = self.effects.after(effect, s)
        (low, high), fee = self.effects.figures(procedure, day)
        reached = self.space.number(new)
        ahead = None
        if new.visa >= 0 and s.visa < 0:
            ahead = self.arrivals.ahead(new, reached, day, remaining - 1, inside)
        return Move(
            number, reached, int(procedure.discretionary), 0, low, high, fee[0], fee[1], None,
            effect.stay, ahead,
        )

    def _add_journeys(
        self, offers: list[Move], s: State, state: int, low: int, high: int, remaining: int,
        inside: bool,
    ) -> int:
        """Add the journeys that are not closed for good; until when what they need stays so."""
        reach = NO_END
        leaving: dict[int, tuple[Formula, int]] = {}
        dangers: dict[str | None, int] = {}
        first, last = self.window.start, self.window.end
        for way, bare in self.arrivals.worth(s, remaining):
            operation = way.operation
            arrival = self.arrivals.of(way, s, state, low, bare, inside)
            shut, end = arrival.enter, arrival.shut_before
            crossing = self.gates.crossing(way, low)
            if shut.true:
                known = leaving.get(way.leave.number)
                if known is None:
                    leave = self.openings.ask(way.leave, state, low)
                    end = 0 if leave.true else self.arrivals.shut_before(
                        way.leave, leave, state, low
                    )
                    known = leaving[way.leave.number] = leave, end
                shut, end = known
                if shut.true and crossing.is_shut:
                    end = crossing.end
            if end > low + HORIZON_DAYS:
                last = min(last, end - HORIZON_DAYS)
                continue
            danger = dangers.get(operation.mode)
            if danger is None:
                danger = dangers[operation.mode] = max(
                    self.hazards.level(m, operation.place, state, low, operation)
                    for m in ("leave", "board")
                )
            is_sure = not (arrival.enter.false or arrival.stay.false or shut.false)
            quickest, slowest = TRAVEL_DAYS[str(operation.mode)]
            needs: tuple[int, ...] = (0,)
            if high < arrival.end:
                needs, reach = arrival.needs, min(reach, arrival.end)
            offers.append(Move(
                way.number, arrival.reached, 0 if is_sure and crossing.is_open else 1,
                max(danger, arrival.danger), quickest, slowest, 0, 0, None, arrival.days, None,
                needs,
            ))
            for span in (arrival, shut, crossing):
                if span.start > first:  # noqa: PLR1730
                    first = span.start
                if span.end < last:  # noqa: PLR1730
                    last = span.end
        self.window.narrow(first, last)
        return reach

    def candidates(self, state: int, remaining: int = 99) -> Iterator[Operation]:
        """Every operation worth asking about in a state.

        An operation after which too few steps remain to reach the goal is left out.
        """
        s = self.space.all[state]
        for offered in self.effects.useful(s, remaining):
            yield self.operations[offered.number]
        if not self.space.is_waiting(s):
            for way in self.arrivals.ways(s):
                yield way.operation

    def settle(self, label: Label, offer: Move) -> Move | None:
        """What an offered operation really asks for and brings, or `None` when it is closed."""
        low, high = self.span(label)
        found = self._find_settled(label.state, offer.operation, low, high)
        if found is None:
            found = self._settle(label.state, offer.operation, low, high)
            self._settled.setdefault((label.state, offer.operation), []).append(found)
        if not found.masks:
            return None
        return Move(
            offer.operation, offer.state, max(offer.doubt, found.doubt),
            max(offer.danger, found.danger),
            offer.days_low, offer.days_high, offer.fee_low, offer.fee_high, found.masks,
            offer.stay, offer.ahead,
        )

    def _find_settled(self, state: int, number: int, low: int, high: int) -> Settled | None:
        """What is known already of an operation whose step comes from `low` to `high`."""
        for found in self._settled.get((state, number), ()):
            if found.is_whole:
                if found.start == low and found.end == high + 1:
                    return found
            elif found.start <= low and high < found.end:
                return found
        return None

    def _settle(self, state: int, number: int, low: int, high: int) -> Settled:
        operation = self.operations[number]
        self.window.open()
        f = self.openings.over(operation, state, low, high)
        self.window.narrow(f.start, f.end)
        if f.true and self.present.may_end_before(operation, state, low):
            needed = self.present.needed(operation, state, low)
            f = together(self.formulas.atoms, [within(needed, f.start, f.end), f])
        if not f.true:
            opens = self.openings.first_day(operation, state, max(f.end, high + 1), low + HORIZON_DAYS)
            if opens:
                self._waits.setdefault(state, set()).add(opens)
            return Settled(*self._valid(f, low, high), 0, 0, (), 0)
        level = self.hazards.of(operation, state, low)
        personal = self.formulas.atoms.personal
        masks = tuple([personal(m) for m in f.true])
        asks = 0
        for mask in masks:
            asks |= mask
        return Settled(
            *self._valid(f, low, high), int(bool(f.false)), level, absorb(masks), asks
        )

    def _further_danger(self, operation: Operation, state: int, day: int) -> int:
        """The weight of the dangers of an operation that its offer does not tell yet."""
        if operation.procedure is not None:
            return self.hazards.of(operation, state, day)
        level = 0
        for place in operation.via:
            level = max(level, self.hazards.level("board", place, state, day, operation))
        return level

    def questions_of(self, before: Label, number: int) -> int:
        """All that the person can tell on which a step, or a danger on it, turns, as a mask."""
        low, high = self.span(before)
        operation = self.operations[number]
        asks = self.hazards.questions_of(operation, before.state, low)
        found = self._find_settled(before.state, number, low, high)
        return asks if found is None else asks | found.asks

    def _valid(self, f: Formula, low: int, high: int) -> tuple[int, int, bool]:
        """For which days what was looked up holds, and whether only for these as a whole."""
        if self.window.end <= high or f.end == high + 1:
            return low, high + 1, True
        return self.window.start, self.window.end, False


__all__ = [
    "DYNAMIC", "HORIZON_DAYS", "MODES", "TRAVEL_DAYS", "Operation", "State", "World",
    "covered_places",
]
