"""All conditions of an edition made ready, and the questions that can be asked of them.

A question is a predicate of certain arguments, or the requirement of a procedure or danger. It
knows its rules and what they look at; `Formulas` remembers its formula for each person.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

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
    Not,
    OneOf,
    Term,
    Test,
)
from ..model.knowledge import Danger, PaperGrant, Predicate, Rule
from ..model.period import NO_END
from ..model.proof import Gap, GapKind
from ..model.situation import Record, Situation
from ..model.truth import Truth, truth_of
from .algebra import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    literal,
    negate,
    of_truth,
    within,
)
from .atoms import Atoms, absorb
from .compiled import Place, compile_condition
from .decide import test_field, test_value
from .nodes import Call, Node, Uses

if TYPE_CHECKING:
    from .formula import Formulas


class Program:
    """The compiled conditions of one edition; kept with it and shared by all who ask."""

    def __init__(self, edition: Edition, dynamic: tuple[str, ...]) -> None:
        """Start with nothing compiled: each condition is when it is first asked about."""
        self.edition = edition
        self.dynamic = dynamic
        self.paper_place = dynamic.index("paper") if "paper" in dynamic else -1
        self.grants = _paper_grants(edition)
        self._records = tuple(paper_record(g) for g in self.grants)
        self._numbers = count(1)
        self._needs: dict[str, Uses] = {}
        self._names: dict[int, tuple[Condition, frozenset[str]]] = {}
        self._predicate_names: dict[str, frozenset[str]] = {}
        self._nodes: dict[tuple[object, ...], tuple[Condition, Node]] = {}
        self._questions: dict[tuple[str, Arguments], Question] = {}
        self._requirements: dict[tuple[object, ...], Requirement] = {}
        self._passing: dict[tuple[object, ...], int] = {}

    def number(self) -> int:
        """A number that nothing else has."""
        return next(self._numbers)

    def dynamic_places(self, name: str) -> frozenset[int]:
        """Where a kind of record or attribute stands in `dynamic`, if it does."""
        return frozenset({self.dynamic.index(name)}) if name in self.dynamic else frozenset()

    def needs(self, predicate: str) -> Uses:
        """What the rules on a predicate look at that differs between states."""
        found = self._needs.get(predicate)
        if found is None:
            names = self.predicate_needs(predicate)
            found = Uses(dynamic=frozenset(self.dynamic.index(n) for n in names))
            self._needs[predicate] = found
        return found

    def predicate_needs(self, predicate: str) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a predicate's rules look at."""
        found = self._predicate_names.get(predicate)
        if found is None:
            self._predicate_names[predicate] = frozenset()
            found = frozenset[str]().union(
                *(self.condition_needs(r.when) for r in self.edition.rules_on(predicate))
            )
            self._predicate_names[predicate] = found
        return found

    def condition_needs(self, condition: Condition) -> frozenset[str]:
        """The dynamic kinds of record and attributes that a condition looks at."""
        kept = self._names.get(id(condition))
        if kept is None:
            kept = condition, self._work_out_needs(condition)
            self._names[id(condition)] = kept
        return kept[1]

    def _work_out_needs(self, condition: Condition) -> frozenset[str]:
        match condition:
            case AllOf(parts) | AnyOf(parts):
                return frozenset[str]().union(*(self.condition_needs(p) for p in parts))
            case Not(part):
                return self.condition_needs(part)
            case Compare(attribute, test):
                return frozenset({attribute, *_attributes(test)}).intersection(self.dynamic)
            case HasRecord(record, tests, where):
                inner = frozenset[str]() if where is None else self.condition_needs(where)
                own = {record, *(a for t in tests for a in _attributes(t.test))}
                return frozenset(own).intersection(self.dynamic) | inner
            case Holds(predicate, arguments, test):
                named = {a.name for a in arguments if isinstance(a, Attribute)}
                named |= set(_attributes(test)) if test is not None else set()
                return frozenset(named).intersection(self.dynamic) | self.predicate_needs(predicate)

    def node(
        self, condition: Condition, names: tuple[str, ...], records: tuple[str, ...] = ()
    ) -> Node:
        """The compiled form of a condition."""
        key = (id(condition), names, records)
        kept = self._nodes.get(key)
        if kept is None:
            kept = condition, compile_condition(condition, Place(self, names, records))
            self._nodes[key] = kept
        return kept[1]

    def question(self, name: str, args: Arguments) -> Question:
        """The question whether a predicate holds of its arguments."""
        found = self._questions.get((name, args))
        if found is None:
            found = self._questions[name, args] = Question(self, name, args)
        return found

    def requirement(
        self, condition: Condition, names: tuple[str, ...], args: Arguments
    ) -> Requirement:
        """The question whether a condition holds, such as a procedure's."""
        key = (id(condition), args)
        found = self._requirements.get(key)
        if found is None:
            found = Requirement(self, self.node(condition, names), names, args)
            self._requirements[key] = found
        return found

    def papers_passing(self, test: FieldTest, asked: tuple[Any, ...] | None) -> int:
        """Which papers that procedures hand over may pass a test; all others count as passing."""
        key = (test.field, asked if asked is not None else test.test)
        found = self._passing.get(key)
        if found is None:
            found = -1 << len(self._records)
            for n, record in enumerate(self._records):
                if test_field("paper", record, test, asked, 1) is not Truth.FALSE:
                    found |= 1 << n
            self._passing[key] = found
        return found


_NOTHING: frozenset[int] = frozenset()


class Matter:
    """Something that can be asked; `key` tells states apart as far as it looks at them."""

    def __init__(self, program: Program, dynamic: frozenset[int]) -> None:
        """Prepare what picks the parts of a state that matter."""
        self.number = program.number()
        self.program = program
        self.dynamic = dynamic
        self.is_fixed = not dynamic
        self._papers: list[tuple[int, int, int]] = []
        self._pick: Callable[[tuple[object, ...]], object] | None = None
        if self.is_fixed:
            self.looks_at_papers = False
            return
        self.looks_at_papers = program.paper_place in dynamic
        rest = sorted(dynamic - {program.paper_place})
        if rest:
            self._pick = itemgetter(*rest)

    def key(self, state: tuple[object, ...], day: int, paper_place: int) -> object:
        """The parts of a state that it looks at; of papers, those that can matter to it."""
        if not self.looks_at_papers:
            return self._pick(state) if self._pick is not None else None
        papers = state[self.program.paper_place]
        if paper_place >= 0:
            papers &= self.papers(day)[0]  # type: ignore[operator]
        return (papers, self._pick(state)) if self._pick is not None else papers

    def papers(self, day: int) -> tuple[int, int, int]:
        """Which papers can matter on a day, and for which days this is so."""
        for found in self._papers:
            if found[1] <= day < found[2]:
                return found
        found = self._work_out_papers(day)
        self._papers.append(found)
        return found

    def _work_out_papers(self, day: int) -> tuple[int, int, int]:
        raise NotImplementedError

    def work(
        self, f: Formulas, situation: Situation, day: int, state: tuple[object, ...]
    ) -> Formula:
        """The formula for a person in a state on a day."""
        raise NotImplementedError


class Requirement(Matter):
    """Whether a condition holds, with certain arguments."""

    def __init__(
        self, program: Program, node: Node, names: tuple[str, ...], args: Arguments
    ) -> None:
        """Look at what the condition looks at."""
        super().__init__(program, node.uses.dynamic)
        self.node, self.names, self.args = node, names, args

    def _work_out_papers(self, day: int) -> tuple[int, int, int]:
        return self.node.papers(self.program, self.args, day)

    def work(
        self, f: Formulas, situation: Situation, day: int, state: tuple[object, ...]
    ) -> Formula:
        """The formula of the condition."""
        return self.node.of(Call(f, situation, day, state, self.names, self.args))


class Moment(Matter):
    """All dangers of one moment in one place: being there, passing a gate, meeting an authority."""

    def __init__(self, program: Program, place: str, dangers: list[Danger]) -> None:
        """Prepare whom each concerns."""
        self.dangers = tuple(
            (d, program.requirement(d.concerns, ("place",), (place,))) for d in dangers
        )
        self.is_choosy = any(d.procedures or d.modes or d.origins for d in dangers)
        super().__init__(
            program, frozenset[int]().union(*(r.node.uses.dynamic for _, r in self.dangers))
        )

    def _work_out_papers(self, day: int) -> tuple[int, int, int]:
        mask, start, end = 0, 1, NO_END
        for _, requirement in self.dangers:
            more, first, last = requirement.papers(day)
            mask, start, end = mask | more, max(start, first), min(end, last)
        return mask, start, end


class InForce(NamedTuple):
    """The rules in force from `start` until before `end`, each with those that override it."""

    start: int
    end: int
    rules: tuple[tuple[Rule, Node, tuple[int, ...]], ...]


class Question(Matter):
    """Whether a predicate holds of its arguments, by facts and rules."""

    def __init__(self, program: Program, name: str, args: Arguments) -> None:
        """Gather the rules that speak of these arguments."""
        edition = program.edition
        self.predicate: Predicate = edition.vocabulary.predicates[name]
        self.names = tuple(p.name for p in self.predicate.parameters)
        self.rules = tuple([
            (r, program.node(r.when, self.names)) for r in edition.rules_for(name, args)
        ])
        dynamic = [n.uses.dynamic for _, n in self.rules if n.uses.dynamic]
        super().__init__(program, _NOTHING.union(*dynamic) if dynamic else _NOTHING)
        self.name, self.args = name, args
        self._in_force: list[InForce] = []

    @property
    def text(self) -> str:
        """The predicate and its arguments, as a gap names them."""
        return f"{self.name}({', '.join(a or 'any' for a in self.args)})"

    def _work_out_papers(self, day: int) -> tuple[int, int, int]:
        mask, start, end = 0, 1, NO_END
        for _, node in self.rules:
            if self.program.paper_place in node.uses.dynamic:
                more, first, last = node.papers(self.program, self.args, day)
                mask, start, end = mask | more, max(start, first), min(end, last)
        return mask, start, end

    def _rules_on(self, day: int) -> InForce:
        """The rules in force on a day."""
        for found in self._in_force:
            if found.start <= day < found.end:
                return found
        start, end = 1, NO_END
        rules = []
        for pair in self.rules:
            rule = pair[0]
            if day < rule.valid_from:
                end = min(end, rule.valid_from)
            elif day >= rule.valid_before:
                start = max(start, rule.valid_before)
            else:
                rules.append(pair)
                start, end = max(start, rule.valid_from), min(end, rule.valid_before)
        made = InForce(start, end, tuple(
            (rule, node, tuple(n for n, (r, _) in enumerate(rules) if rule.id in r.overrides))
            for rule, node in rules
        ))
        self._in_force.append(made)
        return made

    def work(
        self, f: Formulas, situation: Situation, day: int, state: tuple[object, ...]
    ) -> Formula:
        """Facts first, then rules, then what silence means."""
        edition = self.program.edition
        found = edition.look_up(self.name, self.args, day)
        if found.kind == "disputed":
            gap = Gap(GapKind.DISPUTED, self.text)
            return within(self._open(f.atoms, gap), found.start, found.end)
        if found.kind == "value" and found.complete is None:
            return of_truth(found.value is not False, found.start, found.end)
        law = self._rules_on(day)
        start, end = max(found.start, law.start), min(found.end, law.end)
        silent = self.predicate.otherwise
        otherwise = False if found.complete is not None else silent
        if not law.rules:
            if otherwise is not None:
                return of_truth(otherwise, start, end)
            ruled = edition.rules_on(self.name) and not edition.find_facts(self.name)
            kind = GapKind.NOT_RULED if ruled else GapKind.NOT_RECORDED
            return within(self._open(f.atoms, Gap(kind, self.text)), start, end)
        proofs = self._by_rules(f, situation, day, state, law)
        yes = disjunction(f.atoms, [p for r, p in proofs if r.gives is not False])
        no = disjunction(f.atoms, [p for r, p in proofs if r.gives is False])
        start, end = max(start, yes.start, no.start), min(end, yes.end, no.end)
        result = _settled(
            f.atoms, yes, no, otherwise, ("world", self.name, self.args), self.text
        )
        is_open = False
        if not (result.true and result.false):
            plain = _plain(yes.plain, no.plain, silent, found.complete is not None)
            is_open = plain is Truth.UNKNOWN
        return Formula(result.true, result.false, start, end, is_open)

    def _open(self, atoms: Atoms, gap: Gap) -> Formula:
        return literal(atoms, ("world", self.name, self.args, gap.kind), gap)

    def _by_rules(
        self, f: Formulas, situation: Situation, day: int, state: tuple[object, ...],
        law: InForce,
    ) -> list[tuple[Rule, Formula]]:
        """For each rule whether it applies: its condition holds, and no exception to it does."""
        call = Call(f, situation, day, state, self.names, self.args)
        found: list[Formula | None] = [None] * len(law.rules)
        return [(rule, _applies(law, n, call, found)) for n, (rule, _, _) in enumerate(law.rules)]

    def value(
        self, f: Formulas, test: Test, asked: tuple[Any, ...] | None, call: Call
    ) -> Formula:
        """A value that rules conclude passes a test: each rule is asked whether it applies."""
        found = self.program.edition.look_up(self.name, self.args, call.day)
        law = self._rules_on(call.day)
        start, end = max(found.start, law.start), min(found.end, law.end)
        kind = GapKind.DISPUTED if found.kind == "disputed" else GapKind.NOT_RECORDED
        key = ("value", self.name, self.args, asked or test)
        if not law.rules or found.kind == "disputed":
            gap = Gap(kind, self.text)
            return within(literal(f.atoms, (*key, kind), gap), start, end)
        proofs = self._by_rules(f, call.situation, call.day, call.state, law)
        passing: list[Formula] = []
        failing: list[Formula] = []
        for rule, p in proofs:
            start, end = max(start, p.start), min(end, p.end)
            truth = test_value(rule.gives, test, asked)
            (passing if truth is Truth.TRUE else failing).append(p)
        result = _settled(
            f.atoms, disjunction(f.atoms, passing), disjunction(f.atoms, failing), None, key,
            self.text,
        )
        plain = _plain_value(proofs, test, asked)
        return Formula(result.true, result.false, start, end, plain is Truth.UNKNOWN)


def _applies(law: InForce, n: int, call: Call, found: list[Formula | None]) -> Formula:
    """Whether a rule applies: an inner function that calls itself would be a circle of garbage."""
    known = found[n]
    if known is None:
        _, node, exceptions = law.rules[n]
        known = node.of(call)
        if exceptions and (known.true or known.is_open):
            parts = [known]
            parts.extend([negate(_applies(law, e, call, found)) for e in exceptions])
            known = conjunction(call.formulas.atoms, parts)
        found[n] = known
    return known


def _settled(
    atoms: Atoms, yes: Formula, no: Formula, otherwise: bool | None, key: tuple[object, ...],
    text: str,
) -> Formula:
    """True where only rules for it apply, false where only rules against do, else open."""
    if not yes.false and not no.false:
        return literal(atoms, (*key, GapKind.DISPUTED), Gap(GapKind.DISPUTED, text))
    if not no.true and not yes.false:
        return yes
    if not yes.true and not no.false:
        return negate(no)
    if otherwise is False and not no.true:
        return yes
    if otherwise is True and not yes.true:
        return negate(no)
    clash = literal(atoms, (*key, GapKind.DISPUTED), Gap(GapKind.DISPUTED, text))
    silent = (
        of_truth(otherwise) if otherwise is not None
        else literal(atoms, (*key, GapKind.NOT_RULED), Gap(GapKind.NOT_RULED, text))
    )
    only_yes = conjunction(atoms, [yes, negate(no)])
    only_no = conjunction(atoms, [no, negate(yes)])
    both = neither = both_no = neither_no = FALSE
    if yes.true and no.true:
        both = conjunction(atoms, [yes, clash])
        both_no = conjunction(atoms, [no, negate(clash)])
    if yes.false and no.false:
        neither = conjunction(atoms, [negate(no), silent])
        neither_no = conjunction(atoms, [negate(yes), negate(silent)])
    true = absorb((*only_yes.true, *both.true, *neither.true))
    false = absorb((*only_no.true, *both_no.true, *neither_no.true))
    if not true:
        return FALSE
    return Formula(true, false) if false else TRUE


def _plain(yes: Truth, no: Truth, otherwise: bool | None, is_complete: bool) -> Truth:
    """What the plain reading makes of rules for and against."""
    if yes is Truth.FALSE and no is Truth.FALSE:
        if is_complete:
            return Truth.FALSE
        return truth_of(otherwise)
    if Truth.UNKNOWN not in (yes, no):
        return Truth.UNKNOWN if yes is no else yes
    if otherwise is not None:
        against = no if otherwise else yes
        if against is Truth.FALSE:
            return truth_of(otherwise)
    return Truth.UNKNOWN


def _plain_value(
    proofs: list[tuple[Rule, Formula]], test: Test, asked: tuple[Any, ...] | None
) -> Truth:
    """The plain reading of a value: one value alone, whatever the open rules turn out to be."""
    values = {repr(r.gives): r.gives for r, p in proofs if p.plain is Truth.TRUE}
    open_ = {repr(r.gives) for r, p in proofs if p.plain is Truth.UNKNOWN}
    if len(values) != 1 or not open_ <= set(values):
        return Truth.UNKNOWN
    return test_value(next(iter(values.values())), test, asked)


def paper_record(grant: PaperGrant) -> Record:
    """The record of a paper that a procedure hands over."""
    return {
        **dict(grant.fields), "held": "held", "expired": False, "granted_days": grant.valid_days,
    }


def _paper_grants(edition: Edition) -> tuple[PaperGrant, ...]:
    """Every paper that some procedure hands over, in the order of the procedures."""
    return tuple(
        dict.fromkeys(g for p in edition.procedures for g in p.grants if isinstance(g, PaperGrant))
    )


def _attributes(test: Test) -> list[str]:
    values: tuple[Term, ...] = test.values if isinstance(test, OneOf) else ()
    return [v.name for v in values if isinstance(v, Attribute)]


__all__ = ["Matter", "Moment", "Program", "Question", "Requirement", "paper_record"]
