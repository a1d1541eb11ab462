"""Reads a matrix: a CSV of assertions with a TOML head that carries what they share."""

from __future__ import annotations

import csv
import io
from datetime import date

from ..model.knowledge import Assertion, Citation, Complete, Fact, Predicate, Value, Vocabulary
from ..model.period import NO_END
from .forms import Form, Problems, show
from .readers import _predicate, _recorded, _reviews, read_arguments, read_complete, read_value

_COLUMNS = (
    "value", "valid_from", "valid_before", "source", "locator", "note", "disputed",
    "recorded_on", "recorded_by",
)


def read_matrix(
    head: Form, text: str, csv_file: str, vocabulary: Vocabulary
) -> tuple[list[Fact], list[Complete]]:
    """The facts of a matrix; rows with the same arguments are one fact."""
    identifier = head.identifier()
    statement = head.text("statement", required=True)
    predicate = _predicate(head, "predicate", vocabulary)
    unit = head.text("unit")
    recorded_on, recorded_by = _recorded(head)
    reviews = _reviews(head)
    head.text("note")
    completes = (
        [read_complete(f, predicate) for f in head.tables("complete")] if predicate else []
    )
    head.done()
    if predicate is None:
        return [], completes
    groups: dict[tuple[str | None, ...], list[Assertion]] = {}
    names = [p.name for p in predicate.parameters]
    rows = csv.DictReader(io.StringIO(text), restkey="", restval="")
    if not rows.fieldnames:
        head.problems.add(csv_file, "", "the file is empty", "Write a header and rows.")
        return [], completes
    for column in rows.fieldnames:
        if column not in (*names, *_COLUMNS):
            head.problems.add(
                csv_file, "header", f"unknown column `{show(column)}`",
                f"Use: {', '.join((*names, *_COLUMNS))}.",
            )
    for needed in ("value", "valid_from", "source", "locator"):
        if needed not in rows.fieldnames:
            head.problems.add(csv_file, "header", f"column `{needed}` is missing", "Add it.")
            return [], completes
    for line, row in enumerate(rows, start=2):
        form = Form({}, csv_file, f"line {line}", head.problems)
        if row.get(""):
            form.problem("more cells than columns", "Put cells with commas in double quotes.")
            continue
        assertion = _row(form, row, predicate, recorded_on, recorded_by)
        arguments = read_arguments(form, {n: row[n] for n in names if row.get(n)}, predicate)
        groups.setdefault(arguments, []).append(assertion)
    for assertions in groups.values():
        days = [a.recorded_on for a in assertions]
        if days != sorted(days):
            head.problems.add(
                csv_file, "", "rows on the same arguments are not in the order of their record",
                "Add new rows at the end; never edit or move an old one.",
            )
    facts = [
        Fact(
            f"{identifier}.{'-'.join((a or 'any').lower() for a in arguments)}",
            statement, predicate.name, arguments, tuple(assertions), reviews, unit,
        )
        for arguments, assertions in groups.items()
    ]
    return facts, completes


def _row(
    form: Form, row: dict[str, str], predicate: Predicate, recorded_on: int, recorded_by: str
) -> Assertion:
    start = _day(form, row, "valid_from")
    before = _day(form, row, "valid_before") if row.get("valid_before") else NO_END
    if before <= start:
        form.problem("`valid_before` is not after `valid_from`", "Correct one of them.")
    for needed in ("source", "locator"):
        if not row.get(needed, "").strip():
            form.problem(f"`{needed}` is empty", "Every row is cited.")
    if row.get("recorded_on"):
        recorded_on = _day(form, row, "recorded_on")
    recorded_by = row.get("recorded_by") or recorded_by
    raw = row.get("value", "").strip()
    value: Value | None = None
    if raw != "unknown":
        value = read_value(form, parse_cell(raw), predicate)
    return Assertion(
        value, start, before, recorded_on, recorded_by,
        (Citation(row.get("source", ""), row.get("locator", "")),),
        row.get("disputed", "") == "true", row.get("note", ""),
    )


def _day(form: Form, row: dict[str, str], column: str) -> int:
    try:
        return date.fromisoformat(row.get(column, "").strip()).toordinal()
    except ValueError:
        form.problem(f"`{column}` must be a day", "Write it as 2026-07-01.")
        return 1


def parse_cell(text: str) -> object:
    """A cell's value: true, false, a number, `30..240` for a range, or a code.

    >>> parse_cell("30..240"), parse_cell("true"), parse_cell("visa-free")
    ([30, 240], True, 'visa-free')
    """
    if text in ("true", "false"):
        return text == "true"
    low, dots, high = text.partition("..")
    try:
        if dots:
            return [int(low), int(high)]
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


__all__ = ["Problems", "parse_cell", "read_matrix"]
