"""The search itself: labels in rounds, several criteria, assumptions as part of the label.

A label is one way of reaching a state: what it costs on each criterion, and what it assumes of
the things that are not known. Round by round every label is extended by one step. A label is kept
unless another in the same state is no worse on every criterion, needs no assumption that it does
not need, and leaves no less time. States, operations and assumptions are integers, and the core
knows nothing of law, so that a compiled kernel can take its place.

The rounds are those of RAPTOR (Delling, Pajor and Werneck 2012), the dominance that of label
setting with several criteria (Martins 1984), the pruning against known goals that of NAMOA*
(Mandow and Pérez de la Cruz 2010), and the assumptions those of an assumption-based truth
maintenance system (Reiter and de Kleer 1987).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

#: A number of days or euro that is not known; larger than any that is.
NOT_KNOWN = 1_000_000
#: Time without limit.
UNLIMITED = 10_000_000


class Label(NamedTuple):
    """One way of reaching a state. `late` is minus the days of lawful stay left, at the worst."""

    doubt: int
    danger: int
    days_low: int
    days_high: int
    fee_low: int
    fee_high: int
    late: int
    mask: int
    state: int
    steps: int
    parent: Label | None
    operation: int


class Move(NamedTuple):
    """One operation out of a label: where it leads, what it adds, under which assumptions.

    `stay` is the lawful stay after it, counted from its end; `None` where the time it takes is
    used up from what is left. Without `masks` it is an offer: its figures are the least it can
    add, and `Problem.settle` says what it really adds, if it is possible at all. `ahead` names a
    state that every useful continuation of an offer passes, and the days until then, where one
    is known.
    """

    operation: int
    state: int
    doubt: int
    danger: int
    days_low: int
    days_high: int
    fee_low: int
    fee_high: int
    masks: tuple[int, ...] | None
    stay: int | None
    ahead: tuple[int, int, int, int] | None = None


class Problem(Protocol):
    """What the search asks of a world."""

    def moves(self, label: Label, remaining: int) -> Iterable[Move]:
        """Every operation from a label that can still lead to a goal, in a fixed order.

        `remaining` counts the steps that may follow, this one included.
        """

    def settle(self, label: Label, offer: Move) -> Move | None:
        """An offer with what it really adds and assumes, or `None` when it is not possible."""

    def goal(self, state: int) -> int | None:
        """The end that a state is, or `None`."""

    def steps_left(self, state: int) -> int:
        """Fewest steps from a state to any goal; never too many."""

    def at_least(self, state: int) -> tuple[int, int, int, int, int, int] | None:
        """Least that any way from here to the one goal adds on each criterion, or `None`."""

    def is_consistent(self, mask: int) -> bool:
        """Whether an assumption does not contradict itself."""


def dominates(a: Label, b: Label) -> bool:
    """Whether `a` is no worse than `b` on everything that counts."""
    return (
        a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2] and a[3] <= b[3]
        and a[4] <= b[4] and a[5] <= b[5] and a[6] <= b[6] and not a[7] & ~b[7]
    )


def beats_at_goal(a: Label, b: Label) -> bool:
    """The same at a goal, where the stay left no longer counts."""
    return (
        a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2] and a[3] <= b[3]
        and a[4] <= b[4] and a[5] <= b[5] and not a[7] & ~b[7]
    )


def run(problem: Problem, start: Label, *, max_steps: int) -> dict[int, list[Label]]:
    """Every label that no other beats, for each end.

    Args:
        start: The label of the state in which the person is.
        max_steps: The longest pathway to consider.
    """
    chains: dict[int, list[Label]] = {start.state: [start]}
    goals: dict[int, list[Label]] = {}
    layer = [start]
    for steps in range(1, max_steps + 1):
        fresh: dict[int, list[Label]] = {}
        for label in layer:
            _extend(problem, label, steps, max_steps, chains, fresh, goals)
        layer = [x for state in fresh for x in fresh[state] if x in chains[state]]
        if not layer:
            break
    return goals


def _extend(
    problem: Problem,
    label: Label,
    steps: int,
    max_steps: int,
    chains: dict[int, list[Label]],
    fresh: dict[int, list[Label]],
    goals: dict[int, list[Label]],
) -> None:
    doubt, danger, dlo, dhi, flo, fhi, late, mask = label[:8]
    goal_of, left_of, least_of = problem.goal, problem.steps_left, problem.at_least
    for offer in problem.moves(label, max_steps - steps + 1):
        state = offer.state
        end = goal_of(state)
        if end is None and steps + left_of(state) > max_steps:
            continue
        move = offer
        if offer.masks is None:
            if _is_beaten(label, offer, chains, goals, end):
                continue
            settled = problem.settle(label, offer)
            if settled is None:
                continue
            move = settled
        days_high = dhi + move.days_high
        fee_high = fhi + move.fee_high
        stay = late + move.days_high if move.stay is None else -move.stay
        least = None if end is not None else least_of(state)
        for extra in move.masks or ():
            both = mask | extra
            if both != mask and not problem.is_consistent(both):
                continue
            new = Label(
                doubt + move.doubt,
                danger if danger >= move.danger else move.danger,
                dlo + move.days_low,
                days_high if days_high < NOT_KNOWN else NOT_KNOWN,
                flo + move.fee_low,
                fee_high if fee_high < NOT_KNOWN else NOT_KNOWN,
                stay, both, state, steps, label, move.operation,
            )
            if end is not None:
                _keep(goals.setdefault(end, []), new, at_goal=True)
                continue
            if least is not None and _is_hopeless(new, least, goals):
                continue
            if _keep(chains.setdefault(state, []), new, at_goal=False):
                fresh.setdefault(state, []).append(new)


def _is_beaten(
    label: Label,
    offer: Move,
    chains: dict[int, list[Label]],
    goals: dict[int, list[Label]],
    end: int | None,
) -> bool:
    """Whether what an offer leads to is beaten already, at the best that it can be."""
    known = chains.get(offer.state) if end is None else goals.get(end)
    if known:
        stay = label.late + offer.days_high if offer.stay is None else -offer.stay
        best = _at_best(label, offer, offer.days_low, offer.days_high, stay)
        better = dominates if end is None else beats_at_goal
        if any(better(old, best) for old in known):
            return True
    if offer.ahead is not None:
        state, low, high, stay = offer.ahead
        known = chains.get(state)
        if known:
            best = _at_best(label, offer, low, high, -stay)
            return any(dominates(old, best) for old in known)
    return False


def _at_best(label: Label, offer: Move, low: int, high: int, late: int) -> Label:
    return Label(
        label[0] + offer.doubt, max(label[1], offer.danger), label[2] + low,
        min(label[3] + high, NOT_KNOWN), label[4] + offer.fee_low,
        min(label[5] + offer.fee_high, NOT_KNOWN), late, label[7], offer.state, 0, None, -1,
    )


def _keep(chain: list[Label], new: Label, *, at_goal: bool) -> bool:
    """Add a label unless one there beats it; drop those that it beats."""
    better = beats_at_goal if at_goal else dominates
    for old in chain:
        if better(old, new):
            return False
    beaten = [n for n, old in enumerate(chain) if better(new, old)]
    for n in reversed(beaten):
        del chain[n]
    chain.append(new)
    return True


def _is_hopeless(
    label: Label, least: tuple[int, int, int, int, int, int], goals: dict[int, list[Label]]
) -> bool:
    """Whether a goal already known beats whatever can still come of the label."""
    best = (
        label[0] + least[0], max(label[1], least[1]), label[2] + least[2], label[3] + least[3],
        label[4] + least[4], label[5] + least[5],
    )
    for known in goals.values():
        for g in known:
            if (
                g[0] <= best[0] and g[1] <= best[1] and g[2] <= best[2] and g[3] <= best[3]
                and g[4] <= best[4] and g[5] <= best[5] and not g[7] & ~label[7]
            ):
                return True
    return False


def trail(label: Label) -> list[Label]:
    """The labels from the start to this one."""
    found: list[Label] = []
    at: Label | None = label
    while at is not None:
        found.append(at)
        at = at.parent
    return found[::-1]
