"""How marks and signals are written into the store and read again."""

from __future__ import annotations

import json
import struct
from datetime import date
from typing import Any

from safeconduct.watch.features import Marks
from safeconduct.watch.signals.analysis import Analysis
from safeconduct.watch.signals.origin import Standing
from safeconduct.watch.types import Origin


def pack_marks(marks: Marks) -> bytes:
    """A telling's marks as bytes: day, then key, weight and three bits for each."""
    day = marks.day.toordinal() if marks.day else 0
    parts = [struct.pack(">I", day)]
    for key, weight in marks.weights.items():
        bits = (key in marks.strong) | (key in marks.situations) << 1 | (key in marks.telling) << 2
        parts.append(struct.pack(">qfB", key, weight, bits))
    return b"".join(parts)


def unpack_marks(packed: bytes) -> Marks:
    """The marks that `pack_marks` wrote."""
    day = struct.unpack_from(">I", packed)[0]
    weights: dict[int, float] = {}
    sets: tuple[set[int], set[int], set[int]] = (set(), set(), set())
    for key, weight, bits in struct.iter_unpack(">qfB", packed[4:]):
        weights[key] = weight
        for number, chosen in enumerate(sets):
            if bits >> number & 1:
                chosen.add(key)
    strong, situations, telling = map(frozenset, sets)
    return Marks(weights, strong, situations, telling, date.fromordinal(day) if day else None)


def signals(found: Analysis) -> dict[str, Any]:
    """What a story says, as plain data without any name of a person."""
    return {
        "title": found.title,
        "language": found.language,
        "covered": found.covered,
        "places": list(found.places),
        "kinds": list(found.kinds),
        "institutions": list(found.institutions),
        "quantities": [str(q) for q in found.quantities],
        "when": [str(w) for w in found.when],
        "claims": [
            {
                "kind": c.kind,
                "places": list(c.places),
                "people": list(c.people),
                "negated": c.negated,
                "tentative": c.tentative,
                "when": str(c.when) if c.when else None,
                "quantities": [str(q) for q in c.quantities],
                "institutions": list(c.institutions),
                "sentence": c.sentence,
                "words": c.words,
            }
            for c in found.claims
        ],
    }


def pack_standing(standing: Standing) -> str:
    """A page's standing as text."""
    origins = [[o.name, o.kind, o.words, o.url] for o in standing.origins]
    return json.dumps([standing.own, standing.why, origins], ensure_ascii=False)


def unpack_standing(packed: str) -> Standing:
    """The standing that `pack_standing` wrote."""
    own, why, origins = json.loads(packed)
    return Standing(
        own, tuple(Origin(name=n, kind=k, words=w, url=u) for n, k, w, u in origins), why
    )
