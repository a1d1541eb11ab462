"""Finds every pathway to a goal that no other pathway beats, and says what is closed and why.

One pathway beats another that ends in the same place and standing when it is no worse on doubt,
danger, days and fees, and needs no assumption that the other does not need. The search finds
pathways with what they cost and assume; their steps are proved when they are looked at, or all
at once by `prove`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256

from ..errors import UnknownName
from ..kb.edition import Edition
from ..model.lazy import Lazy
from ..model.pathway import EVIDENCE, Answer, Criteria, DangerHere, Pathway
from ..model.proof import Gap, GapKind
from ..model.situation import Situation
from ..model.truth import Truth
from .atlas import covered_places
from .atoms import Atoms
from .closed import find_closed
from .formula import Formulas
from .labels import Label, Rounds, trail
from .questions import first_questions, rank_questions
from .replay import Disagreement, Replay
from .states import DYNAMIC
from .world import World

#: Days of lawful stay that the goal `stay` asks for, unless told otherwise.
STAY_DAYS = 365
DEFAULT_STEPS = 5
#: From this `end_return` on, being given up where a way ends is documented.
_DOCUMENTED = 2 * EVIDENCE.index("documented") - 1


def search(
    edition: Edition,
    situation: Situation,
    *,
    goal: str,
    on: date,
    max_steps: int = DEFAULT_STEPS,
    to: Iterable[str] = (),
) -> tuple[Pathway, ...]:
    """Find every pathway to a goal that no other pathway beats.

    Pathways with unknown steps are kept and say what is missing.

    Args:
        goal: `protection`, `stay`, or `reach:XX`.
        on: The day the person would start (valid time).
        max_steps: The longest pathway to consider.
        to: Only ends in these places; all when empty.

    Returns:
        Pathways in the order in which they matter; empty when this edition has none.

    Raises:
        UnknownName: There is no such goal.
    """
    return answer(
        edition, situation, goal=goal, on=on, max_steps=max_steps, to=to, closed=False
    ).pathways


def answer(
    edition: Edition,
    situation: Situation,
    *,
    goal: str,
    on: date,
    max_steps: int = DEFAULT_STEPS,
    to: Iterable[str] = (),
    closed: bool = True,
) -> Answer:
    """All that can be said of a situation on a day: pathways, dangers, what is closed, questions.

    The steps of a pathway, and the proof and remedy of what is closed, are worked out when they
    are looked at. A step on which the two readings of the rules differ is not shown: looking at
    it raises `Disagreement`. `prove` leaves such pathways out. Where so little is known that
    nearly every way assumes something else, the search is narrowed (see `labels.Rounds`), and the
    limit `narrowed` says so.

    Raises:
        UnknownName: There is no such goal.
    """
    goal = check_goal(goal)
    day = on.toordinal()
    places = frozenset(to)
    known = covered_places(edition)
    asked = places | ({goal[6:]} if goal.startswith("reach:") else frozenset())
    not_covered = tuple(sorted(p for p in asked if p not in known))
    if situation.get("present_in") is None:
        questions = first_questions(edition, situation)
        return Answer(day, edition.as_of, goal, None, (), (), (), questions, not_covered, ())
    here = str(situation.get("present_in"))
    if here[:2] not in known:
        not_covered = tuple(sorted({*not_covered, here[:2]}))
    with _collection_paused():
        world = make_world(edition, situation, goal=goal, day=day, to=places)
        replay = Replay(world)
        rounds = Rounds(world)
        goals = rounds.run(world.start(), max_steps)
        ways = _ways(world, goals)
        pathways = tuple(_pathway(world, replay, end, labels) for end, labels in ways)
        near = _done_from_here(world, ways)
        order = sorted(
            range(len(pathways)), key=lambda n: _order(pathways[n], _bend(world, ways[n][1], near))
        )
        pathways = tuple(pathways[n] for n in order)
        dangers = replay.dangers_at("presence", here[:2], None, 0, day)
        reached = {p for _, labels in ways for p in _places(world, labels[0])}
        shut = find_closed(world, replay, reached, day) if closed else ()
        gaps = ((pathways[k].id, _gaps(world, ways[n][1])) for k, n in enumerate(order))
        questions = rank_questions(edition, gaps, dangers)
    return Answer(
        day, edition.as_of, goal, here, dangers, pathways, shut, questions, not_covered,
        Lazy(lambda: _stale(edition, pathways, dangers)),
        ("narrowed",) if rounds.is_narrowed else (),
    )


def prove(found: Answer, first: int | None = None) -> Answer:
    """The same answer with its first pathways (all, when not said how many) proved step by step.

    Pathways with a step on which the two readings of the rules differ are left out, and the
    answer's limits say which step that is.
    """
    kept: list[Pathway] = []
    differ: dict[str, None] = {}
    with _collection_paused():
        for pathway in found.pathways:
            if first is None or len(kept) < first:
                try:
                    len(pathway.steps)
                except Disagreement as disagreement:
                    differ.setdefault(str(disagreement))
                    continue
            kept.append(pathway)
    if not differ:
        return found
    limits = (*found.limits, *(f"disagreement:{name}" for name in differ))
    return replace(found, pathways=tuple(kept), limits=limits)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """No collection of cycles meanwhile: much is made here, and none of it in cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_goal(goal: str) -> str:
    """The goal in its canonical form.

    Raises:
        UnknownName: There is no such goal.
    """
    if goal in ("protection", "stay"):
        return goal
    head, colon, place = goal.partition(":")
    if head == "reach" and colon and len(place) == 2 and place.isalpha():
        return f"reach:{place.upper()}"
    raise UnknownName("unknown goal\n  Use protection, stay, or reach:XX with a place such as FR.")


def make_world(
    edition: Edition, situation: Situation, *, goal: str, day: int, to: frozenset[str] = frozenset()
) -> World:
    """The person's world as a search problem."""
    formulas = Formulas(edition, Atoms(), DYNAMIC)
    return World(edition, situation, day, goal, to, STAY_DAYS, formulas)


def build_pathways(
    world: World, replay: Replay, goals: dict[int, list[Label]]
) -> tuple[tuple[Pathway, ...], tuple[str, ...]]:
    """The pathways of the goals' labels, proved, in order, and the steps on which readings differ."""
    ways = _ways(world, goals)
    near = _done_from_here(world, ways)
    made = [
        (_pathway(world, replay, end, labels), _bend(world, labels, near))
        for end, labels in ways
    ]
    found: list[Pathway] = []
    differ: dict[str, None] = {}
    for pathway, _ in sorted(made, key=lambda item: _order(*item)):
        try:
            len(pathway.steps)
        except Disagreement as disagreement:
            differ.setdefault(str(disagreement))
        else:
            found.append(pathway)
    return tuple(found), tuple(differ)


def _ways(
    world: World, goals: dict[int, list[Label]]
) -> list[tuple[int, list[Label]]]:
    """The labels of each end, those with the same steps together."""
    grouped: dict[tuple[int, tuple[int, ...]], list[Label]] = {}
    for end, labels in goals.items():
        for label in labels:
            steps = tuple(x.operation for x in trail(label)[1:])
            grouped.setdefault((end, steps), []).append(label)
    return [(end, labels) for (end, _), labels in grouped.items()]


def _order(p: Pathway, bend: int) -> tuple[object, ...]:
    """What comes first: where no one is given up, the straight way, and then the lesser danger.

    A place of which little is known has few dangers on record, so that a way through it would
    often come first on danger alone; a claim already made is therefore told before what else
    could be tried, unless its state is documented to give up this very person's kind.
    """
    c = p.criteria
    weight = p.end_return if p.end_return >= _DOCUMENTED + (bend == 0) else 0
    return (
        weight, bend, c.danger, c.doubt, p.end_danger, c.days[1],
        c.fees_eur[1], c.days[0], p.place, p.standing, p.id,
    )


def _done_from_here(world: World, ways: list[tuple[int, list[Label]]]) -> frozenset[str]:
    """The procedures with which some way begins before any journey or wait."""
    found: set[str] = set()
    for _, labels in ways:
        for x in trail(labels[0])[1:]:
            procedure = world.operations[x.operation].procedure
            if procedure is None:
                break
            found.add(procedure.id)
    return frozenset(found)


def _bend(world: World, labels: list[Label], near: frozenset[str]) -> int:
    """How straight a way is: 0 where a claim already made is decided, 1, or 2 for a detour.

    A detour begins with a wait, or goes elsewhere for what can be asked for from here.
    """
    operations = [world.operations[x.operation] for x in trail(labels[0])[1:]]
    if operations and operations[0].kind in ("decision", "wait"):
        return 0 if operations[0].kind == "decision" else 2
    moved = False
    for operation in operations:
        moved = moved or operation.kind == "travel"
        procedure = operation.procedure if operation.kind == "obtain" else None
        if moved and procedure is not None and procedure.id in near:
            return 2
    return 1


def _pathway(world: World, replay: Replay, end: int, labels: list[Label]) -> Pathway:
    label = labels[0]
    place, standing = world.end_of(end)
    way = trail(label)
    truths = {replay.truth(a, b) for a, b in zip(way, way[1:], strict=False)}
    operations = [world.operations[x.operation] for x in way[1:]]
    names = [o.name for o in operations]
    told = f"{world.goal_name} {place} {standing} {' '.join(names)}"
    arrives = world.on + label.days_low
    mask = 0
    for x in labels:
        mask |= x.mask
    return Pathway(
        id=sha256(told.encode()).hexdigest()[:10],
        place=place,
        standing=standing,
        truth=Truth.UNKNOWN if truths != {Truth.TRUE} else Truth.TRUE,
        criteria=Criteria(
            label.doubt, label.danger, (label.days_low, label.days_high),
            (label.fee_low, label.fee_high),
        ),
        steps=Lazy(lambda: replay.steps(label)),
        assumes=assumptions(world.formulas.atoms, mask),
        masks=tuple(x.mask for x in labels),
        discretionary=any(
            o.procedure is not None and o.procedure.discretionary for o in operations
        ),
        end_danger=world.hazards.level("presence", place, label.state, arrives),
        end_return=world.hazards.of_return(place, label.state, arrives),
    )


def _places(world: World, label: Label) -> Iterator[str]:
    for x in trail(label)[1:]:
        yield world.operations[x.operation].to


def _gaps(world: World, labels: list[Label]) -> tuple[Gap, ...]:
    """What a pathway, or a danger on it, turns on that is open."""
    mask = 0
    for label in labels:
        mask |= label.mask
    way = trail(labels[0])
    for before, after in zip(way, way[1:], strict=False):
        mask |= world.questions_of(before, after.operation)
    return tuple(a.gap for a in world.formulas.atoms.behind(mask))


def _stale(
    edition: Edition, pathways: tuple[Pathway, ...], dangers: tuple[DangerHere, ...]
) -> tuple[str, ...]:
    """Ids of what the answer leans on that is past its review day."""
    if not edition.overdue:
        return ()
    with _collection_paused():
        seen: set[int] = set()
        found: dict[str, None] = {}
        steps = [s for p in pathways for s in p.steps]
        waiting = [p for s in steps for p in (s.proof, *(g.proof for g in s.gates))][::-1]
        while waiting:
            proof = waiting.pop()
            if id(proof) not in seen:
                seen.add(id(proof))
                found.update(dict.fromkeys(proof.stale))
                waiting.extend(reversed(proof.because))
        for here in (*dangers, *(d for s in steps for d in s.dangers)):
            if here.danger.review_due <= edition.as_of:
                found.setdefault(here.danger.id)
    return tuple(sorted(found))


def assumptions(atoms: Atoms, mask: int) -> tuple[str, ...]:
    """The names of the open things that a mask assumes something about."""
    found: dict[str, None] = {}
    for atom in atoms.behind(mask):
        kind = "" if atom.gap.kind is GapKind.NOT_GIVEN else f"{atom.gap.kind.value}:"
        found.setdefault(f"{kind}{atom.gap.name}")
    return tuple(found)


__all__ = [
    "DEFAULT_STEPS", "STAY_DAYS", "answer", "assumptions", "build_pathways", "check_goal",
    "make_world", "prove", "search",
]
