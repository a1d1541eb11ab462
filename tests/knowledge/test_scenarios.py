"""Scenarios that a lawyer can read: what follows from the sources, decided by the engine.

Each scenario in `scenarios/*.toml` gives a situation, a day, what must come out, and why. What is
expected was written from the sources; where the engine says otherwise, one of the two is wrong.

An expectation is one of:

* `predicate`, `of`, `truth` (and `value`, `gap`): a question and its answer. `gap` is part of the
  name of something that must be named as missing.
* `danger`, `shown`: whether a danger concerns the person, certainly or perhaps, on that day.
* `pathway`, `goal`, `exists`, `first`: whether a way to that place is found, and its first step.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from safeconduct.engine.decide import Decider, Scope, decide
from safeconduct.engine.search import answer
from safeconduct.kb.base import load
from safeconduct.kb.edition import Edition
from safeconduct.kb.forms import Form, Problems
from safeconduct.kb.situations import check_situation
from safeconduct.model.proof import Proof
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth

FOLDER = Path(__file__).parent / "scenarios"
KNOWN_ON = date(2026, 11, 24)
KEYS = {"id", "what", "why", "on", "situation", "expect"}
#: May stand in a scenario that fails for a reason that is known: it must go on failing.
DEFECT = "known_defect"
TRUTHS = {"true": Truth.TRUE, "false": Truth.FALSE, "unknown": Truth.UNKNOWN}


@cache
def edition() -> Edition:
    return load().as_of(KNOWN_ON)


def scenarios() -> list[tuple[str, dict[str, Any]]]:
    """Every scenario with the name of its file."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]:
            found.append((path.stem, item))
    return found


def situation_of(item: dict[str, Any]) -> Situation:
    """The situation of a scenario, read with the program's own checks."""
    problems = Problems()
    form = Form(item["situation"], item["id"], "situation", problems)
    values = check_situation(form, edition().vocabulary)
    assert not problems.found, problems.found
    return Situation(values)


def gap_names(proof: Proof) -> list[str]:
    """What a proof says is missing, as `kind name`."""
    return [f"{g.kind.value} {g.name}" for g in proof.gaps()]


def check_predicate(expect: dict[str, Any], situation: Situation, on: date) -> str:
    verdict = decide(
        edition(), expect["predicate"], situation, on=on, arguments=expect.get("of", {})
    )
    told = f"{expect['predicate']} {expect.get('of', {})}"
    if verdict.truth is not TRUTHS[expect["truth"]]:
        gaps = gap_names(verdict.proof)[:6]
        return f"{told}: {verdict.truth.name.lower()}, not {expect['truth']}; missing: {gaps}"
    if "value" in expect and verdict.proof.value != expect["value"]:
        return f"{told}: value {verdict.proof.value!r}, not {expect['value']!r}"
    if "gap" in expect and not any(expect["gap"] in g for g in gap_names(verdict.proof)):
        return f"{told}: `{expect['gap']}` is not named; named: {gap_names(verdict.proof)}"
    return ""


def check_danger(expect: dict[str, Any], situation: Situation, on: date) -> str:
    day = on.toordinal()
    known = {d.id: d for d in edition().dangers if d.valid_from <= day < d.valid_before}
    danger = known.get(expect["danger"])
    if danger is None:
        shown = False
    else:
        place = expect.get("place") or danger.places[0]
        proof = Decider(edition(), situation, day).condition(
            danger.concerns, Scope((("place", place),))
        )
        shown = proof.truth is not Truth.FALSE
        if danger.moment == "presence":
            here = str(situation.get("present_in") or place)[:2]
            shown = shown and here in danger.places
    if shown is not expect["shown"]:
        return f"danger {expect['danger']}: shown is {shown}"
    return ""


def check_pathway(expect: dict[str, Any], situation: Situation, on: date) -> str:
    goal = expect.get("goal", "protection")
    found = answer(
        edition(), situation, goal=goal, on=on, max_steps=expect.get("max_steps", 5),
        to=[] if goal.startswith("reach:") else [expect["pathway"]], closed=False,
    ).pathways
    there = [p for p in found if p.place == expect["pathway"]]
    if bool(there) is not expect["exists"]:
        return f"pathway to {expect['pathway']}: {[str(p)[:120] for p in there[:3]] or 'none'}"
    if "first" in expect:
        firsts = {p.steps[0].procedure or p.steps[0].mode or p.steps[0].kind for p in there}
        if expect["first"] not in firsts:
            return f"pathway to {expect['pathway']}: first steps {sorted(firsts)}"
    return ""


CHECKS = {"predicate": check_predicate, "danger": check_danger, "pathway": check_pathway}


def failures(item: dict[str, Any]) -> list[str]:
    """What does not come out as the scenario expects."""
    situation = situation_of(item)
    told = []
    for expect in item["expect"]:
        kind = next(k for k in CHECKS if k in expect)
        told.append(CHECKS[kind](expect, situation, item["on"]))
    return [t for t in told if t]


def _parameter(item: dict[str, Any]) -> Any:
    defect = item.get(DEFECT)
    marks = [pytest.mark.xfail(reason=defect, strict=True)] if defect else []
    return pytest.param(item, id=item["id"], marks=marks)


@pytest.mark.parametrize("item", [_parameter(i) for _, i in scenarios()])
def test_what_follows_from_the_sources_comes_out(item: dict[str, Any]) -> None:
    assert not failures(item), f"{item['what']}\n{item['why']}"


def test_scenarios_are_enough_complete_and_named_once() -> None:
    found = scenarios()
    names = [i["id"] for _, i in found]
    assert len(found) >= 200
    assert len(names) == len(set(names))
    for file, item in found:
        assert set(item) - {DEFECT} == KEYS, item["id"]
        assert item["id"].startswith(f"{file}."), item["id"]
        assert len(item["why"]) > 30, item["id"]
        assert item["expect"], item["id"]
