"""A situation: what a person told us, naming nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]

#: The kinds of record a situation may hold; `standing` is at most one.
RECORD_KINDS = (
    "nationality", "paper", "proceeding", "order", "application", "claim", "evidence",
    "relative", "tie", "border_refusal", "standing",
)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _frozen(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(v) for v in value)
    return value


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Situation:
    """Attributes and records given to the engine; whatever is not given is unknown.

    `unsure` are keys asked about which the person does not know. `complete` are kinds of record
    of which there are no others. The `repr` shows nothing of what was said.

    >>> Situation({"present_in": "KZ"})
    <Situation: 1 attribute, 0 records>
    >>> Situation({"paper": [{"kind": "internal-passport"}]}).records("paper")
    ({'kind': 'internal-passport'},)
    """

    values: Mapping[str, Any]
    unsure: frozenset[str] = field(default_factory=frozenset)
    complete: frozenset[str] = field(default_factory=frozenset)

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        unsure: tuple[str, ...] | frozenset[str] = (),
        complete: tuple[str, ...] | frozenset[str] = (),
    ) -> None:
        """Take values as a situation file has them; `unsure` and `complete` may be among them."""
        data = dict(_frozen(values or {}))
        unsure = frozenset(unsure) | frozenset(data.pop("unsure", ()))
        complete = frozenset(complete) | frozenset(data.pop("complete", ()))
        standing = data.get("standing")
        if isinstance(standing, Mapping):
            data["standing"] = (standing,)
            complete |= {"standing"}
        data.pop("on", None)
        object.__setattr__(self, "values", _with_nationalities(data))
        object.__setattr__(self, "unsure", unsure)
        object.__setattr__(self, "complete", complete)

    def __repr__(self) -> str:
        """Count what was given and show none of it."""
        records = sum(len(v) for k, v in self.values.items() if k in RECORD_KINDS)
        attributes = sum(k not in RECORD_KINDS for k in self.values)
        return (
            f"<Situation: {attributes} attribute{'s' * (attributes != 1)}, "
            f"{records} record{'s' * (records != 1)}>"
        )

    def get(self, name: str) -> Any:
        """The attribute's value, or `None` when it was not given."""
        return self.values.get(name)

    def records(self, kind: str) -> tuple[Record, ...]:
        """The records of that kind that were given."""
        found: tuple[Record, ...] = self.values.get(kind, ())
        return found

    def is_complete(self, kind: str) -> bool:
        """Whether there are no other records of that kind than those given."""
        return kind in self.complete

    def but(self, **changes: Any) -> Situation:
        """The same situation with some keys replaced; `None` takes one away.

        >>> Situation({"present_in": "KZ"}).but(present_in="FR").get("present_in")
        'FR'
        """
        data = dict(self.values)
        data.update(changes)
        for name, value in changes.items():
            if value is None:
                del data[name]
        if "nationalities" in changes or "nationality" in changes:
            data = {k: v for k, v in data.items() if k != "nationality" or k in changes}
            return Situation(data, unsure=self.unsure, complete=self.complete)
        complete = self.complete
        if isinstance(data.get("standing"), Mapping):
            data["standing"] = (data["standing"],)
            complete |= {"standing"}
        made = object.__new__(Situation)
        object.__setattr__(made, "values", data)
        object.__setattr__(made, "unsure", self.unsure)
        object.__setattr__(made, "complete", complete)
        return made


def _with_nationalities(data: dict[str, Any]) -> dict[str, Any]:
    """Keep the codes and the records of nationality in step with each other."""
    records = tuple(data.get("nationality", ()))
    codes = tuple(data.get("nationalities", ()))
    if not records and not codes:
        return data
    named = [r.get("state") for r in records]
    data["nationalities"] = tuple(dict.fromkeys([*codes, *(n for n in named if n)]))
    missing = tuple({"state": c} for c in codes if c not in named)
    data["nationality"] = (*records, *missing)
    return data
