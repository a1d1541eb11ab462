
"""Near-duplicates: all of them, and nothing else."""

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.watch import near

WORDS = st.lists(
    st.sampled_from(
        [
            "he",
            "fled",
            "to",
            "armenia",
            "in",
            "may",
            "and",
            "was",
            "held",
            "by",
            "the",
            "military",
            "police",
            "of",
            "a",
            "base",
        ]
    ),
    max_size=80,
)


@pytest.mark.parametrize("size", [100, 1000])
def test_all_true_pairs_are_found_and_no_false_ones(shared, size):
    folder = shared / "near_duplicates"
    truth = {
        frozenset(x.split())
        for x in (folder / f"articles_{size}.truth").read_text().splitlines()
        if x.strip()
    }
    index = near.Index()
    found = set()
    for line in (
        gzip.decompress((folder / f"articles_{size}.train.gz").read_bytes()).decode().splitlines()
    ):
        name, _, text = line.partition(" ")
        found |= {frozenset((name, other)) for other in index.add(name, text)}
    assert found == truth


@given(WORDS)
def test_a_text_is_its_own_copy(words):
    marks = near.shingles(" ".join(words))
    if marks:
        assert near.same_text(marks, marks)
        assert near.bands(near.signature(marks)) == near.bands(near.signature(marks))
    else:
        assert near.signature(marks) == ()


@given(WORDS, WORDS)
def test_sameness_does_not_depend_on_order(a, b):
    one, two = near.shingles(" ".join(a)), near.shingles(" ".join(b))
    assert near.same_text(one, two) == near.same_text(two, one)
    assert 0.0 <= near.resemblance(one, two) <= near.overlap(one, two) <= 1.0


def test_the_share_of_equal_bins_is_close_to_the_true_resemblance():
    rng = random.Random(7)
    for share in (0.3, 0.6, 0.9):
        common = {rng.getrandbits(32) for _ in range(int(600 * share))}
        a = frozenset(common | {rng.getrandbits(32) for _ in range(600 - len(common))})
        b = frozenset(common | {rng.getrandbits(32) for _ in range(600 - len(common))})
        equal = (
            sum(x == y for x, y in zip(near.signature(a), near.signature(b), strict=True))
            / near.BINS
        )
        assert abs(equal - near.resemblance(a, b)) < 0.13
