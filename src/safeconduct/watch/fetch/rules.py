"""What is asked of the fetching process, and what it answers: plain data that fits in JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

AGENT = "safeconduct-watch/0.1 (+https://safeconduct.example/watch; reads news for refugee law)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The bounds of one fetch."""

    max_bytes: int = 16 * 1024 * 1024
    """After inflation."""
    seconds: float = 30.0
    redirects: int = 5
    robots: bool = True
    interval: float = 5.0
    """The least seconds between two requests to one host."""
    plain_http: bool = False
    """Whether http is tried when https does not answer."""
    proxy: str = ""
    """`socks5h://host:port` (Tor) or `http://host:port`; names are then resolved by the proxy."""
    agent: str = AGENT
    ports: tuple[int, ...] = (80, 443)
    allow: tuple[str, ...] = ()
    """`ip:port` pairs excepted from refusal: for tests against this machine, and for nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    ok: bool
    url: str
    """After redirects."""
    status: int = 0
    media_type: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False
    """The page has not changed since the etag or day that was sent."""
    reason: str = ""
    """One word when not `ok`: refused, robots, too-large, timeout, redirects, tls, http, dns, failed."""
    message: str = ""
    hops: tuple[str, ...] = ()
    body: bytes = field(default=b"", repr=False)


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """Rules as plain data."""
    return asdict(rules)


def rules_from_json(data: dict[str, Any]) -> Rules:
    """Rules from plain data."""
    data = dict(data)
    data["ports"] = tuple(data["ports"])
    data["allow"] = tuple(data["allow"])
    return Rules(**data)
