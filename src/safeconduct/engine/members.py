"""Which members of a population a condition or predicate is true of, and of which it is possible.

The same reading of the rules as `decide`, with a set of members in place of a truth: Kleene's AND
and OR are the plain AND and OR of both sets, and NOT exchanges them. The sets are nodes of the
program in `planes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownName, did_you_mean
from ..kb.edition import Arguments, Edition
from ..model.condition import (
    AllOf,
    AnyOf,
    Attribute,
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
)
from ..model.knowledge import Predicate, Rule, Value
from ..model.population import Column, Population
from ..model.situation import Record, Situation
from ..model.truth import Truth, truth_of
from .columns import ColumnTests, combinations, part_of
from .decide import Scope, test_value
from .planes import EVERYBODY, NOBODY, Graph
from .reading import others_possible

#: A predicate's name or a condition, alone or with arguments by name.
Goal = str | Condition | tuple[str | Condition, Mapping[str, str]]


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
class Members:
    """Turns conditions into sets of members, for one population on one day.

    `given` holds the values of attributes that a condition uses as arguments: such a condition is
    built once for each value that some member has.
    """

    edition: Edition
    population: Population
    day: int
    graph: Graph
    _predicates: dict[tuple[str, Arguments], tuple[_Known, ...]] = field(default_factory=dict)
    _compared: dict[tuple[object, ...], _Pair] = field(default_factory=dict)
    _records: dict[tuple[object, ...], _Pair] = field(default_factory=dict)
    _present: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    _columns: ColumnTests = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the tests on columns."""
        self._columns = ColumnTests(self.population, self.day)

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
                members = self.graph.column(column.codes, table, self._columns.blanks(column))
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
        if asked is not None and None in asked:
            return _UNKNOWN
        key = (attribute, test, asked)
        found = self._compared.get(key)
        if found is None:
            found = self._compared[key] = self._test_column(attribute, test, asked)
        return found

    def _test_column(self, attribute: str, test: Test, asked: tuple[Any, ...] | None) -> _Pair:
        is_age = attribute == "age"
        column = self.population.column("birth_year" if is_age else attribute)
        ranks = self._columns.age(test) if is_age else self._columns.values(column, test, asked)
        blanks = self._columns.blanks(column)
        return _Pair(
            self.graph.column(column.codes, ranks == 2, blanks),
            self.graph.column(column.codes, ranks > 0, blanks),
        )

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
            np.minimum(ranks, self._columns.fields(kind, test, asked), out=ranks)
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

    def _groups(
        self, kind: str, ranks: NDArray[np.uint8], where: Condition
    ) -> Iterator[tuple[NDArray[np.bool_], int, Record]]:
        """Records that may pass, grouped by how they pass and by what `where` reads of them."""
        rows = self.population.records(kind)
        alive = np.flatnonzero(ranks)
        if not len(alive):
            return
        names = sorted(_fields_of(kind, where))
        columns = [(n, part_of(rows.field(n), alive)) for n in names]
        columns.append(("", Column(ranks[alive], (0, 1, 2))))
        records, index = combinations(columns, len(alive))
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
