"""How likely a passage speaks of an item of the knowledge: a sum of weighted signs, each with a name.

The weights are the only learned part. `benchmarks/watch/fit_links.py` finds them on the build part
of the labelled set by logistic regression, judged on topics that were left out of the fitting.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from safeconduct.watch.index import Item
from safeconduct.watch.lexicons.load import lexicon, terms
from safeconduct.watch.signals.analysis import Analysis
from safeconduct.watch.signals.claims import kinds_in, read_sentence
from safeconduct.watch.signals.passages import Passage, figures, stems, telling
from safeconduct.watch.signals.quantities import Quantity

NAMES = (
    "concepts", "rare-concept", "stems", "stems-covered", "terms", "terms-covered", "rare-term", "all-words",
    "figures", "day", "month", "later-than-story", "long-before", "same-kind", "related-kind", "first-place",
    "claimed-place", "named-place", "home", "narrower", "union-or-league", "other-places", "foreign-words",
)  # fmt: skip
# Fitted: see above. A sign that is there adds its weight; the sum is turned into a likelihood.
WEIGHTS: dict[str, float] = {
    "concepts": 2.04,
    "rare-concept": 0.73,
    "stems": 2.29,
    "stems-covered": 1.58,
    "terms": 1.87,
    "terms-covered": 1.24,
    "rare-term": 0.39,
    "all-words": 4.09,
    "figures": 2.86,
    "day": 0.42,
    "month": 1.91,
    "later-than-story": -0.09,
    "long-before": -0.35,
    "same-kind": 0.27,
    "related-kind": 0.58,
    "first-place": 0.78,
    "claimed-place": 0.36,
    "named-place": 0.37,
    "home": -0.44,
    "narrower": -0.23,
    "union-or-league": -0.30,
    "other-places": 0.46,
    "foreign-words": 0.54,
}
BASE = -7.59
LEAST, RELATIVE, MOST_EACH = 0.12, 0.5, 4
"""The least likelihood, the least share of the best one's, and the most items for one passage."""
CONSIDERED = 60
SCHENGEN = frozenset(
    ["AT", "BE", "BG", "HR", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IS", "IT", "LV", "LI", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "CH"]
)
LEAGUE = frozenset(["BY", "KZ", "KG", "TJ", "UZ", "AM", "AZ", "MD", "TM"])
RELATED = (
    frozenset({"handover", "extradition", "deportation"}),
    frozenset({"refusal-of-entry", "border-closure"}),
    frozenset({"visa-rule", "refusal-of-entry"}),
    frozenset({"protection-granted", "protection-refused", "court-decision"}),
    frozenset({"exit-ban", "call-up-rule"}),
    frozenset({"passport-rule", "papers-missing"}),
    frozenset({"arrest", "wanted-list"}),
    frozenset({"unsafe", "handover", "extradition", "deportation"}),
    frozenset({"unsafe", "wanted-list"}),
)
NARROW = frozenset(
    ["child", "birthplace", "transit", "state-secrets", "combatants", "tourist", "journalist", "consular-services", "surrender-passport", "humanitarian-visa", "admission-programme"]
)
"""Concepts that narrow an item to some people or papers; a story without them speaks of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An item of the knowledge as the lexicons read it."""

    item: Item
    concepts: frozenset[str]
    terms: frozenset[str]
    stems: frozenset[str]
    figures: frozenset[float]
    quantities: tuple[Quantity, ...]
    kinds: frozenset[str]
    institutions: frozenset[str]
    places: frozenset[str]
    days: frozenset[date]
    months: frozenset[tuple[int, int]]
    heavy: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """The weight of all its concepts, stems and terms."""


def read_item(item: Item, kinds: Iterable[str] = ()) -> Read:
    """Look up everything the lexicons know in an item's words.

    Args:
        kinds: Kinds of event that it is of, whatever its words.

    """
    text = f"{item.text} {' '.join(item.keywords)}"
    sentence = read_sentence(0, text, lexicon("en"), None)
    found = {k for k, _ in kinds_in(sentence)} | set(kinds)
    if item.kind == "ruling":
        found.add("court-decision")
    return Read(
        item=item,
        concepts=telling(sentence.concepts),
        terms=frozenset(f.name for f in terms("en").find(list(sentence.words))),
        stems=stems(sentence.words),
        figures=figures(text, sentence.quantities),
        quantities=sentence.quantities,
        kinds=frozenset(found),
        institutions=frozenset(n[2:] for n in sentence.names if n.startswith("i:")),
        places=frozenset(sentence.places),
        days=frozenset(w.start for w in sentence.when if w.is_day),
        months=frozenset(
            (w.start.year, w.start.month) for w in sentence.when if (w.before - w.start).days <= 31
        ),
    )


class Words:
    """How telling each word is: the fewer items have it, the more."""

    def __init__(self, read: Iterable[Read]) -> None:
        items = list(read)
        total = len(items) + 1
        scale = 5.44 / math.log(max(total, 2))  # so that weights hold for any size of knowledge
        self.concepts = _rarity((r.concepts for r in items), total, scale)
        self.stems = _rarity((r.stems for r in items), total, scale)
        self.terms = _rarity((r.terms for r in items), total, scale)

    def weigh(self, one: Read | Passage) -> tuple[float, float, float]:
        """The weight of all concepts, stems and terms of an item or a passage."""
        return (
            sum(self.concepts.get(c, 3.0) for c in one.concepts),
            sum(self.stems.get(c, 3.0) for c in one.stems),
            sum(self.terms.get(c, 3.0) for c in one.terms),
        )


def _rarity(many: Iterable[frozenset[str]], total: int, scale: float) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for names in many:
        counts.update(names)
    return {name: scale * math.log(total / n) for name, n in counts.items()}


def reach(passage: Passage, about: frozenset[str]) -> Mapping[str, bool]:
    """The places whose items a passage can touch, and whether only as one state of a union or league."""
    own = passage.places | about
    result = dict.fromkeys(own, False)
    if own & SCHENGEN:
        result.setdefault("EU", True)
    if own & LEAGUE:
        result.setdefault("CIS", True)
    if "EU" in about:
        for place in SCHENGEN:
            result.setdefault(place, True)
    result.setdefault("INT", True)
    return result


def signs(
    passage: Passage, heavy: tuple[float, float, float], one: Read, words: Words, found: Analysis,
    *, wider: bool,
) -> tuple[float, ...]:  # fmt: skip
    """The signs that a passage speaks of an item, in the order of `NAMES`."""
    item = one.item
    place = item.places[0] if item.places else "INT"
    here = passage.profiles.get(place, passage.concepts)
    shared = one.concepts & passage.concepts
    stem = one.stems & passage.stems
    term = one.terms & passage.terms
    w_c = sum(words.concepts[c] * (1.0 if c in here else 0.6) for c in shared)
    w_s = sum(words.stems[c] for c in stem)
    w_t = sum(words.terms[c] for c in term)
    c, s, t = one.heavy
    same = any((k, p) in passage.situations for k in one.kinds for p in item.places)
    kinds = {k for k, _ in passage.situations}
    same = same or (wider and bool(one.kinds & kinds))
    related = not same and (
        bool(one.kinds & kinds) or any(r & one.kinds and r & kinds for r in RELATED)
    )
    since, seen = item.since, found.published_on
    month = passage.months | ({(seen.year, seen.month)} if seen else frozenset())
    first = next((p for p in found.places if p != "RU"), "")
    return (
        w_c / math.sqrt((c + 1) * (heavy[0] + 1)),
        max((words.concepts[x] for x in shared), default=0.0) / 4,
        w_s / math.sqrt((s + 1) * (heavy[1] + 1)),
        w_s / (s + 1),
        w_t / math.sqrt((t + 1) * (heavy[2] + 1)),
        w_t / (t + 1),
        max((words.terms[x] for x in term), default=0.0) / 4,
        (w_c + w_s + w_t) / math.sqrt((c + s + t + 1) * (sum(heavy) + 1)),
        float(min(len(one.figures & passage.figures), 2)),
        float(bool((since and since in passage.days) or one.days & passage.days)),
        float(bool(one.months & month)),
        float(bool(since and seen and since - seen > timedelta(days=45))),
        float(bool(since and seen and seen - since > timedelta(days=700))),
        float(same),
        float(related),
        float(place == first),
        float(place in passage.hosts),
        float(place in found.places),
        float(place == "RU"),
        float(bool((one.concepts & NARROW) - passage.concepts)),
        float(wider),
        float(min(4, len((one.places - {"RU", place}) & passage.places))),
        float(found.language[:2] != "en"),
    )


def likelihood(values: Iterable[float]) -> float:
    """How likely an item is meant, from its signs."""
    total = BASE + sum(WEIGHTS[name] * v for name, v in zip(NAMES, values, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


class Linker:
    """The knowledge, read once by the lexicons and laid out by place."""

    def __init__(self, read: Iterable[Read]) -> None:
        found = list(read)
        self.words = Words(found)
        self.items = [replace(r, heavy=self.words.weigh(r)) for r in found]
        self._by_place: dict[str, list[Read]] = {}
        for one in self.items:
            for place in one.item.places or ("INT",):
                self._by_place.setdefault(place, []).append(one)

    def candidates(self, passage: Passage, found: Analysis) -> list[tuple[Read, bool]]:
        """Items of the places of a passage, those that share the most telling words first."""
        ranked: list[tuple[float, str, Read, bool]] = []
        seen: set[str] = set()
        about = frozenset(found.places) if len(found.passages) <= 1 else frozenset()
        for place, wider in reach(passage, about).items():
            for one in self._by_place.get(place, ()):
                if one.item.id in seen:
                    continue
                seen.add(one.item.id)
                rough = (
                    sum(map(self.words.concepts.__getitem__, one.concepts & passage.concepts))
                    + sum(map(self.words.stems.__getitem__, one.stems & passage.stems))
                    + 3.0 * len(one.figures & passage.figures)
                )
                ranked.append((-rough, one.item.id, one, wider))
        ranked.sort(key=lambda r: r[:2])
        return [(one, wider) for _, _, one, wider in ranked[:CONSIDERED]]
