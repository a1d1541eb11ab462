"""What is not known, as bits; an assumption about it is a set of bits.

Each open question has a group of bits, one for each value it may turn out to have. Assuming
something excludes the other values, so the mask of an assumption is the set of excluded values:

- both of two assumptions: the union of their masks;
- an assumption contradicts itself when every value of some question is excluded;
- one assumption asks for no more than another when its mask is a subset.

This is the environment of an assumption-based truth maintenance system (Reiter and de Kleer
1987), with questions of more than two values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from ..model.proof import Gap, GapKind

Masks = tuple[int, ...]


class Atom(Struct, frozen=True):
    """One open question: how it is named to people, and its bits.

    `key` tells it from all others. `values` are its possible answers, in the order of its bits.
    `source` is given for one that stands for a whole formula: under which assumptions it holds,
    and under which it does not.
    """

    key: tuple[object, ...]
    gap: Gap
    offset: int
    values: tuple[object, ...]
    source: tuple[Masks, Masks] | None = None

    @property
    def full(self) -> int:
        """All bits of this question."""
        return ((1 << len(self.values)) - 1) << self.offset


@dataclass(slots=True, eq=False, repr=False)
class Atoms:
    """The open questions met so far, in the order met."""

    atoms: list[Atom] = field(default_factory=list)
    _by_key: dict[tuple[object, ...], Atom] = field(default_factory=dict)
    _of_bit: list[Atom] = field(default_factory=list)
    _whole: list[int] = field(default_factory=list)
    _pairs: int = 0
    _wide: list[int] = field(default_factory=list)
    _any_wide: int = 0
    _personal: int = 0
    _behind: dict[int, tuple[Atom, ...]] = field(default_factory=dict)

    def atom(
        self,
        key: tuple[object, ...],
        gap: Gap,
        values: tuple[object, ...] = (True, False),
        source: tuple[Masks, Masks] | None = None,
    ) -> Atom:
        """The question with that key, made on first use."""
        found = self._by_key.get(key)
        if found is None:
            offset = len(self._of_bit)
            found = Atom(key, gap, offset, values, source)
            if len(values) == 2:
                self._pairs |= 1 << offset
            else:
                self._wide.append(found.full)
                self._any_wide |= found.full
            if source is None:
                told = gap.kind is GapKind.NOT_GIVEN
            else:
                told = any(self.personal(m) for side in source for m in side)
            if told:
                self._personal |= found.full
            self._of_bit.extend([found] * len(values))
            self._whole.extend([found.full] * len(values))
            self.atoms.append(found)
            self._by_key[key] = found
        return found

    def personal(self, mask: int) -> int:
        """The part of a mask that turns on what the person can tell.

        Holes in the knowledge are left out: no answer of the person settles them. They count as
        doubt, and a way that leans on one hole is not kept beside a better one that leans on
        another.
        """
        return mask & self._personal

    def is_consistent(self, mask: int) -> bool:
        """Whether no question has all its values excluded."""
        if mask & (mask >> 1) & self._pairs:
            return False
        if mask & self._any_wide:
            for full in self._wide:
                if mask & full == full:
                    return False
        return True

    def in_mask(self, mask: int) -> tuple[tuple[Atom, tuple[object, ...]], ...]:
        """The questions a mask assumes something about, with the values it leaves."""
        found = []
        while mask:
            atom = self._of_bit[(mask & -mask).bit_length() - 1]
            bits = mask >> atom.offset
            left = tuple(v for n, v in enumerate(atom.values) if not bits >> n & 1)
            found.append((atom, left))
            mask &= ~atom.full
        return tuple(found)

    def behind(self, mask: int) -> tuple[Atom, ...]:
        """The plain questions behind a mask: those of a whole formula stand for it."""
        found: dict[int, Atom] = {}
        while mask:
            bit = (mask & -mask).bit_length() - 1
            atom = self._of_bit[bit]
            mask &= ~self._whole[bit]
            if atom.source is None:
                found.setdefault(atom.offset, atom)
            else:
                for inner in self._behind_atom(atom):
                    found.setdefault(inner.offset, inner)
        return tuple(found.values())

    def _behind_atom(self, atom: Atom) -> tuple[Atom, ...]:
        known = self._behind.get(atom.offset)
        if known is None:
            mask = 0
            for masks in atom.source or ():
                for one in masks:
                    mask |= one
            known = self._behind[atom.offset] = self.behind(mask)
        return known


def absorb(masks: Masks) -> Masks:
    """The masks that ask for no more than another does, in order.

    >>> absorb((0b11, 0b01, 0b10))
    (1, 2)
    """
    if len(masks) < 2:
        return masks
    if len(masks) == 2:
        a, b = masks
        if not a & ~b:
            return (a,)
        if not b & ~a:
            return (b,)
        return masks if a < b else (b, a)
    kept: list[int] = []
    for mask in sorted(masks):
        rest = ~mask
        for k in kept:
            if not k & rest:
                break
        else:
            kept.append(mask)
    return tuple(kept)
