"""The journey asks one question a page, takes "I do not know", and forgets nothing on the way."""

import re

import pytest

from safeconduct.web.journey import FLOW, Guide, split_key
from safeconduct.web.wording import QUESTIONS
from web.conftest import DAY, answer, begin, field, heading

ANSWERS = {
    "nationalities": {"v": ["RU"]}, "detained": {"v": "no"}, "in_transit_zone": {"v": "no"},
    "paper": {"v": ["international-passport", "internal-passport"]}, "standing": {"v": "visitor"},
    "service": {"v": "reservist"}, "duty": {"v": "summoned"}, "conscience": {"v": "yes"},
    "proceeding": {"do": "none"}, "order": {"do": "none"}, "claim": {"do": "none"},
    "relative": {"v": ["sibling"]}, "fought_in": {"do": "none"}, "birth_year": {"v": "1996"},
    "sex": {"v": "m"},
}
FIELDS = {
    "held": {"v": "held"}, "valid_until": {"v": "until", "year": "2030", "month": "05"},
    "biometric": {"v": "yes"}, "until": {"year": "2027", "month": "02"}, "in": {"v": "FR"},
    "standing": {"v": "refugee"}, "issuer": {"v": "RU"}, "travels_with": {"v": "no"},
}


def walk(client, page, choose, lang="en", most=80):
    """Go through all questions; the pages seen, by key, in order."""
    seen = []
    while field(page, "q"):
        key = field(page, "q")
        assert page.status_code == 200, key
        seen.append((key, page))
        assert len(seen) <= most, [k for k, _ in seen]
        page = answer(client, page, lang=lang, **choose(key))
    return seen, page


def chosen(key):
    _, _, last = split_key(key)
    if last:
        return FIELDS.get(last, {"do": "unsure"})
    return ANSWERS.get(key, {"do": "unsure"})


def test_a_whole_journey_ends_in_a_summary_of_every_answer(client):
    seen, last = walk(client, begin(client), chosen)
    assert heading(last) == "Check your answers"
    for text in ("Kazakhstan", "Russia", "International passport", "May 2030", "Got a summons",
                 "Brother or sister"):
        assert text in last.text
    keys = [k for k, _ in seen]
    assert keys[0] == "nationalities"
    assert len(keys) == len(set(keys))
    assert "paper.1.held" in keys


def test_everything_can_be_left_with_i_do_not_know(client):
    _, last = walk(client, begin(client), lambda _: {"do": "unsure"})
    assert heading(last) == "Check your answers"
    assert last.text.count("I do not know") > 10


def test_every_question_page_offers_not_to_know(client):
    seen, _ = walk(client, begin(client), chosen)
    for key, page in seen:
        assert 'value="unsure"' in page.text, key


def test_no_page_asks_for_a_name_unit_town_or_exact_day(client):
    seen, _ = walk(client, begin(client), chosen)
    for key, page in seen:
        assert 'type="date"' not in page.text, key
        fields = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page.text))
        assert fields <= {"state", "q", "do", "v", "month", "year", "from"}, key


def test_back_returns_to_the_question_before_with_its_answer(client):
    page = answer(client, begin(client), v=["RU"])
    key = field(page, "q")
    page = answer(client, page, v="no")
    page = answer(client, page, do="back")
    assert field(page, "q") == key
    assert re.search(r'value="no" checked', page.text)
    page = answer(client, page, do="back")
    assert field(page, "q") == "nationalities"
    assert '<option value="RU" selected>' in page.text


def test_every_answer_can_be_changed_from_the_summary(client):
    _, last = walk(client, begin(client), chosen)
    for key in dict.fromkeys(re.findall(r'name="change" value="([^"]+)"', last.text)):
        page = client.post("/en/guide", data={
            "state": field(last, "state"), "from": "summary", "change": key,
        })
        assert page.status_code == 200, key
        assert field(page, "q") == key
        after = answer(client, page, **chosen(key))
        while field(after, "q"):
            after = answer(client, after, **chosen(field(after, "q")))
        assert heading(after) == "Check your answers", key


def test_changing_an_answer_changes_the_summary(client):
    _, last = walk(client, begin(client), chosen)
    page = client.post("/en/guide", data={
        "state": field(last, "state"), "from": "summary", "change": "duty",
    })
    after = answer(client, page, v="serving")
    assert "<dd>Serving</dd>" in after.text
    assert "<dd>Got a summons</dd>" not in after.text


def test_a_paper_taken_off_the_list_takes_its_details_along(client):
    _, last = walk(client, begin(client), chosen)
    page = client.post("/en/guide", data={
        "state": field(last, "state"), "from": "summary", "change": "paper",
    })
    after = answer(client, page, v=["internal-passport"])
    while field(after, "q"):
        after = answer(client, after, **chosen(field(after, "q")))
    assert "International passport" not in after.text
    assert "Internal passport (Russia): where it is" in after.text


def test_an_entry_can_be_removed_and_another_added(client):
    _, last = walk(client, begin(client), chosen)
    gone = client.post("/en/guide", data={
        "state": field(last, "state"), "from": "summary", "remove": "relative.0",
    })
    assert "Brother or sister (" not in gone.text
    more = client.post("/en/guide", data={
        "state": field(last, "state"), "from": "summary", "add": "relative:sibling",
    })
    assert field(more, "q") == "relative.1.in"


@pytest.mark.parametrize("bad", [
    {"v": "nonsense"}, {"v": ""}, {"v": ["RU", "XX"]}, {}, {"v": ["<script>"]},
])
def test_a_wrong_answer_is_asked_again_with_what_to_do(client, bad):
    page = answer(client, begin(client), **bad)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert field(page, "q") == "nationalities"
    assert "<script>" not in page.text


@pytest.mark.parametrize("year", ["99", "abcd", "19x6", "３０００", "1899"])
def test_a_year_is_four_digits(client, year):
    _, last = walk(client, begin(client), chosen)
    page = client.post("/en/guide", data={
        "state": field(last, "state"), "from": "summary", "change": "birth_year",
    })
    assert answer(client, page, v=year).status_code == 400


@pytest.mark.parametrize("key", ["nothing", "paper.9.held", "paper.0.nothing", "duty.0.x", "a.b",
                                 "paper..", "paper.-1.held", "age"])
def test_a_question_that_does_not_exist_is_refused(client, key):
    page = begin(client)
    got = client.post("/en/guide", data={"state": field(page, "state"), "q": key, "do": "next"})
    assert got.status_code == 400


def test_a_question_that_cannot_change_anything_is_not_asked(client):
    seen, _ = walk(client, answer(client, begin(client, "FR"), v=["FR"]),
                   lambda _: {"do": "unsure"})
    russian = {k for k, _ in walk(client, answer(client, begin(client, "FR"), v=["RU"]),
                                  lambda _: {"do": "unsure"})[0]}
    asked = {k for k, _ in seen}
    assert asked < russian


def test_every_question_has_words_and_a_place_in_the_journey(app):
    _, guide = app.app.state.site.edition(DAY)
    assert isinstance(guide, Guide)
    vocabulary = guide.vocabulary
    asked = {n for names in guide.flow.values() for n in names}
    assert {n for names in FLOW.values() for n in names} <= asked
    known = {a.name for a in vocabulary.attributes.values() if not a.type.startswith("derived")}
    assert asked == (known | set(vocabulary.records)) - {"nationality"}
    assert asked <= set(QUESTIONS)
    assert {q.partition(".")[0] for q in QUESTIONS} <= known | set(vocabulary.records)


@pytest.mark.parametrize("lang", ["ru", "uk", "fr", "de", "ar-xb"])
def test_the_journey_goes_the_same_way_in_every_language(client, lang):
    english = [k for k, _ in walk(client, begin(client), chosen)[0]]
    other, last = walk(client, begin(client, lang=lang), chosen, lang=lang)
    assert [k for k, _ in other] == english
    assert f'<html lang="{lang}"' in last.text
    assert ('dir="rtl"' in last.text.splitlines()[1]) == (lang == "ar-xb")


def test_the_language_can_be_changed_in_the_middle(client):
    page = answer(client, begin(client), v=["RU"])
    other = client.post("/fr/guide", data={
        "state": field(page, "state"), "q": field(page, "q"), "do": "stay",
    })
    assert field(other, "q") == field(page, "q")
    assert '<html lang="fr"' in other.text
