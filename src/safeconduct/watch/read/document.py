"""One document, whatever it is, read within bounds: the way into this package."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date

from safeconduct.watch import bounds
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.read import archives, feeds, furniture, metadata, pdf
from safeconduct.watch.read import text as plain
from safeconduct.watch.read.decode import decode, visible
from safeconduct.watch.read.html import read_html
from safeconduct.watch.read.language import language_of
from safeconduct.watch.types import FeedEntry, Page, Raw, Reading

_INJECTION = re.compile(
    r"""ignore\ (?:all\ |any\ )?(?:the\ |your\ )?(?:previous|prior|above)\ (?:instructions|prompts?)
    |disregard\ (?:all|the|your)\ .{0,30}instructions|you\ are\ (?:now\ )?(?:an?\ )?(?:ai|assistant|llm)\b
    |system\ prompt|<\|(?:im_start|system)|\[/?INST\]
    |игнорируй(?:те)?\ (?:все\ )?(?:предыдущие|прежние)\ (?:инструкции|указания)
    |ignore[zr]?\ (?:toutes\ )?les\ instructions\ (?:précédentes|ci-dessus)""",
    re.I | re.X,
)


def kind_of(raw: Raw) -> str:
    """What a document is, from its bytes first and what was declared second.

    Example:
        >>> kind_of(Raw(body=b"%PDF-1.7 ...", media_type="text/html"))
        'pdf'

    """
    head = raw.body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = head[:2048].lower()
    name = (raw.url or "").lower().split("?")[0]
    if head.startswith(b"%PDF-") or b"%PDF-" in raw.body[:1024]:
        return "pdf"
    if head.startswith(b"WARC/1") or (head.startswith(b"\x1f\x8b") and ".warc" in name):
        return "warc"
    if head.startswith(b"PK\x03\x04"):
        return "wacz"
    if b"\x00" in head[:200] and not raw.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    if raw.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        low = decode(raw.body[:4096])[0].lower().encode("utf-8", "replace")
    if b"<opml" in low:
        return "opml"
    if re.search(rb"<(?:rss|feed|rdf:rdf)[\s>]", low) and b"<html" not in low:
        return "feed"
    if re.search(rb"<(?:!doctype html|html|head|body|article|div|p|meta|script)[\s>]", low):
        return "html"
    if low.startswith(b"<?xml"):
        return "feed"
    declared = (raw.media_type or "").lower()
    if "html" in declared:
        return "html"
    if name.endswith((".html", ".htm")) and b"<" in low:
        return "html"
    return "text"


def read_document(raw: Raw) -> Reading:
    """Read one document within the bounds, whatever it turns out to be.

    Raises:
        CannotRead: It is too large, refused, or holds nothing readable.

    Example:
        >>> page = read_document(Raw(body=b"He fled to Armenia in May, and on to Georgia.")).pages[0]
        >>> page.text
        'He fled to Armenia in May, and on to Georgia.'

    """
    kind = kind_of(raw)
    if kind in ("warc", "wacz"):
        return _captures(raw, wacz=kind == "wacz")
    if len(raw.body) > bounds.MAX_BODY_BYTES:
        raise CannotRead(
            f"the document has {len(raw.body)} bytes, more than the {bounds.MAX_BODY_BYTES} allowed"
        )
    if kind == "binary":
        raise CannotRead("the document is neither text, HTML, PDF, feed nor archive")
    if kind == "pdf":
        title, lines, problems = pdf.read_pdf(raw.body)
        return Reading(pages=(_page(raw, "pdf", title, lines, [], None, problems),))
    text, encoding, broken = decode(raw.body, declared=raw.charset)
    problems = [f"some bytes are not {encoding} and were replaced"] if broken else []
    if kind == "feed":
        _, entries, more = feeds.read_feed(text, url=raw.url)
        return Reading(entries=entries, problems=tuple(problems + more))
    if kind == "opml":
        return Reading(feeds=feeds.read_opml(text), problems=tuple(problems))
    if kind == "html":
        title, lines, left_out, about, more = read_html(text)
        page = _page(raw, "html", title, lines, left_out, about, problems + more)
        return Reading(pages=(page,), feeds=about.feeds)
    title, lines, left_out = plain.story(text)
    return Reading(pages=(_page(raw, "text", title, lines, left_out, None, problems),))


def _captures(raw: Raw, *, wacz: bool) -> Reading:
    """What an archive holds; when it breaks off, what came before is kept and the break is told."""
    found: list[Raw] = []
    try:
        for capture in archives.read_archive(io.BytesIO(raw.body), wacz=wacz):
            found.append(capture)  # what was found stays when the next one fails
    except CannotRead as problem:
        if not found:
            raise
        return Reading(captures=tuple(found), problems=(str(problem),))
    return Reading(captures=tuple(found))


def read_entry(entry: FeedEntry) -> Page | None:
    """The page of a feed entry that carries its whole text; `None` when it only announces one."""
    if len(entry.summary) < 600 and entry.url:
        return None
    raw = Raw(body=entry.summary.encode(), url=entry.url, media_type="text/html", via="feed")
    try:
        _, lines, left_out, about, problems = read_html(
            f"<html><body>{entry.summary}</body></html>"
        )
    except CannotRead:
        return None
    if not lines:
        return None
    about.published_on = entry.published_on
    return _page(raw, "feed-entry", entry.title, lines, left_out, about, problems)


def _page(
    raw: Raw,
    kind: str,
    title: str,
    lines: list[str],
    left_out: list[str],
    about: metadata.About | None,
    problems: list[str],
) -> Page:
    text, unseen = visible("\n".join(lines))
    if unseen > 20:
        problems.append(f"{unseen} invisible characters were dropped")
    if len(text) > bounds.MAX_TEXT_CHARS:
        text = text[: bounds.MAX_TEXT_CHARS]
        problems.append(f"the text was cut at {bounds.MAX_TEXT_CHARS} characters")
    if not text.strip():
        raise CannotRead("no text was found in the document")
    if _INJECTION.search(text):
        problems.append("some words address a language model rather than a reader")
    url = raw.url
    if url and not metadata.is_address(url):
        url = None
        problems.append("its address is malformed and was dropped")
    day: date | None = about.published_on if about else None
    if day is None and url:
        day = metadata.day_in_address(url)
    return Page(
        kind=kind,
        title=visible(title)[0].strip(),
        text=text,
        language=language_of(text),
        url=url,
        site=(about.site if about else "") or None,
        published_on=day,
        links=about.links if about else (),
        furniture=tuple(left_out[:200]),
        credits=tuple(dict.fromkeys(about.credits)) if about else (),
        problems=tuple(problems),
        sha256=hashlib.sha256(raw.body).hexdigest(),
    )


__all__ = ["furniture", "kind_of", "read_document", "read_entry"]
