"""Computes answers in processes of their own, each for a limited time.

The search works for its own while; in another process it holds up nobody who only asks for a
question, and one that takes too long is ended. A process is a copy of the server with the
knowledge already read. It gets one job at a time, answers with the finished page, and keeps
nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

#: A page as it goes over the wire: status, headers, body.
Page = tuple[int, list[tuple[str, str]], bytes]
#: What makes a page from a job.
Handler = Callable[[Any], Page]
_FAILED: Page = (500, [], b"")
#: A process collects its garbage after so many jobs, when the answer is out.
_COLLECT_AFTER = 25


class TooLong(Exception):
    """A job was ended because it took too long, or its process died."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection


@dataclass(slots=True)
class Workers:
    """So many processes; jobs wait until one is free."""

    count: int
    seconds: float
    handler: Handler
    _free: asyncio.Queue[_Worker] | None = None
    _all: list[_Worker] = field(default_factory=list)

    def start(self) -> None:
        """Start the processes; to be called before anything else runs."""
        self._all = [self._spawn() for _ in range(self.count)]

    def stop(self) -> None:
        """End the processes."""
        for worker in self._all:
            _end(worker)
        self._all = []

    def _spawn(self) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_work, args=(theirs, ours, self.handler), daemon=True,
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    async def run(self, job: Any, seconds: float | None = None) -> Page:
        """The page for a job, within the usual time or so many seconds.

        Raises:
            TooLong: It took longer than a job may, or its process died.
        """
        if self._free is None:
            self._free = asyncio.Queue()
            for worker in self._all:
                self._free.put_nowait(worker)
        worker = await self._free.get()
        try:
            return await self._ask(worker, job, seconds or self.seconds)
        except BaseException as error:
            _end(worker)
            self._all.remove(worker)
            worker = self._spawn()
            self._all.append(worker)
            if isinstance(error, TimeoutError | EOFError | OSError):
                raise TooLong from None
            raise
        finally:
            self._free.put_nowait(worker)

    async def _ask(self, worker: _Worker, job: Any, seconds: float) -> Page:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        number = worker.pipe.fileno()
        worker.pipe.send_bytes(pickle.dumps(job))
        loop.add_reader(number, ready.set)
        try:
            async with asyncio.timeout(seconds):
                await ready.wait()
        finally:
            loop.remove_reader(number)
        os.set_blocking(number, True)  # some loops make it non-blocking, which a pipe cannot take
        page: Page = pickle.loads(worker.pipe.recv_bytes())  # noqa: S301 — our own process
        return page


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join(5)
    with contextlib.suppress(OSError):
        worker.pipe.close()


def _work(pipe: Connection, other: Connection, handler: Handler) -> None:
    """What a process does until its pipe is closed."""
    other.close()
    os.nice(5)  # questions go before answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.disable()  # an answer leaves no cycles behind; what else does is collected between jobs
    with contextlib.suppress(EOFError, OSError):
        for number in count(1):
            job = pickle.loads(pipe.recv_bytes())  # noqa: S301 — our own process
            try:
                page = handler(job)
            except Exception:  # nothing of the job may be told anywhere
                page = _FAILED
            pipe.send_bytes(pickle.dumps(page))
            if number % _COLLECT_AFTER == 0:
                gc.collect()
    os._exit(0)
