"""`explain`: one verdict as text, for notebooks and the tutorial."""

from __future__ import annotations

from ..kb.edition import Edition
from ..model.proof import Verdict
from .paper import Page
from .proofs import add_sources, verdict_page
from .sentences import Sentences
from .words import Words


def explain(
    verdict: Verdict, *, edition: Edition, lang: str = "en", words: Words | None = None
) -> str:
    """A verdict with its whole proof, what would settle it, and the sources, as plain text.

    Args:
        edition: The edition the verdict was decided in; it holds the titles and addresses.
        words: The language with its translation; `lang` alone gives English sentences with
            names of places in that language.
    """
    said = words or Words(lang)
    says = Sentences(edition, said)
    page = Page()
    title = said(
        "{day}, as known on {known}", day=said.day(verdict.on), known=said.day(verdict.as_of)
    )
    verdict_page(page, says, verdict.proof, title=title)
    add_sources(page, says)
    return page.text()
