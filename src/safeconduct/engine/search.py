"""Finds every pathway to a goal that no other pathway beats, and says what is closed and why.

One pathway beats another that ends in the same place and standing when it is no worse on doubt,
danger, days and fees, and needs no assumption that the other does not need.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from ..errors import UnknownName
from ..kb.edition import Edition
from ..model.pathway import Answer, Closed, Criteria, Pathway, Question
from ..model.proof import GapKind
from ..model.situation import Situation
from ..model.truth import Truth
from .atoms import Atom, Atoms
from .closed import find_closed
from .formula import Formulas
from .labels import NOT_KNOWN, Label, run, trail
from .questions import first_questions, rank_questions
from .replay import Disagreement, Replay
from .world import DYNAMIC, World, covered_places

#: Days of lawful stay that the goal `stay` asks for, unless told otherwise.
STAY_DAYS = 365
DEFAULT_STEPS = 5


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
        edition, situation, goal=goal, on=on, max_steps=max_steps, to=to
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
    world = make_world(edition, situation, goal=goal, day=day, to=places)
    replay = Replay(world)
    goals = run(world, world.start(), max_steps=max_steps)
    pathways, left_out = build_pathways(world, replay, goals)
    dangers = replay.dangers_at("presence", here[:2], None, 0, day)
    shut = find_closed(world, replay, pathways, day) if closed else ()
    questions = rank_questions(edition, situation, pathways, dangers, shut)
    stale = dict.fromkeys(
        s
        for p in pathways
        for step in p.steps
        for proof in (step.proof, *(g.proof for g in step.gates))
        for s in proof.all_stale()
    )
    stale |= dict.fromkeys(
        h.danger.id
        for h in (*dangers, *(d for p in pathways for s in p.steps for d in s.dangers))
        if h.danger.review_due <= edition.as_of
    )
    limits = tuple(f"disagreement:{name}" for name in left_out)
    return Answer(
        day, edition.as_of, goal, here, dangers, pathways, shut, questions, not_covered,
        tuple(sorted(stale)), limits,
    )


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
    """The pathways of the goals' labels, in order, and the names of steps on which readings differ."""
    grouped: dict[tuple[int, tuple[int, ...]], list[Label]] = {}
    for end, labels in goals.items():
        for label in labels:
            steps = tuple(x.operation for x in trail(label)[1:])
            grouped.setdefault((end, steps), []).append(label)
    found: list[Pathway] = []
    left_out: dict[str, None] = {}
    for (end, _), labels in grouped.items():
        try:
            found.append(_pathway(world, replay, end, labels))
        except Disagreement as disagreement:
            left_out.setdefault(str(disagreement))
    found.sort(key=_order)
    return tuple(found), tuple(left_out)


def _order(p: Pathway) -> tuple[object, ...]:
    c = p.criteria
    return (c.danger, c.doubt, c.days[1], c.fees_eur[1], c.days[0], p.place, p.standing, p.id)


def _pathway(world: World, replay: Replay, end: int, labels: list[Label]) -> Pathway:
    label = labels[0]
    place, standing = world.end_of(end)
    way = trail(label)
    steps = tuple(replay.step(a, b) for a, b in zip(way, way[1:], strict=False))
    unknown = any(s.truth is Truth.UNKNOWN for s in steps)
    names = [world.operations[x.operation].name for x in way[1:]]
    told = f"{world.goal_name} {place} {standing} {' '.join(names)}"
    assumes = dict.fromkeys(n for x in labels for n in assumptions(world.formulas.atoms, x.mask))
    criteria = Criteria(
        label.doubt, label.danger, (label.days_low, label.days_high),
        (label.fee_low, label.fee_high),
    )
    return Pathway(
        id=sha256(told.encode()).hexdigest()[:10],
        place=place,
        standing=standing,
        truth=Truth.UNKNOWN if unknown else Truth.TRUE,
        criteria=criteria,
        steps=steps,
        assumes=tuple(assumes),
        masks=tuple(x.mask for x in labels),
    )


def assumptions(atoms: Atoms, mask: int) -> tuple[str, ...]:
    """The names of the open things that a mask assumes something about."""
    found: dict[str, None] = {}
    for atom, _ in atoms.in_mask(mask):
        _name(atoms, atom, found)
    return tuple(found)


def _name(atoms: Atoms, atom: Atom, found: dict[str, None]) -> None:
    if atom.source is None:
        kind = "" if atom.gap.kind is GapKind.NOT_GIVEN else f"{atom.gap.kind.value}:"
        found.setdefault(f"{kind}{atom.gap.name}")
        return
    for masks in atom.source:
        for mask in masks:
            for inner, _ in atoms.in_mask(mask):
                _name(atoms, inner, found)


def days_text(days: int) -> int | None:
    """Days as they are told: `None` where they are not known."""
    return None if days >= NOT_KNOWN else days


__all__ = ["Answer", "Closed", "Question", "answer", "check_goal", "make_world", "search"]
