"""Answers travel in the form: authenticated, for a while, and not after leaving quickly."""

import base64

import pytest

from safeconduct.web.state import Journey, Refused, Seal
from web.conftest import Clock, answer, begin, field, settings


def seal(**changes):
    return Seal(settings(**changes))


def test_a_token_gives_the_journey_back():
    journey = Journey({"duty": "serving", "paper": [{"kind": "visa"}]}, ("sex",), ("paper",),
                      ("duty",), "2026-01-02", "", "stay", "n")
    s = seal()
    assert s.read(s.token(journey)) == journey


def test_every_altered_byte_is_noticed():
    s = seal()
    token = s.token(Journey({"duty": "serving"}, number="n"))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for at in range(len(raw)):
        bad = bytearray(raw)
        bad[at] ^= 1
        with pytest.raises(Refused):
            s.read(base64.urlsafe_b64encode(bytes(bad)).decode().rstrip("="))


@pytest.mark.parametrize("token", ["", "x", "éé", "A" * 40, "=" * 10, "\0", "A" * 200_000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(Refused):
        seal().read(token)


def test_a_token_of_another_run_is_refused():
    with pytest.raises(Refused):
        seal(key=b"1" * 32).read(seal(key=b"2" * 32).token(Journey(number="n")))


def test_a_token_is_taken_for_two_hours():
    clock = Clock()
    s = seal(clock=clock)
    token = s.token(Journey(number="n"))
    clock.now += 120 * 60
    s.read(token)
    clock.now += 120
    with pytest.raises(Refused, match="old"):
        s.read(token)


def test_a_journey_that_was_left_quickly_is_refused_and_in_time_forgotten():
    clock = Clock()
    s = seal(clock=clock)
    journey = Journey(number="n")
    token = s.token(journey)
    s.close(journey)
    with pytest.raises(Refused, match="closed"):
        s.read(token)
    clock.now += 125 * 60
    s.close(Journey(number="other"))
    assert list(s.closed) == ["other"]


def test_the_repr_of_a_journey_shows_nothing_of_it():
    assert "serving" not in repr(Journey({"duty": "serving"}))


def test_a_tampered_or_replayed_form_gets_a_plain_page(client):
    page = begin(client)
    token = field(page, "state")
    changed = client.post("/en/guide", data={"state": token[:-2] + "AA", "q": "duty", "v": "none"})
    assert changed.status_code == 400
    assert "changed or is from another time" in changed.text
    assert client.post("/en/leave", data={"state": token}, follow_redirects=False).status_code == 303
    replayed = client.post("/en/guide", data={"state": token, "q": "nationalities", "v": "RU"})
    assert replayed.status_code == 400
    assert "This was closed" in replayed.text
    assert "Kazakhstan" not in replayed.text


def test_leaving_quickly_works_with_any_form(client):
    for data in ({}, {"state": "x"}, {"state": ["a", "b"]}):
        got = client.post("/en/leave", data=data, follow_redirects=False)
        assert got.status_code == 303
        assert got.headers["location"] == "/en/leave"
    assert client.get("/en/leave").headers["clear-site-data"]


def test_no_cookie_is_set_and_no_address_holds_an_answer(client):
    page = answer(client, begin(client), v=["RU"])
    assert not client.cookies
    assert "set-cookie" not in page.headers
    assert page.url.query in (b"", "")
    assert page.url.path == "/en/guide"
