"""What can go wrong in the watch, each with where, what and what to do."""

from __future__ import annotations

from safeconduct.errors import SafeconductError


class WatchError(SafeconductError):
    """Something the watch was asked for cannot be done; the text says what to do."""


class CannotRead(WatchError):
    """A document was refused or could not be read; nothing of it was kept as text."""


class CannotFetch(WatchError):
    """An address was refused or did not answer; `reason` is one word for counting."""

    def __init__(self, message: str, *, reason: str = "failed") -> None:
        super().__init__(message)
        self.reason = reason


class NotKept(WatchError):
    """The store has no such page, story or source, or cannot take what it was given."""
