"""T1: a made-up world of entry rules and procedures, as a problem for `engine.labels`.

A state is a place and a set of documents; some documents travel, some statuses are lost on leaving.
An operation needs documents, gives documents, takes days, costs money, carries a risk, and has
conditions on facts about the person, of which some are not known. What is assumed of them is part
of a label. Random worlds are not law: they are larger and less correlated than any real one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from safeconduct.engine.labels import UNLIMITED, Label, Move

#: Days a document must still be valid after arrival, at the worst.
VALIDITY_DAYS = 180
#: Criteria of `labels` on which the bounds are worked out: danger, days (2) and fees (2).
_FAR = 10**9
#: A round may have so many labels: the search is never narrowed, and its front is whole.
UNBOUNDED = 10**9


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is."""

    places: int
    documents: int
    statuses: int
    entries: int
    procedures: int
    facts: int
    steps: int = 6

    @property
    def goal(self) -> int:
        """The bit that is the goal: the last status."""
        return 1 << (self.documents + self.statuses - 1)

    @property
    def portable(self) -> int:
        """The bits of documents that travel."""
        return (1 << self.documents) - 1


SMALL = Size(places=20, documents=10, statuses=6, entries=240, procedures=70, facts=8)
LARGE = Size(places=200, documents=24, statuses=16, entries=2000, procedures=300, facts=24)


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry (where `to` is given) or a procedure, open to these nationalities.

    `conditions` are facts and the value that each must have. `stay` is the lawful stay it gives;
    0 where a procedure does not extend it.
    """

    number: int
    places: tuple[int, ...]
    to: int | None
    nationalities: frozenset[int]
    needs: int
    adds: int
    removes: int
    days: tuple[int, int]
    cost: int
    risk: int
    stay: int
    conditions: tuple[tuple[int, bool], ...]
    document: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Where somebody is, what they hold until when, and what is known of them (`None`: nothing)."""

    nationality: int
    place: int
    documents: int
    expiries: dict[int, int]
    stay: int
    facts: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class World:
    """The law of all places."""

    size: Size
    operations: tuple[Operation, ...]


def make_world(size: Size, seed: int) -> World:
    """A world by its seed."""
    draw = random.Random(f"world {seed} {size}")
    routes = [
        sorted(draw.sample(range(size.places), min(size.places - 1, 30 + draw.randrange(10))))
        for _ in range(size.places)
    ]

    def conditions() -> tuple[tuple[int, bool], ...]:
        chosen = draw.sample(range(size.facts), draw.choice((0, 0, 1, 1, 2, 3)))
        return tuple(sorted((f, draw.random() < 0.7) for f in chosen))

    def bits(count: int, low: int, high: int) -> int:
        return sum(1 << b for b in draw.sample(range(low, high), min(count, high - low)))

    def nationalities() -> frozenset[int]:
        share = draw.choice((0.05, 0.2, 0.5))
        return frozenset(n for n in range(40) if draw.random() < share) | {draw.randrange(40)}

    every = size.documents + size.statuses
    operations: list[Operation] = []
    for n in range(size.entries):
        to = n % size.places
        document = min(draw.randrange(size.documents), draw.randrange(size.documents))
        needs = 1 << document if draw.random() < 0.7 else 0
        if draw.random() < 0.15:
            needs |= bits(1, 0, size.documents)
        low = draw.randint(1, 4)
        status = size.documents + draw.randrange(size.statuses - 1)
        operations.append(Operation(
            n, tuple(p for p in range(size.places) if to in routes[p] and p != to), to,
            nationalities(), needs, 1 << status if draw.random() < 0.6 else 0, 0,
            (low, low + draw.randint(0, 10)), 10 * draw.randint(3, 120), draw.randrange(4),
            draw.choice((15, 30, 90, 180, 365)), conditions(), document,
        ))
    for n in range(size.entries, size.entries + size.procedures):
        everywhere = draw.random() < 0.15
        places = range(size.places) if everywhere else draw.sample(
            range(size.places), max(1, size.places // 12)
        )
        is_goal = n % 6 == 0
        needs = bits(draw.choice((0, 1, 1, 2)), 0, size.documents)
        if draw.random() < (0.8 if is_goal else 0.3):
            needs |= bits(1, size.documents, every - 1)
        adds = size.goal if is_goal else bits(draw.choice((1, 1, 2)), 0, size.documents)
        if not is_goal and draw.random() < 0.3:
            adds |= bits(1, size.documents, every - 1)
        removes = bits(1, 0, size.documents) & ~adds if draw.random() < 0.2 else 0
        low = draw.randint(5, 90)
        operations.append(Operation(
            n, tuple(sorted(places)), None, nationalities() | nationalities(), needs, adds, removes,
            (low, low + draw.randint(0, 120)), 10 * draw.randint(0, 80), draw.randrange(4),
            draw.choice((0, 0, 0, 90, 180, 365)), conditions(),
        ))
    return World(size, tuple(operations))


def make_person(world: World, seed: int) -> Person:
    """A person by their seed; 15 % of what could be known of them is not."""
    size = world.size
    draw = random.Random(f"person {seed} {size}")
    held = sorted({draw.randrange(size.documents), *(draw.randrange(size.documents // 2) for _ in range(3))})
    return Person(
        draw.randrange(40), draw.randrange(size.places), sum(1 << b for b in held),
        {b: draw.choice((200, 400, 700, 1500, 3650)) for b in held},
        draw.choice((20, 60, 120, 300)),
        tuple(
            None if draw.random() < 0.15 else draw.random() < 0.6 for _ in range(size.facts)
        ),
    )


def resolved(person: Person, fact: int, value: bool) -> Person:
    """The same person once one more fact is known."""
    facts = (*person.facts[:fact], value, *person.facts[fact + 1 :])
    return Person(
        person.nationality, person.place, person.documents, person.expiries, person.stay, facts
    )


@dataclass(frozen=True, slots=True)
class Open:
    """An operation that is not closed to a person, and what it assumes of them.

    `mask` has for each fact assumed the bit of the value it excludes: bit 2f excludes "true".
    """

    operation: Operation
    mask: int
    deadline: int


def open_to(world: World, person: Person) -> list[Open]:
    """The operations that known facts and nationality leave open."""
    found = []
    for operation in world.operations:
        if person.nationality not in operation.nationalities:
            continue
        mask = 0
        for fact, wanted in operation.conditions:
            known = person.facts[fact]
            if known is None:
                mask |= 1 << (2 * fact + (1 if wanted else 0))
            elif known is not wanted:
                break
        else:
            expiry = person.expiries.get(operation.document, 3650)
            deadline = expiry - VALIDITY_DAYS if operation.to is not None else _FAR
            found.append(Open(operation, mask, deadline))
    return found


def bits_of(mask: int) -> list[int]:
    """The numbers of the bits set."""
    return [b for b in range(mask.bit_length()) if mask >> b & 1]


@dataclass(slots=True)
class Pathways:
    """One person's world as a problem for `engine.labels`, with bounds unless told otherwise."""

    world: World
    person: Person
    bounded: bool = True
    _at: dict[int, list[Open]] = field(default_factory=dict)
    _states: list[tuple[int, int]] = field(default_factory=list)
    _ids: dict[tuple[int, int], int] = field(default_factory=dict)
    _steps: list[int] = field(default_factory=list)
    _least: list[list[list[int]]] = field(default_factory=list)
    _bounds: dict[int, tuple[int, tuple[int, int, int, int, int, int] | None]] = field(
        default_factory=dict
    )
    _relevant: int = -1
    _pairs: int = 0

    def __post_init__(self) -> None:
        """Index the open operations by place, drop what cannot matter, and work out the bounds."""
        size = self.world.size
        self._pairs = sum(1 << 2 * f for f in range(size.facts))
        options = open_to(self.world, self.person)
        if self.bounded:
            self._relevant = _relevant_bits(options, size)
        for option in options:
            for place in option.operation.places:
                self._at.setdefault(place, []).append(option)
        if self.bounded:
            least, self._steps = _work_out_bounds(options, size)
            self._least = least.tolist()

    def start(self) -> Label:
        """The label of the person's own state."""
        number = self._state(self.person.place, self.person.documents & self._relevant)
        return Label(0, 0, 0, 0, 0, 0, -self.person.stay, 0, number, 0, None, -1)

    def _state(self, place: int, documents: int) -> int:
        key = (place, documents)
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self._states)
            self._states.append(key)
        return found

    def moves(self, label: Label, remaining: int) -> Iterator[Move]:
        """Every operation from a label."""
        place, documents = self._states[label.state]
        portable, relevant = self.world.size.portable, self._relevant
        left, so_far = -label.late, label.days_high
        steps = self._steps
        for option in self._at.get(place, ()):
            o = option.operation
            if documents & o.needs != o.needs:
                continue
            low, high = o.days
            stay: int | None
            if o.to is None:
                if high > left or (documents & o.adds == o.adds and not o.stay):
                    continue
                after = ((documents & ~o.removes) | o.adds) & relevant
                where = place
                stay = o.stay if o.stay > left - high else None
            else:
                if so_far + high > option.deadline:
                    continue
                if steps and steps[o.to] >= remaining:
                    continue
                after = ((documents & portable) | o.adds) & relevant
                where, stay = o.to, o.stay
            yield Move(
                o.number, self._state(where, after), 0, o.risk, low, high, o.cost, o.cost,
                (option.mask,), stay,
            )

    def settle(self, label: Label, offer: Move) -> Move | None:
        """Every move already says what it adds, so there is nothing left to settle."""
        return offer

    def goal(self, state: int) -> int | None:
        """The one end, for a state that has the goal's bit."""
        return 0 if self._states[state][1] & self.world.size.goal else None

    def _bound(self, state: int) -> tuple[int, tuple[int, int, int, int, int, int] | None]:
        found = self._bounds.get(state)
        if found is None:
            place, documents = self._states[state]
            size = self.world.size
            rows = [0, *(b - size.documents + 1 for b in bits_of(documents & ~size.portable))]
            steps, risk, low, high, cost = (
                min(self._least[place][r][k] for r in rows) for k in range(5)
            )
            found = (steps, (0, risk, low, high, cost, cost))
            self._bounds[state] = found
        return found

    def steps_left(self, state: int) -> int:
        """Fewest steps to the goal, with every travelling document assumed held."""
        return self._bound(state)[0] if self.bounded else 0

    def at_least(self, state: int) -> tuple[int, int, int, int, int, int] | None:
        """Least risk, days and cost to the goal, with every travelling document assumed held."""
        return self._bound(state)[1] if self.bounded else None

    def is_consistent(self, mask: int) -> bool:
        """Whether no fact is assumed to be both true and false."""
        return not mask & mask >> 1 & self._pairs


def _relevant_bits(options: list[Open], size: Size) -> int:
    """The goal's bit and those needed by an operation that gives a relevant bit, or travels."""
    found = size.goal
    while True:
        more = found
        for option in options:
            o = option.operation
            if o.to is not None or o.adds & found or o.stay:
                more |= o.needs
        if more == found:
            return found
        found = more


def _work_out_bounds(
    options: list[Open], size: Size
) -> tuple[NDArray[np.int64], list[list[int]]]:
    """For each place and local status: fewest steps to the goal, least risk, days (2) and cost.

    Worked out backwards, with every travelling document assumed held; row 0 is without a status.
    A state with several statuses takes the least of its rows. Also the least number of steps in
    each place, whatever the status on arrival.
    """
    rows = size.statuses + 1
    least = np.full((size.places, rows, 5), _FAR, dtype=np.int64)
    prepared = []
    entries: dict[int, list[Open]] = {}
    for option in options:
        o = option.operation
        if o.to is not None:
            entries.setdefault(o.to, []).append(option)
            continue
        needs = [b - size.documents + 1 for b in bits_of(o.needs & ~size.portable)]
        adds = [0, *(b - size.documents + 1 for b in bits_of(o.adds & ~size.portable))]
        if len(needs) <= 1:
            cost = np.array([1, o.risk, *o.days, o.cost])
            prepared.append((np.array(o.places, dtype=np.int64), needs, adds, cost, bool(o.adds & size.goal)))
    for _ in range(size.steps):
        new = least.copy()
        for to, some in entries.items():
            best = np.full(5, _FAR, dtype=np.int64)
            for option in some:
                o = option.operation
                adds = [0, *(b - size.documents + 1 for b in bits_of(o.adds & ~size.portable))]
                after = least[to, adds].min(axis=0)
                np.minimum(best, _then(np.array([1, o.risk, *o.days, o.cost]), after), out=best)
            places = np.array(some[0].operation.places, dtype=np.int64)
            new[places] = np.minimum(new[places], best)
        for places, needs, adds, cost, is_goal in prepared:
            here = least[places]
            gained = here[:, adds].min(axis=1)
            if needs:
                after = np.minimum(gained, here[:, needs[0]])
                found = _then(cost, np.zeros_like(after) if is_goal else after)
                new[places, needs[0]] = np.minimum(new[places, needs[0]], found)
            else:
                after_any = np.minimum(gained[:, None], here)
                found = _then(cost, np.zeros_like(after_any) if is_goal else after_any)
                new[places] = np.minimum(new[places], found)
        if (new == least).all():
            break
        least = new
    return least, least[:, :, 0].min(axis=1).tolist()


def _then(cost: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
    """What an operation and the rest after it cost at the least."""
    total = cost + after
    total[..., 1] = np.maximum(cost[1], after[..., 1])
    return np.minimum(total, _FAR)


Vector = tuple[int, int, int, int, int]


def front_of(goals: dict[int, list[Label]]) -> frozenset[Vector]:
    """The answer: days low and high, cost, risk and assumptions of each label at the goal."""
    return frozenset(
        (x.days_low, x.days_high, x.fee_high, x.danger, x.mask) for x in goals.get(0, ())
    )


__all__ = ["LARGE", "SMALL", "UNLIMITED", "Open", "Pathways", "Person", "Size", "Vector", "World"]
