"""How a value that a person gave passes a test, on a day; what is not known stays unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from safeconduct.engine.reading import (
    age_range,
    changes_on,
    day_within,
    gap_name,
    in_range,
    literals,
    order_in_force,
    others_possible,
    paper_days_left,
    paper_valid,
    place_is,
    standing_lawful,
    value_among,
)
from safeconduct.model.condition import (
    Between,
    FieldTest,
    Literal,
    OneOf,
    Parameter,
    Within,
    one_of,
)
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth
from worlds import DAY

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
TODAY = DAY.toordinal()
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def test_a_person_has_one_of_two_ages_in_a_year():
    assert age_range(2000, date(2026, 3, 2).toordinal()) == (25, 26)


@pytest.mark.parametrize(
    ("low", "high", "least", "most", "truth"),
    [(25, 26, 18, 30, T), (25, 26, 26, None, U), (25, 26, 27, None, F), (25, 26, None, 25, U),
     (25, 26, None, 24, F), (25, 26, None, 26, T), (25, 26, 25, None, T), (25, 25, 25, 25, T),
     (25, 26, None, None, T), (10, 90, 20, 30, U)],
)
def test_a_range_lies_within_bounds_both_included(low, high, least, most, truth):
    assert in_range(low, high, Between(least, most)) is truth


@pytest.mark.parametrize(
    ("value", "start", "before", "truth"),
    [(DAY, TODAY, None, T), (BEFORE, TODAY, None, F), (BEFORE, None, TODAY, T),
     (DAY, None, TODAY, F), ("2026-03", date(2026, 3, 1).toordinal(), date(2026, 4, 1).toordinal(), T),
     ("2026-03", TODAY, None, U), ("2026", None, date(2026, 1, 1).toordinal(), F),
     ("2026", None, date(2027, 1, 1).toordinal(), T), ("2025", TODAY, None, F),
     ("2026", None, date(2026, 12, 31).toordinal(), U), ("soon", TODAY, None, U), (DAY, None, None, T)],
)
def test_a_day_lies_within_a_half_open_period_when_every_day_it_may_be_does(
    value, start, before, truth
):
    assert day_within(value, Within(start, before)) is truth


def test_a_region_lies_in_its_state_and_a_state_may_be_its_region():
    assert place_is("UA-43", "UA") is T
    assert place_is("UA", "UA-43") is U
    assert place_is("UA-43", "UA-14") is F
    assert place_is("UA", "U") is F
    assert place_is("RU", "UA") is F


@pytest.mark.parametrize(
    ("value", "asked", "truth"),
    [("KZ", ("KZ",), T), ("KZ", ("RU", "KZ"), T), ("KZ", ("RU",), F), ("KZ", (), F),
     (("RU", "KG"), ("KG",), T), (("RU", "KG"), ("KZ",), F), ((), ("KZ",), F),
     (("UA",), ("UA-43", "RU"), U), (("UA", "RU"), ("UA-43", "RU"), T), (True, (True,), T),
     (True, (False,), F), (5, (5,), T), ("visa", ("visa-free",), F), ("a", ("a-b",), F)],
)
def test_a_value_or_one_of_several_is_among_those_asked_about(value, asked, truth):
    assert value_among(value, asked) is truth


@pytest.mark.parametrize(
    ("paper", "truth"),
    [({"valid_until": DAY}, T), ({"valid_until": BEFORE}, F), ({"valid_until": AFTER}, T),
     ({}, U), ({"expired": True}, F), ({"expired": False}, T), ({"valid_until": "2026"}, U),
     ({"valid_until": "2025"}, F), ({"valid_until": "2027"}, T),
     ({"valid_from": AFTER, "valid_until": "2027"}, F), ({"valid_from": DAY, "expired": False}, T),
     ({"expired": True, "valid_until": AFTER}, F)],
)
def test_a_paper_is_valid_through_its_last_day(paper, truth):
    assert paper_valid(paper, TODAY) is truth


def test_days_left_on_a_paper_are_a_range_where_its_last_day_is_one():
    assert paper_days_left({"valid_until": AFTER}, TODAY) == (1, 1)
    assert paper_days_left({"valid_until": "2026-03"}, TODAY) == (-1, 29)
    assert paper_days_left({}, TODAY) is None
    assert paper_days_left({"granted_days": 90, "valid_until": AFTER}, TODAY) == (90, 90)


@pytest.mark.parametrize(
    ("standing", "truth"),
    [({"kind": "none"}, F), ({"kind": "none", "until": AFTER}, F), ({"kind": "visitor"}, U),
     ({"kind": "visitor", "until": DAY}, T), ({"kind": "visitor", "until": BEFORE}, F),
     ({"kind": "visitor", "until": "2026"}, U), ({"kind": "citizen"}, T), ({"kind": "applicant"}, T),
     ({"kind": "visitor", "granted": True}, T), ({"kind": "tolerated"}, U), ({}, U),
     ({"kind": "refugee", "until": BEFORE}, T), ({"until": BEFORE}, F)],
)
def test_a_standing_is_lawful_through_its_last_day(standing, truth):
    assert standing_lawful(standing, TODAY) is truth


@pytest.mark.parametrize(
    ("order", "truth"),
    [({"kind": "entry-ban"}, U), ({"kind": "entry-ban", "until": DAY}, T),
     ({"kind": "entry-ban", "until": BEFORE}, F), ({"kind": "entry-ban", "until": "2026"}, U),
     ({"kind": "entry-ban", "on": AFTER, "until": "2027"}, F),
     ({"kind": "entry-ban", "on": DAY, "until": "2027"}, T), ({"kind": "extradition-requested"}, T),
     ({"until": BEFORE}, U), ({"on": AFTER}, U), ({"until": AFTER}, T)],
)
def test_an_order_is_in_force_through_its_last_day(order, truth):
    assert order_in_force(order, TODAY) is truth


def test_the_days_on_which_papers_and_standing_run_out_are_told_in_order():
    person = Situation({
        "standing": {"kind": "visitor", "until": AFTER},
        "paper": [{"kind": "visa", "issuer": "FR", "valid_from": DAY + timedelta(days=5),
                   "valid_until": "2026-04"}, {"kind": "visa", "issuer": "FR"}],
    })
    days = [date.fromordinal(d) for d in changes_on(person, TODAY)]
    assert days == [DAY + timedelta(days=2), DAY + timedelta(days=5), date(2026, 4, 2),
                    date(2026, 5, 1)]
    assert changes_on(Situation({"paper": [{"valid_until": BEFORE}]}), TODAY) == ()


def others(record, situation, **asked):
    tests = tuple(FieldTest(k, one_of(*v)) for k, v in asked.items())
    return list(others_possible(record, tests, situation, asked))


def test_another_national_paper_comes_from_one_of_the_nationalities():
    two = Situation({"nationalities": ["RU", "KG"]})
    found = others("paper", two, kind=("international-passport",))
    assert found == [
        ("paper.international-passport", {"kind": "international-passport", "issuer": "RU"}),
        ("paper.international-passport", {"kind": "international-passport", "issuer": "KG"}),
    ]
    assert others("paper", two, kind=("international-passport",), issuer=("KZ",)) == []
    assert others("paper", two, kind=("visa",), issuer=("KZ",)) == [
        ("paper.visa", {"kind": "visa", "issuer": "KZ"})
    ]
    nobody = Situation({})
    assert others("paper", nobody, kind=("internal-passport",)) == [
        ("paper.internal-passport", {"kind": "internal-passport"})
    ]
    assert others("paper", nobody, kind=("internal-passport",), issuer=("KZ", "KG")) == [
        ("paper.internal-passport", {"kind": "internal-passport", "issuer": "KZ"}),
        ("paper.internal-passport", {"kind": "internal-passport", "issuer": "KG"}),
    ]


def test_another_record_is_only_known_by_what_is_asked_of_it():
    person = Situation({})
    assert others("proceeding", person, state=("RU",), stage=("charged", "wanted")) == [
        ("proceeding", {"state": "RU"})
    ]
    assert others("evidence", person, kind=("summons", "medical")) == [
        ("evidence.summons", {"kind": "summons"}), ("evidence.medical", {"kind": "medical"})
    ]
    assert others("paper", person, valid=(True,), held=("held",)) == [("paper", {})]
    assert others("application", person, **{"for": ("visa",)}) == [
        ("application.visa", {"for": "visa"})
    ]


def test_a_gap_on_a_record_is_named_by_the_field_that_would_settle_it():
    named = [gap_name("paper", f) for f in ("valid", "valid_days", "issuer")]
    assert named == ["paper.valid_until", "paper.valid_until", "paper.issuer"]
    assert gap_name("standing", "lawful") == "standing.until"
    assert gap_name("order", "in_force") == "order.until"


def test_literals_are_told_only_where_all_are_plain():
    assert literals(OneOf((Literal("a"), Literal(1)))) == ("a", 1)
    assert literals(OneOf((Literal("a"), Parameter("place")))) is None
