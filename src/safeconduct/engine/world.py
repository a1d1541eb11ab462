"""One person's world as a search problem: the lawful operations out of each state.

Operations are travel through the gates, procedures, and waits. Gates and requirements are
formulas (see `formula`), each worked out once for all states that look the same to it. A visa,
permit or laissez-passer got outside the state that gives it is used by the next journey, which
goes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ..kb.edition import Edition
from ..model.condition import Condition
from ..model.knowledge import ClaimGrant, PaperGrant, Procedure, StandingGrant
from ..model.period import NO_END, parse_day
from ..model.proof import Gap, GapKind
from ..model.situation import Record, Situation
from ..model.truth import Truth, all_of
from .algebra import FALSE, TRUE, Formula, conjunction, disjunction, together, within
from .atlas import MODES, Atlas, Operation, covered_places
from .atoms import absorb
from .formula import Formulas
from .gates import Gates, Way, gates_of
from .hazards import Hazards
from .labels import NOT_KNOWN, UNLIMITED, Ahead, Label, Move
from .program import Matter
from .reading import paper_valid
from .states import DYNAMIC, State, States, Window, first_of
from .stays import Basis, Stays

#: How far ahead a change of the law is looked for, and a stage without known length may reach.
HORIZON_DAYS = 1095
#: Days that one journey takes, at least and at most.
TRAVEL_DAYS = {"air": (1, 3), "land": (1, 5), "sea": (1, 5)}
PROTECTION = ("refugee", "subsidiary")
#: Papers got outside the issuing state in order to go there.
_LEADS_TO_ISSUER = ("visa", "residence-permit", "laissez-passer", "return-certificate")
#: Zone whose members share out claims between them.
DUBLIN = "DUBLIN"
#: What a paper is asked for and what it must not be asked for towards a goal: its stated purpose
#: would not be true.
_UNTRUE_PURPOSES = {"protection": ("visit", "study", "work"), "stay": ("visit",)}


class _Arrival(NamedTuple):
    """What a journey meets on arrival, from `start` until before `end`."""

    start: int
    end: int
    enter: Formula
    stay: Formula
    reached: int
    days: int
    danger: int
    needs: tuple[int, ...]


class _Effect(NamedTuple):
    """What a procedure does to a state.

    `new_papers` are those that the person does not hold already, `leads` the states to which a
    paper leads, `claim` the place of the claim after it (-1: none, -2: as before).
    """

    papers: int
    new_papers: int
    is_more_than_papers: bool
    decides_on: int
    leads: tuple[int, ...]
    standing: int
    claim: int
    stay: int | None


class _Settled(NamedTuple):
    """What an operation asks for and brings, from `start` until before `end`."""

    start: int
    end: int
    doubt: int
    danger: int
    masks: tuple[int, ...]


@dataclass(slots=True)
class _Offers:
    """What may be done in a state, for the days from `start` until before `end`.

    Journeys that stay closed for as long as is looked ahead are left out; that holds where the
    first day is before `latest`.
    """

    start: int
    end: int
    latest: int
    offers: list[Move]
    remaining: int


@dataclass(slots=True)
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
    _offers: dict[int, _Offers] = field(default_factory=dict)
    _settled: dict[tuple[int, int], list[_Settled]] = field(default_factory=dict)
    _waits: dict[int, set[int]] = field(default_factory=dict)
    _arrivals: dict[tuple[object, ...], list[_Arrival]] = field(default_factory=dict)
    _aheads: dict[tuple[object, ...], list[tuple[int, int, Ahead | None]]] = field(
        default_factory=dict
    )
    _ways_to: dict[tuple[str, str], tuple[Way, ...]] = field(default_factory=dict)
    _leading: dict[str, tuple[tuple[int, Procedure], ...]] = field(default_factory=dict)
    _figures: dict[str, list[tuple[int, int, tuple[int, int], tuple[int, int]]]] = field(
        default_factory=dict
    )
    _effects: dict[str, _Effect] = field(default_factory=dict)
    _least: list[int] = field(default_factory=list)
    _least_places: dict[str, int] = field(default_factory=dict)
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
        return Label(0, 0, 0, 0, 0, 0, -self._stay_left(), 0, 0, 0, None, -1)

    def _stay_left(self) -> int:
        """Days of lawful stay left; without limit where it has lapsed or its end is not given.

        A stay that has already lapsed is a fact about the person, with its dangers, and no bar to
        what may be asked for there; what the search avoids is making a stay lapse.
        """
        standing = first_of(self.situation.records("standing"))
        until = parse_day(standing.get("until"))
        if until is None or until.last.toordinal() < self.on or standing.get("kind") == "none":
            return UNLIMITED
        return until.first.toordinal() - self.on

    def is_consistent(self, mask: int) -> bool:
        """Whether an assumption does not contradict itself."""
        return self.formulas.atoms.is_consistent(mask)

    def at_least(self, state: int) -> tuple[int, int, int, int, int, int] | None:
        """No bound on the criteria: each end keeps its own front."""
        return None

    def steps_left(self, state: int) -> int:
        """Fewest steps to the goal from a state."""
        least = self._least
        while len(least) <= state:
            least.append(self._steps_left(self.space.all[len(least)]))
        return least[state]

    def _steps_left(self, s: State) -> int:
        place = self.space.place_names[s.place]
        if self.goal_name == "protection":
            if s.claim >= 0:
                return 1
            return 3 if s.visa >= 0 else self._least_at(place)
        return 2 if s.visa >= 0 and self.space.place_names[s.visa] == place else 1

    def _least_at(self, place: str) -> int:
        """Fewest steps to the goal from a place where nothing is under way."""
        found = self._least_places.get(place)
        if found is None:
            found = 0
            if self.goal_name == "protection":
                there = not self.goal_places or place in self.goal_places
                found = 2 if there and self.atlas.takes_claims(place) else 3
            self._least_places[place] = found
        return found

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

    def moves(self, label: Label, remaining: int) -> Iterator[Move]:
        """Every operation out of a label that may be lawful and can still lead to a goal."""
        low, high = self._span(label)
        known = self._offers.get(label.state)
        if known is None or not (
            known.start <= low < known.latest and high < known.end
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
            yield Move(
                self.gates.operation_id(operation), label.state, 0, level, days - label.days_low,
                days - label.days_high, 0, 0, (0,), None,
            )

    def _within_stay(self, offers: list[Move], left: int) -> Iterator[Move]:
        """Offers as far as they end, or may end, within the lawful stay that is left."""
        for offer in offers:
            if offer.stay is None and offer.days_high > left:
                if offer.days_low <= left:
                    yield offer._replace(doubt=1, days_high=left)
            else:
                yield offer

    def _span(self, label: Label) -> tuple[int, int]:
        """The first and last day on which the step after a label may come."""
        low = self.on + label.days_low
        return low, self.on + min(label.days_high, label.days_low + HORIZON_DAYS)

    def settle(self, label: Label, offer: Move) -> Move | None:
        """What an offered operation really asks for and brings, or `None` when it is closed."""
        low, high = self._span(label)
        known = self._settled.setdefault((label.state, offer.operation), [])
        for found in known:
            if found.start <= low and high < found.end:
                break
        else:
            found = self._settle(label.state, offer.operation, low, high)
            known.append(found)
        if not found.masks:
            return None
        return Move(
            offer.operation, offer.state, max(offer.doubt, found.doubt), found.danger,
            offer.days_low, offer.days_high, offer.fee_low, offer.fee_high, found.masks,
            offer.stay, offer.ahead,
        )

    def _settle(self, state: int, number: int, low: int, high: int) -> _Settled:
        operation = self.operations[number]
        self.window.open()
        f = self._over(operation, state, low, high)
        self.window.narrow(f.start, f.end)
        if not f.true:
            if high < f.end < low + HORIZON_DAYS and self.formula_of(operation, state, f.end).true:
                self._waits.setdefault(state, set()).add(f.end)
            return _Settled(*self._covering(low, high), 0, 0, ())
        level = self.hazards.of(operation, state, low)
        return _Settled(
            *self._covering(low, high), int(bool(f.false)), level, self._personal(f)
        )

    def _personal(self, f: Formula) -> tuple[int, ...]:
        """What of the assumptions that make a formula true the person can tell."""
        personal = self.formulas.atoms.personal
        return absorb(tuple([personal(m) for m in f.true]))

    def _covering(self, low: int, high: int) -> tuple[int, int]:
        return min(self.window.start, low), max(self.window.end, high + 1)

    def _over(self, operation: Operation, state: int, low: int, high: int) -> Formula:
        """An operation's formula over every day on which the step may come.

        Where the answer changes within those days, it depends on which side of the change the
        step falls, and that is an assumption of its own.
        """
        first = self.formula_of(operation, state, low)
        if first.end > high:
            return first
        later = self._over(operation, state, first.end, high)
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

    def _all_offers(self, state: int, low: int, high: int, remaining: int) -> _Offers:
        self.window.open()
        s = self.space.all[state]
        inside = self._in_dublin(self.space.place_names[s.place], low)
        offers = [
            self._procedure_offer(number, procedure, s, low, remaining, inside)
            for number, procedure in self._procedures(s, remaining)
        ]
        latest = NO_END
        leaving: dict[object, Formula] = {}
        dangers: dict[str | None, int] = {}
        first, last = self.window.start, self.window.end
        for way in self._journeys(s, remaining):
            operation = way.operation
            if self._least_at(operation.to) >= remaining:
                continue
            arrival = self._arrival(way, s, state, low, remaining, inside)
            shut = arrival.enter
            crossing = self.gates.crossing(way, low)
            if shut.true:
                leave = leaving.get(way.leave.number)
                if leave is None:
                    leave = leaving[way.leave.number] = self._ask(way.leave, state, low)
                shut = leave
            end = shut.end if not shut.true else crossing.end if crossing.is_shut else 0
            if end > low + HORIZON_DAYS:
                latest = min(latest, end - HORIZON_DAYS)
                continue
            danger = dangers.get(operation.mode)
            if danger is None:
                danger = max(
                    self.hazards.level(m, operation.place, state, low, operation)
                    for m in ("leave", "board")
                )
                dangers[operation.mode] = danger
            is_sure = not (arrival.enter.false or arrival.stay.false or shut.false)
            quickest, slowest = TRAVEL_DAYS[str(operation.mode)]
            offers.append(Move(
                way.number, arrival.reached, 0 if is_sure and crossing.is_open else 1,
                max(danger, arrival.danger), quickest, slowest, 0, 0, None, arrival.days, None,
                arrival.needs if high < arrival.end else (0,),
            ))
            for span in (arrival, shut, crossing):
                first = max(first, span.start)
                last = min(last, span.end)
        self.window.narrow(first, last)
        return _Offers(*self._covering(low, high), latest, offers, remaining)

    def _arrival(
        self, way: Way, s: State, state: int, day: int, remaining: int, inside: bool
    ) -> _Arrival:
        """What a journey meets on arrival; the same from everywhere unless rules ask from where."""
        operation, entry = way.operation, way.entry
        bare = remaining <= 3 and self._claims_ignore_papers(operation.to)
        key = (
            entry.number, s.papers, bare, s.union if inside else -2,
            entry.looks(self.space.key_of(state)) if entry.looks is not None else None,
        )
        known = self._arrivals.setdefault(key, [])
        for found in known:
            if found.start <= day < found.end:
                return found
        outer = self.window.start, self.window.end
        self.window.open()
        enter = self._ask(way.entry.enter, state, day)
        self.window.narrow(enter.start, enter.end)
        record, stay, days = self.stays.basis(state, operation.to, day)
        if not self.asks_stay(operation):
            stay = TRUE
        self.window.narrow(stay.start, stay.end)
        union = -1
        if self._in_dublin(operation.to, day):
            union = s.union if inside else self.space.place_id(operation.to)
        kept = s.papers if union >= 0 else s.papers & ~self.space.visas
        reached = self.space.number(State(
            self.space.place_id(operation.to), 0 if bare else kept, self._standing(record), -1,
            union, -1, self.space.place_id(operation.place) if entry.from_where else -1,
        ))
        danger = self.hazards.level("enter", operation.to, state, day, operation)
        made = _Arrival(
            self.window.start, self.window.end, enter, stay, reached, days, danger,
            self._personal(together(self.formulas.atoms, [enter, stay])),
        )
        self.window.start, self.window.end = outer
        known.append(made)
        return made

    def candidates(self, state: int, remaining: int = 99) -> Iterator[Operation]:
        """Every operation worth asking about in a state.

        An operation after which too few steps remain to reach the goal is left out.
        """
        s = self.space.all[state]
        for number, _ in self._procedures(s, remaining):
            yield self.operations[number]
        for way in self._journeys(s, remaining):
            yield way.operation

    def _procedures(self, s: State, remaining: int) -> Iterator[tuple[int, Procedure]]:
        after = self._steps_after()
        for number, procedure in self._procedures_at(self.space.place_names[s.place]):
            if remaining > after[procedure.kind] and self._is_useful(procedure, s):
                yield number, procedure

    def _journeys(self, s: State, remaining: int) -> Iterator[Way]:
        if s.claim >= 0 or remaining <= self._steps_after()["travel"]:
            return
        place = self.space.place_names[s.place]
        if s.visa < 0:
            yield from self.gates.ways_out(place, self.on)
            return
        target = self.space.place_names[s.visa]
        found = self._ways_to.get((place, target))
        if found is None:
            found = tuple(w for w in self.gates.ways_out(place, self.on) if w.operation.to == target)
            self._ways_to[place, target] = found
        yield from found

    def _procedures_at(self, place: str) -> tuple[tuple[int, Procedure], ...]:
        found = self._leading.get(place)
        if found is None:
            found = self._leading[place] = tuple(
                (self.gates.operation_id(o), o.procedure) for o in self.atlas.procedures_at(place)
                if o.procedure is not None and self._leads_on(o.procedure)
            )
        return found

    def _leads_on(self, procedure: Procedure) -> bool:
        """Whether a procedure may be proposed as a step towards the goal."""
        if procedure.purpose in _UNTRUE_PURPOSES.get(self.goal_name, ()):
            return False
        if self.goal_name != "protection" and not self.goal_name.startswith("reach:"):
            return True
        return procedure.kind != "stay"

    def _is_useful(self, procedure: Procedure, s: State) -> bool:
        """Whether a procedure gives anything that the state does not have."""
        effect = self._effect(procedure)
        if effect.decides_on >= 0:
            return s.claim == effect.decides_on
        if s.claim >= 0 or s.visa >= 0:
            return False
        if effect.new_papers & ~s.papers:
            return True
        standing = self.space.standings[s.standing].get("kind")
        return effect.is_more_than_papers and standing not in PROTECTION

    def _effect(self, procedure: Procedure) -> _Effect:
        found = self._effects.get(procedure.id)
        if found is None:
            found = self._effects[procedure.id] = self._work_out_effect(procedure)
        return found

    def _work_out_effect(self, procedure: Procedure) -> _Effect:
        space, is_decision = self.space, procedure.kind == "decision"
        to = space.place_id(procedure.to)
        papers = new_papers = 0
        is_more, leads = False, []
        standing, claim, stay = -1, -2, None
        for grant in procedure.grants:
            match grant:
                case PaperGrant(fields):
                    bit = 1 << space.grant_bit(grant)
                    papers |= bit
                    if not is_more and not self._holds_already(grant):
                        new_papers |= bit
                    given = dict(fields)
                    if given.get("kind") in _LEADS_TO_ISSUER and given.get("visa") not in (
                        "transit", "exit",
                    ):
                        leads.append(space.place_id(str(given["issuer"])))
                    continue
                case StandingGrant(kind, days):
                    standing = space.standing_id(kind, days or UNLIMITED)
                    stay = UNLIMITED if days is None else days
                    claim = -1 if is_decision else claim
                case ClaimGrant():
                    claim, stay = to, UNLIMITED
                case _:
                    pass
            is_more = True
        return _Effect(
            papers, new_papers, is_more, to if is_decision else -1, tuple(leads), standing, claim,
            stay,
        )

    def _holds_already(self, grant: PaperGrant) -> bool:
        """Whether the person holds such a paper, valid on the day asked about."""
        fields = dict(grant.fields)
        return any(
            all(paper.get(k) == v for k, v in fields.items())
            and paper.get("held", "held") == "held"
            and paper_valid(paper, self.on) is Truth.TRUE
            for paper in self.situation.records("paper")
        )

    def _steps_after(self) -> dict[str, int]:
        """Fewest steps that must follow each kind of operation before the goal."""
        if self.goal_name == "protection":
            return {"travel": 2, "obtain": 3, "lodge": 1, "decision": 0, "stay": 3}
        return {"travel": 0, "obtain": 1, "lodge": 0, "decision": 0, "stay": 0}

    # Gates and requirements

    def formula_of(self, operation: Operation, state: int, day: int) -> Formula:
        """Whether an operation is open in a state on a day."""
        if operation.procedure is not None:
            return self._procedure_formula(operation.procedure, state, day)
        way = self.gates.way(self.gates.operation_id(operation))
        enter = self._ask(way.entry.enter, state, day)
        if not enter.true:
            return enter
        leave = self._ask(way.leave, state, day)
        if not leave.true:
            return leave
        parts = [enter, leave]
        parts.extend(self._ask(m, state, day) for m in self.gates.carriage(way))
        if self.asks_stay(operation):
            parts.append(self.stays.basis(state, operation.to, day)[1])
        return together(self.formulas.atoms, parts)

    def plain_truth(self, operation: Operation, state: int, day: int) -> Truth:
        """What the plain reading of the rules makes of an operation: see `Formula.plain`."""
        if operation.kind == "wait":
            return Truth.TRUE
        if operation.procedure is not None:
            return self._procedure_formula(operation.procedure, state, day).plain
        way = self.gates.way(self.gates.operation_id(operation))
        asked = (way.entry.enter, way.leave, *self.gates.carriage(way))
        parts = [self._ask(m, state, day) for m in asked]
        if self.asks_stay(operation):
            parts.append(self.stays.basis(state, operation.to, day)[1])
        return all_of(p.plain for p in parts)

    def requirement(self, condition: Condition, state: int, day: int) -> Formula:
        """Whether a condition without arguments holds in a state on a day."""
        return self._ask(self.formulas.program.requirement(condition, (), ()), state, day)

    def _ask(self, matter: Matter, state: int, day: int) -> Formula:
        return self.formulas.in_state(matter, self.space, state, day)

    def _procedure_formula(self, procedure: Procedure, state: int, day: int) -> Formula:
        start, end = procedure.valid_from, procedure.valid_before
        if day < start:
            return within(FALSE, 1, start)
        if day >= end:
            return within(FALSE, end, NO_END)
        return within(self.requirement(procedure.when, state, day), start, end)

    def asks_stay(self, operation: Operation) -> bool:
        """Whether a lawful stay matters after a journey: not where being there is the goal."""
        return self.goal_name != f"reach:{operation.to}"

    def stay_basis(self, state: int, to: str, day: int) -> Basis:
        """The standing on entering a place, what it rests on, and for how many days at the least."""
        return self.stays.basis(state, to, day)

    # What operations lead to

    def _in_dublin(self, place: str, day: int) -> bool:
        return self.window.look_up("member_of", (place, DUBLIN), day).value is True

    def _claims_ignore_papers(self, place: str) -> bool:
        """Whether what is left to do in a place, a claim and its decision, asks for no paper."""
        return self.goal_name == "protection" and self.atlas.claims_ignore_papers(place)

    def _standing(self, record: Record) -> int:
        days = record.get("stay_days") if self.goal_name == "stay" else None
        return self.space.standing_id(str(record.get("kind")), days)

    def _procedure_offer(
        self, number: int, procedure: Procedure, s: State, day: int, remaining: int, inside: bool
    ) -> Move:
        """What a procedure leads to, and the least that it can cost."""
        new = self._after(procedure, s)
        (low, high), fee = self._figures_of(procedure, day)
        reached = self.space.number(new)
        ahead = None
        if new.visa >= 0 and s.visa < 0:
            ahead = self._journey_ahead(reached, new, day, remaining - 1, inside)
        return Move(
            number, reached, int(procedure.discretionary), 0, low, high, fee[0], fee[1], None,
            self._effect(procedure).stay, ahead,
        )

    def _journey_ahead(
        self, state: int, s: State, day: int, remaining: int, inside: bool
    ) -> Ahead | None:
        """What every journey to where a paper leads passes; `None` where that changes in time."""
        ways = tuple(self._journeys(s, 99))
        if not ways or not self.asks_stay(ways[0].operation):
            return None
        key = (
            s.papers, remaining <= 3, s.union if inside else -2,
            *((e.number, e.looks(self.space.key_of(state)) if e.looks is not None else None)
              for e in (w.entry for w in ways)),
        )
        known = self._aheads.setdefault(key, [])
        for start, end, ahead in known:
            if start <= day < end:
                return ahead
        last = day + 2 * HORIZON_DAYS
        ahead, end = self._work_out_ahead(ways, s, state, day, last, remaining)
        known.append((day, min(end, day + HORIZON_DAYS // 2), ahead))
        return ahead

    def _work_out_ahead(
        self, ways: tuple[Way, ...], s: State, state: int, day: int, last: int, remaining: int
    ) -> tuple[Ahead | None, int]:
        masks: set[int] = set()
        landings: set[int] = set()
        is_sure = False
        longest, first_end = 0, 0
        while day <= last:
            end = NO_END
            inside = self.edition.look_up("member_of", (ways[0].operation.place, DUBLIN), day)
            for way in ways:
                arrival = self._arrival(
                    way, s, state, day, remaining, inside.value is True
                )
                landings.add(arrival.reached)
                longest = max(longest, arrival.days)
                end = min(end, arrival.end, inside.end)
                masks.update(arrival.needs)
                is_sure = is_sure or not (arrival.enter.false or arrival.stay.false)
            day = end
            first_end = first_end or end
        if len(landings) > 1:
            return None, first_end
        quickest, slowest = TRAVEL_DAYS["air"]
        least = absorb(tuple(masks))
        return Ahead(landings.pop(), quickest, slowest, longest, int(not is_sure), least), first_end

    def _after(self, procedure: Procedure, s: State) -> State:
        """The state after a procedure."""
        effect = self._effect(procedure)
        visa = s.visa
        for issuer in effect.leads:
            if issuer != s.place:
                visa = issuer
        return State(
            s.place, s.papers | effect.papers,
            s.standing if effect.standing < 0 else effect.standing,
            s.claim if effect.claim == -2 else effect.claim, s.union, visa, s.origin,
        )

    def stay_after(self, procedure: Procedure) -> int | None:
        """The lawful stay that a procedure brings; `None` where it brings none."""
        return self._effect(procedure).stay

    def duration(self, procedure: Procedure, day: int) -> tuple[int, int]:
        """Days a procedure takes, from its fact or its own record; `NOT_KNOWN` at most if neither."""
        return self._figures_of(procedure, day)[0]

    def fee(self, procedure: Procedure, day: int) -> tuple[int, int]:
        """Official fee of a procedure; `NOT_KNOWN` at most where none is recorded."""
        return self._figures_of(procedure, day)[1]

    def _figures_of(self, procedure: Procedure, day: int) -> tuple[tuple[int, int], tuple[int, int]]:
        known = self._figures.setdefault(procedure.id, [])
        for start, end, days, fee in known:
            if start <= day < end:
                self.window.narrow(start, end)
                return days, fee
        outer = self.window.start, self.window.end
        self.window.open()
        open_ended = (0, NOT_KNOWN)
        lasts = self._figure("duration_days", procedure, day) or procedure.duration_days
        costs = self._figure("fee_eur", procedure, day) or procedure.fee_eur
        start, end = self.window.start, self.window.end
        self.window.start, self.window.end = outer
        known.append((start, end, lasts or open_ended, costs or open_ended))
        self.window.narrow(start, end)
        return lasts or open_ended, costs or open_ended

    def _figure(self, predicate: str, procedure: Procedure, day: int) -> tuple[int, int] | None:
        for name in (procedure.id, procedure.template):
            if not name:
                continue
            value = self.window.look_up(predicate, (name,), day).value
            if isinstance(value, tuple):
                return int(value[0]), int(value[1])
            if isinstance(value, int | float) and not isinstance(value, bool):
                return int(value), int(value)
        return None


__all__ = [
    "DYNAMIC", "HORIZON_DAYS", "MODES", "TRAVEL_DAYS", "TRUE", "Operation", "State", "World",
    "covered_places",
]
