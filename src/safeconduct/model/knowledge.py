"""The kinds of knowledge: source, fact, predicate, rule, procedure, danger, ruling, example.

Days are ordinals (`date.toordinal`) so that many can be compared quickly; `NO_END` stands for a
period still open. `recorded_on` is when the knowledge said so, `valid_from` and `valid_before`
are when it holds in the world.
"""

from __future__ import annotations

from typing import Literal as OneText

from msgspec import Struct

from .condition import ALWAYS, Condition, Parameter, Term
from .period import NO_END

Value = bool | int | float | str | tuple[float, float]


class Citation(Struct, frozen=True, array_like=True, gc=False):
    """A place in a source: article, paragraph, section."""

    source: str
    locator: str


class Source(Struct, frozen=True, gc=False):
    """A document, where it is, and how much of it was read."""

    id: str
    title: str
    publisher: str
    type: str
    weight: str
    language: str
    url: str
    accessed: str
    read: str
    issued: str = ""
    jurisdiction: str = ""
    archived: str = ""
    sha256: str = ""
    in_force: str = ""
    applies: str = ""
    ecli: str = ""
    celex: str = ""
    eli: str = ""
    docket: str = ""
    note: str = ""


class Review(Struct, frozen=True, array_like=True, gc=False):
    """That somebody looked: when, which handle, in what capacity, and when to look again."""

    on: int
    by: str
    capacity: str
    next: int


class Assertion(Struct, frozen=True, array_like=True, gc=False):
    """One dated, cited value of a fact; `value` is `None` where a claim is taken back."""

    value: Value | None
    valid_from: int
    valid_before: int
    recorded_on: int
    recorded_by: str
    citations: tuple[Citation, ...]
    disputed: bool = False
    note: str = ""


class Fact(Struct, frozen=True, gc=False):
    """One question about the world with its whole history.

    `arguments` follow the predicate's parameters; `None` holds whatever the value.
    """

    id: str
    statement: str
    predicate: str
    arguments: tuple[str | None, ...]
    assertions: tuple[Assertion, ...]
    reviews: tuple[Review, ...] = ()
    unit: str = ""


class Complete(Struct, frozen=True, gc=False):
    """The claim that of a predicate, with these arguments, all that is not listed is false."""

    predicate: str
    arguments: tuple[str | None, ...]
    valid_from: int
    valid_before: int
    recorded_on: int
    recorded_by: str
    citations: tuple[Citation, ...]


class ParameterType(Struct, frozen=True, array_like=True, gc=False):
    """The name of a predicate's parameter and what may stand there."""

    name: str
    type: str


class Predicate(Struct, frozen=True, gc=False):
    """A question that is true, false or unknown of its arguments, or has a value.

    `words` are its sentences for true, false and unknown.
    """

    name: str
    parameters: tuple[ParameterType, ...]
    value: str
    words: tuple[str, str, str]
    otherwise: bool | None = None
    citations: tuple[Citation, ...] = ()
    values: tuple[str, ...] = ()


class Rule(Struct, frozen=True, gc=False):
    """What the law concludes from a condition.

    `applies_to` holds, for each parameter of the predicate concluded, the values it speaks of
    (empty: all).
    """

    id: str
    title: str
    concludes: str
    applies_to: tuple[tuple[str, ...], ...]
    when: Condition
    gives: Value
    overrides: tuple[str, ...]
    valid_from: int
    valid_before: int
    recorded_on: int
    recorded_by: str
    review_due: int
    citations: tuple[Citation, ...]
    retracted_on: int = NO_END
    note: str = ""


class PaperGrant(Struct, frozen=True, tag="paper", gc=False):
    """A paper the procedure hands over: fields of a paper, valid so many days from then."""

    fields: tuple[tuple[str, str | bool], ...]
    valid_days: int | None = None


class StandingGrant(Struct, frozen=True, tag="standing", gc=False):
    """A lawful standing in the procedure's state."""

    kind: str
    valid_days: int | None = None


class ClaimGrant(Struct, frozen=True, tag="claim", gc=False):
    """A claim for protection at a stage."""

    stage: str


class ApplicationGrant(Struct, frozen=True, tag="application", gc=False):
    """An application for something other than protection."""

    purpose: str
    stage: str


Grant = PaperGrant | StandingGrant | ClaimGrant | ApplicationGrant
ProcedureKind = OneText["obtain", "lodge", "decision", "stay"]


class Procedure(Struct, frozen=True, gc=False):
    """Something a person can go through: where, what it requires, what it grants.

    `at` are the places where the person must be (empty: see `kind`). `purpose` is what a visa or
    permit is asked for; one asked for a visit, study or work is no step towards protection. `duration_days` and
    `fee_eur` are ranges, `None` where not recorded.
    """

    id: str
    title: str
    kind: ProcedureKind
    to: str
    at: tuple[str, ...]
    authority: str
    before: str
    discretionary: bool
    grants: tuple[Grant, ...]
    valid_from: int
    valid_before: int
    recorded_on: int
    recorded_by: str
    review_due: int
    citations: tuple[Citation, ...]
    when: Condition = ALWAYS
    duration_days: tuple[int, int] | None = None
    fee_eur: tuple[int, int] | None = None
    how: str = ""
    papers: str = ""
    may_go_wrong: str = ""
    replaces: tuple[str, ...] = ()
    template: str = ""
    purpose: str = ""
    retracted_on: int = NO_END
    note: str = ""


class DangerCase(Struct, frozen=True, array_like=True, gc=False):
    """One documented case, told without naming anyone."""

    on: str
    what: str
    citations: tuple[Citation, ...]


class Danger(Struct, frozen=True, gc=False):
    """What may happen to whom, where, at which moment, and how well it is evidenced."""

    id: str
    title: str
    places: tuple[str, ...]
    moment: str
    kind: str
    evidence: str
    concerns: Condition
    valid_from: int
    valid_before: int
    recorded_on: int
    recorded_by: str
    review_due: int
    citations: tuple[Citation, ...]
    cases: tuple[DangerCase, ...] = ()
    modes: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    returned_to: str = ""
    since: str = ""
    single_sourced: bool = False
    retracted_on: int = NO_END
    note: str = ""


class Ruling(Struct, frozen=True, gc=False):
    """A decision of a court or authority: what it held, on what facts, and which way it went."""

    id: str
    place: str
    court: str
    on: str
    elements: tuple[str, ...]
    outcome: str
    facts: str
    held: str
    recorded_on: int
    recorded_by: str
    citations: tuple[Citation, ...]
    docket: str = ""
    ecli: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


class Example(Struct, frozen=True, gc=False):
    """A situation and the truth a goal must have in it; kept as plain data until it is run."""

    name: str
    goal: str
    on: int
    situation: str
    truth: str
    file: str
    arguments: tuple[str | None, ...] = ()
    gaps: tuple[str, ...] = ()
    value: Value | None = None


class FieldType(Struct, frozen=True, gc=False):
    """A key of a situation or of one of its records: its type, allowed values, and words."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    question: str = ""
    label: str = ""
    default: str = ""


class RecordType(Struct, frozen=True, gc=False):
    """A kind of record in a situation, such as a paper."""

    name: str
    fields: tuple[FieldType, ...]
    question: str = ""
    label: str = ""
    single: bool = False


class Vocabulary(Struct, frozen=True, gc=False):
    """Every attribute, record and predicate that knowledge and situations may use."""

    attributes: dict[str, FieldType]
    records: dict[str, RecordType]
    predicates: dict[str, Predicate]


__all__ = [
    "ALWAYS", "ApplicationGrant", "Assertion", "Citation", "ClaimGrant", "Complete", "Condition",
    "Danger", "DangerCase", "Example", "Fact", "FieldType", "Grant", "PaperGrant", "Parameter",
    "ParameterType", "Predicate", "Procedure", "RecordType", "Review", "Rule", "Ruling", "Source",
    "StandingGrant", "Term", "Value", "Vocabulary",
]
