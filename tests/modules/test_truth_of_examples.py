"""Every example that stands beside the rules has the truth it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import pytest

from safeconduct.engine.trial import run_example, situation_of, truths_lacking
from safeconduct.kb.base import KNOWLEDGE, load
from safeconduct.kb.edition import Edition
from safeconduct.model.knowledge import Example
from safeconduct.model.truth import Truth
from worlds import DAY, edition, fact, rule


@cache
def shipped() -> Edition:
    """All that is recorded in the knowledge that comes with the program."""
    return load(KNOWLEDGE).as_of(date.max)


def files() -> Iterable[str]:
    return sorted({p.relative_to(KNOWLEDGE).as_posix() for p in KNOWLEDGE.glob("*/examples/*.toml")})


@pytest.mark.parametrize("file", files())
def test_the_examples_of_a_file_have_their_truth(file: str) -> None:
    mine = [e for e in shipped().index.examples if e.file == file]
    assert mine
    wrong = [f for e in mine if (f := run_example(shipped(), e)[1]) is not None]
    assert wrong == []


@pytest.mark.parametrize("file", files())
def test_what_examples_answer_ends_in_sources_with_an_address(file: str) -> None:
    for example in shipped().index.examples:
        if example.file != file:
            continue
        proof, _ = run_example(shipped(), example)
        cited = proof.all_citations()
        assert cited or proof.truth is Truth.UNKNOWN, example.name
        for citation in cited:
            assert shipped().sources[citation.source].url.startswith("http"), citation
            assert citation.locator.strip()
        assert bool(proof.gaps()) == (proof.truth is Truth.UNKNOWN)


def example(truth: str, *gaps: str, **more: object) -> Example:
    base = edition(
        rules=[rule("banned", "may_leave", {"exit_ban": True}, gives=False)],
        examples=[{"name": "An example", "goal": "may_leave", "arguments": {"place": "XA"},
                   "on": DAY, "situation": {"present_in": "XA"}, "truth": truth,
                   "gaps": list(gaps), **more}],
    )
    return base.index.examples[0]


def tried(item: Example) -> tuple[str, str] | None:
    base = edition(rules=[rule("banned", "may_leave", {"exit_ban": True}, gives=False)])
    _, failure = run_example(base, item)
    return None if failure is None else (failure.wanted, failure.found)


def test_an_example_with_another_truth_is_told_with_what_came() -> None:
    assert tried(example("unknown")) is None
    assert tried(example("true")) == ("true", "unknown")
    banned = {"situation": {"present_in": "XA", "exit_ban": True}}
    assert tried(example("unknown", **banned)) == ("unknown", "false")
    assert tried(example("false", **banned)) is None


def test_an_example_must_name_a_gap_that_is_there() -> None:
    assert tried(example("unknown", "not given: exit_ban")) is None
    assert tried(example("unknown", "not given: duty")) == (
        "not given: duty", "not given: exit_ban"
    )
    assert tried(example("unknown", "not recorded: exit_ban")) is not None


def test_an_example_with_another_value_is_told_with_what_came() -> None:
    def told(value: int) -> tuple[str, str] | None:
        asked = {"place": "XB", "nationality": "XA"}
        base = edition(
            facts=[fact("visa_free_days", 90, **asked)],
            examples=[{"name": "Days", "goal": "visa_free_days", "arguments": asked, "on": DAY,
                       "situation": {}, "truth": "true", "value": value}],
        )
        _, failure = run_example(base, base.index.examples[0])
        return None if failure is None else (failure.wanted, failure.found)

    assert told(90) is None
    assert told(30) == ("30", "90")


def test_the_situation_of_an_example_is_read_as_a_file_would_be() -> None:
    item = example("unknown", situation={"present_in": "xa", "entered_on": DAY})
    assert situation_of(item).get("present_in") in ("xa", "XA")


def test_a_rule_that_is_always_true_needs_no_example_for_another_truth() -> None:
    free, banned = rule("free", "may_leave"), rule("banned", "may_leave", {"exit_ban": True})
    base = edition(rules=[free, banned])
    assert truths_lacking(base, {}) == {
        "xa.free": ["true"], "xa.banned": ["true", "false", "unknown"],
    }
    assert truths_lacking(base, {"xa.free": {"true"}, "xa.banned": {"true", "false"}}) == {
        "xa.banned": ["unknown"],
    }


def test_a_rule_without_a_condition_that_has_an_exception_needs_all_three() -> None:
    free = rule("free", "may_leave")
    banned = rule("banned", "may_leave", {"exit_ban": True}, gives=False, overrides=["xa.free"])
    lacking = truths_lacking(edition(rules=[free, banned]), {})
    assert lacking["xa.free"] == ["true", "false", "unknown"]
