"""Evaluating a population: columns, records, counts, weights, and what is refused."""

from __future__ import annotations

import random
from datetime import date

import msgspec
import numpy as np
import pytest

from safeconduct.engine.decide import Decider, Scope, decide
from safeconduct.engine.evaluate import Count, evaluate
from safeconduct.engine.planes import EVERYBODY, NOBODY, Graph, count_bits, unpack
from safeconduct.errors import UnknownName
from safeconduct.kb.base import KNOWLEDGE, load, parse, read_contents
from safeconduct.model.condition import (
    Between,
    Compare,
    Within,
    all_of,
    any_of,
    compare,
    has_record,
    not_,
)
from safeconduct.model.population import Column, Population
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth

DAY = date(2026, 11, 24)
MAY_LEAVE = b"""
[[predicate]]
name = "may_leave"
parameters = [{ name = "place", type = "place" }]
value = "truth"
true = "may leave {place}"
false = "may not leave {place}"
unknown = "whether the person may leave {place}"
"""


@pytest.fixture(scope="module")
def edition():
    """No knowledge but the words it is written in."""
    name = "vocabulary/attributes.toml"
    words = {name: read_contents(KNOWLEDGE)[name], "vocabulary/predicates.toml": MAY_LEAVE}
    return parse(words).as_of(DAY)


def test_a_goal_is_true_unknown_or_false_of_each_member(edition):
    people = Population.of_columns({"exit_ban": [True, None, False, True]})
    found = evaluate(edition, [compare("exit_ban", True)], people, on=DAY)
    assert [found.truth(0, n) for n in range(4)] == [
        Truth.TRUE, Truth.UNKNOWN, Truth.FALSE, Truth.TRUE
    ]
    assert found.count(0) == Count(2, 1, 1)
    assert found.is_true(0).tolist() == [True, False, False, True]
    assert found.is_possible(0).tolist() == [True, True, False, True]


def test_a_member_outside_the_population_is_refused(edition):
    people = Population.of_columns({"exit_ban": [True]})
    found = evaluate(edition, [compare("exit_ban", True)], people, on=DAY)
    with pytest.raises(IndexError):
        found.truth(0, 1)


def test_weights_count(edition):
    people = Population.of_columns({"exit_ban": [True, None, False]}, weights=[2.5, 1.0, 4.0])
    found = evaluate(edition, [compare("exit_ban", True)], people, on=DAY)
    assert found.count(0) == Count(2.5, 1.0, 4.0)


def test_not_exchanges_true_and_false_and_keeps_unknown(edition):
    people = Population.of_columns({"exit_ban": [True, None, False]})
    found = evaluate(edition, [not_(compare("exit_ban", True))], people, on=DAY)
    assert [found.truth(0, n).value for n in range(3)] == ["false", "unknown", "true"]


def test_kleene_and_or_over_columns(edition):
    values = [True, None, False]
    people = Population.of_columns({
        "exit_ban": [a for a in values for _ in values],
        "conscience": [b for _ in values for b in values],
    })
    both = all_of(compare("exit_ban", True), compare("conscience", True))
    either = any_of(compare("exit_ban", True), compare("conscience", True))
    found = evaluate(edition, [both, either], people, on=DAY)
    told = {Truth.TRUE: "t", Truth.UNKNOWN: "u", Truth.FALSE: "f"}
    assert "".join(told[found.truth(0, n)] for n in range(9)) == "tufuuffff"
    assert "".join(told[found.truth(1, n)] for n in range(9)) == "ttttuutuf"


def test_records_become_columns(edition):
    people = Population.of_columns(
        {}, size=4,
        records={"proceeding": ([0, 1, 1, 3], {"state": ["RU", "RU", "KZ", None],
                                               "stage": ["wanted", "charged", "wanted", "wanted"]})},
        complete={"proceeding": [False, True, True, True]},
    )
    goal = has_record("proceeding", state="RU", stage="wanted")
    found = evaluate(edition, [goal], people, on=DAY)
    assert [found.truth(0, n).value for n in range(4)] == ["true", "false", "false", "unknown"]


def test_a_region_lies_in_its_state_and_a_state_may_be_any_of_its_regions(edition):
    people = Population.of_columns({"present_in": Column.of(["UA", "UA-43", "UAX", "FR", None])})
    found = evaluate(
        edition, [compare("present_in", "UA"), compare("present_in", "UA-43")], people, on=DAY
    )
    assert [found.truth(0, n).value for n in range(5)] == [
        "true", "true", "false", "false", "unknown"
    ]
    assert [found.truth(1, n).value for n in range(5)] == [
        "unknown", "true", "false", "false", "unknown"
    ]


def test_a_value_may_have_several_codes(edition):
    codes = np.array([0, 1, 2, 0], dtype=np.uint8)
    people = Population.of_columns({"duty": Column(codes, ("absent", "absent", None))})
    found = evaluate(edition, [compare("duty", "absent")], people, on=DAY)
    assert found.count(0) == Count(3, 1, 0)


def test_an_empty_population_has_no_members(edition):
    found = evaluate(edition, [compare("exit_ban", True)], Population.of_situations([]), on=DAY)
    assert found.count(0) == Count(0, 0, 0)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 63, 64, 65, 131_071, 131_072, 131_073, 300_003])
def test_members_beyond_a_block_or_word_are_counted_once(edition, size):
    given = np.random.default_rng(size).integers(0, 3, size)
    people = Population.of_columns({"exit_ban": Column(given.astype(np.uint8), (False, True, None))})
    goals = [compare("exit_ban", True), not_(compare("exit_ban", True))]
    found = evaluate(edition, goals, people, on=DAY)
    true, false, unknown = (int((given == n).sum()) for n in (1, 0, 2))
    assert found.count(0) == Count(true, unknown, false)
    assert found.count(1) == Count(false, unknown, true)
    assert (found.is_true(0) == (given == 1)).all()


def test_a_column_of_many_days_is_tested_by_class(edition):
    start = np.datetime64("1990-01-01")
    days = start + np.random.default_rng(1).integers(0, 12_000, 5_000)
    days[::10] = np.datetime64("NaT")
    people = Population.of_columns({"entered_on": days})
    goals = [
        Compare("entered_on", Within(date(y, 1, 1).toordinal(), date(y + 3, 1, 1).toordinal()))
        for y in range(1990, 2020)
    ]
    found = evaluate(edition, goals, people, on=DAY)
    for g, goal in enumerate(goals):
        low, high = date.fromordinal(goal.test.start), date.fromordinal(goal.test.before)
        inside = (days >= np.datetime64(low)) & (days < np.datetime64(high))
        assert found.count(g) == Count(int(inside.sum()), 500, int((~inside).sum()) - 500)


def test_numbers_with_more_classes_than_a_byte_holds_are_tested(edition):
    years = np.arange(1900, 2100).repeat(10)
    people = Population.of_columns({"birth_year": np.ma.masked_array(years, years % 7 == 0)})
    goals = [Compare("birth_year", Between(y, None)) for y in range(1900, 2100)]
    goals += [Compare("birth_year", Between(None, y)) for y in range(1900, 2100)]
    found = evaluate(edition, goals, people, on=DAY)
    kept = years[years % 7 != 0]
    for g, goal in enumerate(goals):
        low, high = goal.test.at_least or 0, goal.test.at_most or 9999
        assert found.count(g).true == ((kept >= low) & (kept <= high)).sum()


def test_a_month_or_year_is_unknown_where_its_days_differ(edition):
    people = Population.of_columns({"entered_on": ["2022-09", "2022", "2022-10-01", None]})
    on_the_last = Compare("entered_on", Within(date(2022, 9, 30).toordinal(), None))
    on_the_first = Compare("entered_on", Within(None, date(2022, 9, 2).toordinal()))
    edges = evaluate(edition, [on_the_last, on_the_first], people, on=DAY)
    assert [edges.truth(0, n).value for n in range(4)] == ["unknown", "unknown", "true", "unknown"]
    assert [edges.truth(1, n).value for n in range(4)] == ["unknown", "unknown", "false", "unknown"]
    goal = Compare("entered_on", Within(date(2022, 9, 1).toordinal(), date(2022, 10, 1).toordinal()))
    found = evaluate(edition, [goal], people, on=DAY)
    assert [found.truth(0, n).value for n in range(4)] == ["true", "unknown", "false", "unknown"]


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("may_leve", "unknown predicate `may_leve`\n  Did you mean `may_leave`?"),
        (("may_leave", {"plce": "RU"}), "`may_leave` has no parameter `plce`\n  Did you mean `place`?"),
    ],
)
def test_an_unknown_goal_is_an_error(edition, goal, said):
    with pytest.raises(UnknownName, match=said.replace("(", "\\(").replace("?", "\\?")):
        evaluate(edition, [goal], Population.of_columns({}, size=1), on=DAY)


def test_an_unknown_column_value_or_record_is_an_error(edition):
    wrong = [
        (Population.of_columns({"dutty": ["summoned"]}), "unknown column `dutty`"),
        (Population.of_columns({"duty": ["sumoned"]}), "unknown value in column `duty`"),
        (Population.of_columns({}, size=1, records={"papper": ([0], {})}), "unknown records"),
    ]
    for people, said in wrong:
        with pytest.raises(UnknownName, match=said):
            evaluate(edition, [], people, on=DAY)


def test_columns_that_do_not_fit_together_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        Population.of_columns({"duty": ["a"], "exit_ban": [True, False]})
    with pytest.raises(ValueError, match="outside the population"):
        Population.of_columns({}, size=1, records={"paper": ([1], {})})
    with pytest.raises(ValueError, match="fields of `paper` differ"):
        Population.of_columns({}, size=1, records={"paper": ([0], {"kind": []})})
    with pytest.raises(ValueError, match="nationality cannot be given"):
        Population.of_columns({}, size=1, records={"nationality": ([0], {"state": ["RU"]})})
    with pytest.raises(ValueError, match="weights differ"):
        Population.of_columns({}, size=1, weights=[1.0, 2.0])


def test_columns_and_situations_make_the_same_population(edition):
    people = Population.of_columns(
        {"nationalities": [("RU",), None, ("RU", "KG")], "birth_year": np.array([2000, 1999, 1970])},
        records={"paper": ([2, 0], {"kind": ["visa", "identity-card"], "issuer": ["FR", "KG"]})},
        complete={"paper": True},
    )
    again = Population.of_situations(list(people))
    for n in range(3):
        one, two = people.situation(n), again.situation(n)
        assert dict(one.values) == dict(two.values)
        assert one.complete == two.complete


def test_a_population_shows_nothing_of_what_was_said():
    people = Population.of_columns(
        {"duty": ["deserted"]}, records={"paper": ([0], {"kind": ["visa"]})}
    )
    shown = f"{people!r} {people.columns['duty']!r} {people.rows['paper']!r}"
    assert "deserted" not in shown
    assert "visa" not in shown


def test_an_evaluation_shows_no_answer(edition):
    found = evaluate(edition, ["may_leave"], Population.of_columns({}, size=3), on=DAY)
    assert repr(found) == "<Evaluation: 1 goals, 3 members>"


def test_columns_read_arrays_of_every_kind():
    assert Column.of(np.array([True, False])).values == (False, True)
    assert Column.of(np.ma.masked_array([True, False], [False, True])).value(1) is None
    assert Column.of(np.array(["b", "a"])).value(0) == "b"
    assert Column.of(np.ma.masked_array([5, 5], [True, True])).values == (None,)
    assert Column.of(np.array([1, 10**9])).value(1) == 10**9
    assert Column.of(np.ma.masked_array([1, 5, 10**9], [False, True, False])).value(1) is None
    assert Column.of(np.array(["2022-09-24"], dtype="datetime64[D]")).value(0) == date(2022, 9, 24)
    assert Column.of([["RU"], None]).value(0) == ("RU",)
    assert Column.of(np.array([np.nan])).value(0) is None


def test_a_graph_builds_once_what_is_said_twice():
    graph = Graph(10)
    codes = np.arange(10, dtype=np.uint8)
    low = graph.column(codes, np.arange(10) < 6)
    high = graph.column(codes, np.arange(10) > 3)
    other = graph.members(np.arange(10) % 2 == 0)
    assert graph.column(codes, np.arange(10) < 6) == low
    assert graph.and_(low, other) == graph.and_(other, low)
    assert graph.and_(low, graph.not_(low)) == NOBODY
    assert graph.or_(other, graph.not_(other)) == EVERYBODY
    assert graph.not_(graph.not_(other)) == other
    between = graph.and_(low, high)
    assert between == graph.column(codes, (np.arange(10) < 6) & (np.arange(10) > 3))
    assert graph.or_(low, graph.not_(high)) == low
    planes = graph.run([between, NOBODY, EVERYBODY, graph.and_(between, graph.not_(other))])
    assert [count_bits(p) for p in planes] == [2, 0, 10, 1]
    assert unpack(planes[3], 10).nonzero()[0].tolist() == [5]


def _people(edition, count):
    """Persons from the examples beside the rules, with answers taken away or exchanged."""
    draw = random.Random(20261124)
    told = [msgspec.json.decode(e.situation) for e in edition.index.examples]
    made = []
    for _ in range(count):
        one, two = draw.choice(told), draw.choice(told)
        values = {k: v for k, v in one.items() if draw.random() > 0.2}
        for key in ("nationalities", "present_in", "entered_from", "birth_year", "duty"):
            if key in two and draw.random() < 0.5:
                values[key] = two[key]
        made.append(Situation(values))
    return made


def test_on_the_real_knowledge_every_member_gets_the_answer_of_one_person():
    edition = load().as_of(DAY)
    people = _people(edition, 25)
    goals = []
    for name, predicate in edition.vocabulary.predicates.items():
        if edition.rules_on(name):
            for place in ("RU", "KZ", "FR"):
                given = {p.name: place if p.type == "place" else "air" if p.type == "mode" else None
                         for p in predicate.parameters}
                goals.append((name, {k: v for k, v in given.items() if v}))
    conditions = [(d.concerns, {"place": d.places[0]}) for d in edition.dangers]
    found = evaluate(edition, [*goals, *conditions], Population.of_situations(people), on=DAY)
    truths = set()
    for g, (name, arguments) in enumerate(goals):
        for n, person in enumerate(people):
            alone = decide(edition, name, person, on=DAY, arguments=arguments).truth
            assert found.truth(g, n) is alone, (name, arguments, n)
            truths.add(alone)
    assert len(truths) == 3
    for n, person in enumerate(people):
        decider = Decider(edition, person, DAY.toordinal())
        for g, (condition, arguments) in enumerate(conditions, start=len(goals)):
            alone = decider.condition(condition, Scope(tuple(arguments.items()))).truth
            assert found.truth(g, n) is alone
