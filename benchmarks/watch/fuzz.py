"""Fuzzes the parsers' edges with atheris: whatever the bytes, only `CannotRead` may come out.

    python benchmarks/watch/fuzz.py -max_total_time=60 -max_len=4096

atheris is not among the project's dependencies: `pip install atheris`.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["safeconduct"]):
    from safeconduct.watch.fetch.addresses import is_odd_number, why_refused
    from safeconduct.watch.fetch.http import Refused, check_url
    from safeconduct.watch.fetch.rules import Rules
    from safeconduct.watch.problems import CannotRead
    from safeconduct.watch.read.document import read_document
    from safeconduct.watch.signals.analysis import analyse
    from safeconduct.watch.types import Raw

HEADS = (
    b"", b"<html><body><article><p>", b"%PDF-1.4\n", b"PK\x03\x04", b"WARC/1.0\r\n", b"<rss version='2.0'><channel>", b"<opml>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"\xff\xfe", b'<script type="application/ld+json">{"@type":"NewsArticle",',
)  # fmt: skip


def one(data: bytes) -> None:
    """One input: as a document, and as an address."""
    if not data:
        return
    try:
        reading = read_document(
            Raw(body=HEADS[data[0] % len(HEADS)] + data[1:], url="https://a.example/2026/01/02/x")
        )
        for page in reading.pages:
            analyse(page)
    except CannotRead:
        pass
    text = data.decode("utf-8", "replace")
    with suppress(Refused):
        check_url(text, Rules())
    why_refused(text)
    is_odd_number(text)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
