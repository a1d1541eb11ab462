"""Assumptions under which something is true or false, and how they are joined.

A formula is a pair of sets of masks (see `atoms`): the smallest assumptions that make something
true, and those that make it false. True is `((0,), ())`, false is `((), (0,))`. With it comes the
window of days in which it stays the same, so that a search asks once for many days. Where the
sets would grow past a bound, a part is given an atom of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..model.period import NO_END
from ..model.proof import Gap, GapKind
from ..model.truth import Truth
from .atoms import Atoms, Masks, absorb

#: More assumptions than this on one side, and a part becomes an atom of its own.
MOST_MASKS = 6

_YES: Masks = (0,)
_NO: Masks = ()
_DERIVED = Gap(GapKind.NOT_GIVEN, "")


class Formula(Struct, frozen=True, gc=False):
    """The assumptions that make something true, those that make it false, and for which days.

    `is_open` tells of a formula that needs no assumption that the plain reading, which looks at
    one part after the other, leaves it unknown all the same.
    """

    true: Masks
    false: Masks
    start: int = 1
    end: int = NO_END
    is_open: bool = False

    @property
    def truth(self) -> Truth:
        """True when nothing need be assumed, false when nothing could make it true."""
        if not self.false:
            return Truth.TRUE
        return Truth.UNKNOWN if self.true else Truth.FALSE

    @property
    def plain(self) -> Truth:
        """The truth in Kleene's logic, as `decide` reads it."""
        if self.is_open or (self.true and self.false):
            return Truth.UNKNOWN
        return Truth.FALSE if self.false else Truth.TRUE


TRUE = Formula(_YES, _NO)
FALSE = Formula(_NO, _YES)


def of_truth(truth: bool, start: int = 1, end: int = NO_END) -> Formula:
    """A known truth, for a window of days."""
    if truth:
        return TRUE if start == 1 and end == NO_END else Formula(_YES, _NO, start, end)
    return FALSE if start == 1 and end == NO_END else Formula(_NO, _YES, start, end)


def negate(f: Formula) -> Formula:
    """The negation."""
    return Formula(f.false, f.true, f.start, f.end, f.is_open)


def within(f: Formula, start: int, end: int) -> Formula:
    """The same formula, for no more than these days."""
    if start <= f.start and end >= f.end:
        return f
    return Formula(f.true, f.false, max(f.start, start), min(f.end, end), f.is_open)


def conjunction(atoms: Atoms, parts: Iterable[Formula]) -> Formula:
    """All of them."""
    start, end = 1, NO_END
    true, false = _YES, _NO
    is_open = is_shut = False
    last: Formula | None = None
    joined = 0
    for part in parts:
        if part.start > start:  # noqa: PLR1730
            start = part.start
        if part.end < end:  # noqa: PLR1730
            end = part.end
        if part.false:
            joined += 1
            last = part
            true, false = _both(atoms, true, false, part.true, part.false)
            is_shut = is_shut or not (part.true or part.is_open)
        elif part.is_open:
            is_open = True
    if not joined:
        return Formula(true, false, start, end, is_open)
    if joined == 1 and last is not None and last.start == start and last.end == end:
        return last
    return Formula(true, false, start, end, not true and not is_shut)


def disjunction(atoms: Atoms, parts: Iterable[Formula]) -> Formula:
    """At least one of them."""
    start, end = 1, NO_END
    true, false = _NO, _YES
    is_open = is_sure = False
    last: Formula | None = None
    joined = 0
    for part in parts:
        if part.start > start:  # noqa: PLR1730
            start = part.start
        if part.end < end:  # noqa: PLR1730
            end = part.end
        if part.true:
            joined += 1
            last = part
            false, true = _both(atoms, false, true, part.false, part.true)
            is_sure = is_sure or not (part.false or part.is_open)
        elif part.is_open:
            is_open = True
    if not joined:
        return Formula(true, false, start, end, is_open)
    if joined == 1 and last is not None and last.start == start and last.end == end:
        return last
    return Formula(true, false, start, end, not false and not is_sure)


def together(atoms: Atoms, parts: list[Formula]) -> Formula:
    """As `conjunction`, where what makes it false is not asked: only whether anything does."""
    start, end = 1, NO_END
    open_parts: list[Formula] = []
    is_open = False
    for part in parts:
        if part.start > start:  # noqa: PLR1730
            start = part.start
        if part.end < end:  # noqa: PLR1730
            end = part.end
        if part.false:
            open_parts.append(part)
        elif part.is_open:
            is_open = True
    if not open_parts:
        return Formula(_YES, _NO, start, end, is_open)
    sides = [p.true for p in open_parts]
    while _product(sides) > MOST_MASKS:
        n = max(range(len(sides)), key=lambda k: len(sides[k]))
        sides[n] = _named(atoms, open_parts[n].true, open_parts[n].false)[0]
    masks = list(sides[0])
    for side in sides[1:]:
        masks = [m for x in masks for y in side if atoms.is_consistent(m := x | y)]
    true = absorb(tuple(masks))
    is_shut = any(not p.true and not p.is_open for p in open_parts)
    return Formula(true, _YES, start, end, not true and not is_shut)


def _product(sides: list[Masks]) -> int:
    total = 1
    for side in sides:
        total *= len(side)
    return total


def _both(
    atoms: Atoms, at: Masks, af: Masks, bt: Masks, bf: Masks
) -> tuple[Masks, Masks]:
    if not at or not bf:
        return at, af
    if not bt or not af:
        return bt, bf
    if len(at) * len(bt) > MOST_MASKS or len(af) + len(bf) > 4 * MOST_MASKS:
        if max(len(at), len(af)) >= max(len(bt), len(bf)):
            at, af = _named(atoms, at, af)
        else:
            bt, bf = _named(atoms, bt, bf)
        if len(at) * len(bt) > MOST_MASKS:
            at, af = _named(atoms, at, af)
            bt, bf = _named(atoms, bt, bf)
    if len(at) == len(bt) == 1:
        both = at[0] | bt[0]
        return (both,) if atoms.is_consistent(both) else (), absorb((*af, *bf))
    consistent = atoms.is_consistent
    true = absorb(tuple([m for x in at for y in bt if consistent(m := x | y)]))
    return true, absorb((*af, *bf))


def _named(atoms: Atoms, true: Masks, false: Masks) -> tuple[Masks, Masks]:
    if len(true) == 1 and len(false) == 1:
        return true, false
    atom = atoms.atom(("formula", true, false), _DERIVED, source=(true, false))
    bit = 1 << atom.offset
    return (bit << 1,), (bit,)


def named(atoms: Atoms, f: Formula) -> Formula:
    """The same formula as one atom of its own, unless it is one already."""
    true, false = _named(atoms, f.true, f.false)
    return Formula(true, false, f.start, f.end)


def literal(atoms: Atoms, key: tuple[object, ...], gap: Gap) -> Formula:
    """An open question of two values, as a formula."""
    bit = 1 << atoms.atom(key, gap).offset
    return Formula((bit << 1,), (bit,))


__all__ = [
    "FALSE", "MOST_MASKS", "TRUE", "Formula", "conjunction", "disjunction", "literal", "named",
    "negate", "of_truth", "together", "within",
]
