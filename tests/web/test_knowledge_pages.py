"""What is known can be read by place, by source, by word and by day, without an answer in sight."""

from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest

from safeconduct.engine.coverage import cover
from safeconduct.web.knowledge import anchor
from web.conftest import DAY

ATOM = "{http://www.w3.org/2005/Atom}"


def test_every_place_has_a_page(client, base):
    library = client.app.app.state.site.library()
    listed = client.get("/en/places").text
    for c in cover(base.as_of(DAY)):
        assert f'href="/en/place/{c.place}"' in listed
        if c.place in ("KZ", "FR", "RU", "EU"):
            page = client.get(f"/en/place/{c.place}")
            assert page.status_code == 200
            for item in library.by_place[c.place]:
                assert f'id="{anchor(item.id)}"' in page.text
    assert client.get("/en/place/ZZ").status_code == 404
    assert client.get("/en/place/kz").status_code == 200


def test_every_source_has_a_page_that_says_what_rests_on_it(client, base):
    listed = client.get("/en/sources").text
    for number, source in enumerate(base.index.sources.values()):
        assert f'href="/en/source/{source.id}"' in listed
        if number % 60 == 0:
            page = unescape(client.get(f"/en/source/{source.id}").text)
            assert source.title in page
            assert source.url in page
    assert client.get("/en/source/nothing").status_code == 404


def test_a_search_finds_all_words_and_its_text_is_in_no_address(client):
    page = client.post("/en/search", data={"text": "handover KAZAKHSTAN"})
    assert page.status_code == 200
    assert "kz." in page.text
    assert page.url.query == b""
    nothing = client.post("/en/search", data={"text": "zzzzqqqq"})
    assert "0 found" in nothing.text
    assert client.post("/en/search", data={"text": ""}).status_code == 200
    odd = client.post("/en/search", data={"text": "<b>&\"'"})
    assert "<b>&" not in odd.text


def test_the_feed_is_atom_and_holds_what_was_recorded_lately(client):
    got = client.get("/en/changes.atom")
    assert got.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(got.content)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    ids = [e.find(f"{ATOM}id").text for e in entries]
    assert len(ids) == len(set(ids))
    oldest = (DAY - timedelta(days=90)).isoformat()
    for entry in entries:
        assert oldest <= entry.find(f"{ATOM}updated").text[:10] <= DAY.isoformat()


@pytest.mark.parametrize("lang", ["en", "ru", "fr", "de", "uk", "ar-xb"])
@pytest.mark.parametrize("path", ["places", "place/GE", "sources", "changes", "about", "search"])
def test_every_page_is_there_in_every_language(client, lang, path):
    page = client.get(f"/{lang}/{path}")
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text


def test_a_language_that_is_not_offered_has_no_pages(make_client):
    client = make_client(pseudo=False)
    assert client.get("/ar-xb/").status_code == 404
    assert client.get("/es/").status_code == 404


def test_the_first_page_follows_the_browser(client):
    assert '<html lang="fr"' in client.get("/", headers={"accept-language": "fr-CH,de"}).text
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "xx;q=z,,;"}).text
