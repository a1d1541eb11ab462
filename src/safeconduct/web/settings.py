"""What whoever serves the guide may set."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic

#: The largest form or situation that is read, in bytes.
LARGEST_BODY = 256_000


def today() -> date:
    """The day now, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Settings:
    """How the guide is served.

    `workers` is the number of processes that compute answers, each for at most `answer_seconds`
    (what would open more, one at a time and `unlock_seconds`); with none, answers are computed in a thread, without that limit.

    `hosts` are the names under which it answers (without port; loopback names by default).
    `key` authenticates the answers carried in forms; it is new at every start, so that forms of
    an earlier run are refused. `rate_per_s` and `burst` bound requests from one address,
    `answers_per_s` and `answers_burst` those that make the engine work. `day` gives the day asked
    about when a person chose none.
    """

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    rate_per_s: float = 50.0
    burst: int = 300
    answers_per_s: float = 5.0
    answers_burst: int = 40
    form_minutes: int = 120
    pseudo: bool = False
    workers: int = 0
    answer_seconds: float = 25.0
    unlock_seconds: float = 90.0
    day: Callable[[], date] = today
    clock: Callable[[], float] = monotonic
