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

from ..model.proof import Gap, GapKind

Masks = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Atom:
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


@dataclass(slots=True)
class Atoms:
    """The open questions met so far, in the order met."""

    atoms: list[Atom] = field(default_factory=list)
    _by_key: dict[tuple[object, ...], Atom] = field(default_factory=dict)
    _next: int = 0
    _pairs: int = 0
    _wide: list[int] = field(default_factory=list)
    _personal: int = 0

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
            found = Atom(key, gap, self._next, values, source)
            if len(values) == 2:
                self._pairs |= 1 << self._next
            else:
                self._wide.append(found.full)
            if source is None:
                told = gap.kind is GapKind.NOT_GIVEN
            else:
                told = any(self.personal(m) for side in source for m in side)
            if told:
                self._personal |= found.full
            self._next += len(values)
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
        return all(mask & full != full for full in self._wide)

    def in_mask(self, mask: int) -> tuple[tuple[Atom, tuple[object, ...]], ...]:
        """The questions a mask assumes something about, with the values it leaves."""
        found = []
        for atom in self.atoms:
            bits = (mask >> atom.offset) & ((1 << len(atom.values)) - 1)
            if bits:
                left = tuple(v for n, v in enumerate(atom.values) if not bits >> n & 1)
                found.append((atom, left))
        return tuple(found)


def absorb(masks: Masks) -> Masks:
    """The masks that ask for no more than another does, smallest first.

    >>> absorb((0b11, 0b01, 0b10))
    (1, 2)
    """
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda m: (m.bit_count(), m)):
        if not any(k & ~mask == 0 for k in kept):
            kept.append(mask)
    return tuple(kept)
