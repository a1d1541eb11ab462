"""A translation has the same placeholders as the original."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from safeconduct.kb.base import KNOWLEDGE, load

LOCALES = Path(__file__).parents[2] / "locales"
CATALOGUES = sorted([*LOCALES.rglob("*.po"), *(Path(__file__).parents[2] / "src").rglob("*.po")])


#: A number that chooses among forms, as in ICU messages: `{n, plural, one {# day} other {# days}}`.
PLURAL = re.compile(r"\{(\w+), plural,((?:\s*\w+ \{[^{}]*\})+)\s*\}")
FORM = re.compile(r"(\w+) \{([^{}]*)\}")


def plain(text: str) -> str:
    """The text with each choice among forms replaced by the number's name and all forms."""
    return PLURAL.sub(
        lambda found: f"{{{found[1]}}} " + " ".join(f[1] for f in FORM.findall(found[2])), text
    )


def forms_missing(text: str, lang: str) -> set[str]:
    """The plural forms of a language that a choice in the text lacks."""
    wanted = {*Locale.parse(lang).plural_form.tags, "other"}
    return {
        name for found in PLURAL.finditer(text)
        for name in wanted - {f[0] for f in FORM.findall(found[2])}
    }


def placeholders(text: str) -> set[str]:
    """The names in braces of a sentence, and its old-style marks."""
    text = plain(text)
    named = {f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%\([a-z_]+\)[sd]|%[sd]", text))


def differing(catalogue: Catalog) -> Iterator[Message]:
    """The translated messages whose placeholders are not those of the original."""
    for message in catalogue:
        originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = {frozenset(placeholders(str(o))) for o in originals}
        for string in strings:
            if message.id and string and frozenset(placeholders(str(string))) not in wanted:
                yield message


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.parts[-3])
def test_a_translation_has_the_placeholders_of_its_original(path: Path) -> None:
    with path.open("rb") as file:
        assert [m.id for m in differing(read_po(file))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.parts[-3])
def test_a_choice_among_forms_has_all_forms_of_its_language(path: Path) -> None:
    with path.open("rb") as file:
        lacking = {
            str(m.id): missing for m in read_po(file)
            if (missing := forms_missing(str(m.string or ""), path.parts[-3]))
        }
    assert not lacking


def test_a_choice_among_forms_names_its_number() -> None:
    assert placeholders("{n, plural, one {# day} other {# days}} in {place}") == {"{n}", "{place}"}
    assert forms_missing("{n, plural, one {# день} other {# дня}}", "ru") == {"few", "many"}


def test_a_translation_that_loses_or_renames_a_placeholder_is_found() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "may leave {place}"\nmsgstr "может выехать"\n\n'
        'msgid "to {place}"\nmsgstr "в {место}"\n\n'
        'msgid "from {a} to {b}"\nmsgstr "{b} — {a}"\n\n'
        'msgid "not yet translated {a}"\nmsgstr ""\n'
    )
    wrong = [m.id for m in differing(read_po(io.BytesIO(text.encode())))]
    assert wrong == ["may leave {place}", "to {place}"]


def test_the_three_sentences_of_every_predicate_name_only_its_parameters() -> None:
    for predicate in load(KNOWLEDGE).index.vocabulary.predicates.values():
        known = {f"{{{p.name}}}" for p in predicate.parameters}
        for sentence in predicate.words:
            assert placeholders(sentence) <= known, predicate.name
