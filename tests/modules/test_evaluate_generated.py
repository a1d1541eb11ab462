"""A population gives each member the answer that person gets alone, whatever the law."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

import profiles  # noqa: F401
from safeconduct.engine.decide import Decider, Scope, decide
from safeconduct.engine.evaluate import evaluate
from safeconduct.kb.edition import Edition, Index
from safeconduct.model.condition import (
    AllOf,
    AnyOf,
    Attribute,
    Between,
    Compare,
    FieldTest,
    HasRecord,
    Holds,
    Literal,
    Not,
    OneOf,
    Parameter,
    RecordField,
    Within,
)
from safeconduct.model.knowledge import (
    Assertion,
    Citation,
    Complete,
    Fact,
    FieldType,
    ParameterType,
    Predicate,
    RecordType,
    Rule,
    Vocabulary,
)
from safeconduct.model.period import NO_END
from safeconduct.model.population import Population
from safeconduct.model.situation import Situation

DAY = date(2026, 11, 24)
ORDINAL = DAY.toordinal()
PLACES = ("RU", "KZ", "UA", "UA-43")
CODES = ("a", "b", "c")
CITED = (Citation("s", "1"),)

ATTRIBUTES = {
    "flag": FieldType("flag", "bool"),
    "duty": FieldType("duty", "code", CODES),
    "nationalities": FieldType("nationalities", "places"),
    "present_in": FieldType("present_in", "place-or-region"),
    "birth_year": FieldType("birth_year", "year"),
    "age": FieldType("age", "derived"),
    "entered_on": FieldType("entered_on", "day"),
}
PAPERS = ("international-passport", "visa", "identity-card")
ORDERS = ("expulsion", "entry-ban", "extradition-granted")
STANDINGS = ("visitor", "none", "refugee")
RECORDS = {
    "nationality": RecordType("nationality", (FieldType("state", "place"),)),
    "paper": RecordType("paper", (
        FieldType("kind", "code", PAPERS), FieldType("issuer", "place"),
        FieldType("valid_from", "day"), FieldType("valid_until", "day"),
        FieldType("expired", "bool"), FieldType("held", "code", ("held", "lost")),
    )),
    "order": RecordType("order", (
        FieldType("kind", "code", ORDERS), FieldType("by", "place"), FieldType("on", "day"),
        FieldType("until", "day"),
    )),
    "standing": RecordType("standing", (
        FieldType("kind", "code", STANDINGS), FieldType("until", "day"),
    ), single=True),
}
PARAMETERS = {"listed": 1, "regime": 2, "first": 1, "second": 1, "third": 0, "worth": 1}
VALUED = {"regime": "code", "worth": "number"}
ORDER = tuple(PARAMETERS)

near_days = st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n))
given_days = st.one_of(near_days, st.sampled_from(["2026-11", "2026", "2027-01"]))
places = st.sampled_from(PLACES)
states = st.sampled_from(PLACES[:3])


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def records_of(**fields):
    made = st.fixed_dictionaries({k: maybe(v) for k, v in fields.items()})
    return made.map(lambda r: {k: v for k, v in r.items() if v is not None})


papers = records_of(
    kind=st.sampled_from(PAPERS), issuer=states, valid_from=given_days, valid_until=given_days,
    expired=st.booleans(), held=st.sampled_from(("held", "lost")), granted_days=st.integers(0, 4),
)
orders = records_of(
    kind=st.sampled_from(ORDERS), by=states, on=given_days, until=given_days
)
standings = records_of(kind=st.sampled_from(STANDINGS), until=given_days, granted=st.just(True))


@st.composite
def situations(draw):
    values = {
        "flag": draw(maybe(st.booleans())),
        "duty": draw(maybe(st.sampled_from(CODES))),
        "nationalities": draw(maybe(st.lists(states, max_size=2).map(tuple))),
        "present_in": draw(maybe(places)),
        "birth_year": draw(maybe(st.integers(2005, 2009))),
        "entered_on": draw(maybe(given_days)),
        "paper": draw(maybe(st.lists(papers, max_size=2))),
        "order": draw(maybe(st.lists(orders, max_size=2))),
        "standing": draw(maybe(standings)),
    }
    complete = draw(st.lists(st.sampled_from(("paper", "order", "standing")), unique=True))
    given_values = {k: v for k, v in values.items() if v is not None}
    return Situation(given_values, complete=tuple(complete))


@st.composite
def terms(draw, parameters, within, literal):
    choices = [literal.map(Literal)]
    if parameters:
        choices.append(st.sampled_from(parameters).map(Parameter))
    if "paper" in within:
        choices.append(st.sampled_from(("issuer", "kind")).map(lambda f: RecordField("paper", f)))
    if "order" in within:
        choices.append(st.just(RecordField("order", "by")))
    choices.append(st.sampled_from(("present_in", "nationalities", "duty")).map(Attribute))
    return draw(st.one_of(choices))


def one_of(parameters, within, literal):
    return st.lists(terms(parameters, within, literal), min_size=1, max_size=2).map(
        lambda values: OneOf(tuple(values))
    )


def numbers(low, high):
    return st.builds(Between, maybe(st.integers(low, high)), maybe(st.integers(low, high)))


day_tests = st.builds(
    Within, maybe(near_days.map(date.toordinal)), maybe(near_days.map(date.toordinal))
)


@st.composite
def compares(draw, parameters, within):
    name = draw(st.sampled_from(tuple(ATTRIBUTES)))
    if name == "age":
        return Compare(name, draw(numbers(16, 22)))
    if name == "birth_year":
        return Compare(name, draw(numbers(2004, 2010)))
    if name == "entered_on":
        return Compare(name, draw(day_tests))
    literal = {"flag": st.booleans(), "duty": st.sampled_from(CODES)}.get(name, places)
    return Compare(name, draw(one_of(parameters, within, literal)))


@st.composite
def field_tests(draw, record, parameters, within):
    by_name = {
        "kind": st.sampled_from({"paper": PAPERS, "order": ORDERS, "standing": STANDINGS}[record])
    }
    if record == "paper":
        by_name |= {"issuer": states, "held": st.just("held"), "valid": st.booleans()}
    if record == "order":
        by_name |= {"by": states, "in_force": st.booleans()}
    if record == "standing":
        by_name |= {"lawful": st.booleans()}
    names = draw(st.lists(st.sampled_from(tuple(by_name)), max_size=3, unique=True))
    tests = []
    for name in names:
        if name in ("valid", "in_force", "lawful"):
            test = OneOf((Literal(draw(by_name[name])),))
        else:
            test = draw(one_of(parameters, within, by_name[name]))
        tests.append(FieldTest(name, test))
    if record == "paper" and draw(st.booleans()):
        tests.append(FieldTest("valid_days", Between(at_least=draw(st.integers(0, 4)))))
    if record == "order" and draw(st.booleans()):
        tests.append(FieldTest("on", draw(day_tests)))
    return tuple(tests)


@st.composite
def conditions(draw, parameters=(), known=(), within=(), depth=3):
    kinds = ["compare", "compare"]
    if known:
        kinds += ["holds", "holds"]
    if depth:
        kinds += ["all", "any", "not", "record", "record"]
    kind = draw(st.sampled_from(kinds))
    inner = lambda inside=within: conditions(parameters, known, inside, depth - 1)  # noqa: E731
    if kind == "compare":
        return draw(compares(parameters, within))
    if kind == "holds":
        name = draw(st.sampled_from(known))
        arguments = tuple(
            draw(terms(parameters, within, states)) for _ in range(PARAMETERS[name])
        )
        test = None
        if name == "regime":
            test = draw(one_of(parameters, within, st.sampled_from(CODES)))
        if name == "worth":
            test = draw(numbers(0, 3))
        return Holds(name, arguments, test)
    if kind == "not":
        return Not(draw(inner()))
    if kind == "record":
        record = draw(st.sampled_from(("paper", "order", "standing")))
        tests = draw(field_tests(record, parameters, within))
        where = draw(maybe(inner((*within, record))))
        return HasRecord(record, tests, where)
    parts = tuple(draw(st.lists(inner(), max_size=3)))
    return AllOf(parts) if kind == "all" else AnyOf(parts)


@st.composite
def facts(draw, number):
    name = draw(st.sampled_from(("listed", "regime", "first", "worth")))
    value = {"regime": st.sampled_from(CODES), "worth": st.one_of(
        st.integers(0, 3), st.just((1, 2)))}.get(name, st.booleans())
    arguments = tuple(draw(maybe(states)) for _ in range(PARAMETERS[name]))
    disputed = draw(st.booleans()) and draw(st.booleans())
    assertions = tuple(
        Assertion(draw(maybe(value)), 1, NO_END, 1, "t", CITED, disputed)
        for _ in range(2 if disputed else 1)
    )
    return Fact(f"xa.f{number}", "", name, arguments, assertions)


@st.composite
def laws(draw):
    predicates = {}
    for name, count in PARAMETERS.items():
        otherwise = draw(st.sampled_from((None, None, True, False)))
        predicates[name] = Predicate(
            name, tuple(ParameterType(f"x{n}", "place") for n in range(count)),
            VALUED.get(name, "truth"), ("", "", ""),
            otherwise if name not in VALUED else None,
        )
    rules = []
    for rank, name in enumerate(ORDER):
        parameters = tuple(p.name for p in predicates[name].parameters)
        for n in range(draw(st.integers(0, 3)) if rank > 1 else 0):
            gives = draw(st.integers(0, 3)) if name == "worth" else draw(st.booleans())
            overridable = [r.id for r in rules if r.concludes == name]
            overrides = draw(st.lists(st.sampled_from(overridable), max_size=1)) if overridable else []
            rules.append(Rule(
                f"xa.{name}.{n}", "", name,
                tuple(tuple(draw(st.lists(states, max_size=2, unique=True))) for _ in parameters),
                draw(conditions(parameters, ORDER[:rank])), gives, tuple(overrides),
                draw(st.sampled_from((1, ORDINAL + 1))), NO_END, 1, "t", NO_END, CITED,
            ))
    known = tuple(draw(facts(n)) for n in range(draw(st.integers(0, 5))))
    completes = tuple(
        Complete(n, tuple(draw(maybe(states)) for _ in range(PARAMETERS[n])), 1, NO_END, 1, "t", CITED)
        for n in draw(st.lists(st.sampled_from(("listed", "regime", "second")), max_size=2))
    )
    vocabulary = Vocabulary(ATTRIBUTES, RECORDS, predicates)
    index = Index(vocabulary, {}, known, completes, tuple(rules), (), (), (), (), "")
    return Edition(ORDINAL, index)


@given(
    edition=laws(), people=st.lists(situations(), min_size=1, max_size=5),
    arguments=st.lists(states, min_size=2, max_size=2),
)
def test_each_member_gets_the_answer_that_person_gets_alone(edition, people, arguments):
    goals = [
        (name, {f"x{n}": arguments[n] for n in range(count)}) for name, count in PARAMETERS.items()
    ]
    found = evaluate(edition, goals, Population.of_situations(people), on=DAY)
    for g, (name, given_) in enumerate(goals):
        for n, person in enumerate(people):
            alone = decide(edition, name, person, on=DAY, arguments=given_).truth
            assert found.truth(g, n) is alone, (name, n)


@given(
    edition=laws(), people=st.lists(situations(), min_size=1, max_size=5), data=st.data()
)
def test_a_bare_condition_is_decided_as_for_one_person(edition, people, data):
    condition = data.draw(conditions((), ORDER))
    population = Population.of_situations(people)
    found = evaluate(edition, [condition], population, on=DAY)
    for n, person in enumerate(people):
        alone = Decider(edition, person, ORDINAL).condition(condition, Scope()).truth
        assert found.truth(0, n) is alone
        again = Decider(edition, population.situation(n), ORDINAL).condition(condition, Scope())
        assert again.truth is alone


def law(*rules, predicates):
    index = Index(Vocabulary(ATTRIBUTES, RECORDS, predicates), {}, (), (), rules, (), (), (), (), "")
    return Edition(ORDINAL, index)


def test_a_value_is_known_where_one_rule_gives_it_and_none_may_give_another():
    words = ("", "", "")
    worth = Predicate("worth", (), "number", words)
    rich = Predicate("rich", (), "truth", words)
    of_flag = Rule("xa.a", "", "worth", (), Compare("flag", OneOf((Literal(True),))), 1, (), 1,
                   NO_END, 1, "t", NO_END, CITED)
    of_duty = Rule("xa.b", "", "worth", (), Compare("duty", OneOf((Literal("a"),))), 2, (), 1,
                   NO_END, 1, "t", NO_END, CITED)
    is_rich = Rule("xa.c", "", "rich", (), Holds("worth", (), Between(at_least=2)), True, (), 1,
                   NO_END, 1, "t", NO_END, CITED)
    edition = law(of_flag, of_duty, is_rich, predicates={"worth": worth, "rich": rich})
    people = [
        Situation({k: v for k, v in (("flag", f), ("duty", d)) if v is not None})
        for f in (True, False, None) for d in ("a", "b", None)
    ]
    found = evaluate(edition, ["worth", "rich"], Population.of_situations(people), on=DAY)
    told = {"true": "t", "unknown": "u", "false": "f"}
    for g, (goal, expected) in enumerate((("worth", "ututuuuuu"), ("rich", "uuutuuuuu"))):
        alone = [decide(edition, goal, p, on=DAY).truth for p in people]
        assert "".join(told[t.value] for t in alone) == expected
        assert [found.truth(g, n) for n in range(9)] == alone
