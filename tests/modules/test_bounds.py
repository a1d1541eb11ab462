"""How far it still is at least: the bound by which the search leaves out what leads nowhere."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from properties.journeys import journeys
from safeconduct.engine.labels import run, trail
from safeconduct.engine.search import make_world
from safeconduct.engine.world import World
from worlds import DAY, OPEN_GATES, asylum, edition, flights, person, procedure, stays

NEVER = 99


def visa(place, id="visa"):
    paper = {"kind": "visa", "issuer": place, "visa": "long-stay", "valid_days": 90}
    return procedure(id, "obtain", place, [{"paper": paper}], at=["XA"])


def world(goal="protection", to=(), procedures=()) -> World:
    base = edition(
        rules=OPEN_GATES, procedures=list(procedures),
        facts=[*flights("XA-XB", "XB-XC", "XA-XC"), *stays(90, "XB-XA", "XC-XA")],
    )
    who = person(nationalities=["XA"], complete=["paper", "order", "claim", "proceeding"])
    return make_world(base, who, goal=goal, day=DAY.toordinal(), to=frozenset(to))


def test_a_claim_and_its_decision_are_two_steps_and_a_journey_to_them_is_a_third():
    effects = world(procedures=asylum("XB")).effects
    assert (effects.least_at("XB"), effects.least_at("XA"), effects.least_anywhere()) == (2, 3, 2)


def test_temporary_protection_is_one_step():
    given_at_once = procedure("xb.tp", "stay", "XB", [{"standing": {"kind": "temporary-protection"}}])
    effects = world(procedures=[*asylum("XC"), given_at_once]).effects
    assert (effects.least_at("XB"), effects.least_at("XC"), effects.least_anywhere()) == (1, 2, 1)
    assert effects.least_at("XA") == 2


def test_only_the_places_asked_for_count():
    effects = world(procedures=[*asylum("XB"), *asylum("XC")], to=["XC"]).effects
    assert (effects.least_at("XB"), effects.least_at("XC"), effects.least_anywhere()) == (3, 2, 2)
    assert world(procedures=asylum("XB"), to=["XC"]).effects.least_anywhere() == NEVER


def test_a_claim_that_nobody_decides_leads_nowhere():
    lodge = asylum("XB")[0]
    effects = world(procedures=[lodge]).effects
    assert effects.least_anywhere() == NEVER
    assert effects.least_at("XB") == 1 + NEVER


def test_what_must_follow_a_procedure():
    lodge, decide = asylum("XB")
    effects = world(procedures=[lodge, decide, visa("XB"), visa("XA", "own")]).effects
    steps = {p.id: effects.steps_after(p, place) for place in ("XA", "XB")
             for _, p in effects.at(place)}
    # The visa leads to XB: a journey, a claim, a decision. No claim here looks at the other one.
    assert steps == {lodge["id"]: 1, decide["id"]: 0, "xa.visa": 3, "xa.own": 3}


@pytest.mark.parametrize("goal", ["stay", "reach:XB"])
def test_no_bound_but_the_last_step_where_protection_is_not_the_goal(goal):
    effects = world(goal, procedures=[*asylum("XB"), visa("XB")]).effects
    assert (effects.least_at("XA"), effects.least_anywhere()) == (0, 0)
    by_id = {p.id: p for _, p in effects.at("XA")}
    assert effects.steps_after(by_id["xa.visa"], "XA") == 1


@given(journeys())
def test_no_way_is_shorter_than_the_bound_of_any_state_on_it(j):
    found = make_world(j.base.as_of(DAY), j.situation, goal="protection", day=DAY.toordinal())
    for labels in run(found, found.start(), max_steps=4).values():
        for label in labels:
            way = trail(label)
            for before, after in pairwise(way):
                assert found.steps_left(before.state) <= label.steps - before.steps
                assert after.steps == before.steps + 1
