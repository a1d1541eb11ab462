"""A language model may only point at words that stand in the text."""

import http.server
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.watch.llm import Endpoint, ask, check
from safeconduct.watch.problems import WatchError
from safeconduct.watch.types import Page

PAGE = Page(
    kind="text",
    title="",
    language="en",
    text="Kazakhstan handed the deserter Kornev over to Russia on Monday, a lawyer said.",
)
GOOD = {
    "kind": "handover",
    "places": ["KZ"],
    "negated": False,
    "words": "handed the deserter Kornev over to Russia",
}


def answer(*claims, **extra):
    content = json.dumps({"claims": list(claims)} | extra)
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def test_a_claim_with_words_of_the_text_is_taken_and_its_names_masked():
    found = check(answer(GOOD), PAGE)
    assert found.claims[0].words == "handed the deserter [name] over to Russia"
    assert found.dropped == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [({"words": "Armenia is perfectly safe"}, "do not stand in the text"), ({"kind": "invented"}, "none of those known"),
     ({"places": ["Kazakhstan"]}, "no ISO codes"), ({"negated": "no"}, "wrong type"), ({"note": "x"}, "other keys")],
)  # fmt: skip
def test_a_claim_that_does_not_fit_is_dropped_and_the_reason_told(change, why):
    found = check(answer(GOOD | change), PAGE)
    assert found.claims == () and why in found.dropped[0]


def test_an_answer_with_other_keys_is_dropped_whole():
    assert check(answer(GOOD, delete="all"), PAGE).claims == ()


@given(st.binary(max_size=200))
def test_no_answer_raises(raw):
    check(raw, PAGE)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=6), x, max_size=3), max_leaves=8))  # fmt: skip
def test_no_json_raises_and_nothing_gets_in(data):
    raw = json.dumps(
        {"choices": [{"message": {"content": json.dumps({"claims": [data]})}}]}
    ).encode()
    assert check(raw, PAGE).claims == ()


@given(st.sampled_from(sorted(GOOD)), st.none() | st.integers() | st.lists(st.text(max_size=2), min_size=1, max_size=2) | st.dictionaries(st.text(max_size=2), st.none()))
def test_a_value_of_another_type_is_dropped_and_told(name, value):
    if name == "places" and isinstance(value, list) and all(len(v) == 2 and v.isupper() for v in value):
        return
    assert check(answer(GOOD | {name: value}), PAGE).claims == ()


def test_only_the_public_text_is_sent_to_the_endpoint():
    sent = []

    class Model(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer(GOOD))

    server = http.server.HTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    found = ask(
        PAGE, Endpoint(url=f"http://127.0.0.1:{server.server_port}/v1/chat/completions", model="m")
    )
    thread.join(5)
    server.server_close()
    assert [c.kind for c in found.claims] == ["handover"]
    assert sent[0]["messages"][1]["content"] == PAGE.text


def test_a_model_elsewhere_is_asked_over_https_only():
    with pytest.raises(WatchError, match="https only"):
        ask(PAGE, Endpoint(url="http://model.example/v1/chat/completions", model="m"))
