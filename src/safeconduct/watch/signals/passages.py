"""Passages of a story, as what they can share with an item of the knowledge: words, figures, days, places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from safeconduct.watch.lexicons.load import groups, terms
from safeconduct.watch.lexicons.patterns import Token
from safeconduct.watch.signals.claims import Claim, Sentence
from safeconduct.watch.signals.quantities import Quantity

WHOLE, LENGTH, MOST = 110, 60, 12
"""Words of a text read as one passage; words of a passage otherwise; the most passages of a text."""
_LETTERS = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        ["a", "b", "v", "g", "d", "e", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "ts", "sh", "sh", "sh", "-", "i", "-", "e", "iu", "ia"],
        strict=True,
    )
)
_ALIKE = str.maketrans("zcqwyj", "skkvij", "-")
_DOUBLE = re.compile(r"(.)\1+")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+")
_COMMON = frozenset(
    ["that", "this", "which", "whom", "whose", "must", "could", "would", "will", "shall", "have", "been", "their", "them", "than", "then", "such", "other", "only", "also", "into", "over", "under", "after", "before", "during", "between", "within", "without", "about", "through", "where", "when", "while", "more", "most", "some", "each", "three", "since", "until", "does", "said", "says", "russia", "russian", "russians", "from", "with", "they", "were"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Some sentences that stand together."""

    first: int
    last: int
    """The numbers of its first and its last sentence."""
    profiles: dict[str, frozenset[str]]
    """For each place, the concepts spoken of there."""
    concepts: frozenset[str]
    terms: frozenset[str]
    stems: frozenset[str]
    figures: frozenset[float]
    places: frozenset[str]
    """Every place named, also in passing, or claimed of."""
    hosts: frozenset[str]
    """The places of its claims."""
    situations: frozenset[tuple[str, str]]
    days: frozenset[date]
    months: frozenset[tuple[int, int]]


def skeleton(word: str) -> str:
    """A word in letters by which cognates of three languages meet.

    Example:
        >>> skeleton("дезертир")[:5], skeleton("deserter")[:5], skeleton("экстрадиция")[:5]
        ('deser', 'deser', 'ekstr')

    """
    word = "".join(_LETTERS.get(c, c) for c in word)
    word = word.replace("ph", "f").replace("x", "ks").replace("ck", "k").replace("ch", "sh")
    word = word.replace("qu", "k").replace("th", "t").translate(_ALIKE)
    return _DOUBLE.sub(r"\1", word)


_KNOWN: dict[str, str] = {}


def _stem(word: str) -> str:
    found = _KNOWN.get(word)
    if found is None:
        short = "" if word in _COMMON or word.isdigit() or len(word) < 4 else skeleton(word)
        found = short[:5] if len(short) >= 4 else ""
        if len(_KNOWN) < 200_000:
            _KNOWN[word] = found
    return found


def stems(words: Iterable[Token]) -> frozenset[str]:
    """The stems of a text's words that are long enough to tell something."""
    return frozenset(s for w in words if (s := _stem(w.word)))


def figures(text: str, counted: Iterable[Quantity]) -> frozenset[float]:
    """Every number of a text that is no year and no small number, whatever it counts."""
    result = {q.value for q in counted}
    for match in _NUMBER.finditer(text):
        written = match.group()
        grouped = _GROUPED.fullmatch(written)
        plain = re.sub(r"\D", "", written) if grouped else written.replace(",", ".")
        if len(plain) < 13:
            result.add(float(plain))
    return frozenset(v for v in result if v > 12 and not 1990 <= v <= 2035)


def telling(concepts: Iterable[str]) -> frozenset[str]:
    """Concepts without those that only say how something is said."""
    return frozenset(c for c in concepts if groups().get(c) not in ("polarity", "modality", "verb"))


def passages(
    read: Sequence[tuple[Sentence, tuple[str, ...]]], claims: Sequence[Claim], language: str
) -> tuple[Passage, ...]:
    """The passages of a text: all of it when it is short, else those in which something is claimed.

    Args:
        read: Each sentence with the places it is taken to speak of.

    """
    spans = _spans([len(s.words) for s, _ in read])
    if len(spans) > 3:
        claimed = {c.sentence for c in claims}
        spans = [x for x in spans if any(read[i][0].number in claimed for i in range(*x))][:MOST]
    return tuple(_passage(read[a:b], claims, language) for a, b in spans)


def _spans(lengths: list[int]) -> list[tuple[int, int]]:
    if sum(lengths) <= WHOLE:
        return [(0, len(lengths))] if lengths else []
    spans, start, count = [], 0, 0
    for position, length in enumerate(lengths):
        count += length
        if count >= LENGTH or position == len(lengths) - 1:
            spans.append((start, position + 1))
            start, count = position + 1, 0
    return spans


def _passage(
    read: Sequence[tuple[Sentence, tuple[str, ...]]], claims: Sequence[Claim], language: str
) -> Passage:
    sentences = [s for s, _ in read]
    numbers = {s.number for s in sentences}
    words = [w for s in sentences for w in s.words]
    mine = [c for c in claims if c.sentence in numbers]
    profiles: dict[str, set[str]] = {}
    concepts: set[str] = set()
    for sentence, hosts in read:
        here = telling(sentence.concepts)
        concepts |= here
        for place in (*hosts, *sentence.places):
            profiles.setdefault(place, set()).update(here)
    when = [w for s in sentences for w in s.when]
    hosts_of = frozenset(p for c in mine for p in c.places)
    return Passage(
        first=sentences[0].number,
        last=sentences[-1].number,
        profiles={p: frozenset(c) for p, c in profiles.items()},
        concepts=frozenset(concepts),
        terms=frozenset(f.name for f in terms(language).find(words)),
        stems=stems(words),
        figures=figures(
            " ".join(s.text for s in sentences), (q for s in sentences for q in s.quantities)
        ),
        places=hosts_of.union(*((*s.places, *s.passing) for s in sentences)),
        hosts=hosts_of,
        situations=frozenset((c.kind, p) for c in mine for p in c.places),
        days=frozenset(w.start for w in when if w.is_day),
        months=frozenset((w.start.year, w.start.month) for w in when if (w.before - w.start).days <= 31),
    )


def shown(names: Iterable[str], most: int = 4) -> str:
    """Some names in words, the first of them."""
    return ", ".join(list(dict.fromkeys(names))[:most])


__all__ = ["Passage", "figures", "passages", "shown", "skeleton", "stems", "telling"]
