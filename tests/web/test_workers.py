"""Answers are computed in other processes, each for a limited time."""

import os
import time
from datetime import date

import anyio
import pytest
from starlette.testclient import TestClient

from safeconduct.web.app import create_app
from safeconduct.web.workers import TooLong, Workers
from web.conftest import begin, field, settings


def handler(job):
    if job == "sleep":
        time.sleep(60)
    if job == "die":
        os._exit(3)
    if job == "fail":
        raise RuntimeError("secret")
    if job == "large":
        return 200, [], b"x" * 3_000_000
    return 200, [("x", "y")], str(job).encode()


@pytest.fixture
def workers():
    found = Workers(2, 0.5, handler)
    found.start()
    yield found
    found.stop()


def test_jobs_are_answered_at_the_same_time(workers):
    async def ask():
        got = {}

        async def one(n):
            got[n] = await workers.run(n)

        async with anyio.create_task_group() as group:
            for n in range(20):
                group.start_soon(one, n)
        return got

    got = anyio.run(ask)
    assert got == {n: (200, [("x", "y")], str(n).encode()) for n in range(20)}


def test_one_that_takes_too_long_or_dies_is_ended_and_the_next_is_answered(workers):
    async def ask():
        for bad in ("sleep", "die", "sleep", "die"):
            with pytest.raises(TooLong):
                await workers.run(bad)
        return [await workers.run(n) for n in range(4)]

    assert [p[2] for p in anyio.run(ask)] == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("quick", [False, True])
def test_large_pages_come_whole_in_every_event_loop(workers, quick):
    if quick:
        pytest.importorskip("uvloop")

    async def ask():
        return [await workers.run("large") for _ in range(5)]

    pages = anyio.run(ask, backend_options={"use_uvloop": quick})
    assert [len(p[2]) for p in pages] == [3_000_000] * 5


def test_an_error_inside_tells_nothing(workers):
    assert anyio.run(workers.run, "fail") == (500, [], b"")


def test_the_guide_answers_through_its_workers(base):
    app = create_app(base, settings(workers=1))
    app.site.start_workers()
    try:
        with TestClient(app) as client:
            assert begin(client).status_code == 200
            page = client.post("/en/open", data={"text": 'nationalities = ["RU"]'})
            answer = client.post("/en/answer", data={"state": field(page, "state")})
            assert answer.status_code == 200
            assert "Nothing can be said" in answer.text
            assert answer.headers["cache-control"] == "no-store"
            got = client.post("/api/plan", json={"situation": {"nationalities": ["RU"]}})
            assert got.json()["on"] == date(2026, 11, 24).isoformat()
    finally:
        app.site.stop_workers()


def test_an_answer_that_takes_too_long_gets_a_plain_page(base, monkeypatch):
    from safeconduct.web import answers

    monkeypatch.setattr(answers, "answer", lambda *_, **__: time.sleep(30))
    app = create_app(base, settings(workers=1, answer_seconds=0.3))
    app.site.start_workers()
    try:
        with TestClient(app) as client:
            page = client.post("/en/open", data={"text": 'present_in = "KZ"'})
            got = client.post("/en/answer", data={"state": field(page, "state")})
            assert got.status_code == 429
            assert "too long" in got.text
            got = client.post("/api/plan", json={"situation": {"present_in": "KZ"}})
            assert got.status_code == 429
            assert got.json()["error"]
    finally:
        app.site.stop_workers()
