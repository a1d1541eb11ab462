"""Answers again when one more thing about the person is known, without asking every rule again.

Two ways, for two kinds of problem:

- `filter_goals` needs no search. Where what a step costs never turns on the question, the new
  answer is a part of the old one: a pathway was left out only for one that assumes no more, and
  whatever rules that one out rules out both.
- `resolve` is for a person's world, where doubt and danger do turn on what is not known: a pathway
  that was beaten for its doubt may win once the doubt is gone. The rounds are run again, but over
  what was settled before: a gate or danger is asked again only if its formula mentions the
  question, since a formula that does not mention it has the same truth whatever the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date

from ..kb.edition import Edition
from ..model.condition import Attribute, RecordField
from ..model.knowledge import Danger
from ..model.situation import RECORD_KINDS, Situation
from .atoms import Atom, Atoms
from .formula import Formula, Formulas
from .labels import Label, beats_at_goal, run
from .search import DEFAULT_STEPS, STAY_DAYS, check_goal
from .world import DYNAMIC, Operation, World

#: What a world reads from the situation by itself; when one of these changes, all is searched anew.
_READ_BY_WORLD = frozenset({
    "nationalities", "nationality", "present_in", "entered_union_in", "entered_from", "paper",
    "standing", "claim",
})


def filter_goals(
    goals: dict[int, list[Label]], answers: Iterable[tuple[int, int]]
) -> dict[int, list[Label]]:
    """The labels of a finished search that are left once questions are answered.

    Exact for a problem whose moves cost the same whatever the answers.

    Args:
        goals: What `labels.run` gave.
        answers: For each question, all its bits and the bit of the value that it turned out to have.
    """
    settled = tuple(answers)
    ruled_out = sum(bit for _, bit in settled)
    known = sum(bits for bits, _ in settled)
    found: dict[int, list[Label]] = {}
    for end, labels in goals.items():
        left = [x._replace(mask=x.mask & ~known) for x in labels if not x.mask & ruled_out]
        front: list[Label] = []
        for label in left:
            if not any(beats_at_goal(other, label) for other in front):
                front = [x for x in front if not beats_at_goal(label, x)]
                front.append(label)
        if front:
            found[end] = front
    return found


@dataclass(slots=True)
class _NotingWorld(World):
    """A world that notes what its answers turned on: for each settled operation, and each danger."""

    seen: dict[tuple[int, int], int] = field(default_factory=dict)
    seen_of_dangers: dict[tuple[str, str], int] = field(default_factory=dict)
    noted: int = 0
    memo_masks: list[tuple[tuple[object, ...], int]] = field(default_factory=list)

    def over(self, ask: Callable[[int], Formula], low: int, high: int) -> Formula:
        """Note what the formula mentions."""
        f = World.over(self, ask, low, high)
        self.noted |= _mentioned(f)
        return f

    def concern(self, danger: Danger, place: str, state: int, day: int) -> Formula:
        """Note what the formula mentions, for all dangers of that place and moment together."""
        f = World.concern(self, danger, place, state, day)
        key = (place, danger.moment)
        self.seen_of_dangers[key] = self.seen_of_dangers.get(key, 0) | _mentioned(f)
        return f

    def _settle(
        self, state: int, number: int, low: int, high: int
    ) -> tuple[int, int, tuple[int, int, tuple[int, ...]] | None]:
        self.noted = 0
        found = World._settle(self, state, number, low, high)
        key = (state, number)
        self.seen[key] = self.seen.get(key, 0) | self.noted
        return found


@dataclass(frozen=True, slots=True, repr=False)
class Search:
    """A finished search that can be resolved: its world, its goals' labels, and its length."""

    world: World
    goals: dict[int, list[Label]]
    max_steps: int


def begin(
    edition: Edition,
    situation: Situation,
    *,
    goal: str,
    on: date,
    max_steps: int = DEFAULT_STEPS,
    to: Iterable[str] = (),
) -> Search:
    """Search, and note what the answer turned on.

    Args:
        goal: `protection`, `stay`, or `reach:XX`.
        on: The day the person would start (valid time).
        max_steps: The longest pathway to consider.
        to: Only ends in these places; all when empty.

    Raises:
        UnknownName: There is no such goal.
    """
    formulas = Formulas(edition, Atoms(), DYNAMIC)
    world = _NotingWorld(
        edition, situation, on.toordinal(), check_goal(goal), frozenset(to), STAY_DAYS, formulas
    )
    return Search(world, run(world, world.start(), max_steps=max_steps), max_steps)


def resolve(search: Search, situation: Situation) -> Search:
    """The search as it would be had the situation been given from the start.

    Args:
        search: What `begin` or an earlier `resolve` gave.
        situation: The same person, with more answered.
    """
    old = search.world
    changed = _changed(old.situation, situation)
    if changed is None or not isinstance(old, _NotingWorld):
        return begin(
            old.edition, situation, goal=old.goal_name, on=date.fromordinal(old.on),
            max_steps=search.max_steps, to=old.goal_places,
        )
    world = _world_after(old, situation, changed)
    return Search(world, run(world, world.start(), max_steps=search.max_steps), search.max_steps)


def _changed(before: Situation, after: Situation) -> frozenset[str] | None:
    """The names that are answered now and were not; `None` where all must be asked again."""
    names = {*before.values, *after.values}
    changed = {n for n in names if before.values.get(n) != after.values.get(n)}
    if changed & _READ_BY_WORLD:
        return None
    for name in changed:
        given = before.values.get(name)
        if name in RECORD_KINDS:
            kept = after.values.get(name, ())[: len(given or ())]
            if kept != (given or ()) or before.is_complete(name):
                return None
        elif given is not None:
            return None
    if before.complete - after.complete:
        return None
    changed |= after.complete - before.complete
    changed |= {n.partition(".")[0] for n in before.unsure ^ after.unsure}
    return frozenset(changed)


def _world_after(old: _NotingWorld, situation: Situation, changed: frozenset[str]) -> _NotingWorld:
    """The old world for the new situation, with all forgotten that turned on what has changed."""
    turning = _bits_about(old.formulas.atoms, changed)
    formulas = Formulas(old.edition, old.formulas.atoms, old.formulas.dynamic)
    formulas._pick, formulas._needs = old.formulas._pick, old.formulas._needs
    formulas._condition_needs = old.formulas._condition_needs
    if not old.memo_masks:
        old.memo_masks = [
            (key, _union(_mentioned(f) for f in known))
            for key, known in old.formulas._memo.items()
        ]
    forgotten = {key for key, mask in old.memo_masks if mask & turning}
    formulas._memo = {k: known[:] for k, known in old.formulas._memo.items() if k not in forgotten}
    world = copy(old)
    world.situation, world.formulas, world.noted = situation, formulas, 0
    world.memo_masks = []
    world._situations, world._waits = {}, {}
    unsure = {key for key, mask in old.seen_of_dangers.items() if mask & turning}
    world.seen_of_dangers = {k: m for k, m in old.seen_of_dangers.items() if k not in unsure}
    world._danger_memo = {
        k: list(levels) for k, levels in old._danger_memo.items() if (k[1], k[0]) not in unsure
    }
    meets = [bool(unsure) and not unsure.isdisjoint(_moments(o)) for o in old.operations]
    again = {pair for pair, mask in old.seen.items() if mask & turning}
    for pair, windows in old._settled.items():
        closed = any(result is None for *_, result in windows)
        if (pair[0] in old._waits) if closed else meets[pair[1]]:
            again.add(pair)
    world._settled = {p: windows[:] for p, windows in old._settled.items() if p not in again}
    world.seen = {p: mask for p, mask in old.seen.items() if p not in again}
    return world


def _moments(operation: Operation) -> set[tuple[str, str]]:
    """The places and moments at which an operation meets dangers."""
    place = operation.place
    if operation.procedure is not None:
        return {(place, "presence"), (operation.procedure.before or place, "authority")}
    return {
        (place, "leave"), (operation.to, "enter"),
        *((v, "board") for v in (place, *operation.via)),
    }


def _mentioned(f: Formula) -> int:
    """Every bit that a formula mentions."""
    return _union(f.true) | _union(f.false)


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _bits_about(atoms: Atoms, changed: frozenset[str]) -> int:
    """The bits of every open question that what has changed may settle."""
    found = 0
    for atom in atoms.atoms:
        if atom.source is not None:
            about = any(mask & found for side in atom.source for mask in side)
        else:
            about = _is_about(atom, changed)
        if about:
            found |= atom.full
    return found


def _is_about(atom: Atom, changed: frozenset[str]) -> bool:
    match atom.key:
        case ("attribute", str(name), *_):
            return name in changed
        case ("age", *_):
            return "birth_year" in changed
        case ("argument", _, Attribute(name), *_):
            return name in changed
        case ("argument", _, RecordField(record, _), *_):
            return record in changed
        case ("other", str(name), *_):
            return name.partition(".")[0] in changed
        case ("field", str(kind), *_):
            return kind in changed
    return atom.gap.name.partition(".")[0] in changed


__all__ = ["Search", "begin", "filter_goals", "resolve"]
