"""Measures the guide under load with `wrk`: `python -m benchmarks.web.load [SECONDS [KIND]]`,
where KIND is "first page", "question pages" or "answer pages".

Question pages are asked for with 200 different journeys, answer pages with every example, in turn.
A bare Starlette page and a Django page of the same size are measured in the same run. Ends with 1
when a target is missed. The full run is 600 seconds a measurement.
"""

from __future__ import annotations

import json
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from safeconduct.kb.cache import load_cached
from safeconduct.web.files import from_file
from safeconduct.web.settings import Settings
from safeconduct.web.state import Journey, Seal

from .server import KEY

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of wrk found; times in milliseconds."""

    name: str
    per_second: float
    failed: int
    refused: int
    p50: float
    p95: float
    p99: float
    memory_growth: float | None = None


TARGETS: tuple[tuple[str, str, Callable[[Measured], bool]], ...] = (
    ("question pages", ">= 400 requests/s", lambda m: m.per_second >= 400),
    ("question pages", "p99 <= 50 ms", lambda m: m.p99 <= 50),
    ("answer pages", "p95 <= 300 ms", lambda m: m.per_second > 0 and m.p95 <= 300),
)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def memory_kb(pid: int) -> int:
    """The memory that a process and its children hold for themselves."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            if int(folder.name) != pid and parent != pid:
                continue
            for line in (folder / "smaps_rollup").read_text("utf-8").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except (OSError, ValueError, IndexError):
            continue
    return total


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A running server's port and process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), kind, str(port), str(folder / "cache")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"the server {kind} did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def journeys(count: int) -> list[Journey]:
    """Different journeys, each somewhere between its first and its last question."""
    chance = random.Random(11)
    found = []
    for n in range(count):
        values = {
            "present_in": chance.choice(["KZ", "KG", "AM", "GE", "RS", "TR", "FR", "RU"]),
            "nationalities": ["RU"], "detained": False,
            "paper": [{"kind": "internal-passport", "issuer": "RU", "held": "held"}],
            "duty": chance.choice(["summoned", "serving", "deserted", "registered"]),
            "service": chance.choice(["officer", "contract", "conscript", "reservist"]),
        }
        keys = list(values)[: chance.randint(2, len(values))]
        found.append(Journey(
            {k: values[k] for k in keys}, complete=("nationality", "paper"), asked=tuple(keys),
            number=f"journey{n}",
        ))
    return found


def run_wrk(name: str, port: int, path: str, seconds: int, forms: Path | None = None) -> Measured:
    """One measurement."""
    command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "-s",
               str(HERE / "load.lua"), f"http://127.0.0.1:{port}{path}"]
    if forms is not None:
        command += ["--", str(forms)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(x for x in out.splitlines() if x.startswith("RESULT "))
    count, micros, failed, refused, p50, p95, p99 = map(int, line.split()[1:])
    return Measured(name, count / (micros / 1e6), failed, refused, p50 / 1000, p95 / 1000, p99 / 1000)


def write_forms(folder: Path) -> tuple[Path, Path]:
    """Forms for question pages and for answer pages, one a line."""
    seal = Seal(Settings(key=KEY))
    questions, answers = folder / "questions.txt", folder / "answers.txt"
    questions.write_text("\n".join(
        urlencode({"state": seal.token(j), "do": "continue"}) for j in journeys(200)
    ))
    vocabulary = load_cached(folder / "cache").index.vocabulary
    answers.write_text("\n".join(
        urlencode({"state": seal.token(
            from_file(p.read_bytes(), vocabulary, Journey(number=p.stem))
        )})
        for p in sorted(EXAMPLES.glob("*.toml"))
    ))
    return questions, answers


def main(seconds: int, only: str = "") -> int:
    """Measure all, or the one kind of page named; print a table and the figures as JSON."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt-get install wrk", file=sys.stderr)
        return 2
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        questions, answers = write_forms(folder)
        for kind in ("starlette", "django"):
            try:
                with serving(kind, folder) as (port, _):
                    found.append(run_wrk(f"bare page, {kind}", port, "/", min(seconds, 30)))
            except RuntimeError as error:
                print(f"{error}: is {kind} installed?", file=sys.stderr)
        with serving("guide", folder) as (port, pid):
            for label, path, forms in (
                ("first page", "/en/", None), ("question pages", "/en/guide", questions),
                ("answer pages", "/en/answer", answers),
            ):
                if only and only != label:
                    continue
                # each process must have answered every example before its memory is weighed
                run_wrk("warming", port, path, 60 if forms == answers else 10, forms)
                before = memory_kb(pid)
                m = run_wrk(label, port, path, seconds, forms)
                growth = memory_kb(pid) / before - 1
                found.append(Measured(m.name, m.per_second, m.failed, m.refused, m.p50, m.p95,
                                      m.p99, growth))
    print(f"{'':24}{'requests/s':>12}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}"
          f"{'memory':>9}")
    for m in found:
        growth = "" if m.memory_growth is None else f"{m.memory_growth:+.1%}"
        print(f"{m.name:24}{m.per_second:12.1f}{m.p50:9.1f}{m.p95:9.1f}{m.p99:9.1f}"
              f"{m.failed + m.refused:8d}{growth:>9}")
    by_name = {m.name: m for m in found}
    checks = {
        f"{name} {what}": met(by_name[name]) for name, what, met in TARGETS if name in by_name
    } | {
        "no errors": not any(m.failed + m.refused for m in found),
        "memory growth < 5 %": all((m.memory_growth or 0) < 0.05 for m in found),
    }
    for text, met in checks.items():
        print(f"{'met   ' if met else 'MISSED'} {text}")
    print(json.dumps([{k: getattr(m, k) for k in Measured.__slots__} for m in found]))
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main(int((sys.argv[1:] or ["20"])[0]), " ".join(sys.argv[2:])))
