"""Generated laws and people: what the properties are tried on.

A law is facts with histories, lists said to be complete, and rules with exceptions over a ladder of
made-up predicates, so that no predicate depends on itself. A person is a situation; `pairs` gives
one who has said less and the same one who has said more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from worlds import CITED, DAY, RECORDED, START, Item, assertion, knowledge, predicate

from safeconduct.kb.base import KnowledgeBase
from safeconduct.model.situation import Situation

PLACES = ("XA", "XB", "XC")
MODES = ("air", "land")
#: Days on which made-up law begins and ends, around the day asked about.
DAYS = tuple(DAY + timedelta(days=n) for n in (-400, -30, 0, 1, 45, 400))
WORDS = ("strict", "mild", "none")

#: Decided by facts: truth of a place, a word, a number, truth of two places.
FACT_PREDICATES = (
    predicate("is_listed", "place"),
    predicate("regime", "place", value="code", values=list(WORDS)),
    predicate("limit", "place", value="number"),
    predicate("is_bound", "place", "with"),
)
#: Decided by rules; each may ask about those before it.
RULE_PREDICATES = (
    predicate("first", "place"),
    predicate("second", "place", otherwise=False, citations=CITED),
    predicate("third", "place", "mode:mode"),
    predicate("fourth", "place", otherwise=True, citations=CITED),
    predicate("fifth", "place", value="code", values=list(WORDS)),
    predicate("goal", "place", "mode:mode"),
)
ARITY = {p["name"]: [q["type"] for q in p["parameters"]] for p in (*FACT_PREDICATES, *RULE_PREDICATES)}
PARAMETERS = {
    p["name"]: [q["name"] for q in p["parameters"]] for p in (*FACT_PREDICATES, *RULE_PREDICATES)
}
LADDER = tuple(p["name"] for p in RULE_PREDICATES)
VALUES = {p["name"]: p["value"] for p in (*FACT_PREDICATES, *RULE_PREDICATES)}

_BOOLS = ("exit_ban", "conscience", "state_secrets")
_CODES = {
    "duty": ("summoned", "deserted", "exempt"), "service": ("none", "officer"),
    "resignation": ("none", "refused"),
}
_NATIONAL = ("international-passport", "internal-passport")
_PAPERS = (*_NATIONAL, "visa")


def _sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _some(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of them, or a list of a few."""
    return st.sampled_from(values) | st.lists(
        st.sampled_from(values), min_size=1, max_size=2, unique=True
    )


# --- conditions -------------------------------------------------------------------------------


@st.composite
def holds(draw: Callable[..., Any], below: tuple[str, ...], given: tuple[str, ...],
          record: str) -> Item:
    """A question about a predicate lower on the ladder."""
    name = draw(st.sampled_from(below))
    of = []
    for kind in ARITY[name]:
        choices: list[Any] = list(MODES) if kind == "mode" else [*PLACES, "nationalities",
                                                                 "entered_from"]
        choices += [f"${p}" for p in given if (p == "mode") == (kind == "mode")]
        if record == "paper" and kind == "place":
            choices += ["$paper.issuer"] * 3
        if record == "proceeding" and kind == "place":
            choices += ["$proceeding.state"] * 3
        of.append(draw(st.sampled_from(choices)))
    table: Item = {"predicate": name, "of": of}
    if VALUES[name] == "code":
        table["is"] = draw(_some(WORDS))
    elif VALUES[name] == "number":
        table[draw(st.sampled_from(["at_least", "at_most"]))] = draw(st.sampled_from([10, 90]))
    return table


@st.composite
def records(draw: Callable[..., Any], below: tuple[str, ...], given: tuple[str, ...],
            depth: int) -> Item:
    """A test on a person's records."""
    kind = draw(st.sampled_from(["paper", "proceeding", "standing", "order", "claim", "evidence"]))
    place = st.sampled_from([*PLACES, *(f"${p}" for p in given if p != "mode")])
    tests: Item = {}

    def maybe(key: str, strategy: st.SearchStrategy[Any]) -> None:
        if draw(st.booleans()):
            tests[key] = draw(strategy)

    if kind == "paper":
        tests["kind"] = draw(_some(_PAPERS))
        maybe("issuer", place)
        maybe("valid", st.sampled_from([True, False, "any"]))
        maybe("held", st.sampled_from(["held", "seized", ["held", "lost"]]))
        maybe("biometric", st.booleans())
        maybe("valid_days", st.sampled_from([30, 180]))
        maybe("valid_until", st.just({"from": DAY}))
    elif kind == "proceeding":
        maybe("state", place)
        maybe("stage", _some(("charged", "wanted")))
        maybe("offence", st.sampled_from(["absence", "desertion"]))
    elif kind == "standing":
        maybe("kind", _some(("visitor", "resident", "none")))
        maybe("lawful", st.booleans())
    elif kind == "order":
        maybe("kind", _some(("entry-ban", "expulsion", "extradition-requested")))
        maybe("by", place)
        maybe("in_force", st.booleans())
    elif kind == "claim":
        maybe("in", place)
        maybe("stage", _some(("lodged", "refused")))
    else:
        tests["kind"] = draw(_some(("summons", "medical")))
    if kind in ("paper", "proceeding") and below and draw(st.booleans()):
        tests["where"] = draw(conditions(below, given, depth - 1, kind))
    return {kind: tests}


def conditions(
    below: tuple[str, ...], given: tuple[str, ...] = (), depth: int = 2, record: str = ""
) -> st.SearchStrategy[Item]:
    """Conditions that ask of `below` only, with the rule's own arguments `given`."""
    leaves = [
        st.sampled_from(_BOOLS).flatmap(lambda a: st.booleans().map(lambda b: {a: b})),
        st.sampled_from(sorted(_CODES)).flatmap(
            lambda a: _some(_CODES[a]).map(lambda v: {a: v})),
        st.sampled_from([*PLACES, *(f"${p}" for p in given if p != "mode")]).map(
            lambda p: {"nationalities": p}),
        st.sampled_from(PLACES).map(lambda p: {"entered_from": p}),
        st.sampled_from([{"at_least": 27}, {"at_most": 26}, {"at_least": 18, "at_most": 30}]).map(
            lambda t: {"age": t}),
        st.sampled_from([{"from": date(2022, 9, 21)}, {"before": date(2023, 1, 1)}]).map(
            lambda t: {"entered_on": t}),
        st.just({"birth_year": {"at_most": 1999}}),
    ]
    if record == "paper":
        leaves += [st.sampled_from(PLACES).map(lambda p: {"nationalities": "$paper.issuer"})]
    if below:
        leaves += [holds(below, given, record)] * 3
    if depth > 0:
        leaves += [records(below, given, depth)] * 3
    leaf = st.one_of(leaves)
    if depth <= 0:
        return leaf
    part = st.deferred(lambda: conditions(below, given, depth - 1, record))
    return leaf | st.one_of(
        st.lists(part, min_size=1, max_size=3).map(lambda p: {"all": p}),
        st.lists(part, min_size=1, max_size=3).map(lambda p: {"any": p}),
        part.map(lambda p: {"not": p}),
    )


# --- laws -------------------------------------------------------------------------------------


def _value(kind: str) -> st.SearchStrategy[Any]:
    if kind == "truth":
        return st.booleans()
    return st.sampled_from(WORDS) if kind == "code" else st.sampled_from([5, 10, 60, 90])


@st.composite
def _assertions(draw: Callable[..., Any], kind: str, recorded: tuple[date, ...]) -> list[Item]:
    days = sorted(draw(st.lists(st.sampled_from(recorded), min_size=1, max_size=3)))
    found = []
    for day in days:
        start = draw(st.sampled_from((START, *DAYS[:-1])))
        later = [d for d in DAYS if d > start]
        before = draw(_sometimes(st.sampled_from(later)))
        value = draw(_sometimes(_value(kind))) if draw(st.booleans()) else draw(_value(kind))
        found.append(
            assertion(value, valid_from=start, valid_before=before, recorded_on=day,
                      disputed=draw(st.integers(0, 3)) == 3)
        )
    return found


@st.composite
def facts(draw: Callable[..., Any], recorded: tuple[date, ...] = (RECORDED,)) -> list[Item]:
    """Facts on the predicates that facts decide, and now and then on one that rules decide."""
    names = [*(p["name"] for p in FACT_PREDICATES) , "second", "third"]
    found = []
    for number in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(names))
        arguments = {}
        for parameter, kind in zip(PARAMETERS[name], ARITY[name], strict=True):
            choice = draw(_sometimes(st.sampled_from(MODES if kind == "mode" else PLACES)))
            if choice is not None:
                arguments[parameter] = choice
        item = {
            "id": f"xa.fact-{number}", "statement": "What holds.", "predicate": name,
            "arguments": arguments, "assertion": draw(_assertions(VALUES[name], recorded)),
        }
        if draw(st.booleans()):
            item["review"] = [{"on": date(2026, 1, 2), "by": "reader-b", "as": "compiler",
                               "next": draw(st.sampled_from([date(2026, 2, 1), date(2027, 1, 1)]))}]
        found.append(item)
    return found


@st.composite
def completes(draw: Callable[..., Any], recorded: tuple[date, ...] = (RECORDED,)) -> list[Item]:
    """Lists said to be complete."""
    found = []
    for name in draw(st.lists(st.sampled_from(["is_listed", "is_bound", "first", "second"]),
                              max_size=2, unique=True)):
        arguments = {}
        place = draw(_sometimes(st.sampled_from(PLACES)))
        if place is not None:
            arguments["place"] = place
        found.append({
            "id": f"xa.complete-{name.replace('_', '-')}", "statement": "The list is complete.",
            "predicate": name,
            "complete": [{
                "arguments": arguments, "valid_from": draw(st.sampled_from([START, DAYS[1]])),
                "recorded_on": draw(st.sampled_from(recorded)), "recorded_by": "editor-a",
                "citations": CITED,
            }],
        })
    return found


@st.composite
def rules(draw: Callable[..., Any], recorded: tuple[date, ...] = (RECORDED,), depth: int = 2,
          plain: bool = False) -> list[Item]:
    """Rules up the ladder; later ones may be exceptions to earlier ones of the same predicate."""
    found: list[Item] = []
    base = tuple(p["name"] for p in FACT_PREDICATES)
    for step, name in enumerate(LADDER):
        below = (*base, *LADDER[:step])
        mine: list[str] = []
        for number in range(draw(st.integers(0 if name != "goal" else 1, 3))):
            item: Item = {
                "id": f"xa.{name}-{number}", "title": "A rule.", "concludes": name,
                "valid_from": START, "recorded_on": draw(st.sampled_from(recorded)),
                "recorded_by": "editor-a", "citations": CITED,
            }
            if VALUES[name] == "code":
                item["gives"] = draw(st.sampled_from(WORDS))
            elif draw(st.booleans()):
                item["gives"] = False
            if not plain and draw(st.integers(0, 3)) == 3:
                item["valid_from"] = draw(st.sampled_from(DAYS[:3]))
                item["valid_before"] = draw(st.sampled_from(DAYS[3:]))
            if draw(st.integers(0, 3)) == 3:
                item["for"] = {"place": draw(st.lists(st.sampled_from(PLACES), min_size=1,
                                                      max_size=2, unique=True))}
            if mine and draw(st.booleans()):
                item["overrides"] = [draw(st.sampled_from(mine))]
            if draw(st.integers(0, 4)):
                item["when"] = draw(conditions(below, tuple(PARAMETERS[name]), depth))
            mine.append(item["id"])
            found.append(item)
    return found


@st.composite
def law_items(draw: Callable[..., Any], recorded: tuple[date, ...] = (RECORDED,)) -> dict[str, Any]:
    """The items of a law, as `worlds.knowledge` takes them."""
    return {
        "predicates": (*FACT_PREDICATES, *RULE_PREDICATES), "facts": draw(facts(recorded)),
        "complete": draw(completes(recorded)), "rules": draw(rules(recorded)),
    }


def laws() -> st.SearchStrategy[KnowledgeBase]:
    """Knowledge bases of generated law."""
    return law_items().map(lambda items: knowledge(**items))


# --- people -----------------------------------------------------------------------------------

_DAYS_GIVEN = (date(2021, 5, 4), date(2022, 9, 24), DAY, date(2027, 1, 1))


@st.composite
def people(draw: Callable[..., Any]) -> dict[str, Any]:
    """Everything that a person might say, as a situation file has it; it agrees with itself."""
    codes = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=2, unique=True))
    person: dict[str, Any] = {
        "present_in": draw(st.sampled_from(PLACES)), "nationalities": codes,
        "birth_year": draw(st.sampled_from([1995, 1999, 2000, 2008])),
        "entered_from": draw(st.sampled_from(PLACES)),
        "entered_on": draw(st.sampled_from(_DAYS_GIVEN[:3])),
    }
    person |= {a: draw(st.booleans()) for a in _BOOLS}
    person |= {a: draw(st.sampled_from(v)) for a, v in _CODES.items()}
    papers = []
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(_PAPERS))
        paper = {
            "kind": kind,
            "issuer": draw(st.sampled_from(codes if kind in _NATIONAL else list(PLACES))),
            "held": draw(st.sampled_from(["held", "seized", "lost"])),
            "biometric": draw(st.booleans()), "valid_until": draw(st.sampled_from(_DAYS_GIVEN)),
        }
        papers.append(paper)
    person["paper"] = papers
    person["proceeding"] = [
        {"state": draw(st.sampled_from(PLACES)),
         "stage": draw(st.sampled_from(["charged", "wanted", "convicted"])),
         "offence": draw(st.sampled_from(["absence", "desertion"]))}
        for _ in range(draw(st.integers(0, 2)))
    ]
    person["order"] = [
        {"kind": draw(st.sampled_from(["entry-ban", "expulsion", "extradition-requested"])),
         "by": draw(st.sampled_from(PLACES)), "on": date(2024, 1, 1),
         "until": draw(st.sampled_from(_DAYS_GIVEN[2:]))}
        for _ in range(draw(st.integers(0, 1)))
    ]
    person["claim"] = [
        {"in": draw(st.sampled_from(PLACES)), "stage": draw(st.sampled_from(["lodged", "refused"]))}
        for _ in range(draw(st.integers(0, 1)))
    ]
    person["evidence"] = [{"kind": draw(st.sampled_from(["summons", "medical"]))}
                          for _ in range(draw(st.integers(0, 1)))]
    person["standing"] = {
        "kind": draw(st.sampled_from(["visitor", "resident", "refugee", "none"])),
        "until": draw(st.sampled_from(_DAYS_GIVEN)),
    }
    person["complete"] = ["paper", "proceeding", "order", "claim", "evidence"]
    return person


def _coarser(day: date, how: int) -> Any:
    return [day, f"{day.year}-{day.month:02}", str(day.year)][how]


#: Fields that say what a record is; they are given with it.
_NAMING = {"paper": ("kind", "issuer", "held"), "order": ("kind",), "evidence": ("kind",)}


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a person has said so far, and what the same person says later: nothing is taken back."""
    more = draw(people())
    less: dict[str, Any] = {}
    complete = list(more["complete"])
    for key, value in more.items():
        if key in ("present_in", "complete"):
            continue
        fate = draw(st.sampled_from(["keep", "keep", "drop", "blur"]))
        if fate == "drop":
            complete = [c for c in complete if c != key]
            continue
        if fate == "keep":
            less[key] = value
        elif isinstance(value, date):
            less[key] = _coarser(value, draw(st.integers(0, 2)))
        elif key == "standing":
            less[key] = {k: v for k, v in value.items() if k == "kind" or draw(st.booleans())}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            less[key] = [
                {k: _coarser(v, draw(st.integers(0, 2))) if isinstance(v, date) else v
                 for k, v in record.items()
                 if k in _NAMING.get(key, ()) or draw(st.booleans())}
                for record in value
                if draw(st.booleans()) or _refuse(complete, key)
            ]
        else:
            less[key] = value
    if draw(st.booleans()):
        complete = [c for c in complete if draw(st.booleans())]
    less["complete"] = complete
    less["unsure"] = [k for k in _BOOLS if k not in less and draw(st.booleans())]
    less["present_in"] = more["present_in"]
    if draw(st.booleans()):
        more["complete"] = [c for c in more["complete"] if c in complete or draw(st.booleans())]
    return less, more


def _refuse(complete: list[str], key: str) -> bool:
    """Note that the records of that kind are not all there any more."""
    if key in complete:
        complete.remove(key)
    return False


def situations() -> st.SearchStrategy[Situation]:
    """Situations of which much or little is known."""
    return pairs().map(lambda pair: Situation(pair[0]))
