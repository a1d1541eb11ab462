"""What an answer leaves behind goes with it: nothing of a person waits for the collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from safeconduct.engine.search import answer, prove
from safeconduct.kb.base import KNOWLEDGE, load
from safeconduct.kb.situations import read_situation

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No collection of cycles but the test's own."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", ["officer-in-kazakhstan", "reservist-in-serbia"])
def test_an_answer_leaves_no_cycles(name: str, uncollected: None) -> None:
    edition = load(KNOWLEDGE).as_of(date(2026, 11, 24))
    path = EXAMPLES / f"{name}.toml"
    situation, on = read_situation(path.read_bytes(), path.name, edition.vocabulary)
    gc.collect()
    found = prove(answer(edition, situation, goal="protection", on=on or date(2026, 11, 24)), 3)
    assert found.pathways
    assert any(c.proof and c.would_open is not None for c in found.closed)
    del found
    assert gc.collect() == 0
