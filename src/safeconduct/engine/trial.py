"""Runs the examples that stand beside the rules."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ..kb.edition import Edition
from ..model.condition import ALWAYS
from ..model.knowledge import Example, Rule
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


def truths_lacking(edition: Edition, seen: dict[str, set[str]]) -> dict[str, list[str]]:
    """For each rule the truths that no example gives it, where there are any.

    A rule without a condition, to which no other rule is an exception, is always true: it can
    be shown no other way, and needs only that.

    Args:
        seen: The truths that the examples give each rule, by its id.
    """
    excepted = {name for rule in edition.rules for name in rule.overrides}
    return {
        rule.id: lacking
        for rule in edition.rules
        if (lacking := [t for t in _truths(rule, excepted) if t not in seen.get(rule.id, ())])
    }


def _truths(rule: Rule, excepted: set[str]) -> tuple[str, ...]:
    if rule.when == ALWAYS and rule.id not in excepted:
        return ("true",)
    return ("true", "false", "unknown")
