"""Text extraction on the shared pages, by the article-extraction-benchmark's own measure.

    python benchmarks/watch/extraction.py

Prints F1, precision and recall for this project and for trafilatura alone in the same run, on all
pages, on the half that was looked at while building and on the half that was not; and time a page.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent))

from shared import shared

from safeconduct.watch.extras import need
from safeconduct.watch.read.decode import decode
from safeconduct.watch.read.html import read_html

_WORD = re.compile(r"\w+")
Score = tuple[float, float, float]


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _counts(true: str, found: str) -> Score:
    a, b = _shingles(true), _shingles(found)
    keys = set(a) | set(b)
    right = sum(min(a[k], b[k]) for k in keys)
    extra = sum(max(0, b[k] - a[k]) for k in keys)
    missed = sum(max(0, a[k] - b[k]) for k in keys)
    total = right + extra + missed
    return (right / total, extra / total, missed / total) if total else (0.0, 0.0, 0.0)


def score(pairs: list[tuple[str, str]]) -> Score:
    """F1, precision and recall: means over pages, shingles of four words (the benchmark's own)."""
    counted = [_counts(true, found) for true, found in pairs]
    precision = mean(
        1.0 if e == m == 0 else 0.0 if r == e == 0 else r / (r + e)
        for r, e, m in counted
        if r + e > 0
    )
    recall = mean(
        1.0 if e == m == 0 else 0.0 if r == m == 0 else r / (r + m)
        for r, e, m in counted
        if r + m > 0
    )
    return 2 * precision * recall / (precision + recall), precision, recall


def ours(body: bytes) -> str:
    """This project's extraction."""
    return "\n".join(read_html(decode(body)[0])[1])


def alone(body: bytes) -> str:
    """trafilatura as it comes, without comments."""
    return need("trafilatura").extract(body, include_comments=False) or ""


def looked_at(page: str) -> bool:
    """Whether a page was in the half that errors were looked at in while building."""
    return int(page[3], 16) % 2 == 0


def zyte(extract: Callable[[bytes], str]) -> tuple[dict[str, Score], float]:
    """Scores by part and milliseconds a page."""
    root = shared()
    if root is None:
        raise SystemExit("the shared data is not on this machine")
    folder = root / "data" / "extraction" / "zyte"
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    bodies = {k: gzip.decompress((folder / "html" / f"{k}.html.gz").read_bytes()) for k in truth}
    start = time.process_time()
    found = {k: extract(body) for k, body in bodies.items()}
    spent = (time.process_time() - start) / len(bodies) * 1000
    pairs = {k: (truth[k].get("articleBody", ""), found[k]) for k in truth}
    return {
        "all": score(list(pairs.values())),
        "built on": score([p for k, p in pairs.items() if looked_at(k)]),
        "held out": score([p for k, p in pairs.items() if not looked_at(k)]),
    }, spent


def snippets(extract: Callable[[bytes], str]) -> tuple[int, int, int, int]:
    """trafilatura's own pages: wanted strings found of all, unwanted strings found of all."""
    root = shared()
    if root is None:
        raise SystemExit("the shared data is not on this machine")
    folder = root / "data" / "extraction" / "trafilatura"
    wanted = unwanted = right = wrong = 0
    for entry in json.loads((folder / "evaldata.json").read_text(encoding="utf-8")).values():
        text = extract(gzip.decompress((folder / "html" / f"{entry['file']}.gz").read_bytes()))
        wanted += len(entry["with"])
        unwanted += len(entry["without"])
        right += sum(s in text for s in entry["with"])
        wrong += sum(s in text for s in entry["without"])
    return right, wanted, wrong, unwanted


if __name__ == "__main__":
    for name, extract in (("this project", ours), ("trafilatura alone", alone)):
        parts, spent = zyte(extract)
        print(f"{name}: {spent:.1f} ms a page")
        for part, (f1, precision, recall) in parts.items():
            print(f"  {part:9} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}")
        right, wanted, wrong, unwanted = snippets(extract)
        print(f"  own pages {right}/{wanted} wanted strings, {wrong}/{unwanted} unwanted")
    reference = json.loads((shared() / "data/extraction/zyte/reference_scores.json").read_text())  # type: ignore[operator]
    for name, scores in sorted(reference.items(), key=lambda x: -x[1]["this_half"]["f1"])[:4]:
        print(f"reference {name}: F1 {scores['this_half']['f1']:.4f} on these pages")
