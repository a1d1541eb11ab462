"""What beats what: each quick comparison of the search against its definition, figure by figure."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.engine.labels import (
    NOT_KNOWN,
    Ahead,
    Label,
    Move,
    Rounds,
    _is_hopeless,
    beats_at_goal,
    dominates,
)

#: Each case takes microseconds, and a fault in one figure shows in few of them.
many_cases = settings(max_examples=1000)
SMALL = st.integers(0, 2)
MASKS = st.integers(0, 7)


class AnyMask:
    """A problem in which the assumptions 1 and 2 contradict each other."""

    @staticmethod
    def is_consistent(mask: int) -> bool:
        return mask & 3 != 3


@st.composite
def labels(draw: st.DrawFn) -> Label:
    figures = [draw(SMALL) for _ in range(6)]
    return Label(*figures, -draw(SMALL), draw(MASKS.filter(AnyMask.is_consistent)), 0, 1, None, -1)


@st.composite
def offers(draw: st.DrawFn) -> Move:
    needs = tuple(draw(st.lists(MASKS, min_size=1, max_size=2)))
    stay = draw(st.none() | SMALL)
    return Move(1, 2, *[draw(SMALL) for _ in range(6)], None, stay, None, needs)


def rounds(is_narrowed: bool = False) -> Rounds:
    found = Rounds(AnyMask())  # type: ignore[arg-type]
    found.is_narrowed = is_narrowed
    return found


def no_worse(a: Label, b: Label, *, at_goal: bool = False, counted: bool = False) -> bool:
    """The definition: no figure is greater, no more time is used up, and nothing else is assumed."""
    figures = 6 if at_goal else 7
    fewer = not any(a.mask >> n & 1 and not b.mask >> n & 1 for n in range(3))
    if counted:
        fewer = fewer or bin(a.mask).count("1") <= bin(b.mask).count("1")
    return all(a[n] <= b[n] for n in range(figures)) and fewer


@many_cases
@given(labels(), labels())
def test_a_label_dominates_when_it_is_no_worse_on_anything(a, b):
    assert dominates(a, b) == no_worse(a, b)
    assert beats_at_goal(a, b) == no_worse(a, b, at_goal=True)


@many_cases
@given(st.lists(labels(), max_size=6), st.booleans(), st.booleans())
def test_only_labels_that_no_other_beats_are_kept(many, at_goal, narrow):
    """Unnarrowed, the chain is exactly the unbeaten ones; narrowed, each left out has its better."""
    search, chain = rounds(narrow), []
    for label in many:
        search._keep(chain, label, at_goal=at_goal)
    for label in many:
        assert any(no_worse(kept, label, at_goal=at_goal, counted=narrow) for kept in chain)
    for n, a in enumerate(chain):
        assert not any(no_worse(b, a, at_goal=at_goal) for b in chain[:n] + chain[n + 1:])
    assert all(any(kept is label for label in many) for kept in chain)


@many_cases
@given(labels(), offers(), st.lists(labels(), max_size=4), st.booleans(), st.booleans())
def test_an_offer_is_beaten_when_the_best_it_can_lead_to_is(label, offer, known, at_goal, narrow):
    made = []
    for extra in offer.needs:
        mask = label.mask | extra
        if extra == 0 or AnyMask.is_consistent(mask):
            late = label.late + offer.days_high if offer.stay is None else -offer.stay
            made.append(Label(
                label.doubt + offer.doubt, max(label.danger, offer.danger),
                label.days_low + offer.days_low, min(label.days_high + offer.days_high, NOT_KNOWN),
                label.fee_low + offer.fee_low, min(label.fee_high + offer.fee_high, NOT_KNOWN),
                late, mask, 0, 2, label, 1,
            ))
    expected = all(
        any(no_worse(old, new, at_goal=at_goal, counted=narrow) for old in known) for new in made
    )
    assert rounds(narrow)._is_beaten(label, offer, known, at_goal) == expected


@many_cases
@given(labels(), SMALL, SMALL, SMALL, SMALL, st.lists(MASKS, min_size=1, max_size=2),
       st.lists(labels(), max_size=4), st.booleans())
def test_a_label_is_beaten_ahead_when_all_that_can_come_of_it_is(
    label, low, high, stay, doubt, masks, known, narrow
):
    ahead = Ahead(3, low, high, stay, doubt, tuple(masks))
    made = [
        label._replace(
            doubt=label.doubt + doubt, days_low=label.days_low + low,
            days_high=min(label.days_high + high, NOT_KNOWN), late=-stay, mask=label.mask | extra,
        )
        for extra in masks if AnyMask.is_consistent(label.mask | extra)
    ]
    expected = all(any(no_worse(old, new, counted=narrow) for old in known) for new in made)
    assert rounds(narrow)._is_beaten_ahead(label, ahead, known) == expected
    assert not rounds(narrow)._is_beaten_ahead(label, None, known)


@many_cases
@given(labels(), st.tuples(*[SMALL] * 6), st.lists(labels(), max_size=4))
def test_a_label_is_hopeless_when_a_goal_beats_the_least_that_can_come_of_it(label, least, goals):
    best = label._replace(
        doubt=label.doubt + least[0], danger=max(label.danger, least[1]),
        days_low=label.days_low + least[2], days_high=label.days_high + least[3],
        fee_low=label.fee_low + least[4], fee_high=label.fee_high + least[5],
    )
    expected = any(no_worse(g, best, at_goal=True) for g in goals)
    assert _is_hopeless(label, least, {0: goals[:2], 1: goals[2:]}) == expected
