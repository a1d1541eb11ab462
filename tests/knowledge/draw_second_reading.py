"""Draw the facts that a second reader re-reads against their sources.

Two layers: facts that somebody compiled by reading (`read`), and rows taken from a data set
(`data`: every citation is to a data set or a table of statistics), which a program compares.
Every fact gets a number from its id and the seed; the smallest are drawn. So the draw is the same
wherever it is made, nobody can steer it, and facts added later change it only where they fall
among the drawn. Facts that the second reader compiled are left out.

Run:  python tests/knowledge/draw_second_reading.py [--layer read] [--count 60] [--seed 20261124]
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from hashlib import sha256

from safeconduct.kb.base import load
from safeconduct.kb.edition import Index
from safeconduct.model.knowledge import Fact

SEED = 20261124
COUNT = 60
READER = "reader-s"


def layer_of(fact: Fact, index: Index) -> str:
    """`data` where every citation is to a data set or statistics, else `read`."""
    types = {index.sources[c.source].type for a in fact.assertions for c in a.citations}
    return "data" if types <= {"dataset", "statistics"} else "read"


def population(index: Index, layer: str, *, leave_out: str = READER) -> list[Fact]:
    """The facts of a layer that the reader did not compile."""
    return [
        f
        for f in index.facts
        if f.assertions[0].recorded_by != leave_out and layer_of(f, index) == layer
    ]


def draw(
    index: Index,
    *,
    layer: str = "read",
    count: int = COUNT,
    seed: int = SEED,
    leave_out: str = READER,
) -> tuple[Fact, ...]:
    """The facts drawn, in the order of the draw."""
    found = population(index, layer, leave_out=leave_out)
    ranked = sorted(found, key=lambda f: sha256(f"{seed} {f.id}".encode()).digest())
    return tuple(ranked[:count])


def wilson(errors: int, read: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of Wilson for a share.

    >>> tuple(round(x, 3) for x in wilson(0, 60))
    (0.0, 0.06)
    """
    share = errors / read
    centre = (share + z * z / (2 * read)) / (1 + z * z / read)
    half = z / (1 + z * z / read) * (share * (1 - share) / read + z * z / (4 * read * read)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def main() -> None:
    """Print the seed, the population and the facts drawn with what their sources must say."""
    parser = argparse.ArgumentParser(description="Draw facts for a second reading.")
    parser.add_argument("--layer", choices=["read", "data"], default="read")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--leave-out", default=READER)
    given = parser.parse_args()
    index = load().index
    drawn = draw(
        index,
        layer=given.layer,
        count=given.count,
        seed=given.seed,
        leave_out=given.leave_out,
    )
    whole = len(population(index, given.layer, leave_out=given.leave_out))
    out = sys.stdout.write
    out(f"seed {given.seed}, layer {given.layer}: {len(drawn)} of {whole} facts\n")
    for number, fact in enumerate(drawn, 1):
        out(f"\n{number}. {fact.id}: {fact.statement}\n   {fact.predicate}{fact.arguments}\n")
        for a in fact.assertions:
            start = date.fromordinal(a.valid_from)
            ends = a.valid_before < date.max.toordinal()
            end = date.fromordinal(a.valid_before) if ends else "…"
            out(f"   = {a.value!r} {start} – {end} ({a.recorded_by}) {a.note}\n")
            for c in a.citations:
                source = index.sources[c.source]
                out(f"     [{c.source}] {c.locator} | {source.title} | {source.issued} | {source.url}\n")


if __name__ == "__main__":
    main()
