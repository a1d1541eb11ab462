"""The compiled knowledge: never stale, never poisoned, and equal to what the sources say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from properties.laws import laws
from safeconduct.kb import cache as module
from safeconduct.kb.base import KNOWLEDGE, KnowledgeBase, digest_of, load, parse, read_contents
from safeconduct.kb.cache import decode, encode, load_cached
from worlds import (
    OPEN_GATES,
    asylum,
    contents,
    danger,
    fact,
    flights,
    is_complete,
    rule,
    toml_file,
)


def sources(root: Path, **items: Any) -> Path:
    told = {
        "rules": [*OPEN_GATES, rule("no", "may_enter", {"exit_ban": True}, gives=False)],
        "facts": [*flights("XA-XB"), fact("visa_free_days", 90, place="XB", nationality="XA"),
                  fact("fee_eur", [10, 20], procedure="xa.xb.lodge")],
        "procedures": asylum("XB"), "dangers": [danger("d", "XB", evidence="documented")],
        "complete": [is_complete("member_of", zone="DUBLIN")],
    } | items
    for name, data in contents(**told).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.knowledge"))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "cache", sources(tmp_path / "knowledge")


def parses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often the sources are parsed."""
    count: list[int] = []

    def counted(files: Any) -> KnowledgeBase:
        count.append(1)
        return parse(files)

    monkeypatch.setattr(module, "parse", counted)
    return count


def test_the_compiled_knowledge_equals_a_fresh_parse(places, monkeypatch):
    folder, root = places
    count = parses(monkeypatch)
    first, second = load_cached(folder, root), load_cached(folder, root)
    assert first.index == second.index == load(root).index
    assert first.digest == second.digest == digest_of(read_contents(root))
    assert len(count) == 1
    assert len(kept(folder)) == 1


def test_the_knowledge_that_comes_with_the_program_is_the_same_compiled():
    base = load(KNOWLEDGE)
    found = decode(encode(base), base.digest)
    assert found is not None
    assert found.index == base.index


@given(laws())
def test_any_law_is_the_same_compiled(law):
    found = decode(encode(law), law.digest)
    assert found is not None
    assert found.index == law.index
    assert encode(found) == encode(law)


def test_an_edited_source_is_never_answered_from_the_old_file(places, monkeypatch):
    folder, root = places
    old = load_cached(folder, root)
    path = root / "xa/facts/f001.toml"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"value = 90", b"value = 30"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    new = load_cached(folder, root)
    assert old.index != new.index == load(root).index
    assert len(kept(folder)) == 2


@pytest.mark.parametrize("what", ["added", "removed", "renamed"])
def test_a_file_added_removed_or_renamed_is_noticed(places, what):
    folder, root = places
    load_cached(folder, root)
    if what == "added":
        more = toml_file(fact("flight", from_="XB", to="XA"))
        (root / "xa/facts/g.toml").write_text(more)
    elif what == "removed":
        (root / "xa/facts/f000.toml").unlink()
    else:
        (root / "xa/facts/f000.toml").rename(root / "xa/facts/z.toml")
    assert load_cached(folder, root).index == load(root).index
    assert len(kept(folder)) == 2


def test_two_files_that_trade_a_piece_have_another_digest():
    assert digest_of({"a": b"xy", "b": b""}) != digest_of({"a": b"x", "b": b"y"})
    assert digest_of({"a": b"x"}) != digest_of({"b": b"x"})
    assert digest_of({"a": b"x", "b": b"y"}) == digest_of({"b": b"y", "a": b"x"})


@given(data=st.data())
def test_a_file_altered_anywhere_is_not_used(tmp_path_factory, data):
    whole = encode(parse(contents(rules=OPEN_GATES)))
    digest = digest_of(contents(rules=OPEN_GATES))
    assert decode(whole, digest) is not None
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    altered = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    assert decode(altered, digest) is None
    assert decode(whole[:at], digest) is None
    assert decode(whole + b"\0", digest) is None


def test_a_file_altered_on_disk_is_rebuilt(places, monkeypatch):
    folder, root = places
    good = load_cached(folder, root)
    path, = kept(folder)
    data = path.read_bytes()
    count = parses(monkeypatch)
    for bad in (b"", data[:-1], data[:40], data[:-9] + b"X" + data[-8:], b"noise" * 99):
        path.write_bytes(bad)
        assert load_cached(folder, root).index == good.index
        assert path.read_bytes() == data
    assert len(count) == 5


def test_a_whole_file_of_other_knowledge_put_in_its_place_is_not_used(places, tmp_path):
    """Its own seal fits, but not the name under which it stands."""
    folder, root = places
    load_cached(folder, root)
    path, = kept(folder)
    other = sources(tmp_path / "other", rules=[rule("never", "may_enter", gives=False)])
    load_cached(folder, other)
    foreign, = set(kept(folder)) - {path}
    path.write_bytes(foreign.read_bytes())
    assert load_cached(folder, root).index == load(root).index


def test_a_file_sealed_by_someone_who_lies_about_what_is_in_it_is_not_used(places):
    """A payload that is whole but not of the right shape is no knowledge."""
    _, root = places
    digest = digest_of(read_contents(root))
    for payload in (msgspec.msgpack.encode([1, 2]), msgspec.msgpack.encode({}), b"", b"\xc1"):
        seal = module._seal(payload, module._name_of(digest))
        assert decode(module._MAGIC + seal + payload, digest) is None


def test_another_version_of_the_program_does_not_use_the_file(places, monkeypatch):
    folder, root = places
    load_cached(folder, root)
    path, = kept(folder)
    monkeypatch.setattr(module, "_code_digest", lambda: "another version")
    count = parses(monkeypatch)
    base = load_cached(folder, root)
    assert count == [1]
    assert decode(path.read_bytes(), base.digest) is None
    assert len(kept(folder)) == 2


def test_the_code_is_told_apart_by_what_it_says(tmp_path, monkeypatch):
    """Not by when it was written: installers set that to the same day for all versions."""
    folders = [tmp_path / "kb", tmp_path / "model"]
    for folder in folders:
        folder.mkdir()
    code = folders[0] / "cache.py"
    monkeypatch.setattr(module, "__file__", str(code))
    seen = set()
    for text in ("a = 1\n", "a = 2\n"):
        code.write_text(text)
        os.utime(code, (0, 0))
        module._code_digest.cache_clear()
        seen.add(module._code_digest())
    module._code_digest.cache_clear()
    assert len(seen) == 2


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o722, 0o770])
def test_a_folder_that_others_may_write_to_is_not_used(places, mode, monkeypatch):
    folder, root = places
    good = load_cached(folder, root)
    path, = kept(folder)
    path.write_bytes(b"poison")
    folder.chmod(mode)
    count = parses(monkeypatch)
    assert load_cached(folder, root).index == good.index
    assert count == [1]
    assert path.read_bytes() == b"poison"
    folder.chmod(0o700)


def test_a_folder_of_someone_else_is_not_used(places, monkeypatch):
    folder, root = places
    load_cached(folder, root)
    path, = kept(folder)
    path.write_bytes(b"poison")
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert load_cached(folder, root).index == load(root).index
    assert path.read_bytes() == b"poison"


def test_a_folder_that_is_made_is_closed_to_others(places):
    folder, root = places
    load_cached(folder / "within", root)
    assert (folder / "within").stat().st_mode & 0o077 == 0


def test_where_no_folder_can_be_made_the_sources_are_read(places, tmp_path):
    _, root = places
    taken = tmp_path / "taken"
    taken.write_text("a file")
    assert load_cached(taken, root).index == load(root).index
    assert load_cached(taken / "below", root).index == load(root).index


def test_a_file_that_cannot_be_written_leaves_nothing_behind(places, monkeypatch):
    folder, root = places

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert load_cached(folder, root).index == load(root).index
    assert list(folder.iterdir()) == []


def test_only_the_latest_few_are_kept(places):
    folder, root = places
    for days in range(12):
        text = toml_file(fact("visa_free_days", days, place="XB", nationality="XA"))
        (root / "xa/facts/f001.toml").write_text(text)
        load_cached(folder, root)
    assert len(kept(folder)) == 8
    assert load_cached(folder, root).index == load(root).index


def test_the_garbage_collector_is_left_as_it_was(places):
    import gc

    folder, root = places
    load_cached(folder, root)
    gc.disable()
    try:
        load_cached(folder, root)
        assert not gc.isenabled()
    finally:
        gc.enable()
    load_cached(folder, root)
    assert gc.isenabled()


def test_reading_compiled_knowledge_imports_no_code_from_it(places):
    """The bytes are data: a process that reads them loads no module but those of the program."""
    folder, root = places
    load_cached(folder, root)
    program = (
        "import sys; from pathlib import Path; from safeconduct.kb.cache import load_cached;"
        "before = set(sys.modules); load_cached(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(root)], capture_output=True, text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
