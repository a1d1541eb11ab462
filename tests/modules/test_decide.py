"""Deciding one question: rules, exceptions, disputes, silence, lists, values, records, gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from safeconduct.engine import decide as reading
from safeconduct.engine.decide import decide
from safeconduct.errors import UnknownName
from safeconduct.model.condition import Between, FieldTest, OneOf, Within, one_of
from safeconduct.model.proof import Verdict
from safeconduct.model.truth import Truth
from worlds import CITED, DAY, START, assertion, edition, fact, is_complete, person, predicate, rule

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
ENTER = {"place": "XB", "mode": "air", "from": "XA"}
WORDS = predicate("class_of", "place", value="code", values=["strict", "mild"])
OPEN = predicate("is_open", "place", otherwise=True, citations=CITED)
SHUT = predicate("is_shut", "place", otherwise=False, citations=CITED)


def verdict(rules: Any = (), goal: str = "may_enter", *, on: date = DAY, arguments: Any = None,
            facts: Any = (), lists: Any = (), **said: Any) -> Verdict:
    base = edition(rules=rules, facts=facts, complete=lists, predicates=[WORDS, OPEN, SHUT])
    told = ENTER if arguments is None else arguments
    return decide(base, goal, person(**said), on=on, arguments=told)


def answer(*rules: Any, **more: Any) -> tuple[str, list[str]]:
    found = verdict(rules, **more)
    return found.truth.value, [f"{g.kind.value}: {g.name}" for g in found.gaps()]


GENERAL = rule("general", "may_enter")
BANNED = rule("banned", "may_enter", {"exit_ban": True}, gives=False)
EXCEPTION = BANNED | {"overrides": ["xa.general"]}


def test_a_rule_without_a_condition_holds_for_all():
    assert answer(GENERAL) == ("true", [])


def test_where_no_rule_and_no_fact_speaks_nothing_is_recorded():
    assert answer() == ("unknown", ["not-recorded: may_enter(XB, air, XA)"])


def test_where_rules_are_silent_nothing_is_ruled():
    silent = rule("r", "may_enter", {"exit_ban": True})
    assert answer(silent, exit_ban=False) == ("unknown", ["not-ruled: may_enter(XB, air, XA)"])
    elsewhere = rule("r", "may_enter", for_={"place": "XC"})
    assert answer(elsewhere) == ("unknown", ["not-ruled: may_enter(XB, air, XA)"])


def test_an_exception_goes_before_the_rule_it_overrides():
    assert answer(GENERAL, EXCEPTION, exit_ban=True) == ("false", [])
    assert answer(GENERAL, EXCEPTION, exit_ban=False) == ("true", [])
    assert answer(GENERAL, EXCEPTION) == ("unknown", ["not-given: exit_ban"])


def test_an_exception_to_an_exception_brings_the_rule_back():
    back = rule("back", "may_enter", {"conscience": True}, overrides=["xa.banned"])
    said = {"exit_ban": True}
    assert answer(GENERAL, EXCEPTION, back, conscience=True, **said) == ("true", [])
    assert answer(GENERAL, EXCEPTION, back, conscience=False, **said) == ("false", [])


def test_rules_that_clash_without_overriding_are_disputed():
    assert answer(GENERAL, BANNED, exit_ban=True) == (
        "unknown", ["disputed: may_enter(XB, air, XA)"]
    )
    assert answer(GENERAL, BANNED, exit_ban=False) == ("true", [])


def test_a_rule_holds_from_its_first_day_until_before_its_last():
    limited = rule("r", "may_enter", valid_from=DAY, valid_before=DAY + timedelta(days=3))
    truths = [verdict([limited], on=DAY + timedelta(days=n)).truth for n in (-1, 0, 2, 3)]
    assert truths == [U, T, T, U]


def test_an_exception_that_no_longer_holds_excepts_nothing():
    old = EXCEPTION | {"valid_before": DAY}
    assert answer(GENERAL, old, exit_ban=True) == ("true", [])


def test_silence_is_answered_by_what_the_law_says_otherwise():
    for goal, truth in (("is_open", "true"), ("is_shut", "false")):
        assert answer(goal=goal, arguments={"place": "XB"}) == (truth, [])
    yes = rule("yes", "is_shut", {"conscience": True})
    asked = {"goal": "is_shut", "arguments": {"place": "XB"}}
    assert answer(yes, **asked, conscience=True) == ("true", [])
    assert answer(yes, **asked, conscience=False) == ("false", [])
    assert answer(yes, **asked) == ("unknown", ["not-given: conscience"])
    no = rule("no", "is_open", {"conscience": True}, gives=False)
    asked = {"goal": "is_open", "arguments": {"place": "XB"}}
    assert answer(no, **asked, conscience=True) == ("false", [])
    assert answer(no, **asked, conscience=False) == ("true", [])
    assert answer(no, **asked) == ("unknown", ["not-given: conscience"])


def test_where_only_what_otherwise_holds_could_be_concluded_it_is():
    maybe = rule("yes", "is_open", {"conscience": True})
    assert answer(maybe, goal="is_open", arguments={"place": "XB"}) == ("true", [])
    maybe = rule("no", "is_shut", {"conscience": True}, gives=False)
    assert answer(maybe, goal="is_shut", arguments={"place": "XB"}) == ("false", [])


def test_a_fact_goes_before_the_rules():
    known = fact("may_enter", False, **{"place": "XB", "mode": "air", "from_": "XA"})
    found = verdict([GENERAL], facts=[known])
    assert (found.truth, found.proof.value) == (F, False)
    assert [p.claim.name for p in found.proof.because] == ["xa.may-enter-xb-air-xa"]


def test_a_complete_list_answers_no_and_rules_go_before_it():
    listed = {"lists": [is_complete("may_enter", place="XB")]}
    found = verdict(**listed)
    assert (found.truth, [c.locator for c in found.proof.citations]) == (F, ["section 1"])
    assert answer(GENERAL, **listed) == ("true", [])
    silent = rule("r", "may_enter", {"exit_ban": True})
    assert answer(silent, exit_ban=False, **listed) == ("false", [])


def test_disputed_facts_show_both_sides():
    item = fact("flight", from_="XA", to="XB") | {
        "assertion": [assertion(True, disputed=True), assertion(False, disputed=True)]
    }
    found = verdict(facts=[item], goal="flight", arguments={"from": "XA", "to": "XB"})
    assert found.truth is U
    assert [g.kind.value for g in found.gaps()] == ["disputed"]
    assert [p.value for p in found.proof.because] == [True, False]


@pytest.mark.parametrize(
    ("strict", "mild", "truth", "value"),
    [(True, False, T, "strict"), (False, True, T, "mild"), (True, True, U, None),
     (False, False, U, None), (None, False, U, None), (True, None, U, None)],
)
def test_a_value_is_what_the_one_rule_that_applies_gives(strict, mild, truth, value):
    rules = [rule("s", "class_of", {"exit_ban": True}, gives="strict"),
             rule("m", "class_of", {"conscience": True}, gives="mild")]
    said = {k: v for k, v in (("exit_ban", strict), ("conscience", mild)) if v is not None}
    found = verdict(rules, "class_of", arguments={"place": "XB"}, **said)
    assert (found.truth, found.proof.value) == (truth, value)
    assert bool(found.gaps()) == (truth is U)


def test_two_rules_that_give_the_same_value_agree_even_where_one_is_open():
    rules = [rule("s", "class_of", gives="strict"),
             rule("t", "class_of", {"conscience": True}, gives="strict")]
    found = verdict(rules, "class_of", arguments={"place": "XB"})
    assert (found.truth, found.proof.value) == (T, "strict")


def asks(when: Any, **said: Any) -> tuple[str, list[str]]:
    return answer(rule("r", "may_enter", when), rule("n", "may_enter", {"not": when}, gives=False),
                  **said)


@pytest.mark.parametrize(
    ("when", "said", "truth"),
    [({"duty": "deserted"}, {"duty": "deserted"}, "true"),
     ({"duty": ["absent", "deserted"]}, {"duty": "serving"}, "false"),
     ({"nationalities": "$place"}, {"nationalities": ["XB"]}, "true"),
     ({"nationalities": "$place"}, {"nationalities": ["XC"]}, "false"),
     ({"age": {"at_least": 18}}, {"birth_year": 2000}, "true"),
     ({"age": {"at_least": 18}}, {"birth_year": 2010}, "false"),
     ({"age": {"at_least": 18}}, {"birth_year": 2008}, "unknown"),
     ({"birth_year": {"at_most": 2000}}, {"birth_year": 2000}, "true"),
     ({"entered_on": {"from": START}}, {"entered_on": "2022-09"}, "true"),
     ({"entered_on": {"before": START}}, {"entered_on": "2022-09"}, "false"),
     ({"paper": {"kind": "visa"}}, {"paper": [], "complete": ["paper"]}, "false"),
     ({"paper": {"kind": "visa"}}, {"paper": []}, "unknown"),
     ({"paper": {"kind": "visa"}},
      {"paper": [{"kind": "visa", "issuer": "XB", "valid_until": DAY}]}, "true"),
     ({"paper": {"kind": "visa"}},
      {"paper": [{"kind": "visa", "issuer": "XB", "valid_until": START}],
       "complete": ["paper"]}, "false"),
     ({"paper": {"kind": "visa", "valid": False}},
      {"paper": [{"kind": "visa", "issuer": "XB", "valid_until": START}]}, "true"),
     ({"paper": {"kind": "visa", "valid": "any", "held": "seized"}},
      {"paper": [{"kind": "visa", "issuer": "XB", "held": "seized"}]}, "true"),
     ({"paper": {"kind": "visa"}},
      {"paper": [{"kind": "visa", "issuer": "XB", "expired": False, "held": "lost"}],
       "complete": ["paper"]}, "false"),
     ({"paper": {"kind": "visa", "valid_days": 30}},
      {"paper": [{"kind": "visa", "issuer": "XB", "valid_until": DAY + timedelta(days=30)}]}, "true"),
     ({"paper": {"kind": "visa", "valid_days": 31}},
      {"paper": [{"kind": "visa", "issuer": "XB", "valid_until": DAY + timedelta(days=30)}],
       "complete": ["paper"]}, "false"),
     ({"standing": {"lawful": True}}, {"standing": {"kind": "visitor", "until": DAY}}, "true"),
     ({"standing": {"lawful": False}}, {"standing": {"kind": "visitor", "until": START}}, "true"),
     ({"standing": {"kind": "visitor"}}, {}, "unknown"),
     ({"order": {"kind": "entry-ban", "by": "$place", "in_force": True}},
      {"order": [{"kind": "entry-ban", "by": "XB", "until": DAY}]}, "true"),
     ({"order": {"in_force": False}}, {"order": [{"kind": "removal", "until": START}]}, "true"),
     ({"paper": {"kind": "visa", "where": {"nationalities": "$paper.issuer"}}},
      {"nationalities": ["XB"], "paper": [{"kind": "visa", "issuer": "XB", "expired": False}]},
      "true"),
     ({"paper": {"kind": "visa", "where": {"nationalities": "$paper.issuer"}}},
      {"nationalities": ["XC"], "paper": [{"kind": "visa", "issuer": "XB", "expired": False}],
       "complete": ["paper"]}, "false")],
)
def test_a_condition_of_each_kind_is_decided(when, said, truth):
    found, gaps = asks(when, **said)
    assert found == truth
    assert bool(gaps) == (truth == "unknown")


def test_a_gap_names_what_would_settle_it():
    paper = {"paper": {"kind": "visa", "issuer": "XB"}}
    assert asks(paper)[1] == ["not-given: paper.visa"]
    held = {"paper": [{"kind": "visa", "issuer": "XB"}], "complete": ["paper"]}
    assert asks(paper, **held)[1] == ["not-given: paper.valid_until"]
    assert asks({"age": {"at_least": 18}})[1] == ["not-given: birth_year"]
    assert asks({"predicate": "member_of", "of": ["entered_from", "CIS"]})[1] == [
        "not-given: entered_from"
    ]
    assert asks({"predicate": "member_of", "of": ["$place", "CIS"]})[1] == [
        "not-recorded: member_of(XB, CIS)"
    ]


def test_what_the_person_is_unsure_of_is_marked_so():
    found = verdict([rule("r", "may_enter", {"exit_ban": True})], unsure=["exit_ban"])
    assert [g.unsure for g in found.gaps()] == [True]
    found = verdict([rule("r", "may_enter", {"paper": {"kind": "visa"}})], unsure=["paper"])
    assert [g.unsure for g in found.gaps()] == [True]
    found = verdict([rule("r", "may_enter", {"exit_ban": True})])
    assert [g.unsure for g in found.gaps()] == [False]


def test_a_predicate_of_a_list_is_true_when_it_is_of_one():
    member = fact("member_of", place="XB", zone="CIS")
    other = fact("member_of", False, place="XC", zone="CIS")
    when = {"predicate": "member_of", "of": ["nationalities", "CIS"]}
    assert asks(when, facts=[member, other], nationalities=["XC", "XB"]) == ("true", [])
    assert asks(when, facts=[member, other], nationalities=["XC"]) == ("false", [])


def test_a_predicate_with_a_value_is_tested():
    days = fact("visa_free_days", 90, place="XB", nationality="XA")
    of = {"predicate": "visa_free_days", "of": ["$place", "XA"]}
    truths = [asks(of | t, facts=[days])[0] for t in (
        {"at_least": 90}, {"at_least": 91}, {"at_most": 90}, {"at_most": 89}, {"is": 90}, {"is": 5})]
    assert truths == ["true", "false", "true", "false", "true", "false"]


def test_a_range_passes_when_all_of_it_does():
    assert reading.test_value((30, 90), Between(20, None), None) is T
    assert reading.test_value((30, 90), Between(40, None), None) is U
    assert reading.test_value((30, 90), Between(100, None), None) is F
    assert reading.test_value("word", Between(1, None), None) is U
    assert reading.test_value(DAY.isoformat(), Within(DAY.toordinal()), None) is T
    assert reading.test_value("a", one_of("a"), None) is U
    assert reading.test_value("a", one_of("a"), ("a",)) is T


def test_a_field_without_a_value_asked_for_stays_open():
    paper = {"kind": "visa", "valid_until": DAY}
    days = FieldTest("valid_days", OneOf(()))
    assert reading.test_field("paper", paper, days, (None,), DAY.toordinal()) is U
    assert reading.test_field("paper", paper, days, (0,), DAY.toordinal()) is T
    assert reading.test_field("paper", paper, days, (1,), DAY.toordinal()) is F
    assert reading.test_field("paper", paper, FieldTest("issuer", OneOf(())), ("XB",), 1) is U
    assert reading.test_field("paper", {"kind": "visa"}, days, (1,), 1) is U


def test_a_verdict_tells_what_is_past_its_review():
    due = GENERAL | {"review_due": DAY}
    assert verdict([due]).proof.all_stale() == ("xa.general",)
    assert verdict([GENERAL | {"review_due": DAY + timedelta(days=1)}]).proof.all_stale() == ()
    old = fact("may_enter", place="XB") | {
        "review": [{"on": START, "by": "b", "as": "compiler", "next": DAY}]}
    assert verdict(facts=[old]).proof.all_stale() == ("xa.may-enter-xb",)


def test_a_verdict_carries_its_question_and_both_days():
    found = verdict([GENERAL])
    assert (found.goal, found.arguments) == ("may_enter", ("XB", "air", "XA"))
    assert (found.on, found.as_of) == (DAY.toordinal(), DAY.toordinal())
    assert verdict([GENERAL], arguments={}).arguments == (None, None, None)


def test_an_unknown_goal_or_argument_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="unknown predicate `may_entre`\n  Did you mean `may_enter`"):
        decide(edition(), "may_entre", person(), on=DAY)
    with pytest.raises(UnknownName, match="no parameter `plaec`\n  Did you mean `place`"):
        decide(edition(), "may_enter", person(), on=DAY, arguments={"plaec": "XB"})
