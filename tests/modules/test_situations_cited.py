"""Every step and every danger told for the situations in `examples/` carries a source with an address."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from safeconduct.engine.search import answer
from safeconduct.kb.base import KNOWLEDGE, load
from safeconduct.kb.edition import Edition
from safeconduct.kb.situations import read_situation
from safeconduct.model.knowledge import Citation
from safeconduct.model.pathway import Answer, DangerHere
from safeconduct.model.proof import Proof
from safeconduct.model.truth import Truth

SITUATIONS = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
#: The longest pathways and the second goal are only tried where there is time.
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
STEPS = 5 if DEEP else 3
GOALS = ["protection", "stay"] if DEEP else ["protection"]


@cache
def edition() -> Edition:
    return load(KNOWLEDGE).as_of(date(2026, 11, 24))


@cache
def told(path: Path, goal: str) -> Answer:
    situation, on = read_situation(path.read_bytes(), path.name, edition().vocabulary)
    return answer(edition(), situation, goal=goal, on=on or date(2026, 11, 24), max_steps=STEPS)


def has_address(citation: Citation) -> bool:
    source = edition().sources[citation.source]
    return source.url.startswith(("https://", "http://")) and bool(citation.locator.strip())


def grounded(proofs: Iterable[Proof]) -> bool:
    cited = [c for p in proofs for c in p.all_citations()]
    return bool(cited) and all(map(has_address, cited))


def is_cited(here: DangerHere) -> bool:
    cited = [*here.danger.citations, *(c for case in here.danger.cases for c in case.citations)]
    return bool(here.danger.citations) and all(map(has_address, cited))


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("path", SITUATIONS, ids=lambda p: p.stem)
def test_every_step_danger_and_closed_way_carries_a_source_with_an_address(
    path: Path, goal: str
) -> None:
    found = told(path, goal)
    assert all(map(is_cited, found.here))
    for pathway in found.pathways:
        for step in pathway.steps:
            assert all(map(is_cited, step.dangers)), (str(pathway), step.procedure)
            if step.kind != "wait":
                assert grounded([step.proof, *(g.proof for g in step.gates)]), str(pathway)
            if step.truth is Truth.UNKNOWN:
                assert step.gaps(), str(pathway)
    for closed in found.closed:
        assert closed.proof.truth is Truth.FALSE
        assert grounded([closed.proof]), closed


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("path", SITUATIONS, ids=lambda p: p.stem)
def test_the_two_readings_of_the_rules_agree_on_every_step(path: Path, goal: str) -> None:
    assert not [x for x in told(path, goal).limits if x.startswith("disagreement")]


def test_there_are_situations_to_tell() -> None:
    assert len(SITUATIONS) >= 12
    assert any(told(p, "protection").pathways for p in SITUATIONS)


def test_a_situation_that_knows_nothing_gets_the_questions_that_matter_first() -> None:
    nothing, _ = read_situation(b"# nothing\n", "s.toml", edition().vocabulary)
    found = answer(edition(), nothing, goal="protection", on=date(2026, 11, 24))
    assert (found.pathways, found.closed, found.place) == ((), (), None)
    assert [q.attribute for q in found.questions[:3]] == ["present_in", "nationalities", "paper"]
    weights = [q.weight for q in found.questions]
    assert weights == sorted(weights, reverse=True)
