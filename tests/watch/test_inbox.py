"""The inbox in the browser: guarded, without scripts, usable with the keyboard."""

import asyncio
import json
import re
from urllib.parse import urlencode

import pytest

from safeconduct.watch.matching import Matcher
from safeconduct.watch.store import desk_work
from safeconduct.web.inbox import create_inbox_app
from watch.conftest import AT, ROOT
from watch.test_store import EN, OTHER, page

HOST = "127.0.0.1:8742"
NEW = "Kazakhstan expelled the trader to Russia on 3 April 2026, officials said."


@pytest.fixture
def asking(store, examplia, tmp_path):
    """Makes an inbox over three pages, with knowledge to compare answers by or without."""
    matcher = Matcher(examplia)
    store.add(page(EN), at=AT, matcher=matcher)
    store.add(page(EN.replace("said", "says"), url="https://b.example/1"), at=AT, matcher=matcher)
    store.add(
        page(OTHER + " <script>alert(1)</script> “x”", url="https://c.example/1"),
        at=AT,
        matcher=matcher,
    )

    def make(**about):
        app = create_inbox_app(
            store, examplia, drafts=tmp_path / "drafts", by="editor-a", now=lambda: AT, **about
        )

        def run(path, *, method="GET", form=None, host=HOST, **headers):
            body = urlencode(form).encode() if form is not None else b""
            given = {"host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
            if form is not None:
                given["content-type"] = "application/x-www-form-urlencoded"
            target, _, query = path.partition("?")
            scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
                     "path": target, "raw_path": target.encode(), "query_string": query.encode(), "root_path": "",
                     "headers": [(k.encode(), v.encode()) for k, v in given.items()], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8742)}  # fmt: skip
            sent = []

            async def receive():
                return {"type": "http.request", "body": body, "more_body": False}

            async def send(message):
                sent.append(message)

            asyncio.run(app(scope, receive, send))
            head = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
            return sent[0]["status"], head, b"".join(m.get("body", b"") for m in sent[1:]).decode()

        return run

    return make


@pytest.fixture
def ask(asking):
    return asking()


def token(text):
    return re.search(r'name="token" value="([^"]+)"', text).group(1)


def test_the_list_shows_the_most_urgent_first_with_keys_and_no_script(ask):
    status, head, text = ask("/")
    assert status == 200
    assert text.index("deserter") < text.index("Finland")
    assert 'accesskey="1"' in text and "<script" not in text
    assert head["content-security-policy"].startswith("default-src 'none'")


def test_a_story_stands_beside_what_it_touches(ask):
    _, _, text = ask("/story/1")
    assert "kz.handover.deserter" in text and "Handover of deserters" in text
    assert "the same text as page 1" in text
    for key in "arme":
        assert f'accesskey="{key}"' in text
    assert "Kornev" not in text


def test_text_from_a_page_is_escaped(ask):
    _, _, text = ask("/page/3")
    assert "<script>" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:8743", "evil.example:8742", ""]
)
def test_a_request_under_another_name_is_refused(ask, host):
    assert ask("/", host=host)[0] == 403


def test_a_form_from_another_origin_or_without_the_token_is_refused(ask, store):
    form = {"verb": "reject", "token": token(ask("/story/1")[2])}
    assert ask("/story/1/decide", method="POST", form=form, origin="https://evil.example")[0] == 403
    assert ask("/story/1/decide", method="POST", form=form, sec_fetch_site="cross-site")[0] == 403
    assert ask("/story/1/decide", method="POST", form={"verb": "reject"})[0] == 403
    assert desk_work.show(store, 1).line.state == "open"


def test_accepting_writes_drafts_and_goes_back_to_the_list(ask, store, tmp_path):
    form = {"verb": "accept", "token": token(ask("/story/1")[2]), "note": "looks right"}
    status, head, _ = ask("/story/1/decide", method="POST", form=form, origin=f"http://{HOST}")
    assert (status, head["location"]) == (303, "/?done=accept-1")
    assert list((tmp_path / "drafts").rglob("*.toml"))
    assert desk_work.show(store, 1).decisions[0]["note"] == "looks right"


def test_stories_are_merged_and_split_from_the_page(ask, store):
    secret = token(ask("/story/1")[2])
    other = store.db.execute("SELECT story FROM page WHERE id = 3").fetchone()[0]
    assert (
        ask(
            "/story/1/decide",
            method="POST",
            form={"verb": "merge", "story": str(other), "token": secret},
        )[0]
        == 303
    )
    status, head, _ = ask(
        "/story/1/decide", method="POST", form={"verb": "split", "page": "3", "token": secret}
    )
    assert status == 303 and head["location"] != "/story/1"


@pytest.mark.parametrize("path", ["/story/99", "/page/99"])
def test_what_is_not_there_is_said_in_words(ask, path):
    status, _, text = ask(path)
    assert status == 404 and "none of this number" in text
    assert ask("/?state=nonsense")[0] == 400


def test_a_decision_that_is_none_and_a_form_too_large_are_refused(ask):
    secret = token(ask("/story/1")[2])
    assert ask("/story/1/decide", method="POST", form={"verb": "delete", "token": secret})[0] == 409
    assert (
        ask("/story/1/decide", method="POST", form={"verb": "x" * 20_000, "token": secret})[0]
        == 413
    )


def test_without_knowledge_no_answer_is_compared(ask):
    assert "not counted yet" in ask("/story/1")[2]
    status, _, text = ask("/story/1/effect")
    assert status == 409 and "knowledge is not loaded" in text
    assert ask("/story/99/effect")[0] == 404


def test_whose_answers_would_change_is_shown_before_and_after_accepting(asking, store, edition, tmp_path):
    from safeconduct.watch import weighing

    (tmp_path / "examples").mkdir()
    for name in ("asylum-seeker-in-kazakhstan.toml", "asylum-seeker-in-france.toml"):
        (tmp_path / "examples" / name).write_bytes((ROOT / "examples" / name).read_bytes())
    store.add(page(NEW, url="https://d.example/1"), at=AT)
    ask = asking(edition=edition, examples=tmp_path / "examples")
    number = store.db.execute("SELECT MAX(id) FROM story").fetchone()[0]
    assert "not counted yet" in ask(f"/story/{number}")[2]
    list(weighing.count(store, edition, weighing.people(tmp_path / "examples", edition)))
    assert "No answer that was counted leans" in ask(f"/story/{number}")[2]
    status, _, text = ask(f"/story/{number}/effect")
    assert status == 200
    assert "1 of 2 situations differ" in text and "a danger more where the person is" in text
    assert "The same: asylum-seeker-in-france.toml" in text
    assert 'value="accept"' in text
    form = {"verb": "accept", "token": token(text)}
    _, head, _ = ask(f"/story/{number}/decide", method="POST", form=form)
    assert f'href="/story/{number}/effect"' in ask(head["location"])[2]
    after = ask(f"/story/{number}/effect")[2]
    assert "1 of 2 situations differ" in after and 'value="accept"' not in after


def test_a_story_shows_which_answers_lean_on_it_and_a_case_changes_none(asking, store, edition, examplia, tmp_path):
    from safeconduct.watch import weighing

    persons = weighing.people(ROOT / "examples", edition)[:1]
    digests = {p.digest: ["kz.handover.deserter"] for p in persons}
    kept = json.dumps({"knowledge": edition.index.digest, "people": digests}).encode()
    store.db.execute("INSERT INTO meta VALUES ('leaning', ?)", (kept,))
    ask = asking(edition=edition)
    assert f"{persons[0].name.removesuffix('.toml')} (1)" in ask("/story/1")[2]
    assert "Nobody’s" in ask("/story/1/effect")[2]
