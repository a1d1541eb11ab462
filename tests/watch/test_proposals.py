"""Accepting a story writes drafts beside the knowledge and never into it."""

import tomllib
from datetime import date

import pytest

from safeconduct.watch import proposals
from safeconduct.watch.matching import Matcher
from safeconduct.watch.problems import NotKept
from safeconduct.watch.store import desk_work
from safeconduct.watch.types import Page
from watch.conftest import AT

DAY = date(2026, 11, 24)
TEXT = "Kazakhstan handed the deserter Kornev over to the Russian military on 3 April 2026, his mother said. “He had a certificate.”"


def shown(store, examplia, text=TEXT, url='https://a.example/x"y', language="en"):
    page = Page(
        kind="text", title="", text=text, language=language, url=url, published_on=date(2026, 4, 4)
    )
    return desk_work.show(store, store.add(page, at=AT, matcher=Matcher(examplia)).story)


def by_id(examplia):
    return {i.id: i for i in examplia.items()}


def test_a_new_case_of_a_danger_is_drafted_with_source_and_day(store, examplia):
    drafts = {
        d.name.split("/")[1]: tomllib.loads(d.text)
        for d in proposals.drafts(shown(store, examplia), by_id(examplia), on=DAY)
    }
    case = drafts["kz.handover.deserter.toml"]["danger"]["case"][0]
    source = drafts["sources.toml"]["source"][0]
    assert case["on"] == "2026-04-03"
    assert case["citations"][0]["source"] == source["id"]
    assert (source["url"], source["type"], source["accessed"]) == (
        'https://a.example/x"y',
        "news",
        DAY,
    )


def test_a_fact_is_drafted_as_unknown_until_somebody_has_read_the_source(store, examplia):
    story = shown(
        store, examplia, "Россияне могут находиться в Казахстане без визы 90 дней.", language="ru"
    )
    draft = next(
        d for d in proposals.drafts(story, by_id(examplia), on=DAY) if "kz.entry" in d.name
    )
    assertion = tomllib.loads(draft.text)["assertion"][0]
    assert assertion["unknown"] is True and "value" not in assertion
    assert assertion["recorded_by"] == "watch"


def test_what_nothing_answers_to_becomes_a_draft_of_a_new_danger(store, examplia):
    story = shown(
        store, examplia, "Serbia extradited a Russian activist to Russia on 3 April 2026."
    )
    draft = next(
        d for d in proposals.drafts(story, by_id(examplia), on=DAY) if ".extradition." in d.name
    )
    danger = tomllib.loads(draft.text)["danger"][0]
    assert (danger["place"], danger["kind"], danger["evidence"], danger["single_sourced"]) == (
        "RS",
        "extradition",
        "alleged",
        True,
    )


def test_no_draft_carries_a_name_or_a_review(store, examplia):
    for draft in proposals.drafts(shown(store, examplia), by_id(examplia), on=DAY):
        assert "Kornev" not in draft.text
        assert "[[review]]" not in draft.text


def test_drafts_are_never_overwritten_and_never_written_into_knowledge(store, examplia, tmp_path):
    drafts = proposals.drafts(shown(store, examplia), by_id(examplia), on=DAY)
    first = proposals.write(drafts, tmp_path / "drafts")
    first[0].write_text("edited")
    assert proposals.write(drafts, tmp_path / "drafts") == ()
    assert first[0].read_text() == "edited"
    with pytest.raises(NotKept, match="never written into the knowledge"):
        proposals.write(drafts, tmp_path / "src" / "knowledge" / "kz")
    with pytest.raises(NotKept, match="leave its folder"):
        proposals.write((proposals.Draft("../out.toml", ""),), tmp_path / "drafts")


def test_a_story_that_cannot_be_cited_is_not_drafted(store, examplia):
    with pytest.raises(NotKept, match="could be cited"):
        proposals.drafts(shown(store, examplia, url=None), by_id(examplia), on=DAY)


def test_the_check_of_the_knowledge_refuses_a_drafted_case_until_it_is_told(store, examplia, edition):
    from safeconduct.kb.forms import Form, Problems
    from safeconduct.kb.readers import read_danger

    drafts = proposals.drafts(shown(store, examplia), by_id(examplia), on=DAY)
    case = tomllib.loads(next(d.text for d in drafts if "kz.handover" in d.name))["danger"]["case"][0]
    danger = {
        "id": "kz.handover.x", "title": "Handover", "place": "KZ", "moment": "presence", "kind": "handover",
        "evidence": "documented", "since": "2026-01-01", "valid_from": date(2026, 1, 1), "recorded_on": DAY,
        "recorded_by": "editor-a", "review_due": DAY, "citations": case["citations"],
    }  # fmt: skip
    for told, missing in ((case, 1), (case | {"what": "A man was handed over."}, 0)):
        problems = Problems()
        read_danger(Form(danger | {"case": [told]}, "draft", "danger", problems), edition.vocabulary)
        assert [("`what` is missing" in p.what) for p in problems.found] == [True] * missing
