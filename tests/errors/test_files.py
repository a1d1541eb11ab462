"""Files that cannot be read, and knowledge that does not hold together: all told, nothing loaded."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from safeconduct.errors import InvalidKnowledge, InvalidSituation, report
from safeconduct.kb import base
from safeconduct.kb.base import KNOWLEDGE, LARGEST_FILE_BYTES, load, parse, read_contents
from safeconduct.kb.cache import load_cached
from safeconduct.kb.situations import read_situation
from safeconduct.model.knowledge import Vocabulary
from worlds import DAY, START, Item, contents, fact, knowledge, rule, toml_file, vocabulary_files

RULE = rule("may", "may_enter")


def told(files: dict[str, bytes]) -> str:
    """What is said of these files."""
    with pytest.raises(InvalidKnowledge) as caught:
        parse(files)
    return str(caught.value)


def written(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


# --- encodings, sizes, folders -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "byte"),
    [("ключ".encode("cp1251"), 0), ("id = 'ä'".encode("latin-1"), 6),
     ("id = 1".encode("utf-16"), 0), (b"a = 1\nb = '\xc3'\n", 11), (b"\x80", 0)],
)
def test_a_file_in_another_encoding_is_refused_with_the_place(text: bytes, byte: int) -> None:
    assert told(contents(files={"xa/rules/r.toml": text})) == (
        f"xa/rules/r.toml\n  byte {byte}: the file is not UTF-8\n    Save it as UTF-8.\n\n"
        "1 problem in 1 file. Nothing was loaded."
    )


def test_a_matrix_in_another_encoding_is_refused_with_the_place() -> None:
    files = matrix("from,to,value,valid_from,source,locator\n")
    files["xa/facts/m.csv"] = "from,to\nÄ".encode("latin-1")
    assert "xa/facts/m.csv\n  byte 8: the file is not UTF-8\n    Save it as UTF-8." in told(files)


def test_a_byte_order_mark_is_refused_in_knowledge_and_taken_in_a_situation() -> None:
    data = b"\xef\xbb\xbf" + toml_file({"rule": [RULE]}).encode()
    assert "not TOML" in told(contents(files={"xa/rules/r.toml": data}))
    situation, _ = read_situation(b'\xef\xbb\xbfpresent_in = "KZ"\n', "s.toml", vocabulary())
    assert situation.get("present_in") == "KZ"


def test_ten_megabytes_of_noise_are_refused_unread(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(10_000_000)
    root = written(tmp_path, {**contents(), "xa/rules/noise.toml": noise})
    with pytest.raises(InvalidKnowledge) as caught:
        load(root)
    assert str(caught.value) == (
        "xa/rules/noise.toml\n  the file is larger than 2 MB\n    Split it.\n\n"
        "1 problem in 1 file. Nothing was loaded."
    )
    with pytest.raises(InvalidSituation) as other:
        read_situation(noise, "noise.toml", vocabulary())
    assert str(other.value) == (
        "noise.toml\n  the file is larger than 200 kB\n    A situation is a page of text.\n\n"
        "1 problem in 1 file. Nothing was computed."
    )


def test_noise_below_the_limit_is_refused() -> None:
    for seed in range(20):
        noise = random.Random(seed).randbytes(2000)
        assert "xa/rules/r.toml" in told(contents(files={"xa/rules/r.toml": noise}))
        with pytest.raises(InvalidSituation):
            read_situation(noise, "s.toml", vocabulary())


def test_the_largest_file_that_is_read_is_just_that_large(tmp_path: Path) -> None:
    text = toml_file({"rule": [RULE]}).encode()
    filled = text + b"#" * (LARGEST_FILE_BYTES - len(text))
    root = written(tmp_path, {**contents(), "xa/rules/r.toml": filled})
    assert load(root).index.rules[0].id == "xa.may"
    (root / "xa/rules/r.toml").write_bytes(filled + b"#")
    with pytest.raises(InvalidKnowledge):
        load(root)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidKnowledge) as caught:
        load(tmp_path / "none")
    assert "none\n  no such folder\n    Name the folder that holds the knowledge." in str(caught.value)


def test_a_folder_without_knowledge_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(InvalidKnowledge) as caught:
        load(tmp_path)
    assert "no knowledge file" in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:  # pragma: no cover
    root = written(tmp_path, contents(rules=[RULE]))
    (root / "xa/rules/r.toml").chmod(0)
    with pytest.raises(InvalidKnowledge) as caught:
        load(root)
    assert "cannot be read: Permission denied" in str(caught.value)


def test_a_file_that_fails_while_read_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    root = written(tmp_path, contents(rules=[RULE]))

    def fail(path: str) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(base, "_read_file_bytes", fail)
    with pytest.raises(InvalidKnowledge) as caught:
        read_contents(root)
    assert "cannot be read: Input/output error" in str(caught.value)
    assert len(caught.value.problems) == 4


def test_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    root = written(tmp_path, {**contents(), ".git/a.toml": b"noise =", "xa/.draft.toml": b"x ="})
    assert load(root).index.rules == ()


# --- nothing is half loaded ----------------------------------------------------------------------


def test_every_problem_in_every_file_is_told_at_once() -> None:
    files = contents(files={
        "xa/rules/a.toml": toml_file({"rule": [RULE | {"gives": "yes", "titel": "x"}]}),
        "xa/rules/b.toml": "= =",
        "xa/facts/c.toml": toml_file(fact("flight", "maybe", from_="XA", to="Bexia")),
    })
    message = told(files)
    assert message.index("xa/facts/c.toml") < message.index("xa/rules/a.toml")
    assert message.endswith("5 problems in 3 files. Nothing was loaded.")


def test_one_bad_file_keeps_all_the_good_ones_out(tmp_path: Path) -> None:
    root = written(tmp_path / "k", contents(rules=[RULE], files={"xa/facts/f.toml": "id = 3"}))
    cache = tmp_path / "cache"
    with pytest.raises(InvalidKnowledge):
        load_cached(cache, root)
    assert list(cache.glob("*")) == []


def test_a_report_counts_one_problem_in_the_singular() -> None:
    with pytest.raises(InvalidKnowledge) as caught:
        parse(contents(files={"xa/rules/r.toml": ""}))
    assert report(caught.value.problems, loaded="").endswith("1 problem in 1 file. ")


def test_knowledge_that_names_the_same_id_in_two_files_is_refused() -> None:
    text = toml_file({"rule": [RULE]})
    message = told(contents(files={"xa/rules/a.toml": text, "xa/rules/b.toml": text}))
    assert "the id `xa.may` is used twice, also in xa/rules/a.toml" in message


def test_a_file_named_predicates_within_a_folder_of_facts_is_still_a_fact_file() -> None:
    """Only the file beside the folders is one of predicates."""
    item = toml_file(fact("flight", from_="XA", to="XB"))
    with pytest.raises(InvalidKnowledge):
        parse(contents(files={"xa/facts/x-predicates.toml": item}))


def test_nothing_in_a_knowledge_file_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    item = fact("flight", from_="XA", to="XB") | {"statement": f"{{{code}}} ${{{code}}} `{code}`"}
    base = knowledge(facts=[item])
    assert base.index.facts[0].statement == item["statement"]
    assert not mark.exists()


# --- matrices ------------------------------------------------------------------------------------

HEAD: Item = {
    "id": "xa.m", "statement": "Flights.", "predicate": "flight", "recorded_on": START,
    "recorded_by": "editor-a",
}
HEADER = "from,to,value,valid_from,source,locator\n"
ROW = "XA,XB,true,2020-01-01,xa-act,section 1\n"


def matrix(text: str, **more: Any) -> dict[str, bytes]:
    return contents(files={"xa/facts/m.toml": toml_file(HEAD | more), "xa/facts/m.csv": text})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "xa/facts/m.csv\n  the file is empty\n    Write a header and rows."),
        ("from,to,value,source,locator\n",
         "xa/facts/m.csv\n  header: column `valid_from` is missing\n    Add it."),
        (HEADER.replace("from,to", "form,to"),
         "xa/facts/m.csv\n  header: unknown column `form`\n    Use: from, to, value, valid_from, "
         "valid_before, source, locator, note, disputed, recorded_on, recorded_by."),
        (HEADER + ROW.strip() + ",more\n",
         "  line 2: more cells than columns\n    Put cells with commas in double quotes."),
        (HEADER + ROW.replace("true", "perhaps"),
         "  line 2: `value` of `flight` is true or false, not perhaps\n    Leave off quotes."),
        (HEADER + ROW.replace("2020-01-01", "spring"),
         "  line 2: `valid_from` must be a day\n    Write it as 2026-07-01."),
        (HEADER + ROW + ROW.replace("XA,", "Examplia,"),
         "  line 3: `from` is not a place: Examplia\n"
         "    Write the two capitals of ISO 3166-1, such as KZ, or EU."),
        (HEADER + ROW.replace("section 1", " "),
         "  line 2: `locator` is empty\n    Every row is cited."),
        (HEADER + ROW.replace("xa-act", ""),
         "  line 2: `source` is empty\n    Every row is cited."),
        (HEADER + "XA,XB\n", "  line 2: `valid_from` must be a day\n    Write it as 2026-07-01."),
        (HEADER.strip() + ",valid_before\n" + ROW.strip() + ",2019-01-01\n",
         "  line 2: `valid_before` is not after `valid_from`\n    Correct one of them."),
        (HEADER + ROW.replace("xa-act", "xa-atc"),
         "xa/facts/m.toml\n  xa.m.xa-xb: unknown source `xa-atc`\n    Did you mean `xa-act`?"),
    ],
)
def test_a_bad_row_is_told_with_its_line(text: str, says: str) -> None:
    assert says in told(matrix(text))


def test_a_number_in_a_row_that_is_none_is_refused() -> None:
    head = {"predicate": "visa_free_days"}
    text = "place,nationality,value,valid_from,source,locator\nXA,XB,{},2020-01-01,xa-act,s 1\n"
    for cell in ("nan", "inf", "1e400", "9" * 30):
        assert "  line 2: `value` is no number" in told(matrix(text.format(cell), **head))


def test_a_matrix_without_its_head_is_refused() -> None:
    message = told(contents(files={"xa/facts/m.csv": HEADER + ROW}))
    assert message.startswith("xa/facts/m.csv\n  no TOML head beside it\n    Write xa/facts/m.toml.")


def test_a_bad_head_is_told_beside_its_rows() -> None:
    message = told(matrix(HEADER + ROW, predicate="flights", recorded_on="2026"))
    assert "unknown predicate `flights`" in message
    assert "`recorded_on` must be a day" in message


def test_a_good_matrix_is_read() -> None:
    text = HEADER.strip() + ",valid_before,disputed,note\n" + (
        "XA,XB,true,2020-01-01,xa-act,s 1,,,\n"
        "XA,XB,unknown,2024-01-01,xa-act,s 2,2025-01-01,true,why\n"
        ",XC,false,2020-01-01,xa-act,s 3,,,\n"
    )
    facts = {f.id: f for f in parse(matrix(text)).index.facts}
    assert set(facts) == {"xa.m.xa-xb", "xa.m.any-xc"}
    assert [a.value for a in facts["xa.m.xa-xb"].assertions] == [True, None]
    assert facts["xa.m.xa-xb"].assertions[1].disputed
    assert facts["xa.m.xa-xb"].assertions[1].note == "why"
    assert facts["xa.m.any-xc"].arguments == (None, "XC")


# --- situations ----------------------------------------------------------------------------------


def vocabulary() -> Vocabulary:
    return knowledge().index.vocabulary


def test_a_situation_that_says_nothing_but_a_comment_is_read_as_knowing_nothing() -> None:
    situation, on = read_situation(b"# nothing yet\n", "s.toml", vocabulary())
    assert (dict(situation.values), on) == ({}, None)


def test_a_situation_with_more_records_than_a_life_has_is_refused() -> None:
    many = "[[evidence]]\nkind = 'summons'\n" * 201
    with pytest.raises(InvalidSituation, match="more than 200 entries of `evidence`"):
        read_situation(many.encode(), "s.toml", vocabulary())


def test_codes_are_read_without_regard_to_case() -> None:
    text = b'{"present_in": "kz", "nationalities": ["ru"], "duty": "Deserted", "on": "2026-11-22"}'
    situation, on = read_situation(text, "s.json", vocabulary())
    assert (situation.get("present_in"), situation.get("duty")) == ("KZ", "deserted")
    assert situation.get("nationalities") == ("RU",)
    assert str(on) == "2026-11-22"


def test_every_problem_of_a_situation_is_told_at_once() -> None:
    text = b'present_in = "KX"\nduty = "x"\n[[paper]]\nkind = "visa"\n'
    with pytest.raises(InvalidSituation) as caught:
        read_situation(text, "s.toml", vocabulary())
    assert len(caught.value.problems) == 3
    assert str(caught.value).endswith("3 problems in 1 file. Nothing was computed.")


def test_the_knowledge_that_comes_with_the_program_holds_together() -> None:
    assert load(KNOWLEDGE).as_of(DAY).vocabulary.attributes
    assert set(vocabulary_files()) <= set(contents())
