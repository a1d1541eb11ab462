"""Reads each kind of knowledge from its form: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import did_you_mean
from ..model.knowledge import (
    ALWAYS,
    ApplicationGrant,
    Assertion,
    Citation,
    ClaimGrant,
    Complete,
    Condition,
    Danger,
    DangerCase,
    Fact,
    FieldType,
    Grant,
    PaperGrant,
    ParameterType,
    Predicate,
    Procedure,
    RecordType,
    Review,
    Rule,
    Ruling,
    Source,
    StandingGrant,
    Value,
    Vocabulary,
)
from ..model.period import NO_END
from .conditions import ConditionReader
from .forms import LARGEST_NUMBER, Form, show

SOURCE_TYPES = (
    "legislation", "treaty", "case-law", "guidance", "statistics", "report", "dataset", "news",
)
WEIGHTS = ("primary", "direct", "press", "other")
READ = ("page", "excerpt", "register")
CAPACITIES = ("compiler", "second-reader", "lawyer")
MOMENTS = ("presence", "leave", "board", "enter", "authority")
DANGER_KINDS = (
    "refusal", "detention", "expulsion", "extradition", "handover", "forced-return", "violence",
    "paper-seized", "non-registration", "reprisal", "call-up", "physical",
)
MODES = ("air", "land", "sea")
PURPOSES = ("protection", "visit", "study", "work", "family", "residence")
_FIELD_TYPES = (
    "code", "place", "places", "place-or-region", "region", "day", "year", "bool", "text",
    "derived", "derived-bool",
)
_PARAMETER_TYPES = (
    "place", "zone", "code", "mode", "paper", "procedure", "text", "day", "offence",
)


def read_citations(form: Form, key: str, *, required: bool = True) -> tuple[Citation, ...]:
    """The citations under that key, each with a source and a locator."""
    forms = form.tables(key)
    if required and not forms:
        form.problem("no citation", f"Add {key} = [{{ source = …, locator = … }}].")
    found = []
    for item in forms:
        source = item.text("source", required=True, advice="Write the id of a source.")
        locator = item.text(
            "locator", required=True, advice="Write the article, page or section, as a reader needs."
        )
        item.done()
        found.append(Citation(source, locator))
    return tuple(found)


def _reviews(form: Form) -> tuple[Review, ...]:
    found = []
    for item in form.tables("review"):
        on = item.day("on", required=True)
        next_ = item.day("next", required=True)
        if next_ <= on:
            item.problem("`next` is not after `on`", "Write the day to look again.")
        found.append(
            Review(
                on,
                item.text("by", required=True, advice="Write a handle, such as reader-b."),
                item.choice("as", CAPACITIES, required=True, default="compiler"),
                next_,
            )
        )
        item.done()
    return tuple(found)


def _validity(form: Form, *, required: bool = True) -> tuple[int, int]:
    start = form.day("valid_from", required=required, default=1)
    before = form.day("valid_before")
    if before <= start:
        form.problem(
            "`valid_before` is not after `valid_from`",
            "Write the first day on which it no longer holds.",
        )
    return start, before


def _recorded(form: Form) -> tuple[int, str]:
    return (
        form.day("recorded_on", required=True, default=1),
        form.text("recorded_by", required=True, advice="Write a handle, such as editor-a."),
    )


def read_source(form: Form) -> Source:
    """A source."""
    source = Source(
        id=form.identifier(),
        title=form.text("title", required=True),
        publisher=form.text("publisher", required=True),
        type=form.choice("type", SOURCE_TYPES, required=True, default="news"),
        weight=form.choice("weight", WEIGHTS, default="other"),
        language=form.text("language", required=True, advice='Write a language tag, such as "en".'),
        url=form.text("url", required=True, advice="Write the address of the page."),
        accessed=form.day_text("accessed"),
        read=form.choice("read", READ, default="excerpt"),
        issued=form.day_text("issued"),
        jurisdiction=form.text("jurisdiction"),
        archived=form.text("archived"),
        sha256=form.text("sha256"),
        in_force=form.day_text("in_force"),
        applies=form.day_text("applies"),
        ecli=form.text("ecli"),
        celex=form.text("celex"),
        eli=form.text("eli"),
        docket=form.text("docket"),
        note=form.text("note"),
    )
    if not source.accessed:
        form.problem("`accessed` is missing", "Write the day on which the page was read.")
    if source.url and not source.url.startswith(("https://", "http://")):
        form.problem("`url` is no web address", "Begin it with https://.")
    form.done()
    return source


def read_value(form: Form, value: Any, predicate: Predicate | None) -> Value:
    """A fact's value, checked against what its predicate takes."""
    if isinstance(value, list | tuple):
        good = len(value) == 2 and all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in value
        )
        if not good or value[0] > value[1]:
            form.problem("`value` must be a range [low, high]", "Write it as [30, 240].")
            return (0, 0)
        value = (value[0], value[1])
    elif not isinstance(value, bool | int | float | str):
        form.problem(f"`value` cannot be {show(value)}", "Write true, false, a number or a code.")
        return False
    numbers = value if isinstance(value, tuple) else (value,)
    if any(isinstance(n, int | float) and not abs(n) <= LARGEST_NUMBER for n in numbers):
        form.problem("`value` is no number to reckon with", "Write one below a million million.")
        return False
    if predicate is not None:
        _check_value(form, value, predicate)
    result: Value = value
    return result


def _check_value(form: Form, value: Value, predicate: Predicate) -> None:
    kind = predicate.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "truth" and not isinstance(value, bool):
        form.problem(
            f"`value` of `{predicate.name}` is true or false, not {show(value)}",
            "Leave off quotes.",
        )
    elif (kind == "number" and not is_number) or (
        kind == "range" and not is_number and not isinstance(value, tuple)
    ):
        form.problem(f"`value` of `{predicate.name}` is a {kind}, not {show(value)}")
    elif predicate.values and value not in predicate.values:
        form.problem(
            f"`{predicate.name}` is never {show(value)}",
            did_you_mean(str(value), predicate.values),
        )


def read_arguments(form: Form, table: Mapping[str, Any], predicate: Predicate) -> tuple[
    str | None, ...
]:
    """Arguments by name, in the order of the predicate's parameters; `None` for any value."""
    known = {p.name: p for p in predicate.parameters}
    for key, value in table.items():
        if key not in known:
            form.problem(
                f"`{predicate.name}` has no parameter `{show(key)}`", did_you_mean(key, known)
            )
        elif not isinstance(value, str) or not value:
            form.problem(f"argument `{key}` must be text, not {show(value)}", "Put it in quotes.")
        elif known[key].type == "place":
            form.check_place(key, value)
        elif known[key].type == "mode" and value not in MODES:
            form.problem(f"`{key}` is never {show(value)}", did_you_mean(value, MODES))
    return tuple(str(table[p.name]) if p.name in table else None for p in predicate.parameters)


def _predicate(form: Form, key: str, vocabulary: Vocabulary) -> Predicate | None:
    name = form.text(key, required=True, advice="Write the name of a predicate.")
    found = vocabulary.predicates.get(name)
    if name and found is None:
        form.problem(f"unknown predicate `{show(name)}`", did_you_mean(name, vocabulary.predicates))
    return found


def read_assertion(form: Form, predicate: Predicate | None) -> Assertion:
    """One assertion of a fact."""
    taken_back = form.boolean("unknown")
    raw = form.raw("value")
    if raw is None and not taken_back:
        form.problem("`value` is missing", "Write the value, or unknown = true.")
    if raw is not None and taken_back:
        form.problem("both `value` and `unknown`", "Keep one.")
    value = None if taken_back or raw is None else read_value(form, raw, predicate)
    start, before = _validity(form)
    recorded_on, recorded_by = _recorded(form)
    key = "citation" if "citation" in form.table else "citations"
    assertion = Assertion(
        value, start, before, recorded_on, recorded_by, read_citations(form, key),
        form.boolean("disputed"), form.text("note"),
    )
    form.done()
    return assertion


def read_complete(form: Form, predicate: Predicate) -> Complete:
    """A claim that a list is complete."""
    inner = form.one_table("arguments")
    start, before = _validity(form)
    recorded_on, recorded_by = _recorded(form)
    complete = Complete(
        predicate.name,
        read_arguments(form, inner.table if inner else {}, predicate),
        start, before, recorded_on, recorded_by,
        read_citations(form, "citations"),
    )
    form.done()
    return complete


def read_fact(form: Form, vocabulary: Vocabulary) -> tuple[Fact | None, tuple[Complete, ...]]:
    """A fact with its history, and the completeness claims in its file."""
    predicate = _predicate(form, "predicate", vocabulary)
    identifier = form.identifier()
    statement = form.text("statement", required=True, advice="Write the question as one sentence.")
    inner = form.one_table("arguments")
    unit = form.text("unit")
    arguments: tuple[str | None, ...] = ()
    completes: tuple[Complete, ...] = ()
    if predicate is not None:
        arguments = read_arguments(form, inner.table if inner else {}, predicate)
        completes = tuple(read_complete(f, predicate) for f in form.tables("complete"))
    assertions = tuple(read_assertion(f, predicate) for f in form.tables("assertion"))
    if not assertions and not completes:
        form.problem("no assertion", "Begin one with [[assertion]].")
    reviews = _reviews(form)
    form.text("note")
    form.done()
    _check_history(form, assertions)
    if predicate is None or not identifier:
        return None, completes
    if not assertions:
        return None, completes
    return (
        Fact(identifier, statement, predicate.name, arguments, assertions, reviews, unit),
        completes,
    )


def _check_history(form: Form, assertions: tuple[Assertion, ...]) -> None:
    days = [a.recorded_on for a in assertions]
    if days != sorted(days):
        form.problem(
            "assertions are not in the order in which they were recorded",
            "Add new ones at the end; never edit or move an old one.",
        )


def read_predicate(form: Form) -> Predicate:
    """A predicate with its parameters and its three sentences."""
    parameters = []
    for item in form.tables("parameters"):
        parameters.append(
            ParameterType(
                item.text("name", required=True),
                item.choice("type", _PARAMETER_TYPES, required=True, default="code"),
            )
        )
        item.done()
    otherwise = form.raw("otherwise")
    if otherwise is not None and not isinstance(otherwise, bool):
        form.problem("`otherwise` must be true or false", "Leave it out when the law is silent.")
        otherwise = None
    predicate = Predicate(
        form.text("name", required=True),
        tuple(parameters),
        form.choice("value", ("truth", "number", "range", "code"), default="truth"),
        (
            form.text("true", required=True),
            form.text("false", required=True),
            form.text("unknown", required=True),
        ),
        otherwise,
        read_citations(form, "citations", required=otherwise is not None),
        form.words("values"),
    )
    form.done()
    return predicate


def read_field(form: Form) -> FieldType:
    """An attribute, or a field of a record."""
    field = FieldType(
        form.text("name", required=True),
        form.choice("type", _FIELD_TYPES, required=True, default="text"),
        form.words("values"),
        form.text("question"),
        form.text("label"),
        form.text("default"),
    )
    form.done()
    return field


def read_record(form: Form) -> RecordType:
    """A kind of record with its fields."""
    record = RecordType(
        form.text("name", required=True),
        tuple(read_field(f) for f in form.tables("fields")),
        form.text("question", required=True),
        form.text("label", required=True),
        form.boolean("single"),
    )
    form.done()
    return record


def read_rule(form: Form, vocabulary: Vocabulary) -> Rule | None:
    """A rule."""
    predicate = _predicate(form, "concludes", vocabulary)
    names = tuple(p.name for p in predicate.parameters) if predicate else ()
    inner = form.one_table("for")
    applies: list[tuple[str, ...]] = []
    if predicate is not None:
        table = inner.table if inner else {}
        for key in table:
            if key not in names:
                form.problem(
                    f"`{predicate.name}` has no parameter `{show(key)}`", did_you_mean(key, names)
                )
        sub = Form(table, form.file, f"{form.place}: for", form.problems)
        for p in predicate.parameters:
            applies.append(
                sub.places(p.name) if p.type == "place" and p.name in table else sub.words(p.name)
            )
    raw = form.raw("when")
    reader = ConditionReader(vocabulary, names)
    when: Condition = reader.read(raw, form) if raw is not None else ALWAYS
    gives_raw = form.raw("gives")
    gives: Value = True
    if gives_raw is not None:
        gives = read_value(form, gives_raw, predicate)
    elif predicate is not None and predicate.value != "truth":
        form.problem("`gives` is missing", f"Write the {predicate.value} it concludes.")
    start, before = _validity(form)
    recorded_on, recorded_by = _recorded(form)
    rule = Rule(
        id=form.identifier(),
        title=form.text("title", required=True, advice="Write the rule as one sentence."),
        concludes=predicate.name if predicate else "",
        applies_to=tuple(applies),
        when=when,
        gives=gives,
        overrides=form.words("overrides"),
        valid_from=start,
        valid_before=before,
        recorded_on=recorded_on,
        recorded_by=recorded_by,
        review_due=form.day("review_due"),
        citations=read_citations(form, "citations"),
        retracted_on=form.day("retracted_on"),
        note=form.text("note"),
    )
    form.done()
    return rule if predicate else None


def _read_grant(form: Form, vocabulary: Vocabulary) -> Grant | None:
    kinds = [k for k in ("paper", "standing", "claim", "application") if k in form.table]
    if len(kinds) != 1 or len(form.table) != 1:
        form.problem(
            "a grant is one of paper, standing, claim, application", "Write { paper = { … } }."
        )
        return None
    inner = form.one_table(kinds[0])
    if inner is None:
        return None
    fields = {f.name: f for f in vocabulary.records[kinds[0]].fields}
    if kinds[0] == "paper":
        days = inner.number("valid_days")
        pairs: list[tuple[str, str | bool]] = []
        for key in inner.table:
            if key == "valid_days":
                continue
            value = inner.raw(key)
            if key not in fields:
                inner.problem(f"unknown key `{show(key)}`", did_you_mean(key, fields))
            elif isinstance(value, bool) or (isinstance(value, str) and value):
                if fields[key].values and value not in fields[key].values:
                    inner.problem(
                        f"`{key}` is never {show(value)}",
                        did_you_mean(str(value), fields[key].values),
                    )
                pairs.append((key, value))
            else:
                inner.problem(f"`{key}` must be text or true/false", "Put codes in quotes.")
        for needed in ("kind", "issuer"):
            if needed not in inner.table:
                inner.problem(f"`{needed}` is missing", "Say what paper it is and who issues it.")
        return PaperGrant(tuple(sorted(pairs)), days)
    if kinds[0] == "standing":
        standing = StandingGrant(
            inner.choice("kind", fields["kind"].values, required=True, default="visitor"),
            inner.number("valid_days"),
        )
        inner.done()
        return standing
    stages = fields["stage"].values
    inner.text("in")
    grant: Grant
    if kinds[0] == "claim":
        grant = ClaimGrant(inner.choice("stage", stages, required=True, default="lodged"))
    else:
        purpose = inner.choice("for", fields["for"].values, required=True, default="visa")
        grant = ApplicationGrant(
            purpose, inner.choice("stage", stages, required=True, default="lodged")
        )
    inner.done()
    return grant


def read_procedure(form: Form, vocabulary: Vocabulary) -> tuple[Procedure, str, tuple[str, ...]]:
    """A procedure, and where it is a template the zone or the places it is made for."""
    zone = form.text("for_zone")
    places = form.places("for_places")
    is_template = bool(zone or places)
    if zone and places:
        form.problem("both `for_zone` and `for_places`", "Keep one.")
    to = form.text("to", required=not is_template, advice="Write the state whose procedure it is.")
    if to and to != "$place":
        form.check_place("to", to)
    if is_template:
        to = to or "$place"
    kinds = ("obtain", "lodge", "decision", "stay")
    kind = form.choice("kind", kinds, required=True, default="obtain")
    raw = form.raw("when")
    reader = ConditionReader(vocabulary, ("place",))
    when: Condition = reader.read(raw, form) if raw is not None else ALWAYS
    grants = [g for f in form.tables("grants") if (g := _read_grant(f, vocabulary)) is not None]
    if not grants:
        form.problem("`grants` is missing", "Say what the person has afterwards.")
    at = form.words("at")
    for value in at:
        if value != "$place":
            form.check_place("at", value)
    start, before = _validity(form)
    recorded_on, recorded_by = _recorded(form)
    before_state = form.text("before")
    if before_state and before_state != "$place":
        form.check_place("before", before_state)
    procedure = Procedure(
        id=form.identifier(),
        title=form.text("title", required=True),
        kind=kind,  # type: ignore[arg-type]
        to=to,
        at=at,
        authority=form.text("authority", required=True),
        before=before_state,
        discretionary=form.boolean("discretionary") or kind == "decision",
        grants=tuple(grants),
        valid_from=start,
        valid_before=before,
        recorded_on=recorded_on,
        recorded_by=recorded_by,
        review_due=form.day("review_due"),
        citations=read_citations(form, "citations"),
        when=when,
        duration_days=form.number_range("duration_days"),
        fee_eur=form.number_range("fee_eur"),
        how=form.text("how", required=True, advice="Say what the person does, and where."),
        papers=form.text("papers"),
        may_go_wrong=form.text("may_go_wrong"),
        replaces=form.words("replaces"),
        purpose=form.choice("purpose", PURPOSES),
        retracted_on=form.day("retracted_on"),
        note=form.text("note"),
    )
    form.done()
    return procedure, zone, places


def read_danger(form: Form, vocabulary: Vocabulary) -> Danger:
    """A danger with its cases."""
    cases = []
    for item in form.tables("case"):
        cases.append(
            DangerCase(
                item.day_text("on"),
                item.text("what", required=True, advice="Say what happened, naming nobody."),
                read_citations(item, "citations"),
            )
        )
        item.done()
    evidence = form.choice(
        "evidence", ("documented", "legal", "alleged"), required=True, default="alleged"
    )
    if evidence == "documented" and not cases:
        form.problem("documented without a case", "Add [[danger.case]], or write legal or alleged.")
    raw = form.raw("concerns")
    reader = ConditionReader(vocabulary, ("place",))
    concerns: Condition = reader.read(raw, form) if raw is not None else ALWAYS
    returned_to = form.text("returned_to")
    if returned_to:
        form.check_place("returned_to", returned_to)
    start, before = _validity(form)
    recorded_on, recorded_by = _recorded(form)
    modes = form.words("mode")
    for mode in modes:
        if mode not in MODES:
            form.problem(f"`mode` is never {show(mode)}", did_you_mean(mode, MODES))
    danger = Danger(
        id=form.identifier(),
        title=form.text("title", required=True),
        places=form.places("place", required=True),
        moment=form.choice("moment", MOMENTS, required=True, default="presence"),
        kind=form.choice("kind", DANGER_KINDS, required=True, default="detention"),
        evidence=evidence,
        concerns=concerns,
        valid_from=start,
        valid_before=before,
        recorded_on=recorded_on,
        recorded_by=recorded_by,
        review_due=form.day("review_due"),
        citations=read_citations(form, "citations"),
        cases=tuple(cases),
        modes=modes,
        origins=form.places("from"),
        procedures=form.words("procedures"),
        returned_to=returned_to,
        since=form.day_text("since"),
        single_sourced=form.boolean("single_sourced"),
        retracted_on=form.day("retracted_on"),
        note=form.text("note"),
    )
    form.done()
    return danger


def read_ruling(form: Form, vocabulary: Vocabulary) -> Ruling:
    """A ruling."""
    elements = form.words("elements", required=True)
    for element in elements:
        if element not in vocabulary.predicates:
            form.problem(
                f"unknown predicate `{show(element)}`",
                did_you_mean(element, vocabulary.predicates),
            )
    recorded_on, recorded_by = _recorded(form)
    place = form.text("place", required=True)
    if place:
        form.check_place("place", place)
    ruling = Ruling(
        id=form.identifier(),
        place=place,
        court=form.text("court", required=True),
        on=form.day_text("on"),
        elements=elements,
        outcome=form.choice("outcome", ("for", "against", "mixed"), required=True, default="mixed"),
        facts=form.text("facts", required=True),
        held=form.text("held", required=True),
        recorded_on=recorded_on,
        recorded_by=recorded_by,
        citations=read_citations(form, "citations"),
        docket=form.text("docket"),
        ecli=form.text("ecli"),
        evidence=form.words("evidence"),
        note=form.text("note"),
    )
    form.done()
    return ruling


def is_open(day: int) -> bool:
    """Whether the ordinal stands for no end."""
    return day >= NO_END
