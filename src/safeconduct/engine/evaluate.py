"""Decides the same questions for a whole population at once, with the same three values.

Every condition becomes two sets of members: those for whom it is true, and those for whom it is
possible (true or unknown). `members` builds the sets, `columns` tests values, and `planes` carries
the program out. For every member the answer is the one that `decide` gives that person alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownName, did_you_mean
from ..kb.edition import Edition
from ..model.population import Population
from ..model.truth import Truth
from .members import Goal, Members
from .planes import Graph, Plane, count_bits, unpack


class Count(NamedTuple):
    """How many members a goal is true, unknown and false of; with weights, how much they count."""

    true: float
    unknown: float
    false: float


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation:
    """The truth of each goal for each member, kept as two bit planes for each goal."""

    goals: tuple[Goal, ...]
    population: Population
    on: int
    as_of: int
    _true: tuple[Plane, ...]
    _possible: tuple[Plane, ...]

    def __repr__(self) -> str:
        """Count goals and members and show none of the answers."""
        return f"<Evaluation: {len(self.goals)} goals, {self.population.size} members>"

    def is_true(self, goal: int) -> NDArray[np.bool_]:
        """For each member, whether the goal of that number is true."""
        return unpack(self._true[goal], self.population.size)

    def is_possible(self, goal: int) -> NDArray[np.bool_]:
        """For each member, whether the goal of that number is true or unknown."""
        return unpack(self._possible[goal], self.population.size)

    def truth(self, goal: int, member: int) -> Truth:
        """The truth of a goal for one member."""
        if not 0 <= member < self.population.size:
            raise IndexError("no such member")
        byte, bit = member >> 3, 128 >> (member & 7)
        if self._true[goal][byte] & bit:
            return Truth.TRUE
        return Truth.UNKNOWN if self._possible[goal][byte] & bit else Truth.FALSE

    def count(self, goal: int) -> Count:
        """How many members the goal is true, unknown and false of, by their weights."""
        size, weights = self.population.size, self.population.weights
        if weights is None:
            true, possible = count_bits(self._true[goal]), count_bits(self._possible[goal])
            return Count(true, possible - true, size - possible)
        true_ = float(weights[self.is_true(goal)].sum())
        possible_ = float(weights[self.is_possible(goal)].sum())
        false_ = float(weights[~self.is_possible(goal)].sum())
        return Count(true_, possible_ - true_, false_)


def evaluate(
    edition: Edition, goals: Iterable[Goal], population: Population, *, on: date
) -> Evaluation:
    r"""Decide goals for every member of a population on one day.

    Args:
        goals: Predicates by name, with arguments by name where they have any (one left out stands
            for any), or conditions such as a danger's `concerns` with `{"place": "KZ"}`.
        on: The day asked about (valid time); the edition's day is the record time.

    Raises:
        UnknownName: The vocabulary has no such predicate, parameter, attribute, record, or value.

    Example:
        >>> from safeconduct.kb.base import parse
        >>> from safeconduct.model.condition import compare
        >>> words = '[[attribute]]\nname = "exit_ban"\ntype = "bool"'
        >>> edition = parse({"vocabulary/attributes.toml": words.encode()}).as_of(date.max)
        >>> people = Population.of_columns({"exit_ban": [True, False, None]})
        >>> evaluate(edition, [compare("exit_ban", True)], people, on=date(2026, 11, 24)).count(0)
        Count(true=1, unknown=1, false=1)
    """
    asked = tuple(goals)
    _check_names(edition, population)
    compiler = Members(edition, population, on.toordinal(), Graph(population.size))
    pairs = [compiler.goal(goal) for goal in asked]
    planes = compiler.graph.run([node for pair in pairs for node in pair])
    return Evaluation(
        asked, population, on.toordinal(), edition.as_of, tuple(planes[::2]), tuple(planes[1::2])
    )


def _check_names(edition: Edition, population: Population) -> None:
    vocabulary = edition.vocabulary
    for name, column in population.columns.items():
        kind = vocabulary.attributes.get(name)
        if kind is None:
            raise UnknownName(
                f"unknown column `{name}`\n  {did_you_mean(name, vocabulary.attributes)}"
            )
        for value in column.values if kind.values else ():
            if value is not None and value not in kind.values:
                raise UnknownName(
                    f"unknown value in column `{name}`\n  {did_you_mean(str(value), kind.values)}"
                )
    for name in population.rows:
        if name not in vocabulary.records:
            raise UnknownName(
                f"unknown records `{name}`\n  {did_you_mean(name, vocabulary.records)}"
            )


__all__ = ["Count", "Evaluation", "Goal", "evaluate"]
