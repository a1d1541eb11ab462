"""The optional language model, through the commands: off unless told, and never trusted."""

import http.server
import json
import threading

import pytest
from click.testing import CliRunner

from safeconduct.cli.watch_commands import watch
from watch.make import page_html
from watch.test_reading import SENTENCES

pytestmark = pytest.mark.usefixtures("reader_here")
WORDS = SENTENCES[0][:60]


@pytest.fixture
def endpoint():
    """A model on this machine that answers with one claim that stands and one that does not."""
    asked = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            claim = {"kind": "handover", "places": ["KZ"], "negated": False, "words": WORDS}
            claims = [claim, claim | {"words": "he was shot at dawn"}, claim | {"score": 9}]
            content = json.dumps({"claims": claims})
            body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/chat/completions", asked
    server.shutdown()
    server.server_close()


def call(*arguments, env=None):
    return CliRunner().invoke(
        watch, ["--no-knowledge", "read", "-", *arguments], input=page_html(SENTENCES), env=env
    )


def test_nothing_is_asked_unless_told(endpoint):
    result = call()
    assert result.exit_code == 0
    assert "language model" not in result.output
    assert endpoint[1] == []


def test_a_claim_of_the_model_is_shown_with_its_words_and_the_rest_is_told_as_dropped(endpoint):
    url, asked = endpoint
    result = call(
        "--model-url", url, "--model", "small", env={"SAFECONDUCT_WATCH_MODEL_KEY": "a-secret"}
    )
    assert result.exit_code == 0, result.output
    assert "model: KZ handover: “" in result.output
    assert "claim 2: its words do not stand in the text" in result.output
    assert "claim 3: it has other keys than were asked for" in result.output
    assert "a-secret" not in result.output
    headers, body = asked[0]
    assert headers["Authorization"] == "Bearer a-secret"
    sent = json.loads(body)
    assert sent["model"] == "small"
    assert sent["messages"][1]["content"] == "\n".join(SENTENCES)  # the story alone


def test_plain_data_carries_what_the_model_said(endpoint):
    data = json.loads(call("--json", "--model-url", endpoint[0], "--model", "small").stdout)
    assert [c["kind"] for c in data["model"]["claims"]] == ["handover"]
    assert len(data["model"]["dropped"]) == 2


@pytest.mark.parametrize("half", [("--model", "small"), ("--model-url", "http://127.0.0.1:1/")])
def test_half_a_setting_is_an_error(half):
    result = call(*half)
    assert result.exit_code == 2
    assert "needs both its address and its name" in result.stderr


def test_a_model_that_does_not_answer_is_an_error_of_reading_one_page():
    result = call("--model-url", "http://127.0.0.1:9/", "--model", "small")
    assert result.exit_code == 2
    assert "did not answer" in result.stderr


def test_a_round_keeps_what_the_model_said_beside_the_story(store):
    from datetime import UTC, datetime

    from safeconduct.watch.llm import Suggested, Suggestion
    from safeconduct.watch.problems import WatchError
    from safeconduct.watch.run import Round
    from safeconduct.watch.store import desk_work
    from safeconduct.watch.types import Page, Raw

    said = Suggestion((Suggested(kind="handover", places=("KZ",), negated=False, words=WORDS),), ())

    def silent(page):
        raise WatchError("the model did not answer")

    def keep(second, text):
        one = Round(
            store, None, None, matcher=None, now=lambda: datetime(2026, 11, 24, tzinfo=UTC), second=second
        )  # fmt: skip
        page = Page(kind="text", title="", text=text, language="en", sha256=text[:5])
        return one._keep(page, Raw(body=text.encode()), None)

    event = keep(lambda page: said, " ".join(SENTENCES))
    assert event.suggested[0].startswith("model: KZ handover")
    shown = desk_work.show(store, event.added.story)
    assert shown.decisions[0]["verb"] == "model" and shown.line.state == "open"
    assert keep(silent, "Finland closed its border.").suggested == ("model: the model did not answer",)
