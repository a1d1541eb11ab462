"""The guide over the knowledge that comes with the program, on a fixed day."""

import re
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from safeconduct.kb.cache import load_cached
from safeconduct.web.app import create_app
from safeconduct.web.settings import Settings

DAY = date(2026, 11, 24)


class Clock:
    """A clock that tests move."""

    def __init__(self):
        self.now = 10_000.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    return load_cached(tmp_path_factory.mktemp("compiled") / "cache")


def settings(**changes):
    plain = {
        "hosts": ("testserver", "127.0.0.1"), "key": b"k" * 32, "rate_per_s": 1e6,
        "burst": 10**6, "answers_per_s": 1e6, "answers_burst": 10**6, "pseudo": True,
        "day": lambda: DAY,
    }
    return Settings(**{**plain, **changes})


@pytest.fixture(scope="session")
def app(base):
    return create_app(base, settings())


@pytest.fixture
def client(app):
    with TestClient(app) as found:
        yield found


@pytest.fixture
def make_client(base):
    """A client of a guide with other settings."""

    def make(**changes):
        return TestClient(create_app(base, settings(**changes)))

    return make


def field(page, name):
    """The value of a hidden field, or `None`."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return unescape(found[1]) if found else None


def heading(page):
    return unescape(re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)[1]).strip()


def answer(client, page, lang="en", **values):
    """The next page after answering the question on this one."""
    data = {"state": field(page, "state"), "q": field(page, "q"), "do": "next", **values}
    origin = field(page, "from")
    if origin:
        data["from"] = origin
    return client.post(f"/{lang}/guide", data=data)


def begin(client, place="KZ", lang="en"):
    return client.post(f"/{lang}/guide", data={"q": "present_in", "v": place, "do": "next"})
