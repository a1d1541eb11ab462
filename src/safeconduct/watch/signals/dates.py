"""Days a text speaks of, in English, Russian and French, as half-open periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "мае": 5, "июн": 6, "июл": 7,
    "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
    "janv": 1, "févr": 2, "fevr": 2, "mars": 3, "avr": 4, "mai": 5, "juin": 6, "juil": 7,
    "août": 8, "aout": 8, "déc": 12,
}  # fmt: skip
_NAME = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
    r"|январ[ьяе]|феврал[ьяе]|марта?|марте|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|августа?|августе"
    r"|сентябр[ьяе]|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе]"
    r"|janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre"
    r"|décembre|decembre)"
)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th|-го)?\.?\s+(?:of\s+)?({_NAME})\b\.?(?:,?\s+((?:19|20)\d\d)\b)?",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"\b({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:percent|%|людей|человек))(?:,?\s+((?:19|20)\d\d)\b)?",
    re.I,
)
_MONTH = re.compile(rf"\b({_NAME})\.?,?\s+(?:of\s+|de\s+)?((?:19|20)\d\d)\b", re.I)
_NUMBERS = re.compile(
    r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b|\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d/№-])((?:19[5-9]|20[0-4])\d)(?![\d/%]|-я|-й)")
_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "понедельник": 0, "вторник": 1, "среду": 2, "четверг": 3, "пятницу": 4, "субботу": 5, "воскресенье": 6,
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
}  # fmt: skip
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b", re.I)
_RELATIVE = re.compile(r"\b(today|yesterday|сегодня|вчера|aujourd.hui|hier)\b", re.I)


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A period a text names: from its first day to before its last, and how it was written."""

    start: date
    before: date
    words: str

    @property
    def is_day(self) -> bool:
        """Whether it is one day rather than a month or a year."""
        return (self.before - self.start).days == 1

    def __str__(self) -> str:
        if self.is_day:
            return self.start.isoformat()
        if (self.before - self.start).days <= 31:
            return self.start.isoformat()[:7]
        return self.start.isoformat()[:4]


def _month(name: str) -> int:
    low = name.lower()
    for length in (4, 3):
        if low[:length] in _MONTHS:
            return _MONTHS[low[:length]]
    return 0


def _day(year: int, month: int, day: int, words: str) -> When | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return When(start, start + timedelta(days=1), words)


def _whole_month(year: int, month: int, words: str) -> When:
    after = date(year + month // 12, month % 12 + 1, 1)
    return When(date(year, month, 1), after, words)


def _near(month: int, day: int, published: date | None, words: str) -> When | None:
    """A day without a year is the last such day before publication, or one just ahead."""
    if published is None:
        return None
    found = [
        _day(year, month, day, words)
        for year in (published.year + 1, published.year, published.year - 1)
    ]
    for one in found:
        if one is not None and one.start <= published + timedelta(days=45):
            return one
    return None


_DIGIT = re.compile(r"\d")


def dates(text: str, *, published: date | None = None) -> tuple[When, ...]:
    """Every period named in a text, first named first; whole years only where nothing is closer.

    Args:
        published: The day the text appeared, by which "on Tuesday" and "3 May" are read.

    Example:
        >>> [str(w) for w in dates("Le 20 juillet 2023, puis в марте 2024 года and in 2025")]
        ['2023-07-20', '2024-03', '2025']

    """
    found: list[tuple[int, int, When | None]] = []
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        return all(match.end() <= a or match.start() >= b for a, b in taken)

    def add(match: re.Match[str], when: When | None) -> None:
        taken.append(match.span())
        found.append((match.start(), match.end(), when))

    digits = _DIGIT.search(text) is not None
    for match in _NUMBERS.finditer(text) if digits else ():
        if match.group(3):
            add(
                match,
                _day(int(match.group(3)), int(match.group(2)), int(match.group(1)), match.group()),
            )
        else:
            add(
                match,
                _day(int(match.group(4)), int(match.group(5)), int(match.group(6)), match.group()),
            )
    for pattern, day_at, month_at in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        for match in pattern.finditer(text) if digits else ():
            if not free(match):
                continue
            month, day, year = (
                _month(match.group(month_at)),
                int(match.group(day_at)),
                match.group(3),
            )
            if year:
                add(match, _day(int(year), month, day, match.group()))
            else:
                add(match, _near(month, day, published, match.group()))
    for match in _MONTH.finditer(text) if digits else ():
        if free(match):
            add(match, _whole_month(int(match.group(2)), _month(match.group(1)), match.group()))
    for match in _YEAR.finditer(text) if digits else ():
        if free(match):
            year_number = int(match.group(1))
            add(match, When(date(year_number, 1, 1), date(year_number + 1, 1, 1), match.group()))
    if published is not None:
        for match in _WEEKDAY.finditer(text):
            if free(match):
                back = (published.weekday() - _WEEKDAYS[match.group().lower()]) % 7
                start = published - timedelta(days=back)
                add(match, When(start, start + timedelta(days=1), match.group()))
        for match in _RELATIVE.finditer(text):
            if free(match):
                back = 1 if match.group().lower() in ("yesterday", "вчера", "hier") else 0
                start = published - timedelta(days=back)
                add(match, When(start, start + timedelta(days=1), match.group()))
    unique: dict[tuple[date, date], When] = {}
    for _, _, when in sorted(found, key=lambda one: one[0]):
        if when is not None:
            unique.setdefault((when.start, when.before), when)
    return tuple(unique.values())
