"""Every text in the reader's language: catalogues, names of places, days and numbers.

A catalogue is a gettext file whose ids are the English texts; it is read with Babel when first
needed. A text without a translation stays English and is marked as English on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import read_mo
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ..explain.words import Words as ExplainWords

DOMAIN = "safeconduct"
#: Languages of the guide, each by its own name.
LANGUAGES: Mapping[str, str] = {
    "en": "English", "ru": "Русский", "uk": "Українська", "fr": "Français", "de": "Deutsch",
}
#: A made-up language, written from right to left, with which the layout is tested.
PSEUDO = "ar-xb"

_HERE = Path(__file__).resolve()
#: Where the catalogues are: in an installed package beside it, in a working copy at its top.
CATALOGUES = tuple(p / "locales" for p in (_HERE.parents[1], _HERE.parents[3]))

_PLACES = {"XA": "Examplia", "XB": "Bexia"}
_PLURAL = re.compile(r"\{(\w+), plural,((?: \w+ \{[^{}]*\})+)\}")
#: A day that ends in an abbreviation, and the end of the sentence after it.
_DOTS = re.compile(r"(\w\.)\.(?!\.)")
_BRACES = re.compile(r"([{}])")
_FORM = re.compile(r"(\w+) \{([^{}]*)\}")
_WIDE = str.maketrans("aeiouyAEIOUY", "àéîöûýÀÉÎÖÛÝ")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    >>> Words("en", Locale("en")).place("KZ")
    'Kazakhstan'
    """

    lang: str
    locale: Locale
    texts: Mapping[str, str] = field(default_factory=dict)
    reviewed: bool = True
    said: frozenset[str] = frozenset()

    def __call__(self, text: str) -> str:
        """The text in this language, or as it is."""
        if self.lang == PSEUDO:
            return pseudo(text) if text else text
        return self.texts.get(text) or text

    def has(self, text: str) -> bool:
        """Whether the text is said in this language."""
        return self.lang in ("en", PSEUDO) or bool(self.texts.get(text))

    def told(self, text: str | None) -> Markup:
        """A whole text of the knowledge, translated or not yet, as HTML.

        Where it is left in English, it says so to a screen reader.

        >>> Words("fr", Locale("fr"), reviewed=False).told("a < b")
        Markup('<span lang="en" dir="ltr">a &lt; b</span>')
        """
        if not text or self.lang in ("en", PSEUDO) or text in self.said:
            return escape(text or "")
        if self.has(text):
            return escape(self(text))
        return Markup('<span lang="en" dir="ltr">{}</span>').format(text)

    def explain(self) -> ExplainWords:
        """The same language for `explain`."""
        return ExplainWords(self.lang, self)

    def fill(self, text: str, **parts: object) -> str:
        """The text in this language with its placeholders filled.

        A number may choose among forms, as in ICU messages.

        >>> Words("en", Locale("en")).fill("from {a}", a=1)
        'from 1'
        >>> Words("en", Locale("en")).fill("{n, plural, one {# day} other {# days}}", n=1)
        '1 day'
        """
        told = self(text)
        if ", plural," in told:
            told = _PLURAL.sub(lambda found: self._form(found, parts), told)
        for name, part in parts.items():
            told = told.replace(f"{{{name}}}", str(part))
        return _DOTS.sub(r"\1", told) if ".." in told else told

    def _form(self, found: re.Match[str], parts: Mapping[str, object]) -> str:
        number = int(str(parts[found[1]]))
        forms = dict(_FORM.findall(found[2]))
        chosen = self.locale.plural_form(number)
        return str(forms.get(chosen, forms["other"])).replace("#", str(number))

    @property
    def direction(self) -> str:
        """`rtl` where the language is written from right to left."""
        return "rtl" if self.lang == PSEUDO else str(self.locale.text_direction)

    def place(self, code: str | None) -> str:
        """A place's name; a region keeps its code beside its state's name."""
        if not code:
            return self("not known")
        head, dash, tail = code.partition("-")
        name = self.locale.territories.get(head) or _PLACES.get(head) or head
        match head:  # folders of the knowledge that stand for more than one state
            case "EU":
                name = self("European Union")
            case "INT":
                name = self("Many states")
            case "CIS":
                name = self("Commonwealth of Independent States")
        if self.lang == PSEUDO:
            name = pseudo(name)
        region = f"{self('region of')} {name}, {tail}" if dash else ""
        return region or str(name)

    def day(self, value: str | int | date | None) -> str:
        """A day, month or year as people write it.

        >>> Words("en", Locale("en")).day("2022-09")
        'September 2022'
        """
        if value is None or value == "":
            return self("not known")
        if isinstance(value, int):
            value = date.fromordinal(value)
        if isinstance(value, str):
            if len(value) == 4:
                return value
            if len(value) == 7:
                first = date(int(value[:4]), int(value[5:]), 1)
                return str(format_date(first, "LLLL y", locale=self.locale))
            value = date.fromisoformat(value)
        return str(format_date(value, "long", locale=self.locale))

    def number(self, value: float) -> str:
        """A number with the separators of the language."""
        return str(format_decimal(value, locale=self.locale))

    def both(self, parts: Iterable[str]) -> str:
        """Names joined as a list.

        >>> Words("en", Locale("en")).both(["a", "b", "c"])
        'a, b, and c'
        """
        return str(format_list(list(parts), locale=self.locale))

    def months(self) -> tuple[str, ...]:
        """The names of the twelve months, standing alone."""
        names = self.locale.months["stand-alone"]["wide"]
        return tuple(str(names[n]) for n in range(1, 13))


def pseudo(text: str) -> str:
    """A text as a made-up language: longer, accented, right to left; placeholders stay.

    >>> pseudo("Ask {place}").strip(chr(0x202E) + chr(0x202C))
    '[Àsk {place}~~~]'
    """
    parts, depth = [], 0
    for part in _BRACES.split(text):
        depth += (part == "{") - (part == "}")
        # the words of a plural form are two levels deep; names and keywords stay
        parts.append(part if depth == 1 else part.translate(_WIDE))
    return f"\u202e[{''.join(parts)}{'~' * max(3, len(text) // 3)}]\u202c"


@lru_cache(maxsize=16)
def words_for(lang: str) -> Words:
    """The words of a language the guide has.

    Raises:
        KeyError: The guide does not have the language.
    """
    if lang == PSEUDO:
        return Words(PSEUDO, Locale("en", "GB"))
    if lang not in LANGUAGES:
        raise KeyError(lang)
    if lang == "en":
        return Words("en", Locale("en", "GB"))
    texts, reviewed = read_catalogue(lang)
    return Words(lang, Locale(lang), texts, reviewed, frozenset(texts.values()))


def read_catalogue(lang: str) -> tuple[dict[str, str], bool]:
    """A language's texts by their English, and whether a speaker has reviewed them."""
    for folder in CATALOGUES:
        path = folder / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if path.is_file():
            with path.open("rb") as file:
                catalogue = read_mo(file)
            texts = {
                str(m.id): str(m.string) for m in catalogue if m.id and m.string
            }
            head = {k.lower(): v for k, v in catalogue.mime_headers}
            return texts, head.get("x-reviewed-by", "nobody") != "nobody"
    return {}, False


def best_language(header: str, offered: Iterable[str]) -> str:
    """The first offered language that a browser's `Accept-Language` asks for, else English.

    >>> best_language("fr-CH, fr;q=0.9, en;q=0.8", ["en", "fr"])
    'fr'
    """
    known = set(offered)
    wanted: list[tuple[float, int, str]] = []
    for n, part in enumerate(header[:400].split(",")[:30]):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip()[2:]) if rest.strip().startswith("q=") else 1.0
        except ValueError:
            continue
        wanted.append((-weight, n, tag.strip().lower().partition("-")[0]))
    for weight, _, tag in sorted(wanted):
        if tag in known and weight < 0:
            return tag
    return "en"
