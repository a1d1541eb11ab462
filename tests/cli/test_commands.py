"""What the commands promise: exit codes, errors, the shape of JSON, colour that can be switched off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from safeconduct.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
OFFICER = str(ROOT / "examples" / "officer-in-kazakhstan.toml")
NOTHING = str(ROOT / "examples" / "almost-nothing-known.toml")
AS_OF = ["--as-of", "2026-11-24"]


def run(*arguments: str, **options):
    return CliRunner().invoke(main, list(arguments), env={"NO_COLOR": "1"}, **options)


@pytest.fixture(scope="module")
def plan():
    result = run("plan", OFFICER, "--json", *AS_OF)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_plan_json_has_the_keys_of_the_contract(plan):
    assert {"on", "as_of", "edition", "goal", "here", "pathways", "closed", "questions",
            "not_covered", "stale"} <= plan.keys()
    assert plan["on"] == "2026-11-24" and plan["as_of"] == "2026-11-24"
    assert len(plan["edition"]) == 64
    assert {"place", "standing", "dangers"} <= plan["here"].keys()
    way = plan["pathways"][0]
    assert {"id", "ends", "truth", "discretionary", "criteria", "steps"} <= way.keys()
    assert {"doubt", "danger", "days", "fees_eur"} <= way["criteria"].keys()
    for step in way["steps"]:
        assert {"kind", "procedure", "from", "to", "mode", "via", "title", "truth", "discretionary",
                "days", "fee_eur", "gates", "proof", "dangers", "gaps", "citations",
                "stale"} <= step.keys()
        assert step["kind"] in {"travel", "obtain", "lodge", "decision", "wait", "stay"}


def test_every_step_and_danger_of_a_plan_has_a_source_with_an_address(plan):
    dangers = list(plan["here"]["dangers"])
    for way in plan["pathways"]:
        for step in way["steps"]:
            assert step["citations"], step["title"]
            assert all(c["url"].startswith("http") and c["locator"] for c in step["citations"])
            dangers += step["dangers"]
    assert dangers
    for danger in dangers:
        assert danger["citations"] and all(c["url"] for c in danger["citations"])
        if danger["evidence"] == "documented":
            assert danger["cases"]


def test_travel_passes_four_gates_each_with_a_proof(plan):
    steps = [s for w in plan["pathways"] for s in w["steps"] if s["kind"] == "travel"]
    assert steps
    for step in steps:
        assert [g["gate"] for g in step["gates"]] == ["leave", "board", "enter", "stay"]
        assert all(g["truth"] != "false" and g["proof"]["claim"] for g in step["gates"])


def test_silence_is_never_told_as_safe():
    for name in ("conscript-in-mongolia", "before-the-summons-in-russia"):
        result = run("plan", str(ROOT / "examples" / f"{name}.toml"), "--top", "1", *AS_OF)
        assert "none recorded" in result.stdout
        assert " safe " not in result.stdout.lower()


def test_a_situation_that_knows_nothing_is_answered_with_questions():
    result = run("plan", NOTHING, "--json", *AS_OF)
    data = json.loads(result.stdout)
    assert data["pathways"] == []
    assert data["questions"][0]["attribute"] == "present_in"
    assert all(q["text"].endswith("?") for q in data["questions"])


def test_a_goal_in_a_place_not_covered_says_so():
    result = run("plan", OFFICER, "--goal", "reach:AQ", "--json", *AS_OF)
    assert "AQ" in json.loads(result.stdout)["not_covered"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "no-such-file.toml"], "no-such-file.toml: no such file or directory"),
        (["plan", OFFICER, "--goal", "paradise"], "Use protection, stay, or reach:XX"),
        (["plan", OFFICER, "--on", "yesterday"], "Write it as 2026-11-22."),
        (["plan", OFFICER, "--to", "FRANCE"], "Write the two letters of ISO 3166-1"),
        (["plan", OFFICER, "--lang", "xx"], "no words for the language `xx`"),
        (["why", OFFICER, "may_entre(FR)"], "Did you mean `may_enter`?"),
        (["why", OFFICER, "may_enter(FRANCE)"], "is not a place"),
        (["claim", OFFICER, "--in", "AQ"], "nothing is recorded of claims in AQ"),
        (["compare", OFFICER, "--on", "2026-01-01"], "two days are needed"),
        (["facts", "--predicate", "visa_regim"], "Did you mean `visa_regime`?"),
        (["changes"], "Missing option '--since'"),
        (["impact", "--since", "no-such-revision"], "no knowledge at the revision"),
    ],
)
def test_bad_input_exits_with_two_and_says_what_to_do(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"on = ", b"{", b"[[[", b"a" * 300_000])
def test_noise_on_standard_input_is_an_error_and_no_traceback(data):
    result = run("plan", "-", input=data)
    assert result.exit_code == 2
    assert result.stderr and "Traceback" not in result.stderr


def test_an_error_never_repeats_what_a_person_said():
    told = "name = 'Ivan the Deserter of unit 12345'\nhome_region = 'my village by the river'\n"
    result = run("plan", "-", input=told.encode())
    assert result.exit_code == 2
    assert "Ivan" not in result.stderr and "village" not in result.stderr


def test_colour_is_only_ever_an_addition():
    plain = CliRunner().invoke(main, ["plan", OFFICER, "--top", "1", *AS_OF],
                               env={"NO_COLOR": "1"}, color=True)
    vivid = CliRunner().invoke(main, ["plan", OFFICER, "--top", "1", *AS_OF],
                               env={"FORCE_COLOR": "1", "NO_COLOR": ""}, color=True)
    assert "\x1b[" not in plain.output and "\x1b[31m" in vivid.output
    import click

    assert click.unstyle(vivid.output) == plain.output


def test_every_command_has_help():
    names = main.list_commands(None)
    assert {"plan", "why", "unlock", "compare", "claim", "facts", "sources", "covers", "check",
            "impact", "changes", "serve", "watch"} <= set(names)
    for name in names:
        result = run(name, "--help")
        assert result.exit_code == 0 and "Usage:" in result.stdout


def test_shell_completion_knows_the_commands():
    done = subprocess.run(
        [sys.executable, "-m", "safeconduct.cli"],
        env={"_SAFECONDUCT_COMPLETE": "bash_complete", "COMP_WORDS": "safeconduct pl",
             "COMP_CWORD": "1", "PATH": ""},
        capture_output=True, text=True, check=False, cwd=ROOT,
    )
    assert "plain,plan" in done.stdout


def test_a_change_of_the_law_opens_a_way(tmp_path):
    overlay = tmp_path / "safe-conduct.toml"
    overlay.write_text(
        """
title = "France gives a safe-conduct to people wanted for refusing to serve"
[[source]]
id = "x-proposal"
title = "A proposal made up for this test"
publisher = "nobody"
type = "report"
weight = "other"
language = "en"
url = "https://example.org/proposal"
accessed = 2026-11-24
[[procedure]]
id = "x.safe-conduct"
title = "Safe-conduct for people wanted for refusing to serve"
kind = "obtain"
to = "FR"
authority = "French consulate"
before = "FR"
duration_days = [10, 30]
fee_eur = [0, 0]
grants = [{ paper = { kind = "laissez-passer", issuer = "FR", valid_days = 90 } }]
how = "Ask at any French consulate."
valid_from = 2026-01-01
recorded_on = 2026-11-24
recorded_by = "test"
citations = [{ source = "x-proposal", locator = "whole" }]
when = { proceeding = { state = "RU", offence = "desertion" } }
""",
        encoding="utf-8",
    )
    result = run("unlock", OFFICER, "--to", "FR", "--with-change", str(overlay), "--json", *AS_OF)
    assert result.exit_code == 0
    ways = json.loads(result.stdout)["ways_opened"]
    assert any("x.safe-conduct" in w["procedures"] for w in ways)


def test_a_faulty_change_of_the_law_is_told_whole(tmp_path):
    overlay = tmp_path / "bad.toml"
    overlay.write_text('titel = "x"\nrepeals = ["no.such.rule"]\n', encoding="utf-8")
    result = run("unlock", OFFICER, "--with-change", str(overlay))
    assert result.exit_code == 2
    assert "Did you mean `title`?" in result.stderr and "names nothing known" in result.stderr
