"""Russia's international passport: our entry rules against the open passport index on its last day.

Every disagreement must stand, explained, in `docs/explanation/passport-index.md`; and nothing may
stand there that is no disagreement. The comparison needs the shared data (`../shared/data`, or the
folder in SAFECONDUCT_SHARED) and is left out where there is none.

The index is compiled from one site, says what a tourist needs, and has five kinds of answer: a
number of days or `visa free` (without a visa), `visa on arrival`, `e-visa`, `visa required`, and
`-1` for the own state.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
from datetime import date
from pathlib import Path

import pytest

from safeconduct.kb.base import KNOWLEDGE, load
from safeconduct.kb.edition import Edition

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SAFECONDUCT_SHARED", ROOT.parent / "shared" / "data"))
SNAPSHOT = SHARED / "passport_index/snapshots/passport-index-tidy-iso2_2025-01-02.csv.gz"
EXPLAINED = ROOT / "docs/explanation/passport-index.md"
LAST_DAY = date(2025, 1, 2)
KNOWN_ON = date(2026, 11, 24)

pytestmark = pytest.mark.skipif(not SNAPSHOT.is_file(), reason="the shared data are not here")

REGIMES = {
    "visa free": "visa-free",
    "visa on arrival": "visa-on-arrival",
    "e-visa": "e-visa",
    "visa required": "visa-required",
    "EVW": "electronic-authorisation",
}


def read_index() -> dict[str, str]:
    """What the index says of a Russian passport, by destination."""
    with gzip.open(SNAPSHOT, "rt", encoding="utf-8") as file:
        return {row[1]: row[2] for row in csv.reader(file) if row[0] == "RU" and row[1] != "RU"}


def covered_places() -> list[str]:
    """Every place with a folder of its own, apart from the Union and Russia."""
    return sorted(
        p.name.upper()
        for p in KNOWLEDGE.iterdir()
        if p.is_dir() and len(p.name) == 2 and p.name not in ("eu", "ru")
    )


def ours(edition: Edition, place: str) -> tuple[str, int | None]:
    """Our regime and days on the index's last day; `not recorded` or `disputed` where unknown."""
    day = LAST_DAY.toordinal()
    regime = edition.look_up("visa_regime", (place, "RU"), day)
    days = edition.look_up("visa_free_days", (place, "RU"), day)
    told = str(regime.value) if regime.kind == "value" else (
        "disputed" if regime.kind == "disputed" else "not recorded"
    )
    return told, days.value if days.kind == "value" and isinstance(days.value, int) else None


def agree(said: str, regime: str, days: int | None) -> bool:
    """Whether both say the same; a number of days that one side lacks is no disagreement."""
    if said.isdigit():
        return regime == "visa-free" and days in (None, int(said))
    return REGIMES.get(said) == regime


def disagreements(edition: Edition) -> dict[str, tuple[str, str, int | None]]:
    """The places on which the two differ, with what each says."""
    index = read_index()
    found = {}
    for place in covered_places():
        if place not in index:
            continue
        regime, days = ours(edition, place)
        if not agree(index[place], regime, days):
            found[place] = (index[place], regime, days)
    return found


def explained() -> set[str]:
    """The places in the table of disagreements."""
    text = EXPLAINED.read_text(encoding="utf-8")
    table = text.split("## Disagreements", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| ([A-Z]{2}) ", table, re.MULTILINE))


def test_every_disagreement_with_the_passport_index_is_explained() -> None:
    edition = load().as_of(KNOWN_ON)
    assert set(disagreements(edition)) == explained()


def test_the_index_speaks_of_every_covered_place() -> None:
    missing = set(covered_places()) - set(read_index())
    assert len(covered_places()) >= 80
    assert not missing


if __name__ == "__main__":
    import sys

    for name, (said, regime, days) in disagreements(load().as_of(KNOWN_ON)).items():
        sys.stdout.write(f"{name}: index {said}; ours {regime} {days or ''}\n")
