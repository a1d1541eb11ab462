"""What does not belong is refused with a plain page; nothing is told, kept, framed or logged."""

import logging

import pytest

from web.conftest import Clock, begin, field

PAGES = ["/", "/en/", "/ru/", "/en/places", "/en/place/KZ", "/en/sources", "/en/search",
         "/en/changes", "/en/about", "/en/open", "/en/leave", "/en/nothing", "/openapi.json",
         "/api/places", "/en/guide"]


@pytest.mark.parametrize("path", PAGES)
def test_every_response_has_the_headers(client, path):
    got = client.get(path)
    assert got.status_code < 500
    h = got.headers
    assert h["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in h["content-security-policy"]
    assert "frame-ancestors 'none'" in h["content-security-policy"]
    assert h["referrer-policy"] == "no-referrer"
    assert h["cache-control"] == "no-store"
    assert h["cross-origin-opener-policy"] == "same-origin"
    assert h["cross-origin-resource-policy"] == "same-origin"
    assert h["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in h


@pytest.mark.parametrize("path", PAGES[:10])
def test_no_page_has_a_script_an_inline_style_or_something_from_elsewhere(client, path):
    text = client.get(path).text
    for bad in ("<script", " style=", "<style", " onclick", "@import", "<iframe", "<img", "src="):
        assert bad not in text, bad


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a:b:c", "[::"])
def test_another_host_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("headers", [
    {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"}, {"origin": "null", "sec-fetch-site": "cross-site"},
])
def test_a_form_from_another_site_is_refused(client, headers):
    got = client.post("/en/guide", data={"q": "present_in", "v": "KZ"}, headers=headers)
    assert got.status_code == 403
    assert "Kazakhstan" not in got.text


@pytest.mark.parametrize("headers", [
    {}, {"origin": "http://testserver"}, {"origin": "null", "sec-fetch-site": "same-origin"},
])
def test_a_form_of_its_own_is_taken(client, headers):
    got = client.post("/en/guide", data={"q": "present_in", "v": "KZ"}, headers=headers)
    assert got.status_code == 200


def test_what_is_too_large_is_refused(client):
    got = client.post("/en/guide", data={"state": "A" * 300_000})
    assert got.status_code == 413
    assert "too large" in got.text

    def stream():
        for _ in range(40):
            yield b"a" * 10_000

    got = client.post("/en/guide", content=stream(),
                      headers={"content-type": "application/x-www-form-urlencoded"})
    assert got.status_code == 413
    for wrong in ("-1", "abc", "9" * 40):
        got = client.get("/", headers={"content-length": wrong})
        assert got.status_code == 413


def test_too_many_requests_are_refused_for_a_while(make_client):
    clock = Clock()
    client = make_client(rate_per_s=1, burst=3, clock=clock)
    got = [client.get("/en/").status_code for _ in range(5)]
    assert got == [200, 200, 200, 429, 429]
    refused = client.get("/en/")
    assert refused.headers["retry-after"] == "60"
    assert "Too many requests" in refused.text
    clock.now += 2
    assert client.get("/en/").status_code == 200


def test_answers_have_a_limit_of_their_own(make_client):
    client = make_client(answers_per_s=0.001, answers_burst=1, clock=Clock())
    assert client.post("/en/file", data={"a": "b"}).status_code == 200
    assert client.post("/en/file", data={"a": "b"}).status_code == 429
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize("body,kind", [
    (b"\xff\xfe", "application/x-www-form-urlencoded"), (b"a=1", "text/plain"), (b"", ""),
    (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"x", "multipart/form-data"),
])
@pytest.mark.parametrize("page", ["guide", "answer", "danger", "open", "search", "compare"])
def test_a_malformed_form_gets_a_plain_page(client, page, body, kind):
    got = client.post(f"/en/{page}", content=body, headers={"content-type": kind})
    assert got.status_code in (200, 400)
    assert "Traceback" not in got.text


def test_only_day_kind_of_page_and_status_are_logged(client, caplog):
    with caplog.at_level(logging.DEBUG):
        page = begin(client)
        client.post("/en/search", data={"text": "secret word"})
        client.post("/en/open", data={"text": 'present_in = "FR"'})
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("safeconduct")]
    assert "2026-11-24 guide 200" in lines
    whole = " ".join(lines)
    for said in ("KZ", "FR", "secret", field(page, "state")):
        assert said not in whole


def test_an_error_inside_shows_no_traceback_and_logs_no_message(make_client, monkeypatch, caplog):
    client = make_client()

    def fail(*_):
        raise RuntimeError("duty=deserted")

    monkeypatch.setattr("safeconduct.web.journey.Guide.next_key", fail)
    got = begin(client)
    assert got.status_code == 500
    assert "Traceback" not in got.text
    assert "deserted" not in caplog.text + got.text


def test_another_method_is_refused(client):
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.request(method, "/en/guide").status_code == 405
    assert client.get("/en/answer").status_code == 405


def test_the_style_sheet_can_be_kept(client):
    page = client.get("/en/").text
    name = page.split('href="/static/')[1].split('"')[0]
    got = client.get(f"/static/{name}")
    assert got.status_code == 200
    assert "immutable" in got.headers["cache-control"]
    assert client.get("/static/../app.py").status_code == 404
