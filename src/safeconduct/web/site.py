"""What every page needs: the knowledge, its editions, the questions, the words and the templates."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ..kb.base import KnowledgeBase
from ..kb.edition import Edition
from ..kb.situations import PLACES
from .answers import in_thread
from .journey import Guide
from .knowledge import Library, anchor
from .relevance import Relevance
from .settings import Settings
from .state import Journey, Refused, Seal
from .words import LANGUAGES, PSEUDO, Words, words_for
from .workers import Page, TooLong, Workers

_HERE = Path(__file__).resolve().parent
_MOST_EDITIONS = 6
_MOST_FIELDS = 60
#: Codes that are no place to be in or to be a citizen of.
_NOT_CHOSEN = frozenset({"EU", "XA", "XB", "XC", "XD", "XE", "XF", "AQ", "BV", "HM", "TF", "UM"})


#: Somebody asked about before anybody asks, so that the first answer is as quick as the next.
_MADE_UP: Mapping[str, Any] = {
    "present_in": "KZ", "nationalities": ["RU"], "sex": "m", "detained": False,
    "in_transit_zone": False, "service": "officer", "duty": "deserted", "fought_in": [],
    "unit_accused": False, "state_secrets": False, "conscience": True, "exit_ban": False,
    "entered_from": "RU", "entered_regularly": True, "standing": {"kind": "none"},
    "paper": [{"kind": "internal-passport", "issuer": "RU", "held": "held"}],
    "proceeding": [{"state": "RU", "offence": "desertion", "stage": "wanted",
                    "listed": "interstate"}],
}
_ALL_TOLD = ("paper", "proceeding", "claim", "order", "relative", "nationality")


#: What every template may name.
_DEFAULTS: Mapping[str, Any] = {
    "state": "", "question": "", "origin": "", "query": "", "extra": {}, "here": "", "page": "",
}


#: A page to make: its name, the language, the journey, and what else was asked.
Job = tuple[str, str, Journey | None, dict[str, Any]]


class BadForm(Exception):
    """A form that cannot be read."""


def environment() -> Environment:
    """The templates, with everything put in them escaped."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=StrictUndefined, auto_reload=False,
    )


@dataclass(slots=True)
class Site:
    """The guide's shared things; none of them holds what a person said."""

    settings: Settings
    base: KnowledgeBase
    seal: Seal = field(init=False)
    templates: Environment = field(default_factory=environment)
    statics: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    styles: str = ""
    _editions: OrderedDict[int, tuple[Edition, Guide]] = field(default_factory=OrderedDict)
    workers: Workers | None = None
    _unlocking: bool = False
    _library: Library | None = None
    _choices: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the style sheet and the icon once."""
        self.seal = Seal(self.settings)
        css = (_HERE / "static" / "style.css").read_bytes()
        self.styles = f"style-{sha256(css).hexdigest()[:12]}.css"
        self.statics = {
            self.styles: (css, "text/css; charset=utf-8"),
            "icon.svg": ((_HERE / "static" / "icon.svg").read_bytes(), "image/svg+xml"),
        }

    @property
    def languages(self) -> Mapping[str, str]:
        """The languages on offer; the made-up one only where it is asked for."""
        return {**LANGUAGES, PSEUDO: "Pseudo"} if self.settings.pseudo else LANGUAGES

    def edition(self, day: date) -> tuple[Edition, Guide]:
        """The edition of a day, and the questions it can ask; the last few are kept."""
        key = day.toordinal()
        found = self._editions.pop(key, None)
        if found is None:
            edition = self.base.as_of(day)
            found = edition, Guide(edition.vocabulary, Relevance(edition))
        self._editions[key] = found
        while len(self._editions) > _MOST_EDITIONS:
            self._editions.popitem(last=False)
        return found

    def edition_for(self, journey: Journey) -> tuple[Edition, Guide]:
        """The edition of the journey's day of knowledge."""
        return self.edition(journey.edition_day(self.settings.day()))

    async def work(
        self, name: str, words: Words, journey: Journey, asked: Mapping[str, str]
    ) -> Response:
        """A page that makes the engine work, made beside the loop."""
        return await self._run((name, words.lang, journey, dict(asked)), words)

    async def work_api(self, name: str, body: dict[str, Any]) -> Response:
        """An answer to another program, made beside the loop."""
        return await self._run((f"api.{name}", "en", None, body), None)

    async def _run(self, job: Job, words: Words | None) -> Response:
        if self.workers is None:
            made: Response = await in_thread(self.build, job)
            return made
        slow = job[0] == "unlock"
        if slow and self._unlocking:
            words = words_for(job[1])
            return self.render(
                None, "refused.html", words, status=429, page="",
                title=words("Somebody else's answer is being worked out"),
                text=words("Go back and try again in a minute."),
            )
        self._unlocking |= slow
        try:
            seconds = self.settings.unlock_seconds if slow else None
            status, headers, body = await self.workers.run(job, seconds)
        except TooLong:
            if words is None:
                return JSONResponse(
                    {"error": "This answer takes too long to compute."}, status_code=429
                )
            return self.render(
                None, "refused.html", words, status=429,
                title=words("This answer takes too long to compute."),
                text=words("Answer a few more questions, so that there is less to look through, "
                           "or try again in a minute."), page="",
            )
        finally:
            if slow:
                self._unlocking = False
        if status == 500:
            raise RuntimeError("an answer failed")
        response = Response(body, status_code=status)
        response.headers.update(dict(headers))
        return response

    def build(self, job: Job) -> Response:
        """The page of a job."""
        from .builders import build

        return build(self, job)

    def build_page(self, job: Job) -> Page:
        """The page of a job, as it goes from one process to another."""
        response = self.build(job)
        kept = [(k, v) for k, v in response.headers.items() if k != "content-length"]
        return response.status_code, kept, bytes(response.body)

    def start_workers(self) -> None:
        """Start the processes that compute answers, where the settings want any."""
        if self.settings.workers:
            self.workers = Workers(
                self.settings.workers, self.settings.answer_seconds, self.build_page
            )
            self.workers.start()

    def stop_workers(self) -> None:
        """End them."""
        if self.workers is not None:
            self.workers.stop()
            self.workers = None

    def warm(self) -> None:
        """Make ready what the first pages and answers of today's edition need.

        Done before the processes for answers start, it is shared by all of them. Who is
        asked about is made up.
        """
        self.edition(self.settings.day())
        for lang in self.languages:
            self.text("start.html", words_for(lang))
        somebody = self.seal.new().but(values=_MADE_UP, complete=_ALL_TOLD)
        self.build(("answer", "en", somebody, {}))

    def library(self) -> Library:
        """Today's knowledge, arranged for reading."""
        edition, _ = self.edition(self.settings.day())
        if self._library is None or self._library.edition is not edition:
            self._library = Library(edition)
        return self._library

    def places(self, words: Words) -> tuple[tuple[str, str], ...]:
        """Every place that can be chosen, by name."""
        found = self._choices.get(words.lang)
        if found is None:
            named = [(code, words.place(code)) for code in PLACES - _NOT_CHOSEN]
            found = tuple(sorted(named, key=lambda p: p[1].replace("Ё", "Е").casefold()))
            self._choices[words.lang] = found
        return found

    def render(
        self, request: Request | None, template: str, words: Words, *, status: int = 200,
        **values: Any,
    ) -> Response:
        """A page in the words' language."""
        html = self.text(template, words, **values)
        return HTMLResponse(html, status_code=status)

    def text(self, template: str, words: Words, **values: Any) -> str:
        """A template's text."""
        return self.templates.get_template(template).render(
            w=words, lang=words.lang, site=self, today=self.settings.day(),
            languages=self.languages, anchor=anchor, **{**_DEFAULTS, **values},
        )

    def words(self, request: Request) -> Words:
        """The words of the language in the address, English where there is none."""
        lang = request.path_params.get("lang", "en")
        if lang not in self.languages:
            raise HTTPException(404)
        return words_for(lang)


def site_of(request: Request) -> Site:
    """The site of the running application."""
    site: Site = request.app.state.site
    return site


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form.

    Raises:
        BadForm: It is no form, not UTF-8, or has too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise BadForm from None
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def first(form: Mapping[str, list[str]], name: str) -> str:
    """The first value of a field, or nothing."""
    return next(iter(form.get(name, ())), "")


def journey_in(site: Site, form: Mapping[str, list[str]]) -> Journey:
    """The journey a form carries, or a new one where it carries none.

    Raises:
        Refused: It was altered, is old or closed.
    """
    token = first(form, "state")
    return site.seal.read(token) if token else site.seal.new()


__all__ = [
    "BadForm", "Refused", "Site", "first", "journey_in", "read_form", "site_of",
]
