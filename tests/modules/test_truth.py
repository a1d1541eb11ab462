"""Kleene's three values."""

from __future__ import annotations

from itertools import product

import pytest

from safeconduct.model.truth import Truth, all_of, any_of, not_, truth_of

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
ORDER = [F, U, T]


@pytest.mark.parametrize(("a", "b"), list(product(ORDER, ORDER)))
def test_and_is_the_least_and_or_the_greatest(a, b):
    assert all_of([a, b]) is ORDER[min(ORDER.index(a), ORDER.index(b))]
    assert any_of([a, b]) is ORDER[max(ORDER.index(a), ORDER.index(b))]
    assert not_(all_of([a, b])) is any_of([not_(a), not_(b)])


def test_of_nothing_all_is_true_and_any_is_false():
    assert all_of([]) is T
    assert any_of([]) is F


def test_not_turns_true_and_false_and_leaves_unknown():
    assert [not_(x) for x in ORDER] == [T, U, F]


def test_a_plain_value_has_a_truth_and_none_is_unknown():
    assert [truth_of(x) for x in (None, False, True, 0, "word")] == [U, F, T, F, T]


@pytest.mark.parametrize("truth", ORDER)
def test_a_truth_is_never_used_as_a_bool(truth):
    with pytest.raises(TypeError, match=r"is not a bool[\s\S]*truth is Truth.TRUE"):
        bool(truth)
