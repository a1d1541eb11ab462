"""Broken knowledge and broken situations are refused with a message, never with a traceback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from properties.laws import PREDICATES, Chooser, law_of, person_of
from safeconduct.engine.decide import decide
from safeconduct.errors import InvalidKnowledge, InvalidSituation
from safeconduct.kb.base import parse
from safeconduct.kb.cache import decode, encode
from safeconduct.kb.situations import read_situation
from worlds import (
    CITED,
    DAY,
    SOURCE,
    Item,
    asylum,
    contents,
    danger,
    fact,
    knowledge,
    procedure,
    rule,
    toml_file,
)

#: Things that do not belong where they are put.
ODD: list[Any] = [
    None, True, 0, -1, 3.5, float("nan"), float("inf"), 10**30, "", "x", "XA", " ", "\x00", "$place",
    "$paper.issuer", "ä" * 300, "nationalities", date(1, 1, 1), date(9999, 12, 31),
    datetime(2026, 1, 1), [], {}, [[]], [{}], [1, "a"], ["XA", "XB"], [30, 240], {"all": []},
    {"not": {}}, {"predicate": "goal"}, {"at_least": "x"}, {"paper": {}}, CITED,
]


def written(value: Any) -> Any:
    """As TOML can hold it: it has no nothing, and a day with a time is written as one."""
    if isinstance(value, dict):
        return {str(k): written(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [written(v) for v in value if v is not None]
    return value


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a table where something stands."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            found += places_in(value[key], (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += places_in(item, (*path, number))
    return found


def changed(value: Any, path: tuple[Any, ...], what: Callable[[Any, Any], Any]) -> Any:
    """The same table with one place changed; `what` gets the key and what stands there."""
    head, *rest = path
    if isinstance(value, dict):
        copy: Any = dict(value)
    else:
        copy = list(value)
    if rest:
        copy[head] = changed(copy[head], tuple(rest), what)
        return copy
    done = what(head, copy[head])
    if done is _GONE:
        del copy[head]
    elif isinstance(done, _Renamed):
        copy[done.name] = copy.pop(head)
    else:
        copy[head] = done
    return copy


_GONE = object()


class _Renamed:
    def __init__(self, name: str) -> None:
        self.name = name


def mutated(c: Chooser, table: Item) -> Item:
    """A table with one to three places broken."""
    for _ in range(1 + c.number(3)):
        path = c.pick(places_in(table))
        kind = c.number(4)

        def what(key: Any, old: Any, kind: int = kind) -> Any:
            if kind == 0:
                return _GONE
            if kind == 1 and isinstance(key, str):
                return _Renamed(c.pick([key.upper(), f"{key}_", "", "id", "when", key[::-1]]))
            if kind == 2 and isinstance(old, list) and old:
                return [*old, *old]
            return c.pick(ODD)

        table = changed(table, path, what)
        if not places_in(table):
            break
    return table


def whole_world() -> dict[str, Any]:
    """A file of each kind."""
    return {
        "xa/facts/f.toml": fact("flight", from_="XA", to="XB") | {
            "review": [{"on": DAY, "by": "reader-b", "as": "lawyer", "next": date(2027, 1, 1)}],
        },
        "xa/rules/r.toml": {"rule": [
            rule("a", "may_enter", {"all": [{"exit_ban": False}, {"paper": {
                "kind": "visa", "where": {"predicate": "member_of",
                                          "of": ["$paper.issuer", "SCHENGEN"]}}}]}),
            rule("b", "may_enter", {"age": {"at_least": 18}}, gives=False, overrides=["xa.a"]),
        ]},
        "xa/procedures/p.toml": {"procedure": [
            procedure("visa", "obtain", "XB", [{"paper": {"kind": "visa", "issuer": "XB",
                                                          "valid_days": 90}}]),
            *asylum("XB"),
        ]},
        "xa/dangers/d.toml": {"danger": [danger("d", ["XA", "XB"], "enter", "documented",
                                                {"duty": "deserted"}, mode="air")]},
        "xa/predicates.toml": {"predicate": [PREDICATES[0], PREDICATES[5]]},
        "xa/examples/e.toml": {"example": [{
            "name": "An example", "goal": "visa_free_days", "arguments": {"place": "XB"},
            "on": DAY, "situation": {"present_in": "XA", "birth_year": 1999}, "truth": "true",
            "value": 90, "gaps": ["not given: exit_ban"],
        }]},
        "xa/rulings/g.toml": {"ruling": [{
            "id": "xa.case", "place": "XA", "court": "High Court", "on": "2025-05",
            "elements": ["may_enter"], "outcome": "for", "facts": "Facts.", "held": "Held.",
            "recorded_on": DAY, "recorded_by": "editor-a", "citations": CITED,
        }]},
        "xa/sources/t.toml": {"source": [{**SOURCE, "id": "xa-other", "issued": "2024"}]},
    }


@st.composite
def broken_knowledge(draw: Callable[..., Any]) -> dict[str, bytes]:
    """Valid files, one of them broken in its structure."""
    c = Chooser(draw)
    if c.chance(3):
        world: dict[str, Any] = {"xa/predicates.toml": {"predicate": list(PREDICATES)}}
        law = law_of(c)
        world["xa/rules/r.toml"] = {"rule": law["rules"]}
        for number, item in enumerate(law["facts"]):
            world[f"xa/facts/f{number}.toml"] = item
    else:
        world = whole_world()
    name = c.pick(sorted(world))
    world[name] = mutated(c, world[name])
    return contents(files={k: toml_file(written(v)) for k, v in world.items()})


@given(broken_knowledge())
def test_knowledge_broken_in_its_structure_is_refused_or_used_whole(files):
    try:
        base = parse(files)
    except InvalidKnowledge as error:
        assert error.problems
        assert all(p.file and p.what for p in error.problems)
        assert str(error).endswith("Nothing was loaded.")
    else:
        compiled = decode(encode(base), base.digest)
        assert compiled is not None
        assert compiled.index == base.index
        for name in base.index.vocabulary.predicates:
            assert decide(base.as_of(DAY), name, read({}), on=DAY).truth.value


def read(table: dict[str, Any]) -> Any:
    text = toml_file(table).encode() or b"# nothing\n"
    return read_situation(text, "s.toml", knowledge().index.vocabulary)[0]


@st.composite
def broken_bytes(draw: Callable[..., Any], data: bytes) -> bytes:
    """The same bytes with some taken out, put in, turned over or cut off."""
    c = Chooser(draw)
    for _ in range(1 + c.number(4)):
        at = c.number(len(data) + 1)
        kind = c.number(4)
        if kind == 0:
            data = data[:at] + data[at + 1 + c.number(8):]
        elif kind == 1:
            data = data[:at] + bytes([c.number(256) for _ in range(1 + c.number(3))]) + data[at:]
        elif kind == 2 and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << c.number(8))]) + data[at + 1:]
        else:
            data = data[:at] if c.chance(3) else data + data[at:]
    return data


WORLD = contents(files={k: toml_file(v) for k, v in whole_world().items()})
NAMES = sorted(n for n in WORLD if n.startswith("xa/"))


@given(st.sampled_from(NAMES).flatmap(
    lambda n: broken_bytes(WORLD[n]).map(lambda data: {**WORLD, n: data})
))
def test_knowledge_broken_in_its_bytes_is_refused_or_used_whole(files):
    try:
        parse(files)
    except InvalidKnowledge as error:
        assert error.problems


VOCABULARY = knowledge().index.vocabulary
#: What a person said that is nobody's business: it must not come back in a message.
SECRETS = (
    "Pavel", "Ivan_Petrov", "+7 912 345-67-89", "Lenina 12, Pskov", "тайна", "ivan@example.org",
    "unit 12345", "Petrov-1999",
)


@st.composite
def broken_situations(draw: Callable[..., Any]) -> dict[str, Any]:
    """A situation, broken in its structure, or with something private where a code should be."""
    c = Chooser(draw)
    table = person_of(c)
    if c.chance():
        return mutated(c, table)
    for _ in range(1 + c.number(3)):
        path = c.pick(places_in(table))
        secret = c.pick(SECRETS)
        named = isinstance(path[-1], str) and c.chance(3)
        table = changed(table, path, lambda _k, _v, s=secret, n=named: _Renamed(s) if n else s)
    return table


@given(broken_situations())
def test_a_broken_situation_is_refused_or_read_and_never_repeated(table):
    data = toml_file(written(table)).encode(errors="surrogatepass")
    try:
        situation, _ = read_situation(data, "s.toml", VOCABULARY)
    except InvalidSituation as error:
        assert error.problems
        told = str(error)
        assert not [s for s in SECRETS if s in told]
    else:
        assert not [s for s in SECRETS if s in repr(situation)]


@given(broken_bytes(toml_file(person_of(Chooser(lambda _s: 0))).encode()))
def test_a_situation_broken_in_its_bytes_is_refused_or_read(data):
    try:
        read_situation(data, "s.toml", VOCABULARY)
    except InvalidSituation as error:
        assert error.problems


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_noise_is_no_situation(data):
    try:
        situation, _ = read_situation(data, "s.toml", VOCABULARY)
    except InvalidSituation:
        return
    assert not situation.values
