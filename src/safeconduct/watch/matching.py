"""Which facts, dangers, procedures and rulings a story touches, and how: with a readable reason.

Each item's own words are read by the same lexicon as the news, so item and story meet in concepts
and not in letters, whatever the story's language. How likely they mean the same is in `linking`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from safeconduct.watch.index import KnowledgeIndex
from safeconduct.watch.lexicons.load import groups
from safeconduct.watch.linking import (
    LEAST,
    MOST_EACH,
    RELATIVE,
    Linker,
    Read,
    likelihood,
    read_item,
    signs,
)
from safeconduct.watch.signals.analysis import Analysis
from safeconduct.watch.signals.claims import Claim
from safeconduct.watch.signals.passages import Passage
from safeconduct.watch.signals.quantities import Quantity

DANGER_KINDS = {
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
"""The kinds of event that are a case of each kind of danger."""
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
_SAME_DANGER, _COURT, _COUNTED = 0.35, 0.3, 0.3
"""The least likelihood when a danger's own kind is told of its place, when a ruling's court decides, and when a
figure on refusal is told of the place of one."""
_OF_OTHERS, _ALIKE = 0.3, 2
"""What is left for an item that concerns a state the passage does not name; facts of one predicate and place at most."""
_VAGUE = frozenset({"unsafe", "statistic"})
"""Kinds too general to say the same as an item by themselves; a figure in common still does."""
_SEVERAL = frozenset({"topic", "kind"})
MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One item a story touches: how strongly, in which way, and why."""

    item: str
    kind: str
    score: float
    """How likely the story speaks of the item, from 0 to 1."""
    stance: str
    """`confirms`, `contradicts`, `newer` or `touches`."""
    reason: str
    sentence: int
    place: str = ""
    said: str = ""
    """The kind of event by which it is touched, if any."""
    leaning: int = 1


class Matcher:
    """The knowledge, read once by the lexicons, ready for any number of stories."""

    def __init__(self, index: KnowledgeIndex) -> None:
        self._linker = Linker(
            read_item(item, DANGER_KINDS.get(item.danger_kind or "", ())) for item in index.items()
        )

    def match(self, found: Analysis, *, most: int = MOST) -> tuple[Match, ...]:
        """The items a story touches, likeliest first.

        Args:
            most: The most items to give; a story that touches more is about nothing in particular.

        """
        best: dict[str, Match] = {}
        for passage in found.passages:
            for match in self._of_passage(passage, found):
                known = best.get(match.item)
                if known is None or match.score > known.score:
                    best[match.item] = match
        ranked = sorted(best.values(), key=lambda m: (-m.score, m.item))
        if not ranked:
            return ()
        tops: dict[str, float] = {}
        for match in ranked:
            tops[match.place] = max(tops.get(match.place, 0.0), match.score)
        share = max(MOST_EACH, most // len(tops)) if len(tops) < most else 1
        taken: Counter[str] = Counter()
        told: Counter[tuple[str, str]] = Counter()
        turns: list[tuple[int, Match]] = []
        for match in ranked:
            if match.score >= RELATIVE * tops[match.place] and taken[match.place] < share:
                taken[match.place] += 1
                turns.append((told[match.place, match.said], match))
                told[match.place, match.said] += 1
        # in turns, so that one claim with many items does not push another's only item out
        kept = [match for _, match in sorted(turns, key=lambda t: t[0])[:most]]
        return tuple(sorted(kept, key=lambda m: (-m.score, m.item)))

    def _of_passage(self, passage: Passage, found: Analysis) -> list[Match]:
        words = self._linker.words
        heavy = words.weigh(passage)
        claims = [c for c in found.claims if passage.first <= c.sentence <= passage.last]
        scored: list[tuple[float, float, bool, Read]] = []
        for one, wider in self._linker.candidates(passage, found):
            score = likelihood(signs(passage, heavy, one, words, found, wider=wider))
            if not passage.places.issuperset(one.item.concerns):
                score *= _OF_OTHERS
            plain = max((_least(one, claim) for claim in claims), default=0.0)
            if max(score, plain) >= LEAST:
                scored.append((max(score, plain), score, plain > 0, one))
        scored.sort(key=lambda s: (-s[0], -s[1], s[3].item.id))
        alike: Counter[tuple[str, ...]] = Counter()
        free = sure = 0
        kept = []
        for score, _, plain_one, one in scored:
            group = (*one.item.keywords, *one.item.places) if one.item.keywords else ()
            alike[group] += bool(group)
            if alike[group] > _ALIKE:
                continue
            if plain_one and sure < _ALIKE:
                sure += 1
            elif free < MOST_EACH and score >= RELATIVE * scored[0][0]:
                free += 1
            else:
                continue
            kept.append(self._told(score, one, passage, claims, found))
        return kept

    def _told(
        self, score: float, one: Read, passage: Passage, claims: list[Claim], found: Analysis
    ) -> Match:
        """The match in words: the claim it rests on, what both speak of, and what that changes."""
        item, rarity = one.item, self._linker.words
        claim = max(
            claims,
            key=lambda c: (
                bool(set(c.places) & set(item.places)),
                c.kind in one.kinds,
                len(c.concepts & one.concepts),
                -c.sentence,
            ),
            default=None,
        )
        place = _place(one, claim, passage)
        shared = [
            *sorted(
                (c for c in one.concepts & passage.concepts if groups().get(c) in _SEVERAL),
                key=lambda c: (-rarity.concepts[c], c),
            ),
            *sorted(one.terms & passage.terms, key=lambda t: (-rarity.terms[t], t)),
        ]
        same = claim is not None and claim.kind in one.kinds and claim.kind not in _VAGUE
        figures = [q for q in one.quantities if q.value in passage.figures]
        stance, because = _stance(one, claim, same, figures, found.published_on)
        said = "" if claim is None else "called unsafe" if claim.kind == "unsafe" else claim.kind
        parts = [f"{place}: {said}" if said else place]
        if shared:
            parts.append(f"both speak of {', '.join(list(dict.fromkeys(shared))[:4])}")
        if figures:
            parts.append(f"the same figure {figures[0]}")
        bodies = one.institutions & set(claim.institutions if claim else ())
        parts += [", ".join(sorted(bodies))] if bodies else []
        return Match(
            item=item.id,
            kind=item.kind,
            score=round(score, 3),
            stance=stance,
            reason="; ".join([*parts, because]),
            sentence=claim.sentence if claim else passage.first,
            place=place,
            said=claim.kind if claim else "",
            leaning=item.leaning,
        )


def _place(one: Read, claim: Claim | None, passage: Passage) -> str:
    own = one.item.places
    named = [p for p in own if p in (claim.places if claim else ())]
    named += [p for p in own if p in passage.places]
    named += [*(claim.places if claim else ()), *own]
    return named[0] if named else "INT"


def _least(one: Read, claim: Claim) -> float:
    """The likelihood that some plain agreements have at least."""
    here = bool(set(claim.places) & set(one.item.places))
    flight = 0.15 if one.concepts & _FLIGHT & claim.concepts else 0.0
    if not here:
        return 0.0
    if one.item.kind == "danger" and claim.kind == "unsafe":
        return _GRAVE.get(one.item.danger_kind or "", 0.0) * 0.5 + flight
    if claim.kind in DANGER_KINDS.get(one.item.danger_kind or "", ()):
        return _SAME_DANGER + flight
    if claim.kind == "statistic" and "statistic" in one.item.keywords:
        return _COUNTED if flight else 0.0
    if one.item.kind == "ruling" and one.institutions & set(claim.institutions):
        decided = claim.kind in ("court-decision", "protection-granted", "protection-refused")
        return (_COURT + flight) if decided else 0.0
    return 0.0


_NEGATIVE = re.compile(
    r"\b(?:no longer|not|no|never|without|stopp?ed|suspend\w*|ended|abolish\w*|refus\w*)\b", re.I
)


def _is_negative(text: str) -> bool:
    return bool(_NEGATIVE.search(text))


def _stance(
    one: Read, claim: Claim | None, same: bool, figures: list[Quantity], published: date | None
) -> tuple[str, str]:
    """Whether a claim confirms, contradicts or outdates an item, and the words for it."""
    item = one.item
    if claim is None:
        return ("confirms", "says the same") if figures else ("touches", "speaks of it")
    when = claim.when.start if claim.when else published
    by_unit = {q.unit: q for q in one.quantities if q.unit in ("days", "EUR", "percent")}
    for quantity in claim.quantities:
        other = by_unit.get(quantity.unit)
        if same and other is not None and not figures and quantity.unit == "days":
            return "contradicts", f"the story says {quantity}, the knowledge {other}"
    doubt = " (said to be planned or possible)" if claim.tentative else ""
    if same and claim.negated and item.kind != "danger" and not _is_negative(item.text):
        return "contradicts", f"the story says it ended or does not hold{doubt}"
    if when and item.since and when > item.since:
        return "newer", f"of {when}, after {item.since} in the knowledge{doubt}"
    counts = any(q.unit in ("persons", "cases") and q.value > 5 for q in one.quantities)
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


__all__ = ["DANGER_KINDS", "Match", "Matcher", "is_new"]
