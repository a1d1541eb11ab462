"""How many answers lean on what a story touches, and whose answers a draft would change."""

import tomllib
from datetime import date

import pytest

from safeconduct.errors import InvalidKnowledge
from safeconduct.kb.overlay import read_reform
from safeconduct.watch import proposals, weighing
from safeconduct.watch.index import Item, Items
from safeconduct.watch.matching import Matcher
from safeconduct.watch.store import desk_work
from safeconduct.watch.types import Page
from watch.conftest import AT, ROOT

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def person(edition):
    found = {p.name: p for p in weighing.people(ROOT / "examples", edition)}
    return found["asylum-seeker-in-kazakhstan.toml"]


def story_of(store, items, text, language="en"):
    page = Page(
        kind="text", title="", text=text, language=language, url="https://a.example/x",
        published_on=date(2026, 4, 4),
    )  # fmt: skip
    return desk_work.show(store, store.add(page, at=AT, matcher=Matcher(items)).story)


def test_answers_are_counted_once_for_an_edition_and_kept(store, edition, person):
    assert list(weighing.count(store, edition, [person])) == [person.name]
    assert list(weighing.count(store, edition, [person])) == []  # known already
    found = weighing.kept(store, edition)
    assert found[person.digest] and all(isinstance(x, str) for x in found[person.digest])
    assert weighing.leaning(found, [person, person])[min(found[person.digest])] == 2


def test_counting_stops_when_there_is_no_time(store, edition, person):
    assert list(weighing.count(store, edition, [person], more=lambda: False)) == []
    assert weighing.kept(store, edition) == {}


def test_a_story_is_the_more_urgent_the_more_answers_lean_on_it(store, examplia):
    story = story_of(store, examplia, "Kazakhstan handed a deserter over to Russia on 3 April 2026.")
    item = story.matches[0]["item"]
    weighing.weigh(store, weighing.Counter())
    before = desk_work.show(store, story.line.id).line.urgency
    assert weighing.weigh(store, weighing.Counter({item: 5})) >= 1
    after = desk_work.show(store, story.line.id)
    assert after.matches[0]["leaning"] == 6
    assert after.line.urgency > before
    assert weighing.weigh(store, weighing.Counter({item: 5})) == 0  # nothing is written twice


def test_a_new_danger_where_somebody_is_changes_what_that_person_is_told(store, edition):
    text = "Kazakhstan handed a deserter over to the Russian military on 3 April 2026."
    drafts = proposals.drafts(story_of(store, Items(), text), {}, on=DAY)
    change, said = weighing.reform(edition, drafts, on=DAY)
    assert len(change.dangers) == 1
    assert any("a new danger, alleged" in s for s in said)
    found = {p.name: p for p in weighing.people(ROOT / "examples", edition)}
    here, away = found["asylum-seeker-in-kazakhstan.toml"], found["asylum-seeker-in-france.toml"]
    changed = {c.person: c.lines for c in weighing.changes(edition, change, [here, away], more=lambda: True)}
    assert any("a danger more where the person is" in line for line in changed[here.name])
    assert changed[away.name] == ()


def test_a_fact_whose_value_is_taken_back_is_unknown_in_the_edition_laid_over(store, edition):
    fact = next(f for f in edition.index.facts if f.id == "kz.entry.ru.days")
    draft = proposals.Draft(
        f"story-1/{fact.id}.toml", "[[assertion]]\nunknown = true\nvalid_from = 2026-04-04\n"
    )
    change, said = weighing.reform(edition, [draft], on=DAY)
    assert change.facts[0].assertions[-1].value is None
    assert change.facts[0].assertions[:-1] == fact.assertions
    assert "not known from 2026-04-04" in said[0]


PROCEDURE = Item(
    id="fr.visa.asylum", kind="procedure", places=("FR",), since=date(2016, 3, 1),
    text="Ask a French consulate for a visa in order to seek asylum",
)  # fmt: skip


def test_a_changed_procedure_is_drafted_and_refused_until_it_is_filled(store, edition):
    items = Items((PROCEDURE,))
    story = story_of(store, items, "France will issue asylum visas to deserters through its consulate in Almaty.")
    draft = next(d for d in proposals.drafts(story, {PROCEDURE.id: PROCEDURE}, on=DAY) if PROCEDURE.id in d.name)
    written = tomllib.loads(draft.text)["procedure"][0]
    assert (written["to"], written["citations"][0]["source"][:3]) == ("FR", "fr-")
    source = next(d for d in proposals.drafts(story, {}, on=DAY) if d.name.endswith("sources.toml"))
    with pytest.raises(InvalidKnowledge) as problem:
        read_reform(edition, f'title = "x"\n{source.text}\n{draft.text}'.encode(), "draft")
    assert "kind" in str(problem.value) and "grants" in str(problem.value)


def test_a_decision_of_a_court_is_drafted_as_a_ruling_and_refused_until_it_is_filled(store, edition):
    text = (
        "The Berlin Administrative Court ruled on 1 April 2026 that a Russian conscript is entitled"
        " to subsidiary protection and granted protection."
    )
    drafts = proposals.drafts(story_of(store, Items(), text), {}, on=DAY)
    draft = next(d for d in drafts if ".ruling." in d.name)
    ruling = tomllib.loads(draft.text)["ruling"][0]
    assert (ruling["place"], ruling["on"], ruling["outcome"]) == ("DE", date(2026, 4, 1), "for")
    assert ruling["elements"] == ["TO WRITE"]
    from safeconduct.kb.forms import Form, Problems
    from safeconduct.kb.readers import read_ruling

    problems = Problems()
    read_ruling(Form(ruling, "draft", "ruling", problems), edition.vocabulary)
    assert any("TO WRITE" in p.what for p in problems.found)


def test_a_ruling_that_says_the_same_is_not_drafted_again(store, examplia):
    text = "La Cour nationale du droit d'asile a accordé le statut de réfugié à un Russe fuyant la mobilisation."
    story = story_of(store, examplia, text, "fr")
    stances = {m["item"]: m["stance"] for m in story.matches}
    names = [d.name for d in proposals.drafts(story, {i.id: i for i in examplia.items()}, on=DAY)]
    assert (stances["fr.cnda.2023-07-20"] == "confirms") == (not any(".ruling." in n for n in names))


def test_the_effect_of_a_draft_that_stands_alone_as_a_case_is_that_no_answer_changes(store, edition, examplia):
    text = "Kazakhstan handed a deserter over to the Russian military on 3 April 2026."
    drafts = proposals.drafts(story_of(store, examplia, text), {i.id: i for i in examplia.items()}, on=DAY)
    assert any("[[danger.case]]" in d.text for d in drafts)
    found = weighing.effect(edition, drafts, [], on=DAY, more=lambda: True)
    assert not found.alters and found.changes == ()
    assert "one more case; it changes no answer" in " ".join(found.said)


def test_the_situations_that_lean_most_on_what_is_touched_are_compared_first(edition):
    one, two = weighing.people(ROOT / "examples", edition)[:2]
    found = {two.digest: frozenset({"a", "b"}), one.digest: frozenset({"a"})}
    assert weighing.nearest([one, two], found, ["a", "b"]) == (two, one)
