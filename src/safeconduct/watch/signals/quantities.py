"""Figures a text gives, with what they count: days, years, persons, cases, percent, euros."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "dozen": 12, "nineteen": 19,
    "один": 1, "два": 2, "две": 2, "двух": 2, "двое": 2, "двоих": 2, "три": 3, "трех": 3, "троих": 3,
    "четыре": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "шестерым": 6, "шестеро": 6, "семь": 7,
    "восемь": 8, "девять": 9, "десять": 10, "девятнадцать": 19, "девятнадцати": 19,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "dix-neuf": 19,
}  # fmt: skip
_UNITS = (
    ("percent", r"%|per\s?cent|percent|процент\w*|pour\s?cent"),
    ("days", r"(?:calendar\s+|календарн\w+\s+)?(?:days?|дн(?:я|ей|и)|день|суток|сутки|jours?)"),
    ("months", r"months?|месяц\w*|mois"),
    ("years", r"years?|лет|год(?:а|у|ов)?|ans?|années?"),
    ("EUR", r"euros?|€|евро"),
    ("cases", r"(?:criminal\s+|уголовн\w+\s+|court\s+)?(?:cases?|дел(?:а|о)?|affaires|dossiers?|verdicts?"
              r"|sentences?|приговор\w*|applications?|заявлени\w*|ходатайств\w*|demandes?|claims?|visas?|виз(?:а|ы)?)"),
    ("persons", r"(?:russian\s+|российск\w+\s+|army\s+)*(?:russians?|deserters?|soldiers?|men|people|persons?|citizens?"
                r"|nationals?|servicemen|conscripts?|refugees?|activists?|women|troops|россиян\w*|граждан\w*|человек\w*"
                r"|людей|дезертир\w*|солдат\w*|мужчин\w*|военнослужащ\w*|комбатант\w*|combatants?|personnes|hommes|femmes"
                r"|russes|déserteurs?|soldats?|ressortissants|réfugiés|militaires|insoumis)"),
)  # fmt: skip
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+|\d+(?:[.,]\d+)?|" + "|".join(
    sorted(map(re.escape, _WORDS), key=len, reverse=True)
)
_SCALE = r"(?:\s*(thousand|тыс(?:яч\w*|\.)?|mille|million\w*|миллион\w*|млн\.?))?"
_PATTERN = re.compile(
    rf"(?<![\w.,])({_NUMBER}){_SCALE}[\s\u00a0-]*(?:(?:of\s+the\s+|of\s+|такие\s+|de\s+)?(?:[a-zа-яёéèà]+\s+){{0,2}}?)("
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
    + r")(?!\w)",
    re.I,
)


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """A number and what it counts."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


def _value(written: str) -> float:
    low = written.lower()
    if low in _WORDS:
        return float(_WORDS[low])
    if re.fullmatch(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+", written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every figure with its unit, each once, in order.

    Example:
        >>> [str(q) for q in quantities("68 déserteurs russes; не более 90 дней; 2,076 cases")]
        ['68 persons', '90 days', '2076 cases']

    """
    result: dict[Quantity, None] = {}
    for match in _PATTERN.finditer(text):
        value = _value(match.group(1))
        scale = (match.group(2) or "").lower()
        if scale.startswith(("thousand", "тыс", "mille")):
            value *= 1000
        elif scale:
            value *= 1_000_000
        unit = next(name for name, _ in _UNITS if match.group(name))
        if unit == "years" and 1900 <= value <= 2100:
            continue
        result.setdefault(Quantity(value, unit))
    return tuple(result)
