"""Rows taken from data sets say what the data sets say: all of them are compared, not a sample.

The comparison needs the shared data (`../shared/data`, or the folder in SAFECONDUCT_SHARED) and is
left out where there is none.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from safeconduct.kb.base import load
from safeconduct.kb.edition import Index
from safeconduct.model.knowledge import Fact

SHARED = Path(
    os.environ.get("SAFECONDUCT_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")

TREATIES = {
    "REFUGEE-CONVENTION": "refugee_convention_1951",
    "REFUGEE-PROTOCOL": "refugee_protocol_1967",
    "CAT": "cat_1984",
}
#: Beginning of a topic, and the column of the decisions that it counts.
DECISIONS = {
    "asylum-complementary": "dec_other",
    "asylum-otherwise-closed": "dec_closed",
    "asylum-recognised": "dec_recognized",
    "asylum-rejected": "dec_rejected",
    "closed": "dec_closed",
    "recognised": "dec_recognized",
    "rejected": "dec_rejected",
}


@pytest.fixture(scope="module")
def index() -> Index:
    return load().index


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = SHARED / name
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text))


@pytest.fixture(scope="module")
def iso3() -> dict[str, str]:
    """ISO alpha-3 by alpha-2."""
    return {r["iso2"]: r["iso3"] for r in _rows("geography/countries.csv")}


def test_every_party_to_a_treaty_is_recorded_with_the_day_of_its_deed(
    index: Index, iso3: dict[str, str]
) -> None:
    days = {
        (r["treaty"], r["iso3"]): r["action_date"]
        for r in _rows("treaties/un_treaty_parties.csv")
    }
    compared = 0
    wrong = []
    for fact in index.facts:
        if not fact.id.startswith("int.treaty-parties."):
            continue
        place, zone = (str(a) for a in fact.arguments)
        given = days.get((TREATIES[zone], iso3.get(place, place)))
        recorded = date.fromordinal(fact.assertions[0].valid_from).isoformat()
        compared += 1
        if given != recorded:
            wrong.append(f"{fact.id}: {recorded} / {given}")
    assert compared > 400
    assert not wrong


def _count(fact: Fact, iso3: dict[str, str], data: dict[str, list[dict[str, str]]]) -> int:
    """The count that the data give for what the fact's locator describes."""
    place, topic, year = (str(a) for a in fact.arguments)
    locator = fact.assertions[-1].citations[0].locator
    key = (iso3[place], year)

    def total(name: str, column: str, **where: str) -> int:
        return sum(
            int(r[column])
            for r in data[name]
            if (r["coa_iso"], r["year"]) == key
            and r[column].isdigit()
            and all(r[k] == v for k, v in where.items())
        )

    if topic.startswith("asylum-applications-new"):
        kind = locator.split("type ")[1].split(",")[0]
        return total("asylum_applications", "applied", app_type=kind, app_pc="P")
    if topic == "asylum-applications-ru":
        return total("flows", "asylum_seekers")
    if topic == "asylum-seekers-from-ru-year-end":
        return total("population", "asylum_seekers")
    if topic == "refugees-from-ru-year-end":
        return total("population", "refugees")
    column = next(c for t, c in DECISIONS.items() if topic.startswith(t))
    if "first instance and appeal together" in locator:
        level = "FA"
    elif "first instance" in locator:
        level = "FI"
    else:
        level = next(x for x in ("FA", "FI", "AR", "IN", "EO") if x in locator.replace(",", " ").split())
    where = {"dec_level": level}
    if "government procedure" in locator:
        where["procedure_type"] = "G"
    if "UNHCR procedure" in locator:
        where["procedure_type"] = "U"
    if "persons" in locator:
        where["dec_pc"] = "P"
    return total("asylum_decisions", column, **where)


def test_the_counts_of_unhcr_are_those_of_the_data(index: Index, iso3: dict[str, str]) -> None:
    data: dict[str, list[dict[str, str]]] = defaultdict(list)
    for name in ("flows", "population", "asylum_applications", "asylum_decisions"):
        data[name] = [r for r in _rows(f"unhcr/{name}.csv.gz") if r["coo_iso"] == "RUS"]
    compared = 0
    wrong = []
    for fact in index.facts:
        sources = {c.source for a in fact.assertions for c in a.citations}
        if fact.predicate != "statistic" or not all("unhcr-refugee-data" in s for s in sources):
            continue
        compared += 1
        found = _count(fact, iso3, data)
        if found != fact.assertions[-1].value:
            wrong.append(f"{fact.id} = {fact.assertions[-1].value} / {found}")
    assert compared > 380
    assert not wrong
