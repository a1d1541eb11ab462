"""How long a person may stay where they are now: what is left of it, and what if nobody said."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.period import parse_day
from ..model.proof import Gap, GapKind
from .algebra import TRUE, Formula, literal
from .atlas import Operation
from .atoms import Atoms
from .effects import Effects
from .labels import UNLIMITED
from .reading import LASTING
from .states import States, first_of


@dataclass(slots=True, eq=False, repr=False)
class PresentStay:
    """The lawful stay in the present place. `days_left` is `UNLIMITED` where it has no told end.

    A stay that has already lapsed is a fact about the person, with its dangers, and no bar to
    what may be asked for there; what the search avoids is making a stay lapse. Where nothing was
    said of the end of a stay that has one, whatever takes time from it assumes that it lasts.
    """

    atoms: Atoms
    space: States
    effects: Effects
    on: int
    days_left: int = field(init=False)
    _open_end: Formula | None = field(init=False)

    def __post_init__(self) -> None:
        """Look at the standing."""
        situation = self.space.situation
        standing = first_of(situation.records("standing"))
        until, kind = parse_day(standing.get("until")), standing.get("kind")
        self.days_left = UNLIMITED
        if until is not None and until.last.toordinal() >= self.on and kind != "none":
            self.days_left = until.first.toordinal() - self.on
        lasts = kind in (*LASTING, "none")
        self._open_end = None
        if until is None and not lasts and not self._is_at_home():
            gap = Gap(GapKind.NOT_GIVEN, "standing.until", "standing" in situation.unsure)
            self._open_end = literal(self.atoms, ("standing", "until"), gap)

    def _is_at_home(self) -> bool:
        return self.space.place_of(0) in (self.space.situation.get("nationalities") or ())

    def may_end_before(self, operation: Operation, state: int, day: int) -> bool:
        """Whether an operation takes time from a stay of whose end nothing was said."""
        if self._open_end is None:
            return False
        s, start = self.space.all[state], self.space.all[0]
        if (s.place, s.standing) != (start.place, start.standing):
            return False
        procedure = operation.procedure
        if procedure is None:
            return operation.kind == "wait"
        return (
            self.effects.of(procedure).stay is None
            and self.effects.duration(procedure, day)[1] > 0
        )

    def needed(self, operation: Operation, state: int, day: int) -> Formula:
        """What an operation assumes of the present stay."""
        if self._open_end is None or not self.may_end_before(operation, state, day):
            return TRUE
        return self._open_end


__all__ = ["PresentStay"]
