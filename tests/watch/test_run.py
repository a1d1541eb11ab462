"""A round asks what is due, keeps what is new, and reports what failed."""

from safeconduct.watch.fetch.rules import Answer
from safeconduct.watch.read import document
from safeconduct.watch.run import Round
from safeconduct.watch.store import sources
from watch.conftest import AT
from watch.make import page_html
from watch.test_reading import SENTENCES

FEED = """<rss version="2.0"><channel><title>T</title>
<item><title>One</title><link>https://a.example/1</link></item>
<item><title>Two</title><link>https://a.example/2</link></item></channel></rss>"""


class Pages:
    """A fetcher that answers from a table."""

    def __init__(self, pages):
        self.pages = pages
        self.asked = []

    def fetch(self, url, *, etag=None, modified=None):
        self.asked.append((url, etag))
        found = self.pages.get(url)
        if found is None:
            return Answer(ok=False, url=url, reason="http", message="the server answered 404")
        return Answer(ok=True, url=url, status=200, media_type="text/html", etag='"1"', body=found)


class Reader:
    read = staticmethod(document.read_document)
    read_entry = staticmethod(document.read_entry)


def a_round(store, pages):
    fetcher = Pages(pages)
    return fetcher, Round(store, fetcher, Reader(), matcher=None, now=lambda: AT)


def test_a_feed_gives_its_pages_once_and_failures_are_kept(store):
    sources.add(store, "https://a.example/rss", kind="feed", on=AT.date())
    pages = {"https://a.example/rss": FEED.encode(), "https://a.example/1": page_html(SENTENCES)}
    _, one = a_round(store, pages)
    assert [e.what for e in one.run()] == ["feed", "added", "failed"]
    assert sources.failures(store)[0]["url"] == "https://a.example/2"
    assert sources.due(store, at=AT) == ()
    store.db.execute("UPDATE source SET next_at = '2026-01-01'")
    fetcher, two = a_round(store, pages)
    assert [e.what for e in two.run()] == ["feed", "failed"]
    assert fetcher.asked[0] == ("https://a.example/rss", '"1"')


def test_a_page_watched_for_change_is_kept_again_only_when_its_text_changed(store):
    sources.add(store, "https://a.example/1", kind="page", on=AT.date())
    for sentences, expected in (
        (SENTENCES, "added"),
        (SENTENCES, "known"),
        (SENTENCES[:2], "added"),
    ):
        store.db.execute("UPDATE source SET next_at = '2026-01-01'")
        _, one = a_round(store, {"https://a.example/1": page_html(sentences)})
        assert [e.what for e in one.run()] == [expected]


def test_a_source_that_cannot_be_read_is_reported_and_asked_less_often(store):
    sources.add(store, "https://a.example/x", kind="page", on=AT.date())
    _, one = a_round(store, {"https://a.example/x": b"\x00\x01\x02" * 50})
    events = list(one.run())
    assert [e.what for e in events] == ["failed"]
    assert sources.all_sources(store)[0].failures == 1
