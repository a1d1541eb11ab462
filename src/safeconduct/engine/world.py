"""One person's world as a search problem: states, and the lawful operations out of each.

A state is a place, the papers held, the standing there, a claim under way, and the state through
which the Dublin area was entered. Operations are travel through the gates, procedures, and waits.
Gates and requirements are formulas (see `formula`), each worked out once for all states that look
the same to it. A visa, permit or laissez-passer got outside the state that gives it is used by the next journey,
which goes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from ..kb.edition import Edition, Found
from ..model.condition import (
    AllOf,
    AnyOf,
    Attribute,
    Compare,
    Condition,
    HasRecord,
    Holds,
    Literal,
    Not,
    OneOf,
    Parameter,
)
from ..model.knowledge import (
    ClaimGrant,
    Danger,
    PaperGrant,
    Procedure,
    StandingGrant,
)
from ..model.pathway import EVIDENCE
from ..model.period import NO_END, parse_day
from ..model.proof import Gap, GapKind
from ..model.situation import Record, Situation
from ..model.truth import Truth
from .atoms import absorb
from .decide import Scope
from .formula import FALSE, TRUE, Formula, Formulas
from .labels import NOT_KNOWN, UNLIMITED, Label, Move
from .reading import changes_on, paper_valid

#: How far ahead a change of the law is looked for, and a stage without known length may reach.
HORIZON_DAYS = 1095
#: Days that one journey takes, at least and at most.
TRAVEL_DAYS = {"air": (1, 3), "land": (1, 5), "sea": (1, 5)}
#: Most places to change planes that are considered for one journey.
MOST_VIA = 3
MODES = ("air", "land", "sea")
PROTECTION = ("refugee", "subsidiary")
#: Papers got outside the issuing state in order to go there.
_LEADS_TO_ISSUER = ("visa", "residence-permit", "laissez-passer", "return-certificate")
#: Zone whose members share out claims between them.
DUBLIN = "DUBLIN"
_OPEN_CLAIM = ("voiced", "lodged", "appealed")
_CROSSING = {"air": "flight", "land": "land_crossing", "sea": "sea_crossing"}

#: What differs between states, and so between what formulas look at.
DYNAMIC = (
    "paper", "standing", "claim", "present_in", "entered_union_in", "entered_from", "entered_on",
    "entered_regularly", "in_transit_zone", "detained", "detained_by",
)


class State(NamedTuple):
    """Where a person stands; every part an integer."""

    place: int
    papers: int
    standing: int
    claim: int
    union: int
    visa: int
    origin: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What a move does: travel, a procedure, or a wait until a day."""

    kind: str
    place: str
    to: str
    mode: str | None = None
    via: tuple[str, ...] = ()
    procedure: Procedure | None = None
    until: int = 0

    @property
    def name(self) -> str:
        """A stable name, by which operations are put in order."""
        if self.procedure is not None:
            return self.procedure.id
        route = "-".join((self.place, *self.via, self.to))
        return f"{self.kind}.{self.mode or self.until}.{route}".lower()


@dataclass(slots=True)
class _Offers:
    """What may be done in a state, for the days from `start` until before `end`."""

    start: int
    end: int
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
    place_names: list[str] = field(default_factory=list)
    standings: list[Record] = field(default_factory=list)
    grants: list[PaperGrant] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    destinations: tuple[str, ...] = ()
    _place_ids: dict[str, int] = field(default_factory=dict)
    _state_ids: dict[State, int] = field(default_factory=dict)
    _operation_ids: dict[Operation, int] = field(default_factory=dict)
    _situations: dict[int, Situation] = field(default_factory=dict)
    _keys: dict[int, tuple[object, ...]] = field(default_factory=dict)
    _offers: dict[int, _Offers] = field(default_factory=dict)
    _settled: dict[
        tuple[int, int], list[tuple[int, int, tuple[int, int, tuple[int, ...]] | None]]
    ] = field(default_factory=dict)
    _waits: dict[int, set[int]] = field(default_factory=dict)
    _arrivals: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    _procedures_at: dict[str, tuple[Procedure, ...]] = field(default_factory=dict)
    _used: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    _dangers: dict[tuple[str, str], list[Danger]] = field(default_factory=dict)
    _danger_memo: dict[tuple[object, ...], list[tuple[int, int, int]]] = field(default_factory=dict)
    _journeys: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = field(
        default_factory=dict
    )
    _paper_memo: dict[PaperGrant, Record] = field(default_factory=dict)
    _stays: dict[tuple[int, str], list[tuple[int, int, tuple[Record, Formula, int]]]] = field(
        default_factory=dict
    )
    _sources: dict[str, frozenset[str]] = field(default_factory=dict)
    _paperless: dict[str, bool] = field(default_factory=dict)
    _flights: dict[str, frozenset[str]] = field(default_factory=dict)
    _grant_memo: dict[PaperGrant, int] = field(default_factory=dict)
    _standing_memo: dict[tuple[str, int | None], int] = field(default_factory=dict)
    _danger_picks: dict[tuple[str, str], Callable[[tuple[object, ...]], object]] = field(
        default_factory=dict
    )
    _goal_memo: dict[int, int | None] = field(default_factory=dict)
    _ends: list[tuple[str, str]] = field(default_factory=list)
    _origin_places: frozenset[str] = frozenset()
    _visas: int = 0
    _window: list[int] = field(default_factory=lambda: [1, NO_END])

    def __post_init__(self) -> None:
        """Index procedures and dangers by place, and make the first state."""
        for danger in self.edition.dangers:
            for place in danger.places:
                self._dangers.setdefault((place, danger.moment), []).append(danger)
        self.destinations = tuple(p for p in covered_places(self.edition) if p != "EU")
        self._origin_places = self._origin_matters()
        here = self.situation.get("present_in")
        self.standings.append(_first(self.situation.records("standing")))
        state = State(
            self.place_id(str(here)[:2]), 0, 0, self._open_claim(str(here)[:2]),
            self._given_place("entered_union_in"), -1, -1,
        )
        self.state_id(state)

    def _given_place(self, name: str) -> int:
        value = self.situation.get(name)
        return -1 if value is None else self.place_id(value)

    def _open_claim(self, here: str) -> int:
        for claim in self.situation.records("claim"):
            if claim.get("in") == here and claim.get("stage") in _OPEN_CLAIM:
                return self.place_id(here)
        return -1

    def _origin_matters(self) -> frozenset[str]:
        """The places whose rules ask from where a person came; a star where one asks everywhere."""
        found: set[str] = set()
        asks = ("entered_from",)
        for rule in self.edition.rules:
            if not self.formulas.condition_needs(rule.when).isdisjoint(asks):
                found.update(rule.applies_to[0] if rule.applies_to and rule.applies_to[0] else "*")
        for procedure in self.edition.procedures:
            own = attributes_in(procedure.when)
            if "entered_from" in own:
                found.add(procedure.to)
        return frozenset(found)

    def look_up(self, predicate: str, arguments: tuple[str | None, ...], day: int) -> Found:
        """What facts say; the days for which they say it narrow the window now being worked out."""
        found = self.edition.look_up(predicate, arguments, day)
        self._narrow(found.start, found.end)
        return found

    def _narrow(self, start: int, end: int) -> None:
        self._window[0] = max(self._window[0], start)
        self._window[1] = min(self._window[1], end)

    def place_id(self, code: str) -> int:
        """The number of a place."""
        found = self._place_ids.get(code)
        if found is None:
            found = len(self.place_names)
            self._place_ids[code] = found
            self.place_names.append(code)
        return found

    def state_id(self, state: State) -> int:
        """The number of a state."""
        found = self._state_ids.get(state)
        if found is None:
            found = len(self.states)
            self._state_ids[state] = found
            self.states.append(state)
        return found

    def operation_id(self, operation: Operation) -> int:
        """The number of an operation."""
        found = self._operation_ids.get(operation)
        if found is None:
            found = len(self.operations)
            self._operation_ids[operation] = found
            self.operations.append(operation)
        return found

    def start(self) -> Label:
        """The label of the person's own state."""
        return Label(0, 0, 0, 0, 0, 0, -self._stay_left(), 0, 0, 0, None, -1)

    def _stay_left(self) -> int:
        """Days of lawful stay left; without limit where it has lapsed or its end is not given.

        A stay that has already lapsed is a fact about the person, with its dangers, and no bar to
        what may be asked for there; what the search avoids is making a stay lapse.
        """
        standing = _first(self.situation.records("standing"))
        until = parse_day(standing.get("until"))
        if until is None or until.last.toordinal() < self.on or standing.get("kind") == "none":
            return UNLIMITED
        return until.first.toordinal() - self.on

    def situation_of(self, state_id: int) -> Situation:
        """The person's situation as it would be in a state."""
        found = self._situations.get(state_id)
        if found is None:
            found = self._build_situation(self.states[state_id])
            self._situations[state_id] = found
        return found

    def _build_situation(self, state: State) -> Situation:
        first = self.states[0]
        changes: dict[str, Any] = {}
        granted = [self.grants[n] for n in range(len(self.grants)) if state.papers >> n & 1]
        if granted:
            papers = [self._paper(g) for g in granted]
            changes["paper"] = (*self.situation.records("paper"), *papers)
        if state.standing != first.standing:
            changes["standing"] = self.standings[state.standing]
        if state.claim != first.claim and state.claim >= 0:
            lodged = {"in": self.place_names[state.claim], "stage": "lodged"}
            changes["claim"] = (*self.situation.records("claim"), lodged)
        if state.union != first.union and state.union >= 0:
            changes["entered_union_in"] = self.place_names[state.union]
        if state.place != first.place:
            changes |= {
                "present_in": self.place_names[state.place], "entered_regularly": True,
                "detained": False, "in_transit_zone": False, "entered_on": None,
                "detained_by": None,
                "entered_from": self.place_names[state.origin] if state.origin >= 0 else None,
            }
        return self.situation.but(**changes) if changes else self.situation

    def _paper(self, grant: PaperGrant) -> Record:
        """The record of a paper got on the way; one and the same for all states."""
        found = self._paper_memo.get(grant)
        if found is None:
            found = {
                **dict(grant.fields), "held": "held", "expired": False,
                "granted_days": grant.valid_days,
            }
            self._paper_memo[grant] = found
        return found

    def key_of(self, state_id: int) -> tuple[object, ...]:
        """What tells a state from others, in the order of `DYNAMIC`."""
        found = self._keys.get(state_id)
        if found is None:
            s = self.states[state_id]
            away = s.place != self.states[0].place
            found = (s.papers, s.standing, s.claim, s.place, s.union, s.origin, *[away] * 5)
            self._keys[state_id] = found
        return found

    def is_consistent(self, mask: int) -> bool:
        """Whether an assumption does not contradict itself."""
        return self.formulas.atoms.is_consistent(mask)

    def at_least(self, state: int) -> tuple[int, int, int, int, int, int] | None:
        """No bound on the criteria: each end keeps its own front."""
        return None

    def steps_left(self, state: int) -> int:
        """Fewest steps to the goal from a state."""
        s = self.states[state]
        place = self.place_names[s.place]
        if self.goal_name == "protection":
            if s.claim >= 0:
                return 1
            there = not self.goal_places or place in self.goal_places
            return 2 if there and s.visa < 0 else 3
        return 2 if s.visa >= 0 and self.place_names[s.visa] == place else 1

    def goal(self, state: int) -> int | None:
        """The end that a state is: its place and standing, or `None`."""
        if state not in self._goal_memo:
            self._goal_memo[state] = self._goal(self.states[state], state)
        return self._goal_memo[state]

    def _goal(self, s: State, number: int) -> int | None:
        place = self.place_names[s.place]
        kind = str(self.standings[s.standing].get("kind", ""))
        if self.goal_places and place not in self.goal_places:
            return None
        if self.goal_name == "protection":
            good = kind in PROTECTION
        elif self.goal_name.startswith("reach:"):
            good = place == self.goal_name[6:] and number != 0
        else:
            days = self.standings[s.standing].get("stay_days")
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
            known.start <= low and high < known.end and known.remaining >= remaining
        ):
            known = self._all_offers(label.state, low, high, remaining)
            self._offers[label.state] = known
        left = -label.late
        limited = left < UNLIMITED // 2
        for offer in known.offers:
            if limited and offer.stay is None and offer.days_high > left:
                if offer.days_low <= left:
                    yield offer._replace(doubt=1, days_high=left)
            else:
                yield offer
        for until in sorted(self._waits.get(label.state, ())):
            days = until - self.on
            if days <= label.days_high or until - low > left:
                continue
            place = self._place(label.state)
            operation = Operation("wait", place, place, until=until)
            level = self.danger_level("presence", place, label.state, low)
            yield Move(
                self.operation_id(operation), label.state, 0, level, days - label.days_low,
                days - label.days_high, 0, 0, (0,), None,
            )

    def _span(self, label: Label) -> tuple[int, int]:
        """The first and last day on which the step after a label may come."""
        low = self.on + label.days_low
        return low, self.on + min(label.days_high, label.days_low + HORIZON_DAYS)

    def settle(self, label: Label, offer: Move) -> Move | None:
        """What an offered operation really asks for and brings, or `None` when it is closed."""
        low, high = self._span(label)
        key = (label.state, offer.operation)
        for start, end, known in self._settled.get(key, ()):
            if start <= low and high < end:
                break
        else:
            start, end, known = self._settle(label.state, offer.operation, low, high)
            self._settled.setdefault(key, []).append((start, end, known))
        if known is None:
            return None
        doubt, danger, masks = known
        return offer._replace(doubt=max(offer.doubt, doubt), danger=danger, masks=masks)

    def _settle(
        self, state: int, number: int, low: int, high: int
    ) -> tuple[int, int, tuple[int, int, tuple[int, ...]] | None]:
        operation = self.operations[number]
        self._window = [1, NO_END]
        ask = (
            self._travel_formula(operation, state) if operation.procedure is None
            else self._procedure_formula(operation.procedure, state)
        )
        f = self.over(ask, low, high)
        self._narrow(f.start, f.end)
        if not f.true:
            if high < f.end < low + HORIZON_DAYS and ask(f.end).true:
                self._waits.setdefault(state, set()).add(f.end)
            return min(self._window[0], low), max(self._window[1], high + 1), None
        level = self._danger_of(operation, state, low)
        masks = absorb(tuple(self.formulas.atoms.personal(m) for m in f.true))
        start, end = min(self._window[0], low), max(self._window[1], high + 1)
        return start, end, (int(bool(f.false)), level, masks)

    def _place(self, state: int) -> str:
        return self.place_names[self.states[state].place]

    def over(self, ask: Callable[[int], Formula], low: int, high: int) -> Formula:
        """A formula over every day on which the step may come.

        Where the answer changes within those days, it depends on which side of the change the
        step falls, and that is an assumption of its own.
        """
        first = ask(low)
        if first.end > high:
            return first
        later = self.over(ask, first.end, high)
        start, end = first.start, max(first.end, later.end)
        if (first.true, first.false) == (later.true, later.false):
            return Formula(first.true, first.false, start, end)
        day = date.fromordinal(first.end).isoformat()
        gap = Gap(GapKind.NOT_RECORDED, f"before_day({day})")
        atom = self.formulas.atoms.atom(("before", first.end), gap)
        bit = 1 << atom.offset
        before = Formula((bit << 1,), (bit,))
        after = Formula((bit,), (bit << 1,))
        make = self.formulas
        either = make.disjunction(
            [make.conjunction([before, first]), make.conjunction([after, later])]
        )
        return Formula(either.true, either.false, low, high + 1)

    def gate(self, name: str, arguments: tuple[str | None, ...], state: int, day: int) -> Formula:
        """The formula of a gate for a state on a day; arguments that no rule looks at are dropped."""
        place = arguments[1] if name == "may_board" else arguments[0]
        used = self._used_arguments(name, str(place))
        projected = tuple(a if n in used else None for n, a in enumerate(arguments))
        return self.formulas.predicate(
            name, projected, self.situation_of(state), day, self.key_of(state)
        )

    def _used_arguments(self, name: str, place: str) -> frozenset[int]:
        key = (name, place)
        found = self._used.get(key)
        if found is None:
            at = 1 if name == "may_board" else 0
            names = [p.name for p in self.edition.vocabulary.predicates[name].parameters]
            used = {at}
            for rule in self.edition.rules_on(name):
                if rule.applies_to[at] and place not in rule.applies_to[at]:
                    continue
                used |= {n for n, allowed in enumerate(rule.applies_to) if allowed}
                used |= {names.index(p) for p in _parameters(rule.when) if p in names}
            for fact in self.edition.find_facts(name):
                used |= {n for n, a in enumerate(fact.arguments) if a is not None}
            found = frozenset(used)
            self._used[key] = found
        return found

    def _all_offers(self, state: int, low: int, high: int, remaining: int) -> _Offers:
        self._window = [1, NO_END]
        s = self.states[state]
        offers = [
            self._offer(operation, s, state, low, remaining)
            for operation in self.candidates(state, remaining)
        ]
        start, end = min(self._window[0], low), max(self._window[1], high + 1)
        return _Offers(start, end, offers, remaining)

    def candidates(self, state: int, remaining: int = 99) -> Iterator[Operation]:
        """Every operation worth asking about in a state.

        An operation after which too few steps remain to reach the goal is left out.
        """
        s = self.states[state]
        place = self.place_names[s.place]
        after = self._steps_after()
        for procedure in self.procedures_at(place):
            if remaining > after[procedure.kind] and self._is_useful(procedure, s):
                yield Operation(procedure.kind, place, place, procedure=procedure)
        if s.claim >= 0 or remaining <= after["travel"]:
            return
        target = self.place_names[s.visa] if s.visa >= 0 else ""
        for to, mode, via in self.journeys(place):
            if not target or to == target:
                yield Operation("travel", place, to, mode, via)

    def formula_of(self, operation: Operation, state: int, day: int) -> Formula:
        """Whether an operation is open in a state on a day."""
        if operation.procedure is None:
            return self._travel_formula(operation, state)(day)
        return self._procedure_formula(operation.procedure, state)(day)

    def _steps_after(self) -> dict[str, int]:
        """Fewest steps that must follow each kind of operation before the goal."""
        if self.goal_name == "protection":
            return {"travel": 2, "obtain": 3, "lodge": 1, "decision": 0, "stay": 3}
        return {"travel": 0, "obtain": 1, "lodge": 1, "decision": 0, "stay": 0}

    def journeys(self, place: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """The ways out of a place on the day asked about: to where, how, and through where."""
        found = self._journeys.get(place)
        if found is None:
            found = tuple(
                (to, mode, via)
                for to in self.destinations if to != place
                for mode in MODES
                for via in self.routes(place, to, mode, self.on)
            )
            self._journeys[place] = found
        return found

    def procedures_at(self, place: str) -> tuple[Procedure, ...]:
        """The procedures that can be gone through in a place."""
        found = self._procedures_at.get(place)
        if found is None:
            found = tuple(
                p for p in self.edition.procedures
                if (place in p.at if p.at else (p.to != place) == (p.kind == "obtain"))
                and self._leads_on(p)
            )
            self._procedures_at[place] = found
        return found

    def _leads_on(self, procedure: Procedure) -> bool:
        """Whether a procedure can matter to the goal."""
        if self.goal_name != "protection" and not self.goal_name.startswith("reach:"):
            return True
        return procedure.kind != "stay"

    def _is_useful(self, procedure: Procedure, s: State) -> bool:
        """Whether a procedure gives anything that the state does not have."""
        if procedure.kind == "decision":
            return s.claim >= 0 and self.place_names[s.claim] == procedure.to
        if s.claim >= 0 or s.visa >= 0:
            return False
        for grant in procedure.grants:
            if isinstance(grant, PaperGrant):
                if s.papers >> self.grant_bit(grant) & 1 or self._holds_already(grant):
                    continue
                return True
            return self.standings[s.standing].get("kind") not in PROTECTION
        return False

    def _holds_already(self, grant: PaperGrant) -> bool:
        """Whether the person holds such a paper, valid on the day asked about."""
        fields = dict(grant.fields)
        return any(
            all(paper.get(k) == v for k, v in fields.items())
            and paper.get("held", "held") == "held"
            and paper_valid(paper, self.on) is Truth.TRUE
            for paper in self.situation.records("paper")
        )

    def grant_bit(self, grant: PaperGrant) -> int:
        """The number of a paper that can be obtained."""
        found = self._grant_memo.get(grant)
        if found is None:
            found = len(self.grants)
            self.grants.append(grant)
            if dict(grant.fields).get("kind") == "visa":
                self._visas |= 1 << found
            self._grant_memo[grant] = found
        return found

    def standing_id(self, kind: str, days: int | None) -> int:
        """The number of a standing gained on the way."""
        found = self._standing_memo.get((kind, days))
        if found is None:
            found = len(self.standings)
            self.standings.append({"kind": kind, "granted": True, "stay_days": days})
            self._standing_memo[kind, days] = found
        return found

    def routes(self, place: str, to: str, mode: str, day: int) -> tuple[tuple[str, ...], ...]:
        """The ways to go: direct, by changing planes, or (nothing recorded) open.

        Land and sea crossings are considered where something is recorded of them.
        """
        found = self.edition.look_up(_CROSSING[mode], (place, to), day)
        if mode != "air":
            recorded = found.kind != "none" or found.end < NO_END
            return ((),) if recorded and found.complete is None else ()
        if found.kind == "value" and found.value is True:
            return ((),)
        via = sorted(self._flown(place, day) & self._flown_to(to, day))
        return tuple((v,) for v in via[:MOST_VIA]) or ((),)

    def _flown(self, place: str, day: int) -> frozenset[str]:
        """Where direct flights from a place are known to go."""
        found = self._flights.get(place)
        if found is None:
            found = frozenset(
                v for v in self.destinations
                if v != place and self.edition.look_up("flight", (place, v), day).value is True
            )
            self._flights[place] = found
        return found

    def _flown_to(self, to: str, day: int) -> frozenset[str]:
        """From where direct flights are known to come to a place."""
        if not self._sources:
            into: dict[str, set[str]] = {}
            for place in self.destinations:
                for v in self._flown(place, day):
                    into.setdefault(v, set()).add(place)
            self._sources = {v: frozenset(places) for v, places in into.items()}
        return self._sources.get(to, frozenset())

    def _procedure_formula(self, procedure: Procedure, state: int) -> Callable[[int], Formula]:
        situation, key = self.situation_of(state), self.key_of(state)
        scope = Scope()

        def ask(day: int) -> Formula:
            start, end = procedure.valid_from, procedure.valid_before
            if day < start:
                return Formula(FALSE.true, FALSE.false, 1, start)
            if day >= end:
                return Formula(FALSE.true, FALSE.false, end, NO_END)
            f = self.formulas.condition(procedure.when, scope, situation, day, key)
            return Formula(f.true, f.false, max(f.start, start), min(f.end, end))

        return ask

    def _travel_formula(self, operation: Operation, state: int) -> Callable[[int], Formula]:
        place, to, mode, via = operation.place, operation.to, operation.mode, operation.via

        def ask(day: int) -> Formula:
            enter = self.gate("may_enter", (to, mode, place), state, day)
            if not enter.true:
                return enter
            leave = self.gate("may_leave", (place, to, mode), state, day)
            if not leave.true:
                return Formula(leave.true, leave.false, *_common(leave, enter))
            parts = [enter, leave, *self.board_formulas(operation, state, day)]
            if self.goal_name == "protection" or not self._is_final(to):
                parts.append(self.stay_basis(state, to, day)[1])
            return self.formulas.conjunction(parts)

        return ask

    def _is_final(self, to: str) -> bool:
        return self.goal_name == f"reach:{to}"

    def board_formulas(self, operation: Operation, state: int, day: int) -> list[Formula]:
        """What the carriage asks: that there is such a way, the carrier's check, and transit."""
        place, to, mode = operation.place, operation.to, str(operation.mode)
        stops = (place, *operation.via, to)
        situation, key = self.situation_of(state), self.key_of(state)
        parts = [
            self.formulas.predicate(_CROSSING[mode], (a, b), situation, day, key)
            for a, b in zip(stops, stops[1:], strict=False)
        ]
        if self.edition.rules_on("may_board"):
            parts.append(self.gate("may_board", (place, to, mode), state, day))
        parts.extend(
            self.gate("may_transit", (v, place, to), state, day) for v in operation.via
        )
        return parts

    def stay_basis(self, state: int, to: str, day: int) -> tuple[Record, Formula, int]:
        """As `_stay_basis`, remembered for the papers held."""
        known = self._stays.setdefault((self.states[state].papers, to), [])
        for start, end, basis in known:
            if start <= day < end:
                self._narrow(start, end)
                return basis
        outer, self._window = self._window, [1, NO_END]
        basis = self._stay_basis(state, to, day)
        start, end = self._window
        self._window = outer
        known.append((start, end, basis))
        self._narrow(start, end)
        return basis

    def _stay_basis(self, state: int, to: str, day: int) -> tuple[Record, Formula, int]:
        """The standing on entering a place, what it rests on, and for how many days at the least.

        The third is the stay in days; `UNLIMITED` where it has no end or is not recorded (the
        formula then says so).
        """
        situation = self.situation_of(state)
        nationalities = situation.get("nationalities") or ()
        if to in nationalities:
            return {"kind": "citizen", "granted": True, "stay_days": UNLIMITED}, TRUE, UNLIMITED
        for paper in situation.records("paper"):
            if paper.get("held", "held") != "held" or not self._gives_stay(paper, to, day):
                continue
            if paper_valid(paper, day) is Truth.FALSE:
                continue
            days = paper.get("granted_days")
            until = parse_day(paper.get("valid_until"))
            if days is None and until is not None:
                days = max(0, until.first.toordinal() - day)
                self._narrow(day, day + 1)
            kind = "resident" if paper.get("kind") == "residence-permit" else "visitor"
            if days is None:
                gap = Gap(GapKind.NOT_GIVEN, "paper.valid_until")
                return {"kind": kind, "granted": True}, self._open("visa-stay", to, gap), UNLIMITED
            return {"kind": kind, "granted": True, "stay_days": days}, TRUE, int(days)
        best: int | None = None
        start, end = 1, NO_END
        for nationality in nationalities:
            found = self.look_up("visa_free_days", (to, nationality), day)
            start, end = max(start, found.start), min(end, found.end)
            if isinstance(found.value, int | float) and found.complete is None:
                best = max(best or 0, int(found.value))
        if best is None:
            who = nationalities[0] if nationalities else "any"
            gap = Gap(GapKind.NOT_RECORDED, f"visa_free_days({to}, {who})")
            f = self._open("stay", to, gap)
            return {"kind": "visitor", "granted": True}, Formula(f.true, f.false, start, end), UNLIMITED
        record = {"kind": "visitor", "granted": True, "stay_days": best}
        return record, Formula(TRUE.true, TRUE.false, start, end), best

    def _gives_stay(self, paper: Record, to: str, day: int) -> bool:
        issuer, kind = paper.get("issuer"), paper.get("kind")
        if kind not in ("visa", "residence-permit", "laissez-passer"):
            return False
        if paper.get("visa") in ("transit", "exit"):
            return False
        if kind == "laissez-passer" and issuer == to:
            return paper.get("granted_days") is not None
        if issuer == to:
            return True
        return kind == "visa" and all(
            self.look_up("member_of", (str(p), "SCHENGEN"), day).value is True
            for p in (issuer, to)
        )

    def _open(self, key: str, place: str, gap: Gap) -> Formula:
        atom = self.formulas.atoms.atom((key, place), gap)
        bit = 1 << atom.offset
        return Formula((bit << 1,), (bit,))

    def _offer(
        self, operation: Operation, s: State, state: int, day: int, remaining: int
    ) -> Move:
        """What an operation leads to, and the least that it can cost."""
        number = self.operation_id(operation)
        if operation.procedure is None:
            record, _, days = self.stay_basis(state, operation.to, day)
            union = self._union_after(s, operation.to, day)
            kept = s.papers if union >= 0 else s.papers & ~self._visas
            if remaining <= 3 and self._claims_ignore_papers(operation.to):
                kept = 0
            new = State(
                self.place_id(operation.to), kept, self._standing(record), -1, union, -1,
                self.place_id(operation.place)
                if not self._origin_places.isdisjoint((operation.to, "*")) else -1,
            )
            low, high = TRAVEL_DAYS[str(operation.mode)]
            reached = self.state_id(new)
            if s.visa >= 0:
                self._arrivals.setdefault((s.visa, s.papers), (reached, days))
            return Move(number, reached, 0, 0, low, high, 0, 0, None, days)
        procedure = operation.procedure
        new, stay = self._after(procedure, s)
        low, high = self.duration(procedure, day)
        fee = self.fee(procedure, day)
        ahead = None
        if new.visa >= 0 and (new.visa, new.papers) in self._arrivals:
            reached, days = self._arrivals[new.visa, new.papers]
            quickest, slowest = TRAVEL_DAYS["air"]
            ahead = (reached, low + quickest, high + slowest, days)
        return Move(
            number, self.state_id(new), int(procedure.discretionary), 0, low, high,
            fee[0], fee[1], None, stay, ahead,
        )

    def _danger_of(self, operation: Operation, state: int, day: int) -> int:
        """The weight of the best-evidenced danger that an operation meets."""
        place = operation.place
        if operation.procedure is not None:
            before = operation.procedure.before or place
            return max(
                self.danger_level("presence", place, state, day, operation),
                self.danger_level("authority", before, state, day, operation),
            )
        return max(
            self.danger_level("leave", place, state, day, operation),
            *(self.danger_level("board", v, state, day, operation)
              for v in (place, *operation.via)),
            self.danger_level("enter", operation.to, state, day, operation),
        )

    def _claims_ignore_papers(self, place: str) -> bool:
        """Whether what is left to do in a place, a claim and its decision, asks for no paper."""
        if self.goal_name != "protection":
            return False
        found = self._paperless.get(place)
        if found is None:
            found = all(
                "paper" not in self._needs_of(p)
                for p in self.procedures_at(place) if p.kind in ("lodge", "decision")
            )
            self._paperless[place] = found
        return found

    def _needs_of(self, procedure: Procedure) -> frozenset[str]:
        """The dynamic things that a procedure's requirement looks at, for its own state."""
        found: set[str] = set()
        waiting: list[Condition] = [procedure.when]
        seen: set[tuple[str, tuple[str | None, ...]]] = set()
        while waiting:
            condition = waiting.pop()
            for part in subconditions(condition):
                if isinstance(part, Holds):
                    arguments = tuple(
                        str(a.value) if isinstance(a, Literal) else procedure.to
                        for a in part.arguments
                    )
                    if (part.predicate, arguments) not in seen:
                        seen.add((part.predicate, arguments))
                        waiting.extend(
                            r.when for r in self.edition.rules_for(part.predicate, arguments)
                        )
                elif isinstance(part, HasRecord):
                    found.add(part.record)
                elif isinstance(part, Compare):
                    found.add(part.attribute)
        return frozenset(found)

    def _standing(self, record: Record) -> int:
        days = record.get("stay_days") if self.goal_name == "stay" else None
        return self.standing_id(str(record.get("kind")), days)

    def _union_after(self, s: State, to: str, day: int) -> int:
        """The state through which the Dublin area was entered, after a journey."""
        if self.look_up("member_of", (to, DUBLIN), day).value is not True:
            return -1
        here = self.place_names[s.place]
        inside = self.look_up("member_of", (here, DUBLIN), day).value is True
        return s.union if inside else self.place_id(to)

    def _after(self, procedure: Procedure, s: State) -> tuple[State, int | None]:
        """The state after a procedure, and the lawful stay it brings."""
        stay: int | None = None
        for grant in procedure.grants:
            match grant:
                case PaperGrant(fields):
                    papers = s.papers | 1 << self.grant_bit(grant)
                    given = dict(fields)
                    issuer = self.place_id(str(given["issuer"]))
                    leads = given.get("kind") in _LEADS_TO_ISSUER and issuer != s.place
                    leads = leads and given.get("visa") not in ("transit", "exit")
                    s = s._replace(papers=papers, visa=issuer if leads else s.visa)
                case StandingGrant(kind, days):
                    s = s._replace(standing=self.standing_id(kind, days or UNLIMITED))
                    stay = UNLIMITED if days is None else days
                    if procedure.kind == "decision":
                        s = s._replace(claim=-1)
                case ClaimGrant():
                    s = s._replace(claim=self.place_id(procedure.to))
                    stay = UNLIMITED
                case _:
                    pass
        return s, stay

    def duration(self, procedure: Procedure, day: int) -> tuple[int, int]:
        """Days a procedure takes, from its fact or its own record; `NOT_KNOWN` at most if neither."""
        found = self._figure("duration_days", procedure, day) or procedure.duration_days
        return found or (0, NOT_KNOWN)

    def fee(self, procedure: Procedure, day: int) -> tuple[int, int]:
        """Official fee of a procedure; `NOT_KNOWN` at most where none is recorded."""
        found = self._figure("fee_eur", procedure, day) or procedure.fee_eur
        return found or (0, NOT_KNOWN)

    def _figure(self, predicate: str, procedure: Procedure, day: int) -> tuple[int, int] | None:
        for name in (procedure.id, procedure.template):
            if not name:
                continue
            value = self.look_up(predicate, (name,), day).value
            if isinstance(value, tuple):
                return int(value[0]), int(value[1])
            if isinstance(value, int | float) and not isinstance(value, bool):
                return int(value), int(value)
        return None

    def dangers_for(
        self, moment: str, place: str, operation: Operation | None, day: int
    ) -> list[Danger]:
        """The dangers of a moment in a place that this operation meets, whomever they concern."""
        return [
            d for d in self._dangers.get((place, moment), ())
            if d.valid_from <= day < d.valid_before and _meets(d, operation)
        ]

    def danger_level(
        self, moment: str, place: str, state: int, day: int, operation: Operation | None = None
    ) -> int:
        """The weight of the best-evidenced danger that concerns, or may concern, the person."""
        if (place, moment) not in self._dangers:
            return 0
        name = ""
        if operation is not None and moment != "presence":
            name = (
                operation.procedure.id if operation.procedure is not None
                else f"{operation.mode} {operation.place}"
            )
        key = (moment, place, name, self._concern_picker(place, moment)(self.key_of(state)))
        known = self._danger_memo.setdefault(key, [])
        for start, end, level in known:
            if start <= day < end:
                self._narrow(start, end)
                return level
        start, end, level = 1, NO_END, 0
        for danger in self._dangers[place, moment]:
            if day < danger.valid_from:
                end = min(end, danger.valid_from)
            elif day >= danger.valid_before:
                start = max(start, danger.valid_before)
            else:
                start, end = max(start, danger.valid_from), min(end, danger.valid_before)
                if not _meets(danger, operation):
                    continue
                f = self.concern(danger, place, state, day)
                start, end = max(start, f.start), min(end, f.end)
                if f.true:
                    level = max(level, EVIDENCE.index(danger.evidence))
        known.append((start, end, level))
        self._narrow(start, end)
        return level

    def _concern_picker(self, place: str, moment: str) -> Callable[[tuple[object, ...]], object]:
        """What picks the parts of a state that the dangers of a moment look at."""
        found = self._danger_picks.get((place, moment))
        if found is None:
            needed: set[str] = set()
            for danger in self._dangers[place, moment]:
                needed |= self.formulas.condition_needs(danger.concerns)
            places = [n for n, k in enumerate(DYNAMIC) if k in needed]
            found = itemgetter(*places) if places else _nothing
            self._danger_picks[place, moment] = found
        return found

    def concern(self, danger: Danger, place: str, state: int, day: int) -> Formula:
        """Whether a danger concerns the person in a state."""
        scope = Scope((("place", place),))
        return self.formulas.condition(
            danger.concerns, scope, self.situation_of(state), day, self.key_of(state)
        )


def _meets(danger: Danger, operation: Operation | None) -> bool:
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


def covered_places(edition: Edition) -> tuple[str, ...]:
    """Every place of whose entry or procedures the edition says something, in order."""
    found = {p.to for p in edition.procedures}
    found |= {str(f.arguments[0]) for f in edition.find_facts("visa_regime") if f.arguments[0]}
    found |= {p for r in edition.rules_on("may_enter") for p in r.applies_to[0]}
    return tuple(sorted(found))


def _nothing(_state: tuple[object, ...]) -> tuple[object, ...]:
    return ()


def _first(records: tuple[Record, ...]) -> Record:
    return records[0] if records else {}


def _common(a: Formula, b: Formula) -> tuple[int, int]:
    return max(a.start, b.start), min(a.end, b.end)


def subconditions(condition: Condition) -> Iterator[Condition]:
    """A condition and all conditions within it."""
    yield condition
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from subconditions(part)
        case Not(part):
            yield from subconditions(part)
        case HasRecord(_, _, where) if where is not None:
            yield from subconditions(where)
        case _:
            return


def attributes_in(condition: Condition) -> frozenset[str]:
    """The attributes that a condition itself looks at."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(attributes_in, parts))
        case Not(part):
            return attributes_in(part)
        case Compare(attribute):
            return frozenset({attribute})
        case Holds(_, arguments):
            return frozenset(a.name for a in arguments if isinstance(a, Attribute))
        case HasRecord(_, _, where):
            return frozenset() if where is None else attributes_in(where)


def _parameters(condition: Condition) -> Iterator[str]:
    """The names of the rule's own arguments that a condition looks at."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _parameters(part)
        case Not(part):
            yield from _parameters(part)
        case Compare(_, test):
            yield from _named(test)
        case Holds(_, arguments, test):
            yield from (a.name for a in arguments if isinstance(a, Parameter))
            yield from _named(test)
        case HasRecord(_, tests, where):
            for t in tests:
                yield from _named(t.test)
            if where is not None:
                yield from _parameters(where)


def _named(test: object) -> Iterable[str]:
    if isinstance(test, OneOf):
        return [v.name for v in test.values if isinstance(v, Parameter)]
    return []


__all__ = ["HORIZON_DAYS", "Operation", "State", "Truth", "World", "changes_on", "covered_places"]
