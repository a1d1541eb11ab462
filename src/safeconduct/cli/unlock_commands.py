"""`unlock`: what would open more."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ..engine.unlock import Unlocked, difference, reached
from ..engine.unlock import unlock as find_changes
from ..explain.data import pathway as pathway_data
from ..explain.paper import Page
from ..explain.sentences import Sentences
from ..kb.overlay import read_reform
from .common import (
    InputError,
    common_options,
    load_situation,
    new_page,
    open_edition,
    print_json,
    print_page,
    progress,
    read_file,
    says_for,
)

_MOST_SHOWN = 12
_WITHOUT = {
    "proceeding": "no criminal proceedings or wanted listing",
    "order": "no decision against the person",
}


@click.command()
@click.argument("file")
@common_options("goal", "to", "on", "as_of", "max_steps")
@click.option("--with-change", "overlay", help="A change of the law, as a TOML overlay.")
@click.option("--no-pairs", is_flag=True, help="Try single changes only; quicker.")
@click.option("--all", "everything", is_flag=True, help="Show every set of changes.")
@common_options("json", "lang")
def unlock(
    file: str, goal: str, to: tuple[str, ...], on: date | None, as_of: date | None, max_steps: int,
    overlay: str | None, no_pairs: bool, everything: bool, as_json: bool, lang: str,
) -> None:
    """The smallest changes that open a pathway or lessen a danger.

    Changes of papers, standing and answers, one and then two together, most
    useful first; or, with --with-change FILE, what a change of the law opens.
    """
    edition = open_edition(as_of)
    situation, day = load_situation(file, edition, on)
    says = says_for(edition, lang)
    if situation.get("present_in") is None:
        raise InputError("it is not known where the person is\n  Write present_in in the situation.")
    if overlay is not None:
        data, name = read_file(overlay)
        reform = read_reform(edition, data, name)
        changed, title = reform.apply(edition), reform.title
        before = reached(edition, situation, goal=goal, on=day, max_steps=max_steps, to=to)
        after = reached(changed, situation, goal=goal, on=day, max_steps=max_steps, to=to)
        better, worse = difference(before, after), difference(after, before)
        if as_json:
            print_json({
                "title": title, "opens": _ends(better.opens), "closes": _ends(worse.opens),
                "ways_opened": _ways(better.ways), "ways_closed": _ways(worse.ways),
                "lessens": _less(better.lessens), "worsens": _less(worse.lessens),
            })
            return
        page = new_page()
        _law_page(page, says, title, better, worse)
        print_page(page)
        return
    with progress("Trying changes"):
        found = find_changes(
            edition, situation, goal=goal, on=day, max_steps=max_steps, to=to, pairs=not no_pairs
        )
    if as_json:
        print_json([
            {
                "changes": list(u.changes), "opens": _ends(u.opens), "ways": _ways(u.ways),
                "lessens": _less(u.lessens),
                "pathway": pathway_data(says, u.pathway) if u.pathway else None,
            }
            for u in found
        ])
        return
    page = new_page()
    _person_page(page, says, found if everything else found[:_MOST_SHOWN], len(found))
    print_page(page)


def _ends(ends: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"place": p, "standing": s} for p, s in ends]


def _less(many: tuple[tuple[str, str, str, str], ...]) -> list[dict[str, Any]]:
    return [{"place": p, "standing": s, "from": a, "to": b} for p, s, a, b in many]


def _ways(ways: tuple[tuple[str, str, tuple[str, ...]], ...]) -> list[dict[str, Any]]:
    return [{"place": p, "standing": s, "procedures": list(names)} for p, s, names in ways]


def change_words(says: Sentences, name: str) -> str:
    """A change in words."""
    w = says.words
    parts = name.split(":")
    if parts[0] == "paper":
        place = w.place(parts[2])
        if parts[1] in ("short-stay", "long-stay", "humanitarian", "asylum"):
            return w("a {what} visa of {place}", what=w.code(parts[1]), place=place)
        return w("a paper of {place}: {what}", what=w.code(parts[1]), place=place)
    if parts[0] in ("relative", "tie"):
        return w("{what} in {place}", what=w.code(parts[1]), place=w.place(parts[2]))
    label = says.edition.vocabulary.attributes.get(parts[0])
    if label is not None:
        if parts[1] in ("yes", "true"):
            return w(label.label)
        return f"{w(label.label)}: {w.code(parts[1])}"
    if parts[1] == "none":
        return w(_WITHOUT[parts[0]]) if parts[0] in _WITHOUT else w(
            "none of these: {what}", what=says.record(parts[0])
        )
    return f"{says.record(parts[0])}: {w.code(parts[1])}"


def _person_page(
    page: Page, says: Sentences, found: tuple[Unlocked, ...], total: int
) -> None:
    w = says.words
    page.add(w("What would open more, smallest and most useful first"), paint=page.paint.heading)
    page.add(w("These are differences to look into, not advice to act. A paper counts only when an "
               "authority gives it lawfully."))
    page.add()
    if not found:
        page.add(w("None of the changes tried here opens more: papers, standing, ties, proceedings, "
                   "and answers that are open. What closes the ways stands in plan."))
    for number, item in enumerate(found, start=1):
        names = w.join([change_words(says, c) for c in item.changes], last="and")
        page.add(names, mark=f"{number}.", paint=page.paint.good)
        if item.opens:
            _end_lines(page, says, w("opens"), item.opens)
        if item.pathway is None or len(item.ways) > 1:
            _way_lines(page, says, w("opens another way"), item.ways)
        for place, standing, before, after in item.lessens[:4]:
            page.add(
                w("{place}, {standing}: danger on the way from {before} to {after}",
                  place=w.place(place), standing=says.standing(standing),
                  before=w(before.replace("-", " ")), after=w(after.replace("-", " "))),
                indent=3,
            )
        if item.pathway is not None:
            steps = " > ".join(says.step(s) for s in item.pathway.steps)
            end = f"{w.place(item.pathway.place)}, {says.standing(item.pathway.standing)}"
            message = w("for example, to {end}: {steps}", end=end, steps=steps) if (
                item.opens or len(item.ways) > 1
            ) else w("opens another way to {end}: {steps}", end=end, steps=steps)
            page.add(message if item.opens or item.ways else w("for example: {steps}", steps=steps),
                     indent=3)
    if total > len(found):
        page.add()
        page.add(w("and {number} more, shown with --all", number=total - len(found)))


def _end_lines(
    page: Page, says: Sentences, verb: str, ends: tuple[tuple[str, str], ...]
) -> None:
    w = says.words
    by_standing: dict[str, list[str]] = {}
    for place, standing in ends:
        by_standing.setdefault(standing, []).append(w.place(place))
    for standing, places in by_standing.items():
        shown = places[:12]
        more = w(" and {number} more", number=len(places) - 12) if len(places) > 12 else ""
        page.add(f"{verb} {says.standing(standing)}: {', '.join(shown)}{more}", indent=3)


def _way_lines(
    page: Page, says: Sentences, verb: str, ways: tuple[tuple[str, str, tuple[str, ...]], ...]
) -> None:
    w = says.words
    for place, standing, names in ways[:4]:
        titles = []
        for name in names:
            procedure = says.procedure(name)
            titles.append(w(procedure.title) if procedure else name)
        page.add(f"{verb} ({w.place(place)}, {says.standing(standing)}): {' > '.join(titles)}",
                 indent=3)
    if len(ways) > 4:
        page.add(w("and {number} more ways", number=len(ways) - 4), indent=3)


def _law_page(page: Page, says: Sentences, title: str, better: Unlocked, worse: Unlocked) -> None:
    w = says.words
    page.add(w("If the law changed: {title}", title=title), paint=page.paint.heading)
    page.add()
    changes = (better.opens, better.ways, better.lessens, worse.opens, worse.ways, worse.lessens)
    if not any(changes):
        page.add(w("Nothing would change for this person."))
    _end_lines(page, says, w("opens"), better.opens)
    _end_lines(page, says, w("closes"), worse.opens)
    _way_lines(page, says, w("opens another way"), better.ways)
    _way_lines(page, says, w("closes a way"), worse.ways)
    for many in (better.lessens, worse.lessens):
        forward = many is better.lessens
        for place, standing, before, after in many:
            start, end = (before, after) if forward else (after, before)
            page.add(
                w("{place}, {standing}: danger on the way from {before} to {after}",
                  place=w.place(place), standing=says.standing(standing),
                  before=w(start.replace("-", " ")), after=w(end.replace("-", " "))),
                indent=3,
            )
