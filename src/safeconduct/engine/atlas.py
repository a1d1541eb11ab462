"""What an edition says of places, whoever asks: the ways between them, procedures, dangers.

All of it is worked out on first use and kept with the edition.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..kb.edition import Edition
from ..model.condition import Condition, HasRecord, Holds, Literal
from ..model.knowledge import Danger, Procedure
from ..model.period import NO_END
from .conditions import attributes_in, facts_asked_of, parameters_in, subconditions
from .program import Program

#: Most places to change planes that are considered for one journey.
MOST_VIA = 3
MODES = ("air", "land", "sea")
CROSSING = {"air": "flight", "land": "land_crossing", "sea": "sea_crossing"}
#: Journeys are kept for this many days asked about.
_MOST_DAYS = 16


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
    def key(self) -> tuple[object, ...]:
        """What tells it from others."""
        if self.procedure is not None:
            return self.procedure.id, self.place
        return self.place, self.to, self.mode, self.via, self.until

    @property
    def name(self) -> str:
        """A stable name, by which operations are put in order."""
        if self.procedure is not None:
            return self.procedure.id
        route = "-".join((self.place, *self.via, self.to))
        return f"{self.kind}.{self.mode or self.until}.{route}".lower()


@dataclass(slots=True, eq=False, repr=False)
class Atlas:
    """Places of one edition, and what can be done in and between them."""

    edition: Edition
    places: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    origin_places: frozenset[str] = frozenset()
    dangers: dict[tuple[str, str], list[Danger]] = field(default_factory=dict)
    _procedures: dict[str, tuple[Operation, ...]] = field(default_factory=dict)
    _days: dict[int, Journeys] = field(default_factory=dict)
    _used: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    asks_carriers: bool = False
    _alike: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    _asked_of_origin: dict[str, tuple[tuple[str, tuple[object, ...]], ...] | None] = field(
        default_factory=dict
    )
    _paperless: dict[str, bool] = field(default_factory=dict)
    _parts: dict[int, tuple[Condition, tuple[bool, tuple[Holds, ...]]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index dangers by place and moment."""
        self.places = _covered(self.edition)
        self.destinations = tuple(p for p in self.places if p != "EU")
        for danger in self.edition.dangers:
            for place in danger.places:
                self.dangers.setdefault((place, danger.moment), []).append(danger)
        self.origin_places = _origin_matters(self.edition)
        boarding = self.edition.vocabulary.predicates.get("may_board")
        self.asks_carriers = boarding is not None and bool(
            boarding.otherwise is not None or self.edition.rules_on("may_board")
            or self.edition.find_facts("may_board")
        )

    def procedures_at(self, place: str) -> tuple[Operation, ...]:
        """The procedures that can be gone through in a place."""
        found = self._procedures.get(place)
        if found is None:
            found = self._procedures[place] = tuple(
                Operation(p.kind, place, place, procedure=p) for p in self.edition.procedures
                if (place in p.at if p.at else (p.to != place) == (p.kind == "obtain"))
            )
        return found

    def journeys(self, place: str, day: int) -> tuple[Operation, ...]:
        """The ways out of a place on a day: to where, how, and through where."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
            found = self._days[day] = Journeys(self.edition, self.destinations, day)
        return found.out_of(place)

    def used_arguments(self, gate: str, place: str) -> frozenset[int]:
        """Which arguments of a gate its facts and rules look at, for the place it stands in."""
        found = self._used.get((gate, place))
        if found is None:
            at = 1 if gate == "may_board" else 0
            names = [p.name for p in self.edition.vocabulary.predicates[gate].parameters]
            used = {at}
            for rule in self.edition.rules_on(gate):
                if rule.applies_to[at] and place not in rule.applies_to[at]:
                    continue
                used |= {n for n, allowed in enumerate(rule.applies_to) if allowed}
                used |= {names.index(p) for p in parameters_in(rule.when) if p in names}
            for fact in self.edition.find_facts(gate):
                used |= {n for n, a in enumerate(fact.arguments) if a is not None}
            found = self._used[gate, place] = frozenset(used)
        return found

    def remembers_origin(self, place: str) -> bool:
        """Whether rules of a place ask from where a person came."""
        return place in self.origin_places or "*" in self.origin_places

    def stands_for(self, place: str, origin: str, day: int) -> str | None:
        """An origin from which entering a place, from a day on, is the same as from this one.

        `None` where no rule of the place asks from where one comes.
        """
        if self.remembers_origin(place):
            return origin
        asked = self._origin_facts(place)
        if asked is None:
            return origin
        if not asked:
            return None
        alike = self._alike.get((place, day))
        if alike is None:
            first: dict[tuple[object, ...], str] = {}
            alike = self._alike[place, day] = {}
            for other in self.destinations:
                signature = self._signature(asked, other, day)
                alike[other] = other if signature is None else first.setdefault(signature, other)
        return alike.get(origin, origin)

    def _signature(
        self, asked: tuple[tuple[str, tuple[object, ...]], ...], origin: str, day: int
    ) -> tuple[object, ...] | None:
        """What facts say of an origin from a day on; `None` where that is open at any time."""
        signature: list[object] = []
        for predicate, arguments in asked:
            given = tuple([origin if a is None else str(a) for a in arguments])
            history = [f for f in self.edition.history(predicate, given) if f.end > day]
            if any(f.kind != "value" for f in history):
                return None
            signature.append(tuple(
                [(f.start, f.end, f.value, f.complete is None) for f in history]
            ))
        return tuple(signature)

    def _origin_facts(self, place: str) -> tuple[tuple[str, tuple[object, ...]], ...] | None:
        """The facts of an origin at which rules of a place look; `None` where that is not all."""
        if place not in self._asked_of_origin:
            self._asked_of_origin[place] = self._work_out_origin_facts(place)
        return self._asked_of_origin[place]

    def _work_out_origin_facts(
        self, place: str
    ) -> tuple[tuple[str, tuple[object, ...]], ...] | None:
        names = [p.name for p in self.edition.vocabulary.predicates["may_enter"].parameters]
        if "from" not in names:
            return ()
        at = names.index("from")
        if at not in self.used_arguments("may_enter", place):
            return ()
        if any(f.arguments[at] is not None for f in self.edition.find_facts("may_enter")):
            return None
        found: dict[tuple[str, tuple[object, ...]], None] = {}
        for rule in self.edition.rules_on("may_enter"):
            if rule.applies_to[0] and place not in rule.applies_to[0]:
                continue
            asked = facts_asked_of(rule.when, "from")
            if rule.applies_to[at] or asked is None:
                return None
            if any(self.edition.rules_on(predicate) for predicate, _ in asked):
                return None
            found.update(dict.fromkeys(asked))
        return tuple(found)

    def claims_ignore_papers(self, place: str) -> bool:
        """Whether a claim and its decision in a place, and the dangers of both, ask for no paper."""
        found = self._paperless.get(place)
        if found is None:
            claims = [
                o.procedure for o in self.procedures_at(place)
                if o.procedure is not None and o.kind in ("lodge", "decision")
            ]
            met = [(place, "presence"), *((p.before or place, "authority") for p in claims)]
            found = self._paperless[place] = not any(
                self._asks_for_papers(condition, to) for condition, to in (
                    *((p.when, p.to) for p in claims),
                    *((d.concerns, at[0]) for at in dict.fromkeys(met)
                      for d in self.dangers.get(at, ())),
                )
            )
        return found

    def _asks_for_papers(self, condition: Condition, place: str) -> bool:
        """Whether a condition looks at papers; arguments of its own are taken to be the place."""
        waiting = [condition]
        seen: set[tuple[str, tuple[str | None, ...]]] = set()
        while waiting:
            asks, held = self._parts_of(waiting.pop())
            if asks:
                return True
            for part in held:
                arguments = tuple([
                    str(a.value) if isinstance(a, Literal) else place
                    for a in part.arguments
                ])
                if (part.predicate, arguments) not in seen:
                    seen.add((part.predicate, arguments))
                    waiting.extend(
                        r.when for r in self.edition.rules_for(part.predicate, arguments)
                    )
        return False

    def _parts_of(self, condition: Condition) -> tuple[bool, tuple[Holds, ...]]:
        """Whether a condition itself looks at papers, and the predicates that it asks."""
        kept = self._parts.get(id(condition))
        if kept is None:
            parts = tuple(subconditions(condition))
            kept = condition, (
                any(isinstance(p, HasRecord) and p.record == "paper" for p in parts),
                tuple(p for p in parts if isinstance(p, Holds)),
            )
            self._parts[id(condition)] = kept
        return kept[1]

    def takes_claims(self, place: str) -> bool:
        """Whether a claim can be lodged in a place."""
        return any(o.kind == "lodge" for o in self.procedures_at(place))


@dataclass(slots=True, eq=False, repr=False)
class Journeys:
    """The ways between places on one day.

    Land and sea crossings are considered where something is recorded of them. Where no direct
    flight is, a change of planes is; where none is recorded either, the flight is left open.
    """

    edition: Edition
    destinations: tuple[str, ...]
    day: int
    _out_of: dict[str, tuple[Operation, ...]] = field(default_factory=dict)
    _listed: dict[str, dict[str, tuple[str, ...]] | None] = field(default_factory=dict)
    _flights: dict[str, frozenset[str]] = field(default_factory=dict)
    _sources: dict[str, frozenset[str]] = field(default_factory=dict)

    def out_of(self, place: str) -> tuple[Operation, ...]:
        """The ways out of a place."""
        found = self._out_of.get(place)
        if found is None:
            crossings = {m: self._spoken_of(CROSSING[m], place) for m in MODES if m != "air"}
            found = self._out_of[place] = tuple(
                Operation("travel", place, to, mode, via)
                for to in self.destinations if to != place
                for mode in MODES if mode == "air" or to in crossings[mode]
                for via in self._routes(place, to, mode)
            )
        return found

    def _spoken_of(self, predicate: str, place: str) -> frozenset[str]:
        """The places to which something may be recorded of a crossing."""
        if predicate not in self._listed:
            pairs = self.edition.listed(predicate)
            by_first: dict[str, list[str]] = {}
            for a, b in pairs or ():
                by_first.setdefault(str(a), []).append(str(b))
            self._listed[predicate] = (
                None if pairs is None else {a: tuple(b) for a, b in by_first.items()}
            )
        listed = self._listed[predicate]
        return frozenset(self.destinations if listed is None else listed.get(place, ()))

    def _routes(self, place: str, to: str, mode: str) -> tuple[tuple[str, ...], ...]:
        if mode != "air":
            found = self.edition.look_up(CROSSING[mode], (place, to), self.day)
            recorded = found.kind != "none" or found.end < NO_END
            return ((),) if recorded and found.complete is None else ()
        if to in self._flown(place):
            return ((),)
        via = sorted(self._flown(place) & self._flown_to(to))
        if self._is_within(place) and self._is_within(to):
            via = [v for v in via if self._is_within(v)]
        return tuple((v,) for v in via[:MOST_VIA]) or ((),)

    def _is_within(self, place: str) -> bool:
        """Whether a place is within the area without checks at its inner borders."""
        return self.edition.look_up("member_of", (place, "SCHENGEN"), self.day).value is True

    def _flown(self, place: str) -> frozenset[str]:
        """Where direct flights from a place are known to go."""
        found = self._flights.get(place)
        if found is None:
            places = self._spoken_of("flight", place).intersection(self.destinations)
            found = self._flights[place] = frozenset(
                v for v in places
                if v != place
                and self.edition.look_up("flight", (place, v), self.day).value is True
            )
        return found

    def _flown_to(self, to: str) -> frozenset[str]:
        """From where direct flights are known to come to a place."""
        if not self._sources:
            into: dict[str, set[str]] = {}
            for place in self.destinations:
                for v in self._flown(place):
                    into.setdefault(v, set()).add(place)
            self._sources = {v: frozenset(places) for v, places in into.items()}
        return self._sources.get(to, frozenset())


def atlas_of(edition: Edition) -> Atlas:
    """The atlas kept with an edition."""
    found = edition.kept.get("atlas")
    if not isinstance(found, Atlas):
        found = edition.kept["atlas"] = Atlas(edition)
    return found


def covered_places(edition: Edition) -> tuple[str, ...]:
    """Every place of whose entry or procedures the edition says something, in order."""
    return atlas_of(edition).places


def _covered(edition: Edition) -> tuple[str, ...]:
    found = {p.to for p in edition.procedures}
    found |= {str(f.arguments[0]) for f in edition.find_facts("visa_regime") if f.arguments[0]}
    found |= {p for r in edition.rules_on("may_enter") for p in r.applies_to[0]}
    return tuple(sorted(found))


def _origin_matters(edition: Edition) -> frozenset[str]:
    """The places whose rules ask from where a person came; a star where one asks everywhere."""
    program = Program(edition, ("entered_from",))
    found: set[str] = set()
    for rule in edition.rules:
        if program.condition_needs(rule.when):
            found.update(rule.applies_to[0] if rule.applies_to and rule.applies_to[0] else "*")
    found.update(p.to for p in edition.procedures if "entered_from" in attributes_in(p.when))
    return frozenset(found)


__all__ = ["CROSSING", "MODES", "MOST_VIA", "Atlas", "Operation", "atlas_of", "covered_places"]
