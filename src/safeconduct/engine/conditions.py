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
    Literal,
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
        yield from _own_parameters(part)


def _own_parameters(part: Condition) -> Iterator[str]:
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


def facts_asked_of(condition: Condition, parameter: str) -> tuple[tuple[str, tuple[object, ...]], ...] | None:
    """The predicates, all other arguments plain, in which alone a condition looks at a parameter.

    With each comes its list of arguments, `None` where the parameter stands; `None` for all where
    the condition looks at it in another way too.
    """
    found: dict[tuple[str, tuple[object, ...]], None] = {}
    for part in subconditions(condition):
        if parameter not in set(_own_parameters(part)):
            continue
        if not isinstance(part, Holds) or part.test is not None:
            return None
        given: list[object] = []
        for argument in part.arguments:
            if isinstance(argument, Literal):
                given.append(argument.value)
            elif argument == Parameter(parameter):
                given.append(None)
            else:
                return None
        found.setdefault((part.predicate, tuple(given)))
    return tuple(found)


def _named(test: object) -> Iterable[str]:
    if isinstance(test, OneOf):
        return [v.name for v in test.values if isinstance(v, Parameter)]
    return []


__all__ = ["attributes_in", "facts_asked_of", "parameters_in", "subconditions"]
