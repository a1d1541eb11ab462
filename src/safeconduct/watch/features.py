"""What two tellings of one report share even when rewritten or translated: names, figures, days.

Every mark has a weight, and a key under which the store finds the other pages that carry it.
Names are hashed with the store's own salt before they are kept; nobody can be read from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from safeconduct.watch.signals.analysis import Analysis

BACKGROUND_DAYS = frozenset({date(2022, 2, 24), date(2022, 9, 21)})
"""Days that every report on the subject names: the invasion, and the mobilisation."""

_TELLING = frozenset(
    [
        "multiple-entry",
        "humanitarian-visa",
        "biometric",
        "stay-limit",
        "visa-free",
        "summons-register",
        "asylum-certificate",
        "military-base",
        "combatants",
        "entry-ban",
        "border-closure",
        "surrender-passport",
        "state-secrets",
        "war-crimes",
        "subsidiary",
        "admission-programme",
        "abduction",
        "papers-missing",
        "tourist",
        "transit",
        "child",
        "birthplace",
        "military-police",
        "objection",
        "extradition-treaty",
        "exit-ban",
        "awol",
    ]
)
"""Concepts that mark a report out; the others are in half of all reports."""

_ROUND = frozenset({1, 2, 3, 4, 5, 10, 100, 1000})
_STRONG = 1.5
_KIND = 0.8


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one telling, by key; strong ones are what the store looks others up by."""

    weights: dict[int, float]
    strong: frozenset[int]
    situations: frozenset[int]
    """Kind-and-place marks, by which two tellings must agree at least once."""
    telling: frozenset[int]
    """Topic-and-place marks that few reports have."""
    day: date | None

    @property
    def total(self) -> float:
        """The weight of all marks."""
        return sum(self.weights.values())


def key(text: str, salt: bytes = b"") -> int:
    """A signed 64-bit key for a mark."""
    digest = blake2b(text.encode(), digest_size=8, key=salt).digest()
    return int.from_bytes(digest, "big", signed=True)


def marks(found: Analysis, *, salt: bytes = b"", published: date | None = None) -> Marks:
    """The marks of a telling.

    Args:
        salt: The store's own; keys from different stores cannot be compared.
        published: Its day, when known; tellings far apart in time are not one report.

    """
    weights: dict[int, float] = {}
    strong: set[int] = set()

    def add(text: str, weight: float) -> None:
        one = key(text, salt)
        weights[one] = max(weight, weights.get(one, 0.0))
        if weight >= _STRONG:
            strong.add(one)

    for name in found.names:
        add(f"n:{name}", 2.5)
    for figure in found.quantities:
        plain = figure.value in _ROUND or (
            figure.unit in ("days", "years", "months") and figure.value < 200
        )
        add(f"q:{figure.value:g}{figure.unit}", 0.6 if plain else 2.0)
    for when in found.when:
        if when.is_day:
            add(f"d:{when.start}", 0.2 if when.start in BACKGROUND_DAYS else 1.8)
        elif (when.before - when.start).days <= 31:
            add(f"m:{when.start}", 0.4)
    situations: set[int] = set()
    telling: set[int] = set()
    for claim in found.claims:
        for place in claim.places:
            mark = f"k:{claim.kind}@{place}"
            add(mark, _KIND)
            situations.add(key(mark, salt))
    for institution in found.institutions:
        add(f"i:{institution}", 1.0)
    for origin in found.standing.origins:
        add(f"o:{origin.name}", 0.8)
    for place in found.places:
        add(f"p:{place}", 0.3)
    for claim in found.claims:
        for topic in claim.concepts & _TELLING:
            for place in claim.places:
                mark = f"t:{topic}@{place}"
                add(mark, 0.7)
                telling.add(key(mark, salt))
    topics = {c for claim in found.claims for c in claim.concepts}
    for topic in topics:
        add(f"c:{topic}", 0.15)
    return Marks(
        weights,
        frozenset(strong),
        frozenset(situations),
        frozenset(telling),
        published or found.published_on,
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two tellings are one report, and what they share of strong marks."""

    score: float
    shared_strong: int
    shared_situations: int
    shared_telling: int


LEAST_SCORE = 0.34
MAX_DAYS = 10


def likeness(a: Marks, b: Marks) -> Likeness:
    """Compare two tellings by the weight of what they share, of the lighter one's whole."""
    shared = set(a.weights) & set(b.weights)
    weight = sum(min(a.weights[k], b.weights[k]) for k in shared)
    lighter = min(a.total, b.total)
    return Likeness(
        weight / lighter if lighter else 0.0,
        len(shared & a.strong & b.strong),
        len(a.situations & b.situations),
        len(a.telling & b.telling),
    )


def days_apart(a: Marks, b: Marks) -> int | None:
    """Days between two tellings; `None` when one has no day."""
    if a.day is None or b.day is None:
        return None
    return abs((a.day - b.day).days)


def one_report(a: Marks, b: Marks) -> bool:
    """Whether two tellings are one report rewritten or translated.

    They must share a situation (kind of event and place), enough of their marks, and, unless they
    are almost the same in everything, at least one name, figure or day that few others have. Far
    apart in time, they are two.
    """
    gap = days_apart(a, b)
    if gap is not None and gap > MAX_DAYS:
        return False
    found = likeness(a, b)
    if not found.shared_situations:
        return False
    need = LEAST_SCORE + (0.1 if gap is None else 0.012 * gap)
    if found.shared_strong >= 2:
        return found.score >= need - 0.04
    if found.shared_strong == 1:
        return found.score >= need + (0.0 if found.shared_telling else 0.06)
    if gap is None or gap > 4:
        return False
    return found.score >= (0.5 if found.shared_telling else 0.62)
