"""Generated laws and people: what the properties are tried on.

A law is facts with histories, lists said to be complete, and rules with exceptions over a ladder of
made-up predicates, so that no predicate depends on itself. A person is a situation; `pairs` gives
one who has said less and the same one who has said more.

Everything is picked by a `Chooser` from a few cached strategies: building a strategy for each
choice takes many times longer than the choices themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from safeconduct.kb.base import KnowledgeBase
from safeconduct.model.situation import Situation
from worlds import CITED, DAY, RECORDED, START, Item, assertion, knowledge, predicate

T = TypeVar("T")

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
_ALL = (*FACT_PREDICATES, *RULE_PREDICATES)
ARITY = {p["name"]: [q["type"] for q in p["parameters"]] for p in _ALL}
PARAMETERS = {p["name"]: [q["name"] for q in p["parameters"]] for p in _ALL}
VALUES = {p["name"]: p["value"] for p in _ALL}
LADDER = tuple(p["name"] for p in RULE_PREDICATES)

_BOOLS = ("exit_ban", "conscience", "state_secrets")
_CODES = {
    "duty": ("summoned", "deserted", "exempt"), "service": ("none", "officer"),
    "resignation": ("none", "refused"),
}
_NATIONAL = ("international-passport", "internal-passport")
_PAPERS = (*_NATIONAL, "visa")


@cache
def _below(bound: int) -> st.SearchStrategy[int]:
    return st.integers(0, bound - 1)


class Chooser:
    """Picks among things; the first is the simplest, and what failures are reduced to."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self._draw = draw

    def number(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        return int(self._draw(_below(bound)))

    def pick(self, values: Sequence[T]) -> T:
        """One of them."""
        return values[self.number(len(values))]

    def chance(self, one_in: int = 2) -> bool:
        """True once in so many times."""
        return self.number(one_in) == one_in - 1

    def maybe(self, values: Sequence[T], one_in: int = 2) -> T | None:
        """One of them, or nothing."""
        return self.pick(values) if self.chance(one_in) else None

    def some(self, values: Iterable[T], one_in: int = 2) -> list[T]:
        """A few of them, perhaps none."""
        return [v for v in values if self.chance(one_in)]

    def one_or_two(self, values: Sequence[T]) -> T | list[T]:
        """One of them, or a list of one or two."""
        if not self.chance():
            return self.pick(values)
        return list(dict.fromkeys([self.pick(values), self.pick(values)]))


# --- conditions -------------------------------------------------------------------------------


def _holds(c: Chooser, below: Sequence[str], given: Sequence[str], record: str) -> Item:
    """A question about a predicate lower on the ladder."""
    name = c.pick(below)
    of = []
    for kind in ARITY[name]:
        choices: list[str] = [*MODES] if kind == "mode" else [*PLACES, "nationalities",
                                                              "entered_from"]
        choices += [f"${p}" for p in given if (p == "mode") == (kind == "mode")]
        if kind == "place" and record == "paper":
            choices += ["$paper.issuer"] * 3
        if kind == "place" and record == "proceeding":
            choices += ["$proceeding.state"] * 3
        of.append(c.pick(choices))
    table: Item = {"predicate": name, "of": of}
    if VALUES[name] == "code":
        table["is"] = c.one_or_two(WORDS)
    elif VALUES[name] == "number":
        table[c.pick(["at_least", "at_most"])] = c.pick([10, 90])
    return table


def _record_test(c: Chooser, below: Sequence[str], given: Sequence[str], depth: int) -> Item:
    """A test on a person's records."""
    kind = c.pick(["paper", "proceeding", "standing", "order", "claim", "evidence"])
    places = [*PLACES, *(f"${p}" for p in given if p != "mode")]
    tests: Item = {}

    def maybe(key: str, choose: Callable[[], Any]) -> None:
        if c.chance():
            tests[key] = choose()

    if kind == "paper":
        tests["kind"] = c.one_or_two(_PAPERS)
        maybe("issuer", lambda: c.pick(places))
        maybe("valid", lambda: c.pick([True, False, "any"]))
        maybe("held", lambda: c.pick(["held", "seized", ["held", "lost"]]))
        maybe("biometric", lambda: c.pick([True, False]))
        maybe("valid_days", lambda: c.pick([30, 180]))
        maybe("valid_until", lambda: {"from": DAY})
    elif kind == "proceeding":
        maybe("state", lambda: c.pick(places))
        maybe("stage", lambda: c.one_or_two(("charged", "wanted")))
        maybe("offence", lambda: c.pick(["absence", "desertion"]))
    elif kind == "standing":
        maybe("kind", lambda: c.one_or_two(("visitor", "resident", "none")))
        maybe("lawful", lambda: c.pick([True, False]))
    elif kind == "order":
        maybe("kind", lambda: c.one_or_two(("entry-ban", "expulsion", "extradition-requested")))
        maybe("by", lambda: c.pick(places))
        maybe("in_force", lambda: c.pick([True, False]))
    elif kind == "claim":
        maybe("in", lambda: c.pick(places))
        maybe("stage", lambda: c.one_or_two(("lodged", "refused")))
    else:
        tests["kind"] = c.one_or_two(("summons", "medical"))
    if kind in ("paper", "proceeding") and below and c.chance():
        tests["where"] = condition(c, below, given, depth - 1, kind)
    return {kind: tests}


def condition(
    c: Chooser, below: Sequence[str], given: Sequence[str] = (), depth: int = 2, record: str = ""
) -> Item:
    """A condition that asks of `below` only, with the rule's own arguments `given`."""
    if depth > 0 and c.chance(3):
        if c.chance(3):
            return {"not": condition(c, below, given, depth - 1, record)}
        parts = [condition(c, below, given, depth - 1, record) for _ in range(1 + c.number(3))]
        return {c.pick(["all", "any"]): parts}
    if below and c.chance():
        return _holds(c, below, given, record)
    if depth > 0 and c.chance():
        return _record_test(c, below, given, depth)
    which = c.number(7)
    if which == 0:
        return {c.pick(_BOOLS): c.pick([True, False])}
    if which == 1:
        name = c.pick(sorted(_CODES))
        return {name: c.one_or_two(_CODES[name])}
    if which == 2:
        if record == "paper" and c.chance():
            return {"nationalities": "$paper.issuer"}
        return {"nationalities": c.pick([*PLACES, *(f"${p}" for p in given if p != "mode")])}
    if which == 3:
        return {"age": c.pick([{"at_least": 27}, {"at_most": 26}, {"at_least": 18, "at_most": 30}])}
    if which == 4:
        return {"entered_on": c.pick([{"from": date(2022, 9, 21)}, {"before": date(2023, 1, 1)}])}
    if which == 5:
        return {"birth_year": {"at_most": 1999}}
    return {"entered_from": c.one_or_two(PLACES)}


# --- laws -------------------------------------------------------------------------------------


def _value(c: Chooser, kind: str) -> Any:
    if kind == "truth":
        return c.pick([True, False])
    return c.pick(WORDS) if kind == "code" else c.pick([5, 10, 60, 90])


def _assertions(c: Chooser, kind: str, recorded: Sequence[date]) -> list[Item]:
    found = []
    for day in sorted(c.pick(recorded) for _ in range(1 + c.number(3))):
        start = c.pick((START, *DAYS[:-1]))
        found.append(
            assertion(
                None if c.chance(6) else _value(c, kind), valid_from=start, recorded_on=day,
                valid_before=c.maybe([d for d in DAYS if d > start]), disputed=c.chance(4),
            )
        )
    return found


def facts(c: Chooser, recorded: Sequence[date] = (RECORDED,), tag: str = "fact") -> list[Item]:
    """Facts on what facts decide, and now and then on what rules decide."""
    names = [*(p["name"] for p in FACT_PREDICATES) , "second", "third"]
    found = []
    for number in range(c.number(7)):
        name = c.pick(names)
        arguments = {}
        for parameter, kind in zip(PARAMETERS[name], ARITY[name], strict=True):
            choice = c.maybe(MODES if kind == "mode" else PLACES, 3)
            if choice is not None:
                arguments[parameter] = choice
        item = {
            "id": f"xa.{tag}-{number}", "statement": "What holds.", "predicate": name,
            "arguments": arguments, "assertion": _assertions(c, VALUES[name], recorded),
        }
        if c.chance():
            item["review"] = [{"on": date(2026, 1, 2), "by": "reader-b", "as": "compiler",
                               "next": c.pick([date(2027, 1, 1), date(2026, 2, 1)])}]
        found.append(item)
    return found


def completes(
    c: Chooser, recorded: Sequence[date] = (RECORDED,), tag: str = "complete"
) -> list[Item]:
    """Lists said to be complete."""
    found = []
    for name in c.some(["is_listed", "is_bound", "first", "second"], 4):
        place = c.maybe(PLACES)
        found.append({
            "id": f"xa.{tag}-{name.replace('_', '-')}", "statement": "The list is complete.",
            "predicate": name,
            "complete": [{
                "arguments": {} if place is None else {"place": place},
                "valid_from": c.pick([START, DAYS[1]]), "recorded_on": c.pick(recorded),
                "recorded_by": "editor-a", "citations": CITED,
            }],
        })
    return found


def rules(c: Chooser, recorded: Sequence[date] = (RECORDED,), tag: str = "") -> list[Item]:
    """Rules up the ladder; later ones may be exceptions to earlier ones of the same predicate."""
    found: list[Item] = []
    base = tuple(p["name"] for p in FACT_PREDICATES)
    for step, name in enumerate(LADDER):
        mine: list[str] = []
        for number in range(c.number(4) if name != "goal" else 1 + c.number(3)):
            item: Item = {
                "id": f"xa.{name}{tag}-{number}", "title": "A rule.", "concludes": name,
                "valid_from": START, "recorded_on": c.pick(recorded),
                "recorded_by": "editor-a", "citations": CITED,
            }
            if VALUES[name] == "code":
                item["gives"] = c.pick(WORDS)
            elif c.chance():
                item["gives"] = False
            if c.chance(4):
                item["valid_from"] = c.pick(DAYS[:3])
                item["valid_before"] = c.pick(DAYS[3:])
            if c.chance(4):
                item["for"] = {"place": list(dict.fromkeys([c.pick(PLACES), c.pick(PLACES)]))}
            if mine and c.chance():
                item["overrides"] = [c.pick(mine)]
            if not c.chance(5):
                below = (*base, *LADDER[:step])
                item["when"] = condition(c, below, PARAMETERS[name])
            mine.append(item["id"])
            found.append(item)
    return found


def law_of(c: Chooser, recorded: Sequence[date] = (RECORDED,), tag: str = "") -> dict[str, Any]:
    """The items of a law, as `worlds.knowledge` takes them."""
    return {
        "facts": facts(c, recorded, f"fact{tag}"),
        "complete": completes(c, recorded, f"complete{tag}"),
        "rules": rules(c, recorded, tag),
    }


PREDICATES = _ALL


@st.composite
def laws(draw: Callable[..., Any]) -> KnowledgeBase:
    """Knowledge bases of generated law."""
    return knowledge(predicates=PREDICATES, **law_of(Chooser(draw)))


# --- people -----------------------------------------------------------------------------------

_GIVEN = (date(2021, 5, 4), date(2022, 9, 24), DAY, date(2027, 1, 1))


def person_of(c: Chooser) -> dict[str, Any]:
    """Everything that a person might say, as a situation file has it; it agrees with itself."""
    codes = list(dict.fromkeys([c.pick(PLACES), c.pick(PLACES)]))
    person: dict[str, Any] = {
        "present_in": c.pick(PLACES), "nationalities": codes,
        "birth_year": c.pick([1995, 1999, 2000, 2008]), "entered_from": c.pick(PLACES),
        "entered_on": c.pick(_GIVEN[:3]),
    }
    person |= {a: c.pick([True, False]) for a in _BOOLS}
    person |= {a: c.pick(v) for a, v in _CODES.items()}
    kinds = [c.pick(_PAPERS) for _ in range(c.number(3))]
    person["paper"] = [
        {
            "kind": kind, "issuer": c.pick(codes if kind in _NATIONAL else PLACES),
            "held": c.pick(["held", "seized", "lost"]), "biometric": c.pick([True, False]),
            "valid_until": c.pick(_GIVEN),
        }
        for kind in kinds
    ]
    person["proceeding"] = [
        {"state": c.pick(PLACES), "stage": c.pick(["charged", "wanted", "convicted"]),
         "offence": c.pick(["absence", "desertion"])}
        for _ in range(c.number(3))
    ]
    person["order"] = [
        {"kind": c.pick(["entry-ban", "expulsion", "extradition-requested"]),
         "by": c.pick(PLACES), "on": date(2024, 1, 1), "until": c.pick(_GIVEN[2:])}
        for _ in range(c.number(2))
    ]
    person["claim"] = [
        {"in": c.pick(PLACES), "stage": c.pick(["lodged", "refused"])} for _ in range(c.number(2))
    ]
    person["evidence"] = [{"kind": c.pick(["summons", "medical"])} for _ in range(c.number(2))]
    person["standing"] = {
        "kind": c.pick(["visitor", "resident", "refugee", "none"]), "until": c.pick(_GIVEN),
    }
    person["complete"] = ["paper", "proceeding", "order", "claim", "evidence"]
    return person


def _coarser(value: Any, how: int) -> Any:
    if not isinstance(value, date):
        return value
    return [value, f"{value.year}-{value.month:02}", str(value.year)][how]


#: Fields that say what a record is; they are given with it.
_NAMING = {"paper": ("kind", "issuer", "held"), "order": ("kind",), "evidence": ("kind",)}
_LISTS = ("paper", "proceeding", "order", "claim", "evidence")


def told_less(c: Chooser, more: dict[str, Any]) -> dict[str, Any]:
    """What the same person has said before saying all of `more`."""
    less: dict[str, Any] = {}
    complete = [k for k in more["complete"] if not c.chance(3)]
    for key, value in more.items():
        if key in ("present_in", "complete", "unsure"):
            less[key] = value
            continue
        fate = c.pick(["keep", "keep", "drop", "blur"])
        if fate == "drop":
            complete = [k for k in complete if k != key]
        elif fate == "keep":
            less[key] = value
        elif key == "standing":
            less[key] = {k: v for k, v in value.items() if k == "kind" or c.chance()}
        elif key in _LISTS:
            kept = [r for r in value if not c.chance(4)]
            if len(kept) < len(value):
                complete = [k for k in complete if k != key]
            less[key] = [
                {k: _coarser(v, c.number(3)) for k, v in record.items()
                 if k in _NAMING.get(key, ()) or c.chance()}
                for record in kept
            ]
        else:
            less[key] = _coarser(value, c.number(3))
    less["complete"] = complete
    less["unsure"] = [k for k in _BOOLS if k not in less and c.chance()]
    return less


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[Situation, Situation]:
    """One who has said less, and the same one who has said more; nothing is taken back."""
    c = Chooser(draw)
    more = person_of(c)
    less = told_less(c, more)
    more["complete"] = [k for k in more["complete"] if k in less["complete"] or not c.chance(4)]
    return Situation(less), Situation(more)


def situations() -> st.SearchStrategy[Situation]:
    """Situations of which much or little is known."""
    return pairs().map(lambda pair: pair[0])
