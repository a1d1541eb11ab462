"""`check` and `impact`: is the knowledge sound, and what does a change of it do."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import textwrap
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from ..engine.labels import NOT_KNOWN
from ..engine.search import answer
from ..engine.trial import Failure, rules_shown, run_example, truths_lacking
from ..errors import InvalidKnowledge, InvalidSituation
from ..kb.base import KnowledgeBase, load, parse
from ..kb.edition import Edition
from ..kb.situations import read_situation
from .common import DAY, InputError, knowledge_folder, print_json, progress, today


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print data for programs.")
@click.option("--examples", is_flag=True, help="List rules without an example for each truth.")
def check(folder: Path | None, as_json: bool, examples: bool) -> None:
    """Validate the knowledge: form, vocabulary, citations, days, examples.

    All problems are told at once. Exits with 1 when something does not hold.
    """
    root = folder or knowledge_folder()
    try:
        with progress("Reading the knowledge"):
            base = load(root)
    except InvalidKnowledge as error:
        if as_json:
            print_json([{"file": p.file, "place": p.place, "what": p.what, "advice": p.advice}
                        for p in error.problems])
        else:
            click.echo(str(error), err=True)
        sys.exit(1)
    edition = base.as_of(_newest(base))
    failures, missing = _try_examples(edition)
    counts = _counts(edition)
    if as_json:
        print_json({
            **counts, "failures": [_failure_data(f) for f in failures],
            "rules_without_example": missing,
        })
    else:
        for failure in failures:
            click.echo(failure.example.file, err=True)
            click.echo(f"  {failure.example.name}: wanted {failure.wanted}, found {failure.found}",
                       err=True)
            click.echo("    Correct the rule or the example.\n", err=True)
        told = ", ".join(_counted(n, k) for k, n in counts.items())
        click.echo(textwrap.fill(told, 80, break_on_hyphens=False))
        if examples:
            for name, lacking in missing.items():
                click.echo(f"  {name}: no example for {', '.join(lacking)}")
        elif missing:
            word = "rule lacks" if len(missing) == 1 else "rules lack"
            click.echo(f"{len(missing)} {word} an example for some truth (check --examples).")
        if failures:
            word = "example does" if len(failures) == 1 else "examples do"
            click.echo(f"{len(failures)} {word} not hold.", err=True)
        else:
            click.echo("No problem found. Every fact, rule, procedure, danger and case is cited.")
    if failures:
        sys.exit(1)


def _counted(number: int, what: str) -> str:
    """A number and what was counted, as `1 case` or `2 facts`."""
    return f"{number:,} {what.removesuffix('s') if number == 1 else what}"


def _newest(base: KnowledgeBase) -> date:
    days = [a.recorded_on for f in base.index.facts for a in f.assertions]
    days += [r.recorded_on for r in base.index.rules]
    days += [p.recorded_on for p in base.index.procedures]
    days += [d.recorded_on for d in base.index.dangers]
    return date.fromordinal(max(days, default=1))


def _counts(edition: Edition) -> dict[str, int]:
    index = edition.index
    return {
        "facts": len(index.facts),
        "assertions": sum(len(f.assertions) for f in index.facts),
        "rules": len(edition.rules), "procedures": len(edition.procedures),
        "dangers": len(edition.dangers),
        "cases": sum(len(d.cases) for d in edition.dangers),
        "rulings": len(edition.rulings), "sources": len(index.sources),
        "examples": len(index.examples),
    }


def _failure_data(failure: Failure) -> dict[str, Any]:
    return {"file": failure.example.file, "name": failure.example.name,
            "wanted": failure.wanted, "found": failure.found}


def _try_examples(edition: Edition) -> tuple[list[Failure], dict[str, list[str]]]:
    """Failing examples, and for each rule the truths that no example gives it."""
    failures: list[Failure] = []
    seen: dict[str, set[str]] = {}
    for example in edition.index.examples:
        proof, failure = run_example(edition, example)
        if failure is not None:
            failures.append(failure)
        for name, truth in rules_shown(proof).items():
            seen.setdefault(name, set()).add(truth)
    return failures, truths_lacking(edition, seen)


@click.command()
@click.option("--since", default="HEAD", show_default=True,
              help="A revision of the project, or a day (YYYY-MM-DD) of the record.")
@click.option("--situations", type=click.Path(path_type=Path, file_okay=False),
              help="A folder of situations; examples/ of the project if there is one.")
@click.option("--on", type=DAY, help="The day asked about where a situation has none.")
@click.option("--json", "as_json", is_flag=True, help="Print data for programs.")
def impact(since: str, situations: Path | None, on: date | None, as_json: bool) -> None:
    """What a change of the knowledge does to answers.

    Compares the knowledge now with that of a revision, or with what was
    recorded by a day: which examples and situations change their answer.
    """
    base = load(knowledge_folder())
    new = base.as_of(today())
    try:
        old = base.as_of(date.fromisoformat(since))
    except ValueError:
        old = _of_revision(since).as_of(today())
    with progress("Comparing answers"):
        examples = _example_changes(old, new)
        people = _situation_changes(old, new, _folder(situations), on)
    if as_json:
        print_json({"examples": examples, "situations": people})
        return
    if not examples and not people:
        click.echo("No answer changes.")
        return
    for item in examples:
        click.echo(f"example: {item['name']}: {item['before']} → {item['after']}")
    for item in people:
        click.echo(f"situation: {item['file']}")
        for key, sign in (("gone", "-"), ("new", "+"), ("danger_gone", "-!"), ("danger_new", "+!")):
            for line in item[key]:
                told = line.replace(f"{NOT_KNOWN}d", "?d").replace(f"€{NOT_KNOWN}", "€?")
                click.echo(textwrap.fill(
                    told, 80, initial_indent=f"  {sign} ", subsequent_indent="     ",
                    break_long_words=False, break_on_hyphens=False,
                ))


def _folder(told: Path | None) -> Path | None:
    if told is not None:
        return told
    found = Path(__file__).resolve().parents[3] / "examples"
    return found if found.is_dir() else None


def _of_revision(revision: str) -> KnowledgeBase:
    """The knowledge as it stood at a revision of the project's own history."""
    root = knowledge_folder()
    try:
        top = subprocess.run(  # noqa: S603
            ["git", "-C", str(root), "rev-parse", "--show-toplevel"],  # noqa: S607
            capture_output=True, check=True, text=True,
        ).stdout.strip()
        inside = root.resolve().relative_to(Path(top).resolve()).as_posix()
        archive = subprocess.run(  # noqa: S603
            ["git", "-C", top, "archive", "--format=tar", f"{revision}:{inside}"],  # noqa: S607
            capture_output=True, check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError, ValueError):
        raise InputError(
            f"no knowledge at the revision `{revision[:40]}`\n"
            "  Name a commit of the project, or a day such as 2026-11-01."
        ) from None
    contents: dict[str, bytes] = {}
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None and member.name.endswith((".toml", ".csv")):
                contents[member.name] = file.read()
    return parse(contents)


def _example_changes(old: Edition, new: Edition) -> list[dict[str, str]]:
    found = []
    for example in new.index.examples:
        if example.goal not in old.vocabulary.predicates:
            continue
        before, _ = run_example(old, example)
        after, _ = run_example(new, example)
        if before.truth is not after.truth:
            found.append({"name": example.name, "before": before.truth.value,
                          "after": after.truth.value})
    return found


def _situation_changes(
    old: Edition, new: Edition, folder: Path | None, on: date | None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.toml")) if folder else ():
        try:
            situation, told = read_situation(path.read_bytes(), path.name, new.vocabulary)
        except InvalidSituation as error:
            raise InputError(str(error)) from None
        day = on or told
        if day is None:
            continue
        before = answer(old, situation, goal="protection", on=day, closed=False)
        after = answer(new, situation, goal="protection", on=day, closed=False)
        a = {f"{p.place} {p.standing}: {p}" for p in before.pathways}
        b = {f"{p.place} {p.standing}: {p}" for p in after.pathways}
        c = {h.danger.id for h in before.here}
        d = {h.danger.id for h in after.here}
        if a != b or c != d:
            found.append({
                "file": path.name, "gone": sorted(a - b), "new": sorted(b - a),
                "danger_gone": sorted(c - d), "danger_new": sorted(d - c),
            })
    return found
