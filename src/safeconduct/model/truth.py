"""Kleene's strong three-valued logic."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable


class Truth(Enum):
    """True, false, or unknown. It is never used as a `bool`.

    >>> bool(Truth.UNKNOWN)
    Traceback (most recent call last):
        ...
    TypeError: a Truth is not a bool: UNKNOWN is neither true nor false
      Say which you mean: `truth is Truth.TRUE` or `truth is not Truth.FALSE`.
    """

    FALSE = "false"
    UNKNOWN = "unknown"
    TRUE = "true"

    def __bool__(self) -> NoReturn:
        """Refuse: two-valued use of a three-valued answer hides the unknown."""
        said = {
            Truth.UNKNOWN: "UNKNOWN is neither true nor false",
            Truth.TRUE: "TRUE is one of three values",
            Truth.FALSE: "FALSE is one of three values",
        }[self]
        raise TypeError(
            f"a Truth is not a bool: {said}\n"
            "  Say which you mean: `truth is Truth.TRUE` or `truth is not Truth.FALSE`."
        )


def truth_of(value: object) -> Truth:
    """The truth of a plain value: `None` is unknown.

    >>> truth_of(None), truth_of(False)
    (<Truth.UNKNOWN: 'unknown'>, <Truth.FALSE: 'false'>)
    """
    if value is None:
        return Truth.UNKNOWN
    return Truth.TRUE if value else Truth.FALSE


def not_(truth: Truth) -> Truth:
    """Kleene negation: unknown stays unknown."""
    if truth is Truth.TRUE:
        return Truth.FALSE
    if truth is Truth.FALSE:
        return Truth.TRUE
    return Truth.UNKNOWN


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene conjunction: false if any is false, else unknown if any is unknown.

    >>> all_of([Truth.UNKNOWN, Truth.FALSE])
    <Truth.FALSE: 'false'>
    """
    seen = set(truths)
    if Truth.FALSE in seen:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene disjunction: true if any is true, else unknown if any is unknown.

    >>> any_of([Truth.UNKNOWN, Truth.TRUE])
    <Truth.TRUE: 'true'>
    """
    seen = set(truths)
    if Truth.TRUE in seen:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE
