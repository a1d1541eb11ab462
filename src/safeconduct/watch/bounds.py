"""The limits that keep a hostile page from taking the machine. One place, all in plain units."""

from __future__ import annotations

MAX_BODY_BYTES = 16 * 1024 * 1024
"""The most bytes taken from the network or a file, after inflation."""

MAX_ARCHIVE_BYTES = 512 * 1024 * 1024
"""The most bytes read from one WARC or WACZ, after inflation, over all its records."""

MAX_ARCHIVE_RECORDS = 20_000
MAX_FEED_ENTRIES = 500
MAX_TEXT_CHARS = 400_000
"""Text past this is cut, and the page says so."""

MAX_PARAGRAPH_CHARS = 100_000
MAX_PDF_PAGES = 200
MAX_TAG_DEPTH = 400
"""Pages nested deeper are flattened before they reach a parser that recurses."""

MAX_TAGS = 150_000
FETCH_SECONDS = 30.0
READ_SECONDS = 20.0
MAX_REDIRECTS = 5
MAX_HEADER_BYTES = 64 * 1024
