"""A population: what many people told us, as columns; a member is one person's situation.

A column holds a small number for each member and the list of values the numbers stand for, so that
a test is made once for each value and not once for each member. Records (papers, proceedings) are
rows that point to their member. Whatever is not given is unknown, for members as for persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .situation import RECORD_KINDS, Situation

Codes = NDArray[np.unsignedinteger[Any]]

#: A range of whole numbers no wider than this becomes codes without sorting.
_WIDEST_RANGE = 1 << 20


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    """What each member, or each record, has under one key.

    `codes` index `values`; the value `None` stands for "not given". `numbers` may hold the same
    values as numbers, with days as ordinals and what is not given as not a number.

    >>> Column.of(["m", None, "f", "m"]).values
    ('m', None, 'f')
    """

    codes: Codes
    values: tuple[Any, ...]
    numbers: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        """Count what was given and show none of it."""
        return f"<Column: {len(self.codes)} entries>"

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.codes)

    def value(self, index: int) -> Any:
        """The value of one entry, or `None` when it was not given."""
        return self.values[int(self.codes[index])]

    @classmethod
    def of(cls, data: Column | Sequence[Any] | NDArray[Any]) -> Column:
        """A column from an array or a sequence.

        Not given is `None`, a masked entry, NaN, or NaT. Days are `datetime64`, `date`, or text as
        in a situation; several values at once (nationalities) are tuples.

        >>> Column.of(np.array([3.0, np.nan])).values
        (3.0, None)
        """
        if isinstance(data, Column):
            return data
        if isinstance(data, np.ndarray) and data.dtype != object:
            return _of_array(data)
        return _of_objects(list(data))

    @classmethod
    def absent(cls, size: int) -> Column:
        """A column in which nothing was given."""
        return cls(np.zeros(size, dtype=np.uint8), (None,))


def _narrow(codes: NDArray[Any], count: int) -> Codes:
    kind = np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32
    return codes.astype(kind)


def _of_objects(data: list[Any]) -> Column:
    known: dict[tuple[type, Any], int] = {}
    values: list[Any] = []
    codes = np.empty(len(data), dtype=np.int64)
    for n, item in enumerate(data):
        value = tuple(item) if isinstance(item, list) else item
        key = (value.__class__, value)
        code = known.get(key)
        if code is None:
            code = known[key] = len(values)
            values.append(value)
        codes[n] = code
    return Column(_narrow(codes, len(values)), tuple(values) or (None,))


def _of_array(data: NDArray[Any]) -> Column:
    missing = np.ma.getmaskarray(data) if isinstance(data, np.ma.MaskedArray) else None
    plain = np.asarray(np.ma.getdata(data))
    kind = plain.dtype.kind
    if kind == "f":
        missing = np.isnan(plain) if missing is None else missing | np.isnan(plain)
    elif kind == "M":
        nat = np.isnat(plain)
        missing = nat if missing is None else missing | nat
        plain = plain.astype("datetime64[D]").astype(np.int64) + date(1970, 1, 1).toordinal()
    if missing is not None and not missing.any():
        missing = None
    if kind == "b":
        return _with_missing(plain.astype(np.uint8), (False, True), missing)
    if kind in "iuM":
        return _of_integers(plain, missing, as_days=kind == "M")
    if missing is not None and not missing.all():
        plain = np.where(missing, plain[~missing][0], plain)
    found, codes = np.unique(plain, return_inverse=True)
    return _with_missing(codes, tuple(found.tolist()), missing)


def _of_integers(
    plain: NDArray[Any], missing: NDArray[np.bool_] | None, *, as_days: bool
) -> Column:
    given = plain if missing is None else plain[~missing]
    if not len(given):
        return Column.absent(len(plain))
    low, high = int(given.min()), int(given.max())
    values: Iterable[int]
    if high - low < _WIDEST_RANGE:
        values = range(low, high + 1)
        codes = np.clip(plain, low, high) - plain.dtype.type(low)
    else:
        found, codes = np.unique(plain if missing is None else np.where(missing, low, plain),
                                 return_inverse=True)
        values = found.tolist()
    known: tuple[Any, ...] = tuple(map(date.fromordinal, values) if as_days else values)
    column = _with_missing(codes, known, missing)
    numbers = np.full(len(column.values), np.nan)
    numbers[: len(known)] = values
    return Column(column.codes, column.values, numbers)


def _with_missing(
    codes: NDArray[Any], values: tuple[Any, ...], missing: NDArray[np.bool_] | None
) -> Column:
    if missing is None:
        return Column(_narrow(codes, len(values)), values)
    narrow = _narrow(codes, len(values) + 1)
    narrow[missing] = len(values)
    return Column(narrow, (*values, None))


@dataclass(frozen=True, slots=True, repr=False)
class Rows:
    """The records of one kind: whose each is, and what stands in its fields."""

    member: NDArray[np.int64]
    fields: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.member)

    def __repr__(self) -> str:
        """Count the records and show none of them."""
        return f"<Rows: {len(self)} records>"

    def field(self, name: str) -> Column:
        """The field of that name; where nobody gave it, a column that says so."""
        found = self.fields.get(name)
        return Column.absent(len(self)) if found is None else found

    def record(self, row: int) -> dict[str, Any]:
        """One record, as a situation has it."""
        given = ((k, c.value(row)) for k, c in self.fields.items())
        return {k: v for k, v in given if v is not None}


@dataclass(frozen=True, slots=True, repr=False)
class Population:
    """Many people: how many, what they gave, and how much each counts.

    `complete` says, for a kind of record, of which members there are no others than those given.
    Without `weights` everybody counts as one. The `repr` shows nothing of what was said.
    """

    size: int
    columns: Mapping[str, Column]
    rows: Mapping[str, Rows]
    complete: Mapping[str, NDArray[np.bool_]]
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """How many members there are."""
        return self.size

    def __repr__(self) -> str:
        """Count what was given and show none of it."""
        records = sum(map(len, self.rows.values()))
        counts = ((self.size, "member"), (len(self.columns), "column"), (records, "record"))
        told = ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts)
        return f"<Population: {told}>"

    @classmethod
    def of_columns(
        cls,
        columns: Mapping[str, Column | Sequence[Any] | NDArray[Any]],
        *,
        size: int | None = None,
        records: Mapping[str, tuple[Sequence[int] | NDArray[Any], Mapping[str, Any]]] | None = None,
        complete: Mapping[str, bool | Sequence[bool] | NDArray[np.bool_]] | None = None,
        weights: Sequence[float] | NDArray[Any] | None = None,
    ) -> Population:
        """A population from columns.

        Args:
            columns: For each attribute, an array or sequence with one entry for each member.
            size: How many members there are; needed only where there is no column.
            records: For each kind of record, the index of each record's member, and its fields.
            complete: For each kind of record, whether the list is whole: for all, or one by one.
            weights: How much each member counts.

        Raises:
            ValueError: Lengths differ, an index is outside the population, or nationalities are
                given both as a column and as records.

        Example:
            >>> Population.of_columns({"duty": ["summoned", None], "exit_ban": [None, True]})
            <Population: 2 members, 2 columns, 0 records>
        """
        made = {name: Column.of(data) for name, data in columns.items()}
        lengths = {len(c) for c in made.values()} | ({size} if size is not None else set())
        if len(lengths) != 1:
            raise ValueError("columns differ in length\n  Give one entry for each member.")
        count = lengths.pop()
        rows: dict[str, Rows] = {}
        for kind, (member, fields) in (records or {}).items():
            rows[kind] = _rows(kind, member, fields, count)
        _add_nationalities(made, rows)
        flags: dict[str, NDArray[np.bool_]] = {}
        for kind, given in (complete or {}).items():
            flags[kind] = np.array(np.broadcast_to(np.asarray(given, dtype=np.bool_), (count,)))
        return cls(count, made, rows, flags, _weights(weights, count))

    @classmethod
    def of_situations(
        cls, situations: Iterable[Situation], *, weights: Sequence[float] | None = None
    ) -> Population:
        """A population of these persons.

        >>> Population.of_situations([Situation({"duty": "summoned"}), Situation({})])
        <Population: 2 members, 1 column, 0 records>
        """
        members = tuple(situations)
        names = dict.fromkeys(k for s in members for k in s.values)
        attributes = [n for n in names if n not in RECORD_KINDS]
        columns = {n: _of_objects([s.get(n) for s in members]) for n in attributes}
        rows: dict[str, Rows] = {}
        complete: dict[str, NDArray[np.bool_]] = {}
        for kind in RECORD_KINDS:
            owned = [(n, r) for n, s in enumerate(members) for r in s.records(kind)]
            if owned:
                keys = dict.fromkeys(k for _, r in owned for k in r)
                fields = {k: _of_objects([r.get(k) for _, r in owned]) for k in keys}
                rows[kind] = Rows(np.array([n for n, _ in owned], dtype=np.int64), fields)
            flags = np.array([s.is_complete(kind) for s in members], dtype=np.bool_)
            if flags.any():
                complete[kind] = flags
        return cls(len(members), columns, rows, complete, _weights(weights, len(members)))

    def column(self, name: str) -> Column:
        """The column of that name; where nobody gave it, one that says so."""
        found = self.columns.get(name)
        return Column.absent(self.size) if found is None else found

    def records(self, kind: str) -> Rows:
        """The records of that kind."""
        found = self.rows.get(kind)
        return Rows(np.zeros(0, dtype=np.int64)) if found is None else found

    def is_complete(self, kind: str) -> NDArray[np.bool_]:
        """For each member, whether there are no other records of that kind than those given."""
        found = self.complete.get(kind)
        return np.zeros(self.size, dtype=np.bool_) if found is None else found

    def situation(self, index: int) -> Situation:
        """One member's situation.

        >>> Population.of_columns({"duty": ["summoned", None]}).situation(0).get("duty")
        'summoned'
        """
        values = {k: v for k, c in self.columns.items() if (v := c.value(index)) is not None}
        for kind, rows in self.rows.items():
            mine = np.flatnonzero(rows.member == index)
            if len(mine):
                values[kind] = tuple(rows.record(int(r)) for r in mine)
        complete = tuple(k for k, flags in self.complete.items() if flags[index])
        return Situation(values, complete=complete)

    def __iter__(self) -> Iterator[Situation]:
        """Every member's situation, in order."""
        return (self.situation(n) for n in range(self.size))


def _rows(
    kind: str, member: Sequence[int] | NDArray[Any], fields: Mapping[str, Any], size: int
) -> Rows:
    owners = np.asarray(member, dtype=np.int64)
    if len(owners) and (int(owners.min()) < 0 or int(owners.max()) >= size):
        raise ValueError(f"a record of `{kind}` points outside the population")
    made = {name: Column.of(data) for name, data in fields.items()}
    if any(len(c) != len(owners) for c in made.values()):
        raise ValueError(f"fields of `{kind}` differ in length\n  Give one entry for each record.")
    return Rows(owners, made)


def _add_nationalities(columns: Mapping[str, Column], rows: dict[str, Rows]) -> None:
    """Keep the column and the records of nationality in step, as in a situation."""
    if "nationality" in rows:
        raise ValueError(
            "nationality cannot be given as records of columns\n"
            "  Give the column `nationalities`, or build the population from situations."
        )
    column = columns.get("nationalities")
    if column is None:
        return
    states: dict[str, int] = {}
    owners: list[NDArray[np.int64]] = []
    codes: list[NDArray[np.int64]] = []
    for code, value in enumerate(column.values):
        for state in value or ():
            found = np.flatnonzero(column.codes == code)
            owners.append(found)
            codes.append(np.full(len(found), states.setdefault(state, len(states))))
    if owners:
        state_of = Column(_narrow(np.concatenate(codes), len(states)), tuple(states))
        rows["nationality"] = Rows(np.concatenate(owners), {"state": state_of})


def _weights(
    given: Sequence[float] | NDArray[Any] | None, size: int
) -> NDArray[np.float64] | None:
    if given is None:
        return None
    weights = np.asarray(given, dtype=np.float64)
    if weights.shape != (size,):
        raise ValueError("weights differ in length from the population\n  Give one for each member.")
    return weights
