"""WARC and WACZ: the pages inside, one at a time, with bounds on every inflated byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from safeconduct.watch import bounds
from safeconduct.watch.extras import need
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.types import Raw

_PAGES = ("text/html", "application/xhtml", "text/plain", "application/pdf", "xml")


def read_archive(stream: IO[bytes], *, wacz: bool) -> Iterator[Raw]:
    """Every page in an archive: successful responses and resources that can hold text.

    Raises:
        CannotRead: The archive is broken, or larger than any archive of pages should be.

    """
    budget = [bounds.MAX_ARCHIVE_BYTES]
    if not wacz:
        yield from _records(stream, budget)
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            for item in archive.infolist():
                name = item.filename.lower()
                if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                    with archive.open(item) as part:
                        yield from _records(_Bounded(part, budget), budget)
    except CannotRead:
        raise
    except Exception as error:  # zipfile raises many kinds on broken archives, plain ValueError among them
        raise CannotRead(f"the WACZ is not a readable archive: {type(error).__name__}") from error


class _Bounded(io.RawIOBase):
    """A stream that ends with an error once its budget of bytes is spent."""

    def __init__(self, inner: IO[bytes], budget: list[int]) -> None:
        self._inner = inner
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._inner.read(64 * 1024 if size is None or size < 0 else size)
        _spend(self._budget, len(chunk))
        return chunk


def _spend(budget: list[int], amount: int) -> None:
    budget[0] -= amount
    if budget[0] < 0:
        raise CannotRead(
            f"the archive inflates past {bounds.MAX_ARCHIVE_BYTES} bytes; the rest was not read"
        )


def _records(stream: Any, budget: list[int]) -> Iterator[Raw]:
    iterator = need("warcio.archiveiterator").ArchiveIterator(stream, arc2warc=True)
    count = 0
    try:
        for record in iterator:
            count += 1
            if count > bounds.MAX_ARCHIVE_RECORDS:
                raise CannotRead(f"the archive holds more than {count - 1} records")
            if record.rec_type not in ("response", "resource"):
                continue
            raw = _page(record, budget)
            if raw is not None:
                yield raw
    except CannotRead:
        raise
    except Exception as error:  # warcio raises many kinds on broken archives
        raise CannotRead(
            f"the archive is broken after {count} records: {type(error).__name__}"
        ) from error


def _page(record: Any, budget: list[int]) -> Raw | None:
    headers = record.http_headers
    if headers is not None and not str(headers.get_statuscode()).startswith("2"):
        return None
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    if not any(name in kind for name in _PAGES):
        return None
    body = bytearray()
    source = record.content_stream()
    while len(body) <= bounds.MAX_BODY_BYTES:
        chunk = source.read(64 * 1024)
        if not chunk:
            break
        _spend(budget, len(chunk))
        body += chunk
    else:
        return None
    charset = kind.partition("charset=")[2].split(";")[0].strip(" \"'") or None
    return Raw(
        body=bytes(body),
        url=record.rec_headers.get_header("WARC-Target-URI"),
        media_type=kind.split(";")[0].strip(),
        charset=charset,
        via="archive",
    )
