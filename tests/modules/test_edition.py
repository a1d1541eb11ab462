"""What the knowledge of a day says: days that hold, days of record, disputes, lists, wildcards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from safeconduct.kb.edition import Edition, Found
from safeconduct.model.period import NO_END
from worlds import (
    DAY,
    START,
    Item,
    assertion,
    danger,
    edition,
    fact,
    flights,
    is_complete,
    knowledge,
    procedure,
    rule,
)

ONE = timedelta(days=1)


def look(base: Edition, *places: str, on: date = DAY) -> Found:
    return base.look_up("flight", places or ("XA", "XB"), on.toordinal())


def told(*also: Item, value: object = True, **more: object) -> Item:
    return fact("flight", value, from_="XA", to="XB", also=also, **more)  # type: ignore[arg-type]


def test_a_fact_holds_from_its_first_day_until_before_its_last():
    base = edition(facts=[told(valid_from=DAY, valid_before=DAY + 10 * ONE)])
    assert [look(base, on=DAY + n * ONE).kind for n in (-1, 0, 9, 10)] == [
        "none", "value", "value", "none"
    ]
    found = look(base, on=DAY)
    assert (found.start, found.end) == (DAY.toordinal(), DAY.toordinal() + 10)
    assert look(base, on=DAY + 10 * ONE).end == NO_END


def test_the_assertion_recorded_last_holds_whatever_stands_first_in_time():
    later = assertion(False, valid_from=START, recorded_on=DAY)
    base = knowledge(facts=[told(later)])
    assert look(base.as_of(DAY)).value is False
    assert look(base.as_of(DAY - ONE)).value is True


def test_among_those_recorded_the_same_day_the_one_written_last_holds():
    assert look(edition(facts=[told(assertion(False))])).value is False


def test_a_claim_taken_back_leaves_nothing_recorded():
    found = look(edition(facts=[told(assertion(None))]))
    assert (found.kind, found.value) == ("none", None)
    assert len(found.assertions) == 1


def test_two_that_disagree_and_are_both_marked_are_disputed():
    one = assertion(True, disputed=True)
    two = assertion(False, disputed=True)
    item = fact("flight", from_="XA", to="XB") | {"assertion": [one, two]}
    found = look(edition(facts=[item]))
    assert (found.kind, found.value, len(found.assertions)) == ("disputed", None, 2)


def test_one_marked_disputed_alone_holds():
    item = fact("flight", from_="XA", to="XB") | {
        "assertion": [assertion(True), assertion(False, disputed=True)]
    }
    assert look(edition(facts=[item])).value is False


def test_two_facts_that_say_the_same_agree_and_two_that_do_not_are_disputed():
    other = told(id="xa.other")
    assert look(edition(facts=[told(), other])).value is True
    assert len(look(edition(facts=[told(), other])).assertions) == 2
    against = told(value=False, id="xa.other")
    assert look(edition(facts=[told(), against])).kind == "disputed"


def test_the_more_specific_fact_goes_before_the_general_one():
    general = fact("flight", False, from_="XA", id="xa.general")
    base = edition(facts=[general, told()])
    assert look(base).value is True
    assert look(base, "XA", "XC").value is False
    assert look(base, "XB", "XC").kind == "none"


def test_the_general_fact_holds_where_the_specific_one_is_silent():
    general = fact("flight", False, from_="XA", id="xa.general")
    base = edition(facts=[general, told(valid_from=DAY)])
    assert look(base, on=DAY - ONE).value is False
    assert look(base, on=DAY).value is True


def test_a_question_about_any_is_only_answered_by_what_holds_for_any():
    base = edition(facts=[told()])
    assert base.look_up("flight", ("XA", None), DAY.toordinal()).kind == "none"
    base = edition(facts=[fact("flight", from_="XA")])
    assert base.look_up("flight", ("XA", None), DAY.toordinal()).value is True


def test_a_complete_list_turns_silence_into_no_while_it_holds():
    base = edition(facts=[told()], complete=[is_complete("flight", from_="XA")])
    assert look(base).complete is None
    silent = look(base, "XA", "XC")
    assert (silent.value, silent.complete is not None) == (False, True)
    assert look(base, "XB", "XC").kind == "none"
    assert look(base, "XA", "XC", on=START - ONE).kind == "none"
    assert look(base, "XA", "XC", on=START).value is False


def test_a_list_said_to_be_complete_later_is_not_complete_before():
    claim = is_complete("flight", from_="XA")
    claim["complete"][0]["recorded_on"] = DAY
    base = knowledge(complete=[claim])
    assert look(base.as_of(DAY - ONE), "XA", "XC").kind == "none"
    assert look(base.as_of(DAY), "XA", "XC").value is False


@pytest.mark.parametrize("kind", ["rules", "procedures", "dangers"])
def test_things_are_known_from_the_day_recorded_until_before_the_day_taken_back(kind):
    more = {"recorded_on": DAY, "retracted_on": DAY + 5 * ONE}
    items: dict[str, Item] = {
        "rules": rule("r", "may_enter", **more),
        "procedures": procedure("p", "obtain", "XB", [{"paper": {"kind": "visa", "issuer": "XB"}}],
                                **more),
        "dangers": danger("d", "XB", **more),
    }
    base = knowledge(**{kind: [items[kind]]})
    known = [len(getattr(base.as_of(DAY + n * ONE), kind)) for n in (-1, 0, 4, 5)]
    assert known == [0, 1, 1, 0]


def test_rules_speak_of_the_arguments_they_name():
    base = edition(rules=[rule("b", "may_enter", for_={"place": ["XB", "XC"]}),
                          rule("all", "may_enter")])

    def names(place: str) -> list[str]:
        return [r.id for r in base.rules_for("may_enter", (place, "air", "XA"))]

    assert names("XB") == ["xa.all", "xa.b"]
    assert names("XD") == ["xa.all"]
    assert [r.id for r in base.rules_on("may_enter")] == ["xa.all", "xa.b"]
    assert base.rules_on("may_leave") == ()


def test_facts_are_found_in_the_order_of_their_ids_once_they_are_recorded():
    late = fact("flight", from_="XB", to="XA", recorded_on=DAY + ONE)
    base = knowledge(facts=[*flights("XA-XC"), told(), late])
    names = [f.id for f in base.as_of(DAY).find_facts("flight")]
    assert names == ["xa.flight-xa-xb", "xa.flight-xa-xc"]
    assert len(base.as_of(DAY + ONE).find_facts("flight")) == 3
    assert base.as_of(DAY).find_facts("member_of") == ()


def test_a_fact_is_due_for_review_on_the_latest_day_known():
    item = told() | {"review": [
        {"on": DAY, "by": "b", "as": "compiler", "next": DAY + 9 * ONE},
        {"on": DAY + 5 * ONE, "by": "c", "as": "lawyer", "next": DAY + 99 * ONE},
    ]}
    base = knowledge(facts=[item])
    fact_ = base.index.facts[0]
    due = [base.as_of(DAY + n * ONE).review_due(fact_) for n in (-1, 0, 5)]
    assert due == [NO_END, (DAY + 9 * ONE).toordinal(), (DAY + 99 * ONE).toordinal()]


def test_a_reform_adds_replaces_and_repeals_and_leaves_the_law_as_it_was():
    base = edition(rules=[rule("a", "may_enter"), rule("b", "may_enter", gives=False)],
                   facts=[told()])
    other = edition(rules=[rule("c", "may_enter"), rule("b", "may_leave")],
                    facts=[told(value=False), *flights("XB-XC")])
    changed = base.with_changes(facts=other.index.facts, rules=other.index.rules,
                                repeals=frozenset({"xa.a"}), name="a reform")
    assert [(r.id, r.concludes) for r in changed.rules] == [("xa.b", "may_leave"),
                                                            ("xa.c", "may_enter")]
    assert look(changed).value is False
    assert look(changed, "XB", "XC").value is True
    assert look(base).value is True
    assert [r.id for r in base.rules] == ["xa.a", "xa.b"]
    assert len({base.digest, changed.digest, base.with_changes(name="other").digest}) == 3


def test_an_edition_says_which_day_it_is_of():
    assert edition().as_of_day == DAY
    assert edition().digest != edition(as_of=DAY + ONE).digest
    assert edition().find_predicate("flight") is not None
    assert edition().find_predicate("flights") is None
