"""The quick reading of what is missing agrees with the engine's own."""

from pathlib import Path

import pytest

from safeconduct.engine.decide import Decider, Scope
from safeconduct.kb.situations import read_situation
from safeconduct.model.proof import Claim, Proof
from safeconduct.model.truth import Truth
from safeconduct.web.relevance import _conditions, _Eye
from web.conftest import DAY

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


class Shallow(Decider):
    __slots__ = ()

    def predicate(self, name, arguments):
        return Proof(Claim("predicate", ""), Truth.UNKNOWN)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_every_condition_has_the_truth_and_the_gaps_that_the_engine_finds(base, example):
    edition = base.as_of(DAY)
    situation, _ = read_situation(example.read_bytes(), example.name, edition.vocabulary)
    eye = _Eye(situation, DAY.toordinal())
    engine = Shallow(edition, situation, DAY.toordinal())
    read = 0
    for condition in _conditions(edition):
        truth, gaps = eye.read(condition, {})
        proof = engine.condition(condition, Scope())
        assert truth is proof.truth
        if truth is Truth.UNKNOWN:
            assert gaps == {g.name for g in proof.gaps() if g.name}
            read += 1
    assert read


def test_what_the_first_answer_misses_is_asked_for(base, app):
    from safeconduct.engine.search import answer

    edition, guide = app.app.state.site.edition(DAY)
    path = next(p for p in EXAMPLES if p.stem == "officer-in-kazakhstan")
    situation, _ = read_situation(path.read_bytes(), path.name, edition.vocabulary)
    matters = guide.relevance.reader(situation, DAY.toordinal())
    found = answer(edition, situation, goal="protection", on=DAY)
    assert found.questions
    for question in found.questions:
        assert matters(question.attribute.partition(".")[0])
