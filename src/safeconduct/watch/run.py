"""One round of the watch: ask every source that is due, read what is new, keep it, say what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from safeconduct.watch.fetch.rules import Answer
from safeconduct.watch.llm import Suggestion
from safeconduct.watch.matching import Matcher
from safeconduct.watch.problems import CannotRead, WatchError
from safeconduct.watch.store import desk_work, sources
from safeconduct.watch.store.sources import Source
from safeconduct.watch.store.store import Added, Store
from safeconduct.watch.types import FeedEntry, Page, Raw, Reading
from safeconduct.watch.words import suggestion_lines


class Fetches(Protocol):
    """What a round needs of a fetcher."""

    def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """Fetch one address."""
        ...


class Reads(Protocol):
    """What a round needs of a reader."""

    def read(self, raw: Raw) -> Reading:
        """Read one document."""
        ...

    def read_entry(self, entry: FeedEntry) -> Page | None:
        """Read a feed entry that carries its text."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a round."""

    url: str
    what: str
    """`added`, `known`, `unchanged`, `failed` or `feed`."""
    detail: str = ""
    added: Added | None = None
    suggested: tuple[str, ...] = ()
    """What a language model adds or why it did not, when one is asked."""


class Round:
    """A round over the sources of a store.

    Args:
        now: Gives the time; the watch reads no clock of its own.
        second: A language model to ask about each new page; none by default.

    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetches,
        reader: Reads,
        *,
        matcher: Matcher | None,
        now: Callable[[], datetime],
        second: Callable[[Page], Suggestion] | None = None,
    ) -> None:
        self.store = store
        self.fetcher = fetcher
        self.reader = reader
        self.matcher = matcher
        self.now = now
        self.second = second

    def run(self, *, most: int = 200) -> Iterator[Event]:
        """Ask what is due, at most so many documents in all."""
        left = most
        for source in sources.due(self.store, at=self.now()):
            for event in self._source(source):
                yield event
                left -= 1
                if left <= 0:
                    return
            self.store.settle()

    def _source(self, source: Source) -> Iterator[Event]:
        answer = self.fetcher.fetch(source.url, etag=source.etag, modified=source.modified)
        if not answer.ok:
            sources.checked(
                self.store, source, at=self.now(), failed=f"{answer.reason}: {answer.message}"
            )
            yield self._failed(source.url, f"{answer.reason}: {answer.message}")
            return
        if answer.unchanged:
            sources.checked(self.store, source, at=self.now())
            yield Event(source.url, "unchanged")
            return
        raw = Raw(
            body=answer.body, url=answer.url, media_type=answer.media_type, charset=answer.charset,
            via="feed" if source.kind == "feed" else "page",
        )  # fmt: skip
        try:
            reading = self.reader.read(raw)
        except CannotRead as problem:
            sources.checked(self.store, source, at=self.now(), failed=str(problem))
            yield self._failed(source.url, str(problem))
            return
        for page in reading.pages:
            yield self._keep(page, raw, source.id)
        if reading.entries:
            yield Event(source.url, "feed", f"{len(reading.entries)} entries")
        for entry in reading.entries:
            event = self._entry(entry, source.id)
            if event is not None:
                yield event
        sources.checked(
            self.store, source, at=self.now(), etag=answer.etag, modified=answer.modified
        )

    def _entry(self, entry: FeedEntry, source: int) -> Event | None:
        if entry.url and self._seen(entry.url):
            return None
        try:
            page = self.reader.read_entry(entry)
        except CannotRead as problem:
            return self._failed(entry.url or entry.title, str(problem))
        if page is not None:
            raw = Raw(
                body=entry.summary.encode(), url=entry.url, media_type="text/html", via="feed"
            )
            return self._keep(page, raw, source)
        if entry.url is None:
            return None
        return self.page(entry.url, source=source)

    def _seen(self, url: str) -> bool:
        return (
            self.store.db.execute("SELECT 1 FROM sighting WHERE url = ? LIMIT 1", (url,)).fetchone()
            is not None
        )

    def page(self, url: str, *, source: int | None = None) -> Event:
        """Fetch, read and keep one page."""
        answer = self.fetcher.fetch(url)
        if not answer.ok:
            return self._failed(url, f"{answer.reason}: {answer.message}")
        raw = Raw(
            body=answer.body,
            url=answer.url,
            media_type=answer.media_type,
            charset=answer.charset,
            via="page",
        )
        try:
            reading = self.reader.read(raw)
        except CannotRead as problem:
            return self._failed(url, str(problem))
        if not reading.pages:
            return Event(url, "feed", f"{len(reading.entries)} entries; watch it as a feed")
        return self._keep(reading.pages[0], raw, source)

    def _keep(self, page: Page, raw: Raw, source: int | None) -> Event:
        added = self.store.add(page, at=self.now(), raw=raw, matcher=self.matcher, source=source)
        suggested = self._suggested(page, added) if added.new and self.second else ()
        return Event(page.url or "", "added" if added.new else "known", page.title, added, suggested)

    def _suggested(self, page: Page, added: Added) -> tuple[str, ...]:
        """Ask the model; what it says is kept beside the story and changes nothing of it."""
        assert self.second is not None  # noqa: S101
        try:
            found = self.second(page)
        except WatchError as problem:
            return (f"model: {problem}",)
        lines = tuple(suggestion_lines(found))
        if lines:
            desk_work.note(self.store, added.story, "model", at=self.now(), by="model", text="; ".join(lines))
        return lines

    def _failed(self, url: str, why: str) -> Event:
        sources.failed(self.store, url, why, at=self.now())
        return Event(url, "failed", why)
