"""The oracle: the same question answered by plain exhaustive search, without bounds or tricks.

It shares with the engine only the made-up world and the person. Labels are tuples
`(days_low, days_high, cost, risk, assumed, stay_left)`; states are places and sets of documents.
"""

from __future__ import annotations

from collections import defaultdict

from .synthetic import Open, Person, Vector, World, open_to

Label = tuple[int, int, int, int, int, int]


def search(world: World, person: Person) -> frozenset[Vector]:
    """Every answer that no other beats, with at most so many steps as the world's size says."""
    size = world.size
    at: dict[int, list[Open]] = defaultdict(list)
    for option in open_to(world, person):
        for place in option.operation.places:
            at[place].append(option)
    pairs = sum(1 << 2 * f for f in range(size.facts))
    start = (0, 0, 0, 0, 0, person.stay)
    kept: dict[tuple[int, int], list[Label]] = {(person.place, person.documents): [start]}
    layer = [((person.place, person.documents), start)]
    answers: list[Vector] = []
    for _ in range(size.steps):
        fresh: list[tuple[tuple[int, int], Label]] = []
        for (place, documents), (low, high, cost, risk, assumed, left) in layer:
            for option in at[place]:
                o = option.operation
                if documents & o.needs != o.needs:
                    continue
                if o.to is None:
                    if o.days[1] > left or (documents & o.adds == o.adds and not o.stay):
                        continue
                    state = (place, documents & ~o.removes | o.adds)
                    stay = max(left - o.days[1], o.stay)
                else:
                    if high + o.days[1] > option.deadline:
                        continue
                    state = (o.to, documents & size.portable | o.adds)
                    stay = o.stay
                both = assumed | option.mask
                if both & both >> 1 & pairs:
                    continue
                new = (low + o.days[0], high + o.days[1], cost + o.cost, max(risk, o.risk), both,
                       stay)
                if o.adds & size.goal:
                    add(answers, new[:5], beats_answer)
                elif add(kept.setdefault(state, []), new, beats):
                    fresh.append((state, new))
        layer = [(s, x) for s, x in fresh if x in kept[s]]
    return frozenset(answers)


def beats_answer(a: Vector, b: Vector) -> bool:
    """Whether an answer is no worse on anything and assumes no more."""
    return (
        a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2] and a[3] <= b[3] and not a[4] & ~b[4]
    )


def beats(a: Label, b: Label) -> bool:
    """The same for labels on the way, where more stay left is better."""
    return beats_answer(a[:5], b[:5]) and a[5] >= b[5]


def add(chain: list, new: tuple, better) -> bool:  # type: ignore[no-untyped-def, type-arg]
    """Add a label unless one there beats it; drop those that it beats."""
    for old in chain:
        if better(old, new):
            return False
    chain[:] = [old for old in chain if not better(new, old)]
    chain.append(new)
    return True
