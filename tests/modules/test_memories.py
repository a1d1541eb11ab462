"""What is remembered is used again for just the days, states and answers for which it holds."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from safeconduct.engine import planes
from safeconduct.engine.atoms import Atom
from safeconduct.engine.decide import Decider, Scope
from safeconduct.engine.evaluate import evaluate
from safeconduct.engine.formula import Formulas
from safeconduct.engine.gates import gates_of
from safeconduct.engine.questions import FIRST, first_questions
from safeconduct.engine.resolve import _changed, _is_about
from safeconduct.engine.search import make_world
from safeconduct.engine.states import DYNAMIC, State
from safeconduct.engine.world import Settled
from safeconduct.model.condition import (
    Attribute,
    Between,
    Holds,
    Literal,
    RecordField,
    all_of,
    compare,
    has_record,
    not_,
)
from safeconduct.model.population import Population
from safeconduct.model.proof import Gap, GapKind
from safeconduct.model.situation import Situation
from worlds import (
    DAY,
    OPEN_GATES,
    START,
    assertion,
    asylum,
    edition,
    fact,
    flights,
    person,
    procedure,
    rule,
    stays,
)


def travels(base, first="XA", to="XB", mode="air"):
    """The gates of an edition, and its journey by that mode."""
    gates = gates_of(Formulas(base, dynamic=DYNAMIC).program)
    ways = gates.ways_out(first, DAY.toordinal())
    return gates, next(w for w in ways if w.operation.to == to and w.operation.mode == mode)


def test_a_crossing_is_remembered_for_the_days_of_its_fact_only():
    opens = date(2026, 1, 10)
    flight = fact(
        "flight", False, valid_from=date(2025, 1, 1), valid_before=opens, from_="XA", to="XB",
        also=[assertion(True, valid_from=opens)],
    )
    base = edition(
        rules=OPEN_GATES, facts=[flight, *stays(90, "XB-XA")], procedures=asylum("XB")
    )
    gates, way = travels(base)
    late, early = DAY.toordinal(), date(2025, 7, 1).toordinal()
    now = gates.crossing(way, late)
    assert (now.is_open, now.is_shut) == (True, False)
    assert now.start == opens.toordinal()
    before = gates.crossing(way, early)
    assert (before.is_open, before.is_shut) == (False, True)
    assert (before.start, before.end) == (date(2025, 1, 1).toordinal(), opens.toordinal())
    assert gates.crossing(way, date(2024, 1, 1).toordinal()).is_open is False
    assert gates.crossing(way, late) is now


def test_what_may_be_done_on_a_day_is_not_what_may_be_done_before_the_law_changes():
    opens = DAY + timedelta(days=200)
    base = edition(
        rules=[*(r for r in OPEN_GATES if r["id"] != "xa.enter"),
               rule("enter", "may_enter", valid_from=opens),
               rule("shut", "may_enter", valid_from=START, valid_before=opens, gives=False)],
        facts=[*flights("XA-XB"), *stays(90, "XB-XA")], procedures=asylum("XB"),
    )
    who = person(nationalities=["XA"], complete=["paper", "order", "claim", "proceeding"])
    world = make_world(base, who, goal="protection", day=DAY.toordinal())

    def journeys(days):
        label = world.start()._replace(days_low=days, days_high=days)
        moves = [m for m in world.moves(label, 4) if world.operations[m.operation].kind == "travel"]
        return [m.operation for m in moves if world.settle(label, m) is not None]

    assert journeys(250)
    assert not journeys(10)
    assert not journeys(199)
    assert journeys(200) == journeys(250)


@pytest.mark.parametrize("is_whole,low,high,is_known", [
    (True, 10, 20, True), (True, 9, 20, False), (True, 11, 20, False), (True, 10, 19, False),
    (True, 10, 21, False),
    (False, 10, 20, True), (False, 12, 15, True), (False, 9, 15, False), (False, 12, 21, False),
    (False, 20, 20, True),
])
def test_what_holds_for_a_span_is_used_for_it_or_within_it_only(is_whole, low, high, is_known):
    """Where it holds for the span as a whole, for just that span; where on each day, within it."""
    world = make_world(
        edition(rules=OPEN_GATES, facts=flights("XA-XB")), person(), goal="protection", day=1
    )
    world._settled[0, 7] = [Settled(10, 21, is_whole, 0, 0, (0,), 0)]
    assert (world._find_settled(0, 7, low, high) is not None) == is_known
    assert world._find_settled(1, 7, low, high) is None


def atom(*key, name=""):
    return Atom(key, Gap(GapKind.NOT_GIVEN, name), 0, (True, False))


@pytest.mark.parametrize("asked,changed,is_about", [
    (atom("attribute", "duty"), {"duty"}, True),
    (atom("attribute", "duty"), {"service"}, False),
    (atom("age", None, (1, 2)), {"birth_year"}, True),
    (atom("age", None, (1, 2)), {"age"}, False),
    (atom("argument", "p", Attribute("duty")), {"duty"}, True),
    (atom("argument", "p", Attribute("duty")), {"paper"}, False),
    (atom("argument", "p", RecordField("paper", "issuer")), {"paper"}, True),
    (atom("argument", "p", RecordField("paper", "issuer")), {"issuer"}, False),
    (atom("other", "paper.visa", "XB"), {"paper"}, True),
    (atom("other", "paper.visa", "XB"), {"visa"}, False),
    (atom("field", "paper", (), "valid"), {"paper"}, True),
    (atom("field", "paper", (), "valid"), {"valid"}, False),
    (atom("visa-stay", "XB", name="paper.valid_until"), {"paper"}, True),
    (atom("visa-stay", "XB", name="paper.valid_until"), {"valid_until"}, False),
    (atom("stay", "XB", name="standing"), {"standing"}, True),
])
def test_an_open_question_is_about_what_the_person_would_answer(asked, changed, is_about):
    assert _is_about(asked, frozenset(changed)) == is_about


@pytest.mark.parametrize("before,after,changed", [
    ({"unsure": {"duty"}}, {"unsure": set()}, {"duty"}),
    ({"unsure": {"duty"}}, {"unsure": {"duty", "paper.visa"}}, {"paper"}),
    ({"complete": {"order"}}, {"complete": {"order", "claim"}}, {"claim"}),
    ({"complete": {"order"}}, {"complete": set()}, None),
    ({"values": {"exit_ban": True}}, {"values": {"exit_ban": True, "conscience": False}},
     {"conscience"}),
    ({"values": {"exit_ban": True}}, {"values": {"exit_ban": False}}, None),
    ({"values": {}}, {"values": {"present_in": "XB"}}, None),
])
def test_which_answers_are_new_and_when_all_must_be_asked_again(before, after, changed):
    def situation(values=(), unsure=(), complete=()):
        return Situation(dict(values), unsure=frozenset(unsure), complete=frozenset(complete))

    found = _changed(situation(**before), situation(**after))
    assert found == (None if changed is None else frozenset(changed))


@pytest.mark.parametrize("other,at_least", [(100, 60), (30, 60), (30, 10), (90, 60)])
@pytest.mark.parametrize("said", [{}, {"conscience": True}, {"conscience": False}])
def test_a_value_that_rules_differ_on_is_read_alike_by_both_readings(other, at_least, said):
    at = {"place": "XB", "nationality": "XA"}
    base = edition(rules=[
        rule("usual", "visa_free_days", gives=90, for_=at),
        rule("other", "visa_free_days", {"conscience": True}, gives=other, for_=at),
    ])
    asked = Holds("visa_free_days", (Literal("XB"), Literal("XA")), Between(at_least=at_least))
    who, day = Situation(said), DAY.toordinal()
    quick = Formulas(base).condition(asked, Scope(), who, day)
    assert quick.plain is Decider(base, who, day).condition(asked, Scope()).truth


def test_a_paper_leaves_standing_and_claim_as_they_were():
    paper = {"kind": "visa", "issuer": "XC", "visa": "long-stay", "valid_days": 90}
    base = edition(
        rules=OPEN_GATES, facts=[*flights("XA-XB"), *stays(90, "XB-XA")],
        procedures=[*asylum("XB"), procedure("visa", "obtain", "XC", [{"paper": paper}])],
    )
    world = make_world(base, person(nationalities=["XA"]), goal="protection", day=DAY.toordinal())
    visa = next(p for p in base.procedures if p.id == "xa.visa")
    visitor = world.space.standing_id("visitor", 90)
    there = State(world.space.place_id("XB"), 0, visitor, world.space.place_id("XB"), -1, -1, -1)
    effect = world.effects.of(visa)
    after = world.effects.after(effect, there)
    assert after == there._replace(papers=effect.papers, visa=world.space.place_id("XC"))
    assert effect.papers


def test_where_nothing_is_known_the_first_questions_come_in_order_each_weighing_less():
    found = first_questions(edition(), Situation({}))
    names = [q.attribute for q in found]
    assert names[0] == "present_in"
    asked = [n for n in FIRST if n in names]
    assert names[: len(asked)] == asked
    assert [q.weight for q in found] == list(range(len(found), 0, -1))
    told = first_questions(edition(), Situation({"birth_year": 1990}))
    assert [q.attribute for q in told] == [n for n in names if n != "birth_year"]


@pytest.mark.parametrize("size", [1, 63, 64, 65, 127, 200, 643])
def test_a_population_of_many_blocks_is_decided_like_one_of_one_block(monkeypatch, size):
    rng = np.random.default_rng(size)
    values = [True, False, None]
    columns = {
        name: [values[n] for n in rng.integers(0, 3, size)] for name in ("exit_ban", "conscience")
    }
    owners = sorted(rng.integers(0, size, 2 * size).tolist())
    stages = [("wanted", "charged")[n] for n in rng.integers(0, 2, 2 * size)]
    people = Population.of_columns(
        columns, size=size,
        records={"proceeding": (owners, {"state": ["RU"] * len(owners), "stage": stages})},
        complete={"proceeding": [True] * size},
    )
    base, goal = edition(), all_of(compare("exit_ban", True), not_(compare("conscience", True)))
    wanted = has_record("proceeding", state="RU", stage="wanted")

    def decided():
        found = evaluate(base, [goal, wanted], people, on=DAY)
        told = [[found.truth(k, n) for n in range(size)] for k in range(2)]
        return *told, found.count(0), found.count(1)

    whole = decided()
    monkeypatch.setattr(planes, "BLOCK", 64)
    assert decided() == whole
    sought = {owner for owner, stage in zip(owners, stages, strict=True) if stage == "wanted"}
    assert [t.value == "true" for t in whole[1]] == [n in sought for n in range(size)]
    for n, truth in enumerate(whole[0]):
        a, b = columns["exit_ban"][n], columns["conscience"][n]
        shut, is_sure = a is False or b is True, a is True and b is False
        assert truth.value == ("false" if shut else "true" if is_sure else "unknown")
