"""Whatever is sent, there is no error of the server, no traceback and no hang.

SAFECONDUCT_CASES sets how many cases are tried on each route (10,000 for the full run).
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.conftest import begin, field

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

CASES = int(os.environ.get("SAFECONDUCT_CASES", "25"))
calm = settings(
    max_examples=CASES, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(app):
    """The interface as described; the engine is given small situations only."""
    from starlette.testclient import TestClient

    client = TestClient(app)
    return client, client.get("/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method in methods:
            yield path, method


@pytest.fixture
def small_engine(monkeypatch):
    """The engine is given situations without a place only: here the way to it is tried."""
    from safeconduct.web import answers, unlocking

    plain, changes = answers.answer, unlocking.unlock
    monkeypatch.setattr(
        answers, "answer", lambda e, s, **kw: plain(e, s.but(present_in=None), **kw)
    )
    monkeypatch.setattr(
        unlocking, "unlock", lambda e, s, **kw: changes(e, s.but(present_in=None), **kw)
    )


PATHS = [
    ("/api/plan", "post"), ("/api/compare", "post"), ("/api/claim", "post"),
    ("/api/search", "post"), ("/api/places", "get"), ("/api/place/{code}", "get"),
    ("/api/source/{name}", "get"), ("/api/changes", "get"),
]


def test_every_described_route_is_tried(described):
    assert sorted(operations(described[1])) == sorted(PATHS)


@pytest.mark.parametrize("path,method", PATHS)
def test_the_interface_withstands_generated_requests(described, small_engine, path, method):
    client, document = described
    schema = schemathesis.openapi.from_dict(document)
    operation = schema[path][method.upper()]
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        try:
            strategy = operation.as_strategy(generation_mode=mode)
        except Exception as error:
            pytest.fail(f"{path}: {error}")

        @calm
        @given(case=strategy)
        def attack(case):
            kwargs = case.as_transport_kwargs(base_url="http://testserver")
            kwargs = {k: v for k, v in kwargs.items()
                      if k in ("url", "method", "headers", "params", "json", "data", "content")}
            if isinstance(kwargs.get("data"), bytes | str):
                kwargs["content"] = kwargs.pop("data")
            try:
                got = client.request(**kwargs)
            except (UnicodeError, ValueError, TypeError):
                return  # the client itself cannot send it
            except Exception as error:
                if type(error).__module__.startswith("httpx"):
                    return
                raise
            assert got.status_code < 500, (got.status_code, case)
            assert "Traceback" not in got.text

        try:
            attack()
        except schemathesis.errors.SchemathesisError:
            continue
        except Exception as error:
            if "Unsatisfiable" in type(error).__name__:
                continue
            raise


FORM_PAGES = ["guide", "danger", "answer", "way", "ways", "why", "unlock", "compare", "claim",
              "file", "page", "pdf",
              "open", "search", "leave"]
NAMES = st.sampled_from([
    "state", "q", "v", "do", "change", "remove", "add", "from", "month", "year", "on", "as_of",
    "goal", "reach", "way", "start", "closed", "in", "on_a", "on_b", "known_a", "known_b", "text", "none",
])
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["KZ", "RU", "next", "unsure", "none", "back", "stay", "summary", "continue",
                     "paper", "paper.0.held", "paper.-1.held", "paper.99.kind", "relative.0.in",
                     "duty", "2026-11-24", "9999-99-99", "expired", "until", "yes", "\0", "٣",
                     "present_in", "standing:visitor", "paper:visa", "present_in = \"KZ\"",
                     "on = 2026-01-01", "x" * 5000, "²", "paper.².held", "²²²²"]),
)


@pytest.mark.parametrize("name", FORM_PAGES)
def test_the_pages_withstand_generated_forms(app, small_engine, name):
    from starlette.testclient import TestClient
    client = TestClient(app)
    token = field(begin(client), "state")

    @calm
    @given(fields=st.lists(st.tuples(NAMES, VALUES), max_size=8), own=st.booleans(),
           cut=st.integers(0, 40))
    def attack(fields, own, cut):
        data = {}
        for key, value in fields:
            data.setdefault(key, []).append(value)
        if own:
            data["state"] = [token if cut > 5 else token[:-cut or None]]
        try:
            got = client.post(f"/en/{name}", data=data, follow_redirects=False)
        except UnicodeError:
            return
        assert got.status_code < 500, (got.status_code, data)
        assert "Traceback" not in got.text

    attack()


@pytest.mark.parametrize("name", FORM_PAGES)
def test_a_digit_that_is_no_number_is_refused_in_words(app, small_engine, name):
    """Some characters count as digits and cannot be read as a number, such as a raised two."""
    from starlette.testclient import TestClient
    client = TestClient(app)
    token = field(begin(client), "state")
    for data in ({"month": "²"}, {"year": "²²²²", "month": "²"}, {"remove": "paper.²"},
                 {"change": "paper.².held"}, {"q": "paper.².held", "do": "next"}, {"start": "²"},
                 {"do": "next", "q": "birth_year", "v": "²²²²"}):
        for sent in (data, data | {"state": token}):
            got = client.post(f"/en/{name}", data=sent, follow_redirects=False)
            assert got.status_code < 500, sent


@calm
@given(body=st.binary(max_size=400), kind=st.sampled_from([
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json",
    "multipart/form-data", "text/html; charset=\udcff".encode("utf-8", "replace").decode("latin-1"),
]))
def test_bodies_of_any_bytes_are_withstood(app, body, kind):
    from starlette.testclient import TestClient

    client = TestClient(app)
    for path in ("/en/guide", "/en/open", "/api/plan", "/api/search", "/fr/leave"):
        got = client.post(path, content=body, headers={"content-type": kind},
                          follow_redirects=False)
        assert got.status_code < 500


@calm
@given(path=st.text(max_size=60))
def test_addresses_of_any_kind_are_withstood(app, path):
    from starlette.testclient import TestClient

    client = TestClient(app)
    try:
        got = client.get(f"/{path}", follow_redirects=False)
    except Exception as error:
        if type(error).__module__.startswith("httpx") or isinstance(error, UnicodeError):
            return
        raise
    assert got.status_code < 500
