"""Runs the benchmarks: `python -m benchmarks [NAME …]`; without a name, all of them.

Prints one table, and writes it to results.json and results.png beside this file. Answers are
compared before a time counts. Ends with 1 when answers differ or a target is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from importlib import import_module

import numpy as np

from .core import HERE, Row

NAMES = ("loading", "planning", "resolving", "eligibility", "pathways")


def table(rows: list[Row]) -> str:
    """The rows as text."""
    head = ("what", "ours", "peer", "", "ratio", "answers", "target")
    lines = [head]
    for r in rows:
        answers = {True: "equal", False: "DIFFER", None: "-"}[r.equal]
        met = {True: f"met: {r.target}", False: f"MISSED: {r.target}", None: ""}[r.met]
        lines.append((
            r.name, _figure(r.ours, r.unit), "" if r.peer is None else _figure(r.peer, r.unit),
            r.peer_name, _ratio(r.ratio), answers, met,
        ))
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    shown = ["  ".join(t.ljust(w) for t, w in zip(line, widths, strict=True)).rstrip()
             for line in lines]
    shown.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join([*shown, "", *(f"{r.name}: {r.note}" for r in rows if r.note)])


def _ratio(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:,.1f}" if ratio >= 0.1 else f"1/{1 / ratio:,.0f}"


def _figure(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def main() -> int:
    """Run what is asked for and write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}")
    parser.add_argument("--no-write", action="store_true", help="only print the table")
    chosen = parser.parse_args()
    wrong = sorted(set(chosen.names) - set(NAMES))
    if wrong:
        parser.error(f"no benchmark `{wrong[0]}`; use {', '.join(NAMES)}")
    rows: list[Row] = []
    for name in chosen.names or NAMES:
        print(f"running {name} ...", file=sys.stderr, flush=True)
        run: Callable[[], list[Row]] = import_module(f".{name}", __package__).run
        rows.extend(run())
    print(table(rows))
    if not chosen.no_write:
        from .picture import draw

        machine = {
            "python": platform.python_version(), "numpy": np.__version__,
            "processor": platform.machine(), "system": platform.system(),
        }
        data = {"machine": machine, "rows": [r.as_data() for r in rows]}
        (HERE / "results.json").write_text(json.dumps(data, indent=1) + "\n")
        draw(rows, HERE / "results.png")
    return int(any(r.equal is False or r.met is False for r in rows))


if __name__ == "__main__":
    sys.exit(main())
