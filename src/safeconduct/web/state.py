"""The answers of one journey, carried in the form and authenticated, never kept by the server.

A token is the answers as compressed JSON and a keyed digest of them. A token that was altered,
made by another run of the server, older than it may be, or whose journey was closed with "leave
quickly" is refused. Of a closed journey only its random number is remembered, for as long as its
forms would have been accepted.
"""

from __future__ import annotations

import binascii
import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

from ..model.situation import Situation
from .settings import Settings

_MAC_BYTES = 20
_LARGEST_PLAIN = 100_000
_MOST_CLOSED = 20_000


class Refused(Exception):
    """A form that cannot be taken; `reason` is one of altered, old, closed."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, and nothing of the form."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Journey:
    """What was answered so far. The `repr` shows nothing of it.

    `values` are those of a situation file; `asked` the questions seen, in order; `on` and `as_of`
    the days chosen, empty for today.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    on: str = ""
    as_of: str = ""
    goal: str = "protection"
    number: str = ""

    def __repr__(self) -> str:
        """Count what was answered and show none of it."""
        return f"<Journey: {len(self.asked)} questions>"

    def data(self) -> dict[str, Any]:
        """The situation as a file has it, without a day."""
        found = {k: v for k, v in self.values.items() if v not in (None, "")}
        if self.unsure:
            found["unsure"] = list(self.unsure)
        if self.complete:
            found["complete"] = list(self.complete)
        return found

    def situation(self) -> Situation:
        """The situation the engine reads."""
        return Situation(self.data())

    def but(self, **changes: Any) -> Journey:
        """The same journey with some fields replaced."""
        return replace(self, **changes)

    def day(self, today: date) -> date:
        """The day asked about."""
        return date.fromisoformat(self.on) if self.on else today

    def edition_day(self, today: date) -> date:
        """The day as known on which the answer is given."""
        return date.fromisoformat(self.as_of) if self.as_of else today


@dataclass(slots=True)
class Seal:
    """Makes and reads tokens with one key."""

    settings: Settings
    closed: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def new(self) -> Journey:
        """A journey that has just begun."""
        return Journey(number=secrets.token_urlsafe(9))

    def token(self, journey: Journey) -> str:
        """The journey as text for a hidden field."""
        plain = {
            "v": dict(journey.values), "u": journey.unsure, "c": journey.complete,
            "a": journey.asked, "o": journey.on, "d": journey.as_of, "g": journey.goal,
            "n": journey.number, "t": int(self.settings.clock() // 60),
        }
        body = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 6)
        return urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def read(self, token: str) -> Journey:
        """The journey in a token.

        Raises:
            Refused: The token was altered, is old, or its journey was closed.
        """
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            raise Refused("altered") from None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not body or not compare_digest(mac, self._mac(body)):
            raise Refused("altered")
        plain = json.loads(zlib.decompressobj().decompress(body, _LARGEST_PLAIN))
        age = self.settings.clock() // 60 - plain["t"]
        if not 0 <= age <= self.settings.form_minutes:
            raise Refused("old")
        if plain["n"] in self.closed:
            raise Refused("closed")
        return Journey(
            plain["v"], tuple(plain["u"]), tuple(plain["c"]), tuple(plain["a"]), plain["o"],
            plain["d"], plain["g"], plain["n"],
        )

    def close(self, journey: Journey) -> None:
        """Refuse every form of the journey from now on."""
        now = self.settings.clock()
        self.closed[journey.number] = now
        oldest = now - (self.settings.form_minutes + 1) * 60
        while self.closed:
            number, at = next(iter(self.closed.items()))
            if at >= oldest and len(self.closed) <= _MOST_CLOSED:
                break
            del self.closed[number]

    def _mac(self, body: bytes) -> bytes:
        return blake2b(body, key=self.settings.key, digest_size=_MAC_BYTES, person=b"guide").digest()
