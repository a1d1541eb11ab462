"""Decides one question for one person on one day, with its whole proof.

This is the plain reading of the rules from their source form. The search works on compiled masks;
what it shows is proved again here, and shown only if both agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

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
from ..model.proof import Claim, Gap, GapKind, Proof, Verdict
from ..model.situation import Record, Situation
from ..model.truth import Truth, all_of, any_of, not_, truth_of
from .reading import (
    age_range,
    day_within,
    gap_name,
    in_range,
    order_in_force,
    others_possible,
    paper_days_left,
    paper_valid,
    standing_lawful,
    value_among,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$…` stands for: the rule's own arguments, and the records being tested."""

    arguments: tuple[tuple[str, str | None], ...] = ()
    records: tuple[tuple[str, Record], ...] = ()

    def argument(self, name: str) -> str | None:
        """The rule's argument of that name."""
        return dict(self.arguments).get(name)

    def record(self, name: str) -> Record:
        """The record of that kind that is being tested."""
        return dict(self.records).get(name, {})


@dataclass(slots=True)
class Decider:
    """Decides for one situation on one day; remembers what it has decided."""

    edition: Edition
    situation: Situation
    day: int
    memo: dict[tuple[str, Arguments], Proof] = field(default_factory=dict)
    _records: dict[tuple[object, ...], Proof] = field(default_factory=dict)

    def predicate(self, name: str, arguments: Arguments) -> Proof:
        """The proof for a predicate of these arguments."""
        key = (name, arguments)
        found = self.memo.get(key)
        if found is None:
            predicate = self.edition.vocabulary.predicates[name]
            found = self._decide(predicate, arguments)
            self.memo[key] = found
        return found

    def _decide(self, predicate: Predicate, arguments: Arguments) -> Proof:
        claim = Claim("predicate", predicate.name, arguments)
        gap_text = f"{predicate.name}({', '.join(a or 'any' for a in arguments)})"
        found = self.edition.look_up(predicate.name, arguments, self.day)
        citations = tuple(c for _, a in found.assertions for c in a.citations)
        stale = tuple(
            dict.fromkeys(
                f.id for f, _ in found.assertions
                if self.edition.review_due(f) <= self.edition.as_of
            )
        )
        if found.kind == "disputed":
            gap = Gap(GapKind.DISPUTED, gap_text)
            sides = tuple(
                Proof(
                    Claim("fact", f.id, (a.value,)), Truth.UNKNOWN, citations=a.citations,
                    value=a.value,
                )
                for f, a in found.assertions
            )
            return Proof(claim, Truth.UNKNOWN, sides, citations, gap, stale=stale)
        if found.kind == "value" and found.complete is None:
            leaf = tuple(
                Proof(Claim("fact", f.id, (a.value,)), Truth.TRUE, citations=a.citations,
                      value=a.value, stale=stale)
                for f, a in found.assertions
            )
            truth = truth_of(found.value) if predicate.value == "truth" else Truth.TRUE
            return Proof(claim, truth, leaf, citations, value=found.value, stale=stale)
        rules = [
            r for r in self.edition.rules_for(predicate.name, arguments)
            if r.valid_from <= self.day < r.valid_before
        ]
        if rules:
            result = self._by_rules(predicate, arguments, rules, claim, gap_text)
            if result.gap is None or result.gap.kind is not GapKind.NOT_RULED:
                return result
        else:
            kind = (
                GapKind.NOT_RULED if self.edition.rules_on(predicate.name)
                and not self.edition.find_facts(predicate.name) else GapKind.NOT_RECORDED
            )
            result = Proof(claim, Truth.UNKNOWN, gap=Gap(kind, gap_text))
        if found.complete is not None:
            return Proof(
                claim, Truth.FALSE,
                (Proof(Claim("complete", predicate.name, found.complete.arguments), Truth.TRUE,
                       citations=found.complete.citations), *result.because),
                found.complete.citations, value=False,
            )
        if predicate.otherwise is not None:
            return Proof(
                claim, truth_of(predicate.otherwise), result.because, predicate.citations,
                value=predicate.otherwise,
            )
        return result

    def _by_rules(
        self, predicate: Predicate, arguments: Arguments, rules: list[Rule], claim: Claim,
        gap_text: str,
    ) -> Proof:
        names = tuple(p.name for p in predicate.parameters)
        scope = Scope(tuple(zip(names, arguments, strict=True)))
        overriders: dict[str, list[Rule]] = {}
        for rule in rules:
            for name in rule.overrides:
                overriders.setdefault(name, []).append(rule)
        memo: dict[str, Proof] = {}
        proofs = [(r, self._applies(r, scope, overriders, memo)) for r in rules]
        shown = tuple(p for _, p in proofs)
        if predicate.value != "truth":
            return self._value_by_rules(claim, proofs, gap_text)
        for_true = any_of(p.truth for r, p in proofs if r.gives is True)
        for_false = any_of(p.truth for r, p in proofs if r.gives is not True)
        if for_true is Truth.TRUE and for_false is Truth.TRUE:
            return Proof(claim, Truth.UNKNOWN, shown, gap=Gap(GapKind.DISPUTED, gap_text))
        if for_true is Truth.TRUE and for_false is Truth.FALSE:
            return Proof(claim, Truth.TRUE, shown, value=True)
        if for_true is Truth.FALSE and for_false is Truth.TRUE:
            return Proof(claim, Truth.FALSE, shown, value=False)
        if for_true is Truth.FALSE and for_false is Truth.FALSE:
            return Proof(claim, Truth.UNKNOWN, shown, gap=Gap(GapKind.NOT_RULED, gap_text))
        if predicate.otherwise is not None:
            silent = truth_of(predicate.otherwise)
            against = for_false if silent is Truth.TRUE else for_true
            if against is Truth.FALSE:
                return Proof(claim, silent, shown, predicate.citations, value=predicate.otherwise)
        return Proof(claim, Truth.UNKNOWN, shown)

    def _value_by_rules(
        self, claim: Claim, proofs: list[tuple[Rule, Proof]], gap_text: str
    ) -> Proof:
        shown = tuple(p for _, p in proofs)
        values = {repr(r.gives): r.gives for r, p in proofs if p.truth is Truth.TRUE}
        open_ = [r for r, p in proofs if p.truth is Truth.UNKNOWN]
        if len(values) > 1:
            return Proof(claim, Truth.UNKNOWN, shown, gap=Gap(GapKind.DISPUTED, gap_text))
        if len(values) == 1:
            value = next(iter(values.values()))
            if all(repr(r.gives) == repr(value) for r in open_):
                return Proof(claim, Truth.TRUE, shown, value=value)
            return Proof(claim, Truth.UNKNOWN, shown)
        if open_:
            return Proof(claim, Truth.UNKNOWN, shown)
        return Proof(claim, Truth.UNKNOWN, shown, gap=Gap(GapKind.NOT_RULED, gap_text))

    def _applies(
        self, rule: Rule, scope: Scope, overriders: dict[str, list[Rule]], memo: dict[str, Proof]
    ) -> Proof:
        """Whether a rule applies: its condition holds, and none of its exceptions applies."""
        found = memo.get(rule.id)
        if found is not None:
            return found
        when = self.condition(rule.when, scope)
        exceptions = tuple(
            self._applies(o, scope, overriders, memo) for o in overriders.get(rule.id, ())
        )
        truth = all_of([when.truth, *(not_(e.truth) for e in exceptions)])
        stale = (rule.id,) if rule.review_due <= self.edition.as_of else ()
        proof = Proof(
            Claim("rule", rule.id, (rule.gives,)), truth, (when, *exceptions), rule.citations,
            stale=stale,
        )
        memo[rule.id] = proof
        return proof

    def condition(self, condition: Condition, scope: Scope) -> Proof:
        """The proof for a condition."""
        match condition:
            case AllOf(parts):
                proofs = tuple(self.condition(p, scope) for p in parts)
                return Proof(Claim("all", ""), all_of(p.truth for p in proofs), proofs)
            case AnyOf(parts):
                proofs = tuple(self.condition(p, scope) for p in parts)
                return Proof(Claim("any", ""), any_of(p.truth for p in proofs), proofs)
            case Not(part):
                proof = self.condition(part, scope)
                return Proof(Claim("not", ""), not_(proof.truth), (proof,))
            case Compare(attribute, test):
                return self._compare(attribute, test, scope)
            case Holds(predicate, arguments, test):
                return self._holds(predicate, arguments, test, scope)
            case HasRecord(record, tests, where):
                return self._record(record, tests, where, scope)

    def _compare(self, attribute: str, test: Test, scope: Scope) -> Proof:
        asked = self._asked(test, scope)
        claim = Claim("attribute", attribute, asked if asked is not None else (test,))
        unsure = attribute in self.situation.unsure
        gap = Gap(GapKind.NOT_GIVEN, "birth_year" if attribute == "age" else attribute, unsure)
        if attribute == "age":
            birth = self.situation.get("birth_year")
            if birth is None or not isinstance(test, Between):
                return Proof(claim, Truth.UNKNOWN, gap=gap)
            truth = in_range(*age_range(birth, self.day), test)
            return Proof(claim, truth, gap=gap if truth is Truth.UNKNOWN else None)
        value = self.situation.get(attribute)
        if value is None or (asked is not None and None in asked):
            return Proof(claim, Truth.UNKNOWN, gap=gap)
        match test:
            case OneOf():
                truth = value_among(value, asked or ())
            case Between():
                truth = in_range(value, value, test)
            case Within():
                truth = day_within(value, test)
        return Proof(claim, truth, gap=gap if truth is Truth.UNKNOWN else None)

    def _asked(self, test: Test, scope: Scope) -> tuple[Any, ...] | None:
        if not isinstance(test, OneOf):
            return None
        return tuple([
            v.value if type(v) is Literal else self._term(v, scope)[0] for v in test.values
        ])

    def _term(self, value: Term, scope: Scope) -> tuple[Any, str]:
        """A term's value, and the name of what is missing when it has none."""
        match value:
            case Literal(plain):
                return plain, ""
            case Parameter(name):
                return scope.argument(name), name
            case RecordField(record, name):
                return scope.record(record).get(name), gap_name(record, name)
            case Attribute(name):
                return self.situation.get(name), name

    def _holds(
        self, name: str, arguments: tuple[Term, ...], test: Test | None, scope: Scope
    ) -> Proof:
        choices: list[tuple[str | None, ...]] = [()]
        for argument in arguments:
            value, missing = self._term(argument, scope)
            if value is None and not isinstance(argument, Parameter):
                gap = Gap(GapKind.NOT_GIVEN, missing, missing in self.situation.unsure)
                return Proof(Claim("predicate", name, ()), Truth.UNKNOWN, gap=gap)
            values = value if isinstance(value, tuple) else (value,)
            choices = [(*c, v) for c in choices for v in values]
        proofs = tuple(self._test_predicate(name, c, test, scope) for c in choices)
        if len(proofs) == 1:
            return proofs[0]
        return Proof(Claim("any", name), any_of(p.truth for p in proofs), proofs)

    def _test_predicate(
        self, name: str, arguments: Arguments, test: Test | None, scope: Scope
    ) -> Proof:
        proof = self.predicate(name, arguments)
        if test is None or proof.truth is Truth.UNKNOWN or proof.value is None:
            return proof
        truth = test_value(proof.value, test, self._asked(test, scope))
        return Proof(
            Claim("value", name, (*arguments, proof.value)), truth, proof.because,
            proof.citations, stale=proof.stale, value=proof.value,
        )

    def _record(
        self, record: str, tests: tuple[FieldTest, ...], where: Condition | None, scope: Scope
    ) -> Proof:
        wanted = tuple([self._asked(t.test, scope) for t in tests])
        if where is not None:
            return self._any_record(record, tests, where, scope, wanted)
        key = (record, tests, wanted)
        found = self._records.get(key)
        if found is None:
            found = self._records[key] = self._any_record(record, tests, where, scope, wanted)
        return found

    def _any_record(
        self, record: str, tests: tuple[FieldTest, ...], where: Condition | None, scope: Scope,
        wanted: tuple[tuple[Any, ...] | None, ...],
    ) -> Proof:
        """At least one record of a kind passes all tests; `wanted` are their values."""
        asked = {
            t.field: values
            for t, values in zip(tests, wanted, strict=True)
            if values is not None and None not in values
        }
        proofs = [
            self._one_record(record, n, r, tests, where, scope)
            for n, r in enumerate(self.situation.records(record))
        ]
        if not self.situation.is_complete(record):
            for name, other in others_possible(record, tests, self.situation, asked):
                gap = Gap(GapKind.NOT_GIVEN, name, name in self.situation.unsure
                          or record in self.situation.unsure)
                has = Proof(Claim("other", record, tuple(sorted(other.items()))), Truth.UNKNOWN,
                            gap=gap)
                if where is None:
                    proofs.append(has)
                    continue
                inner = self.condition(
                    where, Scope(scope.arguments, (*scope.records, (record, other)))
                )
                truth = all_of([has.truth, inner.truth])
                proofs.append(Proof(Claim("all", ""), truth, (has, inner)))
        claim = Claim("record", record, tuple(sorted(asked.items())))
        return Proof(claim, any_of(p.truth for p in proofs), tuple(proofs))

    def _one_record(
        self, kind: str, number: int, record: Record, tests: tuple[FieldTest, ...],
        where: Condition | None, scope: Scope,
    ) -> Proof:
        proofs: list[Proof] = []
        for test in tests:
            proof = self._field(kind, record, test, scope)
            if proof.truth is Truth.FALSE:
                return Proof(Claim("given", kind, (number,)), Truth.FALSE, (proof,))
            proofs.append(proof)
        if where is not None:
            proofs.append(
                self.condition(where, Scope(scope.arguments, (*scope.records, (kind, record))))
            )
        return Proof(
            Claim("given", kind, (number,)), all_of(p.truth for p in proofs), tuple(proofs)
        )

    def _field(self, kind: str, record: Record, test: FieldTest, scope: Scope) -> Proof:
        asked = self._asked(test.test, scope)
        claim = Claim("field", f"{kind}.{test.field}", asked if asked is not None else (test.test,))
        truth = test_field(kind, record, test, asked, self.day)
        name = gap_name(kind, test.field)
        gap = Gap(GapKind.NOT_GIVEN, name, name in self.situation.unsure)
        return Proof(claim, truth, gap=gap if truth is Truth.UNKNOWN else None)


def test_value(value: Value, test: Test, asked: tuple[Any, ...] | None) -> Truth:
    """Whether a predicate's value passes a test; a range does when all of it does."""
    match test:
        case OneOf():
            return Truth.UNKNOWN if asked is None or None in asked else truth_of(value in asked)
        case Between():
            if isinstance(value, tuple):
                return in_range(value[0], value[1], test)
            if isinstance(value, str):
                return Truth.UNKNOWN
            return in_range(value, value, test)
        case Within():
            return day_within(value, test)


def test_field(
    kind: str, record: Record, test: FieldTest, asked: tuple[Any, ...] | None, day: int
) -> Truth:
    """Whether one field of a record passes its test on a day."""
    if kind == "paper" and test.field in ("valid", "valid_days"):
        if test.field == "valid":
            found = paper_valid(record, day)
            return not_(found) if asked == (False,) else found
        left = paper_days_left(record, day)
        if left is None:
            return Truth.UNKNOWN
        if isinstance(test.test, Between):
            return in_range(*left, test.test)
        needed = asked[0] if asked else None
        if needed is None:
            return Truth.UNKNOWN
        return in_range(*left, Between(at_least=needed))
    if kind == "standing" and test.field == "lawful":
        found = standing_lawful(record, day)
        return not_(found) if asked == (False,) else found
    if kind == "order" and test.field == "in_force":
        found = order_in_force(record, day)
        return not_(found) if asked == (False,) else found
    value = record.get(test.field)
    if value is None and kind == "paper" and test.field == "held":
        value = "held"
    if value is None or (asked is not None and None in asked):
        return Truth.UNKNOWN
    match test.test:
        case OneOf():
            return value_among(value, asked or ())
        case Between():
            return in_range(value, value, test.test)
        case Within():
            return day_within(value, test.test)


def decide(
    edition: Edition,
    goal: str,
    situation: Situation,
    *,
    on: date,
    arguments: dict[str, str] | None = None,
) -> Verdict:
    """Decide a predicate for one person on one day.

    Args:
        goal: The predicate's name.
        on: The day asked about (valid time); the edition's day is the record time.
        arguments: The predicate's arguments by name; one left out stands for any.

    Raises:
        UnknownName: The vocabulary has no such predicate, or it has no such parameter.
    """
    predicate = edition.find_predicate(goal)
    if predicate is None:
        known = edition.vocabulary.predicates
        raise UnknownName(f"unknown predicate `{goal}`\n  {did_you_mean(goal, known)}")
    given = dict(arguments or {})
    ordered = tuple(given.pop(p.name, None) for p in predicate.parameters)
    if given:
        names = [p.name for p in predicate.parameters]
        wrong = sorted(given)[0]
        raise UnknownName(f"`{goal}` has no parameter `{wrong}`\n  {did_you_mean(wrong, names)}")
    day = on.toordinal()
    proof = Decider(edition, situation, day).predicate(goal, ordered)
    return Verdict(goal, proof.truth, proof, day, edition.as_of, ordered)
