"""Counting for the watch, with progress on a terminal: what answers lean on, and whom a draft touches."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import click

from safeconduct.errors import SafeconductError
from safeconduct.kb.edition import Edition
from safeconduct.watch import weighing
from safeconduct.watch.proposals import Draft
from safeconduct.watch.store.store import Store


def _clock(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _tell(name: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"Counting what answers lean on: {name} …", err=True)


def counted(store: Store, edition: Edition, seconds: float) -> Counter[str]:
    """How many answers lean on each id, counting for so long what this store has not counted yet."""
    persons = weighing.people(weighing.EXAMPLES, edition)
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
    persons = weighing.people(weighing.EXAMPLES, edition)
    if not persons:
        return
    first = weighing.nearest(persons, weighing.kept(store, edition), touched)
    try:
        found = weighing.effect(edition, drafts, first, on=on, more=_clock(seconds))
    except SafeconductError as problem:
        click.echo(f"The drafts cannot be laid over the knowledge yet: {problem}", err=True)
        return
    click.echo("\nWhose answers would change, if")
    for line in found.said:
        click.echo(f"  {line}")
    if not found.alters:
        click.echo("  Nobody's: nothing in the drafts changes an answer as it stands.")
        return
    for one in found.differ:
        click.echo(f"  {one.person}")
        for line in one.lines:
            click.echo(f"    {line}")
    click.echo(
        f"  {len(found.differ)} of {len(found.changes)} situations differ ({found.situations} in all; pathways of at most"
        f" {weighing.STEPS} steps are compared). `safeconduct impact` compares them whole."
    )
