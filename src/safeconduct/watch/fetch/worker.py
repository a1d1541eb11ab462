"""The fetching process: reads requests from its input, fetches, answers, and can do nothing else."""

from __future__ import annotations

import ssl
import sys
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from . import frames
from .http import Got, Refused, check_url, get
from .jail import shut
from .rules import Answer, Rules, rules_from_json

_REDIRECTS = (301, 302, 303, 307, 308)


class Session:
    """What is remembered between fetches: robots, and when each host was last asked."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._robots: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def fetch(self, url: str, rules: Rules, *, etag: str = "", modified: str = "") -> Answer:
        """Fetch an address and follow its redirects, every one of them checked like the first."""
        end = time.monotonic() + rules.seconds
        hops: list[str] = []
        try:
            return self._follow(url, rules, etag, modified, end, hops)
        except Refused as problem:
            return Answer(
                ok=False,
                url=hops[-1] if hops else url,
                reason=problem.reason,
                message=str(problem),
                hops=tuple(hops),
            )

    def _follow(
        self, url: str, rules: Rules, etag: str, modified: str, end: float, hops: list[str]
    ) -> Answer:
        here = url
        parts = check_url(url, rules)
        if parts.scheme == "http" and parts.port in (None, 80):
            here = "https://" + url[len("http://") :]
        while True:
            if len(hops) > rules.redirects:
                raise Refused("redirects", f"more than {rules.redirects} redirects")
            hops.append(here)
            got = self._one(here, rules, etag, modified, end, first=len(hops) == 1, asked=url)
            if got.status in _REDIRECTS and got.headers.get("location"):
                there = urljoin(here, got.headers["location"].strip()[:2000])
                if here.startswith("https:") and there.startswith("http:") and not rules.plain_http:
                    there = "https://" + there[len("http://") :]
                check_url(there, rules)
                if there in hops:
                    raise Refused("redirects", "the redirects go round in a circle")
                here = there
                continue
            return _answer(here, got, hops)

    def _one(
        self,
        url: str,
        rules: Rules,
        etag: str,
        modified: str,
        end: float,
        *,
        first: bool,
        asked: str,
    ) -> Got:
        headers = {
            "User-Agent": rules.agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf,text/plain;q=0.8,*/*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        try:
            self._may(url, rules, end)
            self._wait(url, rules, end)
            return get(url, headers, rules, self._context, end)
        except Refused as problem:
            may_fall_back = (
                rules.plain_http and first and asked.startswith("http://") and url != asked
            )
            if not may_fall_back or problem.reason not in ("tls", "failed", "timeout"):
                raise
            self._may(asked, rules, end)
            return get(asked, headers, rules, self._context, end)

    def _may(self, url: str, rules: Rules, end: float) -> None:
        """Ask the site's robots file, once a session.

        Raises:
            Refused: The file forbids the page, or the site does not say.

        """
        if not rules.robots:
            return
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._robots.get(origin)
        if known is None:
            known = RobotFileParser()
            small = Rules(**{**asdict(rules), "max_bytes": 512 * 1024, "robots": False})
            here = f"{origin}/robots.txt"
            for _ in range(3):
                got = get(
                    here,
                    {"User-Agent": rules.agent, "Connection": "close"},
                    small,
                    self._context,
                    end,
                )
                if got.status not in _REDIRECTS or not got.headers.get("location"):
                    break
                here = urljoin(here, got.headers["location"])
                check_url(here, rules)
            if 200 <= got.status < 300:
                known.parse(got.body.decode("utf-8", "replace").splitlines())
            elif 400 <= got.status < 500:
                known.parse([])
            else:
                raise Refused(
                    "robots", f"{origin} does not say what may be fetched (status {got.status})"
                )
            self._robots[origin] = known
        if not known.can_fetch(rules.agent.split("/")[0], url):
            raise Refused("robots", f"{origin} asks that this page not be fetched")

    def _wait(self, url: str, rules: Rules, end: float) -> None:
        host = urlsplit(url).hostname or ""
        robots = self._robots.get(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}")
        delay = robots.crawl_delay(rules.agent.split("/")[0]) if robots else None
        interval = max(rules.interval, min(float(delay or 0), 30.0))
        wait = self._asked.get(host, -1e9) + interval - time.monotonic()
        if wait > 0:
            if time.monotonic() + wait > end:
                raise Refused("timeout", f"{host} was asked too recently")
            time.sleep(wait)
        self._asked[host] = time.monotonic()


def _answer(url: str, got: Got, hops: list[str]) -> Answer:
    kind = got.headers.get("content-type", "")
    charset = None
    for part in kind.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip(" \"'")[:40]
    common: dict[str, Any] = {
        "url": url, "status": got.status, "media_type": kind.split(";")[0].strip().lower()[:100], "charset": charset,
        "etag": got.headers.get("etag", "")[:500] or None, "modified": got.headers.get("last-modified", "")[:100] or None,
        "hops": tuple(hops),
    }  # fmt: skip
    if got.status == 304:
        return Answer(ok=True, unchanged=True, **common)
    if not 200 <= got.status < 300:
        return Answer(
            ok=False, reason="http", message=f"the server answered {got.status}", **common
        )
    return Answer(ok=True, body=got.body, **common)


def main() -> None:
    """Serve until the input ends."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    "warm".encode("idna")
    jail = shut(megabytes=1024, seconds=600, network=True)
    session = Session(context)
    out = sys.stdout.buffer
    frames.write(out, {"jail": list(jail)})
    while True:
        frame = frames.read(sys.stdin.buffer, max_body=0)
        if frame is None:
            return
        request, _ = frame
        answer = session.fetch(
            str(request["url"]), rules_from_json(request["rules"]),
            etag=str(request.get("etag") or ""), modified=str(request.get("modified") or ""),
        )  # fmt: skip
        head = {k: v for k, v in asdict(answer).items() if k != "body"}
        frames.write(out, head, answer.body)
