"""How a value that a person gave, or a record, passes a test: shared by all interpreters.

Every function returns a truth and, where it is unknown, the name of what is missing. A day known
only by its month passes a test when every day in it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..model.condition import Between, FieldTest, Literal, OneOf, Within
from ..model.period import NO_END, parse_day
from ..model.situation import Record, Situation
from ..model.truth import Truth, truth_of

#: Papers that a state issues to its own nationals.
NATIONAL_PAPERS = (
    "international-passport", "official-passport", "internal-passport", "identity-card",
    "military-id", "return-certificate",
)
#: Fields by which a gap on a record is named, such as `paper.visa`.
_NAMING = {"paper": "kind", "evidence": "kind", "order": "kind", "tie": "kind", "application": "for"}
#: Fields that are worked out from another one.
_MEANT = {"in_force": "until", "valid": "valid_until", "valid_days": "valid_until", "lawful": "until"}
#: Standings that last until they are taken away.
LASTING = ("citizen", "refugee", "subsidiary", "applicant", "asylum-seeker")


def age_range(birth_year: int, day: int) -> tuple[int, int]:
    """The least and greatest age on a day of a person born in that year."""
    year = date.fromordinal(day).year
    return year - birth_year - 1, year - birth_year


def in_range(low: float, high: float, test: Between) -> Truth:
    """Whether a number known to lie within `low` and `high` lies within the test's bounds."""
    least = float("-inf") if test.at_least is None else test.at_least
    most = float("inf") if test.at_most is None else test.at_most
    if low >= least and high <= most:
        return Truth.TRUE
    return Truth.FALSE if high < least or low > most else Truth.UNKNOWN


def day_within(value: Any, test: Within) -> Truth:
    """Whether a day, perhaps known only by month or year, lies within the test's period."""
    found = parse_day(value)
    if found is None:
        return Truth.UNKNOWN
    start = 1 if test.start is None else test.start
    before = NO_END if test.before is None else test.before
    first, last = found.first.toordinal(), found.last.toordinal()
    if first >= start and last < before:
        return Truth.TRUE
    return Truth.FALSE if last < start or first >= before else Truth.UNKNOWN


def place_is(given: str, asked: str) -> Truth:
    """Whether a place or region is the one asked about.

    >>> place_is("UA-43", "UA"), place_is("UA", "UA-43")
    (<Truth.TRUE: 'true'>, <Truth.UNKNOWN: 'unknown'>)
    """
    if given == asked or given.startswith(f"{asked}-"):
        return Truth.TRUE
    return Truth.UNKNOWN if asked.startswith(f"{given}-") else Truth.FALSE


def value_among(value: Any, asked: tuple[Any, ...]) -> Truth:
    """Whether a given value, or one of several, is among those asked about."""
    if not isinstance(value, tuple):
        if value in asked:
            return Truth.TRUE
        if not isinstance(value, str) or not value[:2].isupper():
            return Truth.FALSE
    values = value if isinstance(value, tuple) else (value,)
    best = Truth.FALSE
    for item in values:
        for wanted in asked:
            if isinstance(item, str) and isinstance(wanted, str):
                found = place_is(item, wanted) if item[:2].isupper() else truth_of(item == wanted)
            else:
                found = truth_of(item == wanted)
            if found is Truth.TRUE:
                return found
            if found is Truth.UNKNOWN:
                best = found
    return best


def paper_valid(record: Record, day: int) -> Truth:
    """Whether a paper is valid on a day; its last day counts."""
    start = parse_day(record.get("valid_from"))
    if start is not None and start.first.toordinal() > day:
        return Truth.FALSE
    if record.get("expired") is True:
        return Truth.FALSE
    until = parse_day(record.get("valid_until"))
    if until is None:
        return Truth.TRUE if record.get("expired") is False else Truth.UNKNOWN
    if day <= until.first.toordinal():
        return Truth.TRUE
    return Truth.FALSE if day > until.last.toordinal() else Truth.UNKNOWN


def paper_days_left(record: Record, day: int) -> tuple[float, float] | None:
    """Fewest and most days a paper is still valid after a day, or `None` when not known."""
    granted = record.get("granted_days")
    if granted is not None:
        return granted, granted
    until = parse_day(record.get("valid_until"))
    if until is None:
        return None
    return until.first.toordinal() - day, until.last.toordinal() - day


def standing_lawful(record: Record, day: int) -> Truth:
    """Whether a standing makes the stay lawful on a day.

    One that lasts until it is taken away does, whatever day stands on its card.
    """
    kind = record.get("kind")
    if kind == "none":
        return Truth.FALSE
    if kind in LASTING:
        return Truth.TRUE
    until = parse_day(record.get("until"))
    if until is None:
        return Truth.TRUE if record.get("granted") else Truth.UNKNOWN
    if day <= until.first.toordinal():
        return Truth.TRUE
    return Truth.FALSE if day > until.last.toordinal() else Truth.UNKNOWN


def order_in_force(record: Record, day: int) -> Truth:
    """Whether a decision against the person is in force on a day; its last day counts.

    What is decided on extradition has no end, so that without a kind nothing is known to be over.
    """
    kind = record.get("kind")
    if str(kind or "").startswith("extradition"):
        return Truth.TRUE
    over = Truth.UNKNOWN if kind is None else Truth.FALSE
    start = parse_day(record.get("on"))
    if start is not None and day < start.first.toordinal():
        return over
    until = parse_day(record.get("until"))
    if until is None:
        return Truth.UNKNOWN
    if day <= until.first.toordinal():
        return Truth.TRUE
    return over if day > until.last.toordinal() else Truth.UNKNOWN


def changes_on(situation: Situation, on: int) -> tuple[int, ...]:
    """The days after `on` on which a paper or the standing runs out: the first day it is no more."""
    found: set[int] = set()
    for kind, key in (("paper", "valid_until"), ("standing", "until"), ("paper", "valid_from")):
        for record in situation.records(kind):
            until = parse_day(record.get(key))
            if until is not None:
                extra = 0 if key == "valid_from" else 1
                found.update((until.first.toordinal() + extra, until.last.toordinal() + extra))
    return tuple(sorted(d for d in found if d > on))


def others_possible(
    record: str, tests: tuple[FieldTest, ...], situation: Situation, asked: dict[str, tuple[Any, ...]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records not listed that could be there, each with the name of its gap.

    A paper that a state issues to its own nationals comes from one of the person's nationalities.
    Of anything else only what the test itself asks for is known.

    Args:
        asked: For each tested field, the values asked for, where the test is on values.
    """
    naming = _NAMING.get(record)
    kinds: tuple[Any, ...] = asked.get(naming, ()) if naming else ()
    base = {k: v[0] for k, v in asked.items() if len(v) == 1 and k not in ("valid", "held")}
    if not naming or not kinds:
        yield record, base
        return
    nationalities = situation.get("nationalities")
    for kind in kinds:
        own = record == "paper" and kind in NATIONAL_PAPERS
        issuers = asked.get("issuer") or (nationalities if own else None) or (None,)
        for issuer in issuers:
            if own and issuer is not None and nationalities and issuer not in nationalities:
                continue
            other = {**base, naming: kind}
            if issuer is not None and record == "paper":
                other["issuer"] = issuer
            yield f"{record}.{kind}", other


def gap_name(record: str, field: str) -> str:
    """The name of what is missing when a record's field is not given."""
    return f"{record}.{_MEANT.get(field, field)}"


def literals(test: OneOf) -> tuple[Any, ...] | None:
    """The test's values where all are plain, else `None`."""
    if all(isinstance(v, Literal) for v in test.values):
        return tuple(v.value for v in test.values if isinstance(v, Literal))
    return None
