"""Turns a procedure template into one procedure for each place it is made for."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..model.condition import (
    AllOf,
    AnyOf,
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
    Term,
    Test,
    Within,
)
from ..model.knowledge import Fact, Grant, PaperGrant, Procedure
from .forms import Form


def expand(
    drafts: Iterable[tuple[Procedure, str, tuple[str, ...], Form]], facts: Iterable[Fact]
) -> list[Procedure]:
    """All procedures, with `$place` filled in; a national one `replaces` its template's copy.

    A template made for a zone gives one procedure for each place that ever was a member, and
    requires that it is one on the day. The copy is known from the day on which that was recorded
    of the place, and until the day on which what replaces it is, so that later records leave
    earlier editions as they are.
    """
    members: dict[str, dict[str, int]] = {}
    for fact in facts:
        if fact.predicate == "member_of" and len(fact.arguments) == 2:
            place, zone = fact.arguments
            if place and zone:
                first = min(a.recorded_on for a in fact.assertions)
                known = members.setdefault(zone, {})
                known[place] = min(first, known.get(place, first))
    made: list[Procedure] = []
    for procedure, zone, places, form in drafts:
        if not zone and not places:
            made.append(_fill(procedure, procedure.to, procedure.id, ""))
            continue
        if zone and zone not in members:
            form.problem(
                f"no fact says who is a member of {zone}", "Add facts on `member_of` for it."
            )
        for place in sorted(set(places or members.get(zone, ()))):
            copy = _fill(procedure, place, f"{procedure.id}.{place.lower()}", procedure.id)
            if zone:
                is_member = Holds("member_of", (Literal(place), Literal(zone)))
                copy = msgspec.structs.replace(
                    copy,
                    when=AllOf((is_member, copy.when)),
                    recorded_on=max(copy.recorded_on, members.get(zone, {}).get(place, 1)),
                )
            made.append(copy)
    return _replaced(made)


def _replaced(made: list[Procedure]) -> list[Procedure]:
    """The procedures, each taken back on the day on which another that replaces it is recorded."""
    since: dict[str, int] = {}
    for procedure in made:
        for name in procedure.replaces:
            since[name] = min(procedure.recorded_on, since.get(name, procedure.recorded_on))
    kept = []
    for procedure in made:
        until = min(procedure.retracted_on, since.get(procedure.id, procedure.retracted_on))
        if procedure.recorded_on < until:
            kept.append(msgspec.structs.replace(procedure, retracted_on=until))
    return kept


def _fill(procedure: Procedure, place: str, identifier: str, template: str) -> Procedure:
    def text(value: str) -> str:
        return place if value == "$place" else value

    return msgspec.structs.replace(
        procedure,
        id=identifier,
        to=text(procedure.to),
        at=tuple(map(text, procedure.at)),
        before=text(procedure.before),
        grants=tuple(_fill_grant(g, place) for g in procedure.grants),
        when=fill_condition(procedure.when, place),
        template=template,
    )


def _fill_grant(grant: Grant, place: str) -> Grant:
    if not isinstance(grant, PaperGrant):
        return grant
    return PaperGrant(
        tuple((k, place if v == "$place" else v) for k, v in grant.fields), grant.valid_days
    )


def fill_condition(condition: Condition, place: str) -> Condition:
    """The condition with the parameter `place` replaced by that place."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(fill_condition(p, place) for p in parts))
        case AnyOf(parts):
            return AnyOf(tuple(fill_condition(p, place) for p in parts))
        case Not(part):
            return Not(fill_condition(part, place))
        case Compare(attribute, test):
            return Compare(attribute, _fill_test(test, place))
        case Holds(predicate, arguments, test):
            return Holds(
                predicate,
                tuple(_fill_term(a, place) for a in arguments),
                None if test is None else _fill_test(test, place),
            )
        case HasRecord(record, tests, where):
            return HasRecord(
                record,
                tuple(FieldTest(t.field, _fill_test(t.test, place)) for t in tests),
                None if where is None else fill_condition(where, place),
            )


def _fill_test(test: Test, place: str) -> Test:
    match test:
        case OneOf(values):
            return OneOf(tuple(_fill_term(v, place) for v in values))
        case Between() | Within():
            return test


def _fill_term(value: Term, place: str) -> Term:
    return Literal(place) if value == Parameter("place") else value
