"""Near-duplicates: the same text told again with few changes, found without comparing all pairs.

One-permutation MinHash (Li, Owen and Zhang 2012) with rotation densification (Shrivastava and Li
2014) over word shingles, looked up by bands (locality-sensitive hashing). What the bands bring up
is checked by the true overlap of shingles, so a band can miss a pair but never invent one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from zlib import crc32

BINS = 128
BANDS = 32
ROWS = BINS // BANDS
SHINGLE = 3
LEAST_OVERLAP = 0.5
"""Share of shingles two texts must have in common (of the smaller) to be one text told twice."""

_WORD = re.compile(r"[^\W_]+")
_MASK = 0xFFFFFFFF
_PRIME = 0x9E3779B1


def shingles(text: str) -> frozenset[int]:
    """The hashed runs of three words in a text; shorter texts give their words.

    Example:
        >>> len(shingles("He fled to Armenia in May"))
        4

    """
    words = _WORD.findall(text.lower())
    if len(words) < SHINGLE:
        return frozenset(crc32(w.encode()) for w in words)
    joined = [" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]
    return frozenset(crc32(one.encode()) for one in joined)


def signature(marks: Iterable[int]) -> tuple[int, ...]:
    """The MinHash signature of a set of shingles; an empty set gives an empty signature."""
    width = (_MASK + 1) // BINS
    least = [-1] * BINS
    for mark in marks:
        mixed = (mark * _PRIME) & _MASK
        mixed ^= mixed >> 15
        mixed = (mixed * 0x85EBCA6B) & _MASK
        mixed ^= mixed >> 13
        place, value = divmod(mixed, width)
        if least[place] < 0 or value < least[place]:
            least[place] = value
    if all(one < 0 for one in least):
        return ()
    full = list(least)
    for place in range(BINS):
        step = 1
        while full[place] < 0:
            other = least[(place + step) % BINS]
            if other >= 0:
                full[place] = (other + step * 0x61C88647) & _MASK
            step += 1
    return tuple(full)


def bands(sign: Sequence[int]) -> tuple[int, ...]:
    """The keys under which a signature is looked up: one signed 64-bit number a band."""
    keys = []
    for band in range(len(sign) // ROWS):
        packed = struct.pack(f">B{ROWS}I", band, *sign[band * ROWS : (band + 1) * ROWS])
        keys.append(int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True))
    return tuple(keys)


def overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """The share of the smaller set that the larger one has too."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def resemblance(a: frozenset[int], b: frozenset[int]) -> float:
    """The share of both sets that they have in common (Jaccard)."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def same_text(a: frozenset[int], b: frozenset[int]) -> bool:
    """Whether two texts are one told twice: alike as wholes, or the shorter inside the longer.

    Example:
        >>> one = shingles("Kazakhstan handed a deserter over to Russia on Monday, lawyers said.")
        >>> same_text(one, shingles("Kazakhstan handed a deserter over to Russia on Monday, lawyers say."))
        True

    """
    if resemblance(a, b) >= LEAST_OVERLAP:
        return True
    return min(len(a), len(b)) >= 60 and overlap(a, b) >= 0.8


class Index:
    """Signatures in memory; the store keeps the same bands in a table."""

    def __init__(self) -> None:
        self._bands: dict[int, list[str]] = {}
        self._marks: dict[str, frozenset[int]] = {}

    def add(self, name: str, text: str) -> tuple[str, ...]:
        """Add a text and give the names of those already there that are the same text."""
        marks = shingles(text)
        found: dict[str, None] = {}
        for key in bands(signature(marks)):
            for other in self._bands.setdefault(key, []):
                found.setdefault(other)
            self._bands[key].append(name)
        self._marks[name] = marks
        return tuple(n for n in found if same_text(marks, self._marks[n]))
