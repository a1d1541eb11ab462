"""Keeps out what does not belong: other hosts and origins, floods and floods of bytes.

Every response gets the headers that keep a browser from running, framing, storing or telling on
it. Nothing is logged but the day, the kind of page and the status.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .settings import LARGEST_BODY, Settings
from .site import Site

log = logging.getLogger("safeconduct.web")

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_MOST_ADDRESSES = 10_000
#: Kinds of page that make the engine work, or a file; the first part of an address without its language.
COSTLY = frozenset(
    {"answer", "way", "ways", "why", "unlock", "compare", "claim", "file", "pdf", "page",
     "api/plan", "api/compare", "api/claim"}
)


class TooLarge(Exception):
    """A request's body is larger than is read."""


@dataclass(slots=True)
class Buckets:
    """How many requests each address may still make; refilled with time."""

    rate: float
    burst: int
    clock: Callable[[], float]
    left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> bool:
        """Whether the address may make one more request.

        >>> b = Buckets(1.0, 1, lambda: 0.0)
        >>> b.take("a"), b.take("a"), b.take("b")
        (True, False, True)
        """
        now = self.clock()
        tokens, last = self.left.pop(address, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - last) * self.rate)
        allowed = tokens >= 1
        self.left[address] = (tokens - 1 if allowed else tokens, now)
        if len(self.left) > _MOST_ADDRESSES:
            self.left.popitem(last=False)
        return allowed


def kind_of(path: str) -> str:
    """The kind of page an address names, without its language or anything a person chose.

    >>> kind_of("/ru/answer"), kind_of("/en/place/KZ"), kind_of("/api/plan"), kind_of("/")
    ('answer', 'place', 'api/plan', 'start')
    """
    parts = [p for p in path.split("/") if p]
    if parts[:1] == ["api"] or parts[:1] == ["inbox"]:
        return "/".join(parts[:2])
    if parts and (len(parts[0]) == 2 or parts[0] == "ar-xb"):
        parts = parts[1:]
    return parts[0][:20] if parts else "start"


def host_allowed(host: str, settings: Settings) -> bool:
    """Whether the request names a host under which the guide answers.

    >>> host_allowed("127.0.0.1:8000", Settings()), host_allowed("evil.example", Settings())
    (True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and name in settings.hosts


def origin_allowed(headers: Headers) -> bool:
    """Whether a form comes from the guide's own pages.

    Our pages tell no referrer, so browsers write `null` as their origin; then the browser's own
    word on the site decides, and where it gives none, the authenticated form alone does.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == headers.get("host", "")


@dataclass(slots=True)
class Guard:
    """The outermost layer of the guide.

    `refuse` makes the page for a status in the reader's language.
    """

    app: ASGIApp
    settings: Settings
    refuse: Callable[[Scope, int], Response]
    site: Site
    requests: Buckets = field(init=False)
    answers: Buckets = field(init=False)

    def __post_init__(self) -> None:
        """Fill the buckets."""
        s = self.settings
        self.requests = Buckets(s.rate_per_s, s.burst, s.clock)
        self.answers = Buckets(s.answers_per_s, s.answers_burst, s.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        started = False
        status = 500

        async def finish(message: Message) -> None:
            nonlocal started, status
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                out = MutableHeaders(raw=message["headers"])
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
                out.setdefault("cache-control", "no-store")
            await send(message)

        code = self._refusal(scope, headers)
        try:
            if code:
                await self._answer(code, scope, receive, finish)
            else:
                await self.app(scope, _bounded(receive), finish)
        except TooLarge:
            if not started:
                await self._answer(413, scope, receive, finish)
        except Exception as error:
            log.error("error %s", type(error).__name__)
            if not started:
                await self._answer(500, scope, receive, finish)
        log.info("%s %s %d", self.settings.day().isoformat(), kind_of(scope["path"]), status)

    async def _answer(self, code: int, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = self.refuse(scope, code)
        except Exception:
            response = PlainTextResponse("This page cannot be shown.", status_code=code)
        await response(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> int:
        """The status with which to refuse the request, or 0."""
        if not host_allowed(headers.get("host", ""), self.settings):
            return 421
        if scope["method"] not in ("GET", "HEAD") and not origin_allowed(headers):
            return 403
        client = scope.get("client")
        address = str(client[0]) if client else ""
        if not self.requests.take(address):
            return 429
        if kind_of(scope["path"]) in COSTLY and not self.answers.take(address):
            return 429
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:12]) > LARGEST_BODY:
            return 413
        return 0


def _bounded(receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The same stream of a body, that stops when it is too long."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise TooLarge
        return message

    return bounded
