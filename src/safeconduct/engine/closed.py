"""What is not open from here, why, and which single paper would open it."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.knowledge import PaperGrant
from ..model.pathway import Closed, Pathway
from ..model.proof import Claim, Proof
from ..model.truth import Truth, all_of
from .replay import Replay
from .world import MODES, Operation, World

_MEMBERSHIP = "member_of"


def find_closed(
    world: World, replay: Replay, pathways: tuple[Pathway, ...], day: int
) -> tuple[Closed, ...]:
    """Journeys and procedures that are closed in the person's own state.

    A place that some pathway reaches is not told as closed, except where a land or sea crossing
    is recorded as closed. A procedure outside its days, or of a state that is no member of what
    its template is for, is not told.
    """
    reached = {s.end for p in pathways for s in p.steps} | {p.place for p in pathways}
    ways: dict[str, list[tuple[Operation, bool]]] = {}
    found: list[Closed] = []
    for operation in world.candidates(0):
        f = world.formula_of(operation, 0, day)
        if operation.procedure is not None:
            if not f.true:
                found.extend(_closed_procedure(world, replay, operation, day))
        else:
            ways.setdefault(operation.to, []).append((operation, bool(f.true)))
    for to in sorted(ways):
        for operation, is_open in ways[to]:
            if is_open:
                continue
            recorded = operation.mode != "air" and _crossing_shut(world, operation, day)
            if recorded or (to not in reached and not any(o for _, o in ways[to])):
                found.append(_closed_travel(world, replay, operation, day))
                if not recorded:
                    break
    return tuple(found)


def _crossing_shut(world: World, operation: Operation, day: int) -> bool:
    predicate = "land_crossing" if operation.mode == "land" else "sea_crossing"
    found = world.edition.look_up(predicate, (operation.place, operation.to), day)
    return found.value is False and found.complete is None


def _closed_travel(world: World, replay: Replay, operation: Operation, day: int) -> Closed:
    gates = replay.gates(operation, 0, day)
    shut = tuple(g.proof for g in gates if g.truth is Truth.FALSE)
    proof = Proof(Claim("travel", operation.name), all_of(g.truth for g in gates), shut)
    return Closed("", operation.to, operation.mode, proof, _papers_that_open(world, operation, day))


def _closed_procedure(
    world: World, replay: Replay, operation: Operation, day: int
) -> Iterator[Closed]:
    procedure = operation.procedure
    assert procedure is not None  # noqa: S101
    if not procedure.valid_from <= day < procedure.valid_before:
        return
    if world.goal_places and procedure.to not in world.goal_places | {operation.place}:
        return
    proof = replay.procedure(procedure, 0, day)
    if proof.truth is not Truth.FALSE or _only_membership(proof):
        return
    yield Closed(
        procedure.id, procedure.to, None, proof, _papers_that_open(world, operation, day)
    )


def _only_membership(proof: Proof) -> bool:
    """Whether what closes a procedure is that its template is not for this state."""
    return any(
        p.claim.kind == "predicate" and p.claim.name == _MEMBERSHIP and p.truth is Truth.FALSE
        for top in proof.because
        for p in (top, *top.because)
    )


def papers_worth_trying(world: World, to: str) -> tuple[PaperGrant, ...]:
    """Papers that a person might come to hold and that may open the way to a state."""
    nationalities = tuple(world.situation.get("nationalities") or ())
    found = [
        PaperGrant((("biometric", True), ("issuer", n), ("kind", "international-passport")), 3650)
        for n in nationalities
    ]
    for kind in ("laissez-passer", "residence-permit"):
        found.append(PaperGrant((("issuer", to), ("kind", kind)), 365))
    found.append(PaperGrant((("issuer", to), ("kind", "visa"), ("visa", "long-stay")), 365))
    here = world.place_names[world.states[0].place]
    found.append(PaperGrant((("issuer", here), ("kind", "refugee-travel-document")), 365))
    return tuple(found)


def _papers_that_open(
    world: World, operation: Operation, day: int
) -> tuple[tuple[str, ...], ...]:
    """Each single paper with which the closed operation would no longer be closed."""
    found: list[tuple[str, ...]] = []
    start = world.states[0]
    for grant in papers_worth_trying(world, operation.to if operation.mode else "XX"):
        fields = dict(grant.fields)
        if fields["issuer"] == "XX":
            procedure = operation.procedure
            if procedure is None:
                continue
            fields["issuer"] = procedure.to
            grant = PaperGrant(tuple(sorted(fields.items())), grant.valid_days)  # noqa: PLW2901
        state = world.state_id(start._replace(papers=start.papers | 1 << world.grant_bit(grant)))
        if world.formula_of(operation, state, day).true:
            name = str(fields["kind"]) if fields["kind"] != "visa" else f"visa:{fields['issuer']}"
            found.append((name,))
    return tuple(dict.fromkeys(found))


__all__ = ["MODES", "find_closed", "papers_worth_trying"]
