"""The language an answer is told in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

#: Names that the standard tables lack, or that readers know otherwise.
_OWN = {
    "XK": "Kosovo", "EU": "European Union", "XA": "Examplia", "XB": "Bexia", "XC": "Cexia",
    "XD": "Dexia", "XE": "Exia", "XF": "Fexia",
}

#: Names shorter than those of the standard tables, in English.
_SHORT = {"HK": "Hong Kong", "MO": "Macao"}

#: Places whose names take an article in an English sentence.
_ARTICLE = frozenset({"AE", "BS", "CF", "CD", "DO", "EU", "GB", "GM", "KM", "MH", "MV", "NL", "PH", "SC",
                      "SB", "US"})

#: Codes of the vocabulary whose words are not the code without its hyphens.
CODES = {
    "laissez-passer": "laissez-passer",
    "short-stay": "short-stay",
    "long-stay": "long-stay",
    "e-visa": "e-visa",
    "visa-free": "visa-free",
    "vetted-by-ngo": "vetted by an organisation",
    "refused-final": "finally refused",
    "military-id": "military ID card",
    "photo-video": "photographs or video",
    "asylum-seeker-certificate": "asylum seeker's certificate",
    "alien-passport": "passport for foreigners",
}

#: How well a danger is evidenced.
EVIDENCE_WORDS = {
    "documented": "documented",
    "legal": "legal",
    "alleged": "alleged",
    "none-recorded": "none recorded",
}

#: Words that join the last two of a list.
JOINTS = {"and": "and", "or": "or"}

#: Means of travel.
MODES = {"air": "air", "land": "land", "sea": "sea"}

#: Zones and lists as people call them.
ZONES = {
    "EU": "the European Union",
    "SCHENGEN": "the Schengen area",
    "DUBLIN": "the states that share out asylum claims (Dublin)",
    "CIS": "the Commonwealth of Independent States",
    "EAEU": "the Eurasian Economic Union",
    "UNION-STATE": "the Union State of Russia and Belarus",
    "CSTO": "the Collective Security Treaty Organisation",
    "CIS-SEARCH": "the interstate search of the Commonwealth of Independent States",
    "MINSK-CONVENTION": "the Minsk Convention of 1993",
    "CHISINAU-CONVENTION": "the Chisinau Convention of 2002",
    "REFUGEE-CONVENTION": "the 1951 Refugee Convention",
    "REFUGEE-PROTOCOL": "the 1967 Protocol",
    "ECHR-EXTRADITION": "the European Convention on Extradition",
    "ECHR": "the European Convention on Human Rights",
    "CAT": "the Convention against Torture",
    "ICCPR": "the International Covenant on Civil and Political Rights",
}


@lru_cache(maxsize=16)
def _locale(lang: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """One language: its tag, and the function that translates a message.

    Without a translation the words are English, in which the program and the knowledge are
    written.

    >>> Words().place("KZ"), Words().day(date(2026, 7, 1).toordinal())
    ('Kazakhstan', '1 July 2026')
    """

    lang: str = "en"
    translate: Callable[[str], str] = field(default=_same, repr=False)

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with its placeholders filled."""
        text = self.translate(message) if message else ""
        return text.format(**values) if values else text

    def place(self, code: str | None) -> str:
        """The name of a place or region in this language."""
        if not code:
            return self("any place")
        if code in _OWN:
            return self(_OWN[code])
        head, _, part = code.partition("-")
        if head in _SHORT and not part and self.lang.partition("-")[0] == "en":
            return _SHORT[head]
        name = _locale(self.lang).territories.get(head, head)
        return f"{name} ({code})" if part else str(name)

    def the_place(self, code: str | None) -> str:
        """The name of a place within a sentence; some take an article in English."""
        name = self.place(code)
        takes_article = self.lang.partition("-")[0] == "en" and str(code).upper() in _ARTICLE
        return f"the {name}" if takes_article else name

    def day(self, ordinal: int) -> str:
        """A day in this language."""
        from babel.dates import format_date

        pattern = "d MMMM y" if self.lang.partition("-")[0] == "en" else "long"
        return str(format_date(date.fromordinal(ordinal), pattern, locale=_locale(self.lang)))

    def day_text(self, text: str) -> str:
        """A day, month or year as it stands in the knowledge."""
        return self.day(date.fromisoformat(text).toordinal()) if len(text) == 10 else text

    def zone(self, code: str) -> str:
        """The name of a zone or list."""
        return self(ZONES.get(code, code))

    def code(self, value: object) -> str:
        """A code of the vocabulary as words: `international-passport` as international passport."""
        if value is True:
            return self("yes")
        if value is False:
            return self("no")
        return self(CODES.get(str(value), str(value).replace("-", " ")))

    def evidence(self, level: str) -> str:
        """How well a danger is evidenced, in words."""
        return self(EVIDENCE_WORDS[level])

    def mode(self, mode: str) -> str:
        """A means of travel in words."""
        return self(MODES[mode])

    def join(self, items: list[str], *, last: str = "or") -> str:
        """A list in words."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self(JOINTS[last])} {items[-1]}"
