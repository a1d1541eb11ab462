"""Catalogues hold the program's texts, keep placeholders, and say that nobody has reviewed them."""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from safeconduct.web.catalogue import catalogue_path, gather, read_pairs
from safeconduct.web.words import LANGUAGES, PSEUDO, pseudo, words_for
from web.conftest import begin

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
HOLE = re.compile(r"\{\w*\}")


def read(lang):
    with catalogue_path(lang).open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale=lang) if m.id}


@pytest.fixture(scope="module")
def texts(base):
    return gather(base)


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_placeholders_of_the_original(lang):
    for text, told in read(lang).items():
        if told:
            assert sorted(HOLE.findall(told)) == sorted(HOLE.findall(text)), text


@pytest.mark.parametrize("lang", OTHERS)
def test_the_compiled_catalogue_is_the_written_one(lang):
    path = catalogue_path(lang)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for text, told in read(lang).items():
        assert compiled.gettext(text) == (told or text)


@pytest.mark.parametrize("lang", OTHERS)
def test_the_journey_is_whole_in_every_language(lang, texts):
    told = read(lang)
    missing = [t for t, group in texts.items() if group == "guide" and not told.get(t)]
    assert not missing, missing[:20]


@pytest.mark.parametrize("lang", ["ru", "fr"])
def test_explanations_procedures_dangers_and_rules_are_all_but_whole(lang, texts):
    """A text just added to the knowledge may still be English, and is marked so on the page."""
    told = read(lang)
    wanted = [t for t, group in texts.items() if group not in ("guide", "commands")]
    missing = [t for t in wanted if not told.get(t)]
    assert len(missing) <= 0.03 * len(wanted), (len(missing), missing[:10])


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_that_nobody_has_reviewed_is_marked(client, lang):
    page = begin(client, lang=lang)
    assert ("data-unreviewed" in page.text) == (not words_for(lang).reviewed)
    assert not words_for(lang).reviewed


def test_english_is_not_marked(client):
    assert "data-unreviewed" not in begin(client).text


def test_pairs_are_read_from_a_file(tmp_path):
    file = tmp_path / "pairs.txt"
    file.write_text("= Yes\nOui\n\n= No\nNon\n= Alone\n= Back\nRetour\n", "utf-8")
    assert read_pairs(Path(file)) == {"Yes": "Oui", "No": "Non", "Back": "Retour"}


def test_the_made_up_language_keeps_placeholders():
    assert "{place}" in pseudo("Ask {place}")
    assert words_for(PSEUDO).direction == "rtl"
