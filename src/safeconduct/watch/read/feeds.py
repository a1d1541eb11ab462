"""RSS, Atom and OPML: what a feed offers, without fetching or expanding anything."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

from safeconduct.watch import bounds
from safeconduct.watch.extras import need
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.types import FeedEntry

_ENTITY = re.compile(r"<!ENTITY|<!DOCTYPE[^>]*\[", re.I)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")


def refuse_entities(text: str) -> None:
    """Refuse XML that declares entities: feeds never need them, attacks do.

    Raises:
        CannotRead: The document declares entities or an inner document type.

    """
    if _ENTITY.search(text[:200_000]) or _ENTITY.search(text):
        raise CannotRead(
            "the XML declares entities of its own, as attacks do; nothing was expanded or read"
        )


def read_feed(text: str, *, url: str | None = None) -> tuple[str, tuple[FeedEntry, ...], list[str]]:
    """The title, entries and problems of an RSS or Atom feed.

    Raises:
        CannotRead: The feed declares entities, or is no feed.

    """
    refuse_entities(text)
    feedparser = need("feedparser")
    problems: list[str] = []
    cut = _cut(text, problems)
    try:
        parsed = feedparser.parse(
            io.BytesIO(cut.encode("utf-8", "replace")),
            sanitize_html=True,
            resolve_relative_uris=False,
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": url or "",
            },
        )
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise CannotRead(f"the feed cannot be read: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.entries:
        raise CannotRead("the document is no RSS or Atom feed")
    if parsed.get("bozo"):
        problems.append(f"the feed is malformed ({type(parsed.get('bozo_exception')).__name__})")
    entries = tuple(_entry(one) for one in parsed.entries[: bounds.MAX_FEED_ENTRIES])
    return str(parsed.feed.get("title", ""))[:300], entries, problems


def _cut(text: str, problems: list[str]) -> str:
    """Keep no more entries than a feed may have; a feed that never ends is cut."""
    for count, match in enumerate(re.finditer(r"</(?:item|entry)\s*>", text, re.I), start=1):
        if count >= bounds.MAX_FEED_ENTRIES:
            problems.append(f"only the first {count} entries were read")
            root = "feed" if "<entry" in text[: match.end()] else "channel></rss"
            return text[: match.end()] + f"</{root}>"
    return text


def _entry(one: Any) -> FeedEntry:
    contents = [str(c.get("value", "")) for c in one.get("content", []) if isinstance(c, dict)]
    summary = max([*contents, str(one.get("summary", ""))], key=len)
    moment = one.get("published_parsed") or one.get("updated_parsed")
    day: date | None = None
    if moment:
        try:
            day = date(moment[0], moment[1], moment[2])
        except (ValueError, TypeError):
            day = None
    link = str(one.get("link", "")) or None
    return FeedEntry(
        url=link if link and link.startswith(("http://", "https://")) else None,
        title=_MARKUP.sub(" ", str(one.get("title", "")))[:400].strip(),
        summary=summary[: bounds.MAX_TEXT_CHARS],
        published_on=day,
    )


def read_opml(text: str) -> tuple[str, ...]:
    """The feed addresses in an OPML subscription list, in order, each once.

    Raises:
        CannotRead: The list declares entities or is not XML.

    Example:
        >>> read_opml('<opml><body><outline xmlUrl="https://a.example/rss"/></body></opml>')
        ('https://a.example/rss',)

    """
    refuse_entities(text)
    try:
        root = need("defusedxml.ElementTree").fromstring(text.encode("utf-8", "replace"))
    except Exception as error:  # defusedxml and expat raise many kinds
        raise CannotRead(f"the OPML list is not well-formed: {type(error).__name__}") from error
    found: dict[str, None] = {}
    for outline in root.iter("outline"):
        for key in ("xmlUrl", "xmlurl", "url"):
            address = (outline.get(key) or "").strip()
            if address.startswith(("http://", "https://")):
                found.setdefault(address)
                break
    return tuple(found)
