"""`plan` and `why`."""

from __future__ import annotations

from datetime import date

import click

from ..engine.search import answer
from ..explain.data import plan as plan_data
from ..explain.data import proof as proof_data
from ..explain.plans import SHOWN, plan_page
from ..explain.proofs import add_sources, verdict_page
from .common import (
    common_options,
    load_situation,
    new_page,
    open_edition,
    print_json,
    print_page,
    says_for,
    standing_of,
)


@click.command()
@click.argument("file")
@common_options("goal", "to", "on", "as_of", "max_steps")
@click.option("--top", type=click.IntRange(1), help=f"Show so many pathways; {SHOWN} if not given.")
@click.option("--all", "everything", is_flag=True, help="Show every pathway and all that is closed.")
@common_options("json", "lang")
def plan(
    file: str, goal: str, to: tuple[str, ...], on: date | None, as_of: date | None, max_steps: int,
    top: int | None, everything: bool, as_json: bool, lang: str,
) -> None:
    """Pathways, dangers, what is closed, and what to ask.

    FILE is a situation in TOML or JSON, or - for standard input.
    """
    edition = open_edition(as_of)
    situation, day = load_situation(file, edition, on)
    says = says_for(edition, lang)
    found = answer(edition, situation, goal=goal, on=day, max_steps=max_steps, to=to)
    if as_json:
        print_json(plan_data(says, found, standing=standing_of(situation)))
        return
    page = new_page()
    shown = None if everything else top or SHOWN
    plan_page(page, says, found, top=shown, standing=standing_of(situation))
    print_page(page)


@click.command()
@click.argument("file")
@click.argument("what")
@common_options("goal", "to", "on", "as_of", "max_steps", "json", "lang")
def why(
    file: str, what: str, goal: str, to: tuple[str, ...], on: date | None, as_of: date | None,
    max_steps: int, as_json: bool, lang: str,
) -> None:
    """The whole proof for a pathway, a procedure, a place or a predicate.

    WHAT is a pathway's id as `plan` prints it, a procedure's id, a place such
    as FR, or a predicate with its arguments, such as "may_enter(FR, air)".
    """
    edition = open_edition(as_of)
    situation, day = load_situation(file, edition, on)
    says = says_for(edition, lang)
    from .proving import proofs_of

    found = proofs_of(
        edition, situation, what, goal=goal, on=day, max_steps=max_steps, to=to, says=says
    )
    if as_json:
        print_json([{"title": t, "proof": proof_data(says, p)} for t, p in found])
        return
    page = new_page()
    for title, proof in found:
        verdict_page(page, says, proof, title=title)
        page.add()
    add_sources(page, says)
    print_page(page)


