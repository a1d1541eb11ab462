"""One more answer: what was kept and asked again equals a search from the start."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import profiles  # noqa: F401
from properties.journeys import journeys
from safeconduct.engine.labels import Label, run, trail
from safeconduct.engine.resolve import Search, begin, filter_goals, resolve
from safeconduct.kb.base import load
from safeconduct.kb.situations import read_situation
from safeconduct.model.situation import Situation
from worlds import DAY

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.resolving import questions, told  # noqa: E402
from benchmarks.synthetic import (  # noqa: E402
    UNBOUNDED,
    Pathways,
    Size,
    front_of,
    make_person,
    make_world,
    resolved,
)

TINY = Size(places=5, documents=4, statuses=3, entries=80, procedures=90, facts=5, steps=4)
STEPS = {"protection": 4}


def begun(edition, situation, goal):
    return begin(edition, situation, goal=goal, on=DAY, max_steps=STEPS.get(goal, 3))


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.data())
def test_filtering_equals_a_fresh_search_where_costs_do_not_turn_on_answers(law, who, data):
    world, person = make_world(TINY, law), make_person(make_world(TINY, law), who)
    unknown = [f for f, known in enumerate(person.facts) if known is None]
    if not unknown:
        return
    fact, value = data.draw(st.sampled_from(unknown)), data.draw(st.booleans())
    before = Pathways(world, person)
    goals = run(before, before.start(), max_steps=TINY.steps, most=UNBOUNDED)
    after = Pathways(world, resolved(person, fact, value))
    fresh = run(after, after.start(), max_steps=TINY.steps, most=UNBOUNDED)
    bits, bit = 0b11 << 2 * fact, 1 << (2 * fact + (0 if value else 1))
    assert front_of(filter_goals(goals, [(bits, bit)])) == front_of(fresh)


def label(doubt, mask, fee=0):
    return Label(doubt, 0, 1, 1, fee, fee, 0, mask, 1, 1, None, 0)


def test_filtering_drops_what_is_ruled_out_and_what_is_now_beaten():
    dear, cheap, contrary = label(0, 0, fee=9), label(0, 0b10, fee=1), label(0, 0b01, fee=0)
    kept = filter_goals({0: [dear, cheap, contrary]}, [(0b11, 0b01)])
    assert kept == {0: [label(0, 0, fee=1)]}
    assert filter_goals({0: [contrary]}, [(0b11, 0b01)]) == {}


def test_filtering_is_not_exact_where_doubt_turns_on_an_answer():
    """Why a person's world is resolved by other means.

    Of two ways, one leans on a hole in the knowledge, one on an answer: both are doubtful, and the
    first, which assumes nothing of the person, beats the second. Once the answer is given the
    second is certain and nothing beats it, but it was left out before.
    """
    by_hole, by_answer = label(1, 0), label(1, 0b10)
    front = filter_goals({0: [by_hole, by_answer]}, [])
    assert front == {0: [by_hole]}
    certain = by_answer._replace(doubt=0, mask=0)
    assert filter_goals({0: [by_hole, certain]}, []) == {0: [certain]}
    assert filter_goals(front, [(0b11, 0b01)]) != {0: [certain]}


@given(journeys(), st.data())
def test_resolving_equals_a_search_from_the_start(j, data):
    edition = j.base.as_of(DAY)
    search = begun(edition, j.situation, j.goal)
    situation = j.situation
    for name, values in j.open_questions:
        situation = situation.but(**{name: data.draw(st.sampled_from(values))})
        search = resolve(search, situation)
        assert told(search) == told(begun(edition, situation, j.goal))


@given(journeys(), st.data())
def test_a_search_may_be_resolved_in_several_ways(j, data):
    edition = j.base.as_of(DAY)
    search = begun(edition, j.situation, j.goal)
    before = told(search)
    for name, values in j.open_questions:
        for value in values:
            after = j.situation.but(**{name: value})
            assert told(resolve(search, after)) == told(begun(edition, after, j.goal))
    assert told(search) == before


@given(journeys(), st.sampled_from(["nationalities", "paper", "conscience", "complete"]))
def test_what_changes_more_than_an_answer_is_searched_anew(j, key):
    edition = j.base.as_of(DAY)
    search = begun(edition, j.situation, j.goal)
    if key == "nationalities":
        after = j.situation.but(nationalities=("XA", "XB"))
    elif key == "paper":
        after = j.situation.but(paper=({"kind": "visa", "issuer": "XB", "expired": False},))
    elif key == "conscience":
        after = j.situation.but(conscience=not j.situation.get("conscience"))
    else:
        after = Situation(j.situation.values)
    assert told(resolve(search, after)) == told(begun(edition, after, j.goal))


@pytest.fixture(scope="module")
def base():
    return load()


@pytest.mark.parametrize("name", ["officer-in-kazakhstan", "asylum-seeker-in-kazakhstan"])
def test_on_an_example_resolving_equals_a_search_from_the_start(base, name):
    path = ROOT / "examples" / f"{name}.toml"
    situation, on = read_situation(path.read_bytes(), path.name, base.index.vocabulary)
    edition = base.as_of(date(2026, 11, 24))

    def ask(s: Situation) -> Search:
        return begin(edition, s, goal="protection", on=on)

    search = ask(situation)
    for _, after in questions(search)[:6]:
        assert told(resolve(search, after)) == told(ask(after))


def test_a_resolved_search_keeps_its_pathways_in_the_same_terms(base):
    path = ROOT / "examples" / "officer-in-kazakhstan.toml"
    situation, on = read_situation(path.read_bytes(), path.name, base.index.vocabulary)
    search = begin(base.as_of(date(2026, 11, 24)), situation, goal="protection", on=on)
    found = resolve(search, situation.but(exit_ban=False))
    for labels in found.goals.values():
        for goal in labels:
            assert [x.steps for x in trail(goal)] == list(range(goal.steps + 1))
