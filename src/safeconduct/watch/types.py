"""What the watch handles: documents as they came, pages as they were read, and their origins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A document as it arrived: bytes, and what is known of where they came from."""

    body: bytes
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    via: str = "file"
    """How it came: `file`, `stdin`, `page`, `feed` or `archive`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A place this page says its report came from, and the words that say so."""

    name: str
    kind: str
    """`agency`, `outlet`, `institution` or `link`."""
    words: str
    """The phrase that names the origin; never longer than a few words."""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The story alone: text without page furniture, and what the page says of itself."""

    kind: str
    """`html`, `text`, `pdf`, `feed-entry`."""
    title: str
    text: str
    language: str
    """BCP 47, `und` when the text is too short to tell."""
    url: str | None = None
    site: str | None = None
    published_on: date | None = None
    links: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    """Lines left out as page furniture, for whoever doubts the cut."""
    credits: tuple[str, ...] = ()
    """Bylines and source lines that name an agency; never a person's byline."""
    problems: tuple[str, ...] = ()
    """What was odd or hostile about the document, in words."""
    sha256: str = ""
    """Of the bytes as they came."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text by paragraph, in order."""
        return tuple(p for p in self.text.split("\n") if p)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed: an address to read, or a text when the feed carries it whole."""

    url: str | None
    title: str
    summary: str
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading one document gave: pages, feed entries, subscriptions, and problems."""

    pages: tuple[Page, ...] = ()
    entries: tuple[FeedEntry, ...] = ()
    feeds: tuple[str, ...] = ()
    captures: tuple[Raw, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()
