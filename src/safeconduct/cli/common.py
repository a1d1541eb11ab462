"""What every command shares: the knowledge, the day, the language, colour, and errors."""

from __future__ import annotations

import gettext
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from ..errors import SafeconductError
from ..explain.paper import Page, Paint
from ..explain.sentences import Sentences
from ..explain.words import Words
from ..kb.base import KNOWLEDGE, KnowledgeBase
from ..kb.edition import Edition
from ..kb.situations import LARGEST_BYTES, PLACES, read_situation
from ..model.situation import Situation

#: Where the catalogues of translations lie: beside the package, or at the root of the project.
LOCALES = (
    Path(__file__).resolve().parent.parent / "locales",
    Path(__file__).resolve().parents[3] / "locales",
)
F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day, as 2026-11-22."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or a usage error that says how to write one."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("not a day\n  Write it as 2026-11-22.", param, ctx)


class PlaceCode(click.ParamType[str]):
    """A place: the two letters of ISO 3166-1."""

    name = "place"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The code in capitals, or a usage error."""
        code = str(value).upper()
        if len(code) != 2 or code not in PLACES:
            self.fail("not a place\n  Write the two letters of ISO 3166-1, such as FR.", param, ctx)
        return code


DAY = Day()
PLACE = PlaceCode()


def today() -> date:
    """The day on the clock; only the command line looks at one."""
    return datetime.now().astimezone().date()


def cache_folder() -> Path | None:
    """Where compiled knowledge is kept: `SAFECONDUCT_CACHE`, or the user's cache folder."""
    told = os.environ.get("SAFECONDUCT_CACHE")
    if told is not None:
        return Path(told) if told else None
    from platformdirs import user_cache_path

    return user_cache_path("safeconduct", appauthor=False)


def knowledge_folder() -> Path:
    """The knowledge used: `SAFECONDUCT_KNOWLEDGE`, or what comes with the program."""
    told = os.environ.get("SAFECONDUCT_KNOWLEDGE")
    return Path(told) if told else KNOWLEDGE


def load_knowledge(root: Path | None = None) -> KnowledgeBase:
    """The knowledge base, from the compiled file where it fits."""
    from ..kb.cache import load_cached

    folder = root or knowledge_folder()
    cache = cache_folder()
    if cache is None:
        from ..kb.base import load

        return load(folder)
    with progress("Reading the knowledge", when=not _is_warm(cache)):
        return load_cached(cache, folder)


def _is_warm(cache: Path) -> bool:
    try:
        return any(cache.glob("*.knowledge"))
    except OSError:
        return False


@contextmanager
def progress(what: str, *, when: bool = True) -> Iterator[None]:
    """Tell on a terminal that something takes more than a moment; gone when it is done."""
    shown = when and sys.stderr.isatty()
    if shown:
        click.echo(f"{what} …", err=True, nl=False)
    try:
        yield
    finally:
        if shown:
            click.echo("\r" + " " * (len(what) + 2) + "\r", err=True, nl=False)


def open_edition(as_of: date | None) -> Edition:
    """The edition of a day; of today when none is given."""
    return load_knowledge().as_of(as_of or today())


def read_file(file: str) -> tuple[bytes, str]:
    """The bytes of a file, or of standard input for `-`, and the name that errors use."""
    if file == "-":
        return sys.stdin.buffer.read(LARGEST_BYTES + 1), "standard input"
    path = Path(file)
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1), path.name
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError(
            f"{path.name or file}: {reason.lower()}\n  Name a file, or - for standard input."
        ) from None


class InputError(SafeconductError):
    """What was given cannot be used."""


def load_situation(file: str, edition: Edition, on: date | None) -> tuple[Situation, date]:
    """The situation in a file, and the day asked about: `--on`, or the file's own."""
    data, name = read_file(file)
    situation, told = read_situation(data, name, edition.vocabulary)
    day = on or told
    if day is None:
        raise InputError(
            f"{name}: no day is asked about\n"
            "  Write on = 2026-11-22 in the file, or give --on 2026-11-22."
        )
    return situation, day


def words_for(lang: str) -> Words:
    """The words of a language; English where there is no catalogue for it."""
    if lang.partition("-")[0] == "en":
        return Words(lang)
    for folder in LOCALES:
        try:
            found = gettext.translation("safeconduct", folder, [lang.replace("-", "_"), lang])
        except OSError:
            continue
        return Words(lang, found.gettext)
    known = sorted({p.name for f in LOCALES if f.is_dir() for p in f.iterdir() if p.is_dir()} | {"en"})
    raise InputError(f"no words for the language `{lang[:12]}`\n  Use one of: {', '.join(known)}.")


def wants_colour() -> bool:
    """Whether to colour: on a terminal, unless `NO_COLOR` is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def new_page() -> Page:
    """A page in colour or plain, as wide as the terminal up to 80 columns."""
    width = min(80, shutil.get_terminal_size((80, 24)).columns)
    if not wants_colour():
        return Page(width=max(60, width))
    return Page(
        Paint(
            heading=lambda s: click.style(s, bold=True),
            danger=lambda s: click.style(s, fg="red"),
            unknown=lambda s: click.style(s, fg="yellow"),
            good=lambda s: click.style(s, fg="green"),
            faint=lambda s: click.style(s, dim=True),
        ),
        width=max(60, width),
    )


def print_page(page: Page) -> None:
    """Print a page, in colour only where that is wanted."""
    click.echo(page.text(), nl=False, color=wants_colour() or None)


def print_json(data: object) -> None:
    """Print data as JSON: the same data give the same bytes."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(data), indent=1)
    click.echo(text.decode())


def says_for(edition: Edition, lang: str) -> Sentences:
    """What says things of an edition in a language."""
    return Sentences(edition, words_for(lang))


def _goal(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The goal as given; a place that is none is an error here, the rest is the engine's to check."""
    head, colon, place = value.partition(":")
    if head == "reach" and colon:
        PLACE.convert(place, parameter, context)
    return value


def common_options(*names: str) -> Callable[[F], F]:
    """The options that many commands share, by name."""
    made = {
        "json": click.option("--json", "as_json", is_flag=True, help="Print data for programs."),
        "lang": click.option("--lang", default="en", show_default=True, help="Language of words."),
        "on": click.option("--on", type=DAY, help="The day asked about; overrides the file's."),
        "as_of": click.option("--as-of", type=DAY, help="As known on this day; today if not given."),
        "goal": click.option(
            "--goal", default="protection", show_default=True, callback=_goal,
            help="protection, stay, or reach:XX.",
        ),
        "to": click.option("--to", type=PLACE, multiple=True, help="Only this place; may repeat."),
        "max_steps": click.option(
            "--max-steps", type=click.IntRange(1, 8), default=5, show_default=True,
            help="The longest pathway considered.",
        ),
    }

    def add(function: F) -> F:
        for name in reversed(names):
            function = made[name](function)
        return function

    return add


def standing_of(situation: Situation) -> str | None:
    """The kind of standing told, or `None`."""
    records = situation.records("standing")
    kind = records[0].get("kind") if records else None
    return None if kind is None else str(kind)
