"""Under which assumptions a condition holds, and under which it does not.

The result of a condition is a pair of sets of masks (see `atoms`): the smallest assumptions that
make it true, and those that make it false. True is `((0,), ())`, false is `((), (0,))`. With it
comes the window of days in which the result stays the same, so that a search asks once for many
days. Where the sets would grow past a bound, a part is given an atom of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

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
    Not,
    OneOf,
    Test,
    Within,
)
from ..model.knowledge import Rule
from ..model.period import NO_END, parse_day
from ..model.proof import Gap, GapKind
from ..model.situation import Record, Situation
from ..model.truth import Truth
from .atoms import Atoms, Masks, absorb
from .decide import Scope, test_field, test_value
from .reading import (
    age_range,
    day_within,
    gap_name,
    in_range,
    others_possible,
    place_is,
    value_among,
)

#: More assumptions than this on one side, and a part becomes an atom of its own.
MOST_MASKS = 6

_YES: Masks = (0,)
_NO: Masks = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """The assumptions that make something true, those that make it false, and for which days."""

    true: Masks
    false: Masks
    start: int = 1
    end: int = NO_END

    @property
    def truth(self) -> Truth:
        """True when nothing need be assumed, false when nothing could make it true."""
        if not self.false:
            return Truth.TRUE
        return Truth.UNKNOWN if self.true else Truth.FALSE


TRUE = Formula(_YES, _NO)
FALSE = Formula(_NO, _YES)


def of_truth(truth: bool, start: int = 1, end: int = NO_END) -> Formula:
    """A known truth, for a window of days."""
    return Formula(_YES, _NO, start, end) if truth else Formula(_NO, _YES, start, end)


def negate(f: Formula) -> Formula:
    """The negation."""
    return Formula(f.false, f.true, f.start, f.end)


@dataclass(slots=True)
class Formulas:
    """Works out formulas for one edition; atoms are shared by all situations asked about.

    `dynamic` names what differs between the states of a search (kinds of record and attributes);
    a predicate is remembered for each combination of those that its rules look at.
    """

    edition: Edition
    atoms: Atoms = field(default_factory=Atoms)
    dynamic: tuple[str, ...] = ()
    _pick: dict[tuple[str, Arguments], Callable[[tuple[object, ...]], object]] = field(default_factory=dict)
    _memo: dict[tuple[object, ...], list[Formula]] = field(default_factory=dict)
    _needs: dict[str, frozenset[str]] = field(default_factory=dict)
    _condition_needs: dict[int, frozenset[str]] = field(default_factory=dict)

    def conjunction(self, parts: list[Formula]) -> Formula:
        """All of them."""
        start, end = 1, NO_END
        result = TRUE
        for part in parts:
            start = max(start, part.start)
            end = min(end, part.end)
            if part.false:
                result = self._and(result, part)
        return Formula(result.true, result.false, start, end)

    def disjunction(self, parts: list[Formula]) -> Formula:
        """At least one of them."""
        return negate(self.conjunction([negate(p) for p in parts]))

    def _and(self, a: Formula, b: Formula) -> Formula:
        if not a.true or not b.false:
            return a
        if not b.true or not a.false:
            return b
        if len(a.true) * len(b.true) > MOST_MASKS or len(a.false) + len(b.false) > 4 * MOST_MASKS:
            if max(len(a.true), len(a.false)) >= max(len(b.true), len(b.false)):
                a = self.named(a)
            else:
                b = self.named(b)
            if len(a.true) * len(b.true) > MOST_MASKS:
                a, b = self.named(a), self.named(b)
        consistent = self.atoms.is_consistent
        true = absorb(tuple(m for x in a.true for y in b.true if consistent(m := x | y)))
        return Formula(true, absorb((*a.false, *b.false)))

    def named(self, f: Formula) -> Formula:
        """The same formula as one atom of its own, unless it is one already."""
        if len(f.true) == 1 and len(f.false) == 1:
            return f
        key = ("formula", f.true, f.false)
        gap = Gap(GapKind.NOT_GIVEN, "")
        atom = self.atoms.atom(key, gap, source=(f.true, f.false))
        bit = 1 << atom.offset
        return Formula((bit << 1,), (bit,), f.start, f.end)

    def _literal(self, key: tuple[object, ...], gap: Gap) -> Formula:
        atom = self.atoms.atom(key, gap)
        bit = 1 << atom.offset
        return Formula((bit << 1,), (bit,))

    def _picker(
        self, name: str, arguments: Arguments
    ) -> Callable[[tuple[object, ...]], object]:
        """What picks the parts of a state that the rules on these arguments look at."""
        found = self._pick.get((name, arguments))
        if found is None:
            needed: set[str] = set()
            for rule in self.edition.rules_for(name, arguments):
                needed |= self.condition_needs(rule.when)
            places = [n for n, k in enumerate(self.dynamic) if k in needed]
            found = itemgetter(*places) if places else _nothing
            self._pick[name, arguments] = found
        return found

    def needs(self, predicate: str) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a predicate's rules look at."""
        found = self._needs.get(predicate)
        if found is None:
            self._needs[predicate] = frozenset()
            total: set[str] = set()
            for rule in self.edition.rules_on(predicate):
                total |= self.condition_needs(rule.when)
            found = frozenset(total)
            self._needs[predicate] = found
        return found

    def condition_needs(self, condition: Condition) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a condition looks at."""
        found = self._condition_needs.get(id(condition))
        if found is None:
            found = self._work_out_needs(condition)
            self._condition_needs[id(condition)] = found
        return found

    def _work_out_needs(self, condition: Condition) -> frozenset[str]:
        match condition:
            case AllOf(parts) | AnyOf(parts):
                return frozenset().union(*(self.condition_needs(p) for p in parts))
            case Not(part):
                return self.condition_needs(part)
            case Compare(attribute):
                return frozenset({attribute}).intersection(self.dynamic)
            case HasRecord(record, _, where):
                inner = frozenset() if where is None else self.condition_needs(where)
                return frozenset({record}).intersection(self.dynamic) | inner
            case Holds(predicate, arguments):
                own = {a.name for a in arguments if isinstance(a, Attribute)}
                return own.intersection(self.dynamic) | self.needs(predicate)

    def predicate(
        self, name: str, arguments: Arguments, situation: Situation, day: int,
        state: tuple[object, ...] = (),
    ) -> Formula:
        """The formula of a predicate on a day.

        Args:
            state: What is dynamic in this situation: a value to tell it by, for each of `dynamic`.
        """
        key = (name, arguments, self._picker(name, arguments)(state) if state else ())
        windows = self._memo.get(key)
        if windows is None:
            windows = self._memo[key] = []
        for found in windows:
            if found.start <= day < found.end:
                return found
        result = self._decide(name, arguments, situation, day, state)
        windows.append(result)
        return result

    def _decide(
        self, name: str, arguments: Arguments, situation: Situation, day: int,
        state: tuple[object, ...],
    ) -> Formula:
        predicate = self.edition.vocabulary.predicates[name]
        found = self.edition.look_up(name, arguments, day)
        start, end = found.start, found.end
        key: tuple[object, ...] = ("world", name, arguments)
        text = f"{name}({', '.join(a or 'any' for a in arguments)})"
        if found.kind == "disputed":
            return self._open(key, Gap(GapKind.DISPUTED, text), start, end)
        if found.kind == "value" and found.complete is None:
            return of_truth(found.value is not False, start, end)
        applying: list[Rule] = []
        for rule in self.edition.rules_for(name, arguments):
            if rule.valid_from <= day < rule.valid_before:
                applying.append(rule)
                start, end = max(start, rule.valid_from), min(end, rule.valid_before)
            elif day < rule.valid_from:
                end = min(end, rule.valid_from)
            else:
                start = max(start, rule.valid_before)
        otherwise = False if found.complete is not None else predicate.otherwise
        if not applying:
            if otherwise is not None:
                return of_truth(otherwise, start, end)
            ruled = self.edition.rules_on(name) and not self.edition.find_facts(name)
            kind = GapKind.NOT_RULED if ruled else GapKind.NOT_RECORDED
            return self._open(key, Gap(kind, text), start, end)
        scope = Scope(tuple(zip((p.name for p in predicate.parameters), arguments, strict=True)))
        overriders: dict[str, list[Rule]] = {}
        for rule in applying:
            for other in rule.overrides:
                overriders.setdefault(other, []).append(rule)
        memo: dict[str, Formula] = {}
        proofs = [
            (r, self._applies(r, scope, overriders, memo, situation, day, state)) for r in applying
        ]
        for _, f in proofs:
            start, end = max(start, f.start), min(end, f.end)
        yes = self.disjunction([f for r, f in proofs if r.gives is not False])
        no = self.disjunction([f for r, f in proofs if r.gives is False])
        result = self._settle(yes, no, otherwise, key, text)
        return Formula(result.true, result.false, start, end)

    def _open(self, key: tuple[object, ...], gap: Gap, start: int, end: int) -> Formula:
        f = self._literal((*key, gap.kind), gap)
        return Formula(f.true, f.false, start, end)

    def _settle(
        self, yes: Formula, no: Formula, otherwise: bool | None, key: tuple[object, ...], text: str
    ) -> Formula:
        """True where only rules for it apply, false where only rules against do, else open."""
        if yes.truth is Truth.TRUE and no.truth is Truth.TRUE:
            return self._literal((*key, GapKind.DISPUTED), Gap(GapKind.DISPUTED, text))
        if no.truth is Truth.FALSE and yes.truth is Truth.TRUE:
            return yes
        if yes.truth is Truth.FALSE and no.truth is Truth.TRUE:
            return negate(no)
        if otherwise is False and no.truth is Truth.FALSE:
            return yes
        if otherwise is True and yes.truth is Truth.FALSE:
            return negate(no)
        clash = self._literal((*key, GapKind.DISPUTED), Gap(GapKind.DISPUTED, text))
        silent = (
            of_truth(otherwise) if otherwise is not None
            else self._literal((*key, GapKind.NOT_RULED), Gap(GapKind.NOT_RULED, text))
        )
        only_yes = self.conjunction([yes, negate(no)])
        both = FALSE
        if yes.true and no.true:
            both = self.conjunction([yes, no, clash])
        neither = FALSE
        if yes.false and no.false:
            neither = self.conjunction([negate(yes), negate(no), silent])
        only_no = self.conjunction([no, negate(yes)])
        both_no = self.conjunction([yes, no, negate(clash)]) if yes.true and no.true else FALSE
        neither_no = (
            self.conjunction([negate(yes), negate(no), negate(silent)])
            if yes.false and no.false else FALSE
        )
        true = absorb((*only_yes.true, *both.true, *neither.true))
        false = absorb((*only_no.true, *both_no.true, *neither_no.true))
        if not true:
            return FALSE
        return Formula(true, false) if false else TRUE

    def _applies(
        self, rule: Rule, scope: Scope, overriders: dict[str, list[Rule]],
        memo: dict[str, Formula], situation: Situation, day: int,
        state: tuple[object, ...],
    ) -> Formula:
        found = memo.get(rule.id)
        if found is None:
            parts = [self.condition(rule.when, scope, situation, day, state)]
            for other in overriders.get(rule.id, ()):
                exception = self._applies(other, scope, overriders, memo, situation, day, state)
                parts.append(negate(exception))
            found = self.conjunction(parts)
            memo[rule.id] = found
        return found

    def condition(
        self, condition: Condition, scope: Scope, situation: Situation, day: int,
        state: tuple[object, ...] = (),
    ) -> Formula:
        """The formula of a condition on a day."""
        match condition:
            case AllOf(parts):
                return self.conjunction(
                    [self.condition(p, scope, situation, day, state) for p in parts]
                )
            case AnyOf(parts):
                return self.disjunction(
                    [self.condition(p, scope, situation, day, state) for p in parts]
                )
            case Not(part):
                return negate(self.condition(part, scope, situation, day, state))
            case Compare(attribute, test):
                return self._compare(attribute, test, scope, situation, day)
            case Holds(predicate, arguments, test):
                return self._holds(predicate, arguments, test, scope, situation, day, state)
            case HasRecord(record, tests, where):
                return self._record(record, tests, where, scope, situation, day, state)

    def _asked(self, test: Test, scope: Scope, situation: Situation) -> tuple[Any, ...] | None:
        if not isinstance(test, OneOf):
            return None
        return tuple(_term(v, scope, situation) for v in test.values)

    def _compare(
        self, attribute: str, test: Test, scope: Scope, situation: Situation, day: int
    ) -> Formula:
        asked = self._asked(test, scope, situation)
        unsure = attribute in situation.unsure
        if attribute == "age":
            birth = situation.get("birth_year")
            gap = Gap(GapKind.NOT_GIVEN, "birth_year", unsure)
            window = _year_window(day)
            if birth is None or not isinstance(test, Between):
                f = self._literal(("age", test, window), gap)
            else:
                truth = in_range(*age_range(birth, day), test)
                f = _known(truth) or self._literal(("age", test, birth, window), gap)
            return Formula(f.true, f.false, *window)
        gap = Gap(GapKind.NOT_GIVEN, attribute, unsure)
        value = situation.get(attribute)
        if value is None:
            return self._unknown_attribute(attribute, test, asked, gap)
        if asked is not None and None in asked:
            return self._literal(("attribute", attribute, test, scope.arguments), gap)
        match test:
            case OneOf():
                truth = value_among(value, asked or ())
            case Between():
                truth = in_range(value, value, test)
            case Within():
                truth = day_within(value, test)
        return _known(truth) or self._literal(("attribute", attribute, asked or test, value), gap)

    def _unknown_attribute(
        self, attribute: str, test: Test, asked: tuple[Any, ...] | None, gap: Gap
    ) -> Formula:
        kind = self.edition.vocabulary.attributes[attribute]
        domain: tuple[object, ...] = (True, False) if kind.type == "bool" else kind.values
        if domain and asked is not None and None not in asked:
            atom = self.atoms.atom(("attribute", attribute), gap, domain)
            inside = sum(1 << n for n, v in enumerate(domain) if v in asked)
            outside = ((1 << len(domain)) - 1) & ~inside
            if not inside or not outside:
                return of_truth(not outside)
            return Formula((outside << atom.offset,), (inside << atom.offset,))
        return self._literal(("attribute", attribute, asked or test), gap)

    def _holds(
        self, name: str, arguments: tuple[Any, ...], test: Test | None, scope: Scope,
        situation: Situation, day: int, state: tuple[object, ...],
    ) -> Formula:
        choices: list[Arguments] = [()]
        for argument in arguments:
            value = _term(argument, scope, situation)
            if value is None and not _is_parameter(argument):
                gap = Gap(GapKind.NOT_GIVEN, _missing(argument))
                return self._literal(("argument", name, argument, scope.arguments), gap)
            values = value if isinstance(value, tuple) else (value,)
            choices = [(*c, v) for c in choices for v in values]
        parts = [self._test_predicate(name, c, test, scope, situation, day, state) for c in choices]
        return parts[0] if len(parts) == 1 else self.disjunction(parts)

    def _test_predicate(
        self, name: str, arguments: Arguments, test: Test | None, scope: Scope,
        situation: Situation, day: int, state: tuple[object, ...],
    ) -> Formula:
        if test is None:
            return self.predicate(name, arguments, situation, day, state)
        found = self.edition.look_up(name, arguments, day)
        asked = self._asked(test, scope, situation)
        if found.kind == "value" and found.value is not None and found.complete is None:
            truth = test_value(found.value, test, asked)
            f = _known(truth) or self._literal(
                ("test", name, arguments, asked or test), Gap(GapKind.NOT_RECORDED, name)
            )
            return Formula(f.true, f.false, found.start, found.end)
        return self._value_by_rules(name, arguments, test, asked, situation, day, state)

    def _value_by_rules(
        self, name: str, arguments: Arguments, test: Test, asked: tuple[Any, ...] | None,
        situation: Situation, day: int, state: tuple[object, ...],
    ) -> Formula:
        """A value that rules conclude: each rule is asked on its own whether it applies."""
        found = self.edition.look_up(name, arguments, day)
        start, end = found.start, found.end
        text = f"{name}({', '.join(a or 'any' for a in arguments)})"
        rules = self.edition.rules_for(name, arguments)
        for rule in rules:
            if rule.valid_from <= day < rule.valid_before:
                start, end = max(start, rule.valid_from), min(end, rule.valid_before)
            elif day < rule.valid_from:
                end = min(end, rule.valid_from)
            else:
                start = max(start, rule.valid_before)
        applying = [r for r in rules if r.valid_from <= day < r.valid_before]
        kind = GapKind.DISPUTED if found.kind == "disputed" else GapKind.NOT_RECORDED
        open_ = self._literal(("value", name, arguments, asked or test, kind), Gap(kind, text))
        if not applying or found.kind == "disputed":
            return Formula(open_.true, open_.false, start, end)
        predicate = self.edition.vocabulary.predicates[name]
        scope = Scope(tuple(zip((p.name for p in predicate.parameters), arguments, strict=True)))
        overriders: dict[str, list[Rule]] = {}
        for rule in applying:
            for other in rule.overrides:
                overriders.setdefault(other, []).append(rule)
        memo: dict[str, Formula] = {}
        passing: list[Formula] = []
        failing: list[Formula] = []
        for rule in applying:
            f = self._applies(rule, scope, overriders, memo, situation, day, state)
            start, end = max(start, f.start), min(end, f.end)
            truth = test_value(rule.gives, test, asked)
            (passing if truth is Truth.TRUE else failing).append(f)
        result = self._settle(
            self.disjunction(passing), self.disjunction(failing), None,
            ("value", name, arguments, asked or test), text,
        )
        return Formula(result.true, result.false, start, end)

    def _record(
        self, record: str, tests: tuple[FieldTest, ...], where: Condition | None, scope: Scope,
        situation: Situation, day: int, state: tuple[object, ...],
    ) -> Formula:
        asked_of = [(t, self._asked(t.test, scope, situation)) for t in tests]
        fixed = where is None or not self.condition_needs(where)
        parts = [
            self._kept_record(record, r, asked_of, where, scope, situation, day, state)
            if fixed
            else self._one_record(record, r, asked_of, where, scope, situation, day, state)
            for r in situation.records(record)
        ]
        if not situation.is_complete(record):
            asked = {t.field: a for t, a in asked_of if a is not None and None not in a}
            told = tuple((t.field, a if a is not None else t.test) for t, a in asked_of)
            for name, other in others_possible(record, tests, situation, asked):
                unsure = name in situation.unsure or record in situation.unsure
                key = ("other", name, other.get("issuer"), told)
                has = self._literal(key, Gap(GapKind.NOT_GIVEN, name, unsure))
                if where is not None:
                    inner = Scope(scope.arguments, (*scope.records, (record, other)))
                    has = self.conjunction(
                        [has, self.condition(where, inner, situation, day, state)]
                    )
                parts.append(has)
        return self.disjunction(parts)

    def _kept_record(
        self, kind: str, record: Record, asked_of: list[tuple[FieldTest, tuple[Any, ...] | None]],
        where: Condition | None, scope: Scope, situation: Situation, day: int,
        state: tuple[object, ...],
    ) -> Formula:
        """The formula of one record, remembered: states share most of their records."""
        told = tuple((t.field, a if a is not None else t.test) for t, a in asked_of)
        key = ("record", id(record), id(where), told, scope.arguments,
               tuple(id(r) for _, r in scope.records))
        windows = self._memo.get(key)
        if windows is None:
            windows = self._memo[key] = []
        for found in windows:
            if found.start <= day < found.end:
                return found
        result = self._one_record(kind, record, asked_of, where, scope, situation, day, state)
        windows.append(result)
        return result

    def _one_record(
        self, kind: str, record: Record, asked_of: list[tuple[FieldTest, tuple[Any, ...] | None]],
        where: Condition | None, scope: Scope, situation: Situation, day: int,
        state: tuple[object, ...],
    ) -> Formula:
        parts: list[Formula] = []
        for test, asked in asked_of:
            truth = test_field(kind, record, test, asked, day)
            window = _field_window(record, test, asked, day)
            if truth is Truth.FALSE:
                return Formula(_NO, _YES, *window)
            f = _known(truth)
            if f is None:
                name = gap_name(kind, test.field)
                key = ("field", kind, tuple(sorted(record.items(), key=str)), test.field,
                       asked or test.test, window if test.field in _BY_DAY else ())
                f = self._literal(
                    _hashable(key), Gap(GapKind.NOT_GIVEN, name, name in situation.unsure)
                )
            parts.append(Formula(f.true, f.false, *window))
        if where is not None:
            inner = Scope(scope.arguments, (*scope.records, (kind, record)))
            parts.append(self.condition(where, inner, situation, day, state))
        return self.conjunction(parts)


#: Fields whose truth depends on the day.
_BY_DAY = ("valid", "valid_days", "lawful", "in_force")


def _nothing(_state: tuple[object, ...]) -> tuple[object, ...]:
    return ()


def _known(truth: Truth) -> Formula | None:
    if truth is Truth.TRUE:
        return TRUE
    return FALSE if truth is Truth.FALSE else None


def _term(value: Any, scope: Scope, situation: Situation) -> Any:
    match value.__class__.__name__:
        case "Literal":
            return value.value
        case "Parameter":
            return scope.argument(value.name)
        case "RecordField":
            return scope.record(value.record).get(value.field)
        case _:
            return situation.get(value.name)


def _is_parameter(value: Any) -> bool:
    return value.__class__.__name__ == "Parameter"


def _missing(value: Any) -> str:
    return gap_name(value.record, value.field) if hasattr(value, "record") else value.name


def _hashable(value: Any) -> tuple[object, ...]:
    return tuple(repr(v) if isinstance(v, tuple) else v for v in value)


def _year_window(day: int) -> tuple[int, int]:
    from datetime import date

    year = date.fromordinal(day).year
    return date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()


def _field_window(
    record: Record, test: FieldTest, asked: tuple[Any, ...] | None, day: int
) -> tuple[int, int]:
    """The days around this one on which a field's truth stays the same."""
    if test.field not in _BY_DAY:
        return 1, NO_END
    cuts: set[int] = set()
    for key, extra in (("valid_until", 1), ("valid_from", 0), ("until", 1), ("on", 0)):
        found = parse_day(record.get(key))
        if found is not None:
            cuts.update((found.first.toordinal() + extra, found.last.toordinal() + extra))
    if test.field == "valid_days" and record.get("granted_days") is None:
        until = parse_day(record.get("valid_until"))
        bounds = _bounds(test.test, asked)
        if until is not None:
            for last in (until.first.toordinal(), until.last.toordinal()):
                cuts.update(last - int(b) + extra for b in bounds for extra in (0, 1))
    start = max((c for c in cuts if c <= day), default=1)
    return start, min((c for c in cuts if c > day), default=NO_END)


def _bounds(test: Test, asked: tuple[Any, ...] | None) -> list[float]:
    if isinstance(test, Between):
        return [b for b in (test.at_least, test.at_most) if b is not None]
    return [b for b in asked or () if isinstance(b, int | float)]


__all__ = ["FALSE", "TRUE", "Formula", "Formulas", "negate", "of_truth", "place_is"]
