"""What a page says of itself: title, day, site, address, agency, links. No person's byline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

_DAY = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$|\.)")
_MAX_LINKS = 120


@dataclass(slots=True)
class About:
    """A page's description of itself, as far as it can be trusted to give one."""

    title: str = ""
    heading: str = ""
    head: str = ""
    """The page's own `<title>`, with the site's name where it carries one."""
    description: str = ""
    site: str = ""
    url: str = ""
    body: str = ""
    published_on: date | None = None
    credits: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


def day_in(text: str) -> date | None:
    """The first full day in an ISO-like text; `None` when there is none.

    Example:
        >>> day_in("2026-02-03T10:11:12Z")
        datetime.date(2026, 2, 3)

    """
    found = _DAY.search(text)
    return _day(found) if found else None


def is_address(url: str) -> bool:
    """Whether an address can be taken apart at all.

    Example:
        >>> is_address("https://news.example/a"), is_address("https://[news.example/a")
        (True, False)

    """
    try:
        urlsplit(url).port  # noqa: B018 - it raises on a port that is none
    except ValueError:
        return False
    return True


def day_in_address(url: str) -> date | None:
    """The day many news sites put into their addresses.

    Example:
        >>> day_in_address("https://news.example/2026/02/03/handover")
        datetime.date(2026, 2, 3)

    """
    found = _URL_DAY.search(urlsplit(url).path)
    return _day(found) if found else None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    except ValueError:
        return None


def about(tree: Any) -> About:
    """Collect a page's self-description from its head, its JSON-LD and its first heading."""
    result = About()
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content[:2000])
    result.description = metas.get("og:description") or metas.get("description", "")
    result.site = metas.get("og:site_name", "")
    result.url = _canonical(tree) or metas.get("og:url", "")
    for name in (
        "article:published_time",
        "datepublished",
        "date",
        "pubdate",
        "dc.date",
        "parsely-pub-date",
    ):
        result.published_on = result.published_on or day_in(metas.get(name, ""))
    _from_json(tree, result)
    heading = next(iter(tree.iter("h1")), None)
    result.heading = _flat(heading.text_content()) if heading is not None else ""
    title = next(iter(tree.iter("title")), None)
    page_title = _flat(title.text_content()) if title is not None else ""
    result.head = metas.get("og:title", "") or page_title
    result.title = result.heading or metas.get("og:title", "") or result.title or page_title
    if page_title and len(result.heading) < 12:
        result.title = metas.get("og:title", "") or result.title or page_title
    if result.published_on is None:
        for moment in tree.iter("time"):
            result.published_on = day_in(moment.get("datetime") or "")
            if result.published_on:
                break
    _links(tree, result)
    return result


def _flat(text: str) -> str:
    return " ".join(str(text).split())[:400]


def _canonical(tree: Any) -> str:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            return (link.get("href") or "").strip()[:2000]
    return ""


def _from_json(tree: Any, result: About) -> None:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        raw = (script.text or "")[:400_000]
        try:
            data = json.loads(raw, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(data, 0):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if not any(
                isinstance(k, str) and (k.endswith("Article") or "Posting" in k) for k in kinds
            ):
                continue
            result.title = result.title or _text(item.get("headline"))
            body = item.get("articleBody")
            if isinstance(body, str) and len(body) > len(result.body):
                result.body = body[:400_000]
            result.published_on = result.published_on or day_in(_text(item.get("datePublished")))
            publisher = item.get("publisher")
            if isinstance(publisher, dict):
                result.site = result.site or _text(publisher.get("name"))
            result.credits += tuple(_agencies(item.get("author"))) + tuple(
                _agencies(item.get("sourceOrganization"))
            )


def _agencies(author: Any) -> Iterator[str]:
    """Names of organisations among authors; people are passed over."""
    for one in author if isinstance(author, list) else [author]:
        if isinstance(one, dict) and str(one.get("@type")) in (
            "Organization",
            "NewsMediaOrganization",
        ):
            yield _text(one.get("name"))


def _items(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _items(data.get(key), depth + 1)
    elif isinstance(data, list):
        for one in data[:200]:
            yield from _items(one, depth + 1)


def _text(value: Any) -> str:
    return _flat(value) if isinstance(value, str) else ""


def _links(tree: Any, result: About) -> None:
    base = result.url
    seen: dict[str, None] = {}
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "data:")):
            continue
        try:
            whole = href.startswith(("https://", "http://")) or not base
            full = href if whole else urljoin(base, href)
            if full.startswith(("https://", "http://")):
                seen.setdefault(full[:2000])
        except ValueError:
            continue
        if len(seen) >= _MAX_LINKS:
            break
    result.links = tuple(seen)
    result.feeds = tuple(
        link.get("href") or ""
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "") and "xml" in (link.get("type") or "")
    )[:10]
