"""Frames between the program and its shut-in processes: a JSON head and a body, both bounded."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any, BinaryIO

_HEAD = struct.Struct(">II")
MAX_HEAD = 64 * 1024 * 1024


def write(stream: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame."""
    text = json.dumps(head).encode()
    stream.write(_HEAD.pack(len(text), len(body)) + text)
    stream.write(body)
    stream.flush()


def read(stream: BinaryIO, *, max_body: int) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame, waiting as long as it takes; `None` at the end of the stream."""
    start = stream.read(_HEAD.size)
    if len(start) < _HEAD.size:
        return None
    size, rest = _HEAD.unpack(start)
    if size > MAX_HEAD or rest > max_body:
        raise ValueError("the frame is larger than allowed")
    head = json.loads(stream.read(size))
    return head, stream.read(rest)


def read_by(handle: int, *, max_body: int, seconds: float) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame from a file handle within a time; `None` when it ended early.

    Raises:
        TimeoutError: The time is over.
        ValueError: The frame is larger than allowed or malformed.

    """
    end = time.monotonic() + seconds

    def exactly(size: int) -> bytes | None:
        parts: list[bytes] = []
        while size:
            left = end - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                raise TimeoutError
            part = os.read(handle, min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    start = exactly(_HEAD.size)
    if start is None:
        return None
    size, rest = _HEAD.unpack(start)
    if size > MAX_HEAD or rest > max_body:
        raise ValueError("the frame is larger than allowed")
    head = exactly(size)
    body = exactly(rest)
    if head is None or body is None:
        return None
    data = json.loads(head)
    if not isinstance(data, dict):
        raise ValueError("the frame's head is no table")
    return data, body
