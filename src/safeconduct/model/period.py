"""Days and periods.

A day is a `date`. A day known only by its month or year is a `DayRange`: it stands for every
day in it, so a test on it is unknown where its days differ. Periods are half-open.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?$")

#: The ordinal that stands for "no end" in arithmetic on days.
NO_END = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` until the day before `end`; without an end, still open.

    >>> Period(date(2023, 1, 27)).covers(date(2024, 1, 1))
    True
    """

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class DayRange:
    """A day of which only the first and last possible day are known (both included)."""

    first: date
    last: date


def parse_day(value: object) -> DayRange | None:
    """Read a day, or a month or year written as text; `None` when it is neither.

    >>> parse_day("2022-09").last
    datetime.date(2022, 9, 30)
    >>> parse_day("September") is None
    True
    """
    if isinstance(value, date):
        return DayRange(value, value)
    if not isinstance(value, str):
        return None
    match = _PARTIAL.match(value)
    if match is None:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return None
        return DayRange(day, day)
    year = int(match[1])
    if not 1800 <= year <= 2300:
        return None
    if match[2] is None:
        return DayRange(date(year, 1, 1), date(year, 12, 31))
    month = int(match[2])
    if not 1 <= month <= 12:
        return None
    return DayRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
