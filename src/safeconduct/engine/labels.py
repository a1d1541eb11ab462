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
#: Labels of one round that are told apart by all that they assume.
MOST_LABELS = 1_000
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


class Ahead(NamedTuple):
    """A state that every useful continuation after an offer passes, and the least until there.

    `masks` are the assumptions of which every continuation needs at least one.
    """

    state: int
    days_low: int
    days_high: int
    stay: int
    doubt: int = 0
    masks: tuple[int, ...] = (0,)


class Move(NamedTuple):
    """One operation out of a label: where it leads, what it adds, under which assumptions.

    `stay` is the lawful stay after it, counted from its end; `None` where the time it takes is
    used up from what is left. Without `masks` it is an offer: its figures are the least it can
    add, and `Problem.settle` says what it really adds, if it is possible at all; it needs at
    least one of the assumptions `needs`.
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
    ahead: Ahead | None = None
    needs: tuple[int, ...] = (0,)


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


def run(
    problem: Problem, start: Label, *, max_steps: int, most: int = MOST_LABELS
) -> dict[int, list[Label]]:
    """Every label that no other beats, for each end.

    Args:
        start: The label of the state in which the person is.
        max_steps: The longest pathway to consider.
        most: The most labels of one round that are told apart by what they assume; see `Rounds`.
    """
    return Rounds(problem, most).run(start, max_steps)


class Rounds:
    """One search; `is_narrowed` says afterwards whether it had to be narrowed.

    Where little is known, nearly every way assumes something else, and none beats another. A
    round of more than `most` labels narrows the search from there on: a label is beaten by
    another in the same state that is no worse on every criterion and assumes no more, counted in
    answers excluded, though it may assume other things; and of a round only the `most` best are
    extended. All that is found is a way; not all ways are found.
    """

    def __init__(self, problem: Problem, most: int = MOST_LABELS) -> None:
        """Start with nothing found."""
        self.problem = problem
        self.most = most
        self.is_narrowed = False
        self.goals: dict[int, list[Label]] = {}
        self._chains: dict[int, list[Label]] = {}
        self._fresh: dict[int, list[Label]] = {}
        self._made = 0

    def run(self, start: Label, max_steps: int) -> dict[int, list[Label]]:
        """Every label that no other beats, for each end."""
        self._chains[start.state] = [start]
        layer = [start]
        for steps in range(1, max_steps + 1):
            self._fresh, self._made = {}, 0
            for label in layer:
                self._extend(label, steps, max_steps)
            layer = [
                x for state, labels in self._fresh.items() for x in labels
                if any(x is y for y in self._chains[state])
            ]
            if len(layer) > self.most:
                self.is_narrowed = True
                best = sorted(range(len(layer)), key=lambda n: (_merit(layer[n]), n))
                layer = [layer[n] for n in sorted(best[: self.most])]
            if not layer:
                break
        return self.goals

    def _extend(self, label: Label, steps: int, max_steps: int) -> None:
        doubt, danger, dlo, dhi, flo, fhi, late, mask = label[:8]
        problem, chains, goals = self.problem, self._chains, self.goals
        goal_of, left_of, least_of = problem.goal, problem.steps_left, problem.at_least
        for offer in problem.moves(label, max_steps - steps + 1):
            state = offer.state
            end = goal_of(state)
            if end is None and steps + left_of(state) > max_steps:
                continue
            move = offer
            if offer.masks is None:
                known = chains.get(state) if end is None else goals.get(end)
                if known and self._is_beaten(label, offer, known, end is not None):
                    continue
                settled = problem.settle(label, offer)
                if settled is None:
                    continue
                move = settled
            days_high = dhi + move.days_high
            fee_high = fhi + move.fee_high
            stay = late + move.days_high if move.stay is None else -move.stay
            least = None if end is not None else least_of(state)
            ahead = chains.get(move.ahead.state) if move.ahead is not None else None
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
                    self._keep(goals.setdefault(end, []), new, at_goal=True)
                    continue
                if ahead and self._is_beaten_ahead(new, move.ahead, ahead):
                    continue
                if least is not None and _is_hopeless(new, least, goals):
                    continue
                if self._keep(chains.setdefault(state, []), new, at_goal=False):
                    self._fresh.setdefault(state, []).append(new)
                    self._made += 1
                    if self._made > self.most:
                        self.is_narrowed = True

    def _is_beaten(self, label: Label, offer: Move, known: list[Label], at_goal: bool) -> bool:
        """Whether what an offer leads to is beaten already, at the best that it can be."""
        doubt = label.doubt + offer.doubt
        danger = max(label.danger, offer.danger)
        low = label.days_low + offer.days_low
        high = min(label.days_high + offer.days_high, NOT_KNOWN)
        fee_low = label.fee_low + offer.fee_low
        fee_high = min(label.fee_high + offer.fee_high, NOT_KNOWN)
        late = label.late + offer.days_high if offer.stay is None else -offer.stay
        for extra in offer.needs:
            mask = label.mask | extra
            if extra and not self.problem.is_consistent(mask):
                continue
            bits = mask.bit_count() if self.is_narrowed else -1
            for old in known:
                if (
                    old[0] <= doubt and old[1] <= danger and old[2] <= low and old[3] <= high
                    and old[4] <= fee_low and old[5] <= fee_high and (at_goal or old[6] <= late)
                    and (not old[7] & ~mask or old[7].bit_count() <= bits)
                ):
                    break
            else:
                return False
        return True

    def _is_beaten_ahead(self, new: Label, ahead: Ahead | None, known: list[Label]) -> bool:
        """Whether every continuation of a label is beaten where it must pass."""
        if ahead is None:
            return False
        low = new.days_low + ahead.days_low
        high = min(new.days_high + ahead.days_high, NOT_KNOWN)
        doubt, late = new.doubt + ahead.doubt, -ahead.stay
        for extra in ahead.masks:
            mask = new.mask | extra
            if not self.problem.is_consistent(mask):
                continue
            bits = mask.bit_count() if self.is_narrowed else -1
            if not any(
                old[0] <= doubt and old[1] <= new[1] and old[2] <= low and old[3] <= high
                and old[4] <= new[4] and old[5] <= new[5] and old[6] <= late
                and (not old[7] & ~mask or old[7].bit_count() <= bits)
                for old in known
            ):
                return False
        return True

    def _keep(self, chain: list[Label], new: Label, *, at_goal: bool) -> bool:
        """Add a label unless one there beats it; drop those that it beats."""
        better = beats_at_goal if at_goal else dominates
        for old in chain:
            if better(old, new):
                return False
        if self.is_narrowed:
            bits = new[7].bit_count()
            for old in chain:
                if (
                    old[0] <= new[0] and old[1] <= new[1] and old[2] <= new[2]
                    and old[3] <= new[3] and old[4] <= new[4] and old[5] <= new[5]
                    and (at_goal or old[6] <= new[6]) and old[7].bit_count() <= bits
                ):
                    return False
        chain[:] = [old for old in chain if not better(new, old)]
        chain.append(new)
        return True


def _merit(label: Label) -> tuple[int, ...]:
    """What puts the labels of one round in order where not all can be extended."""
    return (
        label.doubt, label.mask.bit_count(), label.danger, label.days_high, label.fee_high,
        label.days_low,
    )


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
