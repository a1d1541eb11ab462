"""Decides the same questions for a whole population at once, with the same three values.

Every condition becomes two sets of members: those for whom it is true, and those for whom it is
possible (true or unknown). Kleene's AND and OR are then the plain AND and OR of each, and NOT
exchanges them. The sets are bit planes and the program over them is built and run in `planes`.
For every member the answer is the one that `decide` gives that person alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownName, did_you_mean
from ..kb.edition import Arguments, Edition
from ..model.condition import (
    AllOf,
    AnyOf,
    Attribute,
    Between,
    Compare,
    Condition,
    FieldTest,
    HasRecord,
    Holds,
    Literal,
    Not,
    OneOf,
    Parameter,
    RecordField,
    Term,
    Test,
    Within,
)
from ..model.knowledge import Predicate, Rule, Value
from ..model.period import NO_END, parse_day
from ..model.population import Column, Population
from ..model.situation import Record, Situation
from ..model.truth import Truth, truth_of
from .decide import Scope, test_field, test_value
from .planes import EVERYBODY, NOBODY, Graph, Plane, count_bits, unpack
from .reading import age_range, in_range, others_possible, value_among

#: A predicate's name or a condition, alone or with arguments by name.
Goal = str | Condition | tuple[str | Condition, Mapping[str, str]]

_RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}

#: Fields of a record that are worked out from others; any other is read by its own name.
_WORKED_OUT = {
    ("paper", "valid"): ("valid_from", "valid_until", "expired"),
    ("paper", "valid_days"): ("valid_until", "granted_days"),
    ("standing", "lawful"): ("kind", "until", "granted"),
    ("order", "in_force"): ("kind", "on", "until"),
}


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
    compiler = _Compiler(edition, population, on.toordinal(), Graph(population.size))
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


class _Pair(NamedTuple):
    """The members for whom something is true, and those for whom it is true or unknown."""

    true: int
    possible: int


_TRUE = _Pair(EVERYBODY, EVERYBODY)
_FALSE = _Pair(NOBODY, NOBODY)
_UNKNOWN = _Pair(NOBODY, EVERYBODY)
_CONSTANT = {Truth.TRUE: _TRUE, Truth.FALSE: _FALSE, Truth.UNKNOWN: _UNKNOWN}


class _Known(NamedTuple):
    """The members for whom a predicate is known: its truth, its value, and who they are."""

    truth: Truth
    value: Value | None
    members: int


Given = Mapping[str, Any]


@dataclass(slots=True)
class _Compiler:
    """Turns conditions into nodes of a graph, for one population on one day.

    `given` holds the values of attributes that a condition uses as arguments: such a condition is
    built once for each value that some member has.
    """

    edition: Edition
    population: Population
    day: int
    graph: Graph
    _predicates: dict[tuple[str, Arguments], tuple[_Known, ...]] = field(default_factory=dict)
    _tests: dict[tuple[object, ...], NDArray[np.uint8]] = field(default_factory=dict)
    _records: dict[tuple[object, ...], _Pair] = field(default_factory=dict)
    _present: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    _blanks: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    _bounds: dict[tuple[int, bool], tuple[NDArray[np.float64], NDArray[np.float64]]] = field(
        default_factory=dict
    )

    def goal(self, goal: Goal) -> _Pair:
        """The members of whom a goal is true, and possible."""
        name, given = goal if isinstance(goal, tuple) else (goal, {})
        given = dict(given)
        if not isinstance(name, str):
            return self.condition(name, Scope(tuple(given.items())))
        predicate = self.edition.find_predicate(name)
        if predicate is None:
            known = self.edition.vocabulary.predicates
            raise UnknownName(f"unknown predicate `{name}`\n  {did_you_mean(name, known)}")
        arguments = tuple(given.pop(p.name, None) for p in predicate.parameters)
        if given:
            wrong = sorted(given)[0]
            names = [p.name for p in predicate.parameters]
            raise UnknownName(
                f"`{name}` has no parameter `{wrong}`\n  {did_you_mean(wrong, names)}"
            )
        return self._truth(self.predicate(name, arguments))

    def _truth(self, known: tuple[_Known, ...]) -> _Pair:
        true = self.graph.any_of([k.members for k in known if k.truth is Truth.TRUE])
        false = self.graph.any_of([k.members for k in known if k.truth is Truth.FALSE])
        return _Pair(true, self.graph.not_(false))

    def _all(self, pairs: list[_Pair]) -> _Pair:
        return _Pair(
            self.graph.all_of([p.true for p in pairs]),
            self.graph.all_of([p.possible for p in pairs]),
        )

    def _any(self, pairs: list[_Pair]) -> _Pair:
        return _Pair(
            self.graph.any_of([p.true for p in pairs]),
            self.graph.any_of([p.possible for p in pairs]),
        )

    def _not(self, pair: _Pair) -> _Pair:
        return _Pair(self.graph.not_(pair.possible), self.graph.not_(pair.true))

    def _among(self, members: int, pair: _Pair) -> _Pair:
        """The same, but false of everybody else."""
        return _Pair(
            self.graph.and_(members, pair.true), self.graph.and_(members, pair.possible)
        )

    # Predicates, as in `decide.Decider._decide`.

    def predicate(self, name: str, arguments: Arguments) -> tuple[_Known, ...]:
        """Where a predicate is known, and what it is there; elsewhere it is unknown."""
        key = (name, arguments)
        found = self._predicates.get(key)
        if found is None:
            predicate = self.edition.vocabulary.predicates[name]
            found = tuple(k for k in self._decide(predicate, arguments) if k.members != NOBODY)
            self._predicates[key] = found
        return found

    def _decide(self, predicate: Predicate, arguments: Arguments) -> list[_Known]:
        name = predicate.name
        found = self.edition.look_up(name, arguments, self.day)
        if found.kind == "disputed":
            return []
        if found.kind == "value" and found.complete is None:
            truth = truth_of(found.value) if predicate.value == "truth" else Truth.TRUE
            return [_Known(truth, found.value, EVERYBODY)]
        rules = [
            r for r in self.edition.rules_for(name, arguments)
            if r.valid_from <= self.day < r.valid_before
        ]
        known: list[_Known] = []
        silent = EVERYBODY
        if rules:
            known, silent = self._by_rules(predicate, arguments, rules)
        if found.complete is not None:
            known.append(_Known(Truth.FALSE, False, silent))
        elif predicate.otherwise is not None:
            known.append(_Known(truth_of(predicate.otherwise), predicate.otherwise, silent))
        return known

    def _by_rules(
        self, predicate: Predicate, arguments: Arguments, rules: list[Rule]
    ) -> tuple[list[_Known], int]:
        """What the rules conclude of whom, and the members of whom they say nothing."""
        names = tuple(p.name for p in predicate.parameters)
        scope = Scope(tuple(zip(names, arguments, strict=True)))
        overriders: dict[str, list[Rule]] = {}
        for rule in rules:
            for other in rule.overrides:
                overriders.setdefault(other, []).append(rule)
        memo: dict[str, _Pair] = {}
        pairs = [(r, self._applies(r, scope, overriders, memo)) for r in rules]
        graph = self.graph
        silent = graph.not_(graph.any_of([p.possible for _, p in pairs]))
        if predicate.value != "truth":
            return self._values(pairs), silent
        yes = self._any([p for r, p in pairs if r.gives is True])
        no = self._any([p for r, p in pairs if r.gives is not True])
        true = graph.and_(yes.true, graph.not_(no.possible))
        false = graph.and_(no.true, graph.not_(yes.possible))
        if predicate.otherwise is True:
            true = graph.or_(true, graph.and_(yes.possible, graph.not_(no.possible)))
        elif predicate.otherwise is False:
            false = graph.or_(false, graph.and_(no.possible, graph.not_(yes.possible)))
        return [_Known(Truth.TRUE, True, true), _Known(Truth.FALSE, False, false)], silent

    def _values(self, pairs: list[tuple[Rule, _Pair]]) -> list[_Known]:
        """Each value, and the members for whom a rule gives it and none may give another."""
        graph = self.graph
        values = {repr(r.gives): r.gives for r, _ in pairs}
        found = []
        for key, value in values.items():
            this = graph.any_of([p.true for r, p in pairs if repr(r.gives) == key])
            other = graph.any_of([p.possible for r, p in pairs if repr(r.gives) != key])
            found.append(_Known(Truth.TRUE, value, graph.and_(this, graph.not_(other))))
        return found

    def _applies(
        self, rule: Rule, scope: Scope, overriders: dict[str, list[Rule]], memo: dict[str, _Pair]
    ) -> _Pair:
        found = memo.get(rule.id)
        if found is None:
            parts = [self.condition(rule.when, scope)]
            parts.extend(
                self._not(self._applies(o, scope, overriders, memo))
                for o in overriders.get(rule.id, ())
            )
            found = memo[rule.id] = self._all(parts)
        return found

    # Conditions.

    def condition(self, condition: Condition, scope: Scope) -> _Pair:
        """The members of whom a condition is true, and possible."""
        match condition:
            case AllOf(parts):
                return self._all([self.condition(p, scope) for p in parts])
            case AnyOf(parts):
                return self._any([self.condition(p, scope) for p in parts])
            case Not(part):
                return self._not(self.condition(part, scope))
            case Compare(attribute, test):
                return self._by_value(
                    _terms(test), lambda given: self._compare(attribute, test, scope, given)
                )
            case Holds(predicate, arguments, test):
                return self._by_value(
                    (*arguments, *_terms(test)),
                    lambda given: self._holds(predicate, arguments, test, scope, given),
                )
            case HasRecord(record, tests, where):
                return self._by_value(
                    tuple(v for t in tests for v in _terms(t.test)),
                    lambda given: self._record(record, tests, where, scope, given),
                )

    def _by_value(self, terms: tuple[Term, ...], build: Any) -> _Pair:
        """Built once for each combination of values of the attributes among the terms."""
        names = dict.fromkeys(t.name for t in terms if isinstance(t, Attribute))
        choices: list[tuple[int, dict[str, Any]]] = [(EVERYBODY, {})]
        for name in names:
            choices = [
                (both, {**given, name: value})
                for members, given in choices
                for value, having in self._values_of(name)
                if (both := self.graph.and_(members, having)) != NOBODY
            ]
        pairs: list[_Pair] = [self._among(members, build(given)) for members, given in choices]
        return self._any(pairs)

    def _values_of(self, name: str) -> list[tuple[Any, int]]:
        """The values that members have of an attribute, and who has each."""
        found = self._present.get(name)
        if found is None:
            column = self.population.column(name)
            used = np.zeros(len(column.values), dtype=np.bool_)
            used[column.codes] = True
            found = []
            for code in np.flatnonzero(used):
                table = np.zeros(len(used), dtype=np.bool_)
                table[code] = True
                members = self.graph.column(column.codes, table, self._blanks_of(column))
                found.append((column.values[code], EVERYBODY if used.sum() == 1 else members))
            self._present[name] = found
        return found

    def _term(self, value: Term, scope: Scope, given: Given) -> Any:
        match value:
            case Literal(plain):
                return plain
            case Parameter(name):
                return scope.argument(name)
            case RecordField(record, name):
                return scope.record(record).get(name)
            case Attribute(name):
                return given[name]

    def _asked(self, test: Test | None, scope: Scope, given: Given) -> tuple[Any, ...] | None:
        if not isinstance(test, OneOf):
            return None
        return tuple(self._term(v, scope, given) for v in test.values)

    def _compare(self, attribute: str, test: Test, scope: Scope, given: Given) -> _Pair:
        asked = self._asked(test, scope, given)
        is_age = attribute == "age"
        column = self.population.column("birth_year" if is_age else attribute)
        if asked is not None and None in asked:
            return _UNKNOWN
        key = ("age" if is_age else "value", id(column.codes), test, asked)
        ranks = self._tests.get(key)
        if ranks is None:
            if is_age:
                passes = [_RANK[_age_passes(v, test, self.day)] for v in column.values]
                ranks = np.array(passes, dtype=np.uint8)
            else:
                ranks = self._value_ranks(column, test, asked)
            self._tests[key] = ranks
        blanks = self._blanks_of(column)
        return _Pair(
            self.graph.column(column.codes, ranks == 2, blanks),
            self.graph.column(column.codes, ranks > 0, blanks),
        )

    def _blanks_of(self, column: Column) -> NDArray[np.bool_]:
        """Which of a column's values stand for "not given"."""
        found = self._blanks.get(id(column.codes))
        if found is None:
            found = np.array([v is None for v in column.values], dtype=np.bool_)
            self._blanks[id(column.codes)] = found
        return found

    def _value_ranks(
        self, column: Column, test: Test, asked: tuple[Any, ...] | None
    ) -> NDArray[np.uint8]:
        """For each value of a column, whether it passes: 0 no, 1 unknown, 2 yes.

        Each value asked for is looked for once in a column; bounds are tested all at once.
        """
        if isinstance(test, OneOf):
            found = np.where(self._blanks_of(column), 1, 0).astype(np.uint8)
            for wanted in asked or ():
                np.maximum(found, self._wanted_ranks(column, wanted), out=found)
            return found
        low, high = self._bounds_of(column, as_days=isinstance(test, Within))
        if isinstance(test, Between):
            least = -np.inf if test.at_least is None else test.at_least
            most = np.inf if test.at_most is None else test.at_most
        else:
            least = 1 if test.start is None else test.start
            most = (NO_END if test.before is None else test.before) - 1
        inside = (low >= least) & (high <= most)
        outside = (high < least) | (low > most)
        return np.where(inside, 2, np.where(outside, 0, 1)).astype(np.uint8)

    def _wanted_ranks(self, column: Column, wanted: Any) -> NDArray[np.uint8]:
        key = ("wanted", id(column.codes), wanted.__class__, wanted)
        found = self._tests.get(key)
        if found is None:
            one = (wanted,)
            ranks = [1 if v is None else _RANK[value_among(v, one)] for v in column.values]
            found = self._tests[key] = np.array(ranks, dtype=np.uint8)
        return found

    def _bounds_of(
        self, column: Column, *, as_days: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and most that each value may be; not a number where it may be anything."""
        found = self._bounds.get((id(column.codes), as_days))
        if found is None:
            if as_days:
                pairs = np.array([_days(v) for v in column.values], dtype=np.float64)
                found = pairs[:, 0], pairs[:, 1]
            else:
                numbers = np.array(
                    [np.nan if v is None else v for v in column.values], dtype=np.float64
                )
                found = numbers, numbers
            self._bounds[id(column.codes), as_days] = found
        return found

    def _holds(
        self, name: str, arguments: tuple[Term, ...], test: Test | None, scope: Scope, given: Given
    ) -> _Pair:
        choices: list[Arguments] = [()]
        for argument in arguments:
            value = self._term(argument, scope, given)
            if value is None and not isinstance(argument, Parameter):
                return _UNKNOWN
            values = value if isinstance(value, tuple) else (value,)
            choices = [(*c, v) for c in choices for v in values]
        asked = self._asked(test, scope, given)
        return self._any([self._test_predicate(name, c, test, asked) for c in choices])

    def _test_predicate(
        self, name: str, arguments: Arguments, test: Test | None, asked: tuple[Any, ...] | None
    ) -> _Pair:
        known = self.predicate(name, arguments)
        if test is not None:
            known = tuple(
                k if k.value is None else k._replace(truth=test_value(k.value, test, asked))
                for k in known
            )
        return self._truth(known)

    # Records.

    def _record(
        self, kind: str, tests: tuple[FieldTest, ...], where: Condition | None, scope: Scope,
        given: Given,
    ) -> _Pair:
        asked_of = tuple((t, self._asked(t.test, scope, given)) for t in tests)
        if where is not None:
            return self._build_record(kind, asked_of, where, scope)
        key = (kind, asked_of)
        found = self._records.get(key)
        if found is None:
            found = self._records[key] = self._build_record(kind, asked_of, None, scope)
        return found

    def _build_record(
        self, kind: str, asked_of: tuple[tuple[FieldTest, tuple[Any, ...] | None], ...],
        where: Condition | None, scope: Scope,
    ) -> _Pair:
        rows = self.population.records(kind)
        ranks = np.full(len(rows), 2, dtype=np.uint8)
        for test, asked in asked_of:
            np.minimum(ranks, self._field_ranks(kind, test, asked), out=ranks)
        parts: list[_Pair] = []
        if where is None:
            parts.append(
                _Pair(self._owners(kind, ranks == 2), self._owners(kind, ranks > 0))
            )
        else:
            for chosen, rank, record in self._groups(kind, ranks, where):
                inner = Scope(scope.arguments, (*scope.records, (kind, record)))
                pair = self._among(self._owners(kind, chosen), self.condition(where, inner))
                parts.append(pair if rank == 2 else _Pair(NOBODY, pair.possible))
        possible = self._others(kind, asked_of, where, scope)
        return self._any([*parts, _Pair(NOBODY, possible)])

    def _owners(self, kind: str, chosen: NDArray[np.bool_]) -> int:
        """The members with at least one of the chosen records."""
        if not chosen.any():
            return NOBODY
        members = np.zeros(self.population.size, dtype=np.bool_)
        members[self.population.records(kind).member[chosen]] = True
        return self.graph.members(members)

    def _field_ranks(
        self, kind: str, test: FieldTest, asked: tuple[Any, ...] | None
    ) -> NDArray[np.uint8]:
        """For each record of a kind, whether one field passes its test: 0 no, 1 unknown, 2 yes."""
        key = ("field", kind, test, asked)
        found = self._tests.get(key)
        if found is None:
            rows = self.population.records(kind)
            names = _WORKED_OUT.get((kind, test.field), (test.field,))
            records, index = _combinations([(n, rows.field(n)) for n in names], len(rows))
            ranks = [_RANK[test_field(kind, r, test, asked, self.day)] for r in records]
            found = np.array(ranks, dtype=np.uint8)[index]
            self._tests[key] = found
        return found

    def _groups(
        self, kind: str, ranks: NDArray[np.uint8], where: Condition
    ) -> Iterator[tuple[NDArray[np.bool_], int, Record]]:
        """Records that may pass, grouped by how they pass and by what `where` reads of them."""
        rows = self.population.records(kind)
        alive = np.flatnonzero(ranks)
        if not len(alive):
            return
        names = sorted(_fields_of(kind, where))
        columns = [(n, _part(rows.field(n), alive)) for n in names]
        columns.append(("", Column(ranks[alive], (0, 1, 2))))
        records, index = _combinations(columns, len(alive))
        for number, record in enumerate(records):
            chosen = np.zeros(len(rows), dtype=np.bool_)
            chosen[alive[index == number]] = True
            yield chosen, record.pop(""), record

    def _others(
        self, kind: str, asked_of: tuple[tuple[FieldTest, tuple[Any, ...] | None], ...],
        where: Condition | None, scope: Scope,
    ) -> int:
        """The members who may have a record that is not listed and passes."""
        graph = self.graph
        complete = graph.members(self.population.is_complete(kind))
        if complete == EVERYBODY:
            return NOBODY
        tests = tuple(t for t, _ in asked_of)
        asked = {t.field: a for t, a in asked_of if a is not None and None not in a}
        by_others: dict[str, tuple[list[dict[str, Any]], list[int]]] = {}
        for value, having in self._values_of("nationalities"):
            alone = Situation({} if value is None else {"nationalities": value})
            others = [other for _, other in others_possible(kind, tests, alone, asked)]
            by_others.setdefault(repr(others), (others, []))[1].append(having)
        found: list[int] = []
        for others, having_any in by_others.values():
            if where is None:
                possible = EVERYBODY if others else NOBODY
            else:
                scopes = (Scope(scope.arguments, (*scope.records, (kind, o))) for o in others)
                possible = graph.any_of([self.condition(where, s).possible for s in scopes])
            found.append(graph.and_(graph.any_of(having_any), possible))
        return graph.and_(graph.not_(complete), graph.any_of(found))


def _terms(test: Test | None) -> tuple[Term, ...]:
    return test.values if isinstance(test, OneOf) else ()


def _age_passes(birth_year: Any, test: Test, day: int) -> Truth:
    if birth_year is None or not isinstance(test, Between):
        return Truth.UNKNOWN
    return in_range(*age_range(birth_year, day), test)


def _days(value: Any) -> tuple[float, float]:
    """The first and last day that a day, month or year stands for."""
    if value.__class__ is date:
        return value.toordinal(), value.toordinal()
    found = parse_day(value)
    if found is None:
        return np.nan, np.nan
    return found.first.toordinal(), found.last.toordinal()


def _part(column: Column, rows: NDArray[Any]) -> Column:
    return Column(column.codes[rows], column.values)


def _combinations(
    columns: list[tuple[str, Column]], size: int
) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    """The combinations of values that occur, as records, and for each entry the number of its own."""
    index = np.zeros(size, dtype=np.int64)
    firsts = np.zeros(min(size, 1), dtype=np.int64)
    for _, column in columns:
        joint = index * len(column.values) + column.codes
        _, firsts, index = np.unique(joint, return_index=True, return_inverse=True)
    records = [
        {name: v for name, c in columns if (v := c.value(int(row))) is not None} for row in firsts
    ]
    return records, index.reshape(-1)


def _fields_of(kind: str, condition: Condition) -> frozenset[str]:
    """The fields of the record being tested that a condition reads."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(_fields_of(kind, p) for p in parts))
        case Not(part):
            return _fields_of(kind, part)
        case Compare(_, test):
            terms = _terms(test)
        case Holds(_, arguments, test):
            terms = (*arguments, *_terms(test))
        case HasRecord(_, tests, where):
            terms = tuple(v for t in tests for v in _terms(t.test))
            inner = frozenset() if where is None else _fields_of(kind, where)
            return inner | _read(kind, terms)
    return _read(kind, terms)


def _read(kind: str, terms: tuple[Term, ...]) -> frozenset[str]:
    return frozenset(t.field for t in terms if isinstance(t, RecordField) and t.record == kind)


__all__ = ["Count", "Evaluation", "Goal", "evaluate"]
