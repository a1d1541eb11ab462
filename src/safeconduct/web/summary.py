"""The answers given so far, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.knowledge import FieldType, Vocabulary
from .journey import CHOSEN_BY, Guide, records_of
from .state import Journey
from .wording import NONE_OF, SECTIONS, SHORT, value_key
from .words import Words


def told_value(words: Words, key: str, field: FieldType, value: Any) -> str:
    """One value in words."""
    if isinstance(value, bool):
        return words("Yes") if value else words("No")
    if field.type in ("place", "place-or-region"):
        return words.place(str(value))
    if field.type == "region":
        from .regions import REGIONS

        return words(REGIONS.get(str(value), str(value)))
    if field.type == "places":
        return words.both([words.place(str(v)) for v in value]) if value else words("No")
    if field.type == "day":
        return words.day(str(value))
    if field.type == "code":
        name = key if field.name == "kind" else field.name
        return words(value_key(key, name, str(value)))
    return str(value)


def told_record(words: Words, name: str, record: Mapping[str, Any]) -> str:
    """What a record is: its kind, and the country where it helps to tell two apart."""
    chosen = str(record.get(CHOSEN_BY[name], ""))
    if name == "claim":
        return words.fill("Asylum in {place}", place=words.place(chosen))
    field = CHOSEN_BY[name]
    text = words(value_key(name, name if field in ("kind", "for") else field, chosen))
    if name in ("relative",):
        text = words(value_key(name, name, chosen))
    place = record.get("issuer") or record.get("in") or record.get("state") or record.get("by")
    return f"{text} ({words.place(str(place))})" if place else text


def groups(words: Words, journey: Journey, questions: Guide) -> list[dict[str, Any]]:
    """The answers by section; each row has the key of its question."""
    vocabulary = questions.vocabulary
    found = []
    for section, names in questions.flow.items():
        rows: list[dict[str, str]] = []
        for name in names:
            record = vocabulary.records.get(name)
            if record is not None:
                rows.extend(_record_rows(words, journey, questions, name))
                continue
            value = journey.values.get(name)
            if value is not None:
                told = told_value(words, name, vocabulary.attributes[name], value)
            elif name in journey.unsure:
                told = words("I do not know")
            else:
                continue
            short = SHORT.get(name) or vocabulary.attributes[name].label
            rows.append(_row(name, words(short), told))
        if rows:
            found.append({"title": words(SECTIONS[section]), "rows": rows})
    return found


def _record_rows(
    words: Words, journey: Journey, questions: Guide, name: str
) -> list[dict[str, str]]:
    vocabulary = questions.vocabulary
    records = records_of(journey, name)
    label = words(SHORT[name])
    if not records:
        if name in journey.complete:
            told = words(NONE_OF.get(name, "None of these"))
        elif any(u.partition(".")[0] == name for u in journey.unsure):
            told = words("I do not know")
        else:
            return []
        return [_row(name, label, told)]
    chosen = [told_record(words, name, r) for r in records]
    rows = [_row(name, label, words.both(chosen))]
    fields = {f.name: f for f in vocabulary.records[name].fields}
    for number, record in enumerate(records):
        for field in questions.open_fields(journey, name, number):
            if field == CHOSEN_BY[name] or field not in fields:
                continue
            value = record.get(field)
            key = f"{name}.{number}.{field}"
            expired = record.get("expired") if field == "valid_until" else None
            if value is not None:
                told = told_value(words, name, fields[field], value)
            elif expired is not None:
                told = words("It has expired") if expired else words("It is valid")
            elif key in journey.asked:
                told = words("I do not know")
            else:
                continue
            what = f"{chosen[number]}: {words(SHORT.get(field, field))}"
            rows.append(_row(key, what, told))
        if name != "standing" and rows[-1]["key"].startswith(f"{name}.{number}."):
            rows[-1]["removable"] = f"{name}.{number}"
    return rows


def _row(key: str, label: str, value: str) -> dict[str, str]:
    """One line of the summary; `removable` names the record that can be taken away there."""
    return {"key": key, "label": label, "value": value, "removable": ""}


def addable(words: Words, journey: Journey, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Kinds of record of which a second one can be added: those already there."""
    found: dict[str, str] = {}
    for name in ("paper", "proceeding", "order", "application", "relative", "tie"):
        for record in records_of(journey, name):
            value = str(record.get(CHOSEN_BY[name], ""))
            text = told_record(words, name, {CHOSEN_BY[name]: value})
            found[f"{name}:{value}"] = words.fill("One more: {what}", what=text)
    return list(found.items())
