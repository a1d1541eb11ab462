"""`plan` over all examples, in process and as a whole command, with its peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from safeconduct.engine.search import answer
from safeconduct.kb.base import KnowledgeBase, load
from safeconduct.kb.edition import Edition
from safeconduct.kb.situations import read_situation
from safeconduct.model.pathway import Answer
from safeconduct.model.situation import Situation

from .core import ROOT, Row, timed

MEDIAN_MS, WORST_MS = 50.0, 250.0
STARTS, COMMAND_SECONDS, PEAK_MB = 20.0, 0.4, 150.0
#: The day asked about where an example does not say one.
ON = date(2026, 11, 24)


def examples(base: KnowledgeBase) -> list[tuple[str, Situation, date]]:
    """Every example's name, situation and day."""
    found = []
    for path in sorted((ROOT / "examples").glob("*.toml")):
        situation, on = read_situation(path.read_bytes(), path.name, base.index.vocabulary)
        found.append((path.stem, situation, on or ON))
    return found


def in_process() -> list[Row]:
    """The knowledge is loaded; nothing is remembered from one example to the next."""
    base = load()
    seconds: dict[str, float] = {}
    warm: dict[str, float] = {}
    same = True
    for name, situation, on in examples(base):

        def ask(edition: Edition, s: Situation = situation, d: date = on) -> Answer:
            return answer(edition, s, goal="protection", on=d)

        edition = base.as_of(ON)
        seconds[name], first = timed(lambda a=ask: a(base.as_of(ON)), repeat=3, warm=0,
                                     budget_seconds=5.0)
        warm[name], again = timed(lambda a=ask, e=edition: a(e), repeat=2, warm=1, budget_seconds=0.0)
        same = same and first == again
    worst = max(seconds, key=lambda n: seconds[n])
    median = statistics.median(seconds.values())
    note = (
        f"each with an edition in which nothing was looked up before; with one that was used "
        f"before: median {statistics.median(warm.values()) * 1e3:.0f} ms, worst "
        f"{max(warm.values()) * 1e3:.0f} ms"
    )
    return [
        Row(f"plan, {len(seconds)} examples, median", "ms", median * 1e3, equal=same,
            target="at most 50 ms", met=median * 1e3 <= MEDIAN_MS, note=note),
        Row(f"plan, {len(seconds)} examples, worst ({worst})", "ms", seconds[worst] * 1e3,
            equal=same, target="at most 250 ms", met=seconds[worst] * 1e3 <= WORST_MS),
    ]


def spent(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Processor and clock seconds of a command, and its peak memory in MB."""
    with Path(os.devnull).open("w") as nowhere:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=nowhere, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-2:]} ended with {process.returncode}")
    peak = usage.ru_maxrss / 1024
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - begun, peak


def command() -> list[Row]:
    """The whole command on the first example, its compiled knowledge already there."""
    rows = []
    path = ROOT / "examples" / "officer-in-kazakhstan.toml"
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "SAFECONDUCT_CACHE": cache, "PYTHONDONTWRITEBYTECODE": ""}
        run_it = [sys.executable, "-m", "safeconduct.cli", "plan", str(path)]
        bare = [sys.executable, "-c", "pass"]
        for line in (run_it, bare):
            spent(line, environment)
        ours = [spent(run_it, environment) for _ in range(7)]
        start = [spent(bare, environment) for _ in range(15)]
    seconds, clock, peak = (statistics.median(x[k] for x in ours) for k in range(3))
    least = statistics.median(x[0] for x in start)
    rows.append(Row(
        "plan, whole command", "s", seconds, "a bare interpreter's start", least,
        target="at most 0.4 s and 20 starts",
        met=seconds <= COMMAND_SECONDS and seconds <= STARTS * least,
        note=f"{seconds / least:.1f} starts; {clock:.2f} s by the clock",
    ))
    rows.append(Row("plan, whole command, peak memory", "MB", peak, target="at most 150 MB",
                    met=peak <= PEAK_MB))
    return rows


def run() -> list[Row]:
    """The table's lines."""
    return [*in_process(), *command()]
