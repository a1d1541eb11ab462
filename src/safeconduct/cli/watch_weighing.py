"""Counting for the watch, with progress on a terminal: what answers lean on, and whom a draft touches."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import click

from safeconduct.errors import SafeconductError
from safeconduct.kb.edition import Edition
from safeconduct.watch import weighing
from safeconduct.watch.proposals import Draft
from safeconduct.watch.store.store import Store

#: The example situations of the project, if they are there.
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
_MOST = 8


def _clock(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _tell(name: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"Counting what answers lean on: {name} …", err=True)


def counted(store: Store, edition: Edition, seconds: float) -> Counter[str]:
    """How many answers lean on each id, counting for so long what this store has not counted yet."""
    persons = weighing.people(EXAMPLES, edition)
    for _ in weighing.count(store, edition, persons, tell=_tell, more=_clock(seconds)):
        pass
    found = weighing.kept(store, edition)
    missing = sum(p.digest not in found for p in persons)
    if missing and seconds:
        click.echo(
            f"The answers of {missing} of {len(persons)} situations are not counted yet; "
            "`safeconduct watch weigh` counts them.", err=True,
        )  # fmt: skip
    counts = weighing.leaning(found, persons)
    weighing.weigh(store, counts)
    return counts


def tell_changes(
    store: Store, edition: Edition, drafts: Iterable[Draft], touched: list[str], *, on: date,
    seconds: float,
) -> None:  # fmt: skip
    """Print whose answers the drafts would change: first those whose answers lean on what is touched."""
    persons = weighing.people(EXAMPLES, edition)
    if not persons:
        return
    try:
        change, said = weighing.reform(edition, drafts, on=on)
    except SafeconductError as problem:
        click.echo(f"The drafts cannot be laid over the knowledge yet: {problem}", err=True)
        return
    click.echo("\nWhose answers would change, if")
    for line in said:
        click.echo(f"  {line}")
    if not change.facts and not change.dangers:
        click.echo("  Nobody's: nothing in the drafts changes an answer as it stands.")
        return
    found = weighing.kept(store, edition)
    ids = set(touched)
    first = sorted(persons, key=lambda p: -len(ids & found.get(p.digest, frozenset())))[:_MOST]
    compared, differ = 0, 0
    for one in weighing.changes(edition, change, first, more=_clock(seconds)):
        compared += 1
        if one.lines:
            differ += 1
            click.echo(f"  {one.person}")
            for line in one.lines:
                click.echo(f"    {line}")
        elif sys.stderr.isatty():
            click.echo(f"  {one.person}: the same", err=True)
    click.echo(
        f"  {differ} of {compared} situations differ ({len(persons)} in all; pathways of at most"
        f" {weighing.STEPS} steps are compared). `safeconduct impact` compares them whole."
    )
