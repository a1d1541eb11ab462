"""Examplia, the made-up country of the tutorial, is whole and speaks the program's words."""

from datetime import date

import pytest

from docs.pages import ROOT
from safeconduct.engine.trial import rules_shown, run_example
from safeconduct.kb.base import KNOWLEDGE, KnowledgeBase, load, parse_toml
from safeconduct.kb.forms import Problems

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def examplia() -> KnowledgeBase:
    return load(ROOT / "tests" / "examplia")


def test_it_has_every_kind_of_knowledge(examplia: KnowledgeBase) -> None:
    index = examplia.index
    assert index.sources and index.facts and index.completes and index.rules
    assert index.procedures and index.dangers and index.rulings and index.examples
    assert any(len(f.assertions) > 1 and not f.assertions[0].disputed for f in index.facts)
    assert any(a.disputed for f in index.facts for a in f.assertions)
    assert any(r.overrides for r in index.rules)
    assert any(p.template for p in index.procedures)
    assert any(d.cases for d in index.dangers)
    assert {r.outcome for r in index.rulings} >= {"for", "against"}


def test_every_example_holds_and_every_rule_is_shown_true_false_and_unknown(
    examplia: KnowledgeBase,
) -> None:
    edition = examplia.as_of(DAY)
    seen: dict[str, set[str]] = {}
    for example in examplia.index.examples:
        proof, failure = run_example(edition, example)
        assert failure is None, example.name
        for name, truth in rules_shown(proof).items():
            seen.setdefault(name, set()).add(truth)
    assert {r.id: seen.get(r.id) for r in edition.rules} == {
        r.id: {"true", "false", "unknown"} for r in edition.rules
    }


@pytest.mark.parametrize("kind", ["attributes", "predicates"])
def test_its_words_are_the_program_s(kind: str) -> None:
    ours, theirs = (
        parse_toml(kind, (root / "vocabulary" / f"{kind}.toml").read_bytes(), Problems())
        for root in (ROOT / "tests" / "examplia", KNOWLEDGE)
    )
    assert ours is not None and theirs is not None
    for key, items in ours.items():
        known = {item["name"]: item for item in theirs[key]}
        for item in items:
            real = {k: v for k, v in known[item["name"]].items() if k != "citations"}
            assert {k: v for k, v in item.items() if k != "citations"} == real


def test_what_is_recorded_later_is_not_known_earlier(examplia: KnowledgeBase) -> None:
    august = date(2026, 8, 1).toordinal()
    fee = ("fee_eur", ("xa.visa.humanitarian",), august)
    assert examplia.as_of(date(2026, 2, 1)).look_up(*fee).value == 120
    assert examplia.as_of(DAY).look_up(*fee).value == 150
