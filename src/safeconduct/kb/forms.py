"""Reading one TOML table with closed keys, and telling every problem in it.

A `Form` hands out the values of a table by key and type. What it cannot accept it reports with
its place and an advice, and returns a harmless stand-in so that reading goes on and all problems
of all files are told at once. `done` reports the keys nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..errors import Problem, did_you_mean
from ..model.period import NO_END, parse_day

ID = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*\Z")
PLACE = re.compile(r"[A-Z]{2}\Z")
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")

#: No figure in the knowledge is larger; what is not a number compares with none.
LARGEST_NUMBER = 10**12
#: Longest part of a value that an error repeats.
_SHOWN = 40


def show(value: object) -> str:
    """A value as an error shows it, cut short."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(slots=True)
class Problems:
    """Collects the problems of many files."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, place: str, what: str, advice: str = "") -> None:
        """Add one."""
        self.found.append(Problem(file, place, what, advice))


@dataclass(slots=True)
class Form:
    """One table being read: which file and place it stands at, and the keys asked for so far."""

    table: Mapping[str, Any]
    file: str
    place: str
    problems: Problems
    asked: set[str] = field(default_factory=set)

    def problem(self, what: str, advice: str = "") -> None:
        """Report a problem of this table."""
        self.problems.add(self.file, self.place, what, advice)

    def raw(self, key: str) -> Any:
        """The value as it stands, or `None`."""
        self.asked.add(key)
        return self.table.get(key)

    def _missing(self, key: str, advice: str) -> None:
        self.problem(f"`{key}` is missing", advice)

    def text(self, key: str, *, required: bool = False, advice: str = "") -> str:
        """Text; empty when not given."""
        value = self.raw(key)
        if value is None:
            if required:
                self._missing(key, advice or "Write it as text in quotes.")
            return ""
        if not isinstance(value, str):
            self.problem(f"`{key}` must be text, not {show(value)}", "Put it in quotes.")
            return ""
        if required and not value.strip():
            self.problem(f"`{key}` is empty", advice or "Write it as text in quotes.")
        return value

    def identifier(self, key: str = "id") -> str:
        """An id such as `kz.entry.ru`; required."""
        value = self.text(key, required=True, advice="Write an id such as `kz.entry.ru`.")
        if value and not ID.match(value):
            self.problem(
                f"`{key}` is not an id: {show(value)}",
                "Use lower-case letters, digits, hyphens within a part and dots between parts.",
            )
        return value

    def boolean(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(f"`{key}` must be true or false, not {show(value)}", "Leave off quotes.")
            return default
        return value

    def choice(
        self, key: str, values: Iterable[str], *, required: bool = False, default: str = ""
    ) -> str:
        """One of a closed set of words."""
        value = self.text(key, required=required, advice=did_you_mean("", values))
        known = set(values)
        if value and value not in known:
            self.problem(f"`{key}` is not known: {show(value)}", did_you_mean(value, known))
            return default
        return value or default

    def day(self, key: str, *, required: bool = False, default: int = NO_END) -> int:
        """A whole day, as an ordinal."""
        value = self.raw(key)
        if value is None:
            if required:
                self._missing(key, "Write a day without quotes, such as 2026-07-01.")
            return default
        if isinstance(value, datetime) or not isinstance(value, date):
            self.problem(
                f"`{key}` must be a day, not {show(value)}",
                "Write a day without quotes, such as 2026-07-01.",
            )
            return default
        return value.toordinal()

    def day_text(self, key: str) -> str:
        """A day, or a month or year as text; kept as text."""
        value = self.raw(key)
        if value is None:
            return ""
        if isinstance(value, datetime) or parse_day(value) is None:
            self.problem(
                f"`{key}` must be a day, a month or a year, not {show(value)}",
                'Write 2026-07-01, "2026-07" or "2026".',
            )
            return ""
        return str(value)

    def number(self, key: str) -> int | None:
        """A whole number of at least zero, or `None`."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
            self.problem(f"`{key}` must be a whole number, not {show(value)}")
            return None
        return value

    def number_range(self, key: str) -> tuple[int, int] | None:
        """A range `[low, high]` of whole numbers, or one number for both."""
        value = self.raw(key)
        if value is None:
            return None
        pair = value if isinstance(value, list | tuple) else [value, value]
        good = len(pair) == 2 and all(
            isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= 10**9 for n in pair
        )
        if not good or pair[0] > pair[1]:
            self.problem(
                f"`{key}` must be a range [low, high] of whole numbers", "Write it as [30, 240]."
            )
            return None
        return (pair[0], pair[1])

    def words(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Text or a list of text."""
        value = self.raw(key)
        if value is None:
            if required:
                self._missing(key, "Write text or a list of text.")
            return ()
        values = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(v, str) for v in values):
            self.problem(f"`{key}` must be text or a list of text", "Put each entry in quotes.")
            return ()
        return tuple(values)

    def places(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """One or more places: ISO 3166-1 alpha-2 in capitals, or EU."""
        values = self.words(key, required=required)
        for value in values:
            self.check_place(key, value)
        return tuple(v for v in values if PLACE.match(v))

    def check_place(self, key: str, value: str) -> None:
        """Report a text that is no place."""
        if not PLACE.match(value):
            self.problem(
                f"`{key}` is not a place: {show(value)}",
                "Write the two capitals of ISO 3166-1, such as KZ, or EU.",
            )

    def tables(self, key: str) -> list[Form]:
        """A list of tables, each as a form of its own."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
            self.problem(f"`{key}` must be a list of tables", f"Begin each with [[{key}]].")
            return []
        where = f"{self.place}: {key}" if self.place else key
        return [
            Form(v, self.file, f"{where} {n}", self.problems) for n, v in enumerate(value, start=1)
        ]

    def one_table(self, key: str) -> Form | None:
        """A table of its own, or `None`."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(f"`{key}` must be a table", f"Write it as {key} = {{ … }}.")
            return None
        where = f"{self.place}: {key}" if self.place else key
        return Form(value, self.file, where, self.problems)

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key in self.table:
            if key not in self.asked:
                self.problem(f"unknown key `{show(key)}`", did_you_mean(str(key), self.asked))
