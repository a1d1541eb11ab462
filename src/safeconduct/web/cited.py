"""Numbers for the sources cited on one page, in the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from .words import Words


@dataclass(slots=True)
class Cited:
    """Called with citations, it gives links to the list of sources at the end of the page.

    >>> from babel import Locale
    >>> cite = Cited(Words("en", Locale("en")))
    >>> str(cite([{"source": "a", "locator": "p. 1"}]))
    '<a class="n" href="#s1" aria-label="source 1">[1]</a>'
    """

    words: Words
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    listed: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, citations: Iterable[dict[str, Any]]) -> Markup:
        """Links for these citations, each once."""
        found: dict[int, None] = {}
        for citation in citations:
            key = (citation["source"], citation["locator"])
            number = self.numbers.get(key)
            if number is None:
                self.listed.append(citation)
                number = len(self.listed)
                self.numbers[key] = number
            found.setdefault(number)
        source = escape(self.words("source"))
        # numbers and one escaped word: joined as text, since a page has hundreds of these
        return Markup(" ".join(  # noqa: S704
            f'<a class="n" href="#s{n}" aria-label="{source} {n}">[{n}]</a>' for n in found
        ))
