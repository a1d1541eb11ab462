"""Tests on the columns of a population: each value once, whoever has it.

A test gives for each value of a column, or for each record, whether it passes: 0 no, 1 unknown,
2 yes; Kleene's AND is then the least and OR the greatest. What a value must be like is decided by
the functions that decide it for one person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.condition import Between, FieldTest, OneOf, Test, Within
from ..model.period import NO_END, parse_day
from ..model.population import Column, Population
from ..model.truth import Truth
from .decide import test_field
from .reading import age_range, in_range, value_among

Ranks = NDArray[np.uint8]

_RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}

#: Fields of a record that are worked out from others; any other is read by its own name.
_WORKED_OUT = {
    ("paper", "valid"): ("valid_from", "valid_until", "expired"),
    ("paper", "valid_days"): ("valid_until", "granted_days"),
    ("standing", "lawful"): ("kind", "until", "granted"),
    ("order", "in_force"): ("kind", "on", "until"),
}


@dataclass(slots=True)
class ColumnTests:
    """The tests made on one population's columns and records on one day, each made once."""

    population: Population
    day: int
    _known: dict[tuple[object, ...], Ranks] = field(default_factory=dict)
    _blanks: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    _words: dict[int, tuple[dict[str, list[int]], tuple[int, ...]]] = field(default_factory=dict)
    _bounds: dict[tuple[int, bool], tuple[NDArray[np.float64], NDArray[np.float64]]] = field(
        default_factory=dict
    )

    def age(self, test: Test) -> Ranks:
        """For each year of birth, whether the age passes."""
        column = self.population.column("birth_year")
        key = ("age", id(column.codes), test)
        found = self._known.get(key)
        if found is None:
            passes = [_RANK[_age_passes(v, test, self.day)] for v in column.values]
            found = self._known[key] = np.array(passes, dtype=np.uint8)
        return found

    def values(self, column: Column, test: Test, asked: tuple[Any, ...] | None) -> Ranks:
        """For each value of a column, whether it passes.

        Each value asked for is looked for once in a column; bounds are tested all at once.
        """
        key = ("value", id(column.codes), test, asked)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._values(column, test, asked)
        return found

    def blanks(self, column: Column) -> NDArray[np.bool_]:
        """Which of a column's values stand for "not given"."""
        found = self._blanks.get(id(column.codes))
        if found is None:
            found = (
                np.isnan(column.numbers) if column.numbers is not None
                else np.array([v is None for v in column.values], dtype=np.bool_)
            )
            self._blanks[id(column.codes)] = found
        return found

    def _values(self, column: Column, test: Test, asked: tuple[Any, ...] | None) -> Ranks:
        if isinstance(test, OneOf):
            found = np.where(self.blanks(column), 1, 0).astype(np.uint8)
            for wanted in asked or ():
                np.maximum(found, self._wanted(column, wanted), out=found)
            return found
        low, high = self._bounds_of(column, as_days=isinstance(test, Within))
        if isinstance(test, Between):
            least = -np.inf if test.at_least is None else test.at_least
            most = np.inf if test.at_most is None else test.at_most
        else:
            least = 1 if test.start is None else test.start
            most = (NO_END if test.before is None else test.before) - 1
        inside = (low >= least) & (high <= most)
        outside = (high < least) | (low > most)
        # 2 inside, 0 outside, and 1 where neither is sure
        return np.add(inside, ~outside, dtype=np.uint8)

    def _wanted(self, column: Column, wanted: Any) -> Ranks:
        key = ("wanted", id(column.codes), wanted.__class__, wanted)
        found = self._known.get(key)
        if found is None:
            plain, others = self._plain(column)
            found = np.where(self.blanks(column), 1, 0).astype(np.uint8)
            if _is_plain(wanted):
                if wanted in plain:
                    found[plain[wanted]] = 2
            else:
                others = tuple(range(len(column.values)))
            for code in others:
                if column.values[code] is not None:
                    found[code] = _RANK[value_among(column.values[code], (wanted,))]
            self._known[key] = found
        return found

    def _plain(self, column: Column) -> tuple[dict[str, list[int]], tuple[int, ...]]:
        """The codes of a column's plain words, which are themselves or not; and all other codes."""
        found = self._words.get(id(column.codes))
        if found is None:
            plain: dict[str, list[int]] = {}
            for code, value in enumerate(column.values):
                if _is_plain(value):
                    plain.setdefault(value, []).append(code)
            others = tuple(c for c, v in enumerate(column.values) if not _is_plain(v))
            found = self._words[id(column.codes)] = (plain, others)
        return found

    def _bounds_of(
        self, column: Column, *, as_days: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and most that each value may be; not a number where it may be anything."""
        found = self._bounds.get((id(column.codes), as_days))
        if found is None:
            if column.numbers is not None:
                found = column.numbers, column.numbers
            elif as_days:
                pairs = np.array([_days(v) for v in column.values], dtype=np.float64)
                found = pairs[:, 0], pairs[:, 1]
            else:
                numbers = np.array(
                    [np.nan if v is None else v for v in column.values], dtype=np.float64
                )
                found = numbers, numbers
            self._bounds[id(column.codes), as_days] = found
        return found

    def fields(
        self, kind: str, test: FieldTest, asked: tuple[Any, ...] | None
    ) -> Ranks:
        """For each record of a kind, whether one field passes its test: 0 no, 1 unknown, 2 yes."""
        key = ("field", kind, test, asked)
        found = self._known.get(key)
        if found is None:
            rows = self.population.records(kind)
            names = _WORKED_OUT.get((kind, test.field), (test.field,))
            records, index = combinations([(n, rows.field(n)) for n in names], len(rows))
            ranks = [_RANK[test_field(kind, r, test, asked, self.day)] for r in records]
            found = np.array(ranks, dtype=np.uint8)[index]
            self._known[key] = found
        return found


def _is_plain(value: Any) -> bool:
    """Whether a value is a word without parts: no region, which a state may stand for."""
    return isinstance(value, str) and "-" not in value


def _age_passes(birth_year: Any, test: Test, day: int) -> Truth:
    if birth_year is None or not isinstance(test, Between):
        return Truth.UNKNOWN
    return in_range(*age_range(birth_year, day), test)


def _days(value: Any) -> tuple[float, float]:
    """The first and last day that a day, month or year stands for."""
    if value.__class__ is date:
        return value.toordinal(), value.toordinal()
    found = parse_day(value)
    if found is None:
        return np.nan, np.nan
    return found.first.toordinal(), found.last.toordinal()


def part_of(column: Column, rows: NDArray[Any]) -> Column:
    """The entries of a column at these rows."""
    return Column(column.codes[rows], column.values)


def combinations(
    columns: list[tuple[str, Column]], size: int
) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    """The combinations of values that occur, as records, and for each entry the number of its own."""
    index = np.zeros(size, dtype=np.int64)
    firsts = np.zeros(min(size, 1), dtype=np.int64)
    for _, column in columns:
        joint = index * len(column.values) + column.codes
        _, firsts, index = np.unique(joint, return_index=True, return_inverse=True)
    records = [
        {name: v for name, c in columns if (v := c.value(int(row))) is not None} for row in firsts
    ]
    return records, index.reshape(-1)
