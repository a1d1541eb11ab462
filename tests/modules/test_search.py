"""The search, one feature at a time, on made-up places; a pathway is shown as its one line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.engine.search import answer, assumptions, check_goal, make_world, search
from safeconduct.errors import UnknownName
from safeconduct.model.pathway import Answer
from safeconduct.model.truth import Truth
from worlds import (
    CITED,
    DAY,
    OPEN_GATES,
    START,
    Item,
    assertion,
    asylum,
    danger,
    edition,
    fact,
    flights,
    is_complete,
    person,
    procedure,
    rule,
    stays,
)

PASSPORT = {"kind": "international-passport", "issuer": "XA", "expired": False}
ALL = ["paper", "order", "claim", "proceeding", "application"]


def plan(*, goal: str = "protection", on: date = DAY, max_steps: int = 5, to: Any = (),
         here: str = "XA", as_of: date = DAY, said: Item | None = None, **items: Any) -> Answer:
    items.setdefault("rules", OPEN_GATES)
    base = edition(as_of=as_of, **items)
    told = {"nationalities": ["XA"], "complete": ALL} | (said or {})
    return answer(base, person(here, **told), goal=goal, on=on, max_steps=max_steps, to=to)


def lines(**more: Any) -> list[str]:
    return [str(p) for p in plan(**more).pathways]


def later(days: int) -> date:
    return DAY + timedelta(days=days)


WORLD: dict[str, Any] = {
    "facts": [*flights("XA-XB"), *stays(90, "XB-XA")], "procedures": asylum("XB"),
}


def visa(place: str, **more: Any) -> Item:
    paper = {"kind": "visa", "issuer": place, "visa": "long-stay", "valid_days": 90}
    told = {"duration_days": [20, 40], "fee_eur": [80, 80]} | more
    return procedure(f"{place.lower()}.visa", "obtain", place, [{"paper": paper}], **told)


def needs_visa(place: str) -> list[Item]:
    when = {"paper": {"kind": "visa", "issuer": place}}
    name, at = f"enter.{place.lower()}", {"place": place}
    return [rule(name, "may_enter", when, for_=at),
            rule(f"{name}.no", "may_enter", {"not": when}, for_=at, gives=False)]


NO_ENTER = [r for r in OPEN_GATES if r["id"] != "xa.enter"]


# --- goals -----------------------------------------------------------------------------------------


def test_the_way_to_protection_is_travel_a_claim_and_its_decision():
    assert lines(**WORLD) == ["air XA-XB 3d > xa.xb.lodge 10d > xa.xb.decide 200d [213d €0 ?1]"]
    found = plan(**WORLD).pathways[0]
    assert (found.place, found.standing, found.truth) == ("XB", "refugee", Truth.TRUE)
    assert found.discretionary
    assert found.criteria.days == (102, 213)


def test_protection_may_be_asked_for_where_the_person_is():
    assert lines(here="XB", procedures=asylum("XB")) == [
        "xa.xb.lodge 10d > xa.xb.decide 200d [210d €0 ?1]"
    ]


def test_a_claim_lodged_on_the_way_awaits_its_decision_and_nothing_else():
    base = edition(rules=OPEN_GATES, facts=flights("XA-XB"), procedures=[*asylum("XA"), visa("XB")])
    told = person("XA", nationalities=["XA"], complete=ALL)
    world = make_world(base, told, goal="protection", day=DAY.toordinal())
    lodged = world.space.number(world.space.all[0]._replace(claim=world.space.place_id("XA")))
    assert [o.name for o in world.candidates(lodged)] == ["xa.xa.decide"]
    assert len(list(world.candidates(0))) > 1


def test_a_claim_made_already_holds_nobody_back():
    """Its decision may be awaited, and the person may leave; it is not lodged a second time."""
    said = {"claim": [{"in": "XB", "stage": "lodged"}]}
    assert lines(here="XB", said=said, facts=flights("XB-XC"),
                 procedures=[*asylum("XB"), *asylum("XC")]) == [
        "xa.xb.decide 200d [200d €0 ?1]",
        "air XB-XC 3d > xa.xc.lodge 10d > xa.xc.decide 200d [213d €0 ?2]",
    ]


@pytest.mark.parametrize("stage", ["refused", "withdrawn", "granted", "inadmissible"])
def test_a_claim_that_is_over_is_not_under_way(stage):
    said = {"claim": [{"in": "XB", "stage": stage}]}
    assert lines(here="XB", said=said, procedures=asylum("XB"))[0].startswith("xa.xb.lodge")


def test_a_place_is_reached_when_it_is_entered():
    assert lines(goal="reach:XB", **WORLD) == ["air XA-XB 3d [3d €0]"]
    assert lines(goal="reach:xb", **WORLD) == ["air XA-XB 3d [3d €0]"]


def test_a_stay_is_long_enough_when_it_lasts_a_year():
    long, short = stays(365, "XB-XA"), stays(364, "XB-XA")
    places = {"goal": "stay", "max_steps": 1, "procedures": asylum("XB")}
    assert lines(facts=[*flights("XA-XB"), *long], **places) == ["air XA-XB 3d [3d €0]"]
    assert lines(facts=[*flights("XA-XB"), *short], **places) == []


def test_a_permit_got_in_the_place_is_a_stay():
    permit = procedure("xb.permit", "stay", "XB", [{"standing": {"kind": "resident",
                                                                 "valid_days": 400}}],
                       duration_days=[5, 9], fee_eur=[10, 20])
    world = {"facts": [*flights("XA-XB"), *stays(30, "XB-XA")], "procedures": [permit]}
    assert lines(goal="stay", **world) == ["air XA-XB 3d > xa.xb.permit 9d €20 [12d €20]"]
    assert lines(goal="protection", **world) == []


def test_an_unknown_goal_is_refused():
    for goal in ("asylum", "reach", "reach:", "reach:FRA", "reach:F1", "reach:1", ""):
        with pytest.raises(UnknownName, match="Use protection, stay, or reach:XX"):
            check_goal(goal)


# --- gates -----------------------------------------------------------------------------------------


def test_who_may_not_leave_goes_nowhere():
    ban = rule("ban", "may_leave", {"exit_ban": True}, gives=False, overrides=["xa.leave"])
    world = WORLD | {"rules": [*OPEN_GATES, ban]}
    assert lines(said={"exit_ban": True}, **world) == []
    assert lines(said={"exit_ban": False}, **world) == lines(**WORLD)
    unknown = plan(**world).pathways[0]
    assert (unknown.truth, unknown.assumes) == (Truth.UNKNOWN, ("exit_ban",))
    assert unknown.criteria.doubt == 2


def test_a_gate_that_nothing_is_said_of_counts_as_doubt():
    found = plan(**WORLD | {"rules": [r for r in OPEN_GATES if "leave" not in r["id"]]})
    assert [p.criteria.doubt for p in found.pathways] == [2]
    assert found.pathways[0].assumes == ()


def test_a_flight_that_is_not_recorded_counts_as_doubt_and_one_that_is_not_flown_is_closed():
    assert lines(**WORLD | {"facts": stays(90, "XB-XA")})[0].endswith("[213d €0 ?2]")
    shut = fact("flight", False, from_="XA", to="XB")
    assert lines(**WORLD | {"facts": [shut, *stays(90, "XB-XA")]}) == []


def test_planes_are_changed_where_both_flights_are_known():
    facts = [*flights("XA-XC", "XC-XB"), *stays(90, "XB-XA")]
    found = plan(**WORLD | {"facts": facts, "procedures": [*asylum("XB"), visa("XC")]})
    assert [s.via for s in found.pathways[0].steps] == [("XC",), (), ()]


def test_planes_are_changed_only_where_transit_is_allowed():
    facts = [*flights("XA-XC", "XC-XB"), *stays(90, "XB-XA")]
    shut = rule("enter.xc", "may_enter", gives=False, overrides=["xa.enter"], for_={"place": "XC"})
    no = rule("transit.no", "may_transit", gives=False, overrides=["xa.transit"],
              for_={"place": "XC"})
    world = {"facts": facts, "procedures": asylum("XB")}
    assert len(lines(**WORLD | world | {"rules": [*OPEN_GATES, shut]})) == 1
    assert lines(**WORLD | world | {"rules": [*OPEN_GATES, shut, no]}) == []


def test_a_direct_flight_goes_before_changing_planes():
    facts = [*flights("XA-XC", "XC-XB", "XA-XB"), *stays(90, "XB-XA", "XC-XA")]
    found = plan(**WORLD | {"facts": facts, "procedures": [*asylum("XB"), visa("XC")]})
    assert {s.via for p in found.pathways for s in p.steps} == {()}


def test_land_and_sea_are_tried_where_something_is_recorded_of_them():
    for mode, name in (("land", "land_crossing"), ("sea", "sea_crossing")):
        shut = fact("flight", False, from_="XA", to="XB")
        way = fact(name, from_="XA", to="XB")
        facts = [shut, way, *stays(90, "XB-XA")]
        assert lines(**WORLD | {"facts": facts}) == [
            f"{mode} XA-XB 5d > xa.xb.lodge 10d > xa.xb.decide 200d [215d €0 ?1]"
        ]
    listed = is_complete("land_crossing", from_="XA")
    facts = [fact("flight", False, from_="XA", to="XB"), *stays(90, "XB-XA")]
    assert lines(**WORLD | {"facts": facts, "complete": [listed]}) == []


def test_a_carrier_may_refuse_whom_the_border_would_take():
    no = rule("board.no", "may_board", {"conscience": True}, gives=False, overrides=["xa.board"])
    world = WORLD | {"rules": [*OPEN_GATES, no]}
    assert lines(said={"conscience": True}, **world) == []
    assert lines(said={"conscience": False}, **world) == lines(**WORLD)


def test_a_visa_is_got_first_and_opens_the_way():
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XA-XB"),
             "procedures": [visa("XB"), *asylum("XB")]}
    assert lines(**world) == [
        "xa.xb.visa 40d €80 > air XA-XB 3d > xa.xb.lodge 10d > xa.xb.decide 200d [253d €80 ?1]"
    ]
    assert lines(max_steps=3, **world) == []


def test_a_visa_held_already_is_not_asked_for_again():
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XA-XB"),
             "procedures": [visa("XB"), *asylum("XB")]}
    paper = {"kind": "visa", "issuer": "XB", "visa": "long-stay", "valid_until": later(60)}
    assert lines(said={"paper": [paper]}, **world)[0].startswith("air XA-XB")
    expired = paper | {"valid_until": later(-1)}
    assert lines(said={"paper": [expired]}, **world)[0].startswith("xa.xb.visa")
    lost = paper | {"held": "lost"}
    assert lines(said={"paper": [lost]}, **world)[0].startswith("xa.xb.visa")


def test_a_visa_for_one_state_leads_to_that_state():
    rules = [*NO_ENTER, *needs_visa("XB"), rule("enter.xc", "may_enter", for_={"place": "XC"})]
    facts = [*flights("XA-XB", "XA-XC", "XC-XB"), *stays(90, "XC-XA")]
    found = lines(rules=rules, facts=facts, procedures=[visa("XB"), *asylum("XB")], max_steps=5)
    assert found
    assert not [line for line in found if line.startswith("xa.xb.visa 40d €80 > air XA-XC")]


def test_a_procedure_is_gone_through_where_it_is_held():
    at = visa("XB", at=["XC"])
    rules = [*NO_ENTER, *needs_visa("XB"), rule("enter.xc", "may_enter", for_={"place": "XC"})]
    facts = [*flights("XA-XB", "XA-XC", "XC-XB"), *stays(90, "XC-XA")]
    found = lines(rules=rules, facts=facts, procedures=[at, *asylum("XB")])
    assert [line.split(" > ")[:2] for line in found] == [["air XA-XC 3d", "xa.xb.visa 40d €80"]]


def test_a_paper_is_got_where_the_claim_asks_for_it():
    """Having arrived without one, at the consulate there; what the paper is for is the decision."""
    passport = procedure("xa.passport", "obtain", "XA", [{"paper": {
        "kind": "international-passport", "issuer": "XA", "valid_days": 900}}],
        duration_days=[20, 30], fee_eur=[90, 90])
    lodge, decide = asylum("XB", when={"paper": {"kind": "international-passport"}})
    world = WORLD | {"rules": [*NO_ENTER, *needs_visa("XA"),
                               rule("enter.xb", "may_enter", for_={"place": "XB"})]}
    found = lines(max_steps=4, said={"paper": []}, **world | {
        "procedures": [passport | {"at": ["XB"]}, visa("XC"), lodge, decide]})
    assert found == ["air XA-XB 3d > xa.xa.passport 30d €90 > xa.xb.lodge 10d > "
                     "xa.xb.decide 200d [243d €90 ?1]"]


def test_a_claim_lodged_with_the_last_step_is_a_stay():
    """Whoever has asked for protection may stay until it is decided."""
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XA-XB"),
             "procedures": [visa("XB"), asylum("XB")[0]]}
    found = plan(goal="stay", max_steps=3, **world).pathways
    assert [p.standing for p in found] == ["applicant"]


# --- criteria ----------------------------------------------------------------------------------------


def test_a_slower_dearer_and_more_doubtful_way_is_not_shown():
    worse = procedure("xb.decide-worse", "decision", "XB", [{"standing": {"kind": "refugee"}}],
                      duration_days=[101, 201], fee_eur=[1, 1])
    assert lines(**WORLD | {"procedures": [*asylum("XB"), worse]}) == lines(**WORLD)


def test_a_way_better_on_one_criterion_is_shown_beside_the_other():
    fast = procedure("xb.decide-fast", "decision", "XB", [{"standing": {"kind": "refugee"}}],
                     duration_days=[10, 20], fee_eur=[500, 900])
    found = plan(**WORLD | {"procedures": [*asylum("XB"), fast]}).pathways
    assert [p.criteria.fees_eur for p in found] == [(500, 900), (0, 0)]


def test_ways_to_another_standing_are_ends_of_their_own():
    second = procedure("xb.decide-b", "decision", "XB", [{"standing": {"kind": "subsidiary"}}],
                       duration_days=[900, 999], fee_eur=[900, 900])
    found = plan(**WORLD | {"procedures": [*asylum("XB"), second]}).pathways
    assert [p.standing for p in found] == ["refugee", "subsidiary"]


@pytest.mark.parametrize(
    ("evidence", "level"), [("alleged", 1), ("legal", 2), ("documented", 3)]
)
@pytest.mark.parametrize(
    ("place", "moment"),
    [("XA", "leave"), ("XA", "board"), ("XB", "enter"), ("XB", "presence"), ("XB", "authority")],
)
def test_the_worst_danger_on_the_way_counts_and_every_danger_is_told(
    place, moment, evidence, level
):
    there = danger("there", place, moment, evidence)
    less = danger("less", place, moment, "alleged")
    found = plan(**WORLD | {"dangers": [there, less]}).pathways[0]
    assert found.criteria.danger == level
    told = {h.danger.id for s in found.steps for h in s.dangers}
    assert told == {"xa.there", "xa.less"}


def test_a_danger_that_does_not_concern_the_person_or_the_way_counts_for_nothing():
    dangers = [
        danger("a", "XB", "enter", concerns={"conscience": True}),
        danger("b", "XB", "enter", mode="land"), danger("c", "XB", "enter", from_="XC"),
        danger("d", "XB", "authority", procedures=["xa.xb.other"]), danger("e", "XC", "enter"),
        danger("f", "XB", "enter", valid_before=DAY), danger("g", "XB", "enter", valid_from=later(900)),
    ]
    other = procedure("xb.other", "stay", "XB", [{"standing": {"kind": "resident"}}])
    world = WORLD | {"dangers": dangers, "procedures": [*asylum("XB"), other]}
    assert plan(said={"conscience": False}, **world).pathways[0].criteria.danger == 0
    assert plan(said={"conscience": True}, **world).pathways[0].criteria.danger == 2
    maybe = plan(**world).pathways[0]
    assert maybe.criteria.danger == 2
    assert [h.truth for s in maybe.steps for h in s.dangers] == [Truth.UNKNOWN]


def test_dangers_of_the_mode_the_origin_and_the_procedure_are_met():
    for more in ({"moment": "enter", "mode": "air"}, {"moment": "enter", "from_": "XA"},
                 {"moment": "authority", "procedures": ["xa.xb.lodge"]}):
        world = WORLD | {"dangers": [danger("d", "XB", evidence="legal", **more)]}
        assert plan(**world).pathways[0].criteria.danger == 2


@pytest.mark.parametrize("moment", ["presence", "authority"])
def test_a_danger_for_those_who_hold_a_paper_is_met_after_the_journey(moment):
    """Within the area that shares out claims a visa is still held when the claim is made."""
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "procedures": [visa("XB"), *asylum("XB")],
             "facts": [*flights("XA-XB"), fact("member_of", place="XB", zone="DUBLIN")],
             "dangers": [danger("d", "XB", moment, concerns={"paper": {"kind": "visa"}})]}
    found = plan(max_steps=4, **world).pathways
    assert [p.criteria.danger for p in found] == [2]
    assert [h.danger.id for h in found[0].steps[2].dangers] == ["xa.d"]


def test_a_span_of_days_in_doubt_says_nothing_of_shorter_ones():
    """The claim opens on day 15. Who comes with the slow visa may be early or late; who waits is not."""
    slow = visa("XB", duration_days=[0, 400])
    lodge, decide = asylum("XB")
    way = fact("flight", from_="XA", to="XB") | {"assertion": [
        assertion(False, valid_before=later(15)), assertion(True, valid_from=later(15))]}
    world = {"facts": [way, *stays(90, "XB-XA")],
             "procedures": [slow, lodge | {"valid_from": later(15)}, decide]}
    doubts = {tuple(s.kind for s in p.steps): p.criteria.doubt
              for p in plan(max_steps=4, **world).pathways}
    assert doubts["wait", "travel", "lodge", "decision"] == 1


def test_the_danger_of_an_authority_is_that_of_the_state_before_which_one_appears():
    lodge, decide = asylum("XB")
    world = WORLD | {"procedures": [lodge | {"before": "XA"}, decide],
                     "dangers": [danger("d", "XA", "authority", "documented")]}
    assert plan(**world).pathways[0].criteria.danger == 3


def test_days_and_fees_come_from_facts_before_the_procedure_itself():
    facts = [*WORLD["facts"], fact("duration_days", [7, 8], procedure="xa.xb.decide"),
             fact("fee_eur", 55, procedure="xa.xb.decide")]
    found = plan(**WORLD | {"facts": facts}).pathways[0]
    assert found.steps[2].days == (7, 8)
    assert found.steps[2].fee_eur == (55, 55)


def test_days_and_fees_that_are_not_recorded_are_told_as_not_known():
    bare = procedure("xb.decide", "decision", "XB", [{"standing": {"kind": "refugee"}}])
    step = plan(**WORLD | {"procedures": [asylum("XB")[0], bare]}).pathways[0].steps[2]
    assert (step.fee_eur, step.days_known) == (None, False)


# --- law that changes on a day -----------------------------------------------------------------------


def test_a_step_is_decided_by_the_law_of_its_own_day():
    """By the time the visa is there, the border wants nothing any more."""
    visa_rule, no = needs_visa("XB")
    rules = [*NO_ENTER, visa_rule, no | {"valid_before": later(10)},
             rule("free", "may_enter", for_={"place": "XB"}, valid_from=later(10))]
    world = WORLD | {"rules": rules}
    assert lines(on=later(10), **world) == lines(**WORLD)
    waits = lines(**world)
    assert len(waits) == 1
    assert waits[0].startswith("wait XA-XA 10d > air XA-XB 3d")


def test_a_way_that_closes_in_time_is_closed_afterwards():
    rules = [*NO_ENTER, rule("enter", "may_enter", valid_before=later(10)),
             rule("shut", "may_enter", gives=False, valid_from=later(10))]
    assert lines(**WORLD | {"rules": rules}) == lines(**WORLD)
    assert lines(on=later(9), **WORLD | {"rules": rules}) != []
    assert lines(on=later(10), **WORLD | {"rules": rules}) == []


def test_a_step_that_may_fall_on_either_side_of_a_change_is_in_doubt():
    first = procedure("xb.lodge", "lodge", "XB", [{"claim": {"in": "XB", "stage": "lodged"}},
                                                  {"standing": {"kind": "applicant"}}],
                      duration_days=[1, 100], fee_eur=[0, 0])
    ends = asylum("XB")[1] | {"valid_before": later(50)}
    found = plan(**WORLD | {"procedures": [first, ends]}).pathways[0]
    assert [s.kind for s in found.steps] == ["travel", "lodge", "decision"]
    assert found.truth is Truth.UNKNOWN
    assert [g.name for g in found.steps[2].gaps()] == [f"before_day({later(50)})"]


def test_a_procedure_that_opens_later_is_waited_for():
    lodge, decide = asylum("XB")
    opens = lodge | {"valid_from": later(30)}
    found = plan(**WORLD | {"procedures": [opens, decide]}).pathways
    assert [[s.kind for s in p.steps] for p in found] == [["travel", "wait", "lodge", "decision"]]
    assert found[0].criteria.days == (131, 240)


def test_what_opens_beyond_the_horizon_is_not_waited_for():
    lodge, decide = asylum("XB")
    assert lines(**WORLD | {"procedures": [lodge | {"valid_from": later(1200)}, decide]}) == []


def test_a_wait_goes_past_a_change_that_opens_nothing():
    """The first change of the law leaves it closed; the second opens it."""
    lodge, decide = asylum("XB")
    when = {"all": [{"predicate": "member_of", "of": ["XB", "CIS"]},
                    {"predicate": "member_of", "of": ["XB", "EAEU"]}]}
    facts = [*WORLD["facts"]]
    for zone, day in (("CIS", later(20)), ("EAEU", later(40))):
        facts.append(fact("member_of", False, place="XB", zone=zone, valid_before=day) | {
            "assertion": [
                {"value": False, "valid_from": START, "valid_before": day, "recorded_on": START,
                 "recorded_by": "a", "citations": CITED},
                {"value": True, "valid_from": day, "recorded_on": START, "recorded_by": "a",
                 "citations": CITED},
            ],
        })
    found = plan(**WORLD | {"facts": facts, "procedures": [lodge | {"when": when}, decide]})
    assert [p.criteria.days[0] for p in found.pathways] == [141]


# --- lawful stay -------------------------------------------------------------------------------------


def stay_world(days: int, takes: list[int], **more: Any) -> dict[str, Any]:
    """A visa for XC is asked for in XB, where one may stay so many days."""
    rules = [*NO_ENTER, rule("enter.xb", "may_enter", for_={"place": "XB"}), *needs_visa("XC")]
    at = visa("XC", at=["XB"], duration_days=takes)
    return {"rules": rules, "facts": [*flights("XA-XB", "XB-XC"), *stays(days, "XB-XA")],
            "procedures": [at, *asylum("XC")]} | more


def test_a_procedure_must_fit_into_the_lawful_stay():
    assert plan(**stay_world(90, [20, 40])).pathways[0].criteria.doubt == 1
    assert plan(**stay_world(19, [20, 40])).pathways == ()


def test_a_procedure_that_may_outlast_the_stay_is_in_doubt():
    found = plan(**stay_world(30, [20, 40])).pathways[0]
    assert (found.criteria.doubt, found.truth) == (2, Truth.UNKNOWN)
    step = found.steps[1]
    assert [g.name for g in step.gaps()] == ["before_stay_ends(xa.xc.visa)"]
    assert plan(**stay_world(40, [20, 40])).pathways[0].criteria.doubt == 1
    assert plan(**stay_world(20, [20, 40])).pathways[0].criteria.doubt == 2


def test_the_stay_of_the_person_where_they_are_counts_from_today():
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XC-XB"),
             "procedures": [visa("XB"), *asylum("XB")], "here": "XC"}
    for left, doubts in ((45, [1]), (30, [2]), (10, [])):
        said = {"standing": {"kind": "visitor", "until": later(left)}}
        assert [p.criteria.doubt for p in plan(said=said, **world).pathways] == doubts
    lapsed = {"standing": {"kind": "visitor", "until": later(-5)}}
    assert [p.criteria.doubt for p in plan(said=lapsed, **world).pathways] == [1]


def test_a_stay_that_is_not_recorded_counts_as_doubt():
    found = plan(**WORLD | {"facts": flights("XA-XB")}).pathways[0]
    assert found.criteria.doubt == 2
    assert [g.name for g in found.steps[0].gaps()] == ["visa_free_days(XB, XA)"]


def test_the_best_of_two_nationalities_counts_and_a_citizen_stays_without_limit():
    facts = [*flights("XA-XB"), *stays(30, "XB-XA"), *stays(365, "XB-XC")]
    world = {"goal": "stay", "max_steps": 1, "procedures": asylum("XB"), "facts": facts}
    assert lines(said={"nationalities": ["XA"]}, **world) == []
    assert len(lines(said={"nationalities": ["XA", "XC"]}, **world)) == 1
    found = plan(said={"nationalities": ["XB"]}, **world).pathways
    assert [p.standing for p in found] == ["citizen"]


# --- the rest of the answer ----------------------------------------------------------------------------


def test_without_a_place_there_are_questions_and_no_pathways():
    found = answer(edition(**WORLD, rules=OPEN_GATES), person().but(present_in=None),
                   goal="protection", on=DAY)
    assert (found.place, found.pathways) == (None, ())
    assert found.questions[0].attribute == "present_in"


def test_what_is_unsure_is_not_asked_again():
    base = edition(**WORLD, rules=OPEN_GATES)
    unsure = person(unsure=["present_in", "duty"]).but(present_in=None)
    asked = [q.attribute for q in answer(base, unsure, goal="stay", on=DAY).questions]
    assert "present_in" not in asked
    assert "duty" not in asked
    assert "age" not in asked


def test_places_of_which_nothing_is_known_are_told():
    found = plan(to=["XF", "XB"], **WORLD)
    assert found.not_covered == ("XA", "XF")
    assert plan(goal="reach:XF", **WORLD).not_covered == ("XA", "XF")
    assert plan(here="XB", **WORLD).not_covered == ()


def test_only_the_places_asked_for_are_ends():
    world = WORLD | {"procedures": [*asylum("XB"), *asylum("XC")],
                     "facts": [*flights("XA-XB", "XA-XC"), *stays(90, "XB-XA", "XC-XA")]}
    assert sorted(p.place for p in plan(**world).pathways) == ["XB", "XC"]
    assert [p.place for p in plan(to=["XC"], **world).pathways] == ["XC"]


def test_staying_is_told_with_its_dangers_best_evidenced_first():
    dangers = [danger("a", "XA", evidence="alleged"), danger("b", "XA", evidence="documented"),
               danger("c", "XA", evidence="documented", concerns={"duty": "deserted"}),
               danger("d", "XA", evidence="legal", concerns={"duty": "serving"}),
               danger("e", "XB")]
    found = plan(said={"duty": "deserted"}, **WORLD | {"dangers": dangers})
    assert [h.danger.id for h in found.here] == ["xa.b", "xa.c", "xa.a"]
    maybe = plan(**WORLD | {"dangers": dangers})
    assert [h.danger.id for h in maybe.here] == ["xa.b", "xa.c", "xa.d", "xa.a"]


def test_what_is_closed_is_told_with_its_reason_and_what_would_open_it():
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XA-XB"),
             "procedures": asylum("XB")}
    found = plan(said={"paper": [PASSPORT]}, **world)
    assert found.pathways == ()
    closed = [c for c in found.closed if c.place == "XB"]
    assert [(c.mode, c.procedure) for c in closed] == [("air", "")]
    assert closed[0].proof.truth is Truth.FALSE
    assert ("visa:XB",) in closed[0].would_open
    assert [c.source for c in closed[0].proof.all_citations()] == ["xa-act"]


def test_a_procedure_whose_requirement_is_not_met_is_closed():
    visa_ = visa("XB") | {"when": {"conscience": True}}
    world = {"rules": [*NO_ENTER, *needs_visa("XB")], "facts": flights("XA-XB"),
             "procedures": [visa_, *asylum("XB")]}
    found = plan(said={"conscience": False}, **world)
    assert [c.procedure for c in found.closed if c.procedure] == ["xa.xb.visa"]
    assert plan(said={"conscience": True}, **world).closed == ()


def test_a_land_crossing_recorded_as_closed_is_told_even_where_there_is_another_way():
    facts = [*WORLD["facts"], fact("land_crossing", False, from_="XA", to="XB")]
    found = plan(**WORLD | {"facts": facts})
    assert found.pathways
    assert [(c.place, c.mode) for c in found.closed] == [("XB", "land")]


def test_questions_come_in_the_order_of_what_turns_on_them():
    ban = rule("ban", "may_leave", {"exit_ban": True}, gives=False, overrides=["xa.leave"])
    lodge, decide = asylum("XB", when={"conscience": True})
    world = WORLD | {"rules": [*OPEN_GATES, ban], "procedures": [lodge, decide],
                     "dangers": [danger("d", "XA", concerns={"exit_ban": True})]}
    found = plan(**world)
    assert [q.attribute for q in found.questions] == ["exit_ban", "conscience"]
    assert found.questions[0].matters_to == (found.pathways[0].id,)
    assert found.questions[0].weight > found.questions[1].weight


def test_what_is_past_its_review_is_told():
    lodge, decide = asylum("XB")
    world = WORLD | {"procedures": [lodge | {"review_due": DAY}, decide],
                     "dangers": [danger("d", "XA", review_due=DAY)]}
    assert plan(**world).stale == ("xa.d", "xa.xb.lodge")
    assert plan(**WORLD).stale == ()


def test_search_gives_the_pathways_of_the_answer():
    base = edition(**WORLD, rules=OPEN_GATES)
    told = person(nationalities=["XA"], complete=ALL)
    found = search(base, told, goal="protection", on=DAY)
    assert found == answer(base, told, goal="protection", on=DAY).pathways


def test_a_pathway_keeps_its_id_and_another_one_has_another():
    first, again = plan(**WORLD).pathways[0], plan(**WORLD).pathways[0]
    assert first.id == again.id
    assert plan(goal="reach:XB", **WORLD).pathways[0].id != first.id
    assert len(first.id) == 10


def test_assumptions_of_nothing_are_none():
    from safeconduct.engine.atoms import Atoms

    assert assumptions(Atoms(), 0) == ()


# --- the area that shares out claims -------------------------------------------------------------------


def test_the_state_first_entered_is_remembered_within_the_area():
    zone = [fact("member_of", place=p, zone="DUBLIN") for p in ("XB", "XC")]
    decide = asylum("XC")[1] | {"when": {"entered_from": "XB"}}
    rules = [*NO_ENTER, rule("enter.xb", "may_enter", for_={"place": "XB"}),
             rule("enter.xc", "may_enter", for_={"place": "XC", "from": "XB"})]
    facts = [*zone, *flights("XA-XB", "XB-XC"), *stays(90, "XB-XA", "XC-XA")]
    found = plan(rules=rules, facts=facts, procedures=[asylum("XC")[0], decide]).pathways
    assert found
    first = found[0].steps[2].situation
    assert first.get("entered_union_in") == "XB"
    assert first.get("present_in") == "XC"


def test_after_a_journey_the_person_has_entered_regularly_from_where_they_came():
    lodge = asylum("XB")[0] | {"when": {"all": [{"entered_regularly": True},
                                                {"entered_from": "XA"}, {"detained": False}]}}
    world = WORLD | {"procedures": [lodge, asylum("XB")[1]]}
    assert lines(said={"entered_regularly": False, "detained": False}, **world) == lines(**WORLD)


@pytest.mark.parametrize("day", [START, DAY])
def test_a_template_makes_a_procedure_for_each_member_of_its_zone(day):
    lodge = {k: v for k, v in asylum("XB")[0].items() if k != "to"} | {
        "id": "xa.lodge", "for_zone": "DUBLIN",
        "grants": [{"claim": {"stage": "lodged"}}, {"standing": {"kind": "applicant"}}]}
    decide = {k: v for k, v in asylum("XB")[1].items() if k != "to"} | {
        "id": "xa.decide", "for_places": ["XB", "XC"]}
    zone = [fact("member_of", place="XB", zone="DUBLIN", valid_from=day),
            fact("member_of", False, place="XC", zone="DUBLIN")]
    facts = [*zone, *flights("XA-XB", "XA-XC"), *stays(90, "XB-XA", "XC-XA")]
    found = plan(facts=facts, procedures=[lodge, decide], on=DAY).pathways
    assert [[s.procedure for s in p.steps][1:] for p in found] == [["xa.lodge.xb", "xa.decide.xb"]]


# --- a stay of whose end nothing was said ----------------------------------------------------------


FOREIGN = {"nationalities": ["XC"]}
AWAIT_VISA = {
    "rules": [*NO_ENTER, *needs_visa("XB")], "procedures": [visa("XB"), *asylum("XB")],
    "facts": flights("XA-XB"),
}


def test_time_taken_from_a_stay_without_a_told_end_is_not_certain():
    found = plan(max_steps=4, said=FOREIGN | {"standing": {"kind": "visitor"}}, **AWAIT_VISA)
    obtain, travel, *_ = found.pathways[0].steps
    assert (obtain.truth, travel.truth) == (Truth.UNKNOWN, Truth.TRUE)
    assert [g.name for g in obtain.proof.gaps()] == ["standing.until"]
    assert "standing.until" in found.pathways[0].assumes
    assert "standing.until" in [q.attribute for q in found.questions]


@pytest.mark.parametrize("said", [
    FOREIGN | {"standing": {"kind": "visitor", "until": later(60)}},
    FOREIGN | {"standing": {"kind": "refugee"}}, FOREIGN | {"standing": {"kind": "none"}},
    {"nationalities": ["XA"]},
])
def test_a_stay_that_lasts_or_has_lapsed_leaves_no_question_of_its_end(said):
    found = plan(max_steps=4, said=said, **AWAIT_VISA)
    assert found.pathways[0].steps[0].truth is Truth.TRUE
    assert "standing.until" not in found.pathways[0].assumes



# --- what comes first ------------------------------------------------------------------------------


def test_a_place_that_gives_people_up_comes_last_however_easy():
    """XA is nearest and surest, but documented to hand people over; XB has a danger of another kind."""
    world = {
        "facts": flights("XA-XB"), "procedures": [*asylum("XA"), *asylum("XB")],
        "dangers": [danger("handover", "XA", "presence", kind="handover", evidence="documented"),
                    danger("other", "XB", "presence", kind="detention", evidence="documented")],
    }
    found = plan(max_steps=3, **world).pathways
    assert [(p.place, p.end_return) for p in found] == [("XB", 0), ("XA", 6)]


def test_a_danger_of_being_given_up_that_may_not_concern_the_person_weighs_a_little_less():
    concerns = {"exit_ban": True}
    world = {"procedures": asylum("XA"), "dangers": [
        danger("handover", "XA", "presence", kind="handover", evidence="documented",
               concerns=concerns)]}
    weights = [plan(max_steps=2, said=said, **world).pathways[0].end_return
               for said in ({}, {"exit_ban": True}, {"exit_ban": False})]
    assert weights == [5, 6, 0]


def test_what_can_be_asked_for_from_here_comes_before_going_elsewhere_for_it():
    """The consulate in XC is quicker and no danger is recorded there; the way is a detour all the same."""
    visa_b = visa("XB") | {"at": ["XA", "XC"]}
    world = {
        "rules": [*NO_ENTER, *needs_visa("XB"),
                  rule("enter.xc", "may_enter", for_={"place": "XC"})],
        "procedures": [visa_b, *asylum("XB")],
        "facts": [*flights("XA-XB", "XA-XC", "XC-XB"), *stays(90, "XC-XA")],
        "dangers": [danger("d", "XA", "presence", evidence="documented")],
    }
    kinds = [[s.kind for s in p.steps] for p in plan(max_steps=5, **world).pathways]
    assert kinds[0][0] == "obtain"
    assert any(k[:2] == ["travel", "obtain"] for k in kinds[1:])


def test_a_claim_already_made_is_told_first_unless_people_like_this_one_are_given_up_there():
    """XC has no danger on record; the claim in XB is under way."""
    def first(concerns):
        said = {"claim": [{"in": "XB", "stage": "lodged"}]}
        found = plan(here="XB", said=said, facts=flights("XB-XC"), max_steps=3,
                     procedures=[*asylum("XB"), *asylum("XC")],
                     dangers=[danger("d", "XB", kind="extradition", evidence="documented",
                                     concerns=concerns)])
        return found.pathways[0].place

    assert first({"exit_ban": True}) == "XB"
    assert first({"nationalities": ["XA"]}) == "XC"


# --- a stay that ends with a paper -----------------------------------------------------------------


def with_visa(days: int) -> Item:
    return {"paper": [{"kind": "visa", "visa": "short-stay", "issuer": "XB", "expired": False,
                       "valid_until": later(days)}]}


def test_a_stay_on_a_visa_is_told_to_the_day():
    found = plan(said=with_visa(50), max_steps=3, facts=flights("XA-XB"),
                 procedures=asylum("XB")).pathways
    stay = found[0].steps[0].gates[-1]
    assert (stay.gate, stay.proof.claim.arguments) == ("stay", (50,))


@given(until=st.integers(1, 9000), day=st.integers(1, 9000))
def test_the_days_left_on_a_paper_are_rounded_down_and_alike_within_their_window(until, day):
    from safeconduct.engine.states import Window
    from safeconduct.engine.stays import Stays

    window = Window(edition())
    window.open()
    stays_of = Stays(None, None, window)  # type: ignore[arg-type]
    days = stays_of._days_until(until, day)
    assert 0 <= days <= max(0, until - day)
    assert max(0, min(3650, until - day)) - days < 7
    assert window.start <= day < window.end
    for other in (window.start, min(window.end - 1, 20_000)):
        assert Stays(None, None, Window(edition()))._days_until(until, other) == days  # type: ignore[arg-type]


def test_what_stands_for_other_origins_does_not_depend_on_what_was_asked_before():
    """XC asks of an origin only whether it is in a zone; XA and XB are alike, and either may come first."""
    when = {"predicate": "member_of", "of": ["$from", "CIS"]}
    zones = [fact("member_of", False, place=p, zone="CIS") for p in ("XA", "XB", "XC", "XD")]
    rules = [*NO_ENTER, rule("xc.open", "may_enter", {"not": when}, for_={"place": "XC"})]
    base = edition(rules=rules, procedures=asylum("XC"), facts=[*zones, *flights("XA-XC", "XB-XC")])

    def ask(asked: Any, here: str) -> list[tuple[str, ...]]:
        told = person(here, nationalities=["XA"], complete=ALL)
        return [p.assumes for p in answer(asked, told, goal="protection", on=DAY).pathways]

    alone = {here: ask(edition(rules=rules, procedures=asylum("XC"),
                               facts=[*zones, *flights("XA-XC", "XB-XC")]), here)
             for here in ("XA", "XB")}
    assert [ask(base, "XB"), ask(base, "XA")] == [alone["XB"], alone["XA"]]
