"""Precision and recall of places, kinds, links and stories on the labelled set.

python benchmarks/watch/measure.py            both parts
python benchmarks/watch/measure.py --wrong    and every error of the build part
"""

from __future__ import annotations

import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from labelled import Labelled, items, knowledge

from safeconduct.watch.features import likeness, marks, one_report
from safeconduct.watch.matching import Matcher
from safeconduct.watch.signals.analysis import analyse


class Count:
    """True positives, false positives and false negatives of one thing."""

    def __init__(self) -> None:
        self.tp = self.fp = self.fn = 0

    def add(self, truth: frozenset[str], found: frozenset[str]) -> None:
        self.tp += len(truth & found)
        self.fp += len(found - truth)
        self.fn += len(truth - found)

    def __str__(self) -> str:
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        return f"precision {precision:.3f}  recall {recall:.3f}  ({self.tp} right, {self.fp} too many, {self.fn} missed)"


def groups_of(chosen: tuple[Labelled, ...]) -> list[set[int]]:
    """Join the items as the store does: each to the story of its best earlier likeness."""
    found = [analyse(one.page) for one in chosen]
    tellings = [marks(a, published=one.published) for a, one in zip(found, chosen, strict=True)]
    story: dict[int, int] = {}
    for here in range(len(chosen)):
        best, score = None, 0.0
        for other in range(here):
            if one_report(tellings[here], tellings[other]):
                like = likeness(tellings[here], tellings[other]).score
                if like > score:
                    best, score = other, like
        story[here] = story[best] if best is not None else here
    grouped: dict[int, set[int]] = defaultdict(set)
    for one, number in story.items():
        grouped[number].add(one)
    return list(grouped.values())


def measure(part: str, *, wrong: bool = False) -> dict[str, Count]:
    """All four counts for one part."""
    chosen = items(part)
    matcher = Matcher(knowledge())
    counts = {name: Count() for name in ("places", "kinds", "links", "stories")}
    by_language: dict[str, dict[str, Count]] = defaultdict(
        lambda: {n: Count() for n in ("places", "kinds", "links")}
    )
    for one in chosen:
        found = analyse(one.page)
        # Russia is the origin of nearly every item; it is left out so that it cannot flatter the figures.
        got = {
            "places": frozenset(found.places) - {"RU"},
            "kinds": frozenset(found.kinds),
            "links": frozenset(m.item for m in matcher.match(found)),
        }
        true = {"places": one.places - {"RU"}, "kinds": one.kinds, "links": one.links}
        for name, values in got.items():
            counts[name].add(true[name], values)
            by_language[one.language][name].add(true[name], values)
            if wrong and values != true[name]:
                print(f"{name:7} {one.story:16} {one.language} missed {sorted(true[name] - values)} "
                      f"extra {sorted(values - true[name])}")  # fmt: skip
    truth = {
        f"{a}-{b}"
        for a, b in combinations(range(len(chosen)), 2)
        if chosen[a].story == chosen[b].story
    }
    pairs = {f"{a}-{b}" for group in groups_of(chosen) for a, b in combinations(sorted(group), 2)}
    counts["stories"].add(frozenset(truth), frozenset(pairs))
    if wrong:
        for pair in sorted(pairs ^ truth):
            a, b = map(int, pair.split("-"))
            print("pair   ", "extra " if pair in pairs else "missed", chosen[a].story, chosen[a].language,
                  "|", chosen[b].story, chosen[b].language)  # fmt: skip
    print(f"part {part}: {len(chosen)} items")
    for name, count in counts.items():
        print(f"  {name:8} {count}")
    for language in sorted(by_language):
        print(
            f"  {language}: "
            + "; ".join(f"{n} {str(c).split('  (')[0]}" for n, c in by_language[language].items())
        )
    return counts


if __name__ == "__main__":
    measure("B", wrong="--wrong" in sys.argv)
    measure("H", wrong="--wrong-held-out" in sys.argv)
