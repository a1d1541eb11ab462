"""Reads a situation from TOML or JSON, and tells every problem in it without repeating it.

An error about a situation names the key and what may stand there. It shows a wrong code, since
codes identify nobody, but never free text.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from ..errors import InvalidSituation, did_you_mean
from ..model.knowledge import FieldType, RecordType, Vocabulary
from ..model.period import DayRange, parse_day
from ..model.situation import RECORD_KINDS, Situation
from .forms import Form, Problems

#: A situation file is small; what is larger is noise.
LARGEST_BYTES = 200_000
_MOST_RECORDS = 200
_CODE = 24
_LONGEST_STATE = 3
#: How alike a wrong code must be to a known one: names of people are not.
_NEAR = 0.8

#: Codes of ISO 3166-1 that are assigned, with EU and XK, and XA and XB for the made-up example.
PLACES = frozenset(
    ["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW", "EU", "XK", "XA", "XB", "XC", "XD", "XE", "XF"]
)


def _code(value: object, known: Iterable[str] = ()) -> str:
    """A wrong code as an error may show it: only if it is a known one misspelt, or a state's.

    Anything else may be what the person said in their own words, such as a name.
    """
    text = str(value)
    if not text.isascii() or len(text) > _CODE:
        return ""
    plain = text.replace("-", "").replace("_", "").isalnum()
    near = get_close_matches(text.lower(), [k.lower() for k in known], n=1, cutoff=_NEAR)
    is_state = text.isupper() and len(text) <= _LONGEST_STATE
    return f": `{text}`" if plain and (near or is_state) else ""


def read_situation(
    data: bytes, name: str, vocabulary: Vocabulary
) -> tuple[Situation, date | None]:
    """The situation in a file's bytes, and the day it asks about if it says one.

    Raises:
        InvalidSituation: Anything is wrong; it carries every problem found.
    """
    problems = Problems()
    table = _parse(data, name, problems)
    if table is None:
        raise InvalidSituation(problems.found)
    form = Form(table, name, "", problems)
    values = check_situation(form, vocabulary)
    on: date | None = None
    raw = table.get("on")
    if raw is not None:
        day = parse_day(raw)
        if isinstance(raw, datetime) or day is None or day.first != day.last:
            form.problem("`on` must be a day", "Write on = 2026-11-22.")
        else:
            on = day.first
    if problems.found:
        raise InvalidSituation(problems.found)
    return Situation(values), on


class _Twice(Exception):
    """A key stands twice in one table of JSON; TOML refuses that by itself."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise _Twice
    return table


def _parse(data: bytes, name: str, problems: Problems) -> dict[str, Any] | None:
    if len(data) > LARGEST_BYTES:
        problems.add(name, "", "the file is larger than 200 kB", "A situation is a page of text.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(name, f"byte {error.start}", "the file is not UTF-8", "Save it as UTF-8.")
        return None
    if not text.strip():
        problems.add(
            name, "", "the file is empty", "Write at least the day asked about: on = 2026-11-22."
        )
        return None
    try:
        is_json = text.lstrip().startswith("{")
        table = json.loads(text, object_pairs_hook=_once) if is_json else tomllib.loads(text)
    except _Twice:
        problems.add(name, "", "a key stands twice in one table", "Keep one.")
        return None
    except RecursionError:
        problems.add(name, "", "nested too deep", "A situation has tables, but none within them.")
        return None
    except json.JSONDecodeError as error:
        problems.add(name, f"line {error.lineno}", "not JSON", "Correct it there.")
        return None
    except tomllib.TOMLDecodeError as error:
        _, at, where = str(error).rpartition("(at ")
        place = where.rstrip(")").partition(",")[0] if at else ""
        problems.add(name, place, "not TOML", "Correct it there; text stands in quotes.")
        return None
    except ValueError:
        problems.add(name, "", "a number or day in it is out of bounds", "Correct it.")
        return None
    if not isinstance(table, dict):
        problems.add(name, "", "not a table", "Write keys and values.")
        return None
    return table


def check_situation(form: Form, vocabulary: Vocabulary) -> dict[str, Any]:
    """The values in canonical form (codes in the case of the vocabulary); problems to the form."""
    values: dict[str, Any] = {}
    askable = {
        n: f for n, f in vocabulary.attributes.items() if f.type not in ("derived", "derived-bool")
    }
    for key, value in form.table.items():
        if key == "on":
            continue
        if key == "unsure":
            values[key] = _names(form, key, value, {*askable, *vocabulary.records}, dotted=True)
        elif key == "complete":
            values[key] = _names(form, key, value, vocabulary.records, dotted=False)
        elif key in vocabulary.records:
            records = _records(form, vocabulary.records[key], value)
            if records is not None:
                values[key] = records
        elif key in askable:
            checked = _value(form, askable[key], value, key)
            if checked is not None:
                values[key] = checked
        else:
            known = [*askable, *vocabulary.records, "on", "unsure", "complete"]
            form.problem(f"unknown key{_code(key, known)}", did_you_mean(str(key), known))
    _check_sense(form, values)
    return values


def _names(form: Form, key: str, value: Any, known: Any, *, dotted: bool) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        form.problem(f"`{key}` must be a list of names", f'Write {key} = ["paper"].')
        return ()
    for name in value:
        base = name.partition(".")[0] if dotted else name
        if base not in known:
            form.problem(f"`{key}` names an unknown key{_code(base, known)}", did_you_mean(name, known))
    return tuple(value)


def _records(form: Form, record: RecordType, value: Any) -> Any:
    if record.single:
        if not isinstance(value, Mapping):
            form.problem(f"`{record.name}` must be a table", f"Begin it with [{record.name}].")
            return None
        return _record(form, record, value, record.name)
    if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
        form.problem(f"`{record.name}` must be a list of tables", f"Begin each with [[{record.name}]].")
        return None
    if len(value) > _MOST_RECORDS:
        form.problem(f"more than {_MOST_RECORDS} entries of `{record.name}`", "Keep what matters.")
        return None
    return [_record(form, record, v, f"{record.name} {n}") for n, v in enumerate(value, start=1)]


def _record(form: Form, record: RecordType, value: Mapping[str, Any], place: str) -> dict[str, Any]:
    where = f"{form.place}: {place}" if form.place else place
    sub = Form(value, form.file, where, form.problems)
    fields = {f.name: f for f in record.fields if f.type != "derived-bool"}
    result: dict[str, Any] = {}
    for key, item in value.items():
        if key not in fields:
            sub.problem(f"unknown key{_code(key, fields)}", did_you_mean(str(key), fields))
            continue
        checked = _value(sub, fields[key], item, key)
        if checked is not None:
            result[key] = checked
    _check_record(sub, record.name, result)
    return result


def _value(form: Form, field: FieldType, value: Any, key: str) -> Any:
    kind = field.type
    if kind == "bool":
        if isinstance(value, bool):
            return value
        form.problem(f"`{key}` must be true or false", "Leave off quotes; leave it out if unknown.")
        return None
    if kind == "year":
        if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100:
            return value
        form.problem(f"`{key}` must be a year", "Write it as 2000, without quotes.")
        return None
    if kind == "day":
        if not isinstance(value, datetime) and parse_day(value) is not None:
            return value
        form.problem(f"`{key}` must be a day, month or year", 'Write 2022-09-24 or "2022-09".')
        return None
    if kind == "places":
        values = value if isinstance(value, list | tuple) else None
        if values is None or not all(isinstance(v, str) for v in values):
            form.problem(f"`{key}` must be a list of places", f'Write {key} = ["RU"].')
            return None
        found = [_place(form, key, v) for v in values]
        return tuple(dict.fromkeys(v for v in found if v))
    if not isinstance(value, str):
        form.problem(f"`{key}` must be text", "Put it in quotes.")
        return None
    if kind == "place":
        return _place(form, key, value)
    if kind in ("place-or-region", "region"):
        head, dash, tail = value.upper().partition("-")
        part = dash and tail.isalnum() and 1 <= len(tail) <= 3
        if head in PLACES and (part or (not dash and kind != "region")):
            return value.upper()
        form.problem(
            f"`{key}` is not a place{_code(value)}", "Write KZ (ISO 3166-1) or RU-BEL (ISO 3166-2)."
        )
        return None
    if kind == "text":
        return value[:200]
    folded = {v.lower(): v for v in field.values}
    if value.lower() in folded:
        return folded[value.lower()]
    form.problem(f"unknown value of `{key}`{_code(value, field.values)}", did_you_mean(value, field.values))
    return None


def _place(form: Form, key: str, value: str) -> str | None:
    if value.upper() in PLACES:
        return value.upper()
    form.problem(
        f"`{key}` is not a place{_code(value)}", "Write the two letters of ISO 3166-1, such as KZ."
    )
    return None


def _range(value: Any) -> DayRange | None:
    return None if value is None else parse_day(value)


def _check_record(form: Form, record: str, values: Mapping[str, Any]) -> None:
    """Report what cannot be within one record."""
    pairs = {"paper": ("valid_from", "valid_until"), "tie": ("from", "until"), "order": ("on", "until")}
    if record in pairs:
        start, end = (_range(values.get(k)) for k in pairs[record])
        if start and end and end.last < start.first:
            form.problem(
                f"`{pairs[record][1]}` lies before `{pairs[record][0]}`", "Correct one of them."
            )
    if record != "paper":
        return
    if "kind" not in form.table:
        form.problem("`kind` is missing", 'Say what paper it is, such as "international-passport".')
    kind = values.get("kind")
    if "issuer" not in form.table and kind not in (None, "onward-ticket", "appointment"):
        form.problem("`issuer` is missing", 'Say which state issued it, such as "RU".')
    if "visa" in values and kind not in (None, "visa"):
        form.problem("`visa` belongs to a visa", 'Write kind = "visa", or take it out.')
    if "seized_by" in values and values.get("held") not in ("seized", "surrendered"):
        form.problem("`seized_by` without held = \"seized\"", 'Write held = "seized".')


def _check_sense(form: Form, values: Mapping[str, Any]) -> None:
    """Report what cannot be in one situation."""
    entered = _range(values.get("entered_on"))
    birth = values.get("birth_year")
    if entered and birth and entered.last.year < birth:
        form.problem("`entered_on` lies before `birth_year`", "Correct one of them.")
    unsure = set(values.get("unsure", ()))
    for key in sorted(unsure & set(values)):
        if key not in RECORD_KINDS:
            form.problem(f"`{key}` is both answered and in `unsure`", "Keep one.")
