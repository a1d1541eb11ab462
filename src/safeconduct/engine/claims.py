"""A claim for protection in one state: the definition's elements, evidence, gaps, decisions.

It says what the rules say and which evidence has mattered. It predicts no outcome.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ..errors import UnknownName
from ..kb.edition import Edition
from ..model.knowledge import Procedure, Ruling
from ..model.proof import Gap, Proof
from ..model.situation import Situation
from .decide import Decider

#: The elements of the definition, in the order in which they are examined.
ELEMENTS = (
    "well_founded_fear", "act_of_persecution", "persecution_reason", "actor_of_persecution",
    "no_state_protection", "internal_alternative", "excluded_from_refugee_status",
)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its proof, and the decisions that turn on it, for and against."""

    name: str
    proof: Proof
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of evidence: in how many decisions it mattered, and whether it is at hand."""

    kind: str
    mattered: int
    held: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of a claim in one state on a day."""

    place: str
    on: int
    access: Proof
    responsible: Proof
    refugee: Proof
    subsidiary: Proof
    elements: tuple[Element, ...]
    evidence: tuple[Evidence, ...]
    procedures: tuple[Procedure, ...]
    gaps: tuple[Gap, ...]
    other_rulings: tuple[Ruling, ...]


def rulings_for(edition: Edition, place: str, day: int) -> tuple[Ruling, ...]:
    """The decisions that count in a state: its own courts', the Union's where it is a member, and
    international ones.
    """
    union = any(
        edition.look_up("member_of", (place, zone), day).value is True for zone in ("EU", "DUBLIN")
    )
    return tuple(
        r for r in edition.rulings
        if r.place == place or (r.place == "EU" and union) or r.id.startswith("int.")
    )


def assess(edition: Edition, situation: Situation, *, place: str, on: date) -> Assessment:
    """The elements of a claim in a state, with what supports each, what is missing, and decisions.

    Raises:
        UnknownName: Nothing is recorded of claims in that state.
    """
    day = on.toordinal()
    decider = Decider(edition, situation, day)
    procedures = tuple(
        p for p in edition.procedures
        if p.to == place and p.kind in ("lodge", "decision") and p.valid_from <= day < p.valid_before
    )
    rulings = rulings_for(edition, place, day)
    own = any(r.place == place for r in rulings) or any(
        place in r.applies_to[0]
        for name in (*ELEMENTS, "is_refugee", "can_apply_for_asylum")
        for r in edition.rules_on(name)
    )
    if not procedures and not own:
        raise UnknownName(
            f"nothing is recorded of claims in {place}\n  See what is covered: safeconduct covers"
        )
    elements = []
    used: set[str] = set()
    for name in ELEMENTS:
        turning = tuple(r for r in rulings if name in r.elements)
        used.update(r.id for r in turning)
        elements.append(Element(name, decider.predicate(name, (place,)), turning))
    refugee = decider.predicate("is_refugee", (place,))
    subsidiary = decider.predicate("qualifies_for_subsidiary_protection", (place,))
    gaps = dict.fromkeys((*refugee.gaps(), *(g for e in elements for g in e.proof.gaps())))
    return Assessment(
        place, day,
        decider.predicate("can_apply_for_asylum", (place,)),
        decider.predicate("examines_claim", (place,)),
        refugee, subsidiary, tuple(elements), _evidence(edition, situation, rulings), procedures,
        tuple(gaps), tuple(r for r in rulings if r.id not in used),
    )


def _evidence(
    edition: Edition, situation: Situation, rulings: tuple[Ruling, ...]
) -> tuple[Evidence, ...]:
    mattered: Counter[str] = Counter(k for r in rulings for k in r.evidence)
    held = {str(r.get("kind")) for r in situation.records("evidence")}
    held |= {
        "military-id" for p in situation.records("paper") if p.get("kind") == "military-id"
    }
    record = edition.vocabulary.records["evidence"]
    kinds = next(f.values for f in record.fields if f.name == "kind")
    found = [Evidence(k, mattered[k], k in held) for k in kinds if mattered[k] or k in held]
    return tuple(sorted(found, key=lambda e: (-e.mattered, not e.held, e.kind)))
