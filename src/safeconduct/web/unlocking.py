"""What would open more: single changes of papers, standing and answers, as `unlock` finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..engine.unlock import Unlocked, unlock
from ..errors import InvalidSituation
from ..explain.sentences import Sentences
from ..model.pathway import Pathway
from .answer_pages import answer_values, problems, situation_of
from .answers import MAX_STEPS, told_of
from .site import Site, journey_in, read_form, site_of
from .state import Journey
from .words import Words

#: Other ways to a known end that are told of one change.
_WAYS = 4
_VISAS = ("short-stay", "long-stay", "humanitarian", "asylum")


async def page(request: Request) -> Response:
    """What would open more."""
    site, words = site_of(request), site_of(request).words(request)
    return await site.work("unlock", words, journey_in(site, await read_form(request)), {})


def unlock_response(
    site: Site, words: Words, journey: Journey, _asked: Mapping[str, str]
) -> Response:
    """The page of what would open more, tried one change at a time."""
    try:
        edition, situation = situation_of(site, journey)
    except InvalidSituation as error:
        return problems(site, words, error)
    on = journey.day(site.settings.day())
    found = unlock(
        edition, situation, goal=journey.goal, on=on, max_steps=MAX_STEPS, pairs=False
    )
    says = told_of(edition, words).says
    return site.render(
        None, "unlock.html", words, state=site.seal.token(journey),
        found=[told(says, words, u) for u in found],
        **answer_values(words, {
            "on": on.toordinal(), "as_of": edition.as_of, "pathways": [],
        }),
        here=f"/{words.lang}/unlock", page="unlock", extra={},
    )


def told(says: Sentences, words: Words, found: Unlocked) -> dict[str, Any]:
    """What one set of changes does, in words."""
    by_standing: dict[str, list[str]] = {}
    for place, standing in found.opens:
        by_standing.setdefault(standing, []).append(place)
    return {
        "changes": found.changes,
        "title": _capital(words.both(change_words(says, c) for c in found.changes)),
        "opens": [
            (standing, words.both(words.place(p) for p in places))
            for standing, places in by_standing.items()
        ],
        "ends": [f"{p} {s}" for p, s in found.opens],
        "ways": [
            (place, standing, " → ".join(_title(says, n) for n in names))
            for place, standing, names in found.ways[:_WAYS]
        ],
        "more_ways": max(0, len(found.ways) - _WAYS),
        "lessens": found.lessens,
        "example": " → ".join(_steps(says, found.pathway)),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(says: Sentences, name: str) -> str:
    procedure = says.procedure(name)
    return says.words(procedure.title) if procedure else name


def _steps(says: Sentences, way: Pathway | None) -> list[str]:
    return [says.step(s) for s in way.steps] if way is not None else []


def change_words(says: Sentences, name: str) -> str:
    """A change in words, as the command line says it."""
    w = says.words
    kind, what, *rest = name.split(":")
    if kind == "paper":
        if what in _VISAS:
            return w("a {what} visa of {place}", what=w.code(what), place=w.place(rest[0]))
        return w("a paper of {place}: {what}", what=w.code(what), place=w.place(rest[0]))
    if kind in ("relative", "tie"):
        return w("{what} in {place}", what=w.code(what), place=w.place(rest[0]))
    label = says.edition.vocabulary.attributes.get(kind)
    if label is not None:
        return w(label.label) if what == "yes" else f"{w(label.label)}: {w.code(what)}"
    if kind == "proceeding":
        return w("no criminal proceedings or wanted listing")
    if kind == "order":
        return w("no decision against the person")
    return f"{says.record(kind)}: {w.code(what)}"
