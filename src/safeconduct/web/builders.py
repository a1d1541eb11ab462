"""The pages that make the engine work, by name: made in a thread or in a process of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from .answer_pages import answer_response, way_response, ways_response, why_response
from .api import api_response
from .compare_pages import claim_response, compare_response
from .site import Job, Site
from .state import Journey
from .take_pages import page_response, pdf_response
from .unlocking import unlock_response
from .words import Words, words_for

Builder = Callable[[Site, Words, Journey, Mapping[str, str]], Response]
BUILDERS: Mapping[str, Builder] = {
    "answer": answer_response, "way": way_response, "ways": ways_response, "why": why_response,
    "compare": compare_response, "claim": claim_response, "page": page_response,
    "pdf": pdf_response, "unlock": unlock_response,
}


def build(site: Site, job: Job) -> Response:
    """The page of a job."""
    name, lang, journey, asked = job
    if journey is None:
        return api_response(site, name.removeprefix("api."), asked)
    return BUILDERS[name](site, words_for(lang), journey, asked)
