"""A situation as a file: written as TOML from the answers, and read into a journey again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..kb.situations import read_situation
from ..model.knowledge import Vocabulary
from .state import Journey

_TABLES_LAST = 1


def to_toml(data: Mapping[str, Any], on: date) -> str:
    """The situation as a TOML file that `plan` reads.

    >>> print(to_toml({"present_in": "KZ", "paper": [{"kind": "visa", "issuer": "FR"}]},
    ...               date(2026, 1, 2)), end="")
    on = 2026-01-02
    present_in = "KZ"
    <BLANKLINE>
    [[paper]]
    kind = "visa"
    issuer = "FR"
    """
    lines = [f"on = {on.isoformat()}"]
    tables: list[str] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            tables += ["", f"[{key}]", *_pairs(value)]
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            for record in value:
                tables += ["", f"[[{key}]]", *_pairs(record)]
        else:
            lines.append(f"{key} = {_value(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _pairs(record: Mapping[str, Any]) -> list[str]:
    return [f"{k} = {_value(v)}" for k, v in record.items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def from_file(data: bytes, vocabulary: Vocabulary, journey: Journey) -> Journey:
    """The journey that a situation file gives, in place of what was answered.

    Raises:
        InvalidSituation: The file cannot be read; the error repeats nothing of it.
    """
    situation, on = read_situation(data, "file", vocabulary)
    values: dict[str, Any] = {}
    for key, value in situation.values.items():
        if key == "standing":
            values[key] = _plain(value[0]) if value else None
        elif key == "nationality":
            if any(len(r) > 1 for r in value):
                values[key] = _plain(value)
        else:
            values[key] = _plain(value)
    complete = tuple(sorted(situation.complete - {"standing"}))
    return journey.but(
        values={k: v for k, v in values.items() if v is not None},
        unsure=tuple(sorted(situation.unsure)), complete=complete,
        asked=(), on=on.isoformat() if on else "",
    )
