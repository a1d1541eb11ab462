"""T1: pathways of one person in a made-up world, against exhaustive search and clingo."""

from __future__ import annotations

import statistics
from importlib.metadata import version

from safeconduct.engine.labels import run as search

from . import asp, exhaustive
from .core import Row, once, timed
from .synthetic import (
    LARGE,
    SMALL,
    UNBOUNDED,
    Pathways,
    Person,
    Size,
    Vector,
    World,
    front_of,
    make_person,
    make_world,
)

#: Persons measured at each size, and the seconds clingo is given for each at the large one.
SMALL_PERSONS, LARGE_PERSONS = 8, 3
LIMIT_SECONDS = 120.0


def persons(world: World, count: int, *, least: int, seeds: range) -> list[tuple[Person, Vector]]:
    """The first persons by seed with so many answers, and the answers by exhaustive search."""
    found = []
    for seed in seeds:
        person = make_person(world, seed)
        answers = exhaustive.search(world, person)
        if len(answers) >= least:
            found.append((person, answers))
        if len(found) == count:
            break
    return found


def bounded(world: World, person: Person) -> frozenset[Vector]:
    """The engine's answer, its bounds worked out anew."""
    problem = Pathways(world, person)
    return front_of(search(problem, problem.start(), max_steps=world.size.steps, most=UNBOUNDED))


def unbounded(world: World, person: Person) -> frozenset[Vector]:
    """The engine's answer without any bound."""
    problem = Pathways(world, person, bounded=False)
    return front_of(search(problem, problem.start(), max_steps=world.size.steps, most=UNBOUNDED))


def small() -> list[Row]:
    """Size S: every front equals the exhaustive one and clingo's."""
    world = make_world(SMALL, 1)
    chosen = persons(world, SMALL_PERSONS, least=3, seeds=range(400))
    ours, plain, solver, equal = [], [], [], True
    for person, answers in chosen:
        seconds, front = timed(lambda p=person: bounded(world, p))
        ours.append(seconds)
        plain.append(timed(lambda p=person: exhaustive.search(world, p))[0])
        _, found = once(lambda p=person: asp.solve(world, p, limit_seconds=LIMIT_SECONDS))
        solver.append(found.seconds)
        equal = equal and found.is_whole and front == answers == found.answers
    name = f"pathways, S, {len(chosen)} people"
    one, two, three = map(statistics.median, (ours, plain, solver))
    return [
        Row(name, "ms", one * 1e3, f"clingo {version('clingo')}", three * 1e3, equal,
            "equal fronts", equal, f"median person; {sum(len(a) for _, a in chosen)} answers in all"),
        Row(name, "ms", one * 1e3, "exhaustive search", two * 1e3, equal,
            note="at this size the bounds gain little"),
    ]


def large() -> list[Row]:
    """Size L: the exhaustive search is at least five times slower; clingo has 120 s."""
    world = make_world(LARGE, 1)
    rows = []
    ours, plain, solver, equal, told = [], [], [], True, []
    for seed in range(LARGE_PERSONS):
        person = make_person(world, seed)
        seconds, front = timed(lambda p=person: bounded(world, p), repeat=3)
        ours.append(seconds)
        seconds, answers = once(lambda p=person: exhaustive.search(world, p))
        plain.append(seconds)
        equal = equal and front == answers
        _, found = once(lambda p=person: asp.solve(world, p, limit_seconds=LIMIT_SECONDS))
        solver.append(found.seconds)
        told.append(f"{len(found.answers & answers)} of {len(answers)}"
                    + ("" if found.is_whole else ", not finished"))
        equal = equal and found.answers <= answers
        equal = equal and (found.answers == answers or not found.is_whole)
    name = f"pathways, L, {LARGE_PERSONS} people"
    one, two, three = map(statistics.median, (ours, plain, solver))
    rows.append(Row(name, "s", one, "exhaustive search", two, equal, "at least 5 times",
                    equal and two >= 5 * one, "median person; the time of the bounds is counted"))
    rows.append(Row(name, "s", one, f"clingo {version('clingo')}, limit {LIMIT_SECONDS:.0f} s",
                    three, equal, note=f"answers found: {'; '.join(told)}"))
    return rows


def run() -> list[Row]:
    """The table's lines."""
    return [*small(), *large()]


__all__ = ["Size", "run"]
