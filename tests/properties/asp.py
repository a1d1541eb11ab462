"""The small worlds of `journeys` as facts for `pathways.lp`, and the front that clingo finds.

Written from the items of a world, not from what the engine makes of them: rules are turned into
trees of nodes here, and decided there. Only the last filter, which way beats which, is shared with
the exhaustive search.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import clingo

from properties.exhaustive import NO_LIMIT, NOT_KNOWN, Way, unbeaten
from properties.journeys import VALUES, Journey
from worlds import Item

PROGRAM = Path(__file__).with_name("pathways.lp")
_CROSSING = {"air": "flight", "land": "land_crossing"}
_JOURNEY = {"air": (1, 3), "land": (1, 5)}
_WEIGHT = {"alleged": 1, "legal": 2, "documented": 3}


class Writer:
    """Writes the facts of one world."""

    def __init__(self, j: Journey, max_steps: int) -> None:
        self.j = j
        self.lines: list[str] = [
            f"#const horizon={max_steps}.", f"#const no_limit={NO_LIMIT}.",
        ]
        self.count = 0
        self.costs: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {}
        self.papers: dict[tuple[tuple[str, Any], ...], int] = {}
        self.sets: dict[str, set[frozenset[Any]]] = {}
        self.tests: list[tuple[int, Item]] = []

    def fact(self, name: str, *arguments: object) -> None:
        self.lines.append(f"{name}({','.join(map(_term, arguments))}).")

    # --- conditions ----------------------------------------------------------------------------

    def node(self, kind: str, *children: int, of: object = "none") -> int:
        self.count += 1
        self.fact("node", self.count, kind, of)
        for child in children:
            self.fact("child", self.count, child)
        return self.count

    def condition(self, when: Item | None, place: str) -> int:
        if when is None:
            return self.node("true")
        if "predicate" in when:
            return self.recorded(when["predicate"], place=when["of"][0])
        (key, inner), = when.items()
        if key in ("all", "any"):
            return self.node(key, *[self.condition(c, place) for c in inner])
        if key == "not":
            return self.node("negation", self.condition(inner, place))
        if key == "nationalities":
            wanted = place if inner == "$place" else inner
            return self.node("true" if wanted in self.j.values["nationalities"] else "false")
        if key == "paper":
            number = self.node("paper")
            self.tests.append((number, inner))
            return number
        if key == "standing":
            number = self.node("standing")
            for kind in inner["kind"]:
                self.fact("wanted", number, kind)
            return number
        values = inner if isinstance(inner, list) else [inner]
        number = self.node("said", of=key)
        for value in values:
            self.fact("wanted", number, value)
        self.sets.setdefault(key, set()).add(frozenset(values))
        return number

    def recorded(self, name: str, **arguments: str) -> int:
        """What facts say: at most one of them speaks of the same arguments here."""
        for item in self.j.items["facts"]:
            if item["predicate"] == name and item["arguments"] == arguments:
                return self.node("true" if item["assertion"][0]["value"] else "false")
        return self.node("hole")

    def ruled(self, name: str, *, otherwise: bool = False, **arguments: str) -> int:
        """What rules say, with exceptions before what they override."""
        rules = [
            r for r in self.j.items["rules"] if r["concludes"] == name
            and all(arguments[k] == v for k, v in r.get("for", {}).items())
        ]
        if not rules:
            return self.node("true" if otherwise else "hole")
        place = arguments.get("place", "")
        sides: dict[bool, list[int]] = {True: [], False: []}
        for r in rules:
            sides[r.get("gives", True)].append(self.applies(r, rules, place))
        number = self.node("ruled")
        for side, key in ((True, "for"), (False, "against")):
            self.fact(key, number, self.node("any", *sides[side]))
        if otherwise:
            self.fact("otherwise", number)
        return number

    def applies(self, r: Item, rules: list[Item], place: str) -> int:
        parts = [self.condition(r.get("when"), place)]
        for other in rules:
            if r["id"] in other.get("overrides", ()):
                parts.append(self.node("negation", self.applies(other, rules, place)))
        return self.node("all", *parts)

    # --- papers --------------------------------------------------------------------------------

    def paper(self, fields: dict[str, Any], days: int | None) -> int:
        key = (*sorted(fields.items()), ("valid_days", days))
        if key not in self.papers:
            self.papers[key] = number = len(self.papers) + 1
            if fields["kind"] == "visa":
                self.fact("visa", number)
                self.fact("leads", number, fields["issuer"])
                self.fact("visa_days", number, days)
        return self.papers[key]

    def fits(self) -> None:
        for number, test in self.tests:
            for fields, paper in self.papers.items():
                told = dict(fields)
                if all(told.get(k) == v for k, v in test.items()):
                    self.fact("fits", number, paper)

    # --- the world -----------------------------------------------------------------------------

    def write(self) -> str:
        j = self.j
        values = j.values
        self.fact("start", "XA")
        for place in values["nationalities"]:
            self.fact("national", place)
        for name, _ in j.open_questions:
            self.fact("open", name)
        for name in VALUES:
            if name in values:
                self.fact("given", name, values[name])
        for kind in ("refugee", "subsidiary"):
            self.fact("protected", kind)
        for paper in values["paper"]:
            told = {k: v for k, v in paper.items() if k in ("kind", "issuer")}
            self.fact("holds_now", self.paper(told, None))
        standing = values.get("standing")
        self.fact("standing_now", standing["kind"] if standing else "unsaid", 0)
        goal, _, place = j.goal.partition(":")
        self.fact("goal", goal)
        self.fact("final", place or "nowhere")
        for item in j.items["facts"]:
            told = item["arguments"]
            if item["predicate"] == "visa_free_days":
                self.fact("free_days", told["place"], item["assertion"][0]["value"])
            elif item["predicate"] == "member_of":
                self.fact("dublin", told["place"])
        self.procedures()
        self.journeys()
        self.same()
        self.fits()
        self.assumptions()
        return "\n".join(self.lines)

    def same(self) -> None:
        for a, x in self.papers.items():
            for b, y in self.papers.items():
                told, other = dict(a), dict(b)
                kind = told["kind"] == other["kind"] and told["issuer"] == other["issuer"]
                if kind and told.get("visa") is None:
                    self.fact("same", x, y)

    def assumptions(self) -> None:
        """For each open question, all answers and those that conditions tell apart."""
        for name, possible in self.j.open_questions:
            everything = frozenset(possible)
            told = self.sets.get(name, set())
            sets = {everything, *told, *(everything - s for s in told)}
            sets |= {a & b for a, b in product(sets, repeat=2)}
            for number, values in enumerate(sorted(filter(None, sets), key=sorted)):
                self.fact("choice", name, number)
                for value in values:
                    self.fact("member", name, number, value)

    def procedures(self) -> None:
        for p in self.j.items["procedures"]:
            for place in self.places():
                if not self.is_at(p, place):
                    continue
                if p["kind"] == "stay" and self.j.goal != "stay":
                    continue
                name = f"{p['id']} {place}"
                self.fact("step", name)
                self.fact("procedure", name)
                self.fact("from", name, place)
                self.fact("to", name, p["to"])
                self.fact("condition", name, self.condition(p.get("when"), p["to"]))
                days = p.get("duration_days", (0, NOT_KNOWN))
                self.costs[name] = tuple(days), tuple(p.get("fee_eur", (0, NOT_KNOWN)))
                if p.get("discretionary") or p["kind"] == "decision":
                    self.fact("discretionary", name)
                if p["kind"] == "decision":
                    self.fact("decides", name)
                for grant in p["grants"]:
                    self.grant(name, grant)
                self.meets(name, ("presence", place), ("authority", p.get("before", place)))

    def grant(self, name: str, grant: Item) -> None:
        (kind, told), = grant.items()
        if kind == "paper":
            fields = {k: v for k, v in told.items() if k != "valid_days"}
            self.fact("gives_paper", name, self.paper(fields, told.get("valid_days")))
        elif kind == "claim":
            self.fact("lodges", name)
        else:
            days = told.get("valid_days", NO_LIMIT)
            self.fact("gives_standing", name, told["kind"], days)
            self.fact("gives_stay", name, days)

    def is_at(self, p: Item, place: str) -> bool:
        if "at" in p:
            return place in p["at"]
        return (place != p["to"]) if p["kind"] == "obtain" else place == p["to"]

    def places(self) -> list[str]:
        found = {p["to"] for p in self.j.items["procedures"]}
        for r in self.j.items["rules"]:
            if r["concludes"] == "may_enter":
                found.add(r["for"]["place"])
        return sorted(found)

    def flown(self, a: str, b: str) -> bool:
        return any(
            f["predicate"] == "flight" and f["arguments"] == {"from": a, "to": b}
            and f["assertion"][0]["value"] is True for f in self.j.items["facts"]
        )

    def journeys(self) -> None:
        places = self.places()
        for a, b in product(places, places):
            if a == b:
                continue
            via = [v for v in places if v not in (a, b) and self.flown(a, v) and self.flown(v, b)]
            routes = [("air", ())] if self.flown(a, b) or not via else [
                ("air", (v,)) for v in via[:3]]
            if any(f["predicate"] == "land_crossing" and f["arguments"] == {"from": a, "to": b}
                   for f in self.j.items["facts"]):
                routes.append(("land", ()))
            for mode, stops in routes:
                self.journey(a, b, mode, stops)

    def journey(self, a: str, b: str, mode: str, via: tuple[str, ...]) -> None:
        name = f"{mode} {'-'.join((a, *via, b))}"
        legs = list(zip((a, *via), (*via, b), strict=True))
        parts = [
            self.ruled("may_leave", place=a, to=b, mode=mode),
            self.ruled("may_enter", **{"place": b, "mode": mode, "from": a}),
            self.ruled("may_board", otherwise=True, **{"from": a, "to": b, "mode": mode}),
            *(self.recorded(_CROSSING[mode], **{"from": x, "to": y}) for x, y in legs),
            *(self.ruled("may_transit", **{"place": v, "from": a, "to": b}) for v in via),
        ]
        self.fact("step", name)
        self.fact("journey", name)
        self.fact("from", name, a)
        self.fact("to", name, b)
        self.fact("condition", name, self.node("all", *parts))
        self.costs[name] = _JOURNEY[mode], (0, 0)
        self.meets(name, ("leave", a), *(("board", p) for p in (a, *via)), ("enter", b),
                   mode=mode, start=a)

    def meets(self, name: str, *moments: tuple[str, str], mode: str = "", start: str = "") -> None:
        for number, d in enumerate(self.j.items["dangers"]):
            for moment, place in moments:
                if (d["moment"], d["place"]) != (moment, place):
                    continue
                if "mode" in d and d["mode"] != mode:
                    continue
                if moment in ("enter", "board") and "from" in d and d["from"] != start:
                    continue
                key = f"{number} {name} {moment} {place}"
                self.fact("meets", name, key)
                self.fact("weight", key, _WEIGHT[d["evidence"]])
                self.fact("concerns", key, self.condition(d.get("concerns"), place))
                break


def _term(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if text.islower() and text.replace("_", "").isalpha() else f'"{text}"'


def front(j: Journey, max_steps: int, answers: list[dict[str, Any]]) -> frozenset[Way]:
    """The unbeaten ways that clingo finds."""
    control = clingo.Control(["--models=0", "--warn=none"])
    control.load(str(PROGRAM))
    writer = Writer(j, max_steps)
    control.add("world", [], writer.write())
    control.ground([("base", []), ("world", [])])
    members = _members(writer.lines)
    found: dict[Way, None] = {}
    with control.solve(yield_=True) as models:
        for model in models:
            symbols = list(model.symbols(shown=True))
            cost = _cost(symbols, writer.costs)
            if cost is None:
                continue
            place, kind = map(_text, next(s for s in symbols if s.name == "end").arguments)
            cube = {
                _text(s.arguments[0]): members[_text(s.arguments[0]), s.arguments[1].number]
                for s in symbols if s.name == "assume"
            }
            fits = frozenset(
                n for n, a in enumerate(answers)
                if all(_term(a[q]).strip('"') in values for q, values in cube.items())
            )
            found[Way(place, "" if kind == "unsaid" else kind, *cost, fits)] = None
    return unbeaten(found)


def _cost(
    symbols: list[clingo.Symbol], costs: dict[str, tuple[tuple[int, int], tuple[int, int]]]
) -> tuple[int, int, tuple[int, int], tuple[int, int]] | None:
    """Doubt, danger, days and fees of a way, or nothing when a step outlasts the lawful stay."""
    told: dict[str, dict[int, Any]] = {"take": {}, "brings": {}, "open_step": {}, "met": {}}
    for s in symbols:
        if s.name == "met":
            time = s.arguments[1].number
            told["met"][time] = max(told["met"].get(time, 0), s.arguments[0].number)
        elif s.name in told:
            told[s.name][s.arguments[-1].number] = s.arguments[0]
    doubt, low, high, fees, left = 0, 0, 0, (0, 0), NO_LIMIT
    for time in sorted(told["take"]):
        days, fee = costs[_text(told["take"][time])]
        unsure, most = time in told["open_step"], days[1]
        if time in told["brings"]:
            left = told["brings"][time].number
        elif left < NO_LIMIT // 2:
            if days[0] > left:
                return None
            if most > left:
                unsure, most = True, left
            left -= most
        doubt, low, high = doubt + unsure, low + days[0], min(high + most, NOT_KNOWN)
        fees = (fees[0] + fee[0], min(fees[1] + fee[1], NOT_KNOWN))
    return doubt, max(told["met"].values(), default=0), (low, high), fees


def _text(symbol: clingo.Symbol) -> str:
    return symbol.string if symbol.type is clingo.SymbolType.String else str(symbol)


def _members(lines: Iterable[str]) -> dict[tuple[str, int], set[str]]:
    found: dict[tuple[str, int], set[str]] = {}
    for line in lines:
        if line.startswith("member("):
            name, number, value = line[7:-2].split(",")
            found.setdefault((name.strip('"'), int(number)), set()).add(value.strip('"'))
    return found
