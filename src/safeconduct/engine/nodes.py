"""What every part of a compiled condition is: what it looks at, and what it remembers.

A node knows which of the rule's arguments, of the records being tested and of the things that
differ between states (`dynamic`) it looks at, and remembers its formula for each of those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..model.period import NO_END
from ..model.situation import Record, Situation
from .algebra import Formula, conjunction, disjunction, negate

if TYPE_CHECKING:
    from .formula import Formulas
    from .program import Program


class Call:
    """What a condition is worked out for: a person in a state on a day, and what `$…` stands for."""

    __slots__ = ("args", "day", "formulas", "names", "records", "situation", "state")

    def __init__(
        self, formulas: Formulas, situation: Situation, day: int, state: tuple[object, ...],
        names: tuple[str, ...], args: tuple[str | None, ...], records: tuple[Record, ...] = (),
    ) -> None:
        """Keep them."""
        self.formulas = formulas
        self.situation = situation
        self.day = day
        self.state = state
        self.names = names
        self.args = args
        self.records = records

    def within(self, record: Record) -> Call:
        """The same while a record is being tested."""
        return Call(
            self.formulas, self.situation, self.day, self.state, self.names, self.args,
            (*self.records, record),
        )

    @property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """The rule's arguments by name."""
        return tuple(zip(self.names, self.args, strict=True))


@dataclass(frozen=True, slots=True)
class Uses:
    """What a condition looks at: places of arguments, of records being tested, of `dynamic`."""

    args: frozenset[int] = frozenset()
    records: frozenset[int] = frozenset()
    dynamic: frozenset[int] = frozenset()

    def __or__(self, other: Uses) -> Uses:
        """All that either looks at."""
        return Uses(
            self.args | other.args, self.records | other.records, self.dynamic | other.dynamic
        )


def _picker(places: frozenset[int]) -> Callable[[Any], Any] | None:
    return itemgetter(*sorted(places)) if places else None


class Node:
    """A condition; `of` gives its formula, `work` works it out."""

    __slots__ = ("_pick_args", "_pick_state", "_records", "number", "uses")

    def __init__(self, program: Program, uses: Uses) -> None:
        """Take a number of its own, and prepare the key by which formulas are remembered."""
        self.number = program.number()
        self.uses = uses
        self._pick_args = _picker(uses.args)
        self._pick_state = _picker(uses.dynamic)
        self._records = tuple(sorted(uses.records))

    def key(self, call: Call) -> object:
        """What this node looks at, in this call."""
        args = self._pick_args(call.args) if self._pick_args else None
        if not self._records and (self._pick_state is None or not call.state):
            return args
        records = tuple([id(call.records[n]) for n in self._records])
        state = self._pick_state(call.state) if self._pick_state and call.state else None
        return args, records, state

    def of(self, call: Call) -> Formula:
        """The formula, worked out once for all that the node looks at."""
        key = (self.number, self.key(call))
        memo, day = call.formulas.memo, call.day
        windows = memo.get(key)
        if windows is None:
            windows = memo[key] = []
        for found in windows:
            if found.start <= day < found.end:
                return found
        result = self.work(call)
        windows.append(result)
        return result

    def work(self, call: Call) -> Formula:
        """The formula for a call."""
        raise NotImplementedError

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """Which papers got on the way can matter to it, and for which days this is so."""
        return 0, 1, NO_END

    def is_shut(
        self, program: Program, args: tuple[str | None, ...], day: int
    ) -> tuple[int, int] | None:
        """The days for which facts alone make it false, whoever asks; `None` if they do not."""
        return None


class PartsNode(Node):
    """Several conditions."""

    __slots__ = ("parts",)

    def __init__(self, program: Program, parts: tuple[Node, ...]) -> None:
        """Look at what the parts look at."""
        super().__init__(program, _all_uses(parts))
        self.parts = parts

    def of(self, call: Call) -> Formula:
        """The formula; remembered only where it is the same in all states."""
        return self.work(call) if self.uses.dynamic else super().of(call)

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """Those that matter to any part."""
        return _all_papers(self.parts, program, args, day)


class AllNode(PartsNode):
    """All of several conditions."""

    __slots__ = ()

    def work(self, call: Call) -> Formula:
        """Stop at the first part that is false."""
        found = []
        for part in self.parts:
            f = part.of(call)
            if not f.true and not f.is_open:
                return f
            found.append(f)
        return conjunction(call.formulas.atoms, found)

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """None where a part is false whatever the person."""
        for part in self.parts:
            shut = part.is_shut(program, args, day)
            if shut is not None:
                return 0, *shut
        return super().papers(program, args, day)


class AnyNode(PartsNode):
    """At least one of several conditions."""

    __slots__ = ()

    def work(self, call: Call) -> Formula:
        """Stop at the first part that is true."""
        found = []
        for part in self.parts:
            f = part.of(call)
            if not f.false and not f.is_open:
                return f
            found.append(f)
        return disjunction(call.formulas.atoms, found)


class NotNode(Node):
    """That a condition does not hold."""

    __slots__ = ("part",)

    def __init__(self, program: Program, part: Node) -> None:
        """Look at what the part looks at."""
        super().__init__(program, part.uses)
        self.part = part

    def of(self, call: Call) -> Formula:
        """The negation of the part."""
        return negate(self.part.of(call))

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """Those that matter to the part."""
        return self.part.papers(program, args, day)


def _all_uses(parts: tuple[Node, ...]) -> Uses:
    found = Uses()
    for part in parts:
        found |= part.uses
    return found


def _all_papers(
    parts: tuple[Node, ...], program: Program, args: tuple[str | None, ...], day: int
) -> tuple[int, int, int]:
    mask, start, end = 0, 1, NO_END
    for part in parts:
        if program.paper_place in part.uses.dynamic:
            more, first, last = part.papers(program, args, day)
            mask, start, end = mask | more, max(start, first), min(end, last)
    return mask, start, end


__all__ = ["AllNode", "AnyNode", "Call", "Node", "NotNode", "Uses"]
