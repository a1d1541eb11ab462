"""Generated small worlds for the search: places, gates, papers, claims, dangers, and a person.

Each open question is asked one way only (an exit ban closes, conscience opens), so that the
assumptions of a way are the same however they are worked out. In the worlds of `journeys` nothing
changes with the day; in those of `changing_journeys` laws begin and end while the person is under
way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from properties.laws import Chooser
from safeconduct.kb.base import KnowledgeBase
from safeconduct.model.situation import Situation
from worlds import DAY, Item, danger, fact, knowledge, procedure, rule

PLACES = ("XA", "XB", "XC", "XD")
OPENS = ({"conscience": True}, {"resignation": ["requested", "refused"]},
         {"resignation": "refused"})
CLOSES = ({"exit_ban": True}, {"state_secrets": True})
VALUES = {
    "conscience": (True, False), "exit_ban": (True, False), "state_secrets": (True, False),
    "resignation": ("none", "requested", "refused", "accepted"),
}


@dataclass(frozen=True)
class Journey:
    """A world and a person in it; `open_questions` are what the person has not answered."""

    items: dict[str, Any]
    values: dict[str, Any]
    open_questions: tuple[tuple[str, tuple[Any, ...]], ...]
    goal: str

    @property
    def base(self) -> KnowledgeBase:
        return knowledge(**self.items)

    @property
    def situation(self) -> Situation:
        return Situation(self.values)


def _gates(c: Chooser, places: tuple[str, ...]) -> list[Item]:
    found = [
        rule("leave", "may_leave"),
        rule("leave.ban", "may_leave", CLOSES[0], for_={"place": "XA"}, gives=False,
             overrides=["xa.leave"]),
    ]
    if not c.chance(3):
        found.append(rule("transit", "may_transit"))
    if c.chance(3):
        found.append(rule("board", "may_board"))
        if c.chance():
            found.append(rule("board.no", "may_board", c.pick(CLOSES), gives=False,
                              overrides=["xa.board"], for_={"mode": "air"}))
    for place in places:
        low = place.lower()
        visa = {"paper": {"kind": "visa", "issuer": place}}
        passport = {"paper": {"kind": "international-passport"}}
        ways: list[Item | None] = [None, visa, passport, {"any": [visa, passport]}, *OPENS,
                                   {"all": [visa, passport]}, {"nationalities": "$place"}]
        when = c.pick(ways)
        found.append(rule(f"enter.{low}", "may_enter", when, for_={"place": place}))
        if when is not None and "paper" in str(when) and not c.chance(4):
            found.append(rule(f"enter.{low}.no", "may_enter", {"not": when}, gives=False,
                              for_={"place": place}))
        if c.chance(4):
            found.append(rule(f"enter.{low}.ban", "may_enter", c.pick(CLOSES), gives=False,
                              overrides=[f"xa.enter.{low}"], for_={"place": place}))
    return found


def _when(c: Chooser) -> Item | None:
    ways: list[Item | None] = [
        None, None, *OPENS, {"paper": {"kind": "international-passport"}},
        {"predicate": "is_refugee", "of": ["$place"]}, {"not": CLOSES[1]},
    ]
    return c.pick(ways)


def _procedures(c: Chooser, places: tuple[str, ...]) -> list[Item]:
    found = []

    def add(id: str, kind: str, to: str, grants: list[Item], when: Item | None) -> None:
        more: dict[str, Any] = {}
        if not c.chance(5):
            low = c.pick([1, 20, 60])
            more["duration_days"] = [low, low * c.pick([1, 3])]
        if not c.chance(5):
            low = c.pick([0, 50, 90])
            more["fee_eur"] = [low, low + c.pick([0, 40])]
        if c.chance(3):
            more["discretionary"] = True
        if c.chance(4):
            more["before"] = c.pick(places)
        when = None if when is None else _placed(when, to)
        found.append(procedure(id, kind, to, grants, when, **more))

    for place in places[1:]:
        low = place.lower()
        if c.chance():
            kind = c.pick(["long-stay", "short-stay"])
            paper = {"kind": "visa", "issuer": place, "visa": kind, "valid_days": c.pick([30, 400])}
            add(f"{low}.visa", "obtain", place, [{"paper": paper}], _when(c))
        if not c.chance(3):
            lodged = [{"claim": {"in": place, "stage": "lodged"}},
                      {"standing": {"kind": "applicant"}}]
            add(f"{low}.lodge", "lodge", place, lodged, _when(c) if c.chance(3) else None)
            add(f"{low}.decide", "decision", place, [{"standing": {"kind": "refugee"}}], _when(c))
            if c.chance(4):
                add(f"{low}.decide-b", "decision", place, [{"standing": {"kind": "subsidiary"}}],
                    _when(c))
        if c.chance(3):
            standing = {"kind": "resident", "valid_days": c.pick([90, 400])}
            add(f"{low}.stay", "stay", place, [{"standing": standing}], _when(c))
    if c.chance():
        passport = {"kind": "international-passport", "issuer": "XA", "valid_days": 900}
        add("xa.passport", "obtain", "XA", [{"paper": passport}], _when(c))
        if c.chance():
            found[-1]["at"] = list(dict.fromkeys(["XA", c.pick(places)]))
    return found


def _placed(when: Item, place: str) -> Item:
    if "predicate" in when:
        return {**when, "of": [place]}
    return when


def _dangers(c: Chooser, places: tuple[str, ...]) -> list[Item]:
    found = []
    for number in range(c.number(5)):
        moment = c.pick(["presence", "authority", "enter", "leave", "board"])
        more: dict[str, Any] = {}
        if moment in ("enter", "leave", "board") and c.chance(3):
            more["mode"] = c.pick(["air", "land"])
        if moment in ("enter", "board") and c.chance(3):
            more["from"] = c.pick(places)
        concerns = c.pick([
            None, None, {"conscience": True}, {"state_secrets": True}, {"exit_ban": True},
            {"paper": {"kind": "visa"}}, {"standing": {"kind": ["visitor", "applicant"]}},
        ])
        found.append(danger(f"danger-{number}", c.pick(places), moment,
                            c.pick(["alleged", "legal", "documented"]), concerns, **more))
    return found


def _facts(c: Chooser, places: tuple[str, ...]) -> list[Item]:
    found = []
    for a in places:
        for b in places:
            if a == b:
                continue
            flown = c.pick([True, None, True, False])
            if flown is not None:
                found.append(fact("flight", flown, from_=a, to=b))
            if c.chance(4):
                found.append(fact("land_crossing", c.pick([True, False]), from_=a, to=b))
    for place in places[1:]:
        days = c.pick([90, None, 30, 400])
        if days is not None:
            found.append(fact("visa_free_days", days, place=place, nationality="XA"))
        if c.chance(3):
            found.append(fact("member_of", place=place, zone="DUBLIN"))
        if c.chance(3):
            found.append(fact("is_refugee", c.pick([True, False]), place=place))
    return found


def _person(c: Chooser) -> tuple[dict[str, Any], tuple[tuple[str, tuple[Any, ...]], ...]]:
    values: dict[str, Any] = {
        "present_in": "XA", "nationalities": ["XA"],
        "complete": ["paper", "proceeding", "order", "claim", "application"],
    }
    open_questions = []
    for name, possible in VALUES.items():
        if len(open_questions) < 3 and c.chance(3):
            open_questions.append((name, possible))
        else:
            values[name] = c.pick(possible)
    papers = []
    if c.chance():
        papers.append({"kind": "international-passport", "issuer": "XA", "expired": False,
                       "valid_until": DAY + timedelta(days=4000)})
    values["paper"] = papers
    if c.chance(4):
        values["claim"] = [{"in": "XA", "stage": "lodged"}]
    if c.chance(3):
        values["standing"] = {"kind": c.pick(["visitor", "citizen"])}
    return values, tuple(open_questions)


def journey(c: Chooser) -> Journey:
    """One world with a person in it."""
    places = PLACES[: 3 + c.number(2)]
    items = {
        "facts": _facts(c, places), "rules": _gates(c, places),
        "procedures": _procedures(c, places), "dangers": _dangers(c, places),
        "predicates": [{
            "name": "is_refugee", "parameters": [{"name": "place", "type": "place"}],
            "true": "is a refugee", "false": "is no refugee", "unknown": "whether a refugee",
        }],
    }
    values, open_questions = _person(c)
    goal = c.pick(["protection", "protection", "stay", f"reach:{places[-1]}"])
    return Journey(items, values, open_questions, goal)


@st.composite
def journeys(draw: Callable[..., Any]) -> Journey:
    """Worlds with a person in them."""
    return journey(Chooser(draw))


#: Days on which law begins or ends while the person is under way.
CHANGES = tuple(DAY + timedelta(days=n) for n in (2, 15, 40, 100))


def changing(c: Chooser) -> Journey:
    """A world in which some of the law ends, begins, or is replaced by other law.

    Dangers and the length of stays remain: nobody is told to wait for these.
    """
    now, then = journey(c), journey(c)
    items = dict(now.items)
    for kind in ("rules", "procedures"):
        found = []
        for item in now.items[kind]:
            fate = c.number(6)
            if fate == 1:
                found.append({**item, "valid_before": c.pick(CHANGES)})
            elif fate == 2:
                found.append({**item, "valid_from": c.pick(CHANGES)})
            else:
                found.append(item)
        items[kind] = found
    day = c.pick(CHANGES)
    for item in then.items["rules"]:
        if "enter" in item["id"] and c.chance(3):
            later = {**item, "id": f"{item['id']}-later", "valid_from": day}
            later.pop("overrides", None)
            items["rules"] = [*items["rules"], later]
    items["facts"] = [_changed(c, item) for item in now.items["facts"]]
    return Journey(items, now.values, now.open_questions, now.goal)


def _changed(c: Chooser, item: Item) -> Item:
    first = dict(item["assertion"][0])
    if not isinstance(first["value"], bool) or not c.chance(5):
        return item
    day = c.pick(CHANGES)
    return {**item, "assertion": [{**first, "valid_before": day},
                                  {**first, "value": not first["value"], "valid_from": day}]}


@st.composite
def changing_journeys(draw: Callable[..., Any]) -> Journey:
    """Worlds whose law changes, with a person in them."""
    return changing(Chooser(draw))
