"""Which facts, dangers, procedures and rulings a story touches, and how: with a readable reason.

Each item's own words are read by the same lexicon as the news, so item and story meet in concepts
and not in letters, whatever the story's language.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from safeconduct.watch.index import Item, KnowledgeIndex
from safeconduct.watch.lexicons.load import groups, lexicon
from safeconduct.watch.signals.analysis import Analysis
from safeconduct.watch.signals.claims import Claim, kinds_in, read_sentence
from safeconduct.watch.signals.quantities import Quantity, quantities

_DANGER_KINDS = {
    "handover": {"handover", "extradition", "deportation"},
    "extradition": {"extradition", "handover", "wanted-list"},
    "expulsion": {"deportation"},
    "forced-return": {"handover", "deportation"},
    "refusal": {"refusal-of-entry"},
    "detention": {"arrest", "wanted-list"},
    "call-up": {"call-up-rule"},
    "paper-seized": {"passport-rule"},
    "reprisal": {"sentence", "unsafe"},
    "non-registration": {"protection-refused"},
}
_RELATED = (
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
_SCHENGEN = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IS",
        "IT",
        "LV",
        "LI",
        "LT",
        "LU",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "CH",
    ]
)
_CIS = frozenset(["RU", "BY", "KZ", "KG", "TJ", "UZ", "AM", "AZ", "MD", "TM"])
_PEOPLE_TOPICS = frozenset(
    {"desertion", "draft-evasion", "mobilisation", "conscription", "asylum", "court", "official", "say", "count",
     "decide", "negation", "maybe", "no-longer", "require", "allow", "restrict", "opposition", "border"}
)  # fmt: skip
_SPECIAL = frozenset(
    [
        "child",
        "birthplace",
        "transit",
        "state-secrets",
        "combatants",
        "tourist",
        "journalist",
        "consular-services",
        "surrender-passport",
        "humanitarian-visa",
        "admission-programme",
    ]
)
"""Concepts that narrow an item to some people or papers; a story without them speaks of others."""
_GRAVE = {
    "handover": 1.2,
    "forced-return": 1.1,
    "extradition": 1.1,
    "expulsion": 0.8,
    "refusal": 0.8,
    "detention": 0.8,
}
_FLIGHT = frozenset(
    {"desertion", "deserters", "draft-evasion", "evaders", "mobilisation", "mobilised", "awol"}
)
LEAST_SCORE = 0.75
RELATIVE = 0.8
MOST = 8
SAME, RELATED, FIGURE, BODY, DAY = 1.0, 0.6, 1.5, 0.8, 1.5
CASE = 0.76
POWER, BASE, FLAT = 0.6, 1.0, 3.0
"""Weights and thresholds, set on the build part of the labelled set (benchmarks/watch)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One item a story touches: how strongly, in which way, and why."""

    item: str
    kind: str
    score: float
    stance: str
    """`confirms`, `contradicts`, `newer` or `touches`."""
    reason: str
    sentence: int
    place: str = ""
    leaning: int = 1


@dataclass(frozen=True, slots=True)
class _Read:
    item: Item
    concepts: frozenset[str]
    kinds: frozenset[str]
    figures: tuple[Quantity, ...]
    institutions: frozenset[str]
    negated: bool
    weight: float


class Matcher:
    """The knowledge, read once by the lexicon, ready for any number of stories."""

    def __init__(self, index: KnowledgeIndex) -> None:
        words = lexicon("en")
        read = []
        counts: Counter[str] = Counter()
        for item in index.items():
            text = f"{item.text} {' '.join(item.keywords)}"
            sentence = read_sentence(0, text, words, None)
            concepts = frozenset(
                c for c in sentence.concepts if groups().get(c) not in ("polarity", "modality")
            )
            kinds = frozenset(k for k, _ in kinds_in(sentence)) | _DANGER_KINDS.get(
                item.danger_kind or "", set()
            )
            if item.kind == "ruling":
                kinds |= {"court-decision"}
            bodies = frozenset(n[2:] for n in sentence.names if n.startswith("i:"))
            read.append((item, concepts, kinds, quantities(text), bodies, _is_negative(text)))
            counts.update(concepts)
        total = max(len(read), 1)
        scale = 5.44 / math.log(1 + total)  # so that thresholds hold for any size of knowledge
        self._idf = {c: scale * math.log(1 + total / n) for c, n in counts.items()}
        self._items = [
            _Read(item, concepts, kinds, figures, bodies, negative, self._weigh(concepts, kinds))
            for item, concepts, kinds, figures, bodies, negative in read
        ]
        self._by_place: dict[str, list[_Read]] = {}
        for one in self._items:
            for place in one.item.places or ("INT",):
                self._by_place.setdefault(place, []).append(one)

    def _weight_of(self, concept: str) -> float:
        base = self._idf.get(concept, 1.0)
        if groups().get(concept) == "verb":
            return 0.2 * base
        return base * (
            0.5 if concept in _PEOPLE_TOPICS or groups().get(concept) == "group" else 1.0
        )

    def _weigh(self, concepts: frozenset[str], kinds: frozenset[str]) -> float:
        return sum(map(self._weight_of, concepts)) + 1.5 * bool(kinds)

    def match(self, found: Analysis, *, most: int = MOST) -> tuple[Match, ...]:
        """The items a story touches, strongest first.

        Args:
            most: The most items to give; a story that touches more is about nothing in particular.

        """
        best: dict[str, Match] = {}
        for claim in found.claims:
            around = self._around(found, claim)
            for place in claim.places:
                for one in self._near(place):
                    scored = self._score(one, claim, around, place, found)
                    if scored is None:
                        continue
                    known = best.get(one.item.id)
                    if known is None or scored.score > known.score:
                        best[one.item.id] = scored
        ranked = sorted(best.values(), key=lambda m: (-m.score, m.item))
        if not ranked:
            return ()
        top: dict[str, float] = {}
        for match in ranked:
            top[match.place] = max(top.get(match.place, 0.0), match.score)
        share = max(2, most // len(top))
        taken: Counter[str] = Counter()
        kept = []
        for match in ranked:
            if match.score >= top[match.place] * RELATIVE and taken[match.place] < share:
                taken[match.place] += 1
                kept.append(match)
        return tuple(kept)

    def _near(self, place: str) -> list[_Read]:
        near = list(self._by_place.get(place, ()))
        if place in _SCHENGEN or place == "EU":
            near += self._by_place.get("EU", ()) if place != "EU" else ()
        if place in _CIS:
            near += self._by_place.get("CIS", ())
        return near

    def _around(self, found: Analysis, claim: Claim) -> Counter[str]:
        """The claim's own concepts, and more lightly those of claims in the sentences beside it."""
        around: Counter[str] = Counter(dict.fromkeys(claim.concepts, 100))
        for other in found.claims:
            if other.places == claim.places and other.sentence != claim.sentence:
                near = 60 if abs(other.sentence - claim.sentence) <= 1 else 30
                for concept in other.concepts:
                    around[concept] = max(around[concept], near)
        return around

    def _score(
        self, one: _Read, claim: Claim, around: Counter[str], place: str, found: Analysis
    ) -> Match | None:
        same = claim.kind in one.kinds
        related = not same and any(claim.kind in r and r & one.kinds for r in _RELATED)
        shared = {c: around[c] / 100 for c in one.concepts if around.get(c)}
        telling = [
            c for c in shared if groups().get(c) in ("topic", "kind") and c not in _PEOPLE_TOPICS
        ]
        danger = claim.kind == "unsafe" and one.item.kind == "danger"
        if not same and not related and not danger and len(telling) < 2:
            return None
        if same and one.item.kind != "danger" and not shared:
            return None
        weight = sum(self._weight_of(c) * share for c, share in shared.items())
        weight += SAME if same else RELATED if related else 0.0
        figures = [q for q in one.figures if q in claim.quantities and q.value > 3]
        bodies = one.institutions & set(claim.institutions)
        weight += (
            FIGURE * min(len(figures), 2) + BODY * bool(bodies) + _same_day(one.item, claim, found)
        )
        if place not in one.item.places:
            weight *= 0.72
        score = weight / (one.weight**POWER * BASE + FLAT)
        if claim.kind == "unsafe":
            score = _unsafe(one, claim, score)
        elif same and one.item.kind == "danger" and place in one.item.places:
            score = max(score, CASE)
        if one.item.kind == "ruling" and bodies and (same or related):
            flight = bool(one.concepts & _FLIGHT & claim.concepts)
            score = max(score, CASE + 0.06 * len(telling) + 0.25 * flight)
        if any(c not in shared for c in one.concepts & _SPECIAL):
            score *= 0.75
        if score < LEAST_SCORE:
            return None
        stance, because = _stance(one, claim, same, figures, found.published_on)
        names = sorted(telling, key=lambda c: -self._weight_of(c))[:4]
        said = "called unsafe" if claim.kind == "unsafe" else claim.kind
        reason = f"{place}: {said}" + (f"; both speak of {', '.join(names)}" if names else "")
        if figures:
            reason += f"; the same figure {figures[0]}"
        if bodies:
            reason += f"; {', '.join(sorted(bodies))}"
        return Match(
            item=one.item.id,
            kind=one.item.kind,
            score=round(min(score, 9.0), 3),
            stance=stance,
            reason=f"{reason}; {because}",
            sentence=claim.sentence,
            place=place,
            leaning=one.item.leaning,
        )


def _unsafe(one: _Read, claim: Claim, score: float) -> float:
    """A state called unsafe speaks of its gravest dangers, the more so for the same people."""
    grave = _GRAVE.get(one.item.danger_kind or "", 0.0) if one.item.kind == "danger" else 0.0
    if not grave:
        return score * 0.6
    flight = bool(one.concepts & _FLIGHT) and bool(claim.concepts & _FLIGHT)
    return max(score, grave + 0.25 * flight)


def _same_day(item: Item, claim: Claim, found: Analysis) -> float:
    """Whether the story speaks of the very day the knowledge names, or appeared right after it."""
    if item.since is None:
        return 0.0
    if claim.when and claim.when.start <= item.since < claim.when.before and claim.when.is_day:
        return DAY
    near = found.published_on is not None and -3 <= (found.published_on - item.since).days <= 10
    return DAY * 0.7 if near else 0.0


_NEGATIVE = re.compile(
    r"\b(?:no longer|not|no|never|without|stopp?ed|suspend\w*|ended|abolish\w*|refus\w*)\b", re.I
)


def _is_negative(text: str) -> bool:
    return bool(_NEGATIVE.search(text))


def _stance(
    one: _Read, claim: Claim, same: bool, figures: list[Quantity], published: date | None
) -> tuple[str, str]:
    """Whether a claim confirms, contradicts or outdates an item, and the words for it."""
    item = one.item
    when = claim.when.start if claim.when else published
    by_unit = {q.unit: q for q in one.figures if q.unit in ("days", "EUR", "percent")}
    for quantity in claim.quantities:
        other = by_unit.get(quantity.unit)
        if same and other is not None and not figures and quantity.unit == "days":
            return "contradicts", f"the story says {quantity}, the knowledge {other}"
    doubt = " (said to be planned or possible)" if claim.tentative else ""
    if same and claim.negated and item.kind != "danger" and not one.negated:
        return "contradicts", f"the story says it ended or does not hold{doubt}"
    if when and item.since and when > item.since:
        return "newer", f"of {when}, after {item.since} in the knowledge{doubt}"
    counts = any(q.unit in ("persons", "cases") and q.value > 5 for q in one.figures)
    if figures or (same and not claim.tentative and not claim.negated and not counts):
        return "confirms", f"says the same{doubt}"
    return "touches", f"speaks of it{doubt}"


def is_new(found: Analysis, matches: tuple[Match, ...]) -> tuple[Claim, ...]:
    """Claims of a firm kind that no item of the knowledge answers to: candidates for new ones."""
    answered = {m.sentence for m in matches}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    result = []
    for claim in found.claims:
        mark = (claim.kind, claim.places)
        if claim.sentence in answered or mark in seen or claim.kind in ("unsafe", "statistic"):
            continue
        seen.add(mark)
        result.append(claim)
    return tuple(result)


__all__ = ["LEAST_SCORE", "Match", "Matcher", "is_new"]
