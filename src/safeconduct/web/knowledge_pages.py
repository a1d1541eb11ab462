"""Pages on what is known: places, sources, search, what changed; and the Atom feed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..engine.coverage import cover
from ..explain.sentences import Sentences
from ..kb.readers import WEIGHTS
from ..model.knowledge import Source
from .cited import Cited
from .knowledge import Library, by_kind, iso, kind_of, places_of, title_of, told_item
from .site import Site, first, read_form, site_of
from .words import Words

_MOST_FOUND = 60
_MOST_CHANGES = 200
_LATELY_DAYS = 90


def _open(request: Request) -> tuple[Site, Words, Library]:
    site, words = site_of(request), site_of(request).words(request)
    return site, words, site.library()


async def places(request: Request) -> Response:
    """Every place, with how much is known of it."""
    site, words, library = _open(request)
    rows = [(words.place(c.place), c) for c in cover(library.edition)]
    rows.sort(key=lambda r: r[0].casefold())
    return site.render(
        request, "places.html", words, page="places",
        rows=[r for r in rows if r[1].is_covered], others=[r for r in rows if not r[1].is_covered],
    )


async def place(request: Request) -> Response:
    """All that is known of one place."""
    site, words, library = _open(request)
    code = request.path_params["code"].upper()
    items = library.by_place.get(code)
    if not items:
        raise HTTPException(404)
    says = Sentences(library.edition, words.explain())
    groups = [
        (kind, [told_item(says, words, i) for i in found]) for kind, found in by_kind(items).items()
    ]
    return site.render(
        request, "place.html", words, page=f"place/{code}", code=code, groups=groups,
        cite=Cited(words), as_of=library.edition.as_of,
    )


async def sources(request: Request) -> Response:
    """The sources, by the place on which they are, the closest first."""
    site, words, library = _open(request)
    weights: Counter[str] = Counter()
    found: dict[str, list[Source]] = {}
    for source in library.edition.sources.values():
        weights[source.weight] += 1
        found.setdefault(source.id.partition("-")[0].upper(), []).append(source)
    groups = sorted(
        ((words.place(code), sorted(many, key=_closest)) for code, many in found.items()),
        key=lambda g: g[0].casefold(),
    )
    return site.render(
        request, "sources.html", words, page="sources", groups=groups,
        total=len(library.edition.sources), weights=[(w, weights[w]) for w in WEIGHTS],
    )


def _closest(source: Source) -> tuple[int, str]:
    return WEIGHTS.index(source.weight), source.title.casefold()


async def source(request: Request) -> Response:
    """One source, and what cites it."""
    site, words, library = _open(request)
    name = request.path_params["name"]
    found = library.edition.sources.get(name)
    if found is None:
        raise HTTPException(404)
    says = Sentences(library.edition, words.explain())
    items = [told_item(says, words, i) for i in library.by_source.get(name, ())]
    return site.render(
        request, "source.html", words, page=f"source/{name}", source=found, items=items,
    )


async def search(request: Request) -> Response:
    """Search facts, rules, procedures, dangers, decisions and sources.

    What is searched for goes in a form, so that no address holds it.
    """
    site, words, library = _open(request)
    text = ""
    found: list[dict[str, Any]] = []
    cited: list[Any] = []
    total = 0
    if request.method == "POST":
        text = first(await read_form(request), "text")[:200]
        items = library.search(text, words)
        sources_ = library.sources(text) if text.strip() else []
        total = len(items) + len(sources_)
        says = Sentences(library.edition, words.explain())
        found = [told_item(says, words, i) for i in items[:_MOST_FOUND]]
        cited = sources_[:_MOST_FOUND]
    return site.render(
        request, "search.html", words, page="search", text=text, found=found, cited=cited,
        total=total, most=_MOST_FOUND, cite=Cited(words), posted=request.method == "POST",
    )


async def changes(request: Request) -> Response:
    """What was recorded lately."""
    site, words, library = _open(request)
    since = library.edition.as_of - _LATELY_DAYS
    found = library.changes(since)
    days: dict[int, list[dict[str, Any]]] = {}
    for day, item in found[:_MOST_CHANGES]:
        days.setdefault(day, []).append({
            "id": item.id, "kind": kind_of(item), "title": title_of(item),
            "places": places_of(item)[:4],
        })
    return site.render(
        request, "changes.html", words, page="changes", days=days, total=len(found),
        most=_MOST_CHANGES, since=since,
    )


async def feed(request: Request) -> Response:
    """What was recorded lately, as an Atom feed."""
    site, words, library = _open(request)
    root = f"{request.url.scheme}://{request.headers.get('host', '')}"
    today = site.settings.day()
    since = (today - timedelta(days=_LATELY_DAYS)).toordinal()
    entries = []
    for day, item in library.changes(since)[:_MOST_CHANGES]:
        where = next(iter(places_of(item)), "")
        link = f"{root}/{words.lang}/place/{where}" if where else f"{root}/{words.lang}/changes"
        entries.append(
            f"<entry><id>tag:safeconduct,{iso(day)}:{escape(item.id)}</id>"
            f"<title>{escape(words(title_of(item)))}</title>"
            f"<updated>{iso(day)}T00:00:00Z</updated><link href={quoteattr(link)}/>"
            f"<summary>{escape(item.id)}</summary></entry>"
        )
    newest = iso(library.edition.as_of)
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{words.lang}">'
        f"<id>tag:safeconduct,2026:changes-{words.lang}</id>"
        f"<title>safeconduct: {escape(words('What changed'))}</title>"
        f"<updated>{newest}T00:00:00Z</updated><author><name>safeconduct</name></author>"
        f'<link rel="self" href={quoteattr(f"{root}/{words.lang}/changes.atom")}/>'
        + "".join(entries) + "</feed>"
    )
    return Response(body, media_type="application/atom+xml; charset=utf-8")


async def about(request: Request) -> Response:
    """What these pages are, what they keep, and what they cannot do."""
    site, words, library = _open(request)
    e = library.edition
    return site.render(
        request, "about.html", words, page="about", edition=e.digest, as_of=e.as_of,
        counts=[
            (words("facts"), len(e.index.facts)), (words("rules"), len(e.rules)),
            (words("procedures"), len(e.procedures)), (words("dangers"), len(e.dangers)),
            (words("decisions"), len(e.rulings)), (words("sources"), len(e.sources)),
        ],
    )
