"""Starts the fetching process, asks it, and ends it when it does not answer in time."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from safeconduct.watch.fetch import frames
from safeconduct.watch.fetch.rules import Answer, Rules, rules_to_json

_WATCH = Path(__file__).resolve().parent.parent
# Only the folder `fetch` is loaded, as a package of its own and after the standard library.
_START = "import sys; sys.path.append({path!r}); from fetch.worker import main; main()"


class Fetcher:
    """A fetching process, started when first needed.

    Use it in a `with` block, so that the process ends with it.
    """

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.jail: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Fetcher:
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
            [sys.executable, "-I", "-B", "-c", _START.format(path=str(_WATCH))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            cwd="/",
            close_fds=True,
        )
        self._process = process
        assert process.stdout is not None  # noqa: S101
        first = frames.read_by(process.stdout.fileno(), max_body=0, seconds=20.0)
        self.jail = tuple(first[0].get("jail", ())) if first else ()
        return process

    def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """Fetch one address.

        Args:
            etag: From the last answer; an unchanged page then comes back as `unchanged`.
            modified: Likewise.

        """
        request: dict[str, Any] = {
            "url": url,
            "rules": rules_to_json(self.rules),
            "etag": etag,
            "modified": modified,
        }
        try:
            process = self._start()
            assert process.stdin is not None and process.stdout is not None  # noqa: S101
            frames.write(process.stdin, request)  # type: ignore[arg-type]
            frame = frames.read_by(
                process.stdout.fileno(),
                max_body=self.rules.max_bytes,
                seconds=self.rules.seconds + 5.0,
            )
        except TimeoutError:
            self.close()
            return Answer(
                ok=False,
                url=url,
                reason="timeout",
                message="the time is over; the fetching process was ended",
            )
        except (OSError, ValueError) as error:
            self.close()
            return Answer(
                ok=False,
                url=url,
                reason="failed",
                message=f"the fetching process broke: {type(error).__name__}",
            )
        if frame is None:
            self.close()
            return Answer(
                ok=False,
                url=url,
                reason="failed",
                message="the fetching process ended before it answered",
            )
        head, body = frame
        head["hops"] = tuple(head.get("hops", ()))
        return Answer(body=body, **head)
