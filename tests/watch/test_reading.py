"""Documents become the story alone, whatever they are."""

import gzip
import io
import zipfile

import pytest

from safeconduct.watch.problems import CannotRead
from safeconduct.watch.read.document import kind_of, read_document, read_entry
from safeconduct.watch.types import FeedEntry, Raw
from watch.make import page_html, small_pdf

SENTENCES = (
    "Kazakhstan handed a man who had left his unit over to the Russian military on Monday.",
    "He held a certificate that he had asked for asylum, a human rights bureau said.",
    "His lawyer learned of it only when the aeroplane had already left the country.",
)


def text_of(body, **about):
    return read_document(Raw(body=body, **about)).pages[0]


def test_a_page_gives_its_story_without_menu_share_buttons_and_copyright():
    page = text_of(page_html(SENTENCES))
    assert page.text.split("\n") == list(SENTENCES)
    assert page.title == "A handover in Kazakhstan"
    assert page.language == "en"


def test_a_page_says_its_day_site_and_agency_but_no_persons_byline():
    page = text_of(page_html(SENTENCES))
    assert str(page.published_on) == "2026-02-03"
    assert page.site == "Example News"
    assert page.credits == ("Reuters",)


def test_the_day_is_read_from_the_address_when_the_page_shows_none():
    body = b"<html><body><article><p>" + SENTENCES[0].encode() + b"</p></article></body></html>"
    assert str(text_of(body, url="https://n.example/2024/05/06/x").published_on) == "2024-05-06"


def test_plain_text_loses_its_furniture_and_keeps_it_aside():
    body = "\n".join(
        ["Weather     Live Markets", "", *SENTENCES, "", "Share.", "© 2024 A. All Rights Reserved."]
    )
    page = text_of(body.encode())
    assert page.text.split("\n") == list(SENTENCES)
    assert page.furniture == ("Weather Live Markets", "Share.", "© 2024 A. All Rights Reserved.")


def test_the_first_real_input_becomes_five_paragraphs(shared):
    page = text_of((shared / "news" / "globe-echo.txt").read_bytes())
    assert len(page.paragraphs) == 5
    assert page.paragraphs[0].startswith("Russian officer")
    assert page.paragraphs[-1].endswith("away from the war.")
    assert "Smiley face" in page.furniture and "Share." in page.furniture


def test_a_pdf_gives_its_text():
    page = text_of(small_pdf(SENTENCES))
    assert page.kind == "pdf"
    assert "left his unit" in page.text


def test_a_rss_feed_gives_entries_with_days():
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One</title>'
        "<link>https://a.example/1</link><pubDate>Mon, 02 Feb 2026 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    entry = read_document(Raw(body=feed.encode())).entries[0]
    assert (entry.url, entry.title, str(entry.published_on)) == (
        "https://a.example/1",
        "One",
        "2026-02-02",
    )


def test_an_atom_feed_that_carries_whole_texts_gives_pages():
    whole = "".join(f"&lt;p&gt;{s} {s} {s}&lt;/p&gt;" for s in SENTENCES)
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>One</title><id>1</id>'
        f'<link href="https://a.example/1"/><updated>2026-02-02T10:00:00Z</updated><content type="html">{whole}</content>'
        "</entry></feed>"
    )
    entry = read_document(Raw(body=feed.encode())).entries[0]
    page = read_entry(entry)
    assert page is not None
    assert "aeroplane" in page.text and str(page.published_on) == "2026-02-02"


def test_an_entry_that_only_announces_a_page_is_not_read_as_one():
    assert read_entry(FeedEntry(url="https://a.example/1", title="One", summary="Short.")) is None


def test_an_opml_list_gives_its_feeds_once():
    opml = (
        '<opml version="2.0"><body><outline text="a"><outline xmlUrl="https://a.example/rss"/>'
        '<outline xmlUrl="https://a.example/rss"/><outline xmlUrl="javascript:x"/></outline></body></opml>'
    )
    assert read_document(Raw(body=opml.encode())).feeds == ("https://a.example/rss",)


def warc(pages):
    """A small WARC with one response a page, each record a gzip member of its own."""
    out = b""
    for url, body in pages:
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
            f"WARC-Target-URI: {url}\r\nWARC-Date: 2026-02-03T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        out += gzip.compress(head.encode() + answer + b"\r\n\r\n")
    return out


def test_a_warc_gives_its_pages():
    captures = read_document(
        Raw(body=warc([("https://a.example/", page_html(SENTENCES))]), url="x.warc.gz")
    ).captures
    assert [c.url for c in captures] == ["https://a.example/"]
    assert "aeroplane" in read_document(captures[0]).pages[0].text


def test_a_wacz_gives_its_pages():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "archive/data.warc.gz", warc([("https://a.example/", page_html(SENTENCES))])
        )
        archive.writestr("datapackage.json", "{}")
    captures = read_document(Raw(body=out.getvalue())).captures
    assert len(captures) == 1


def test_what_a_document_is_comes_from_its_bytes_before_its_label():
    assert kind_of(Raw(body=small_pdf(SENTENCES), media_type="text/html")) == "pdf"
    assert kind_of(Raw(body=b"\x00\x01\x02\x03" * 20)) == "binary"
    assert kind_of(Raw(body=gzip.compress(b"WARC/1.0"), url="a.warc.gz")) == "warc"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_russian_is_read_in_the_encodings_it_is_written_in(encoding):
    text = "Казахстан выдал России дезертира. Об этом сообщил его адвокат в понедельник вечером."
    body = f"<html><body><article><p>{text}</p></article></body></html>".encode(encoding)
    assert text_of(body).text == text


def test_a_document_without_text_is_an_error_that_says_so():
    with pytest.raises(CannotRead, match="no text was found"):
        read_document(Raw(body=b"<html><body><script>1</script></body></html>"))
