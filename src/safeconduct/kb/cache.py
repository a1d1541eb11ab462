"""The compiled knowledge: one file, keyed by the content of the sources it was made from.

It can be neither stale nor poisoned. Its name is the SHA-256 of all knowledge files, of the
program's own reading code and of its format, so any edit gives another name. Within it stands the
SHA-256 of that name and of all that it holds, so that a file altered, cut off or put in another's
place is not taken for it. It is used only from a folder that belongs to the user and that nobody else may
write to; on any doubt it is rebuilt from the sources. It holds data alone: nothing in it is
executed when it is read.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from ..model.knowledge import (
    Complete,
    Danger,
    Example,
    Fact,
    Procedure,
    Rule,
    Ruling,
    Source,
    Vocabulary,
)
from .base import KNOWLEDGE, KnowledgeBase, digest_of, parse, read_contents
from .edition import Index

#: Changes whenever what is stored changes its meaning.
FORMAT = 1
_MAGIC = b"safeconduct-knowledge\n"


class _Compiled(msgspec.Struct, array_like=True, gc=False):
    vocabulary: Vocabulary
    sources: list[Source]
    facts: tuple[Fact, ...]
    completes: tuple[Complete, ...]
    rules: tuple[Rule, ...]
    procedures: tuple[Procedure, ...]
    dangers: tuple[Danger, ...]
    rulings: tuple[Ruling, ...]
    examples: tuple[Example, ...]


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """The digest of the code that decides what a compiled file means."""
    total = sha256(f"{FORMAT} {sys.version_info[:2]} {msgspec.__version__}".encode())
    here = Path(__file__).resolve().parent
    for folder in (here, here.parent / "model"):
        for path in sorted(folder.glob("*.py")):
            code = path.read_bytes()
            total.update(f"{path.name} {len(code)} ".encode())
            total.update(code)
    return total.hexdigest()


def _name_of(digest: str) -> str:
    """The name under which the knowledge of that digest is kept, for this program."""
    return sha256(f"{digest} {_code_digest()}".encode()).hexdigest()


def _seal(payload: bytes | memoryview, name: str) -> bytes:
    """What shows that a payload is whole and is the one of that name."""
    total = sha256(name.encode())
    total.update(payload)
    return total.digest()


def encode(base: KnowledgeBase) -> bytes:
    """The knowledge base as one block of bytes that `decode` reads."""
    index = base.index
    payload = msgspec.msgpack.encode(
        _Compiled(
            index.vocabulary, list(index.sources.values()), index.facts, index.completes,
            index.rules, index.procedures, index.dangers, index.rulings, index.examples,
        )
    )
    return _MAGIC + _seal(payload, _name_of(index.digest)) + payload


_DECODER = msgspec.msgpack.Decoder(_Compiled)


def decode(data: bytes, digest: str) -> KnowledgeBase | None:
    """The knowledge base in compiled bytes, or `None` if anything about them is amiss."""
    head = len(_MAGIC)
    if data[:head] != _MAGIC:
        return None
    payload = memoryview(data)[head + 32 :]
    if _seal(payload, _name_of(digest)) != data[head : head + 32]:
        return None
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        c = _DECODER.decode(payload)
    except msgspec.DecodeError:
        return None
    else:
        # None of it is ever garbage, so that no later collection need look at it.
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
    index = Index(
        c.vocabulary, {s.id: s for s in c.sources}, c.facts, c.completes, c.rules, c.procedures,
        c.dangers, c.rulings, c.examples, digest,
    )
    return KnowledgeBase(index)


def _is_private(folder: Path) -> bool:
    """Whether only the user can write to the folder."""
    try:
        status = folder.stat()
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def load_cached(cache: Path, root: Path = KNOWLEDGE) -> KnowledgeBase:
    """The knowledge, from the compiled file when it fits the sources, else from them.

    Args:
        cache: A folder of the user's; made when missing. When it cannot be used, nothing is kept.
        root: The folder that holds the knowledge.

    Raises:
        InvalidKnowledge: The sources do not hold together.
    """
    contents = read_contents(root)
    digest = digest_of(contents)
    path = cache / f"{_name_of(digest)}.knowledge"
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = _is_private(cache)
    except OSError:
        usable = False
    if usable:
        try:
            found = decode(path.read_bytes(), digest)
        except OSError:
            found = None
        if found is not None:
            return found
    base = parse(contents)
    if usable:
        _keep(cache, path, encode(base))
    return base


def _keep(cache: Path, path: Path, data: bytes) -> None:
    """Write the file whole or not at all, and drop the oldest when there are many."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=cache)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        kept = sorted(cache.glob("*.knowledge"), key=lambda p: p.stat().st_mtime_ns)
        for old in kept[:-8]:
            old.unlink(missing_ok=True)
    except OSError:
        return
