"""What is always so of an answer about one person, tried on generated laws and people."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from properties.laws import ARITY, LADDER, MODES, PARAMETERS, PLACES, laws, pairs, situations
from safeconduct.engine.decide import decide
from safeconduct.kb.base import KnowledgeBase
from safeconduct.model.proof import Proof, Verdict
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth
from worlds import DAY

#: Every question about the ladder's predicates.
GOALS = [
    (name, dict(zip(PARAMETERS[name], (p, m) if len(ARITY[name]) == 2 else (p,), strict=True)))
    for name in LADDER for p in PLACES[:2] for m in (MODES if len(ARITY[name]) == 2 else ("",))
]
goals = st.sampled_from(GOALS)
days = st.sampled_from([DAY + timedelta(days=n) for n in (-31, 0, 1, 44, 45, 500)])


def ask(base: KnowledgeBase, goal: tuple[str, dict[str, str]], situation: Situation,
        on: object = DAY) -> Verdict:
    return decide(base.as_of(DAY), goal[0], situation, on=on, arguments=goal[1])  # type: ignore[arg-type]


@given(laws(), pairs(), days)
def test_learning_more_never_overturns_an_answer(law, pair, on):
    less, more = pair
    for goal in GOALS:
        before, after = ask(law, goal, less, on), ask(law, goal, more, on)
        assert before.truth in (Truth.UNKNOWN, after.truth), goal
        if before.truth is Truth.TRUE:
            assert before.proof.value == after.proof.value


@given(laws(), situations(), days)
def test_every_unknown_names_a_gap(law, situation, on):
    for goal in GOALS:
        verdict = ask(law, goal, situation, on)
        for proof in verdict.proof.walk():
            if proof.truth is Truth.UNKNOWN and proof.claim.kind != "fact":
                assert proof.gaps(), proof.claim
        assert bool(verdict.gaps()) == (verdict.truth is Truth.UNKNOWN)


#: Claims about what the person said, or about there being nothing to ask.
_SAID = ("attribute", "field", "given", "record", "other")


def rests(proof: Proof) -> bool:
    """Whether a proof ends in citations or in what was given, all the way down."""
    if proof.citations:
        return True
    if not proof.because:
        return proof.claim.kind in (*_SAID, "all") or proof.gap is not None
    return all(map(rests, proof.because))


@given(laws(), situations(), days)
def test_every_answer_ends_in_citations_or_in_what_was_given(law, situation, on):
    for goal in GOALS:
        verdict = ask(law, goal, situation, on)
        assert rests(verdict.proof)
        for proof in verdict.proof.walk():
            if proof.claim.kind == "predicate" and proof.truth is not Truth.UNKNOWN:
                assert proof.all_citations(), proof.claim
            if proof.claim.kind in ("rule", "fact", "complete"):
                assert proof.citations, proof.claim


@given(laws(), situations(), days)
def test_what_is_decided_is_decided_the_same_again(law, situation, on):
    for goal in GOALS[:6]:
        assert ask(law, goal, situation, on) == ask(law, goal, situation, on)


@given(laws(), situations(), days)
def test_a_change_of_law_that_changes_nothing_changes_no_verdict(law, situation, on):
    edition = law.as_of(DAY)
    same = edition.with_changes(repeals=frozenset({"xa.no-such-rule"}), name="nothing")
    for name, arguments in GOALS:
        before = decide(edition, name, situation, on=on, arguments=arguments)
        assert before == decide(same, name, situation, on=on, arguments=arguments)
    assert same.digest != edition.digest


@settings(max_examples=10)
@given(laws(), situations())
def test_a_question_that_names_no_argument_is_answered_for_any(law, situation):
    verdict = decide(law.as_of(DAY), "first", situation, on=DAY)
    assert verdict.arguments == (None,)
    assert verdict.truth in Truth
