"""Proofs, gaps and verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .knowledge import Citation, Value


class GapKind(Enum):
    """Why an answer stays unknown."""

    NOT_GIVEN = "not-given"
    NOT_RECORDED = "not-recorded"
    NOT_RULED = "not-ruled"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps an answer unknown: its kind, and the name that would settle it.

    For what was not given, `name` is a key of the situation (`exit_ban`) or a record and what it
    must be like (`paper.international-passport`). Otherwise it is a predicate and its arguments.
    """

    kind: GapKind
    name: str
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What a proof is about, as data for `explain` to put in words.

    `kind` is one of predicate, rule, fact, complete, all, any, not, attribute, record, field,
    procedure; `name` and `arguments` say which.
    """

    kind: str
    name: str
    arguments: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a claim has its truth. `value` is given where a predicate has one."""

    claim: Claim
    truth: Truth
    because: tuple[Proof, ...] = ()
    citations: tuple[Citation, ...] = ()
    gap: Gap | None = None
    value: Value | None = None
    stale: tuple[str, ...] = ()

    def walk(self) -> Iterator[Proof]:
        """The proof and all below it, in reading order."""
        yield self
        for proof in self.because:
            yield from proof.walk()

    def gaps(self) -> tuple[Gap, ...]:
        """Every gap below an unknown, once each, in reading order."""
        found: dict[Gap, None] = {}
        self._collect(found)
        return tuple(found)

    def _collect(self, found: dict[Gap, None]) -> None:
        if self.truth is not Truth.UNKNOWN:
            return
        if self.gap is not None:
            found.setdefault(self.gap)
        for proof in self.because:
            proof._collect(found)

    def all_citations(self) -> tuple[Citation, ...]:
        """Every citation in the proof, once each, in reading order."""
        return tuple(dict.fromkeys(c for proof in self.walk() for c in proof.citations))

    def all_stale(self) -> tuple[str, ...]:
        """Ids of what the proof leans on that is past its review day."""
        return tuple(dict.fromkeys(s for proof in self.walk() for s in proof.stale))


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer: the goal, its truth and proof, and both days as ordinals."""

    goal: str
    truth: Truth
    proof: Proof
    on: int
    as_of: int
    arguments: tuple[str | None, ...] = ()

    def gaps(self) -> tuple[Gap, ...]:
        """What would settle it, where it is unknown."""
        return self.proof.gaps()
