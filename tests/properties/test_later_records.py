"""What is recorded later never changes an answer as of an earlier day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from properties.journeys import journey, journeys
from properties.laws import LADDER, PREDICATES, Chooser, law_of, situations
from properties.test_decide import GOALS
from properties.test_search import steps_for
from safeconduct.engine.decide import decide
from safeconduct.engine.search import answer
from safeconduct.kb.base import KnowledgeBase
from worlds import (
    DAY,
    OPEN_GATES,
    RECORDED,
    Item,
    asylum,
    danger,
    fact,
    flights,
    knowledge,
    person,
    procedure,
    rule,
)

LATER = DAY + timedelta(days=10)


@st.composite
def grown_laws(draw: Callable[..., Any]) -> tuple[KnowledgeBase, KnowledgeBase]:
    """A law, and the same law after more was recorded on later days."""
    c = Chooser(draw)
    before = law_of(c, (RECORDED, DAY))
    after = law_of(c, (LATER,), "-later")
    ids: dict[str, list[str]] = {name: [] for name in LADDER}
    for item in before["rules"]:
        ids[item["concludes"]].append(item["id"])
    for item in after["rules"]:
        known = ids[item["concludes"]]
        if known and c.chance():
            item["overrides"] = [*item.get("overrides", []), c.pick(known)]
    facts = []
    for item in before["facts"]:
        longer = dict(item)
        if c.chance():
            again = dict(c.pick(item["assertion"])) | {"recorded_on": LATER}
            longer["assertion"] = [*item["assertion"], again]
        if c.chance():
            longer["review"] = [*item.get("review", []), {
                "on": LATER, "by": "reader-c", "as": "compiler",
                "next": LATER + timedelta(days=900),
            }]
        facts.append(longer)
    merged = {
        "facts": [*facts, *after["facts"]], "rules": [*before["rules"], *after["rules"]],
        "complete": [*before["complete"], *after["complete"]],
    }
    return knowledge(predicates=PREDICATES, **before), knowledge(predicates=PREDICATES, **merged)


@given(grown_laws(), situations())
def test_later_records_change_no_verdict_as_of_an_earlier_day(laws, situation):
    before, after = (base.as_of(DAY) for base in laws)
    for name, arguments in GOALS:
        assert decide(before, name, situation, on=DAY, arguments=arguments) == decide(
            after, name, situation, on=DAY, arguments=arguments
        )


@st.composite
def grown_journeys(draw: Callable[..., Any]) -> tuple[Any, dict[str, Any]]:
    """A world, and the items of the same world after another one's were recorded later."""
    c = Chooser(draw)
    first, second = journey(c), journey(c)
    merged = dict(first.items)
    for kind in ("facts", "rules", "procedures", "dangers"):
        merged[kind] = [*first.items[kind], *(_later(i, kind) for i in second.items[kind])]
    return first, merged


def _later(item: Item, kind: str) -> Item:
    renamed = {**item, "id": f"{item['id']}-later"}
    if kind == "facts":
        renamed["assertion"] = [{**a, "recorded_on": LATER} for a in item["assertion"]]
    else:
        renamed["recorded_on"] = LATER
    if "overrides" in item:
        renamed["overrides"] = [f"{o}-later" for o in item["overrides"]]
    return renamed


@given(grown_journeys())
def test_later_records_change_no_pathway_as_of_an_earlier_day(grown):
    first, merged = grown
    before = first.base.as_of(DAY)
    after = knowledge(**merged).as_of(DAY)
    asked = {"goal": first.goal, "on": DAY, "max_steps": steps_for(first.goal)}
    assert answer(before, first.situation, **asked) == answer(after, first.situation, **asked)


@given(journeys())
def test_a_change_of_law_that_changes_nothing_changes_no_pathway(j):
    edition = j.base.as_of(DAY)
    same = edition.with_changes(repeals=frozenset({"xa.no-such-thing"}), name="nothing")
    asked = {"goal": j.goal, "on": DAY, "max_steps": steps_for(j.goal)}
    assert answer(edition, j.situation, **asked) == answer(same, j.situation, **asked)


# --- templates, which are made for places that facts name -------------------------------------


def _template(**more: Any) -> Item:
    lodge = procedure("lodge", "lodge", "$place", [{"claim": {"stage": "lodged"}},
                                                   {"standing": {"kind": "applicant"}}], **more)
    return {k: v for k, v in lodge.items() if k != "to"} | {"for_zone": "DUBLIN"}


def _zone_items(*more: Item, **others: Any) -> dict[str, Any]:
    decide_ = procedure("xb.decide", "decision", "XB", [{"standing": {"kind": "refugee"}}])
    return {
        "rules": OPEN_GATES, "facts": [*flights("XA-XB"), fact("member_of", place="XC",
                                                               zone="DUBLIN"), *more],
        "procedures": [_template(), decide_, *others.get("procedures", ())],
    }


def _paths(items: dict[str, Any]) -> list[str]:
    found = answer(knowledge(**items).as_of(DAY), person(nationalities=["XA"]),
                   goal="protection", on=DAY)
    return [str(p) for p in found.pathways]


def test_a_member_recorded_later_opens_no_procedure_of_a_template_before():
    member = fact("member_of", place="XB", zone="DUBLIN", recorded_on=LATER)
    assert _paths(_zone_items(member)) == _paths(_zone_items()) == []


def test_a_procedure_recorded_later_replaces_no_copy_of_a_template_before():
    member = fact("member_of", place="XB", zone="DUBLIN")
    own = {**asylum("XB")[0], "replaces": ["xa.lodge.xb"], "recorded_on": LATER}
    before = _paths(_zone_items(member))
    assert before
    assert _paths(_zone_items(member, procedures=[own])) == before


def test_a_danger_recorded_later_is_not_told_before():
    items = _zone_items(fact("member_of", place="XB", zone="DUBLIN"))
    later = {**danger("late", "XA"), "recorded_on": LATER}
    now = answer(knowledge(**items, dangers=[later]).as_of(LATER), person(nationalities=["XA"]),
                 goal="protection", on=DAY)
    before = answer(knowledge(**items, dangers=[later]).as_of(DAY), person(nationalities=["XA"]),
                    goal="protection", on=DAY)
    assert [h.danger.id for h in now.here] == ["xa.late"]
    assert before.here == ()


def test_what_was_taken_back_later_still_holds_before():
    gone = rule("may", "may_enter", retracted_on=LATER)
    base = knowledge(rules=[gone])
    told = {"place": "XB", "mode": "air", "from": "XA"}
    verdicts = [
        decide(base.as_of(day), "may_enter", person(), on=DAY, arguments=told).truth.value
        for day in (DAY, LATER)
    ]
    assert verdicts == ["true", "unknown"]
