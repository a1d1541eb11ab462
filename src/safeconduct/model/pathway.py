"""Steps, pathways and the whole answer of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .truth import Truth

if TYPE_CHECKING:
    from .knowledge import Danger
    from .proof import Gap, Proof
    from .situation import Situation

#: Weight of evidence of a danger, lightest first.
EVIDENCE = ("none-recorded", "alleged", "legal", "documented")


@dataclass(frozen=True, slots=True)
class DangerHere:
    """A danger that concerns, or may concern, the person at this point."""

    danger: Danger
    place: str
    truth: Truth
    proof: Proof


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a step with its proof: leave, board, enter or stay."""

    gate: str
    proof: Proof

    @property
    def truth(self) -> Truth:
        """Whether the person may pass."""
        return self.proof.truth


@dataclass(frozen=True, slots=True)
class Step:
    """One use of a procedure, one leg of travel, or a wait.

    `days` and `fee_eur` are ranges; `fee_eur` counts official fees only and is `None` where the
    knowledge has none. `start_days` is the range of days since the day asked about on which the
    step begins.
    """

    kind: str
    procedure: str
    start: str
    end: str
    mode: str | None
    via: tuple[str, ...]
    truth: Truth
    discretionary: bool
    days: tuple[int, int]
    fee_eur: tuple[int, int] | None
    start_days: tuple[int, int]
    gates: tuple[Gate, ...]
    proof: Proof
    dangers: tuple[DangerHere, ...]
    situation: Situation = field(compare=False)
    days_known: bool = True

    def gaps(self) -> tuple[Gap, ...]:
        """What is missing for this step, once each."""
        found: dict[Gap, None] = dict.fromkeys(self.proof.gaps())
        for gate in self.gates:
            found.update(dict.fromkeys(gate.proof.gaps()))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a pathway costs: unknown or discretionary steps, worst danger, days, fees.

    `danger` indexes `EVIDENCE`.
    """

    doubt: int
    danger: int
    days: tuple[int, int]
    fees_eur: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pathway:
    """Steps from a situation to a goal that no other pathway to the same end beats.

    `steps` are proved when they are first looked at. `assumes` are the things it needs that are
    not known; `changes` the things about the person or the law that would have to be different
    (only from `unlock`). `discretionary` says whether an authority may refuse some step of it;
    `end_danger` indexes `EVIDENCE` and weighs the dangers of being where it ends; `end_return`
    weighs those of being given up to another state there: twice the index, less one where it is
    open whether they concern the person.
    """

    id: str
    place: str
    standing: str
    truth: Truth
    criteria: Criteria
    steps: Sequence[Step]
    assumes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    masks: tuple[int, ...] = ()
    discretionary: bool = False
    end_danger: int = 0
    end_return: int = 0

    def __str__(self) -> str:
        """One canonical line: steps with days and fee, then totals and open steps."""
        parts = []
        for step in self.steps:
            name = step.procedure or f"{step.mode or step.kind} {step.start}-{step.end}"
            fee = f" €{step.fee_eur[1]}" if step.fee_eur and step.fee_eur[1] else ""
            parts.append(f"{name} {step.days[1]}d{fee}")
        doubt = f" ?{self.criteria.doubt}" if self.criteria.doubt else ""
        return (
            f"{' > '.join(parts)} [{self.criteria.days[1]}d €{self.criteria.fees_eur[1]}{doubt}]"
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """Something that is not open, with the reason, and what single change would open it.

    `reasons` holds one proof; it and `would_open` are worked out when they are first looked at.
    """

    procedure: str
    place: str
    mode: str | None
    reasons: Sequence[Proof]
    would_open: Sequence[tuple[str, ...]] = ()

    @property
    def proof(self) -> Proof:
        """Why it is closed."""
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the person next: a key or record, and the pathways it matters to."""

    attribute: str
    matters_to: tuple[str, ...]
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a plan says about one situation on one day."""

    on: int
    as_of: int
    goal: str
    place: str | None
    here: tuple[DangerHere, ...]
    pathways: tuple[Pathway, ...]
    closed: tuple[Closed, ...]
    questions: tuple[Question, ...]
    not_covered: tuple[str, ...]
    stale: Sequence[str]
    limits: tuple[str, ...] = ()
