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

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..kb.edition import Edition
from ..model.condition import Attribute, RecordField
from ..model.situation import RECORD_KINDS, Situation
from .algebra import Formula
from .arrivals import Arrival, Arrivals, Entering
from .atlas import Operation
from .atoms import Atom, Atoms
from .formula import Formulas
from .gates import Way
from .hazards import Hazards
from .labels import Ahead, Label, beats_at_goal, run
from .openings import Openings
from .present import PresentStay
from .program import Matter
from .search import DEFAULT_STEPS, STAY_DAYS, check_goal
from .states import DYNAMIC, State, States, Window
from .stays import Stays
from .world import Offers, Settled, World

#: What a world reads from the situation by itself; when one of these changes, all is searched anew.
_READ_BY_WORLD = frozenset({
    "nationalities", "nationality", "present_in", "entered_union_in", "entered_from", "paper",
    "standing", "claim",
})


#: The mask with every bit.
_ALL = -1


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


class _KeptMemo(dict[tuple[int, object], list[Formula]]):
    """What was remembered before, taken over when it is asked for and mentions no bit of `turning`."""

    def __init__(self, before: dict[tuple[int, object], list[Formula]], turning: int) -> None:
        """Begin with nothing taken over."""
        super().__init__()
        self._before, self._turning = before, turning

    def get(self, key: tuple[int, object], default: Any = None) -> Any:
        """The formulas under a key, for each span of days."""
        found = super().get(key)
        if found is not None:
            return found
        known = self._before.get(key)
        if known is None:
            return default
        kept = [f for f in known if not _mentioned(f) & self._turning]
        self[key] = kept
        return kept

    def setdefault(self, key: tuple[int, object], default: Any = None) -> Any:
        """The same, or what is given, which is then kept."""
        found = self.get(key)
        if found is None:
            found = self[key] = default
        return found


class _NotingFormulas(Formulas):
    """Formulas that note what they mention: `seen` gathers it until it is set back."""

    seen = 0

    def in_state(self, matter: Matter, states: States, number: int, day: int) -> Formula:
        """Note what the formula mentions."""
        f = super().in_state(matter, states, number, day)
        self.seen |= _mentioned(f)
        return f


class _NotingHazards(Hazards):
    """Dangers that note what decides whether they concern the person."""

    def _look(
        self, moment: str, place: str, state: int, day: int, operation: Operation | None
    ) -> tuple[int, int]:
        level, mask = super()._look(moment, place, state, day, operation)
        self.formulas.seen |= mask  # type: ignore[attr-defined]
        return level, mask


class _NotingWorld(World):
    """A world that notes on which questions each thing turned that it has worked out."""

    formulas: _NotingFormulas
    arrivals: _NotingArrivals

    def __post_init__(self) -> None:
        """Begin with nothing noted."""
        super().__post_init__()
        self.hazards = _NotingHazards(self.gates, self.formulas, self.space, self.window)
        self.arrivals = _NotingArrivals(
            self.formulas, self.gates, self.space, self.window, self.effects, self.hazards,
            self.stays, self.on, self.goal_name,
        )
        self.seen_settling: dict[tuple[int, int], int] = {}
        self.seen_offering: dict[int, int] = {}
        self.came_from: tuple[States, ...] = ()

    def _settle(self, state: int, number: int, low: int, high: int) -> Settled:
        key = (state, number)
        before = len(self._waits.get(state, ()))
        self.formulas.seen = self.seen_settling.get(key, 0)
        found = super()._settle(state, number, low, high)
        waits = len(self._waits.get(state, ())) > before
        self.seen_settling[key] = _ALL if waits else self.formulas.seen
        return found

    def _all_offers(self, state: int, low: int, high: int, remaining: int) -> Offers:
        self.formulas.seen = 0
        found = super()._all_offers(state, low, high, remaining)
        self.seen_offering[state] = self.formulas.seen
        return found


class _NotingArrivals(Arrivals):
    """Arrivals that note on which questions each turned."""

    def __init__(self, *parts: Any) -> None:
        """Begin with nothing noted."""
        super().__init__(*parts)
        self.seen: dict[int, int] = {}

    def of(
        self, way: Way, s: State, state: int, day: int, bare: bool, inside: bool
    ) -> Arrival:
        """Note what entering, staying and dangers of the place turned on."""
        formulas = self.formulas
        assert isinstance(formulas, _NotingFormulas)  # noqa: S101
        outer, formulas.seen = formulas.seen, 0
        found = super().of(way, s, state, day, bare, inside)
        mask = self.seen.setdefault(id(found), formulas.seen)
        formulas.seen = outer | mask
        return found

    def entering(
        self, way: Way, s: State, state: int, day: int, looks: object
    ) -> Entering:
        """Note what entering, staying and dangers of the place turned on."""
        formulas = self.formulas
        assert isinstance(formulas, _NotingFormulas)  # noqa: S101
        outer, formulas.seen = formulas.seen, 0
        found = super().entering(way, s, state, day, looks)
        mask = self.seen.setdefault(id(found), formulas.seen)
        formulas.seen = outer | mask
        return found

    def ahead(
        self, s: State, state: int, day: int, remaining: int, inside: bool
    ) -> Ahead | None:
        """Note what the journey ahead turned on."""
        formulas = self.formulas
        assert isinstance(formulas, _NotingFormulas)  # noqa: S101
        outer, formulas.seen = formulas.seen, 0
        found = super().ahead(s, state, day, remaining, inside)
        mask = formulas.seen
        if found is not None:
            mask |= self.seen.setdefault(id(found), mask)
        formulas.seen = outer | mask
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
    formulas = _NotingFormulas(edition, Atoms(), DYNAMIC)
    world = _NotingWorld(
        edition, situation, on.toordinal(), check_goal(goal), frozenset(to), STAY_DAYS, formulas
    )
    with collection_paused():
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
    with collection_paused():
        world = _world_after(old, situation, changed)
        goals = run(world, world.start(), max_steps=search.max_steps)
    return Search(world, goals, search.max_steps)


@contextmanager
def collection_paused() -> Iterator[None]:
    """No collection of cycles meanwhile: much is made here, and none of it in cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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
    formulas = copy(old.formulas)
    formulas.memo = _KeptMemo(old.formulas.memo, turning)
    space = copy(old.space)
    space.situation, space._situations = situation, {}
    window = Window(old.edition)
    hazards = _NotingHazards(old.gates, formulas, space, window)
    hazards._levels = {
        key: kept for key, known in old.hazards._levels.items()
        if (kept := [x for x in known if not x[3] & turning])
    }
    stays = Stays(formulas, space, window, {k: v[:] for k, v in old.stays._known.items()})
    world = copy(old)
    world.situation, world.formulas, world.space, world.window = situation, formulas, space, window
    world.hazards, world.stays = hazards, stays
    world.effects = copy(old.effects)
    world.effects.formulas, world.effects.space, world.effects.window = formulas, space, window
    world.arrivals = _NotingArrivals(
        formulas, old.gates, space, window, world.effects, hazards, stays, old.on, old.goal_name,
    )
    world.present = PresentStay(formulas.atoms, space, world.effects, old.on)
    world.openings = Openings(
        formulas, old.gates, space, stays, world.present, old.on, old.goal_name
    )
    # Formulas are remembered by which record is tested: the records must stay.
    world.came_from = (*old.came_from, old.space)
    _forget(world, old, turning)
    return world


def _forget(world: _NotingWorld, old: _NotingWorld, turning: int) -> None:
    """Keep of what the old world worked out what does not turn on the question."""
    seen, now, before = old.arrivals.seen, world.arrivals, old.arrivals
    world._waits = {}
    now._ways_to, now._worth = before._ways_to, before._worth
    for key, arrivals in before._known.items():
        kept = [x for x in arrivals if not seen[id(x)] & turning]
        if kept:
            now._known[key] = kept
            now.seen.update((id(x), seen[id(x)]) for x in kept)
    for key, spans in before._aheads.items():
        kept_spans = [x for x in spans if x[2] is None or not seen[id(x[2])] & turning]
        if kept_spans:
            now._aheads[key] = kept_spans
            now.seen.update((id(x[2]), seen[id(x[2])]) for x in kept_spans if x[2] is not None)
    world.seen_offering = {k: m for k, m in old.seen_offering.items() if not m & turning}
    world._offers = {k: old._offers[k] for k in world.seen_offering}
    settling = {k: m for k, m in old.seen_settling.items() if m >= 0 and not m & turning}
    world.seen_settling = settling
    world._settled = {k: old._settled[k][:] for k in settling}


def _mentioned(f: Formula) -> int:
    """Every bit that a formula mentions; all, where the plain reading finds more open than that."""
    return _ALL if f.is_open else _union(f.true) | _union(f.false)


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
