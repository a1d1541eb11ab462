"""The second reading's list, its page and the knowledge say the same."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from knowledge.draw_second_reading import draw, layer_of, wilson
from safeconduct.kb.base import load
from safeconduct.kb.edition import Index

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/explanation/second-reading.md"


@pytest.fixture(scope="module")
def index() -> Index:
    return load().index


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (HERE / "second_reading.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_sixty_facts_were_drawn_from_what_others_compiled(
    index: Index, rows: list[dict[str, str]]
) -> None:
    facts = {f.id: f for f in index.facts}
    assert len(rows) == len({r["fact"] for r in rows}) == 60
    for row in rows:
        fact = facts[row["fact"]]
        assert layer_of(fact, index) == "read"
        assert fact.assertions[0].recorded_by != "reader-s"


def test_the_list_keeps_the_order_of_the_draw(index: Index, rows: list[dict[str, str]]) -> None:
    everything = draw(index, count=len(index.facts))
    places = {fact.id: n for n, fact in enumerate(everything)}
    order = [places[row["fact"]] for row in rows]
    assert order == sorted(order)


def test_the_page_gives_the_rate_of_the_list(rows: list[dict[str, str]]) -> None:
    counts = Counter(row["outcome"] for row in rows)
    assert set(counts) <= {"holds", "wrong", "not found"}
    read = counts["holds"] + counts["wrong"]
    low, high = wilson(counts["wrong"], read)
    text = PAGE.read_text(encoding="utf-8")
    assert f"{100 * counts['wrong'] / read:.1f} % of {read}" in text
    assert f"{100 * low:.1f} % to {100 * high:.1f} %" in text
    for row in rows:
        assert f"`{row['fact']}`" in text


def test_a_review_is_claimed_only_for_what_was_read(
    index: Index, rows: list[dict[str, str]]
) -> None:
    held = {row["fact"] for row in rows if row["outcome"] == "holds"}
    claimed = {
        f.id for f in index.facts
        if any(r.by == "reader-s" and r.capacity == "second-reader" for r in f.reviews)
    }
    assert claimed - {"ge.travel.flight-lt-ge"} <= held
    assert len(claimed & held) == 18


def test_the_page_gives_the_rate_of_the_rules_drawn_and_names_each_that_was_wrong() -> None:
    with (HERE / "second_reading_of_rules.csv").open(encoding="utf-8") as file:
        drawn = list(csv.DictReader(file))
    assert len(drawn) == len({(r["kind"], r["item"], r["case"]) for r in drawn}) == 60
    wrong = [r["item"] for r in drawn if r["outcome"] == "wrong"]
    assert {r["outcome"] for r in drawn} <= {"holds", "wrong", "not found"}
    low, high = wilson(len(wrong), len(drawn))
    text = PAGE.read_text(encoding="utf-8")
    assert f"{100 * len(wrong) / len(drawn):.1f} % of {len(drawn)}" in text
    assert f"{100 * low:.1f} % to {100 * high:.1f} %" in text
    assert all(f"`{item}`" in text for item in wrong)


def test_the_rules_drawn_are_in_the_knowledge(index: Index) -> None:
    known = {x.id for group in (index.rules, index.procedures, index.dangers) for x in group}
    known |= {r.id for r in index.rulings}
    with (HERE / "second_reading_of_rules.csv").open(encoding="utf-8") as file:
        missing = [r["item"] for r in csv.DictReader(file) if r["item"] not in known]
    assert not missing


def test_the_page_tells_how_many_new_dangers_were_read_and_which_were_wrong() -> None:
    with (HERE / "second_reading_of_new_dangers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    counts = Counter(r["outcome"] for r in rows)
    text = PAGE.read_text(encoding="utf-8")
    read = counts["holds"] + counts["wrong"]
    assert f"{len(rows)} had not been drawn" in text
    assert f"went through {read} of them" in text
    assert f"{counts['holds']} hold, **{counts['wrong']} were wrong" in text
    assert f"{counts['not read']} have had no second reading" in text
    assert all(f"`{r['item']}`" in text for r in rows if r["outcome"] == "wrong")
