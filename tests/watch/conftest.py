"""What the tests of the watch share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safeconduct.watch.index import Item, Items
from safeconduct.watch.store.store import Store

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    one = Store(tmp_path / "watch.db")
    yield one
    one.close()


@pytest.fixture(scope="session")
def shared():
    """The shared test data; the test is skipped where it is not."""
    given = os.environ.get("SAFECONDUCT_SHARED")
    places = [Path(given)] if given else []
    places.append(ROOT.parent / "shared")
    for place in places:
        if (place / "data").is_dir():
            return place / "data"
    pytest.skip("the shared data is not on this machine")


@pytest.fixture
def reader_here(monkeypatch):
    """The commands read in this process: starting another takes a second, and `test_hostile` tests it."""
    from safeconduct.cli import watch_commands
    from safeconduct.watch.read import document

    class Here:
        read = staticmethod(document.read_document)
        read_entry = staticmethod(document.read_entry)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(watch_commands, "Reader", Here)


@pytest.fixture(scope="session")
def edition():
    """The real knowledge, loaded once."""
    from safeconduct.kb import base

    return base.load().as_of(AT.date())


@pytest.fixture(scope="session")
def real(edition):
    """The real knowledge in the watch's own form."""
    from safeconduct.watch.knowledge import from_edition

    return from_edition(edition)


@pytest.fixture(scope="session")
def real_matcher(real):
    """The real knowledge, read by the lexicons once."""
    from safeconduct.watch.matching import Matcher

    return Matcher(real)


@pytest.fixture
def examplia():
    """A small knowledge of real states, in the watch's own form."""
    return Items(
        (
            Item(
                id="kz.handover.deserter",
                kind="danger",
                places=("KZ",),
                danger_kind="handover",
                text="Handover of deserters to the Russian military, also with an asylum seeker's certificate",
                since=datetime(2026, 2, 2).date(),
                leaning=7,
            ),
            Item(
                id="kz.entry.ru.stay",
                kind="fact",
                places=("KZ",),
                text="Days a Russian citizen may stay in Kazakhstan without a visa: 90 days in 180.",
                value="90",
                since=datetime(2023, 1, 27).date(),
            ),
            Item(
                id="fr.cnda.2023-07-20",
                kind="ruling",
                places=("FR",),
                text="Cour nationale du droit d'asile: refugee status granted to Russians who flee mobilisation",
                since=datetime(2023, 7, 20).date(),
            ),
            Item(
                id="fi.crossings",
                kind="fact",
                places=("FI",),
                text="All land border crossings between Finland and Russia are closed.",
            ),
        )
    )
