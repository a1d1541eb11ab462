"""`safeconduct watch`: reads news, joins what is one report, and says which facts it may change."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from safeconduct.cli.common import load_knowledge
from safeconduct.cli.watch_model import endpoint_of, model_options
from safeconduct.cli.watch_weighing import counted, tell_changes
from safeconduct.errors import SafeconductError
from safeconduct.kb.edition import Edition
from safeconduct.watch import llm, words
from safeconduct.watch.fetch.client import Fetcher
from safeconduct.watch.fetch.rules import Rules
from safeconduct.watch.index import Item, Items
from safeconduct.watch.knowledge import from_edition
from safeconduct.watch.matching import Matcher
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.read.apart import Reader
from safeconduct.watch.run import Event, Round
from safeconduct.watch.signals.analysis import analyse
from safeconduct.watch.store import desk_work, sources
from safeconduct.watch.store.store import Store
from safeconduct.watch.types import Raw

F = TypeVar("F", bound=Callable[..., Any])


def _default_folder() -> Path:
    given = os.environ.get("SAFECONDUCT_WATCH")
    if given:
        return Path(given)
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "safeconduct" / "watch"


def _errors(function: F) -> F:
    """Print the program's own errors to standard error and leave with 2."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except SafeconductError as error:
            click.echo(str(error), err=True)
            raise SystemExit(2) from error

    return wrapped  # type: ignore[return-value]


@contextmanager
def _store(context: click.Context) -> Iterator[Store]:
    store = Store(context.obj["folder"] / "watch.db")
    try:
        yield store
    finally:
        store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _edition(context: click.Context) -> Edition | None:
    """The edition of the knowledge, or nothing with a warning when it does not hold together."""
    if context.obj["bare"]:
        return None
    try:
        return load_knowledge().as_of(context.obj["on"])
    except SafeconductError as error:
        first = str(error).splitlines()[:1]
        click.echo(
            f"The knowledge could not be loaded ({' '.join(first)}); nothing is matched.", err=True
        )
        return None


def _knowledge(
    context: click.Context, store: Store | None = None, *, seconds: float = 0.0
) -> tuple[Items, Matcher | None]:
    """The knowledge as items, each with the answers that lean on it as far as the store knows them.

    Args:
        seconds: How long answers that were not looked at yet may be worked out.

    """
    edition = _edition(context)
    if edition is None:
        return Items(), None
    counts = None if store is None else counted(store, edition, seconds)
    items = from_edition(edition, counts)
    return items, Matcher(items)


def _print(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


@click.group()
@click.option("--store", "folder", type=click.Path(path_type=Path),
              help="Folder of the store (default: the user's data folder).")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the knowledge (default: today)."
)
@click.option("--no-knowledge", "bare", is_flag=True, help="Match nothing; only read and join.")
@click.pass_context
def watch(context: click.Context, folder: Path | None, on: datetime | None, bare: bool) -> None:
    """Read news and see which facts, dangers and procedures it may change."""
    context.obj = {
        "folder": folder or _default_folder(),
        "on": on.date() if on else date.today(),  # noqa: DTZ011
        "bare": bare,
    }


def _raw(file: str, url: str | None) -> Raw:
    if file == "-":
        return Raw(body=sys.stdin.buffer.read(), url=url, via="stdin")
    path = Path(file)
    try:
        return Raw(
            body=path.read_bytes(),
            url=url or (path.name if path.suffix in (".warc", ".gz", ".wacz") else None),
            via="file",
        )
    except OSError as error:
        raise CannotRead(
            f"{file}: {error.strerror}\n  Give the name of a file, or `-` for standard input."
        ) from error


@watch.command()
@click.argument("file")
@click.option("--url", help="The address the file was saved from.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--no-story", is_flag=True, help="Leave the story's text out.")
@model_options
@click.pass_context
@_errors
def read(
    context: click.Context, file: str, url: str | None, as_json: bool, no_story: bool,
    model_url: str, model: str,
) -> None:  # fmt: skip
    """Read one document and print what it says; nothing is kept.

    FILE may be `-` for standard input: HTML, text, PDF, a feed, a WARC or WACZ archive.
    """
    endpoint = endpoint_of(model_url, model)
    _, matcher = _knowledge(context)
    with Reader() as reader:
        raw = _raw(file, url)
        pages = []
        notes: list[str] = []
        for one, problems in _documents(raw, reader):
            pages += one
            notes += problems
    if not pages:
        raise CannotRead(f"{file}: no story was found in it" + "".join(f"\n  {n}" for n in notes))
    results = []
    for page in pages:
        found = analyse(page)
        matches = matcher.match(found) if matcher else ()
        suggested = llm.ask(page, endpoint) if endpoint else None
        if as_json:
            results.append(words.page_as_data(page, found, matches, suggested))
        else:
            click.echo(words.page_as_text(page, found, matches, story=not no_story))
            if suggested:
                click.echo(words.suggestion_as_text(suggested))
            if len(pages) > 1:
                click.echo("\n" + "=" * 72 + "\n")
    for note in notes:
        click.echo(f"Note: {note}", err=True)
    if as_json:
        _print(results[0] if len(results) == 1 else results)


def _documents(raw: Raw, reader: Reader) -> Iterator[tuple[list[Any], list[str]]]:
    """Every page in a document: itself, the entries of a feed, the captures of an archive."""
    from safeconduct.watch.read.document import kind_of, read_document

    if kind_of(raw) in ("warc", "wacz"):
        archive = read_document(raw)
        for capture in archive.captures:
            try:
                reading = reader.read(capture)
            except CannotRead as problem:
                yield [], [f"{capture.url}: {problem}"]
                continue
            yield list(reading.pages), list(reading.problems)
        if archive.problems:
            yield [], list(archive.problems)
        return
    reading = reader.read(raw)
    pages = list(reading.pages)
    notes = list(reading.problems)
    for entry in reading.entries:
        page = reader.read_entry(entry)
        if page is not None:
            pages.append(page)
        else:
            notes.append(f"entry without its text: {entry.url or entry.title}")
    yield pages, notes


@watch.command()
@click.argument("target")
@click.option("--url", help="The address a file was saved from.")
@click.option("--feed", "kind", flag_value="feed", help="The address is a feed.")
@click.option("--page", "kind", flag_value="page", default=True,
              help="The address is a page, watched for change.")
@click.option(
    "--every",
    "hours",
    type=click.IntRange(1, 24 * 30),
    default=6,
    show_default=True,
    help="Hours between looks.",
)
@click.pass_context
@_errors
def add(context: click.Context, target: str, url: str | None, kind: str, hours: int) -> None:
    """Watch an address, import an OPML list, or keep a file.

    TARGET is an address, or a file: OPML is imported as feeds, anything else is read and kept.
    """
    if target.startswith(("http://", "https://")):
        with _store(context) as store:
            number = sources.add(store, target, kind=kind, on=context.obj["on"], every_hours=hours)
        click.echo(f"Source {number}: {target}")
        return
    raw = _raw(target, url)
    with _store(context) as store, Reader() as reader:
        from safeconduct.watch.read.document import kind_of

        if kind_of(raw) == "opml":
            feeds = reader.read(raw).feeds
            for feed in feeds:
                sources.add(store, feed, kind="feed", on=context.obj["on"], every_hours=hours)
            click.echo(f"{len(feeds)} feeds are watched.")
            return
        _, matcher = _knowledge(context, store)
        kept = 0
        for pages, notes in _documents(raw, reader):
            for page in pages:
                added = store.add(
                    page, at=_now(), raw=raw if len(pages) == 1 else None, matcher=matcher
                )
                kept += 1
                word = "known already" if not added.new else "joined" if added.joined else "new"
                click.echo(f"Story {added.story} ({word}): page {added.page}")
            for note in notes:
                click.echo(f"Note: {note}", err=True)
                sources.failed(store, target, note, at=_now())
        if not kept:
            raise CannotRead(f"{target}: no story was found in it")


@watch.command()
@click.option("--most", default=200, show_default=True, help="The most documents to fetch.")
@click.option("--proxy", default="", help="socks5h://127.0.0.1:9050 (Tor) or http://host:port.")
@click.option("--plain-http", is_flag=True, help="Try http where https does not answer.")
@click.option(
    "--weigh",
    default=60.0,
    show_default=True,
    help="Most seconds for counting the answers that lean on the knowledge, once for each edition.",
)
@model_options
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.pass_context
@_errors
def run(
    context: click.Context, most: int, proxy: str, plain_http: bool, weigh: float, model_url: str,
    model: str, as_json: bool,
) -> None:  # fmt: skip
    """Ask every source that is due and keep what is new."""
    endpoint = endpoint_of(model_url, model)
    second = (lambda page: llm.ask(page, endpoint)) if endpoint else None
    events: list[Event] = []
    rules = Rules(proxy=proxy, plain_http=plain_http)
    with _store(context) as store, Fetcher(rules) as fetcher, Reader() as reader:
        _, matcher = _knowledge(context, store, seconds=weigh)
        for event in Round(store, fetcher, reader, matcher=matcher, now=_now, second=second).run(most=most):
            events.append(event)
            if not as_json:
                story = f" story {event.added.story}" if event.added else ""
                click.echo(f"{event.what:<10}{story:<12} {event.url}  {event.detail[:100]}")
                for line in event.suggested:
                    click.echo(f"{'':<22} {line}")
    if as_json:
        _print(
            [
                {
                    "url": e.url,
                    "what": e.what,
                    "detail": e.detail,
                    "story": e.added.story if e.added else None,
                    "suggested": list(e.suggested),
                }
                for e in events
            ]
        )
    elif not events:
        click.echo("Nothing was due.")


@watch.command()
@click.option("--state", type=click.Choice(desk_work.STATES), default="open", show_default=True)
@click.option("--limit", default=20, show_default=True)
@click.option("--after", default=0, help="Stories to pass over.")
@click.option("--browser", is_flag=True, help="Serve the inbox to a browser on this machine.")
@click.option("--port", default=8742, show_default=True, help="Port of the browser's inbox.")
@click.option("--by", default="editor", show_default=True, help="Your handle, in the browser.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.pass_context
@_errors
def inbox(
    context: click.Context, state: str, limit: int, after: int, browser: bool, port: int, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """List stories, the most urgent first."""
    if browser:
        # by name: the command line and the pages stand beside one another and import nothing there
        pages = importlib.import_module("safeconduct.web.inbox.serving")
        with _store(context) as store:
            edition = _edition(context)
            items = from_edition(edition, counted(store, edition, 0.0)) if edition else Items()
            pages.serve(
                store, items, drafts=context.obj["folder"] / "drafts", by=by, port=port, edition=edition
            )
        return
    with _store(context) as store:
        lines = desk_work.inbox(store, state=state, limit=limit, after=after)
        numbers = desk_work.counts(store)
    if as_json:
        _print({"counts": numbers, "stories": [asdict(line) for line in lines]})
        return
    for line in lines:
        click.echo(words.inbox_line(line))
    click.echo(", ".join(f"{n} {s}" for s, n in numbers.items()))


@watch.command()
@click.argument("story", type=int)
@click.option("--text", is_flag=True, help="Also print the story alone from each page.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.pass_context
@_errors
def show(context: click.Context, story: int, text: bool, as_json: bool) -> None:
    """Show a story: its pages, its origins, what it says and what it touches."""
    with _store(context) as store:
        shown = desk_work.show(store, story)
        if as_json:
            _print(asdict(shown))
            return
        click.echo(words.story_as_text(shown))
        if text:
            for telling in shown.tellings:
                click.echo(f"\nPage {telling.id}\n{desk_work.page_text(store, telling.id)}")


@watch.command()
@click.argument("story", type=int)
@click.option(
    "--drafts",
    type=click.Path(path_type=Path),
    help="Folder for the drafts (default: beside the store).",
)
@click.option("--by", default="editor", show_default=True, help="Your handle.")
@click.option("--note", default="", help="Why.")
@click.option(
    "--impact",
    default=60.0,
    show_default=True,
    help="Most seconds for working out whose answers the drafts would change; 0 for not at all.",
)
@click.pass_context
@_errors
def accept(
    context: click.Context, story: int, drafts: Path | None, by: str, note: str, impact: float
) -> None:
    """Accept a story and write its drafts; no reviewed file is touched."""
    from safeconduct.watch import proposals

    edition = _edition(context)
    items = from_edition(edition) if edition else Items()
    by_id: dict[str, Item] = {i.id: i for i in items.items()}
    with _store(context) as store:
        shown = desk_work.show(store, story)
        found = proposals.drafts(shown, by_id, on=context.obj["on"])
        paths = proposals.write(found, drafts or context.obj["folder"] / "drafts")
        desk_work.decide(store, story, "accept", at=_now(), by=by, note=note)
        for path in paths:
            click.echo(f"Draft: {path}")
        if edition is not None and impact > 0:
            touched = [str(m["item"]) for m in shown.matches]
            tell_changes(store, edition, found, touched, on=context.obj["on"], seconds=impact)
    click.echo(
        "Read the source, write what it says, and run `safeconduct check` and `safeconduct impact`."
    )


@watch.command()
@click.argument("story", type=int)
@click.option("--by", default="editor", show_default=True, help="Your handle.")
@click.option("--note", default="", help="Why.")
@click.pass_context
@_errors
def reject(context: click.Context, story: int, by: str, note: str) -> None:
    """Reject a story; it stays in the store and can be found again."""
    with _store(context) as store:
        desk_work.decide(store, story, "reject", at=_now(), by=by, note=note)
    click.echo(f"Story {story} is rejected.")


@watch.command()
@click.argument("into", type=int)
@click.argument("story", type=int)
@click.option("--by", default="editor", show_default=True, help="Your handle.")
@click.pass_context
@_errors
def merge(context: click.Context, into: int, story: int, by: str) -> None:
    """Join two stories that are one report; the first keeps its number."""
    with _store(context) as store:
        _, matcher = _knowledge(context, store)
        desk_work.merge(store, into, story, at=_now(), by=by, matcher=matcher)
    click.echo(f"Story {story} is now part of story {into}.")


@watch.command()
@click.argument("page", type=int)
@click.option("--by", default="editor", show_default=True, help="Your handle.")
@click.pass_context
@_errors
def split(context: click.Context, page: int, by: str) -> None:
    """Take one page out of its story into a new one."""
    with _store(context) as store:
        _, matcher = _knowledge(context, store)
        new = desk_work.split(store, page, at=_now(), by=by, matcher=matcher)
    click.echo(f"Page {page} is now story {new}.")


@watch.command()
@click.option("--seconds", default=600.0, show_default=True, help="The longest it may take.")
@click.pass_context
@_errors
def weigh(context: click.Context, seconds: float) -> None:
    """Count the answers that lean on each item, and order the inbox by them.

    The answers are those of the situations in examples/. Each is counted once for an edition of the
    knowledge; what was counted stays counted when this is stopped.
    """
    with _store(context) as store:
        edition = _edition(context)
        if edition is not None:
            counts = counted(store, edition, seconds)
            click.echo(f"{len(counts)} items have answers that lean on them.")


@watch.command("sources")
@click.option("--remove", type=int, help="Stop watching the source of this number.")
@click.option("--failures", is_flag=True, help="List what could not be fetched or read.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.pass_context
@_errors
def list_sources(context: click.Context, remove: int | None, failures: bool, as_json: bool) -> None:
    """List the sources, how they answered, and when they are asked again."""
    with _store(context) as store:
        if remove is not None:
            sources.remove(store, remove)
        if failures:
            for failure in sources.failures(store):
                click.echo(f"{failure['at']}  {failure['url']}\n    {failure['reason']}")
            return
        every = sources.all_sources(store)
    if as_json:
        _print([asdict(s) for s in every])
        return
    for source in every:
        note = f"  {source.note}" if source.note else ""
        click.echo(
            f"{source.id:>4}  {source.kind:<5} every {source.every_hours} h, next {source.next_at}  {source.url}{note}"
        )
    if not every:
        click.echo("No source is watched. Add one: safeconduct watch add ADDRESS")


__all__ = ["watch"]
