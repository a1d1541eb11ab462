"""A fact written to a file and read again is the same fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from properties.laws import ARITY, PARAMETERS, PLACES, PREDICATES, VALUES, WORDS
from safeconduct.kb.cache import decode, encode
from safeconduct.model.knowledge import Assertion, Citation, Fact, Review
from safeconduct.model.period import NO_END
from worlds import DAY, SOURCE, Item, knowledge

_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
_DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.toordinal)
_NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
_VALUES = {
    "truth": st.booleans(), "code": st.sampled_from(WORDS), "number": _NUMBERS,
    "range": st.tuples(st.integers(0, 50), st.integers(50, 99)),
}


@st.composite
def facts(draw: Callable[..., Any]) -> Fact:
    """Facts with whatever a fact may hold."""
    name = draw(st.sampled_from(["is_listed", "regime", "limit", "is_bound", "third"]))
    arguments = tuple(
        draw(st.none() | st.sampled_from(PLACES if kind == "place" else ("air", "sea")))
        for kind in ARITY[name]
    )
    assertions = []
    for recorded in sorted(draw(st.lists(_DAYS, min_size=1, max_size=4))):
        start = draw(_DAYS)
        assertions.append(Assertion(
            draw(st.none() | _VALUES[VALUES[name]]), start,
            draw(st.just(NO_END) | st.integers(start + 1, start + 9999)), recorded,
            draw(_TEXT), tuple(Citation("xa-act", t) for t in draw(
                st.lists(_TEXT, min_size=1, max_size=3))),
            draw(st.booleans()), draw(st.just("") | _TEXT),
        ))
    reviews = []
    for on in draw(st.lists(_DAYS, max_size=2)):
        capacity = draw(st.sampled_from(["compiler", "second-reader", "lawyer"]))
        reviews.append(Review(on, draw(_TEXT), capacity, on + draw(st.integers(1, 900))))
    return Fact("xa.some-fact", draw(_TEXT), name, arguments, tuple(assertions), tuple(reviews),
                draw(st.sampled_from(["", "days", "EUR"])))


def written(fact: Fact) -> Item:
    """The fact as its file has it."""
    table: Item = {
        "id": fact.id, "statement": fact.statement, "predicate": fact.predicate,
        "arguments": {p: a for p, a in zip(PARAMETERS[fact.predicate], fact.arguments, strict=True)
                      if a is not None},
        "unit": fact.unit, "assertion": [],
        "review": [{"on": date.fromordinal(r.on), "by": r.by, "as": r.capacity,
                    "next": date.fromordinal(r.next)} for r in fact.reviews],
    }
    for a in fact.assertions:
        item: Item = {"unknown": True} if a.value is None else {"value": a.value}
        item |= {"valid_from": date.fromordinal(a.valid_from),
                 "recorded_on": date.fromordinal(a.recorded_on), "recorded_by": a.recorded_by,
                 "disputed": a.disputed, "note": a.note,
                 "citations": [{"source": c.source, "locator": c.locator} for c in a.citations]}
        if a.valid_before < NO_END:
            item["valid_before"] = date.fromordinal(a.valid_before)
        table["assertion"].append(item)
    return table


@given(facts())
def test_a_fact_written_and_read_again_is_the_same_fact(fact):
    base = knowledge(predicates=PREDICATES, facts=[written(fact)], sources=[SOURCE])
    assert base.index.facts == (fact,)
    compiled = decode(encode(base), base.digest)
    assert compiled is not None
    assert compiled.index.facts == (fact,)


@given(facts(), st.integers(-9000, 9000))
def test_on_each_day_the_assertion_recorded_last_that_covers_it_holds(fact, days):
    """The plain reading of the format, beside the look-up that the engine uses."""
    edition = knowledge(predicates=PREDICATES, facts=[written(fact)]).as_of(DAY)
    day = (DAY + timedelta(days=days)).toordinal()
    asked = tuple(a or "XA" for a in fact.arguments)
    if "mode" in ARITY[fact.predicate]:
        asked = (asked[0], fact.arguments[1] or "air")
    known = [a for a in fact.assertions if a.recorded_on <= DAY.toordinal()
             and a.valid_from <= day < a.valid_before]
    found = edition.look_up(fact.predicate, asked, day)
    assert found.start <= day < found.end
    if not known:
        assert (found.kind, found.value) == ("none", None)
        return
    latest = [a for a in known if a.recorded_on == max(b.recorded_on for b in known)]
    disputed = [a for a in latest if a.disputed]
    if latest[-1].disputed and len(disputed) > 1:
        assert found.kind == "disputed"
        assert [a for _, a in found.assertions] == disputed
    elif latest[-1].value is None:
        assert found.kind == "none"
    else:
        assert (found.kind, found.value) == ("value", latest[-1].value)
