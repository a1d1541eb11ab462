"""Exhaustive search, written from the design and on top of `decide` only.

It walks every sequence of lawful steps, one by one, without merging states, without bounds and
without formulas. What a pathway assumes is found by trying every answer that the person could
still give. It is slow and plain on purpose: the search must agree with it on small worlds.

A step may come on any day between the earliest and the latest that the steps before it allow; each
day on which some law begins or ends is tried. What is closed on all of them may be waited for.
With `strict`, a wait is for the step it opens, and a step does not count from before it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, combinations, product
from typing import Any, NamedTuple

from safeconduct.engine.decide import Decider, Scope
from safeconduct.kb.edition import Edition
from safeconduct.model.knowledge import (
    ClaimGrant,
    Danger,
    PaperGrant,
    Procedure,
    StandingGrant,
)
from safeconduct.model.period import NO_END
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth, all_of

#: Days of a journey, as the design says; what is not known; and no limit.
JOURNEY = {"air": (1, 3), "land": (1, 5), "sea": (1, 5)}
NOT_KNOWN = 1_000_000
NO_LIMIT = 10_000_000
#: How far ahead a change of the law is looked for.
HORIZON = 1095
EVIDENCE = ("none-recorded", "alleged", "legal", "documented")
CROSSING = {"air": "flight", "land": "land_crossing", "sea": "sea_crossing"}
PROTECTED = ("refugee", "subsidiary")
LEADS_TO_ISSUER = ("visa", "residence-permit", "laissez-passer", "return-certificate")


class Way(NamedTuple):
    """A pathway as the two searches are compared: where it ends, what it costs, what it assumes.

    `assumes` is the set of answers (by number) under which it is open.
    """

    place: str
    standing: str
    doubt: int
    danger: int
    days: tuple[int, int]
    fees: tuple[int, int]
    assumes: frozenset[int]


@dataclass(frozen=True)
class Here:
    """Where a person stands."""

    place: str
    moved: bool = False
    papers: tuple[PaperGrant, ...] = ()
    standing: tuple[tuple[str, Any], ...] | None = None
    claim: str | None = None
    union: str | None = None
    bound_for: str | None = None
    origin: str | None = None


@dataclass(frozen=True)
class So:
    """What a way has cost so far. `left` is the days of lawful stay left at the worst."""

    doubt: int = 0
    danger: int = 0
    low: int = 0
    high: int = 0
    fee_low: int = 0
    fee_high: int = 0
    left: int = NO_LIMIT


@dataclass
class Exhaustive:
    """All ways of one person in one edition."""

    edition: Edition
    situation: Situation
    on: date
    goal: str
    max_steps: int
    open_questions: tuple[tuple[str, tuple[Any, ...]], ...]
    to: frozenset[str] = frozenset()
    strict: bool = False
    _deciders: dict[Any, Decider] = field(default_factory=dict)
    _steps: dict[Any, Any] = field(default_factory=dict)
    _days: tuple[int, ...] = ()
    _first: int = 0
    _opens: int = 0

    def __post_init__(self) -> None:
        self.changes = self._days_of_change()
        names = [n for n, _ in self.open_questions]
        self.answers = [
            dict(zip(names, values, strict=True))
            for values in product(*(v for _, v in self.open_questions))
        ]

    # --- the front -----------------------------------------------------------------------------

    def front(self) -> frozenset[Way]:
        """Every way that no other way to the same end beats."""
        return unbeaten(self.every())

    def every(self) -> dict[Way, None]:
        """Every way, as the searches are compared, in the order found."""
        found: dict[Way, None] = {}
        for here, so, allowed, _ in self.ways():
            kind = str(dict(here.standing or ()).get("kind", ""))
            for cube in self.cubes(allowed):
                found[Way(here.place, kind, so.doubt, so.danger, (so.low, so.high),
                          (so.fee_low, so.fee_high), cube)] = None
        return found

    def ways(self) -> Iterator[tuple[Here, So, frozenset[int], tuple[str, ...]]]:
        """Every way to the goal, whether good or bad, with the answers that leave it open."""
        start = Here(self.place_of(self.situation), claim=self._open_claim())
        everything = frozenset(range(len(self.answers)))
        yield from self._walk(start, So(left=self._stay_left()), everything, ())

    def _walk(
        self, here: Here, so: So, allowed: frozenset[int], names: tuple[str, ...]
    ) -> Iterator[tuple[Here, So, frozenset[int], tuple[str, ...]]]:
        if len(names) == self.max_steps:
            return
        waited = bool(names) and names[-1].startswith("wait")
        for step in self.steps(here, so):
            if self.strict and waited and step.opens != self.on.toordinal() + so.low:
                continue
            both = allowed & step.allowed
            if not both:
                continue
            after = self._cost(so, step)
            if after is None:
                continue
            way = (*names, step.name)
            if self.is_goal(step.here):
                yield step.here, after, both, way
            else:
                yield from self._walk(step.here, after, both, way)

    def _cost(self, so: So, step: Step) -> So | None:
        low, high, doubt = step.low, step.high, int(step.unknown or step.discretionary)
        if self.strict and step.first > self.on.toordinal() + so.low:
            low += step.first - self.on.toordinal() - so.low
        if step.until:
            days = step.until - self.on.toordinal()
            if days <= so.high or days - so.low > so.left:
                return None
            return replace(so, danger=max(so.danger, step.danger), low=days, high=days,
                           left=so.left - (days - so.high))
        if step.stay is None and so.left < NO_LIMIT // 2 and high > so.left:
            if low > so.left:
                return None
            high, doubt = so.left, 1
        return So(
            so.doubt + doubt, max(so.danger, step.danger), so.low + low,
            min(so.high + high, NOT_KNOWN), so.fee_low + step.fee[0],
            min(so.fee_high + step.fee[1], NOT_KNOWN),
            so.left - high if step.stay is None else step.stay,
        )

    def cubes(self, allowed: frozenset[int]) -> list[frozenset[int]]:
        """The widest assumptions, each on one question at a time, that lie within these answers."""
        if len(allowed) == len(self.answers):
            return [allowed]
        sides = []
        for _, values in self.open_questions:
            sides.append([
                frozenset(s)
                for s in chain.from_iterable(
                    combinations(values, n) for n in range(1, len(values) + 1)
                )
            ])
        inside = []
        for cube in product(*sides):
            members = frozenset(
                n for n, a in enumerate(self.answers)
                if all(v in s for v, s in zip(a.values(), cube, strict=True))
            )
            if members <= allowed:
                inside.append(members)
        return [c for c in inside if not any(c < other for other in inside)]

    # --- states --------------------------------------------------------------------------------

    @staticmethod
    def place_of(situation: Situation) -> str:
        return str(situation.get("present_in"))[:2]

    def _open_claim(self) -> str | None:
        here = self.place_of(self.situation)
        for claim in self.situation.records("claim"):
            if claim["in"] == here and claim["stage"] in ("voiced", "lodged", "appealed"):
                return here
        return None

    def _stay_left(self) -> int:
        for standing in self.situation.records("standing"):
            until = standing.get("until")
            if isinstance(until, date) and until >= self.on and standing.get("kind") != "none":
                return (until - self.on).days
        return NO_LIMIT

    def is_goal(self, here: Here) -> bool:
        standing = dict(here.standing or ())
        if self.to and here.place not in self.to:
            return False
        if self.goal == "protection":
            return standing.get("kind") in PROTECTED
        if self.goal.startswith("reach:"):
            return here.place == self.goal[6:]
        return here.bound_for is None and (standing.get("stay_days") or 0) >= 365

    def situation_at(self, here: Here, answer: int | None) -> Situation:
        """What would be said of the person there, with one way of answering what is open."""
        changes: dict[str, Any] = {} if answer is None else dict(self.answers[answer])
        if here.papers:
            changes["paper"] = (
                *self.situation.records("paper"),
                *({**dict(p.fields), "held": "held", "expired": False,
                   "granted_days": p.valid_days} for p in here.papers),
            )
        if here.standing is not None:
            changes["standing"] = dict(here.standing)
        if here.claim is not None and here.claim != self._open_claim():
            changes["claim"] = (*self.situation.records("claim"),
                                {"in": here.claim, "stage": "lodged"})
        if here.union is not None:
            changes["entered_union_in"] = here.union
        if here.place != self.place_of(self.situation):
            changes |= {
                "present_in": here.place, "entered_regularly": True, "detained": False,
                "in_transit_zone": False, "entered_on": None, "detained_by": None,
                "entered_from": here.origin,
            }
        return self.situation.but(**changes)

    def decider(self, here: Here, answer: int | None, day: int = 0) -> Decider:
        day = day or self._days[0]
        key = (here, answer, day)
        if key not in self._deciders:
            self._deciders[key] = Decider(self.edition, self.situation_at(here, answer), day)
        return self._deciders[key]

    def _days_of_change(self) -> tuple[int, ...]:
        """Every day on which some law begins or ends."""
        index = self.edition.index
        dated = [*index.rules, *index.procedures, *index.dangers, *index.completes,
                 *(a for f in index.facts for a in f.assertions)]
        found = {d for item in dated for d in (item.valid_from, item.valid_before)}
        return tuple(sorted(d for d in found if d < NO_END))

    # --- steps ---------------------------------------------------------------------------------

    def steps(self, here: Here, so: So) -> list[Step]:
        """Every step out of a place that some answer leaves open on a day on which it may come."""
        low = self.on.toordinal() + so.low
        high = self.on.toordinal() + min(so.high, so.low + HORIZON)
        days = (low, *(d for d in self.changes if low < d <= high))
        key = (here, days)
        if key not in self._steps:
            self._days = days
            self._waits: set[int] = set()
            found = [*self._procedures(here), *self._journeys(here)]
            self._days = days
            for until in sorted(self._waits):
                danger = self._danger(here, [("presence", here.place)])
                found.append(Step(
                    f"wait {until}", here, 0, 0, (0, 0), None, danger, False, False,
                    frozenset(range(len(self.answers))), until,
                ))
            self._steps[key] = found
        self._days = days
        return self._steps[key]  # type: ignore[no-any-return]

    def _truths(self, here: Here, ask: Any) -> tuple[Truth, frozenset[int]]:
        """The truth over the days on which the step may come, and the answers that leave it open.

        Where it differs between the days it is unknown. What is closed on all of them is waited for
        until the first day of change on which it is not.
        """
        truths = {ask(self.decider(here, None, day), day) for day in self._days}
        if truths == {Truth.FALSE}:
            last = self._days[0] + HORIZON
            for day in self.changes:
                if self._days[-1] < day < last and (
                    ask(self.decider(here, None, day), day) is not Truth.FALSE
                ):
                    self._waits.add(day)
                    break
            return Truth.FALSE, frozenset()
        self._first = min(
            day for day in self._days if ask(self.decider(here, None, day), day) is not Truth.FALSE
        )
        self._opens = 0
        if self._first == self._days[0] in self.changes:
            before = ask(self.decider(here, None, self._first - 1), self._first - 1)
            self._opens = self._first if before is Truth.FALSE else 0
        allowed = frozenset(
            n for n in range(len(self.answers))
            if any(ask(self.decider(here, n, day), day) is not Truth.FALSE for day in self._days)
        )
        return truths.pop() if len(truths) == 1 else Truth.UNKNOWN, allowed

    def _danger(self, here: Here, places: list[tuple[str, str]], **step: Any) -> int:
        worst = 0
        for moment, place in places:
            for danger in self.edition.dangers:
                if danger.moment != moment or place not in danger.places:
                    continue
                if not danger.valid_from <= self._days[0] < danger.valid_before:
                    continue
                if not _meets(danger, **step):
                    continue
                proof = self.decider(here, None).condition(
                    danger.concerns, Scope((("place", place),))
                )
                if proof.truth is not Truth.FALSE:
                    worst = max(worst, EVIDENCE.index(danger.evidence))
        return worst

    def _figure(self, name: str, procedure: Procedure, own: Any) -> tuple[int, int]:
        for identifier in (procedure.id, procedure.template):
            value = self.edition.look_up(name, (identifier,), self._days[0]).value
            if isinstance(value, tuple):
                return int(value[0]), int(value[1])
            if value is not None:
                return int(value), int(value)
        return own or (0, NOT_KNOWN)

    def _procedures(self, here: Here) -> Iterator[Step]:
        for p in self.edition.procedures:
            if p.at:
                there = here.place in p.at
            else:
                there = (here.place != p.to) == (p.kind == "obtain")
            if not there or not self._helps(p, here):
                continue
            truth, allowed = self._truths(here, lambda d, day, p=p: _holds(d, p, day))
            if not allowed:
                continue
            after, stay = self._after(p, here)
            low, high = self._figure("duration_days", p, p.duration_days)
            places = [("presence", here.place), ("authority", p.before or here.place)]
            yield Step(
                p.id, after, low, high, self._figure("fee_eur", p, p.fee_eur), stay,
                self._danger(here, places, procedure=p), truth is Truth.UNKNOWN, p.discretionary,
                allowed, 0, self._first, self._opens,
            )

    def _helps(self, p: Procedure, here: Here) -> bool:
        if p.kind == "decision":
            return here.claim == p.to and here.bound_for is None
        if self._is_waiting(here) or here.bound_for is not None:
            return False
        if here.claim is not None and any(isinstance(g, ClaimGrant) for g in p.grants):
            return False
        if p.kind == "stay" and self.goal != "stay":
            return False
        for grant in p.grants:
            if not isinstance(grant, PaperGrant):
                return dict(here.standing or ()).get("kind") not in PROTECTED
            if grant not in here.papers and not self._has(grant):
                return True
        return False

    def _is_waiting(self, here: Here) -> bool:
        """A claim made on the way is waited for; one made before the way began holds nobody back."""
        return here.claim is not None and here.claim != self._open_claim()

    def _has(self, grant: PaperGrant) -> bool:
        for paper in self.situation.records("paper"):
            same = all(paper.get(k) == v for k, v in grant.fields)
            until = paper.get("valid_until")
            valid = isinstance(until, date) and until >= self.on
            if same and valid and paper.get("held", "held") == "held":
                return True
        return False

    def _after(self, p: Procedure, here: Here) -> tuple[Here, int | None]:
        stay: int | None = None
        for grant in p.grants:
            if isinstance(grant, PaperGrant):
                told = dict(grant.fields)
                leads = told["kind"] in LEADS_TO_ISSUER and told["issuer"] != here.place
                leads = leads and told.get("visa") not in ("transit", "exit")
                papers = here.papers if grant in here.papers else (*here.papers, grant)
                here = replace(
                    here, papers=papers,
                    bound_for=str(told["issuer"]) if leads else here.bound_for,
                )
            elif isinstance(grant, StandingGrant):
                days = grant.valid_days or NO_LIMIT
                here = replace(here, standing=_standing(grant.kind, days))
                stay = grant.valid_days if grant.valid_days is not None else NO_LIMIT
                if p.kind == "decision":
                    here = replace(here, claim=None)
            elif isinstance(grant, ClaimGrant):
                here = replace(here, claim=p.to)
                stay = NO_LIMIT
        return here, stay

    def _known(self, name: str, *arguments: str, day: int = 0) -> bool:
        day = day or self.on.toordinal()
        return self.edition.look_up(name, arguments, day).value is True

    def places(self) -> list[str]:
        """Every place of whose entry or procedures something is said."""
        found = {p.to for p in self.edition.procedures}
        found |= {f.arguments[0] for f in self.edition.find_facts("visa_regime")}
        for rule in self.edition.rules_on("may_enter"):
            found |= set(rule.applies_to[0])
        return sorted(str(p) for p in found if p)

    def _routes(self, start: str, to: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        places = self.places()
        if self._known("flight", start, to):
            yield "air", ()
        else:
            via = [v for v in places if v not in (start, to) and self._known("flight", start, v)
                   and self._known("flight", v, to)]
            for v in via[:3]:
                yield "air", (v,)
            if not via:
                yield "air", ()
        for mode in ("land", "sea"):
            found = self.edition.look_up(CROSSING[mode], (start, to), self.on.toordinal())
            if found.kind != "none" and found.complete is None:
                yield mode, ()

    def _journeys(self, here: Here) -> Iterator[Step]:
        if self._is_waiting(here):
            return
        for to in self.places():
            if to == here.place or here.bound_for not in (None, to):
                continue
            for mode, via in self._routes(here.place, to):
                step = self._journey(here, to, mode, via)
                if step is not None:
                    yield step

    def _journey(self, here: Here, to: str, mode: str, via: tuple[str, ...]) -> Step | None:
        standing, days, _ = self._stay(here, to, self._days[0])
        final = self.goal == f"reach:{to}"
        stops = (here.place, *via, to)

        def ask(d: Decider, day: int) -> Truth:
            parts = [
                d.predicate("may_leave", (here.place, to, mode)).truth,
                d.predicate("may_enter", (to, mode, here.place)).truth,
                *(d.predicate(CROSSING[mode], (a, b)).truth
                  for a, b in zip(stops, stops[1:], strict=False)),
                *(d.predicate("may_transit", (v, here.place, to)).truth for v in via),
            ]
            if self.edition.rules_on("may_board"):
                parts.append(d.predicate("may_board", (here.place, to, mode)).truth)
            if not self._stay(here, to, day)[2] and not final:
                parts.append(Truth.UNKNOWN)
            return all_of(parts)

        truth, allowed = self._truths(here, ask)
        if not allowed:
            return None
        inside, before = (self._known("member_of", p, "DUBLIN", day=self._days[0])
                          for p in (to, here.place))
        union = (here.union if before else to) if inside else None
        papers = here.papers if union is not None else tuple(
            p for p in here.papers if dict(p.fields)["kind"] != "visa"
        )
        after = Here(to, True, papers, standing, None, union, None, here.place)
        places = [("leave", here.place), ("board", here.place), *(("board", v) for v in via),
                  ("enter", to)]
        return Step(
            f"{mode} {'-'.join(stops)}", after, *JOURNEY[mode], (0, 0), days,
            self._danger(here, places, mode=mode, start=here.place), truth is Truth.UNKNOWN, False,
            allowed, 0, self._first, self._opens,
        )

    def _stay(self, here: Here, to: str, day: int) -> tuple[tuple[tuple[str, Any], ...], int, bool]:
        """The standing on entering, for how many days, and whether that is known."""
        situation = self.situation_at(here, None)
        if to in (situation.get("nationalities") or ()):
            return _standing("citizen", NO_LIMIT), NO_LIMIT, True
        for paper in situation.records("paper"):
            kind = paper["kind"]
            own = paper.get("issuer") == to and paper.get("held", "held") == "held"
            if own and kind in ("visa", "residence-permit") and paper.get("visa") != "transit":
                days = paper.get("granted_days")
                name = "resident" if kind == "residence-permit" else "visitor"
                if days is None:
                    return _standing(name, None), NO_LIMIT, False
                return _standing(name, days), int(days), True
        known = [
            int(found)
            for n in situation.get("nationalities") or ()
            if (found := self.edition.look_up("visa_free_days", (to, n), day).value) is not None
        ]
        if not known:
            return _standing("visitor", None), NO_LIMIT, False
        return _standing("visitor", max(known)), max(known), True


@dataclass(frozen=True)
class Step:
    """One step, with all that it costs; `first` is the first day on which it is not closed.

    `opens` is that day where it was closed the day before; `until` the day that is waited for.
    """

    name: str
    here: Here
    low: int
    high: int
    fee: tuple[int, int]
    stay: int | None
    danger: int
    unknown: bool
    discretionary: bool
    allowed: frozenset[int]
    until: int = 0
    first: int = 0
    opens: int = 0


def _holds(d: Decider, p: Procedure, day: int) -> Truth:
    if not p.valid_from <= day < p.valid_before:
        return Truth.FALSE
    return d.condition(p.when, Scope()).truth


def _standing(kind: str, days: int | None) -> tuple[tuple[str, Any], ...]:
    return (("kind", kind), ("granted", True), ("stay_days", days))


def _meets(
    danger: Danger, *, procedure: Procedure | None = None, mode: str = "", start: str = ""
) -> bool:
    if danger.moment == "authority":
        assert procedure is not None
        return not danger.procedures or procedure.id in danger.procedures
    if danger.moment == "presence":
        return True
    if danger.modes and mode not in danger.modes:
        return False
    return danger.moment == "leave" or not danger.origins or start in danger.origins


def no_worse(a: Way, b: Way) -> bool:
    """Whether a way is no worse than another on all four criteria, and assumes no more."""
    return (
        a.doubt <= b.doubt and a.danger <= b.danger and a.days[0] <= b.days[0]
        and a.days[1] <= b.days[1] and a.fees[0] <= b.fees[0] and a.fees[1] <= b.fees[1]
        and a.assumes >= b.assumes
    )


def unbeaten(ways: dict[Way, None]) -> frozenset[Way]:
    """The ways that no other one to the same end beats."""
    ends: dict[tuple[str, str], list[Way]] = {}
    for way in ways:
        ends.setdefault((way.place, way.standing), []).append(way)
    return frozenset(
        way for group in ends.values() for way in group
        if not any(other != way and no_worse(other, way) for other in group)
    )
