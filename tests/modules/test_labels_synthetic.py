"""On made-up worlds the label search gives exactly what exhaustive search and clingo give."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import profiles  # noqa: F401
from safeconduct.engine.labels import run

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import asp, exhaustive
from benchmarks.synthetic import (
    SMALL,
    UNBOUNDED,
    Pathways,
    Size,
    front_of,
    make_person,
    make_world,
)

TINY = Size(places=5, documents=4, statuses=3, entries=80, procedures=90, facts=5, steps=4)


def front(world, person, *, bounded):
    problem = Pathways(world, person, bounded=bounded)
    return front_of(run(problem, problem.start(), max_steps=world.size.steps, most=UNBOUNDED))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_search_with_and_without_bounds_equals_exhaustive_search(law, who):
    world = make_world(TINY, law)
    person = make_person(world, who)
    expected = exhaustive.search(world, person)
    assert front(world, person, bounded=False) == expected
    assert front(world, person, bounded=True) == expected


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_bounds_never_promise_more_than_a_pathway_costs(law, who):
    world = make_world(TINY, law)
    problem = Pathways(world, make_person(world, who))
    for labels in run(problem, problem.start(), max_steps=TINY.steps, most=UNBOUNDED).values():
        for goal in labels:
            at = goal.parent
            while at is not None:
                least = problem.at_least(at.state)
                rest = [g - a for g, a in zip(goal[2:6], at[2:6], strict=True)]
                assert all(have >= bound for have, bound in zip(rest, least[2:], strict=True))
                assert goal.danger >= least[1]
                assert goal.steps - at.steps >= problem.steps_left(at.state)
                at = at.parent


@pytest.mark.parametrize("seed", [4, 39, 123])
def test_at_size_s_the_front_equals_that_of_clingo(seed):
    world = make_world(SMALL, 1)
    person = make_person(world, seed)
    found = asp.solve(world, person, limit_seconds=60)
    assert found.is_whole
    assert found.answers == front(world, person, bounded=True)
    assert found.answers


def test_a_solver_that_runs_out_of_time_says_so():
    world = make_world(SMALL, 1)
    found = asp.solve(world, make_person(world, 0), limit_seconds=0.0)
    assert not found.is_whole
