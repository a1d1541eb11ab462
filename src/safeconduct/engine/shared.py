"""Proofs of `decide` shared between states and days on which they cannot differ.

A proof is shared between two states when all that the predicate's rules look at is the same in
both, and between two days when nothing begins or ends between them, neither in the knowledge nor
in the person's papers, standing and orders.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from weakref import proxy

from ..kb.edition import Arguments, Edition
from ..model.condition import Between, Condition, HasRecord, Literal, OneOf
from ..model.knowledge import Complete, Danger, Procedure, Rule
from ..model.period import parse_day
from ..model.proof import Proof
from .conditions import subconditions
from .decide import Decider, Scope
from .world import World

#: How far ahead the days are told apart; further on, each is a time of its own.
_YEARS = 12


class _Memo(dict[tuple[str, Arguments], Proof]):
    """What a decider remembers, kept where others that look the same find it."""

    def __init__(self, shared: SharedProofs, state: int, time: int) -> None:
        """Keep for which state and time it is."""
        super().__init__()
        # Held weakly: what keeps a decider also holds it, and a circle of the two, with all that
        # one answer leaves behind, would wait for the collector.
        self._shared: SharedProofs = proxy(shared)
        self._state, self._time = state, time

    def _key(self, key: tuple[str, Arguments]) -> tuple[object, ...]:
        return (*key, self._shared.look(key[0], self._state), self._time)

    def get(self, key: tuple[str, Arguments], default: object = None) -> Proof | None:  # type: ignore[override]
        """The proof found for a state that looks the same."""
        return self._shared.proofs.get(self._key(key))

    def __setitem__(self, key: tuple[str, Arguments], proof: Proof) -> None:
        self._shared.proofs[self._key(key)] = proof


@dataclass(slots=True, eq=False, repr=False, weakref_slot=True)
class SharedProofs:
    """Deciders of one world that share their proofs."""

    world: World
    proofs: dict[tuple[object, ...], Proof] = field(default_factory=dict)
    _deciders: dict[tuple[int, int], Decider] = field(default_factory=dict)
    _conditions: dict[tuple[object, ...], Proof] = field(default_factory=dict)
    _cuts: list[int] = field(default_factory=list)
    _looks: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the days on which anything changes."""
        cuts = set(_edition_cuts(self.world.edition))
        year = date.fromordinal(self.world.on).year
        cuts.update(date(y, 1, 1).toordinal() for y in range(year, year + _YEARS))
        cuts.update(_personal_cuts(self.world))
        self._cuts = sorted(cuts)

    def time(self, day: int) -> int:
        """A number for all days between the same two changes."""
        if day >= self._cuts[-1] or _asks_days_by_name(self.world.edition):
            return -day
        return bisect_right(self._cuts, day)

    def look(self, predicate: str, state: int) -> tuple[object, ...]:
        """The parts of a state that a predicate's rules look at."""
        found = self._looks.get((predicate, state))
        if found is None:
            found = self._part(self.world.formulas.needs(predicate), state)
            self._looks[predicate, state] = found
        return found

    def _part(self, needs: frozenset[str], state: int) -> tuple[object, ...]:
        key = self.world.space.key_of(state)
        names = self.world.formulas.dynamic
        return tuple(v for n, v in zip(names, key, strict=True) if n in needs)

    def decider(self, state: int, day: int) -> Decider:
        """The decider for a state on a day."""
        found = self._deciders.get((state, day))
        if found is None:
            found = Decider(
                self.world.edition, self.world.situation_of(state), day,
                _Memo(self, state, self.time(day)),
            )
            self._deciders[state, day] = found
        return found

    def condition(self, condition: Condition, place: str | None, state: int, day: int) -> Proof:
        """The proof for a procedure's or danger's condition; `place` stands for `$place`."""
        part = self._part(self.world.formulas.condition_needs(condition), state)
        key = (id(condition), place, part, self.time(day))
        found = self._conditions.get(key)
        if found is None:
            scope = Scope() if place is None else Scope((("place", place),))
            found = self.decider(state, day).condition(condition, scope)
            self._conditions[key] = found
        return found


def _edition_cuts(edition: Edition) -> tuple[int, ...]:
    """The days on which anything in an edition begins or ends."""
    found = edition.kept.get("cuts")
    if not isinstance(found, tuple):
        days: set[int] = set()
        for fact in edition.index.facts:
            for a in fact.assertions:
                days.update((a.valid_from, a.valid_before))
        items: list[Complete | Rule | Procedure | Danger] = [
            *edition.index.completes, *edition.rules, *edition.procedures, *edition.dangers
        ]
        for item in items:
            days.update((item.valid_from, item.valid_before))
        found = edition.kept["cuts"] = tuple(sorted(days))
    return found


def _conditions_of(edition: Edition) -> Iterator[Condition]:
    yield from (r.when for r in edition.rules)
    yield from (p.when for p in edition.procedures)
    yield from (d.concerns for d in edition.dangers)


def _paper_terms(edition: Edition) -> tuple[tuple[int, ...], bool]:
    """For how many days papers are asked to be valid, and whether any rule leaves that open."""
    found = edition.kept.get("paper terms")
    if not isinstance(found, tuple):
        terms: set[int] = set()
        is_open = False
        for condition in _conditions_of(edition):
            for part in subconditions(condition):
                if not isinstance(part, HasRecord):
                    continue
                for test in part.tests:
                    match test.field, test.test:
                        case "valid_days", Between(low, high):
                            terms.update(int(b) for b in (low, high) if b is not None)
                        case "valid_days", OneOf(values):
                            for v in values:
                                if isinstance(v, Literal) and isinstance(v.value, int | float):
                                    terms.add(int(v.value))
                                else:
                                    is_open = True
                        case _:
                            pass
        found = edition.kept["paper terms"] = tuple(sorted(terms)), is_open
    return found


def _asks_days_by_name(edition: Edition) -> bool:
    return _paper_terms(edition)[1]


def _personal_cuts(world: World) -> Iterator[int]:
    """The days on which a paper, standing or order of the person begins, ends or comes near it."""
    terms = _paper_terms(world.edition)[0]
    for kind in ("paper", "standing", "order"):
        for record in world.situation.records(kind):
            for name in ("valid_from", "valid_until", "on", "until"):
                found = parse_day(record.get(name))
                if found is None:
                    continue
                for day in (found.first.toordinal(), found.last.toordinal()):
                    yield from (day, day + 1)
                    if name == "valid_until":
                        for term in terms:
                            yield from (day - term, day - term + 1)


__all__ = ["SharedProofs"]
