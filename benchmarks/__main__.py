"""Runs the benchmarks: `python -m benchmarks [NAME …]`; without a name, all of them.

Prints one table, and writes it to results.json and results.png beside this file, where what was
not run this time stays. Answers are compared before a time counts. Ends with 1 when answers differ or a target is missed.
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
    done: dict[str, list[Row]] = {}
    for name in chosen.names or NAMES:
        print(f"running {name} ...", file=sys.stderr, flush=True)
        run: Callable[[], list[Row]] = import_module(f".{name}", __package__).run
        done[name] = run()
    rows = [r for name in done for r in done[name]]
    print(table(rows))
    if not chosen.no_write:
        from .picture import draw

        machine = {
            "python": platform.python_version(), "numpy": np.__version__,
            "processor": platform.machine(), "system": platform.system(),
        }
        path = HERE / "results.json"
        before = json.loads(path.read_text())["benchmarks"] if path.exists() else {}
        made = {name: [r.as_data() for r in some] for name, some in done.items()}
        all_of_them = {n: (before | made)[n] for n in NAMES if n in before | made}
        path.write_text(json.dumps({"machine": machine, "benchmarks": all_of_them}, indent=1) + "\n")
        draw([r for n in all_of_them for r in all_of_them[n]], HERE / "results.png")
    return int(any(r.equal is False or r.met is False for r in rows))


if __name__ == "__main__":
    sys.exit(main())
