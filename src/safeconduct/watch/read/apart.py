"""Reads documents in a process of its own, so that a hostile one can only break that process.

The process has no network, no files to write, bounded memory and time. What it answers is plain
data, checked again here.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from safeconduct.watch import bounds
from safeconduct.watch.fetch import frames
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.types import FeedEntry, Page, Raw, Reading

_SOURCE = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.append({path!r}); from safeconduct.watch.read.apart import serve; serve()"
)
_MAX_FRAME = bounds.MAX_ARCHIVE_BYTES


def _to_data(reading: Reading) -> dict[str, Any]:
    data = asdict(reading)
    data["captures"] = []
    return json.loads(json.dumps(data, default=str))  # type: ignore[no-any-return]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _from_data(data: dict[str, Any]) -> Reading:
    pages = []
    for one in data.get("pages", ()):
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in one.items()}
        fields["published_on"] = _day(fields.get("published_on"))
        pages.append(Page(**fields))
    entries = []
    for one in data.get("entries", ()):
        entries.append(FeedEntry(**(one | {"published_on": _day(one.get("published_on"))})))
    return Reading(
        pages=tuple(pages),
        entries=tuple(entries),
        feeds=tuple(data.get("feeds", ())),
        problems=tuple(data.get("problems", ())),
    )


def serve() -> None:
    """Answer requests until the input ends; run only in the shut-in process."""
    from safeconduct.watch.fetch.jail import shut
    from safeconduct.watch.read.document import read_document, read_entry

    for warm in (
        b"<html><body><article><p>This sentence is long enough to tell its language by."
        b"</p></article></body></html>",
        b'<rss version="2.0"><channel><item><title>x</title></item></channel></rss>',
        b"<opml><body/></opml>",
    ):
        with contextlib.suppress(Exception):
            read_document(Raw(body=warm))
    folders = tuple(p for p in sys.path if Path(p).is_dir())
    jail = shut(megabytes=2048, seconds=3600, readable=folders, network=False, nobody=False)
    out = sys.stdout.buffer
    frames.write(out, {"jail": list(jail)})
    while True:
        frame = frames.read(sys.stdin.buffer, max_body=_MAX_FRAME)
        if frame is None:
            return
        head, body = frame
        try:
            if head.get("entry"):
                fields = head["entry"] | {"published_on": _day(head["entry"].get("published_on"))}
                page = read_entry(FeedEntry(**fields))
                reading = Reading(pages=(page,) if page else ())
            else:
                reading = read_document(Raw(body=body, **head["raw"]))
            answer: dict[str, Any] = {"ok": True, "reading": _to_data(reading)}
        except CannotRead as problem:
            answer = {"ok": False, "message": str(problem)}
        except (Exception, RecursionError) as problem:
            answer = {
                "ok": False,
                "message": f"the document could not be read ({type(problem).__name__})",
            }
        frames.write(out, answer)


class Reader:
    """A reading process, started when first needed and again when a document broke it."""

    def __init__(self, *, seconds: float = bounds.READ_SECONDS) -> None:
        self.seconds = seconds
        self.jail: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-B", "-c", _START.format(path=str(_SOURCE))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}, cwd="/", close_fds=True,
        )  # fmt: skip
        self._process = process
        assert process.stdout is not None  # noqa: S101
        first = frames.read_by(process.stdout.fileno(), max_body=0, seconds=60.0)
        if first is None:
            raise CannotRead("the reading process did not start")
        self.jail = tuple(first[0].get("jail", ()))
        return process

    def _ask(self, head: dict[str, Any], body: bytes) -> Reading:
        try:
            process = self._start()
            assert process.stdin is not None and process.stdout is not None  # noqa: S101
            frames.write(process.stdin, head, body)  # type: ignore[arg-type]
            frame = frames.read_by(process.stdout.fileno(), max_body=0, seconds=self.seconds)
        except TimeoutError as error:
            self.close()
            raise CannotRead(
                f"the document took more than {self.seconds:g} seconds to read; it was given up"
            ) from error
        except (OSError, ValueError) as error:
            self.close()
            raise CannotRead(
                "the document broke the reading process; nothing of it was kept"
            ) from error
        if frame is None:
            self.close()
            raise CannotRead(
                "the document broke the reading process (too much memory, or a fault); nothing was kept"
            )
        answer = frame[0]
        if not answer.get("ok"):
            raise CannotRead(str(answer.get("message", "the document could not be read"))[:500])
        return _from_data(answer["reading"])

    def read(self, raw: Raw) -> Reading:
        """Read one document apart.

        Raises:
            CannotRead: It could not be read, or broke the process.

        """
        fields = {
            "url": raw.url,
            "media_type": raw.media_type,
            "charset": raw.charset,
            "via": raw.via,
        }
        return self._ask({"raw": fields}, raw.body)

    def read_entry(self, entry: FeedEntry) -> Page | None:
        """Read a feed entry that carries its text."""
        fields = asdict(entry)
        fields["published_on"] = entry.published_on.isoformat() if entry.published_on else None
        pages = self._ask({"entry": fields}, b"").pages
        return pages[0] if pages else None
