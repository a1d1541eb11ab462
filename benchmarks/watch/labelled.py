"""Reads the labelled set and the small knowledge it is linked to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from safeconduct.watch.index import Item, Items
from safeconduct.watch.types import Page

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled item: what a reader should find in a summary of a page."""

    part: str
    language: str
    published: date | None
    story: str
    places: frozenset[str]
    kinds: frozenset[str]
    links: frozenset[str]
    url: str
    summary: str

    @property
    def page(self) -> Page:
        """The summary as the watch would read it."""
        return Page(
            kind="text",
            title="",
            text=self.summary,
            language=self.language,
            url=self.url,
            published_on=self.published,
        )


def day(written: str) -> date | None:
    """A day from `2024`, `2024-02` or `2024-02-03`; the first of its period."""
    parts = [int(p) for p in written.split("-") if p.isdigit()]
    return (
        date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
        if parts
        else None
    )


def items(part: str | None = None) -> tuple[Labelled, ...]:
    """The labelled items of one part, `B` (build) or `H` (held out), or all of them."""
    result = []
    for line in (HERE / "labelled.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        where, language, when, story, places, kinds, links, url, summary = line.split("|")
        if part in (None, where):
            result.append(
                Labelled(
                    where,
                    language,
                    day(when) if when.count("-") == 2 else None,
                    story,
                    frozenset(places.split()),
                    frozenset(kinds.split()),
                    frozenset(links.split()),
                    url,
                    summary,
                )
            )
    return tuple(result)


def knowledge() -> Items:
    """The knowledge the labels point to: the project's source register, in its own words."""
    with (HERE / "knowledge.csv").open(encoding="utf-8", newline="") as file:
        return Items(
            tuple(
                Item(
                    id=row["id"],
                    kind=row["kind"],
                    places=(row["place"],),
                    text=row["text"],
                    since=day(row["since"]),
                )
                for row in csv.DictReader(file)
            )
        )
