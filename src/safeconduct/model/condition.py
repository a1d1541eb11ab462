"""Conditions: a small closed tree of data, read by several interpreters.

A condition is decided for one person (`engine.decide`), turned into the assumptions under which
it holds (`engine.formula`), evaluated over a population (`engine.evaluate`) and put in words
(`explain`). It can be written in TOML or built here with words rather than operators.
"""

from __future__ import annotations

from msgspec import Struct


class Parameter(Struct, frozen=True, array_like=True, gc=False, tag="p"):
    """The rule's own argument of that name, written `$place`."""

    name: str


class RecordField(Struct, frozen=True, array_like=True, gc=False, tag="f"):
    """A field of the record being tested, written `$paper.issuer`."""

    record: str
    field: str


class Attribute(Struct, frozen=True, array_like=True, gc=False, tag="a"):
    """What the person said under that key."""

    name: str


class Literal(Struct, frozen=True, array_like=True, gc=False, tag="l"):
    """The value itself."""

    value: str | int | float | bool


Term = Parameter | RecordField | Attribute | Literal


class OneOf(Struct, frozen=True, array_like=True, gc=False, tag="in"):
    """The value is among these."""

    values: tuple[Term, ...]


class Between(Struct, frozen=True, array_like=True, gc=False, tag="num"):
    """The number lies within these, both included; `None` leaves a side open."""

    at_least: float | None = None
    at_most: float | None = None


class Within(Struct, frozen=True, array_like=True, gc=False, tag="day"):
    """The day lies within the half-open period, given as ordinals; `None` leaves a side open."""

    start: int | None = None
    before: int | None = None


Test = OneOf | Between | Within


class Compare(Struct, frozen=True, array_like=True, gc=False, tag="cmp"):
    """An attribute of the person passes a test; for an attribute with many values, one does."""

    attribute: str
    test: Test


class FieldTest(Struct, frozen=True, array_like=True, gc=False):
    """One field of a record passes a test."""

    field: str
    test: Test


class HasRecord(Struct, frozen=True, array_like=True, gc=False, tag="rec"):
    """The person has a record of that kind whose fields pass all tests, and `where` holds of it."""

    record: str
    tests: tuple[FieldTest, ...] = ()
    where: Condition | None = None


class Holds(Struct, frozen=True, array_like=True, gc=False, tag="pred"):
    """A predicate is true of its arguments, or its value passes a test."""

    predicate: str
    arguments: tuple[Term, ...] = ()
    test: Test | None = None


class AllOf(Struct, frozen=True, array_like=True, gc=False, tag="all"):
    """Kleene conjunction; of nothing, true."""

    conditions: tuple[Condition, ...]


class AnyOf(Struct, frozen=True, array_like=True, gc=False, tag="any"):
    """Kleene disjunction; of nothing, false."""

    conditions: tuple[Condition, ...]


class Not(Struct, frozen=True, array_like=True, gc=False, tag="not"):
    """Kleene negation."""

    condition: Condition


Condition = Compare | HasRecord | Holds | AllOf | AnyOf | Not

#: The condition that always holds.
ALWAYS = AllOf(())


def term(value: object) -> Term:
    """A term from how it is written: `$place`, `$paper.issuer`, or a value.

    >>> term("$paper.issuer")
    RecordField(record='paper', field='issuer')
    """
    if isinstance(value, Parameter | RecordField | Attribute | Literal):
        return value
    if isinstance(value, str) and value.startswith("$"):
        record, dot, field = value[1:].partition(".")
        return RecordField(record, field) if dot else Parameter(record)
    if isinstance(value, bool | str | int | float):
        return Literal(value)
    raise TypeError(f"a term is text, a number or true/false, not {type(value).__name__}")


def one_of(*values: object) -> OneOf:
    """The test that a value is among these."""
    return OneOf(tuple(map(term, values)))


def compare(attribute: str, *values: object) -> Compare:
    """The attribute is one of these values.

    >>> compare("duty", "summoned").attribute
    'duty'
    """
    return Compare(attribute, one_of(*values))


def holds(predicate: str, *arguments: object) -> Holds:
    """The predicate is true of these arguments; an `Attribute` stands for the person's value."""
    return Holds(predicate, tuple(map(term, arguments)))


def has_record(record: str, *, where: Condition | None = None, **fields: object) -> HasRecord:
    """The person has such a record; `in_` and `for_` stand for the keys `in` and `for`."""
    tests = []
    for name, value in fields.items():
        values = value if isinstance(value, list | tuple) else (value,)
        tests.append(FieldTest(name.rstrip("_"), one_of(*values)))
    return HasRecord(record, tuple(tests), where)


def all_of(*conditions: Condition) -> AllOf:
    """All of these hold."""
    return AllOf(conditions)


def any_of(*conditions: Condition) -> AnyOf:
    """At least one of these holds."""
    return AnyOf(conditions)


def not_(condition: Condition) -> Not:
    """The condition does not hold."""
    return Not(condition)
