"""The pages of the journey: start, questions, summary, dangers now, leave quickly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .danger import danger_now
from .journey import (
    CHOSEN_BY,
    FLOW,
    Asked,
    BadAnswer,
    do_not_know,
    records_of,
    remove_record,
    take,
)
from .site import Site, first, journey_in, read_form, site_of
from .state import Journey
from .summary import addable, groups, told_record
from .wording import NONE_OF, QUESTIONS, SECTIONS, SHORT, value_key
from .words import Words, best_language, words_for

_LOOSE = ("entered_union_in", "detained_by", "border_refusal.to", "order.scope")
_SLOTS = {"nationalities": 3, "fought_in": 2, "claim": 3}


async def home(request: Request) -> Response:
    """The first page, in the language the browser asks for."""
    site = site_of(request)
    lang = best_language(request.headers.get("accept-language", ""), site.languages)
    response = site.render(request, "start.html", words_for(lang), page="")
    response.headers["vary"] = "accept-language"
    return response


async def start(request: Request) -> Response:
    """The first page in a language."""
    site = site_of(request)
    return site.render(request, "start.html", site.words(request), page="")


async def guide(request: Request) -> Response:
    """Take an answer and put the next question, or show the summary."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    _, questions = site.edition_for(journey)
    origin = first(form, "from") if first(form, "from") in ("summary", "answer") else ""
    change, do = first(form, "change"), first(form, "do")
    try:
        if change:
            return put(site, words, journey, change, origin=origin)
        if first(form, "remove"):
            name, _, number = first(form, "remove").rpartition(".")
            if name not in CHOSEN_BY or not number.isdecimal() or len(number) > 2:
                raise BadAnswer("There is no such entry.")
            return summary(site, words, remove_record(journey, name, int(number)))
        if first(form, "add"):
            return await _add(site, words, journey, first(form, "add"))
        key = first(form, "q")
        if do == "summary" or (do == "stay" and not key):
            return summary(site, words, journey)
        if do == "continue" or not key:
            return await forward(site, words, journey, "", "")
        asked = questions.question(key, journey)
    except BadAnswer as error:
        return refusal(site, words, 400, words(str(error)))
    if do == "stay":
        return put(site, words, journey, key, origin=origin)
    if do == "back":
        return _back(site, words, journey, key, origin)
    try:
        if do == "none":
            form = {**form, "none": ["1"], "v": []}
        after = do_not_know(asked, journey) if do == "unsure" else take(
            asked, form, journey, questions.vocabulary
        )
    except BadAnswer as error:
        return put(site, words, journey, key, origin=origin, error=words(str(error)), form=form)
    return await forward(site, words, after, asked.record or asked.name, origin)


async def forward(site: Site, words: Words, journey: Journey, name: str, origin: str) -> Response:
    """The next question, or where the journey goes when there is none."""
    _, questions = site.edition_for(journey)
    day = journey.day(site.settings.day())
    key = questions.next_key(journey, day, only=name if origin else "")
    if key:
        return put(site, words, journey, key, origin=origin)
    if origin == "answer":
        return await site.work("answer", words, journey, {})
    return summary(site, words, journey)


async def _add(site: Site, words: Words, journey: Journey, wanted: str) -> Response:
    """One more record of a kind that may occur twice, such as a second passport."""
    name, _, value = wanted.partition(":")
    _, questions = site.edition_for(journey)
    if name not in CHOSEN_BY or name in ("standing", "claim"):
        raise BadAnswer("There is no such entry.")
    asked = questions.question(name, journey)
    if value not in asked.values:
        raise BadAnswer("There is no such entry.")
    records = records_of(journey, name)
    if len(records) >= 12:
        raise BadAnswer("There are too many entries. Keep those that matter.")
    values = {**journey.values, name: (*records, {CHOSEN_BY[name]: value})}
    return await forward(site, words, journey.but(values=values), name, "summary")


def _back(site: Site, words: Words, journey: Journey, key: str, origin: str) -> Response:
    if origin:
        return summary(site, words, journey)
    asked = journey.asked
    before = asked[: asked.index(key)] if key in asked else asked
    if not before:
        return site.render(None, "start.html", words, page="")
    return put(site, words, journey, before[-1])


def refusal(site: Site, words: Words, status: int, text: str) -> Response:
    """A page that says why a form is not taken."""
    title = words("This cannot be done")
    return site.render(
        None, "refused.html", words, status=status, title=title, text=text, page=""
    )


def put(
    site: Site, words: Words, journey: Journey, key: str, *, origin: str = "", error: str = "",
    form: Mapping[str, list[str]] | None = None,
) -> Response:
    """The page of one question.

    Raises:
        BadAnswer: There is no such question.
    """
    _, questions = site.edition_for(journey)
    asked = questions.question(key, journey)
    return site.render(
        None, "question.html", words, status=400 if error else 200,
        **question_values(site, words, journey, asked, error, form or {}, questions.vocabulary),
        origin=origin, state=site.seal.token(journey), question=key,
        here=f"/{words.lang}/guide", page="guide", extra={"q": key, "from": origin},
    )


def question_values(
    site: Site, words: Words, journey: Journey, asked: Asked, error: str,
    form: Mapping[str, list[str]], vocabulary: Any,
) -> dict[str, Any]:
    """What the template of a question needs."""
    title, help_text = QUESTIONS.get(asked.name, ("", ""))
    if not title:
        record = vocabulary.records.get(asked.record)
        attribute = vocabulary.attributes.get(asked.name)
        title = record.question if record else attribute.question if attribute else asked.name
    given = given_value(journey, asked)
    posted = [v for v in form.get("v", ()) if v]
    chosen = posted or _as_list(given)
    about = ""
    if asked.field:
        about = told_record(words, asked.record, records_of(journey, asked.record)[asked.number])
    values = ("yes", "no") if asked.kind == "bool" else asked.values
    if asked.kind == "validity":
        options = [
            ("until", words("It is valid until:")),
            ("valid", words("It is valid, I do not know until when")),
            ("expired", words("It has expired")),
        ]
    else:
        field = asked.field or CHOSEN_BY.get(asked.name, asked.name)
        key = asked.record or asked.name
        options = [
            (v, words(value_key(key, key if field == "kind" else field, v))) for v in values
        ]
        if asked.record == "standing" and not asked.field:
            options = [(v, words(value_key("standing", "standing", v))) for v in values]
    slots = _slots(asked, chosen)
    year, month = _year_month(given, form)
    sections = list(SECTIONS)
    return {
        "title": words(title), "help": words(help_text) if help_text else "", "about": about,
        "error": error, "kind": asked.kind,
        "section": words(SECTIONS[asked.section]),
        "section_number": sections.index(asked.section) + 1,
        "section_count": len(sections),
        "options": [{"value": v, "label": t, "chosen": v in chosen} for v, t in options],
        "slots": slots, "slot_labels": _slot_labels(words, asked, len(slots)),
        "choices": region_choices(words, asked, journey) or site.places(words),
        "given": chosen[0] if chosen else "", "year": year, "month": month,
        "none": words(NONE_OF[asked.name]) if asked.name in NONE_OF and not asked.field else "",
        "loose": asked.name in _LOOSE,
        "can_go_back": bool(journey.asked), "has_place": bool(journey.values.get("present_in")),
    }


def given_value(journey: Journey, asked: Asked) -> Any:
    """What was answered to a question before, or `None`."""
    if asked.field:
        record = records_of(journey, asked.record)[asked.number]
        if asked.kind == "validity" and "expired" in record:
            return "expired" if record["expired"] else "valid"
        found = record.get(asked.field)
        if asked.name == "paper.issuer" and found is None:
            return next(iter(journey.values.get("nationalities") or ()), None)
        return found
    if asked.record:
        return [r.get(CHOSEN_BY[asked.record]) for r in records_of(journey, asked.record)]
    return journey.values.get(asked.name)


def _as_list(given: Any) -> list[str]:
    if given is None:
        return []
    if isinstance(given, bool):
        return ["yes" if given else "no"]
    if isinstance(given, list | tuple):
        return [str(v) for v in given]
    text = str(given)
    return ["until"] if len(text) in (7, 10) and text[4:5] == "-" and text[:4].isdecimal() else [text]


def _slots(asked: Asked, chosen: list[str]) -> list[str]:
    count = max(_SLOTS.get(asked.name, 1), len(chosen) if asked.kind in ("places", "claim") else 1)
    return [*chosen, *([""] * count)][: min(count, 4)]


def _slot_labels(words: Words, asked: Asked, count: int) -> list[str]:
    one = words("Region") if asked.kind == "region" else words("Country")
    if asked.name == "nationalities":
        return [words("Citizenship"), *([words("Another citizenship, if you have one")] * count)]
    return [one, *([words("Another country, if there is one")] * count)]


def _year_month(given: Any, form: Mapping[str, list[str]]) -> tuple[str, int]:
    if form.get("year") or form.get("month"):
        month = first(form, "month")
        return first(form, "year")[:4], int(month) if month.isdecimal() and len(month) < 3 else 0
    text = str(given or "")
    if len(text) >= 4 and text[:4].isdecimal():
        return text[:4], int(text[5:7]) if len(text) >= 7 else 0
    return "", 0


def region_choices(
    words: Words, asked: Asked, journey: Journey
) -> tuple[tuple[str, str], ...]:
    """The regions of the person's states, for the question on the home region."""
    if asked.kind != "region":
        return ()
    from .regions import REGIONS

    states = {*(journey.values.get("nationalities") or ()), journey.values.get("born_in")}
    found = [
        (code, f"{words(name)} ({code})") for code, name in REGIONS.items()
        if code[:2] in states or states == {None}
    ]
    return tuple(sorted(found, key=lambda p: p[1].casefold()))


def summary(site: Site, words: Words, journey: Journey) -> Response:
    """Every answer, each with a way to change it."""
    edition, questions = site.edition_for(journey)
    more = questions.next_key(journey, journey.day(site.settings.day()))
    return site.render(
        None, "summary.html", words, state=site.seal.token(journey),
        groups=groups(words, journey, questions), more=more,
        addable=addable(words, journey, edition.vocabulary),
        here=f"/{words.lang}/guide", page="guide", extra={"do": "summary"},
    )


async def danger(request: Request) -> Response:
    """What matters in the next hours, in the place where the person is."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    edition, questions = site.edition_for(journey)
    if not journey.values.get("present_in") or first(form, "do") == "next":
        asked = questions.question("present_in", journey)
        try:
            journey = take(asked, form, journey, questions.vocabulary)
        except BadAnswer as error:
            return put(site, words, journey, "present_in", error=words(str(error)), form=form)
    day = journey.day(site.settings.day())
    return site.render(
        None, "danger.html", words, state=site.seal.token(journey),
        **danger_now(edition, words, journey, day), here=f"/{words.lang}/danger", page="danger",
        extra={},
    )


async def leave(request: Request) -> Response:
    """Close the journey: its forms are refused from now on."""
    site, words = site_of(request), site_of(request).words(request)
    if request.method == "POST":
        try:
            form = await read_form(request)
            site.seal.close(site.seal.read(first(form, "state")))
        except Exception:  # whatever is wrong with the form, leaving works
            return RedirectResponse(f"/{words.lang}/leave", status_code=303)
        return RedirectResponse(f"/{words.lang}/leave", status_code=303)
    response = site.render(request, "leave.html", words)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


__all__ = ["FLOW", "SHORT", "danger", "guide", "home", "leave", "start", "summary"]
