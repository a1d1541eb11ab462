"""Finds runs of words in a text by prefix, in one pass, and says where each was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+")
_PART = re.compile(r"~\d|[^\W_]+\*?")
_PLAIN = str.maketrans("éèêëàâäáãåîïíìôöóòõûüúùçñœæýё", "eeeeaaaaaaiiiiooooouuuucnoaye")
_RUSSIAN_YO = str.maketrans("ёЁ", "еЕ")


class Token(NamedTuple):
    """One word: its plain lower-case form, where it stands, and whether it has a capital.

    A tuple, since a page has thousands and a frozen dataclass takes three times as long to make.
    """

    word: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A name of the lexicon found in a text, by the index of its first and past-last token."""

    name: str
    first: int
    last: int


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """A word without case and accents, so that spellings meet.

    Example:
        >>> plain("Réfugié"), plain("Ещё")
        ('refugie', 'еще')

    """
    low = word.lower()
    if "ё" in low:
        low = low.translate(_RUSSIAN_YO)
    return low if low.isascii() else low.translate(_PLAIN)


def tokens(text: str) -> list[Token]:
    """The words of a text, in order."""
    return [
        Token(plain(m.group()), m.start(), m.end(), m.group()[0].isupper())
        for m in _TOKEN.finditer(text)
    ]


@dataclass(frozen=True, slots=True)
class _Step:
    word: str
    prefix: bool
    capital: bool
    gap: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: str
    steps: tuple[_Step, ...]


def _compile(name: str, written: str) -> _Pattern | None:
    steps: list[_Step] = []
    gap = 0
    for part in _PART.findall(written):
        if part[0] == "~":
            gap = int(part[1:])
            continue
        prefix = part.endswith("*")
        bare = part.rstrip("*")
        steps.append(_Step(plain(bare), prefix, bare[0].isupper(), gap))
        gap = 0
    return _Pattern(name, tuple(steps)) if steps else None


class Matcher:
    """All patterns of some names, ready to be looked for.

    Example:
        >>> matcher = Matcher([("handover", "hand* ~3 over to | handover*")])
        >>> [f.name for f in matcher.find(tokens("They handed the man over to Russia."))]
        ['handover']

    """

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[str, list[_Pattern]] = {}
        self._prefix: dict[str, list[_Pattern]] = {}
        for name, written in patterns:
            for one in written.split("|"):
                pattern = _compile(name, one)
                if pattern is None:
                    continue
                head = pattern.steps[0]
                index = self._prefix if head.prefix else self._exact
                index.setdefault(head.word, []).append(pattern)
        self._lengths = tuple(sorted({len(word) for word in self._prefix}))
        self._known: dict[str, tuple[_Pattern, ...]] = {}

    def _candidates(self, word: str) -> tuple[_Pattern, ...]:
        known = self._known.get(word)
        if known is None:
            found = list(self._exact.get(word, ()))
            for length in self._lengths:
                if length > len(word):
                    break
                found += self._prefix.get(word[:length], ())
            known = tuple(found)
            if len(self._known) < 300_000:
                self._known[word] = known
        return known

    def find(self, words: list[Token]) -> list[Found]:
        """Every pattern found, in order of where it begins."""
        result: list[Found] = []
        known = self._known.get
        for position, token in enumerate(words):
            candidates = known(token.word)
            for pattern in self._candidates(token.word) if candidates is None else candidates:
                if pattern.steps[0].capital and not token.capital:
                    continue
                last = _follow(pattern.steps, words, position)
                if last:
                    result.append(Found(pattern.name, position, last))
        return result


def _follow(steps: tuple[_Step, ...], words: list[Token], position: int) -> int:
    """The index past the pattern's last word, or 0 when the pattern does not go on from here."""
    place = position + 1
    for step in steps[1:]:
        for ahead in range(place, min(place + step.gap + 1, len(words))):
            word = words[ahead]
            fits = word.word.startswith(step.word) if step.prefix else word.word == step.word
            if fits and (word.capital or not step.capital):
                place = ahead + 1
                break
        else:
            return 0
    return place


def names(found: Iterable[Found]) -> Iterator[str]:
    """The names found, each once, in order."""
    yield from dict.fromkeys(f.name for f in found)
