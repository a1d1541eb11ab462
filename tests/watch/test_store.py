# ruff: noqa: S608 - addresses, seeds and table names of the tests themselves
"""The store keeps every page once, joins what is one report, and survives being killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date

import pytest

from safeconduct.watch.matching import Matcher
from safeconduct.watch.problems import NotKept
from safeconduct.watch.read.document import read_document
from safeconduct.watch.store import desk_work, sources
from safeconduct.watch.store.store import Store
from safeconduct.watch.types import Page, Raw
from watch.conftest import AT, ROOT
from watch.make import page_html
from watch.test_reading import SENTENCES


def page(text, language="en", url="https://a.example/1", on=date(2026, 2, 3)):
    return Page(kind="text", title="", text=text, language=language, url=url, published_on=on)


EN = "Kazakhstan handed the deserter Kornev over to the Russian military on 2 February 2026, his lawyer said. He held an asylum-seeker certificate."
RU = "Казахстан передал российской военной полиции дезертира Корнева 2 февраля 2026 года. У него было свидетельство лица, ищущего убежище."
FR = "Le 2 février 2026, le Kazakhstan a remis à l'armée russe le déserteur Kornev, qui avait le statut de demandeur d'asile."
OTHER = (
    "Finland closed its border with Russia on 28 November 2023 after 900 asylum seekers arrived."
)


def test_the_same_page_twice_is_one_and_both_addresses_are_noted(store):
    first = store.add(page(EN), at=AT)
    again = store.add(page(EN, url="https://b.example/2"), at=AT)
    assert first.new and not again.new
    assert again.page == first.page
    assert store.db.execute("SELECT COUNT(*) FROM sighting").fetchone()[0] == 2


def test_the_page_is_kept_as_archived(store):
    raw = Raw(body=page_html(SENTENCES), url="https://a.example/x", media_type="text/html")
    added = store.add(read_document(raw).pages[0], at=AT, raw=raw)
    assert desk_work.archived(store, added.page) == raw.body
    assert desk_work.page_text(store, added.page) == "\n".join(SENTENCES)


def test_a_story_told_in_three_languages_is_one(store):
    numbers = {
        store.add(page(t, lang, f"https://{lang}.example/"), at=AT).story
        for t, lang in ((EN, "en"), (RU, "ru"), (FR, "fr"))
    }
    assert len(numbers) == 1
    assert store.add(page(OTHER, on=date(2023, 11, 28)), at=AT).story not in numbers


def test_the_same_event_weeks_later_is_another_story(store):
    first = store.add(page(EN), at=AT)
    later = store.add(
        page(
            EN.replace("2 February", "9 April").replace("his lawyer", "a lawyer"),
            on=date(2026, 4, 10),
        ),
        at=AT,
    )
    assert later.copy_of == first.page or later.story != first.story


def test_copies_add_no_independent_origin(store):
    own = (
        EN + " “I could not believe what they did to him that night,” his mother told us. " + OTHER
    )
    store.add(page(own, url="https://own.example/1"), at=AT)
    copy = store.add(page(own.replace("said", "says"), url="https://copy.example/1"), at=AT)
    shown = desk_work.show(store, copy.story)
    assert copy.copy_of is not None
    assert (len(shown.tellings), shown.chain.independent) == (2, 1)


def test_retellings_of_one_outlet_are_one_origin(store):
    text = "Six Russian deserters were granted temporary visas in France, The Guardian {}. They came to Paris from Kazakhstan without passports."
    for number, word in enumerate(("reported", "reports", "wrote on Wednesday")):
        added = store.add(
            page(text.format(word), url=f"https://n{number}.example/", on=date(2024, 10, 17)), at=AT
        )
    shown = desk_work.show(store, added.story)
    assert len(shown.tellings) == 3
    assert shown.chain.origins == ("The Guardian",)


def test_the_inbox_puts_first_what_most_answers_lean_on(store, examplia):
    matcher = Matcher(examplia)
    store.add(
        page("A conference on tourism took place in Paris on Monday."), at=AT, matcher=matcher
    )
    urgent = store.add(page(EN), at=AT, matcher=matcher)
    lines = desk_work.inbox(store)
    assert lines[0].id == urgent.story
    assert lines[0].urgency > lines[1].urgency == 0


def test_decisions_are_recorded_and_move_the_story(store):
    story = store.add(page(EN), at=AT).story
    desk_work.decide(store, story, "reject", at=AT, by="editor-a", note="a copy")
    assert [x.id for x in desk_work.inbox(store, state="rejected")] == [story]
    desk_work.decide(store, story, "reopen", at=AT, by="editor-a")
    assert [d["verb"] for d in desk_work.show(store, story).decisions] == ["reject", "reopen"]


def test_stories_are_merged_and_split_by_hand(store):
    a, b = store.add(page(EN), at=AT), store.add(page(OTHER, on=date(2023, 11, 28)), at=AT)
    desk_work.merge(store, a.story, b.story, at=AT, by="editor-a")
    assert len(desk_work.show(store, a.story).tellings) == 2
    with pytest.raises(NotKept, match="merged"):
        desk_work.decide(store, b.story, "accept", at=AT, by="editor-a")
    new = desk_work.split(store, b.page, at=AT, by="editor-a")
    assert [t.id for t in desk_work.show(store, new).tellings] == [b.page]
    with pytest.raises(NotKept, match="alone"):
        desk_work.split(store, b.page, at=AT, by="editor-a")


def test_what_a_story_says_and_touches_is_read_again_when_it_is_merged_or_split(store, examplia):
    matcher = Matcher(examplia)
    a = store.add(page(EN), at=AT, matcher=matcher)
    b = store.add(page(OTHER, on=date(2023, 11, 28)), at=AT, matcher=matcher)
    before = [desk_work.show(store, s) for s in (a.story, b.story)]
    desk_work.merge(store, a.story, b.story, at=AT, by="editor-a", matcher=matcher)
    both = desk_work.show(store, a.story)
    for one in before:
        assert set(one.line.places) <= set(both.line.places)
        assert set(one.line.kinds) <= set(both.line.kinds)
        assert {m["item"] for m in one.matches} <= {m["item"] for m in both.matches}
    new = desk_work.split(store, b.page, at=AT, by="editor-a", matcher=matcher)
    for one, story in zip(before, (a.story, new), strict=True):
        after = desk_work.show(store, story)
        assert (after.line.title, after.line.places, after.says) == (one.line.title, one.line.places, one.says)
        assert after.matches == one.matches and after.line.urgency == one.line.urgency


def test_nothing_is_merged_into_a_story_that_was_merged_away(store):
    a, b = store.add(page(EN), at=AT), store.add(page(OTHER, on=date(2023, 11, 28)), at=AT)
    desk_work.merge(store, a.story, b.story, at=AT, by="editor-a")
    with pytest.raises(NotKept, match="cannot be merged"):
        desk_work.merge(store, b.story, a.story, at=AT, by="editor-a")


def test_names_cannot_be_read_from_the_marks_and_stores_differ(store, tmp_path):
    store.add(page(EN), at=AT)
    other = Store(tmp_path / "other.db")
    other.add(page(EN), at=AT)
    keys = [{r[0] for r in s.db.execute("SELECT key FROM mark")} for s in (store, other)]
    other.close()
    assert keys[0] and not keys[0] & keys[1]


def test_no_table_of_signals_or_matches_carries_a_name(store, examplia):
    store.add(page(EN), at=AT, matcher=Matcher(examplia))
    for table in ("story", "match", "decision"):
        for row in store.db.execute(f"SELECT * FROM {table}"):
            assert "Kornev" not in str(tuple(row))


def test_sources_are_due_in_time_and_wait_longer_after_failures(store):
    number = sources.add(store, "https://a.example/rss", kind="feed", on=AT.date())
    assert sources.add(store, "https://a.example/rss", kind="feed", on=AT.date()) == number
    source = sources.due(store, at=AT)[0]
    sources.checked(store, source, at=AT, failed="timeout: no answer")
    after = sources.all_sources(store)[0]
    assert after.failures == 1 and after.next_at > "2026-11-24T23"
    assert sources.due(store, at=AT) == ()
    with pytest.raises(NotKept, match="no address of the web"):
        sources.add(store, "file:///etc/passwd", kind="page", on=AT.date())


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path):
    path = tmp_path / "watch.db"
    path.write_bytes(b"this is not a database, and it stays what it is" * 50)
    before = path.read_bytes()
    with pytest.raises(NotKept, match="not a store"):
        Store(path)
    assert path.read_bytes() == before


def test_a_store_of_a_later_version_is_refused(tmp_path):
    db = sqlite3.connect(tmp_path / "watch.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(NotKept, match="version 99"):
        Store(tmp_path / "watch.db")


WRITER = """
import sys
sys.path.insert(0, {src!r})
from datetime import UTC, date, datetime
from safeconduct.watch.store.store import Store
from safeconduct.watch.types import Page, Raw
store = Store({path!r})
for n in range(100000):
    text = f"Kazakhstan handed deserter number {{n}} over to Russia. " + " ".join(f"word{{n * 7 + i}}" for i in range(80))
    raw = Raw(body=text.encode(), url=f"https://a.example/{{n}}")
    store.add(Page(kind="text", title="", text=text, language="en", url=raw.url, sha256=f"{{n:064x}}"), at=datetime(2026, 1, 1, tzinfo=UTC), raw=raw)
    print(n, flush=True)
"""


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.41])
def test_a_process_killed_at_any_moment_loses_nothing_it_said_it_kept(tmp_path, delay):
    path = tmp_path / "watch.db"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER.format(src=str(ROOT / "src"), path=str(path))],
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    said = 1 + len(process.stdout.read().splitlines())
    process.stdout.close()
    process.wait()
    store = Store(path)
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    count = store.db.execute("SELECT COUNT(*) FROM page").fetchone()[0]
    assert said <= count <= said + 1
    for table in ("marks", "body", "sighting"):
        assert store.db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == count
    assert (
        store.db.execute(
            "SELECT COUNT(*) FROM page WHERE story NOT IN (SELECT id FROM story)"
        ).fetchone()[0]
        == 0
    )
    store.close()
