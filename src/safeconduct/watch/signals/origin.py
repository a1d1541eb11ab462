"""Where a page's report came from: credited agencies, retold outlets, bodies that spoke.

The classic error of country-of-origin research is counting copies as confirmations. A page is an
origin of its own only when something shows it; otherwise it retells, and says whom when it can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from safeconduct.watch.lexicons.load import Lexicon, agencies, institutions
from safeconduct.watch.lexicons.patterns import Found, Token, plain, tokens
from safeconduct.watch.types import Origin, Page

_CUES = frozenset(
    [
        "report",
        "reports",
        "reported",
        "reporting",
        "told",
        "tells",
        "says",
        "said",
        "according",
        "citing",
        "cited",
        "cites",
        "quoted",
        "quotes",
        "via",
        "source",
        "sources",
        "interview",
        "published",
        "wrote",
        "writes",
        "writing",
        "learned",
        "learnt",
        "reference",
        "referring",
        "spokesperson",
        "spokesman",
        "statement",
        "announced",
        "confirmed",
        "noted",
        "counted",
        "calculated",
        "investigation",
        "study",
        "data",
        "joint",
        "revealed",
        "сообщает",
        "сообщил",
        "сообщила",
        "сообщили",
        "сообщает",
        "пишет",
        "пишут",
        "ссылкой",
        "рассказал",
        "рассказали",
        "рассказала",
        "передает",
        "передают",
        "данным",
        "словам",
        "источник",
        "подсчитал",
        "подсчитала",
        "цитирует",
        "опубликовал",
        "опубликовала",
        "интервью",
        "говорится",
        "заявил",
        "заявила",
        "узнал",
        "узнала",
        "исследовании",
        "расследовании",
        "отмечает",
        "уточняет",
        "объявил",
        "selon",
        "rapporte",
        "rapportent",
        "indique",
        "indiqué",
        "annoncé",
        "affirme",
        "cite",
        "citant",
        "source",
        "appris",
        "apprend",
        "confié",
        "publié",
        "révélé",
        "expliqué",
        "précise",
        "précisé",
        "interrogé",
        "relayé",
        "communiqué",
        "déclaré",
        "confirmé",
        "après",
        "d",
    ]
)
_DATELINE = re.compile(
    r"^\W*(?:[A-ZА-ЯÀ-Þ][\w.\- ]{1,30},?\s+(?:[\w.,\- ]{1,40}\s+)?)?[(\[]?\s*"
    r"(Reuters|AFP|AP|TASS|ТАСС|РИА Новости|Интерфакс|Interfax|dpa|Sputnik)\b\s*[)\]]?\s*(?:[–—-]|\.|/|:)"
)
_OWN = re.compile(
    r"\b(?:told (?:us|our)|our (?:correspondent|reporter)|in an interview with us|рассказал[аи]? нам"
    r"|нашему корреспонденту|в разговоре с нами|a confié à notre|nous a (?:dit|confié)|notre correspondant)\b",
    re.I,
)
_QUOTE = re.compile(r"[“«\"][^”»\"\n]{25,600}[”»\"]")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a page is an origin of its own, and by what it can be told."""

    own: bool
    origins: tuple[Origin, ...]
    why: str


def _site(page: Page) -> str:
    return plain(urlsplit(page.url or "").hostname or "")


def _is_itself(name: str, page: Page) -> bool:
    letters = re.sub(r"[^a-zа-я0-9]", "", plain(name).removeprefix("the "))
    host = re.sub(r"[^a-zа-я0-9]", "", _site(page))
    site = re.sub(r"[^a-zа-я0-9]", "", plain(page.site or ""))
    return bool(letters) and (
        (len(letters) >= 3 and letters in host) or (len(letters) >= 3 and letters in site)
    )


def credited(page: Page, lexicon: Lexicon) -> tuple[Origin, ...]:
    """Every agency, outlet or body the page says its report comes from, in order of mention."""
    found: dict[str, Origin] = {}
    head = _DATELINE.match(page.text[:200])
    if head:
        _add(found, f"a:{_agency(head.group(1), lexicon)}", head.group().strip()[:60], page)
    for line in page.credits:
        for one in lexicon.names.find(tokens(line)):
            if one.name.startswith("a:"):
                _add(found, one.name, line[:60], page)
    for paragraph in page.paragraphs:
        words = tokens(paragraph)
        for one in lexicon.names.find(words):
            if _is_credited(one, words, paragraph):
                _add(found, one.name, _phrase(one, words, paragraph), page)
    return tuple(found.values())


def _agency(written: str, lexicon: Lexicon) -> str:
    hits = lexicon.names.find(tokens(written))
    return next((h.name[2:] for h in hits if h.name.startswith("a:")), plain(written))


def _is_credited(one: Found, words: list[Token], text: str) -> bool:
    near = words[max(0, one.first - 5) : one.first] + words[one.last : one.last + 4]
    if any(w.word in _CUES for w in near):
        return True
    start, end = words[one.first].start, words[one.last - 1].end
    return (
        one.name.startswith("a:")
        and text[max(0, start - 1) : start] == "("
        and text[end : end + 1] == ")"
    )


def _phrase(one: Found, words: list[Token], text: str) -> str:
    first, last = max(0, one.first - 3), min(len(words), one.last + 2)
    piece = text[words[first].start : words[last - 1].end]
    inside = text[words[one.first].start : words[one.last - 1].end]
    kept = [w for w in piece.split() if w[:1].islower() or w.strip(",.;:()«»“”\"'’") in inside]
    return " ".join(kept)[:80]


def _add(found: dict[str, Origin], name: str, words: str, page: Page) -> None:
    kind, _, key = name.partition(":")
    if kind == "a":
        entry = agencies().get(key)
        if entry is None or _is_itself(str(entry["name"]), page) or _is_itself(key, page):
            return
        found.setdefault(
            str(entry["name"]),
            Origin(name=str(entry["name"]), kind=str(entry["kind"]), words=words),
        )
    elif kind == "i":
        entry = institutions()[key]
        if entry.get("speaks") and not _is_itself(str(entry["name"]), page):
            found.setdefault(
                str(entry["name"]), Origin(name=str(entry["name"]), kind="institution", words=words)
            )


def standing(page: Page, lexicon: Lexicon, *, people: int) -> Standing:
    """Say whether a page is an origin of its own.

    Args:
        people: How many names of people the story carries; only their number is used.

    """
    origins = credited(page, lexicon)
    media = [o for o in origins if o.kind in ("agency", "outlet")]
    quotes = len(_QUOTE.findall(page.text))
    site = page.site or urlsplit(page.url or "").hostname or "the page"
    if _OWN.search(page.text):
        return Standing(True, origins, f"{site} speaks of its own reporting")
    if media:
        return Standing(False, origins, f"retells {media[0].name} (“{media[0].words}”)")
    words = len(page.text.split())
    if words >= 120 and not quotes and people >= 2:
        return Standing(
            False,
            origins,
            "names people and tells their stories yet quotes none of them and credits no one: "
            "a report rewritten from a source it does not show",
        )
    if origins:
        bodies = ", ".join(o.name for o in origins[:3])
        return Standing(False, origins, f"rests on the word of {bodies}")
    if quotes >= 2 and page.url and page.published_on:
        return Standing(True, origins, f"{site} quotes people directly and credits no one else")
    return Standing(False, origins, "nothing shows that it is an origin of its own")
