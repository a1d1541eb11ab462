"""One of the servers that are measured: `python server.py guide|starlette|django PORT`."""

import sys
from datetime import date
from pathlib import Path

import uvicorn

KEY = b"benchmark" * 3
DAY = date(2026, 11, 24)
#: What the bare pages send: as many bytes as a question page.
FILLING = "<p>words</p>" * 380


def guide(port: int) -> None:
    """The guide, with no limit on requests."""
    from safeconduct.kb.cache import load_cached
    from safeconduct.web.serve import run
    from safeconduct.web.settings import Settings

    base = load_cached(Path(sys.argv[3]))
    run(base, Settings(
        key=KEY, day=lambda: DAY, rate_per_s=1e9, burst=10**9, answers_per_s=1e9,
        answers_burst=10**9, workers=2,
    ), host="127.0.0.1", port=port)


def starlette(port: int) -> None:
    """A page of Starlette and Jinja2, and nothing else."""
    from jinja2 import Template
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    template = Template("<!doctype html><title>{{ t }}</title>{{ body }}", autoescape=False)

    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse(template.render(t="page", body=FILLING))

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


def django(port: int) -> None:
    """A page of Django and its own templates, served by the same uvicorn."""
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.http import HttpResponse
    from django.template import Context, Engine
    from django.urls import path

    settings.configure(
        DEBUG=False, SECRET_KEY="benchmark", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    )
    template = Engine(autoescape=False).from_string(
        "<!doctype html><title>{{ t }}</title>{{ body }}"
    )

    async def page(_request: object) -> HttpResponse:
        return HttpResponse(template.render(Context({"t": "page", "body": FILLING})))

    globals()["urlpatterns"] = [path("", page)]
    uvicorn.run(
        get_asgi_application(), host="127.0.0.1", port=port, access_log=False,
        log_level="warning", lifespan="off",
    )


if __name__ == "__main__":
    {"guide": guide, "starlette": starlette, "django": django}[sys.argv[1]](int(sys.argv[2]))
