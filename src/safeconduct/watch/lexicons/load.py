"""Reads the lexicons from the package, once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from safeconduct.watch.lexicons.patterns import Matcher

LANGUAGES = ("en", "ru", "fr")


def _read(name: str) -> dict[str, Any]:
    data = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(data)


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a sentence shows a kind of event."""

    id: str
    outright: frozenset[str]
    all: frozenset[str]
    any: frozenset[str]
    no: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words for one language; institutions and agencies are known in all of them."""

    concepts: Matcher
    places: Matcher
    names: Matcher
    """Institutions (`i:…`) and agencies or outlets (`a:…`)."""
    safe: frozenset[str]
    """Words that may begin a sentence with a capital and are no names."""


@lru_cache(maxsize=1)
def groups() -> dict[str, str]:
    """The group of every concept: kind, topic, group, verb, polarity or modality."""
    return {name: str(entry["group"]) for name, entry in _read("concepts").items()}


@lru_cache(maxsize=1)
def institutions() -> dict[str, dict[str, Any]]:
    """Every institution by its id."""
    return _read("institutions")


@lru_cache(maxsize=1)
def agencies() -> dict[str, dict[str, Any]]:
    """Every agency and retold outlet by its id."""
    return _read("agencies")


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The ways in which sentences show kinds of event."""
    return tuple(
        Kind(
            str(entry["id"]),
            *(frozenset(entry.get(key, ())) for key in ("outright", "all", "any", "no")),
        )
        for entry in _read("kinds")["kind"]
    )


@lru_cache(maxsize=len(LANGUAGES))
def lexicon(language: str) -> Lexicon:
    """The lexicon for a language; raises `KeyError` for one that is not covered."""
    if language not in LANGUAGES:
        raise KeyError(language)
    concepts = [(name, str(e[language])) for name, e in _read("concepts").items() if language in e]
    places = [(code, str(e[language])) for code, e in _read("places").items()]
    named = [(f"i:{name}", str(e["words"])) for name, e in institutions().items()]
    named += [(f"a:{name}", str(e["words"])) for name, e in agencies().items()]
    safe = frozenset(str(_read("safe")[language]["words"]).split())
    return Lexicon(Matcher(concepts), Matcher(places), Matcher(named), safe)


@lru_cache(maxsize=len(LANGUAGES))
def terms(language: str) -> Matcher:
    """The words in which a story and an item may meet, in one language."""
    column = LANGUAGES.index(language)
    return Matcher([(name, str(row[column])) for name, row in _read("terms")["terms"].items()])


def closest(language: str, text: str) -> str:
    """The covered language to read a text with: its own, or the one that shares its letters.

    Example:
        >>> closest("uk", "Казахстан"), closest("de", "Kasachstan")
        ('ru', 'en')

    """
    if language in LANGUAGES:
        return language
    cyrillic = sum("а" <= c <= "я" for c in text[:500].lower())
    return "ru" if cyrillic > 50 or (cyrillic and cyrillic * 3 > len(text)) else "en"
