"""Small made-up worlds for the tests: knowledge from TOML text, on the places XA to XF.

Everything is built through `kb.base.parse`, so that a test never holds knowledge that a reader
would refuse. Items are dictionaries as a TOML file would have them, with the keys that every item
needs filled in; `knowledge` takes them, or TOML text by file name, and gives a knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from safeconduct.kb.base import KNOWLEDGE, KnowledgeBase, parse
from safeconduct.kb.edition import Edition
from safeconduct.model.situation import Situation

#: The day asked about, and the day of the edition, unless a test says otherwise.
DAY = date(2026, 3, 2)
#: From when made-up law holds, and when it was recorded.
START = date(2020, 1, 1)
RECORDED = date(2026, 1, 1)
PLACES = ("XA", "XB", "XC", "XD", "XE", "XF")
CITED = [{"source": "xa-act", "locator": "section 1"}]
SOURCE = {
    "id": "xa-act", "title": "Act of Examplia", "publisher": "Official Gazette of Examplia",
    "type": "legislation", "weight": "primary", "language": "en",
    "url": "https://gazette.example/act", "accessed": date(2026, 1, 1), "read": "page",
}

Item = dict[str, Any]


def toml(value: Any) -> str:
    """A value as TOML writes it; tables are written inline.

    >>> toml({"a": [1, True], "b c": {"d": "e"}})
    '{ a = [1, true], "b c" = { d = "e" } }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(c) for c in value) + '"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(k)} = {toml(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return "[" + ", ".join(toml(v) for v in value) + "]"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character < " " or character == "\x7f" or 0xD800 <= ord(character) <= 0xDFFF:
        return f"\\u{ord(character):04x}"
    return character


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else toml(key)


def toml_file(table: Mapping[str, Any]) -> str:
    """A whole TOML file.

    >>> print(toml_file({"id": "xa.a", "n": [{"x": 1}]}), end="")
    id = "xa.a"
    n = [{ x = 1 }]
    """
    return "".join(f"{_key(k)} = {toml(v)}\n" for k, v in table.items())


def fact(
    predicate: str, value: Any = True, *, id: str = "", valid_from: date = START,
    valid_before: date | None = None, recorded_on: date = RECORDED, also: Iterable[Item] = (),
    **arguments: str,
) -> Item:
    """A fact with one assertion, and those in `also` after it; `from_` and `in_` for those keys."""
    told = {k.rstrip("_"): v for k, v in arguments.items()}
    name = "-".join((predicate.replace("_", "-"), *told.values())).lower()
    first = assertion(
        value, valid_from=valid_from, valid_before=valid_before, recorded_on=recorded_on
    )
    return {
        "id": id or f"xa.{name}", "statement": f"What holds of {name}.", "predicate": predicate,
        "arguments": told, "assertion": [first, *also],
    }


def assertion(
    value: Any, *, valid_from: date = START, valid_before: date | None = None,
    recorded_on: date = RECORDED, disputed: bool = False,
) -> Item:
    """One assertion; a value of `None` takes the claim back."""
    table: Item = {"unknown": True} if value is None else {"value": value}
    table |= {"valid_from": valid_from, "recorded_on": recorded_on, "recorded_by": "editor-a",
              "citations": CITED}
    if valid_before is not None:
        table["valid_before"] = valid_before
    if disputed:
        table["disputed"] = True
    return table


def rule(id: str, concludes: str, when: Item | None = None, **more: Any) -> Item:
    """A rule; `for_` stands for the key `for`."""
    table: Item = {
        "id": f"xa.{id}", "title": f"Rule {id}.", "concludes": concludes, "valid_from": START,
        "recorded_on": RECORDED, "recorded_by": "editor-a", "citations": CITED,
    }
    if when is not None:
        table["when"] = when
    return table | {k.rstrip("_"): v for k, v in more.items()}


def procedure(
    id: str, kind: str, to: str, grants: list[Item], when: Item | None = None, **more: Any
) -> Item:
    """A procedure."""
    table: Item = {
        "id": f"xa.{id}", "title": f"Procedure {id}", "kind": kind, "to": to,
        "authority": "office", "how": "Ask there.", "grants": grants, "valid_from": START,
        "recorded_on": RECORDED, "recorded_by": "editor-a", "citations": CITED,
    }
    if when is not None:
        table["when"] = when
    return table | more


def danger(
    id: str, place: str | list[str], moment: str = "presence", evidence: str = "legal",
    concerns: Item | None = None, **more: Any,
) -> Item:
    """A danger; a documented one gets a case."""
    table: Item = {
        "id": f"xa.{id}", "title": f"Danger {id}", "place": place, "moment": moment,
        "kind": "detention", "evidence": evidence, "valid_from": START,
        "recorded_on": RECORDED, "recorded_by": "editor-a", "citations": CITED,
    }
    if evidence == "documented":
        table["case"] = [{"on": "2025-05", "what": "It happened.", "citations": CITED}]
    if concerns is not None:
        table["concerns"] = concerns
    return table | {k.rstrip("_"): v for k, v in more.items()}


def predicate(name: str, *parameters: str, value: str = "truth", **more: Any) -> Item:
    """A predicate whose parameters are written `name:type`, the type being `place` by default."""
    told = [dict(zip(("name", "type"), (*p.split(":"), "place"), strict=False)) for p in parameters]
    return {
        "name": name, "parameters": told, "value": value, "true": f"{name} holds",
        "false": f"{name} does not hold", "unknown": f"whether {name} holds", **more,
    }


#: The predicates that the engine itself asks about; `otherwise` is left out of all of them.
GATE_PREDICATES = (
    predicate("member_of", "place", "zone:zone"),
    predicate("visa_free_days", "place", "nationality", value="number"),
    predicate("visa_regime", "place", "nationality", value="code",
              values=["visa-free", "visa-required"]),
    predicate("flight", "from", "to"), predicate("land_crossing", "from", "to"),
    predicate("sea_crossing", "from", "to"),
    predicate("fee_eur", "procedure:procedure", value="range"),
    predicate("duration_days", "procedure:procedure", value="range"),
    predicate("may_leave", "place", "to", "mode:mode"),
    predicate("may_transit", "place", "from", "to"),
    predicate("may_board", "from", "to", "mode:mode", otherwise=True, citations=CITED),
    predicate("may_enter", "place", "mode:mode", "from"),
)


@cache
def vocabulary_files() -> dict[str, bytes]:
    """The attributes that come with the program, and the predicates the engine asks about."""
    name = "vocabulary/attributes.toml"
    gates = toml_file({"predicate": list(GATE_PREDICATES)})
    return {
        name: (KNOWLEDGE / name).read_bytes(), "vocabulary/predicates.toml": gates.encode(),
    }


def contents(
    *,
    facts: Iterable[Item] = (), complete: Iterable[Item] = (), rules: Iterable[Item] = (),
    procedures: Iterable[Item] = (), dangers: Iterable[Item] = (), rulings: Iterable[Item] = (),
    predicates: Iterable[Item] = (), sources: Iterable[Item] = (SOURCE,),
    examples: Iterable[Item] = (), files: Mapping[str, str | bytes] | None = None,
) -> dict[str, bytes]:
    """The bytes of the knowledge files that hold these items, the vocabulary among them.

    Args:
        complete: Claims that a list is complete, as fact files without an assertion.
        files: Further files by name, as TOML text.
    """
    tables: dict[str, Item] = {}
    lists = {
        "xa/sources/s.toml": ("source", sources), "xa/rules/r.toml": ("rule", rules),
        "xa/procedures/p.toml": ("procedure", procedures),
        "xa/dangers/d.toml": ("danger", dangers), "xa/rulings/r.toml": ("ruling", rulings),
        "xa/examples/e.toml": ("example", examples), "xa/predicates.toml": ("predicate", predicates),
    }
    for name, (key, items) in lists.items():
        if told := list(items):
            tables[name] = {key: told}
    for number, item in enumerate((*facts, *complete)):
        tables[f"xa/facts/f{number:03}.toml"] = item
    made = {name: toml_file(table).encode() for name, table in tables.items()}
    given = {k: v.encode() if isinstance(v, str) else v for k, v in (files or {}).items()}
    return {**vocabulary_files(), **made, **given}


def knowledge(**items: Any) -> KnowledgeBase:
    """The knowledge base of these items; see `contents`."""
    return parse(contents(**items))


def edition(*, as_of: date = DAY, **items: Any) -> Edition:
    """The edition of a day, of these items; see `contents`."""
    return knowledge(**items).as_of(as_of)


def is_complete(predicate: str, *, id: str = "xa.complete", **arguments: str) -> Item:
    """The claim that the facts on a predicate, with these arguments, are all there are."""
    return {
        "id": id, "statement": f"The list of {predicate} is complete.", "predicate": predicate,
        "complete": [{
            "arguments": {k.rstrip("_"): v for k, v in arguments.items()}, "valid_from": START,
            "recorded_on": RECORDED, "recorded_by": "editor-a", "citations": CITED,
        }],
    }


def person(present_in: str = "XA", **values: Any) -> Situation:
    """A situation; `complete` and `unsure` may be among the keys."""
    return Situation({"present_in": present_in, **values})


#: Free movement by air between all places, for tests that are about something else.
OPEN_GATES = (
    rule("leave", "may_leave"), rule("enter", "may_enter"), rule("transit", "may_transit"),
    rule("board", "may_board"),
)


def flights(*pairs: str) -> list[Item]:
    """Direct flights, each written `XA-XB`, one way."""
    return [fact("flight", from_=p[:2], to=p[3:]) for p in pairs]


def stays(days: int, *pairs: str) -> list[Item]:
    """So many days without a visa, for pairs of place and nationality written `XB-XA`."""
    return [fact("visa_free_days", days, place=p[:2], nationality=p[3:]) for p in pairs]


def asylum(place: str, *, when: Item | None = None, **more: Any) -> list[Item]:
    """The two procedures by which protection is asked for and given in a place."""
    low = place.lower()
    return [
        procedure(f"{low}.lodge", "lodge", place,
                  [{"claim": {"in": place, "stage": "lodged"}}, {"standing": {"kind": "applicant"}}],
                  duration_days=[1, 10], fee_eur=[0, 0]),
        procedure(f"{low}.decide", "decision", place, [{"standing": {"kind": "refugee"}}], when,
                  **{"duration_days": [100, 200], "fee_eur": [0, 0], **more}),
    ]
