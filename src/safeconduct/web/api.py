"""The same answers for other programs, as JSON; described by OpenAPI 3.1 at `/openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ..engine.coverage import cover
from ..errors import InvalidSituation, SafeconductError, UnknownName
from ..explain.data import citation
from ..kb.edition import Edition
from ..kb.situations import PLACES, read_situation
from ..model.situation import Situation
from . import answers
from .answer_pages import BadDay, read_day
from .compare_pages import assessed, differences
from .knowledge import Item, Library, citations_of, iso, kind_of, places_of, title_of
from .site import Site, site_of
from .words import Words, words_for

_MOST = 100


class BadRequest(Exception):
    """A request of another program that cannot be taken; the text says what to do."""


def _json(data: Any, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(data), status_code=status, media_type="application/json"
    )


def _error(status: int, text: str, problems: list[str] | None = None) -> Response:
    found: dict[str, Any] = {"error": text}
    if problems:
        found["problems"] = problems
    return _json(found, status)


async def _body(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadRequest("Send JSON with the content type application/json.")
    try:
        found = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise BadRequest("The body is not an object.")
    return found


def _day(body: Mapping[str, Any], key: str, today: date) -> date:
    value = body.get(key)
    if value is None:
        return today
    if not isinstance(value, str) or not value:
        raise BadRequest(f"`{key}` is a day, such as 2026-11-22.")
    try:
        return date.fromisoformat(read_day(value))
    except BadDay:
        raise BadRequest(f"`{key}` is a day between 2022 and 2039, such as 2026-11-22.") from None


def words_of(body: Mapping[str, Any], site: Site) -> Words:
    """The words of the language asked for."""
    lang = body.get("lang", "en")
    if not isinstance(lang, str) or lang not in site.languages:
        raise BadRequest(f"`lang` is one of {', '.join(site.languages)}.")
    return words_for(lang)


def _situation(body: Mapping[str, Any], edition: Edition) -> tuple[Situation, date | None]:
    raw = body.get("situation")
    if not isinstance(raw, dict) or not raw:
        raise BadRequest("`situation` is an object with the keys of a situation file.")
    return read_situation(msgspec.json.encode(raw), "situation", edition.vocabulary)


class Asked:
    """What every request about a situation says: the edition, the days, the goal, the words."""

    def __init__(self, site: Site, body: Mapping[str, Any]) -> None:
        """Read it; `BadRequest` says what cannot be taken."""
        today = site.settings.day()
        known = _day(body, "as_of", today)
        if known > today:
            raise BadRequest("`as_of` is not in the future.")
        self.words = words_of(body, site)
        self.edition, _ = site.edition(known)
        self.situation, told = _situation(body, self.edition)
        self.on = _day(body, "on", told or today)
        goal = body.get("goal", "protection")
        if not isinstance(goal, str):
            raise BadRequest("`goal` is protection, stay, or reach:XX.")
        self.goal = goal
        to = body.get("to", [])
        if not isinstance(to, list) or not all(
            isinstance(p, str) and p.upper() in PLACES for p in to
        ):
            raise BadRequest("`to` is a list of places, such as [\"FR\"].")
        self.to = tuple(p.upper() for p in to)
        steps = body.get("max_steps", answers.MAX_STEPS)
        if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= 6:
            raise BadRequest("`max_steps` is a number from 1 to 6.")
        self.max_steps = steps

    def plan(self, on: date | None = None, edition: Edition | None = None) -> dict[str, Any]:
        """The plan, on the day asked or another, in the edition asked or another."""
        return answers.solve(
            edition or self.edition, self.situation, words=self.words, goal=self.goal,
            on=on or self.on, to=self.to, max_steps=self.max_steps,
        ).data()


def asked(site: Site, body: Mapping[str, Any]) -> Asked:
    """A request about a situation, read.

    Raises:
        BadRequest: Something in it cannot be taken.
        InvalidSituation: The situation cannot be read.
    """
    return Asked(site, body)


def _plan(site: Site, body: dict[str, Any]) -> dict[str, Any]:
    return Asked(site, body).plan()


def _compare(site: Site, body: dict[str, Any]) -> dict[str, Any]:
    one = Asked(site, body)
    before = one.plan()
    known = _day(body, "second_as_of", one.edition.as_of_day)
    if known > site.settings.day():
        raise BadRequest("`second_as_of` is not in the future.")
    edition, _ = site.edition(known)
    after = one.plan(_day(body, "second_on", one.on), edition)
    found = differences(one.words, before, after)
    return {
        "before": {"on": before["on"], "as_of": before["as_of"]},
        "after": {"on": after["on"], "as_of": after["as_of"]},
        "pathways_gone": [p["id"] for p in found["gone"]],
        "pathways_new": [p["id"] for p in found["new"]],
        "pathways_changed": [{"id": p["id"], "changes": s} for p, s in found["changed"]],
        "dangers_new": [d["id"] for d in found["dangers_new"]],
        "dangers_gone": [d["id"] for d in found["dangers_gone"]],
        "closed_new": [[c["procedure"], c["to"], c["mode"]] for c in found["closed_new"]],
        "closed_no_more": [[c["procedure"], c["to"], c["mode"]] for c in found["closed_gone"]],
    }


def _claim(site: Site, body: dict[str, Any]) -> dict[str, Any]:
    one = Asked(site, body)
    place = body.get("in")
    if not isinstance(place, str) or place.upper() not in PLACES:
        raise BadRequest("`in` is a place, such as FR.")
    return assessed(one.edition, one.words, one.situation, place.upper(), one.on)


_BUILDERS = {"plan": _plan, "compare": _compare, "claim": _claim}


def api_response(site: Site, name: str, body: dict[str, Any]) -> Response:
    """The answer about a situation; what is wrong with it is told with status 400 or 404."""
    try:
        return _json(_BUILDERS[name](site, body))
    except BadRequest as error:
        return _error(400, str(error))
    except InvalidSituation as error:
        return _error(
            400, "The situation cannot be read.",
            [f"{p.place}: {p.what}. {p.advice}".lstrip(": ") for p in error.problems[:20]],
        )
    except UnknownName as error:
        return _error(404, str(error).replace("\n  ", ". "))
    except SafeconductError as error:
        return _error(400, str(error).replace("\n  ", ". "))


async def _answered(request: Request, name: str) -> Response:
    try:
        body = await _body(request)
    except BadRequest as error:
        return _error(400, str(error))
    return await site_of(request).work_api(name, body)


async def plan(request: Request) -> Response:
    """What `plan --json` prints."""
    return await _answered(request, "plan")


async def compare(request: Request) -> Response:
    """What changed between two days or two editions."""
    return await _answered(request, "compare")


async def claim(request: Request) -> Response:
    """The elements of a claim in one state."""
    return await _answered(request, "claim")


def item_data(library: Library, item: Item) -> dict[str, Any]:
    """A piece of knowledge with its sources."""
    return {
        "kind": kind_of(item), "id": item.id, "title": title_of(item),
        "places": list(places_of(item)),
        "citations": [
            citation(library.edition, c) for c in dict.fromkeys(citations_of(item))
        ],
    }


def found_items(library: Library, text: str, words: Words) -> dict[str, Any]:
    """What a search finds, the first hundred of it."""
    items, sources = library.search(text, words), library.sources(text) if text.strip() else []
    return {
        "total": len(items) + len(sources),
        "items": [item_data(library, i) for i in items[:_MOST]],
        "sources": [msgspec.to_builtins(s) for s in sources[:_MOST]],
    }


async def search(request: Request) -> Response:
    """Search what is known."""
    site = site_of(request)
    try:
        body = await _body(request)
        words = words_of(body, site)
        text = body.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > 200:
            raise BadRequest("`text` is one to 200 characters.")
    except BadRequest as error:
        return _error(400, str(error))
    return _json(found_items(site.library(), text, words))


async def places(request: Request) -> Response:
    """How much is known of each place."""
    library = site_of(request).library()
    return _json({
        "as_of": iso(library.edition.as_of), "edition": library.edition.digest,
        "places": [
            {"place": c.place, "facts": c.facts, "rules": c.rules, "procedures": c.procedures,
             "dangers": c.dangers, "rulings": c.rulings, "sources": c.sources,
             "past_review": c.due}
            for c in cover(library.edition)
        ],
    })


async def place(request: Request) -> Response:
    """What is known of one place."""
    library = site_of(request).library()
    code = request.path_params["code"].upper()
    items = library.by_place.get(code)
    if not items:
        return _error(404, "Nothing is recorded of this place.")
    return _json({"place": code, "items": [item_data(library, i) for i in items]})


async def source(request: Request) -> Response:
    """One source, and the ids of what cites it."""
    library = site_of(request).library()
    name = request.path_params["name"]
    found = library.edition.sources.get(name)
    if found is None:
        return _error(404, "There is no such source.")
    return _json({
        **msgspec.to_builtins(found), "cited_by": [i.id for i in library.by_source.get(name, ())],
    })


async def changes(request: Request) -> Response:
    """What was recorded since a day."""
    site = site_of(request)
    library = site.library()
    try:
        since = read_day(request.query_params.get("since", ""))
    except BadDay:
        return _error(400, "`since` is a day between 2022 and 2039, such as 2026-11-22.")
    start = date.fromisoformat(since).toordinal() if since else library.edition.as_of - 90
    found = library.changes(start)
    return _json({
        "since": iso(start), "total": len(found),
        "changes": [
            {"recorded_on": iso(day), "kind": kind_of(i), "id": i.id, "title": title_of(i),
             "places": list(places_of(i))}
            for day, i in found[:1000]
        ],
    })
