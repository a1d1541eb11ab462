"""Conditions made ready to be worked out many times: what each looks at is known beforehand.

Every condition of a rule, procedure or danger becomes a tree of nodes, once for an edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

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
from ..model.period import NO_END, parse_day
from ..model.proof import Gap, GapKind
from ..model.situation import Record
from ..model.truth import Truth
from .algebra import FALSE, TRUE, Formula, conjunction, disjunction, literal, within
from .decide import test_field, test_value
from .nodes import AllNode, AnyNode, Call, Node, NotNode, Uses
from .reading import age_range, day_within, gap_name, in_range, others_possible, value_among

if TYPE_CHECKING:
    from .program import Program

#: Fields whose truth depends on the day.
BY_DAY = ("valid", "valid_days", "lawful", "in_force")
Asked = tuple[Any, ...] | None


class CompareNode(Node):
    """An attribute of the person passes a test."""

    __slots__ = ("attribute", "fixed", "terms", "test")

    def __init__(self, program: Program, attribute: str, test: Test, place: Place) -> None:
        """Prepare the values asked for."""
        uses = Uses(dynamic=program.dynamic_places(attribute)) | place.uses_of(test)
        super().__init__(program, uses)
        self.attribute, self.test = attribute, test
        self.fixed, self.terms = place.values(test)

    def work(self, call: Call) -> Formula:
        """Unknown where it is not given, or where a day or region leaves it open."""
        test, attribute, situation = self.test, self.attribute, call.situation
        asked = self.fixed if self.terms is None else tuple([t(call) for t in self.terms])
        atoms = call.formulas.atoms
        unsure = attribute in situation.unsure
        if attribute == "age":
            birth = situation.get("birth_year")
            gap = Gap(GapKind.NOT_GIVEN, "birth_year", unsure)
            window = _year_window(call.day)
            if birth is None or not isinstance(test, Between):
                f = literal(atoms, ("age", test, window), gap)
            else:
                truth = in_range(*age_range(birth, call.day), test)
                f = _known(truth) or literal(atoms, ("age", test, birth, window), gap)
            return within(f, *window)
        gap = Gap(GapKind.NOT_GIVEN, attribute, unsure)
        value = situation.get(attribute)
        if value is None:
            return self._unknown(call, asked, gap)
        if asked is not None and None in asked:
            return literal(atoms, ("attribute", attribute, test, call.pairs), gap)
        match test:
            case OneOf():
                truth = value_among(value, asked or ())
            case Between():
                truth = in_range(value, value, test)
            case Within():
                truth = day_within(value, test)
        return _known(truth) or literal(
            atoms, ("attribute", attribute, asked or test, value), gap
        )

    def _unknown(self, call: Call, asked: Asked, gap: Gap) -> Formula:
        kind = call.formulas.edition.vocabulary.attributes[self.attribute]
        domain: tuple[object, ...] = (True, False) if kind.type == "bool" else kind.values
        atoms = call.formulas.atoms
        if domain and asked is not None and None not in asked:
            atom = atoms.atom(("attribute", self.attribute), gap, domain)
            inside = sum(1 << n for n, v in enumerate(domain) if v in asked)
            outside = ((1 << len(domain)) - 1) & ~inside
            if not inside or not outside:
                return FALSE if outside else TRUE
            return Formula((outside << atom.offset,), (inside << atom.offset,))
        return literal(atoms, ("attribute", self.attribute, asked or self.test), gap)


class HoldsNode(Node):
    """A predicate is true of its arguments, or its value passes a test."""

    __slots__ = ("arguments", "fixed", "known", "predicate", "terms", "test", "values")

    def __init__(self, program: Program, condition: Holds, place: Place) -> None:
        """Prepare arguments and the values asked for."""
        uses = program.needs(condition.predicate)
        for term in condition.arguments:
            uses |= place.uses_of_term(term)
        test = condition.test
        if test is not None:
            uses |= place.uses_of(test)
        super().__init__(program, uses)
        self.predicate, self.arguments, self.test = condition.predicate, condition.arguments, test
        self.values = tuple(place.term(t) for t in condition.arguments)
        self.known = all(isinstance(t, Literal | Parameter) for t in condition.arguments)
        self.fixed, self.terms = (None, None) if test is None else place.values(test)

    def of(self, call: Call) -> Formula:
        """The formula; the predicate itself remembers what needs no test."""
        if self.test is None and self.known:
            return call.formulas.ask(
                self.predicate, tuple([v(call) for v in self.values]), call.situation, call.day,
                call.state,
            )
        return super().of(call)

    def work(self, call: Call) -> Formula:
        """Where an argument has several values, for any of them."""
        choices: list[tuple[Any, ...]] = [()]
        for argument, term in zip(self.arguments, self.values, strict=True):
            value = term(call)
            if value is None and not isinstance(argument, Parameter):
                gap = Gap(GapKind.NOT_GIVEN, _missing(argument))
                key = ("argument", self.predicate, argument, call.pairs)
                return literal(call.formulas.atoms, key, gap)
            values = value if isinstance(value, tuple) else (value,)
            choices = [(*c, v) for c in choices for v in values]
        parts = [self._one(call, c) for c in choices]
        return parts[0] if len(parts) == 1 else disjunction(call.formulas.atoms, parts)

    def _one(self, call: Call, args: tuple[Any, ...]) -> Formula:
        f = call.formulas
        if self.test is None:
            return f.ask(self.predicate, args, call.situation, call.day, call.state)
        asked = self.fixed if self.terms is None else tuple([t(call) for t in self.terms])
        found = f.edition.look_up(self.predicate, args, call.day)
        if found.kind == "value" and found.value is not None and found.complete is None:
            truth = test_value(found.value, self.test, asked)
            result = _known(truth) or literal(
                f.atoms, ("test", self.predicate, args, asked or self.test),
                Gap(GapKind.NOT_RECORDED, self.predicate),
            )
            return within(result, found.start, found.end)
        question = f.program.question(self.predicate, args)
        return question.value(f, self.test, asked, call)

    def is_shut(
        self, program: Program, args: tuple[str | None, ...], day: int
    ) -> tuple[int, int] | None:
        """Where no rule speaks of the predicate, what facts or silence say of it."""
        if self.test is not None or not self.known or program.edition.rules_on(self.predicate):
            return None
        given = self._known_args(args)
        found = program.edition.look_up(self.predicate, given, day)
        otherwise = program.edition.vocabulary.predicates[self.predicate].otherwise
        silent = found.kind == "none" and otherwise is False
        if silent or (found.kind == "value" and found.value is False):
            return found.start, found.end
        return None

    def _known_args(self, args: tuple[str | None, ...]) -> tuple[str | None, ...]:
        call = Call.__new__(Call)
        call.args, call.records = args, ()
        return tuple(v(call) for v in self.values)

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """Those that matter to the predicate's rules."""
        if program.paper_place not in program.needs(self.predicate).dynamic:
            return 0, 1, NO_END
        if not self.known:
            return -1, 1, NO_END
        return program.question(self.predicate, self._known_args(args)).papers(day)


class RecordNode(Node):
    """The person has a record of a kind whose fields pass all tests."""

    __slots__ = (
        "_few_papers", "_masks", "_own_args", "_own_dynamic", "_own_records", "_rest", "kind", "plain", "record_number", "tests", "where",
    )

    def __init__(
        self, program: Program, condition: HasRecord, place: Place, where: Node | None
    ) -> None:
        """Prepare the tests on each field."""
        depth = len(place.within)
        uses = Uses(dynamic=program.dynamic_places(condition.record))
        own = Uses()
        for test in condition.tests:
            own |= place.uses_of(test.test)
        if where is not None:
            own |= Uses(where.uses.args, where.uses.records - {depth}, where.uses.dynamic)
        super().__init__(program, uses | own)
        self.kind, self.plain, self.where = condition.record, condition.tests, where
        self.tests = tuple((t, *place.values(t.test)) for t in condition.tests)
        self.record_number = program.number()
        paper = program.paper_place
        self._few_papers = condition.record == "paper" and paper not in own.dynamic
        self._masks: dict[object, int] = {}
        self._own_args = tuple(sorted(own.args))
        self._own_records = tuple(sorted(own.records))
        self._own_dynamic = tuple(sorted(own.dynamic))
        self._rest = tuple(sorted(self.uses.dynamic - {paper}))

    def _asked_of(self, call: Call) -> list[tuple[FieldTest, Asked]]:
        return [
            (t, fixed if terms is None else tuple([v(call) for v in terms]))
            for t, fixed, terms in self.tests
        ]

    def key(self, call: Call) -> object:
        """As for other nodes, but of papers got on the way only those that can matter."""
        place = call.formulas.paper_place
        if place < 0 or not self._few_papers or not call.state:
            return super().key(call)
        args = self._pick_args(call.args) if self._pick_args else None
        mask = None if self._records else self._masks.get(args)
        if mask is None:
            mask = self._matching(call.formulas.program, self._asked_of(call))
            self._masks[None if self._records else args] = mask
        state = call.state
        papers: int = state[place] & mask  # type: ignore[operator]
        if not self._rest and not self._records:
            return args, papers
        rest = tuple([state[n] for n in self._rest])
        records = tuple([id(call.records[n]) for n in self._records])
        return args, records, rest, papers

    def work(self, call: Call) -> Formula:
        """Any of the records given, or one that was not."""
        asked_of = self._asked_of(call)
        situation, f, day = call.situation, call.formulas, call.day
        own = self._own_key(call)
        parts: list[Formula] = []
        for record in situation.records(self.kind):
            windows = f.memo.setdefault((self.record_number, (id(record), own)), [])
            for found in windows:
                if found.start <= day < found.end:
                    break
            else:
                found = self._one_record(call, record, asked_of)
                windows.append(found)
            if not found.false and not found.is_open:
                return found
            parts.append(found)
        if not situation.is_complete(self.kind):
            asked = {t.field: a for t, a in asked_of if a is not None and None not in a}
            told = tuple((t.field, a if a is not None else t.test) for t, a in asked_of)
            for name, other in others_possible(self.kind, self.plain, situation, asked):
                unsure = name in situation.unsure or self.kind in situation.unsure
                key = ("other", name, other.get("issuer"), told)
                has = literal(f.atoms, key, Gap(GapKind.NOT_GIVEN, name, unsure))
                if self.where is not None:
                    where = self.where.of(call.within(f.one_and_the_same(other)))
                    has = conjunction(f.atoms, [has, where])
                parts.append(has)
        return disjunction(f.atoms, parts)

    def _own_key(self, call: Call) -> object:
        args = tuple([call.args[n] for n in self._own_args])
        records = tuple([id(call.records[n]) for n in self._own_records])
        state = tuple([call.state[n] for n in self._own_dynamic]) if call.state else ()
        return args, records, state

    def _one_record(
        self, call: Call, record: Record, asked_of: list[tuple[FieldTest, Asked]]
    ) -> Formula:
        parts: list[Formula] = []
        kind, atoms = self.kind, call.formulas.atoms
        for test, asked in asked_of:
            truth = test_field(kind, record, test, asked, call.day)
            window = _field_window(record, test, asked, call.day)
            if truth is Truth.FALSE:
                return within(FALSE, *window)
            f = _known(truth)
            if f is None:
                name = gap_name(kind, test.field)
                key = ("field", kind, tuple(sorted(record.items(), key=str)), test.field,
                       asked or test.test, window if test.field in BY_DAY else ())
                unsure = name in call.situation.unsure
                f = literal(atoms, _hashable(key), Gap(GapKind.NOT_GIVEN, name, unsure))
            parts.append(within(f, *window))
        if self.where is not None:
            parts.append(self.where.of(call.within(record)))
        return conjunction(atoms, parts)

    def _matching(self, program: Program, asked_of: list[tuple[FieldTest, Asked]]) -> int:
        """Which papers that procedures hand over may pass the tests that do not turn on the day."""
        mask = -1
        for test, asked in asked_of:
            if test.field not in BY_DAY:
                mask &= program.papers_passing(test, asked)
        return mask

    def papers(self, program: Program, args: tuple[str | None, ...], day: int) -> tuple[int, int, int]:
        """Those that may pass the tests."""
        mask, start, end = 0, 1, NO_END
        if self.where is not None:
            mask, start, end = self.where.papers(program, args, day)
        if self.kind != "paper":
            return mask, start, end
        if any(not isinstance(v, Literal | Parameter) for t in self.plain for v in _terms(t.test)):
            return -1, 1, NO_END
        call = Call.__new__(Call)
        call.args, call.records = args, ()
        return mask | self._matching(program, self._asked_of(call)), start, end


def shut_for_ever(node: Node, call: Call) -> bool:
    """Whether a condition is false whatever state the person is in, and will stay so."""
    match node:
        case AllNode(parts=parts):
            return any(shut_for_ever(p, call) for p in parts)
        case AnyNode(parts=parts) if parts:
            return all(shut_for_ever(p, call) for p in parts)
        case _:
            if node.uses.dynamic:
                return False
            f = node.of(call)
            return not f.true and f.end >= NO_END


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a rule a condition stands: the rule's arguments, and the records around it."""

    program: Program
    names: tuple[str, ...]
    within: tuple[str, ...] = ()

    def term(self, term: Term) -> Callable[[Call], Any]:
        """What gives a term's value in a call."""
        match term:
            case Literal(value):
                return lambda _: value
            case Parameter(name) if name in self.names:
                n = self.names.index(name)
                return lambda call: call.args[n]
            case RecordField(record, field) if record in self.within:
                n = self._record(record)
                return lambda call: call.records[n].get(field)
            case Attribute(name):
                return lambda call: call.situation.get(name)
            case _:
                return lambda _: None

    def _record(self, record: str) -> int:
        return len(self.within) - 1 - self.within[::-1].index(record)

    def values(
        self, test: Test
    ) -> tuple[Asked, tuple[Callable[[Call], Any], ...] | None]:
        """The values a test asks for where all are plain, else what gives them."""
        if not isinstance(test, OneOf):
            return None, None
        if all(isinstance(v, Literal) for v in test.values):
            return tuple(v.value for v in test.values if isinstance(v, Literal)), None
        return None, tuple(self.term(v) for v in test.values)

    def uses_of(self, test: Test) -> Uses:
        """What a test's values look at."""
        found = Uses()
        for term in _terms(test):
            found |= self.uses_of_term(term)
        return found

    def uses_of_term(self, term: Term) -> Uses:
        """What a term looks at."""
        match term:
            case Parameter(name) if name in self.names:
                return Uses(args=frozenset({self.names.index(name)}))
            case RecordField(record) if record in self.within:
                return Uses(records=frozenset({self._record(record)}))
            case Attribute(name):
                return Uses(dynamic=self.program.dynamic_places(name))
            case _:
                return Uses()

    def inside(self, record: str) -> Place:
        """The place inside a test of a record."""
        return Place(self.program, self.names, (*self.within, record))


def compile_condition(condition: Condition, place: Place) -> Node:
    """The node of a condition."""
    program = place.program
    match condition:
        case AllOf(parts):
            return AllNode(program, tuple(compile_condition(p, place) for p in parts))
        case AnyOf(parts):
            return AnyNode(program, tuple(compile_condition(p, place) for p in parts))
        case Not(part):
            return NotNode(program, compile_condition(part, place))
        case Compare(attribute, test):
            return CompareNode(program, attribute, test, place)
        case Holds():
            return HoldsNode(program, condition, place)
        case HasRecord(record, _, where):
            inner = None if where is None else compile_condition(where, place.inside(record))
            return RecordNode(program, condition, place, inner)


def _terms(test: Test) -> tuple[Term, ...]:
    return test.values if isinstance(test, OneOf) else ()


def _known(truth: Truth) -> Formula | None:
    if truth is Truth.TRUE:
        return TRUE
    return FALSE if truth is Truth.FALSE else None


def _missing(term: Term) -> str:
    match term:
        case RecordField(record, field):
            return gap_name(record, field)
        case Parameter(name) | Attribute(name):
            return name
        case _:
            return ""


def _hashable(value: tuple[Any, ...]) -> tuple[object, ...]:
    return tuple(repr(v) if isinstance(v, tuple) else v for v in value)


def _year_window(day: int) -> tuple[int, int]:
    year = date.fromordinal(day).year
    return date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()


def _field_window(record: Record, test: FieldTest, asked: Asked, day: int) -> tuple[int, int]:
    """The days around this one on which a field's truth stays the same."""
    if test.field not in BY_DAY:
        return 1, NO_END
    cuts = set(_cuts(record))
    if test.field == "valid_days" and record.get("granted_days") is None:
        until = parse_day(record.get("valid_until"))
        if until is not None:
            for last in (until.first.toordinal(), until.last.toordinal()):
                cuts.update(
                    last - int(b) + extra for b in _bounds(test.test, asked) for extra in (0, 1)
                )
    start = max((c for c in cuts if c <= day), default=1)
    return start, min((c for c in cuts if c > day), default=NO_END)


def _cuts(record: Record) -> Iterator[int]:
    for key, extra in (("valid_until", 1), ("valid_from", 0), ("until", 1), ("on", 0)):
        value = record.get(key)
        found = None if value is None else parse_day(value)
        if found is not None:
            yield found.first.toordinal() + extra
            yield found.last.toordinal() + extra


def _bounds(test: Test, asked: Asked) -> list[float]:
    if isinstance(test, Between):
        return [b for b in (test.at_least, test.at_most) if b is not None]
    return [b for b in asked or () if isinstance(b, int | float)]
