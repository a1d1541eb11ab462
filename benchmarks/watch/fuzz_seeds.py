"""Writes a small whole document for each edge of `fuzz.py`, so that fuzzing begins behind the first check.

    python benchmarks/watch/fuzz_seeds.py FOLDER
    python benchmarks/watch/fuzz.py zip FOLDER/zip -max_total_time=120
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

STORY = "Kazakhstan handed a deserter over to Russia on 2 February 2026, his lawyer said. "
HTML = f"<html><body><article><p>{STORY}</p></article></body></html>".encode()


def warc(*, packed: bool) -> bytes:
    """Two captures."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for number in range(2):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(f"https://a.example/{number}", "response", payload=io.BytesIO(HTML), http_headers=head)
        )
    return out.getvalue()


def wacz(*, packed: bool) -> bytes:
    """One archive inside another."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.warc" + (".gz" if packed else ""), warc(packed=packed))
        file.writestr("datapackage.json", "{}")
    return out.getvalue()


def pdf() -> bytes:
    """One page with one line."""
    text = b"BT /F1 12 Tf 20 200 Td (He fled to Armenia in May 2026.) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


#: What stands behind each edge's head in `fuzz.HEADS`.
SEEDS = {
    "bytes": [HTML],
    "html": [f"{STORY}</p></article></body></html>".encode()],
    "json-ld": [f'"articleBody":"{STORY * 5}","datePublished":"2026-02-03"}}</script><p>{STORY}'.encode()],
    "pdf": [pdf().removeprefix(b"%PDF-1.4\n")],
    "zip": [wacz(packed=p).removeprefix(b"PK\x03\x04") for p in (False, True)],
    "warc": [warc(packed=False).removeprefix(b"WARC/1.0\r\n")],
    "feed": [
        f"<title>A</title><link>https://a.example/1</link><pubDate>Tue, 03 Feb 2026 10:00:00 GMT</pubDate>"
        f"<description>{STORY * 9}</description></item></channel></rss>".encode()
    ],
    "atom": [
        f"<title>A</title><link href='https://a.example/1'/><updated>2026-02-03T10:00:00Z</updated>"
        f"<content type='html'>{STORY * 9}</content></entry></feed>".encode()
    ],
    "opml": [b"text='a' xmlUrl='https://a.example/rss'/></body></opml>"],
    "utf-16": [f"<body><p>{STORY}".encode("utf-16-le")],
    "xml-utf-16": [b"<rss><channel/></rss>"],
    "address": [b"https://user@127.0.0.1:80/", b"https://[::ffff:10.0.0.1]/a?b#c"],
    "words": ["В ночь на 2 февраля 2026 года Казахстан передал 5 дезертиров.".encode(), "Le 5 février, 98 000 Russes sont entrés.".encode()],
    "model": [b'{"claims": [{"kind": "handover", "places": ["AM"], "negated": false, "words": "He fled to Armenia"}]}'],
}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for edge, seeds in SEEDS.items():
        (folder / edge).mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            (folder / edge / f"seed-{number}").write_bytes(seed)
