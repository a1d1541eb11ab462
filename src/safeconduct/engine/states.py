"""The states of one person's world, as integers, and the situation that each stands for.

A state is a place, the papers got on the way, the standing there, a claim under way, the state
through which the Dublin area was entered, the state to which a paper just got leads, and the
place from which the person came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..kb.edition import Edition, Found
from ..model.knowledge import PaperGrant
from ..model.period import NO_END
from ..model.situation import Record, Situation
from .program import paper_record

#: What differs between states, and so between what formulas look at.
DYNAMIC = (
    "paper", "standing", "claim", "present_in", "entered_union_in", "entered_from", "entered_on",
    "entered_regularly", "in_transit_zone", "detained", "detained_by",
)
_OPEN_CLAIM = ("voiced", "lodged", "appealed")


class State(NamedTuple):
    """Where a person stands; every part an integer.

    `waited` is the day waited for, and 0 again after the next operation: a label that has waited
    is compared only with others that waited for the same day.
    """

    place: int
    papers: int
    standing: int
    claim: int
    union: int
    visa: int
    origin: int
    waited: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Window:
    """Looks up facts, and keeps the days for which all that was looked up stays the same."""

    edition: Edition
    start: int = 1
    end: int = NO_END

    def open(self) -> None:
        """Begin anew, with all days."""
        self.start, self.end = 1, NO_END

    def narrow(self, start: int, end: int) -> None:
        """Keep no more than these days."""
        if start > self.start:  # noqa: PLR1730
            self.start = start
        if end < self.end:  # noqa: PLR1730
            self.end = end

    def look_up(self, predicate: str, arguments: tuple[str | None, ...], day: int) -> Found:
        """What facts say; the days for which they say it narrow the window."""
        found = self.edition.look_up(predicate, arguments, day)
        self.narrow(found.start, found.end)
        return found


@dataclass(slots=True, eq=False, repr=False)
class States:
    """Numbers states and their parts, and gives back the situation of each.

    Papers are bits in the order of `grants`, to which more can be added.
    """

    situation: Situation
    grants: list[PaperGrant]
    place_names: list[str] = field(default_factory=list)
    standings: list[Record] = field(default_factory=list)
    all: list[State] = field(default_factory=list)
    visas: int = 0
    _place_ids: dict[str, int] = field(default_factory=dict)
    _ids: dict[State, int] = field(default_factory=dict)
    _situations: dict[int, Situation] = field(default_factory=dict)
    keys: list[tuple[object, ...]] = field(default_factory=list)
    _records: dict[int, Record] = field(default_factory=dict)
    _grant_bits: dict[PaperGrant, int] = field(default_factory=dict)
    _standing_ids: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number the papers, and make the person's own state the first."""
        for bit, grant in enumerate(self.grants):
            self._number_grant(grant, bit)
        self.standings.append(first_of(self.situation.records("standing")))
        here = str(self.situation.get("present_in"))[:2]
        union = self.situation.get("entered_union_in")
        self.number(State(
            self.place_id(here), 0, 0, self._open_claim(here),
            -1 if union is None else self.place_id(union), -1, -1,
        ))

    def _open_claim(self, here: str) -> int:
        for claim in self.situation.records("claim"):
            if claim.get("in") == here and claim.get("stage") in _OPEN_CLAIM:
                return self.place_id(here)
        return -1

    def _number_grant(self, grant: PaperGrant, bit: int) -> None:
        self._grant_bits[grant] = bit
        if dict(grant.fields).get("kind") == "visa":
            self.visas |= 1 << bit

    def is_waiting(self, s: State) -> bool:
        """Whether a claim lodged on the way is under way, after which only its decision follows.

        One that the person had made already holds nobody back: they may leave, or ask for papers.
        """
        return s.claim >= 0 and s.claim != self.all[0].claim

    def place_id(self, code: str) -> int:
        """The number of a place."""
        found = self._place_ids.get(code)
        if found is None:
            found = self._place_ids[code] = len(self.place_names)
            self.place_names.append(code)
        return found

    def number(self, state: State) -> int:
        """The number of a state."""
        found = self._ids.get(state)
        if found is None:
            found = self._ids[state] = len(self.all)
            self.all.append(state)
            away = state.place != self.all[0].place
            self.keys.append((
                state.papers, state.standing, state.claim, state.place, state.union,
                state.origin, away, away, away, away, away,
            ))
        return found

    def grant_bit(self, grant: PaperGrant) -> int:
        """The number of a paper that can be obtained."""
        found = self._grant_bits.get(grant)
        if found is None:
            found = len(self.grants)
            self.grants.append(grant)
            self._number_grant(grant, found)
        return found

    def standing_id(self, kind: str, days: int | None) -> int:
        """The number of a standing gained on the way."""
        found = self._standing_ids.get((kind, days))
        if found is None:
            found = self._standing_ids[kind, days] = len(self.standings)
            self.standings.append({"kind": kind, "granted": True, "stay_days": days})
        return found

    def place_of(self, number: int) -> str:
        """The place of a state."""
        return self.place_names[self.all[number].place]

    def key_of(self, number: int) -> tuple[object, ...]:
        """What tells a state from others, in the order of `DYNAMIC`."""
        return self.keys[number]

    def situation_of(self, number: int) -> Situation:
        """The person's situation as it would be in a state."""
        found = self._situations.get(number)
        if found is None:
            found = self._situations[number] = self._build(self.all[number])
        return found

    def _build(self, state: State) -> Situation:
        first = self.all[0]
        changes: dict[str, Any] = {}
        if state.papers:
            papers = [self._record(n) for n in range(len(self.grants)) if state.papers >> n & 1]
            changes["paper"] = (*self.situation.records("paper"), *papers)
        if state.standing != first.standing:
            changes["standing"] = self.standings[state.standing]
        if state.claim != first.claim and state.claim >= 0:
            lodged = {"in": self.place_names[state.claim], "stage": "lodged"}
            changes["claim"] = (*self.situation.records("claim"), lodged)
        if state.union != first.union and state.union >= 0:
            changes["entered_union_in"] = self.place_names[state.union]
        if state.place != first.place:
            changes |= {
                "present_in": self.place_names[state.place], "entered_regularly": True,
                "detained": False, "in_transit_zone": False, "entered_on": None,
                "detained_by": None,
                "entered_from": self.place_names[state.origin] if state.origin >= 0 else None,
            }
        return self.situation.but(**changes) if changes else self.situation

    def _record(self, bit: int) -> Record:
        """The record of a paper got on the way; one and the same for all states."""
        found = self._records.get(bit)
        if found is None:
            found = self._records[bit] = paper_record(self.grants[bit])
        return found


def first_of(records: tuple[Record, ...]) -> Record:
    """The first record, or an empty one."""
    return records[0] if records else {}


__all__ = ["DYNAMIC", "State", "States", "Window", "first_of"]
