"""Reads a condition from its table, checking every name against the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..errors import did_you_mean
from ..model.condition import (
    ALWAYS,
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
    term,
)
from ..model.knowledge import FieldType, RecordType, Vocabulary
from .forms import LARGEST_NUMBER, PLACE, REGION, Form, show

_MODES = ("air", "land", "sea")
_DEEPEST = 12
_NUMBER_KEYS = {"at_least", "at_most"}
_DAY_KEYS = {"from", "before"}


class ConditionReader:
    """Reads conditions of one rule, procedure or danger; `parameters` are what `$…` may name."""

    def __init__(self, vocabulary: Vocabulary, parameters: tuple[str, ...]) -> None:
        """Keep the vocabulary and the names of the rule's own arguments."""
        self.vocabulary = vocabulary
        self.parameters = parameters

    def read(
        self, value: Any, form: Form, *, within: tuple[str, ...] = (), depth: int = 0
    ) -> Condition:
        """The condition that a table stands for; problems go to the form."""
        if depth > _DEEPEST:
            form.problem(f"the condition is nested more than {_DEEPEST} deep", "Use a predicate.")
            return ALWAYS
        if not isinstance(value, Mapping):
            form.problem(f"a condition must be a table, not {show(value)}", "Write { … }.")
            return ALWAYS
        keys = set(value)
        if "predicate" in keys:
            return self._holds(value, form, within)
        if len(keys) != 1:
            form.problem(
                f"a condition has exactly one key, not {len(keys)}: {show(', '.join(sorted(keys)))}",
                "Join several with { all = [ … ] } or { any = [ … ] }.",
            )
            return ALWAYS
        key = next(iter(keys))
        inner = value[key]
        if key in ("all", "any"):
            if not isinstance(inner, list) or not inner:
                form.problem(f"`{key}` must be a list of conditions", f"Write {key} = [{{ … }}].")
                return ALWAYS
            parts = tuple(self.read(v, form, within=within, depth=depth + 1) for v in inner)
            return AllOf(parts) if key == "all" else AnyOf(parts)
        if key == "not":
            return Not(self.read(inner, form, within=within, depth=depth + 1))
        if key in self.vocabulary.records:
            return self._record(self.vocabulary.records[key], inner, form, within, depth)
        if key in self.vocabulary.attributes:
            kind = self.vocabulary.attributes[key]
            return Compare(key, self._test(kind, inner, form, within, key))
        known = [*self.vocabulary.attributes, *self.vocabulary.records, "all", "any", "not"]
        form.problem(f"unknown condition `{show(key)}`", did_you_mean(key, [*known, "predicate"]))
        return ALWAYS

    def _record(
        self, record: RecordType, inner: Any, form: Form, within: tuple[str, ...], depth: int
    ) -> Condition:
        if not isinstance(inner, Mapping):
            form.problem(f"`{record.name}` must be a table of tests", "Write { kind = … }.")
            return ALWAYS
        within = (*within, record.name)
        fields = {f.name: f for f in record.fields}
        tests: list[FieldTest] = []
        where: Condition | None = None
        for key, value in inner.items():
            if key == "where":
                where = self.read(value, form, within=within, depth=depth + 1)
            elif record.name == "paper" and key == "valid":
                if value not in (True, False, "any"):
                    form.problem('`valid` must be true, false or "any"', "Leave it out for true.")
                tests.append(FieldTest("valid", OneOf((Literal(value),))))
            elif record.name == "paper" and key == "valid_days":
                tests.append(FieldTest("valid_days", self._valid_days(value, form, within)))
            elif key in fields:
                test = self._test(fields[key], value, form, within, f"{record.name}.{key}")
                tests.append(FieldTest(key, test))
            else:
                form.problem(
                    f"unknown field `{show(key)}` of `{record.name}`",
                    did_you_mean(key, [*fields, "where"]),
                )
        if record.name == "paper":
            tests = _paper_defaults(tests)
        return HasRecord(record.name, tuple(tests), where)

    def _valid_days(self, value: Any, form: Form, within: tuple[str, ...]) -> Test:
        if isinstance(value, str) and value.startswith("$"):
            return OneOf((self._term(value, form, within),))
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
            return Between(at_least=float(value))
        form.problem("`valid_days` must be a whole number", "Write valid_days = 180.")
        return Between(at_least=0)

    def _holds(self, value: Mapping[str, Any], form: Form, within: tuple[str, ...]) -> Condition:
        name = value["predicate"]
        predicate = self.vocabulary.predicates.get(name) if isinstance(name, str) else None
        if predicate is None:
            form.problem(
                f"unknown predicate `{show(name)}`",
                did_you_mean(str(name), self.vocabulary.predicates),
            )
            return ALWAYS
        for key in value:
            if key not in {"predicate", "of", "is", *_NUMBER_KEYS}:
                form.problem(
                    f"unknown key `{show(key)}` beside `predicate`",
                    did_you_mean(key, ["of", "is", *_NUMBER_KEYS]),
                )
        of = value.get("of", [])
        if not isinstance(of, list) or len(of) != len(predicate.parameters):
            wanted = ", ".join(p.name for p in predicate.parameters)
            form.problem(
                f"`{name}` takes {len(predicate.parameters)} arguments: {wanted}",
                'Write of = ["$place", …].',
            )
            return ALWAYS
        arguments = tuple(self._argument(v, form, within) for v in of)
        for parameter, argument in zip(predicate.parameters, arguments, strict=True):
            if isinstance(argument, Attribute):
                kind = self.vocabulary.attributes[argument.name].type
                if kind == "place-or-region" and parameter.type != kind:
                    form.problem(
                        f"`{argument.name}` may be a region, and `{parameter.name}` of `{name}` "
                        "is a state",
                        f"Use `${parameter.name}` or a code, and compare `{argument.name}` beside it.",
                    )
        test: Test | None = None
        if "is" in value:
            test = OneOf(self._terms(value["is"], form, within))
            for t in test.values:
                if predicate.values and isinstance(t, Literal) and t.value not in predicate.values:
                    form.problem(
                        f"`{name}` is never {show(t.value)}",
                        did_you_mean(str(t.value), predicate.values),
                    )
        elif keys := _NUMBER_KEYS & set(value):
            test = _between({k: value[k] for k in keys}, form, name)
        if test is None and predicate.value != "truth":
            form.problem(
                f"`{name}` has a value and cannot be true or false by itself",
                "Add `is`, `at_least` or `at_most`.",
            )
        if test is not None and predicate.value == "truth":
            form.problem(f"`{name}` is true or false and takes no test", "Use { not = … }.")
        return Holds(name, arguments, test)

    def _argument(self, value: Any, form: Form, within: tuple[str, ...]) -> Term:
        if isinstance(value, str) and value in self.vocabulary.attributes:
            return Attribute(value)
        if isinstance(value, bool | int | float):
            form.problem(f"an argument is text, not {show(value)}", "Put it in quotes.")
            return Literal("")
        return self._term(value, form, within)

    def _term(self, value: Any, form: Form, within: tuple[str, ...]) -> Term:
        try:
            result = term(value)
        except TypeError as error:
            form.problem(str(error))
            return Literal("")
        if isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
            form.problem(f"{show(value)} is no number to reckon with")
            return Literal(0)
        if isinstance(result, Parameter) and result.name not in self.parameters:
            form.problem(
                f"`${result.name}` names no argument here",
                did_you_mean(result.name, self.parameters) or "This has no arguments.",
            )
        if isinstance(result, RecordField):
            fields = self.vocabulary.records.get(result.record)
            if result.record not in within:
                form.problem(
                    f"`${result.record}.{result.field}` stands outside a test of that record",
                    f"Move it into {{ {result.record} = {{ where = … }} }}.",
                )
            elif fields and result.field not in {f.name for f in fields.fields}:
                form.problem(
                    f"unknown field `${result.record}.{result.field}`",
                    did_you_mean(result.field, [f.name for f in fields.fields]),
                )
        return result

    def _terms(self, value: Any, form: Form, within: tuple[str, ...]) -> tuple[Term, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(self._term(v, form, within) for v in values)

    def _test(
        self, kind: FieldType, value: Any, form: Form, within: tuple[str, ...], name: str
    ) -> Test:
        if isinstance(value, Mapping):
            keys = set(value)
            if keys and keys <= _NUMBER_KEYS and kind.type in ("year", "number", "derived"):
                return _between(value, form, name)
            if keys and keys <= _DAY_KEYS and kind.type == "day":
                return _within(value, form, name)
            form.problem(
                f"`{name}` cannot be tested so",
                "Use at_least and at_most for numbers, from and before for days.",
            )
            return OneOf(())
        terms = self._terms(value, form, within)
        for t in terms:
            if isinstance(t, Literal):
                self._check_literal(kind, t.value, form, name)
        return OneOf(terms)

    def _check_literal(self, kind: FieldType, value: object, form: Form, name: str) -> None:
        if kind.type in ("bool", "derived-bool"):
            if not isinstance(value, bool):
                form.problem(f"`{name}` is true or false, not {show(value)}", "Leave off quotes.")
        elif kind.values:
            if value not in kind.values:
                form.problem(
                    f"`{name}` is never {show(value)}", did_you_mean(str(value), kind.values)
                )
        elif kind.type in ("place", "places"):
            if not isinstance(value, str) or not PLACE.match(value):
                form.problem(
                    f"`{name}` is a place, not {show(value)}", "Write two capitals, such as KZ."
                )
        elif kind.type in ("place-or-region", "region"):
            if not isinstance(value, str) or not REGION.match(value):
                form.problem(
                    f"`{name}` is a place or region, not {show(value)}",
                    "Write KZ (ISO 3166-1) or RU-BEL (ISO 3166-2).",
                )
        elif kind.type in ("day", "year", "derived"):
            form.problem(
                f"`{name}` is tested with a table",
                "Use { from = 2022-09-21 } for days, { at_least = 18 } for numbers.",
            )


def _paper_defaults(tests: list[FieldTest]) -> list[FieldTest]:
    """Unless said otherwise a paper is held now and valid; `valid = "any"` asks nothing."""
    names = {t.field for t in tests}
    if "held" not in names:
        tests.append(FieldTest("held", OneOf((Literal("held"),))))
    if "valid" not in names:
        tests.append(FieldTest("valid", OneOf((Literal(True),))))
    return [t for t in tests if not (t.field == "valid" and t.test == OneOf((Literal("any"),)))]


def _between(value: Mapping[str, Any], form: Form, name: str) -> Test:
    bounds: dict[str, float] = {}
    for key, number in value.items():
        if isinstance(number, bool) or not isinstance(number, int | float):
            form.problem(f"`{key}` of `{name}` must be a number, not {show(number)}")
        elif not abs(number) <= LARGEST_NUMBER:
            form.problem(f"`{key}` of `{name}` is no number to reckon with")
        else:
            bounds[key] = float(number)
    return Between(bounds.get("at_least"), bounds.get("at_most"))


def _within(value: Mapping[str, Any], form: Form, name: str) -> Test:
    days: dict[str, int] = {}
    for key, day in value.items():
        if isinstance(day, datetime) or not isinstance(day, date):
            form.problem(f"`{key}` of `{name}` must be a day", "Write 2022-09-21 without quotes.")
        else:
            days[key] = day.toordinal()
    return Within(days.get("from"), days.get("before"))
