"""Runs the examples that stand beside the rules."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ..kb.edition import Edition
from ..model.knowledge import Example
from ..model.proof import GapKind, Proof
from ..model.situation import Situation
from .decide import Decider


@dataclass(frozen=True, slots=True)
class Failure:
    """An example whose answer is not what it says: what was wanted, and what came."""

    example: Example
    wanted: str
    found: str


def situation_of(example: Example) -> Situation:
    """The situation of an example."""
    return Situation(msgspec.json.decode(example.situation))


def run_example(edition: Edition, example: Example) -> tuple[Proof, Failure | None]:
    """The proof of an example's goal, and the failure if it is not what the example says."""
    proof = Decider(edition, situation_of(example), example.on).predicate(
        example.goal, example.arguments
    )
    if proof.truth.value != example.truth:
        return proof, Failure(example, example.truth, proof.truth.value)
    if example.value is not None and proof.value != example.value:
        return proof, Failure(example, str(example.value), str(proof.value))
    told = {_gap_text(g.kind, g.name) for g in proof.gaps()}
    for gap in example.gaps:
        kind, _, name = gap.partition(": ")
        wanted = f"{kind}: {name.partition(' ')[0]}"
        if gap not in told and wanted not in told:
            return proof, Failure(example, gap, "; ".join(sorted(told)) or "no gap")
    return proof, None


def _gap_text(kind: GapKind, name: str) -> str:
    return f"{kind.value.replace('-', ' ')}: {name}"


def rules_shown(proof: Proof) -> dict[str, str]:
    """The truth of every rule that a proof weighs, by the rule's id."""
    return {p.claim.name: p.truth.value for p in proof.walk() if p.claim.kind == "rule"}
