"""The search agrees with an independent formulation in answer-set programming."""

from __future__ import annotations

import os
import random

import pytest

from properties import asp
from properties.exhaustive import Way
from properties.journeys import Journey, journey
from properties.laws import Chooser
from properties.test_search import all_ways, front_of, steps_for
from worlds import DAY

#: How many worlds are tried; more with HYPOTHESIS_PROFILE=deep.
WORLDS = {"deep": 400, "mutation": 6}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 24)


class Dice(Chooser):
    """Picks by a seed, so that the set of worlds is always the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, bound: int) -> int:
        return self._random.randrange(bound)


def world(seed: int) -> Journey:
    return journey(Dice(seed))


@pytest.mark.parametrize("seed", range(WORLDS))
def test_clingo_finds_the_same_front(seed: int) -> None:
    j = world(seed)
    edition = j.base.as_of(DAY)
    exhaustive = all_ways(edition, j)
    expected = asp.front(j, steps_for(j.goal), exhaustive.answers)
    assert front_of(edition, j, exhaustive) == expected


def test_the_worlds_that_are_tried_are_worth_trying() -> None:
    """Among them are fronts of several ways, ways that assume something, and closed worlds."""
    fronts: list[frozenset[Way]] = []
    for seed in range(24):
        j = world(seed)
        exhaustive = all_ways(j.base.as_of(DAY), j)
        fronts.append(front_of(j.base.as_of(DAY), j, exhaustive))
    assert sum(len(f) > 1 for f in fronts) >= 5
    assert any(not f for f in fronts)
    assert any(w.danger and w.doubt for f in fronts for w in f)
    assert len({w.assumes for f in fronts for w in f}) > 5
