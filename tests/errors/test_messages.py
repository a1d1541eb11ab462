"""Every problem that the readers can tell, with its exact message: see knowledge.toml, situations.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from safeconduct.errors import InvalidKnowledge, InvalidSituation
from safeconduct.kb.base import parse
from safeconduct.kb.situations import read_situation
from worlds import contents, knowledge

HERE = Path(__file__).parent


def cases(name: str) -> list[dict[str, str]]:
    table: dict[str, list[dict[str, str]]] = tomllib.loads((HERE / name).read_text("utf-8"))
    return table["case"]


@pytest.mark.parametrize("case", cases("knowledge.toml"), ids=lambda c: c["name"])
def test_a_bad_knowledge_file_gets_its_message(case: dict[str, str]) -> None:
    with pytest.raises(InvalidKnowledge) as caught:
        parse(contents(files={case["file"]: case["text"]}))
    assert str(caught.value) == case["says"]


@pytest.mark.parametrize("case", cases("situations.toml"), ids=lambda c: c["name"])
def test_a_bad_situation_gets_its_message(case: dict[str, str]) -> None:
    vocabulary = knowledge().index.vocabulary
    with pytest.raises(InvalidSituation) as caught:
        read_situation(case["text"].encode(), "situation.toml", vocabulary)
    assert str(caught.value) == case["says"]


@pytest.mark.parametrize("name", ["knowledge.toml", "situations.toml"])
def test_every_case_has_a_name_of_its_own(name: str) -> None:
    names = [c["name"] for c in cases(name)]
    assert len(set(names)) == len(names)


def test_every_problem_says_what_to_do_unless_the_place_says_it() -> None:
    """Few messages come without advice: a wrong number, a name near to nothing known."""
    bare = []
    for case in cases("knowledge.toml"):
        with pytest.raises(InvalidKnowledge) as caught:
            parse(contents(files={case["file"]: case["text"]}))
        bare += [p.what for p in caught.value.problems if not p.advice]
    assert len(bare) < len(cases("knowledge.toml")) / 15, bare
