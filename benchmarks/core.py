"""What a benchmark gives: figures of ours and of a peer, measured in one run, and whether they agree."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    `ours` and `peer` are in `unit`. `ratio` is peer by ours, or what the target speaks of.
    `equal` says whether the answers were compared and the same; `None` where there is no peer's
    answer to compare. `met` is `None` where there is no target.
    """

    name: str
    unit: str
    ours: float
    peer_name: str = ""
    peer: float | None = None
    equal: bool | None = None
    target: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times more the peer takes."""
        return None if self.peer is None or not self.ours else self.peer / self.ours

    def as_data(self) -> dict[str, Any]:
        """The row as it is written to JSON."""
        return asdict(self) | {"ratio": self.ratio}


def timed(
    run: Callable[[], T], *, repeat: int = 5, warm: int = 1, budget_seconds: float = 20.0
) -> tuple[float, T]:
    """The least seconds of several runs, and what the last one gave.

    The seconds are those of the processor, and the least of them, so that other work on the machine
    counts for little, as `timeit` advises; peers are measured in the same way. The collector is run
    before, and stays on, since it is on for everybody who uses the program. Once so many seconds
    are used up there are no more runs, so that what is slow is measured less often.
    """
    begun = time.perf_counter()
    result: T | None = None
    for _ in range(warm):
        result = run()
    seconds = []
    for _ in range(repeat):
        result = None  # what a run frees is not counted against the next
        gc.collect()
        start = time.process_time()
        result = run()
        seconds.append(time.process_time() - start)
        if time.perf_counter() - begun > budget_seconds:
            break
    return min(seconds), cast(T, result)


def once(run: Callable[[], T]) -> tuple[float, T]:
    """Seconds of one run, and what it gave."""
    return timed(run, repeat=1, warm=0)
