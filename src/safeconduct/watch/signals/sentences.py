"""Splits a story into sentences, without being fooled by initials, numbers and abbreviations."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'»”’)\]]*\s+(?=[\"'«“‘(\[—–-]?\s?[A-ZÀ-ÞА-ЯЁ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-ZА-ЯЁ]|[A-ZА-Я]\.[A-ZА-Я]|Mr|Mrs|Ms|Dr|St|Gen|Col|Maj|Capt|Lt|Sgt|Gov|Sen|Rep|No|vs|etc|Inc|Ltd"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|art|Art|p|pp|M|Mme|MM|av|г|ст|гг|тыс|млн|им|ул|руб|п|т\.е|т\.д"
    r"|e\.g|i\.e|U\.S|U\.K|E\.U|a\.m|p\.m))\.$"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, paragraph by paragraph.

    Example:
        >>> sentences("Mr. B. fled on Sept. 26. He was detained.")
        ['Mr. B. fled on Sept. 26.', 'He was detained.']

    """
    result: list[str] = []
    for paragraph in text.split("\n"):
        start = 0
        for match in _END.finditer(paragraph):
            piece = paragraph[start : match.end()].strip()
            if _ABBREVIATION.search(piece):
                continue
            if piece:
                result.append(piece)
            start = match.end()
        rest = paragraph[start:].strip()
        if rest:
            result.append(rest)
    return result
