"""The pages of the answer: all ways, one way with its proofs, and why something is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ..engine.replay import Disagreement
from ..errors import InvalidSituation
from ..kb.edition import Edition
from ..kb.situations import PLACES, read_situation
from ..model.pathway import Pathway
from ..model.situation import Situation
from .answers import LISTED, SHOWN, Solved, days_text, fees_text, lawyer_questions, solve
from .cited import Cited
from .journey_pages import refusal
from .pictures import legs, timeline
from .site import Site, first, journey_in, read_form, site_of
from .state import Journey
from .wording import VALUES, value_key
from .words import Words

_FIRST_DAY, _LAST_DAY = date(2022, 1, 1), date(2040, 1, 1)


class BadDay(Exception):
    """A day that cannot be asked about."""


def read_day(text: str) -> str:
    """A day in ISO 8601 as given, or nothing.

    Raises:
        BadDay: It is no day, or one of which the knowledge cannot speak.
    """
    if not text.strip():
        return ""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay from None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise BadDay
    return day.isoformat()


def with_days(journey: Journey, form: dict[str, list[str]], today: date) -> Journey:
    """The journey with the days and goal that a form asks for.

    Raises:
        BadDay: One of the days cannot be asked about.
    """
    if "on" in form:
        on = read_day(first(form, "on"))
        journey = journey.but(on="" if on == today.isoformat() else on)
    if "as_of" in form:
        known = read_day(first(form, "as_of"))
        if known > today.isoformat():
            raise BadDay
        journey = journey.but(as_of="" if known == today.isoformat() else known)
    if "goal" in form:
        goal = first(form, "goal")
        place = first(form, "reach")
        if goal == "reach" and place in PLACES:
            journey = journey.but(goal=f"reach:{place}")
        elif goal in ("protection", "stay"):
            journey = journey.but(goal=goal)
    return journey


def situation_of(site: Site, journey: Journey) -> tuple[Edition, Situation]:
    """What was answered, as the engine reads it, and the edition that answers.

    Raises:
        InvalidSituation: The answers do not go together.
    """
    edition, _ = site.edition_for(journey)
    situation, _ = read_situation(msgspec.json.encode(journey.data()), "", edition.vocabulary)
    return edition, situation


def compute(
    site: Site, words: Words, journey: Journey, *, proved: int | None = None
) -> Solved:
    """The engine's answer for what was answered; the first so many ways are proved, or all.

    Raises:
        InvalidSituation: The answers do not go together.
    """
    edition, situation = situation_of(site, journey)
    return solve(
        edition, situation, words=words, goal=journey.goal, on=journey.day(site.settings.day()),
        proved=proved,
    )


async def answer(request: Request) -> Response:
    """Every way, what is missing, what is closed."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    try:
        journey = with_days(journey, form, site.settings.day())
    except BadDay:
        return refusal(site, words, 400, words("Write a day between 2022 and 2039, and a day of "
                                               "knowledge that is not in the future."))
    return await site.work("answer", words, journey, {})


def answer_response(
    site: Site, words: Words, journey: Journey, _asked: Mapping[str, str]
) -> Response:
    """The page of the answer."""
    try:
        found = compute(site, words, journey, proved=SHOWN).page()
    except InvalidSituation as error:
        return problems(site, words, error)
    values = answer_values(words, found)
    return site.render(
        None, "answer.html", words, state=site.seal.token(journey), journey=journey, **values,
        here=f"/{words.lang}/answer", page="answer", extra={},
        places=site.places(words),
    )


async def ways(request: Request) -> Response:
    """The further ways, some on each page."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    start = first(form, "start")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else SHOWN
    return await site.work("ways", words, journey, {"start": str(number)})


def ways_response(site: Site, words: Words, journey: Journey, asked: Mapping[str, str]) -> Response:
    """One page of the further ways: their steps and the dangers on them."""
    start = int(asked["start"])
    try:
        solved = compute(site, words, journey, proved=start + LISTED)
    except InvalidSituation as error:
        return problems(site, words, error)
    count = len(solved.answer.pathways)
    if start >= count:
        return refusal(site, words, 404, words("This is no longer among the answers."))
    return site.render(
        None, "ways.html", words, state=site.seal.token(journey), start=start, listed=LISTED,
        shown=SHOWN,        ways=solved.ways(start), count=count, **answer_values(words, dates_of(solved)),
        here=f"/{words.lang}/ways", page="ways", extra={"start": str(start)},
    )


def problems(site: Site, words: Words, error: InvalidSituation) -> Response:
    """The page that says which answers do not go together."""
    said = " ".join(f"{p.what}. {p.advice}" for p in error.problems[:5])
    return refusal(site, words, 400, f"{words('These answers do not go together.')} {said}")


def answer_values(words: Words, found: dict[str, Any]) -> dict[str, Any]:
    """What templates of an answer need beside the plan itself."""
    return {
        "plan": found, "cite": Cited(words), "days_text": lambda d: days_text(words, d),
        "fees_text": lambda f: fees_text(words, f),
        "timeline": lambda way: timeline(words, way), "legs": lambda way: legs(words, way),
        "standing": lambda kind: words(VALUES.get(f"their.{kind}", kind)),
        "lawyer": lawyer_questions(found),
        "askable": lambda q: question_key(q["attribute"]),
        "opens": lambda names: opens(words, names), "place": words.place,
    }


def question_key(attribute: str) -> str:
    """The question of the journey that settles what the engine asks."""
    return attribute.partition(".")[0]


def opens(words: Words, names: list[str]) -> str:
    """What would open something: kinds of paper, each with its issuer."""
    told = []
    for name in names:
        kind, _, issuer = name.partition(":")
        text = words(value_key("paper", "paper", kind))
        told.append(f"{text} ({words.place(issuer)})" if len(issuer) == 2 else text)
    return words.both(told)


def way_response(site: Site, words: Words, journey: Journey, asked: Mapping[str, str]) -> Response:
    """The page of one way, with every proof."""
    try:
        solved = compute(site, words, journey, proved=0)
    except InvalidSituation as error:
        return problems(site, words, error)
    wanted = asked["way"]
    number = next((n for n, p in enumerate(solved.answer.pathways) if p.id == wanted), -1)
    if number < 0 or not is_proved(solved.answer.pathways[number]):
        return refusal(site, words, 404, words("This way is no longer among the answers."))
    return site.render(
        None, "way.html", words, state=site.seal.token(journey), number=number + 1,
        way=solved.way(number), **answer_values(words, dates_of(solved)),
        here=f"/{words.lang}/way", page="way", extra={"way": wanted},
    )


async def way(request: Request) -> Response:
    """One way, with every proof."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    return await site.work("way", words, journey, {"way": first(form, "way")})


def why_response(site: Site, words: Words, journey: Journey, asked: Mapping[str, str]) -> Response:
    """The page of why something is closed."""
    try:
        solved = compute(site, words, journey, proved=0)
    except InvalidSituation as error:
        return problems(site, words, error)
    keys = [f"{c.procedure}|{c.place}|{c.mode or ''}" for c in solved.answer.closed]
    if asked["closed"] not in keys:
        return refusal(site, words, 404, words("This is no longer among the answers."))
    return site.render(
        None, "why.html", words, state=site.seal.token(journey),
        shut=solved.closed(keys.index(asked["closed"])),
        **answer_values(words, dates_of(solved)), here=f"/{words.lang}/why", page="why",
        extra={"closed": asked["closed"]},
    )


async def why(request: Request) -> Response:
    """The whole proof of why something is closed."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    return await site.work("why", words, journey, {"closed": first(form, "closed")})


def is_proved(way: Pathway) -> bool:
    """Whether both readings of the rules agree on every step of a way."""
    try:
        return len(way.steps) > 0
    except Disagreement:
        return False


def dates_of(solved: Solved) -> dict[str, Any]:
    """The days of an answer, where a page needs no more of it."""
    found = solved.answer
    return {"on": found.on, "as_of": found.as_of, "pathways": []}
