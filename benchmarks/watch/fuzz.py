"""Fuzzes the parsers' edges with atheris: whatever the bytes, only the watch's own errors may come out.

    python benchmarks/watch/fuzz.py                              the names of the edges
    python benchmarks/watch/fuzz.py feed -max_total_time=120     one edge
    python benchmarks/watch/fuzz.py all -max_total_time=600      all of them, chosen by the first byte

atheris is not among the project's dependencies: `pip install atheris`.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["safeconduct"]):
    from safeconduct.watch.fetch.addresses import is_odd_number, why_refused
    from safeconduct.watch.fetch.http import Refused, check_url
    from safeconduct.watch.fetch.rules import Rules
    from safeconduct.watch.llm import check
    from safeconduct.watch.problems import CannotRead
    from safeconduct.watch.read.document import read_document, read_entry
    from safeconduct.watch.signals.analysis import analyse
    from safeconduct.watch.signals.dates import dates
    from safeconduct.watch.signals.quantities import quantities
    from safeconduct.watch.types import Page, Raw

ADDRESS = "https://a.example/2026/01/02/x"
HEADS = {
    "bytes": b"",
    "html": b"<html><body><article><p>",
    "json-ld": b'<script type="application/ld+json">{"@type":"NewsArticle",',
    "pdf": b"%PDF-1.4\n",
    "zip": b"PK\x03\x04",
    "warc": b"WARC/1.0\r\n",
    "feed": b"<rss version='2.0'><channel><item>",
    "atom": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>",
    "opml": b"<opml version='2.0'><body><outline ",
    "utf-16": b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
    "xml-utf-16": b"<?xml version='1.0' encoding='utf-16'?>",
}


def document(head: bytes) -> Callable[[bytes], None]:
    """Bytes behind a head, as a document; what it holds is read as well."""

    def one(data: bytes) -> None:
        with suppress(CannotRead):
            reading = read_document(Raw(body=head + data, url=ADDRESS))
            for page in reading.pages:
                analyse(page)
            for entry in reading.entries[:3]:
                with suppress(CannotRead):
                    read_entry(entry)
            for capture in reading.captures:
                with suppress(CannotRead):
                    read_document(capture)

    return one


def address(data: bytes) -> None:
    """Bytes as an address."""
    text = data.decode("utf-8", "replace")
    with suppress(Refused):
        check_url(text, Rules())
    why_refused(text)
    is_odd_number(text)


def words(data: bytes) -> None:
    """Bytes as a text in one of the languages, with its days and figures."""
    text = data.decode("utf-8", "replace")
    dates(text, published=None)
    quantities(text)
    for language in ("en", "ru", "fr"):
        analyse(Page(kind="text", title="", text=text, language=language))


def model(data: bytes) -> None:
    """Bytes as the answer of a language model, and as the content of one."""
    page = Page(kind="text", title="", text="He fled to Armenia.", language="en")
    check(data, page)
    content = {"choices": [{"message": {"content": data.decode("utf-8", "replace")}}]}
    check(json.dumps(content).encode(), page)


EDGES = {name: document(head) for name, head in HEADS.items()}
EDGES |= {"address": address, "words": words, "model": model}


def every(data: bytes) -> None:
    """Any edge, chosen by the first byte."""
    if data:
        list(EDGES.values())[data[0] % len(EDGES)](data[1:])


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    if chosen not in EDGES and chosen != "all":
        raise SystemExit(f"Give an edge: all, {', '.join(EDGES)}")
    logging.disable(logging.CRITICAL)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], EDGES.get(chosen, every))
    atheris.Fuzz()
