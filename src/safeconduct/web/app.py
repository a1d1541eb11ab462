"""The web application: routes, and the guard around them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from ..kb.base import KnowledgeBase
from . import (
    answer_pages,
    api,
    compare_pages,
    journey_pages,
    knowledge_pages,
    openapi,
    take_pages,
    unlocking,
)
from .guard import Guard, TooLarge
from .settings import Settings
from .site import BadForm, Refused, Site, site_of
from .words import LANGUAGES, PSEUDO, best_language, words_for


class LanguageConvertor(Convertor[str]):
    """A language of the guide, as the first part of an address."""

    regex = "|".join((*LANGUAGES, PSEUDO))

    def convert(self, value: str) -> str:
        """The language as it stands."""
        return value

    def to_string(self, value: str) -> str:
        """The language as it stands."""
        return value


register_url_convertor("lang", LanguageConvertor())

#: What to say, and the heading, for each status with which a request is refused.
REFUSALS: dict[int, tuple[str, str]] = {
    400: ("This form cannot be read", "Go to the beginning and try again."),
    403: ("This form does not come from these pages", "Go to the beginning and try again."),
    404: ("There is no such page", "The address may be misspelt."),
    405: ("This page is opened with a form", "Go to the beginning and start there."),
    413: ("This is too large", "A form or file here is at most 250 kB."),
    421: ("This address is not served here", "Use the address that was shown at the start."),
    429: ("Too many requests", "Wait a minute and try again. Nothing you answered is lost: go "
          "back and send the form again."),
    500: ("This page cannot be shown", "Something failed here. Nothing you answered was kept."),
}
#: What to say of a form that is refused.
FORM_REFUSALS: dict[str, tuple[str, str]] = {
    "altered": ("This form was changed or is from another time", "Start again, or open a saved "
                "file."),
    "old": ("This form is too old", "For your safety forms are taken for two hours only. Start "
            "again, or open a saved file."),
    "closed": ("This was closed", "You chose to leave quickly. Nothing of it was kept."),
}


def create_app(base: KnowledgeBase, settings: Settings | None = None) -> Guard:
    """The guide as an ASGI application."""
    settings = settings or Settings()
    site = Site(settings, base)
    app = Starlette(
        routes=routes(),
        exception_handlers={
            HTTPException: _http_error, Refused: _form_refused, BadForm: _bad_form,
            TooLarge: _too_large, Exception: _failed,
        },
        middleware=[Middleware(GZipMiddleware, minimum_size=800, compresslevel=5)],
    )
    app.state.site = site

    def refuse(scope: Scope, status: int) -> Response:
        return refusal_page(site, scope, status)

    return Guard(app, settings, refuse, site)


def routes() -> list[Route]:
    """Every address of the guide."""
    lang = "/{lang:lang}"
    found = [
        Route("/", journey_pages.home), Route(lang, journey_pages.start),
        Route(f"{lang}/", journey_pages.start), Route("/static/{name}", static),
        Route(f"{lang}/leave", journey_pages.leave, methods=["GET", "POST"]),
    ]
    for name, page in (
        ("guide", journey_pages.guide), ("danger", journey_pages.danger),
        ("answer", answer_pages.answer), ("way", answer_pages.way), ("ways", answer_pages.ways), ("why", answer_pages.why),
        ("compare", compare_pages.compare), ("claim", compare_pages.claim),
        ("file", take_pages.file), ("page", take_pages.page), ("pdf", take_pages.pdf),
        ("unlock", unlocking.page),
    ):
        found.append(Route(f"{lang}/{name}", page, methods=["POST"]))
    for name, page in (
        ("places", knowledge_pages.places), ("place/{code}", knowledge_pages.place),
        ("sources", knowledge_pages.sources), ("source/{name}", knowledge_pages.source),
        ("changes", knowledge_pages.changes), ("changes.atom", knowledge_pages.feed),
        ("about", knowledge_pages.about),
    ):
        found.append(Route(f"{lang}/{name}", page))
    for name, page in (
        ("plan", api.plan), ("compare", api.compare), ("claim", api.claim), ("search", api.search),
    ):
        found.append(Route(f"/api/{name}", page, methods=["POST"]))
    for name, page in (
        ("places", api.places), ("place/{code}", api.place), ("source/{name}", api.source),
        ("changes", api.changes),
    ):
        found.append(Route(f"/api/{name}", page))
    found.append(Route("/openapi.json", openapi.document))
    for name, page in (("search", knowledge_pages.search), ("open", take_pages.open_page)):
        found.append(Route(f"{lang}/{name}", page, methods=["GET", "POST"]))
    return found


async def static(request: Request) -> Response:
    """The style sheet and the icon."""
    found = site_of(request).statics.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    body, kind = found
    kept = "public, max-age=31536000, immutable"
    return Response(body, media_type=kind, headers={"cache-control": kept})


def refusal_page(site: Site, scope: Scope, status: int) -> Response:
    """The plain page for a status, in the language of the address or of the browser."""
    if scope["path"].startswith("/api/"):
        title, text = REFUSALS.get(status, REFUSALS[500])
        from starlette.responses import JSONResponse

        return JSONResponse({"error": title, "advice": text}, status_code=status)
    head = scope["path"].split("/")[1] if "/" in scope["path"] else ""
    accept = next((v for k, v in scope["headers"] if k == b"accept-language"), b"")
    lang = head if head in site.languages else best_language(
        accept.decode("latin-1"), site.languages
    )
    words = words_for(lang)
    title, text = REFUSALS.get(status, REFUSALS[500])
    response = site.render(
        None, "refused.html", words, status=status, title=words(title), text=words(text), page=""
    )
    if status == 429:
        response.headers["retry-after"] = "60"
    return response


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal_page(site_of(request), request.scope, status)


async def _form_refused(request: Request, error: Exception) -> Response:
    site = site_of(request)
    words = site.words(request)
    reason = error.reason if isinstance(error, Refused) else "altered"
    title, text = FORM_REFUSALS[reason]
    return site.render(
        None, "refused.html", words, status=400, title=words(title), text=words(text), page=""
    )


async def _bad_form(request: Request, _error: Exception) -> Response:
    return refusal_page(site_of(request), request.scope, 400)


async def _too_large(request: Request, _error: Exception) -> Response:
    return refusal_page(site_of(request), request.scope, 413)


async def _failed(request: Request, _error: Exception) -> Response:
    return refusal_page(site_of(request), request.scope, 500)


__all__ = ["PlainTextResponse", "create_app", "routes"]
