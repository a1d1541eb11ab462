"""What can be taken away: the answers as a file, the ways as a PDF or as one page, and back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ..errors import InvalidSituation
from ..kb.situations import LARGEST_BYTES
from .answer_pages import answer_values, compute, problems
from .answers import days_text, fees_text
from .files import from_file, to_toml
from .journey_pages import refusal, summary
from .site import BadForm, Site, first, journey_in, read_form, site_of
from .state import Journey
from .words import PSEUDO, Words

_HERE = Path(__file__).resolve().parent


def _attached(body: bytes, kind: str, name: str) -> Response:
    """A file to save; its name says nothing of what is in it."""
    return Response(
        body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


async def file(request: Request) -> Response:
    """The answers as a situation file."""
    site = site_of(request)
    site.words(request)
    journey = journey_in(site, await read_form(request))
    text = to_toml(journey.data(), journey.day(site.settings.day()))
    return _attached(text.encode(), "application/toml; charset=utf-8", "answers.toml")


async def open_page(request: Request) -> Response:
    """Open a saved file, or one that is pasted."""
    site, words = site_of(request), site_of(request).words(request)
    if request.method == "GET":
        return site.render(request, "open.html", words, page="open", error="")
    data = await _file_bytes(request)
    edition, _ = site.edition(site.settings.day())
    try:
        journey = from_file(data, edition.vocabulary, site.seal.new())
    except InvalidSituation as error:
        told = [f"{p.place}: {p.what}. {p.advice}".lstrip(": ") for p in error.problems[:12]]
        return site.render(request, "open.html", words, status=400, page="open", error=told)
    return summary(site, words, journey)


async def _file_bytes(request: Request) -> bytes:
    """The bytes of the file or text in the form.

    Raises:
        BadForm: It is no such form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return first(await read_form(request), "text").encode()
    if kind != "multipart/form-data":
        raise BadForm
    try:
        async with request.form(
            max_files=1, max_fields=4, max_part_size=LARGEST_BYTES
        ) as form:
            text, upload = form.get("text"), form.get("file")
            if isinstance(text, str) and text.strip():
                return text.encode()
            if upload is not None and not isinstance(upload, str):
                return await upload.read(LARGEST_BYTES + 1)
    except Exception:  # whatever python-multipart cannot read is no form
        raise BadForm from None
    return b""


async def page(request: Request) -> Response:
    """The answer as one file for a browser, with nothing to fetch."""
    site, words = site_of(request), site_of(request).words(request)
    return await site.work("page", words, journey_in(site, await read_form(request)), {})


def page_response(
    site: Site, words: Words, journey: Journey, _asked: Mapping[str, str]
) -> Response:
    """The file for a browser."""
    try:
        found = compute(site, words, journey).page(reasons=1000, ways=None)
    except InvalidSituation as error:
        return problems(site, words, error)
    css = site.statics[site.styles][0].decode()
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    html = site.text("page.html", words, css=css, css_hash=digest, **answer_values(words, found))
    return _attached(html.encode(), "text/html; charset=utf-8", "page.html")


async def pdf(request: Request) -> Response:
    """The answer as a PDF."""
    site, words = site_of(request), site_of(request).words(request)
    return await site.work("pdf", words, journey_in(site, await read_form(request)), {})


def pdf_response(
    site: Site, words: Words, journey: Journey, _asked: Mapping[str, str]
) -> Response:
    """The PDF."""
    try:
        found = compute(site, words, journey).page(reasons=1000, ways=None)
        return _attached(make_pdf(words, found), "application/pdf", "page.pdf")
    except InvalidSituation as error:
        return problems(site, words, error)
    except ImportError:
        return refusal(site, words, 404, words("No PDF can be made here: the program typst is "
                                               "not installed. Use the file for the browser."))


@cache
def _typst() -> Any:
    import typst

    return typst


def make_pdf(words: Words, found: dict[str, Any]) -> bytes:
    """The plan as a PDF; what it says goes in as data, never as markup."""
    data = msgspec.json.encode(printed(words, found)).decode()
    compiler = _typst().Compiler(
        input=(_HERE / "templates" / "paper.typ").read_bytes(), sys_inputs={"data": data}
    )
    made: bytes = compiler.compile(format="pdf", timestamp=0)
    return made


def printed(words: Words, found: dict[str, Any]) -> dict[str, Any]:
    """What the paper shows: words ready to print, sources numbered as on the page."""
    numbers: dict[tuple[str, str], int] = {}
    sources: list[dict[str, str]] = []

    def cite(citations: list[dict[str, Any]]) -> str:
        shown: dict[int, None] = {}
        for c in citations:
            key = (c["source"], c["locator"])
            if key not in numbers:
                sources.append({
                    "title": c["title"], "locator": c["locator"], "url": c["url"],
                    "issued": c["issued"] or "",
                })
                numbers[key] = len(sources)
            shown.setdefault(numbers[key])
        return "".join(f"[{n}]" for n in shown)

    seen: set[str] = set()

    def danger(d: dict[str, Any]) -> str:
        """A danger with its sources; where the paper told it before, without them."""
        level = {
            "documented": words("It has happened"), "legal": words("The law allows it"),
            "alleged": words("Reported, not confirmed"),
        }[d["evidence"]]
        told = d["id"] in seen
        seen.add(d["id"])
        return f"{level}: {d['title']}" + ("" if told else f" {cite(d['citations'])}")

    values = answer_values(words, found)
    here_dangers = [danger(d) for d in found["here"]["dangers"]]
    ways = [
        {
            "head": f"{words.place(p['ends']['place'])}: {values['standing'](p['ends']['standing'])}",
            "facts": f"{days_text(words, p['criteria']['days'])}; "
                     f"{fees_text(words, p['criteria']['fees_eur'])}",
            "steps": [
                {
                    "title": s["title"],
                    "facts": days_text(words, s["days"]) + (
                        f"; {fees_text(words, s['fee_eur'])}" if s["procedure"] else ""
                    ),
                    "lines": [
                        {"label": label, "text": s[key]} for key, label in (
                            ("authority", words("Where") + ":"), ("how", ""),
                            ("papers", words("Papers to bring") + ":"),
                            ("may_go_wrong", words("What may go wrong:")),
                        ) if s.get(key)
                    ],
                    "dangers": [danger(d) for d in s["dangers"]],
                    "gaps": [g["text"] for g in s.get("gaps", ())],
                    "cited": cite(s.get("citations", ())[:12]),
                }
                for s in p["steps"]
            ],
        }
        for p in found["pathways"]
    ]
    return {
        "lang": "ar" if words.lang == PSEUDO else words.lang, "rtl": words.direction == "rtl",
        "title": words("Ways and dangers"),
        "asked": words.fill("Asked for {day}, as known on {known}.", day=words.day(found["on"]),
                            known=words.day(found["as_of"])),
        "edition": f"{words('Knowledge')}: {found['edition'][:16]}",
        "unreviewed": "" if words.reviewed else words(
            "This translation has not been read by a speaker of the language. The English text is "
            "the one that was checked."
        ),
        "here": words.fill("Staying in {place}", place=words.place(found["here"]["place"])),
        "here_dangers": here_dangers,
        "none": words("None recorded. That does not mean there are none."),
        "ways": ways, "no_ways": words("No way is found in what is known. That does not mean "
                                       "there is none: see what is missing and what would open "
                                       "more."),
        "gaps_head": words("Not known"), "sources_head": words("Sources"),
        "questions_head": words("What could still change this answer"),
        "questions": [q["text"] for q in found["questions"]],
        "closed_head": words("What is closed, and why"),
        "closed": [f"{c['title']}: {c['why']}" for c in found["closed"]],
        "sources": sources,
        "foot": words("Nothing you answer is kept here. It is not legal advice: it says what rules "
                      "and reports say, as known on the day shown."),
    }
