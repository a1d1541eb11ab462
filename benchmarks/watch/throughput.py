"""From HTML to signals on one core, with trafilatura alone beside it in the same run.

python benchmarks/watch/throughput.py
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from labelled import knowledge
from shared import shared

from safeconduct.watch import near
from safeconduct.watch.extras import need
from safeconduct.watch.features import marks
from safeconduct.watch.matching import Matcher
from safeconduct.watch.read.document import read_document
from safeconduct.watch.signals.analysis import analyse
from safeconduct.watch.types import Raw


def main() -> None:
    """Time all steps over the shared pages."""
    root = shared()
    if root is None:
        raise SystemExit("the shared data is not on this machine")
    folder = root / "data" / "extraction" / "zyte"
    names = sorted(json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")))
    bodies = [gzip.decompress((folder / "html" / f"{n}.html.gz").read_bytes()) for n in names]
    extract = need("trafilatura").extract
    matcher = Matcher(knowledge())
    for body in bodies[:5]:
        extract(body)
        analyse(read_document(Raw(body=body)).pages[0])
    spent = dict.fromkeys(
        (
            "trafilatura alone, as it comes",
            "trafilatura, fast",
            "reading",
            "signals",
            "marks and bands",
            "matching",
        ),
        0.0,
    )
    for body in bodies:
        steps = [time.process_time()]
        extract(body, include_comments=False)
        steps.append(time.process_time())
        extract(body, include_comments=False, fast=True)
        steps.append(time.process_time())
        page = read_document(Raw(body=body)).pages[0]
        steps.append(time.process_time())
        found = analyse(page)
        steps.append(time.process_time())
        marks(found)
        near.bands(near.signature(near.shingles(page.text)))
        steps.append(time.process_time())
        matcher.match(found)
        steps.append(time.process_time())
        for number, name in enumerate(spent):
            spent[name] += steps[number + 1] - steps[number]
    each = {name: total / len(bodies) * 1000 for name, total in spent.items()}
    for name, value in each.items():
        print(f"{name:32} {value:7.2f} ms a page")
    whole = sum(each[n] for n in ("reading", "signals", "marks and bands", "matching"))
    print(
        f"{'HTML to signals and matches':32} {whole:7.2f} ms a page: {1000 / whole:.0f} pages a second on one core"
    )
    print(
        f"{'our part (all but extraction)':32} {whole - each['trafilatura, fast']:7.2f} ms; trafilatura's {each['trafilatura, fast']:.2f} (fast), {each['trafilatura alone, as it comes']:.2f} (as it comes)"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
