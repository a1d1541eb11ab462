"""What is not open from here, why, and which single paper would open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.condition import AllOf, AnyOf, Condition, Holds, Not
from ..model.knowledge import PaperGrant, Procedure
from ..model.lazy import Lazy
from ..model.pathway import Closed
from ..model.proof import Claim, Proof
from ..model.truth import Truth, all_of
from .atlas import CROSSING, Operation
from .replay import Replay
from .world import World

_MEMBERSHIP = "member_of"


def find_closed(
    world: World, replay: Replay, reached: Iterable[str], day: int
) -> tuple[Closed, ...]:
    """Journeys and procedures that are closed in the person's own state.

    A place that some pathway reaches is not told as closed, except where a land or sea crossing
    is recorded as closed. A procedure outside its days, or of a state that is no member of what
    its template is for, is not told.

    Args:
        reached: The places that pathways come through.
    """
    known = frozenset(reached)
    ways: dict[str, list[tuple[Operation, bool]]] = {}
    found: list[Closed] = []
    for operation in world.candidates(0):
        if operation.procedure is not None:
            if _is_told(world, operation, operation.procedure, day):
                found.append(_closed_procedure(world, replay, operation, day))
        else:
            is_open = bool(world.openings.formula_of(operation, 0, day).true)
            ways.setdefault(operation.to, []).append((operation, is_open))
    for to in sorted(ways):
        for operation, is_open in ways[to]:
            if is_open:
                continue
            recorded = operation.mode != "air" and _crossing_shut(world, operation, day)
            if recorded or (to not in known and not any(o for _, o in ways[to])):
                found.append(_closed_travel(world, replay, operation, day))
                if not recorded:
                    break
    return tuple(found)


def _crossing_shut(world: World, operation: Operation, day: int) -> bool:
    predicate = CROSSING[str(operation.mode)]
    found = world.edition.look_up(predicate, (operation.place, operation.to), day)
    return found.value is False and found.complete is None


def _closed_travel(world: World, replay: Replay, operation: Operation, day: int) -> Closed:
    def prove() -> tuple[Proof]:
        shut = tuple(g.proof for g in replay.shut_gates(operation, 0, day))
        return (Proof(Claim("travel", operation.name), all_of(p.truth for p in shut), shut),)

    return Closed(
        "", operation.to, operation.mode, Lazy(prove),
        Lazy(lambda: _papers_that_open(world, operation, day)),
    )


def _is_told(world: World, operation: Operation, procedure: Procedure, day: int) -> bool:
    if not procedure.valid_from <= day < procedure.valid_before:
        return False
    if world.goal_places and procedure.to not in world.goal_places | {operation.place}:
        return False
    if world.openings.formula_of(operation, 0, day).plain is not Truth.FALSE:
        return False
    return not _is_no_member(world, procedure.when, day)


def _closed_procedure(world: World, replay: Replay, operation: Operation, day: int) -> Closed:
    procedure = operation.procedure
    assert procedure is not None  # noqa: S101
    return Closed(
        procedure.id, procedure.to, None, Lazy(lambda: (replay.procedure(procedure, 0, day),)),
        Lazy(lambda: _papers_that_open(world, operation, day)),
    )


def _is_no_member(world: World, when: Condition, day: int) -> bool:
    """Whether what closes a procedure is that its template is not for this state."""
    parts: tuple[Condition, ...] = (when,)
    match when:
        case AllOf(inner) | AnyOf(inner):
            parts = (when, *inner)
        case Not(part):
            parts = (when, part)
        case _:
            pass
    return any(
        isinstance(p, Holds) and p.predicate == _MEMBERSHIP
        and world.openings.requirement(p, 0, day).plain is Truth.FALSE
        for p in parts
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
    here = world.space.place_of(0)
    found.append(PaperGrant((("issuer", here), ("kind", "refugee-travel-document")), 365))
    return tuple(found)


def _papers_that_open(world: World, operation: Operation, day: int) -> tuple[tuple[str, ...], ...]:
    """Each single paper with which the closed operation would no longer be closed."""
    return tuple(dict.fromkeys(_opening(world, operation, day)))


def _opening(world: World, operation: Operation, day: int) -> Iterator[tuple[str, ...]]:
    procedure = operation.procedure
    to = operation.to if procedure is None else procedure.to
    start = world.states[0]
    if not world.openings.may_open_with_papers(operation, 0, day):
        return
    for grant in papers_worth_trying(world, to):
        papers = start.papers | 1 << world.space.grant_bit(grant)
        state = world.space.number(start._replace(papers=papers))
        if world.openings.formula_of(operation, state, day).true:
            fields = dict(grant.fields)
            kind = str(fields["kind"])
            yield (kind if kind != "visa" else f"visa:{fields['issuer']}",)


__all__ = ["find_closed", "papers_worth_trying"]
