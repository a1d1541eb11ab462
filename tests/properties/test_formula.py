"""The two readings of the rules agree: formulas over assumptions, and the plain decision."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from properties.laws import ARITY, LADDER, MODES, PLACES, laws, situations
from safeconduct.engine.decide import Decider
from safeconduct.engine.formula import Formula, Formulas
from safeconduct.kb.edition import Edition
from safeconduct.model.situation import Situation
from safeconduct.model.truth import Truth
from worlds import DAY

CALLS = [
    (n, (p, m) if len(ARITY[n]) == 2 else (p,))
    for n in LADDER for p in PLACES for m in (MODES if len(ARITY[n]) == 2 else ("",))
]
days = st.sampled_from([DAY + timedelta(days=n) for n in (-31, 0, 1, 44, 45, 500)])
_BOOLS = ("exit_ban", "conscience", "state_secrets")


def formula(edition: Edition, name: str, arguments: tuple[str, ...], situation: Situation,
            on: date) -> Formula:
    return Formulas(edition).predicate(name, arguments, situation, on.toordinal())


def completions(situation: Situation) -> list[Situation]:
    """The same person once all yes-or-no questions are answered, in every way."""
    open_ = [b for b in _BOOLS if situation.get(b) is None]
    return [
        situation.but(**dict(zip(open_, answers, strict=True)))
        for answers in product([True, False], repeat=len(open_))
    ]


@given(laws(), situations(), days)
def test_what_is_decided_has_a_formula_that_needs_no_assumption(law, situation, on):
    edition = law.as_of(DAY)
    shared = Formulas(edition)
    for name, arguments in CALLS:
        if name == "fifth":
            continue
        proof = Decider(edition, situation, on.toordinal()).predicate(name, arguments)
        found = shared.predicate(name, arguments, situation, on.toordinal())
        assert found.start <= on.toordinal() < found.end
        if proof.truth is not Truth.UNKNOWN:
            assert found.truth is proof.truth, (name, arguments)


@given(laws(), situations(), days)
def test_a_formula_that_goes_further_is_borne_out_by_every_answer(law, situation, on):
    """Where the plain reading leaves open what a formula settles, no answer decides otherwise."""
    edition = law.as_of(DAY)
    for name, arguments in CALLS:
        if name == "fifth":
            continue
        found = formula(edition, name, arguments, situation, on)
        if found.truth is Truth.UNKNOWN:
            continue
        for complete in completions(situation):
            proof = Decider(edition, complete, on.toordinal()).predicate(name, arguments)
            assert proof.truth in (found.truth, Truth.UNKNOWN), (name, arguments)


@given(laws(), situations(), days)
def test_a_formula_stays_the_same_within_its_days(law, situation, on):
    edition = law.as_of(DAY)
    for name, arguments in CALLS:
        if name == "fifth":
            continue
        found = formula(edition, name, arguments, situation, on)
        first = max(found.start, on.toordinal() - 1000)
        last = min(found.end - 1, on.toordinal() + 1000)
        for day in {first, last, (first + last) // 2}:
            there = Decider(edition, situation, day).predicate(name, arguments).truth
            here = Decider(edition, situation, on.toordinal()).predicate(name, arguments).truth
            assert there is here, (name, arguments, date.fromordinal(day))


@given(laws(), situations(), days)
def test_assumptions_hold_exactly_when_the_answers_they_stand_for_do(law, situation, on):
    """Answering the yes-or-no questions keeps just those assumptions that the answers allow."""
    edition = law.as_of(DAY)
    formulas = Formulas(edition)
    for name, arguments in CALLS:
        if name == "fifth":
            continue
        found = formulas.predicate(name, arguments, situation, on.toordinal())
        for complete in completions(situation):
            truth = Decider(edition, complete, on.toordinal()).predicate(name, arguments).truth
            can = [m for m in found.true if allows(formulas, m, complete)]
            cannot = [m for m in found.false if allows(formulas, m, complete)]
            if truth is Truth.TRUE:
                assert can, (name, arguments)
                assert not cannot or not settled(formulas, cannot)
            elif truth is Truth.FALSE:
                assert cannot, (name, arguments)
                assert not can or not settled(formulas, can)


def allows(formulas: Formulas, mask: int, answers: Situation) -> bool:
    """Whether an assumption is compatible with what a person answers."""
    for atom, left in formulas.atoms.in_mask(mask):
        if atom.source is not None:
            side = atom.source[0] if True in left else atom.source[1]
            if not any(allows(formulas, m, answers) for m in side):
                return False
        elif atom.key[0] == "attribute" and atom.key[1] in _BOOLS:
            value = answers.get(str(atom.key[1]))
            if value is not None and value not in left:
                return False
    return True


def settled(formulas: Formulas, masks: list[int]) -> bool:
    """Whether some assumption is about nothing but yes-or-no questions."""
    return any(
        all(a.key[0] == "attribute" and a.key[1] in _BOOLS for a, _ in formulas.atoms.in_mask(m))
        for m in masks
    )
