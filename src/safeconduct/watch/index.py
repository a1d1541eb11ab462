"""The knowledge as the watch needs it: items that a story may touch, whatever they were loaded from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One fact, danger, procedure, rule, ruling or source, in the words a story can be held against."""

    id: str
    kind: str
    """`fact`, `danger`, `procedure`, `rule`, `ruling` or `source`."""
    places: tuple[str, ...]
    text: str
    keywords: tuple[str, ...] = ()
    danger_kind: str | None = None
    """For dangers: `handover`, `refusal` and so on, as the knowledge writes it."""
    value: str | None = None
    since: date | None = None
    """The last day the knowledge speaks of for this item: first case, valid from, or issued."""
    concerns: tuple[str, ...] = ()
    """Other states it is about, such as that of the people to whom it applies."""
    urls: tuple[str, ...] = field(default=(), repr=False)
    leaning: int = 1
    """One more than the answers that lean on it; the measure of urgency."""


class KnowledgeIndex(Protocol):
    """What the watch asks of the knowledge."""

    def items(self) -> Iterable[Item]:
        """Every item a story may touch."""
        ...


@dataclass(frozen=True, slots=True)
class Items:
    """An index held in memory.

    Example:
        >>> item = Item(id="xa.danger.handover", kind="danger", places=("XA",), text="Handover")
        >>> [i.id for i in Items((item,)).items()]
        ['xa.danger.handover']

    """

    all: tuple[Item, ...] = ()

    def items(self) -> tuple[Item, ...]:
        """Every item, in order of id as given."""
        return self.all
