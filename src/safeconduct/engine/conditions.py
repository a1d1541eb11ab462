"""What stands in a condition: its parts, and the attributes and arguments they look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.condition import (
    AllOf,
    AnyOf,
    Attribute,
    Compare,
    Condition,
    HasRecord,
    Holds,
    Not,
    OneOf,
    Parameter,
)


def subconditions(condition: Condition) -> Iterator[Condition]:
    """A condition and all conditions within it."""
    yield condition
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from subconditions(part)
        case Not(part):
            yield from subconditions(part)
        case HasRecord(_, _, where) if where is not None:
            yield from subconditions(where)
        case _:
            return


def attributes_in(condition: Condition) -> frozenset[str]:
    """The attributes that a condition itself looks at."""
    found: set[str] = set()
    for part in subconditions(condition):
        if isinstance(part, Compare):
            found.add(part.attribute)
        elif isinstance(part, Holds):
            found.update(a.name for a in part.arguments if isinstance(a, Attribute))
    return frozenset(found)


def parameters_in(condition: Condition) -> Iterator[str]:
    """The names of the rule's own arguments that a condition looks at."""
    for part in subconditions(condition):
        match part:
            case Compare(_, test):
                yield from _named(test)
            case Holds(_, arguments, test):
                yield from (a.name for a in arguments if isinstance(a, Parameter))
                yield from _named(test)
            case HasRecord(_, tests):
                for t in tests:
                    yield from _named(t.test)
            case _:
                pass


def _named(test: object) -> Iterable[str]:
    if isinstance(test, OneOf):
        return [v.name for v in test.values if isinstance(v, Parameter)]
    return []


__all__ = ["attributes_in", "parameters_in", "subconditions"]
