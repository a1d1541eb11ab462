"""Whole transcripts of commands, as a caseworker sees them, compared to the letter.

`make update-golden` rewrites them; the difference is then read line by line before it is kept.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from safeconduct.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TRANSCRIPTS = Path(__file__).parent / "transcripts"
AS_OF = ["--as-of", "2026-11-24"]
OFFICER = "officer-in-kazakhstan"

PLANS = {p.stem: ["plan", str(p), "--top", "3", *AS_OF] for p in sorted(EXAMPLES.glob("*.toml"))}
OTHERS = {
    f"{OFFICER}.on-2023-08-01": ["plan", f"{OFFICER}", "--on", "2023-08-01", "--top", "3", *AS_OF],
    f"{OFFICER}.on-2024-07-01": ["plan", f"{OFFICER}", "--on", "2024-07-01", "--top", "3", *AS_OF],
    f"{OFFICER}.to-france": ["plan", OFFICER, "--to", "FR", *AS_OF],
    f"{OFFICER}.why-enter-france": ["why", OFFICER, "may_enter(FR, air)", *AS_OF],
    f"{OFFICER}.why-leave": ["why", OFFICER, "may_leave(KZ)", *AS_OF],
    f"{OFFICER}.claim-france": ["claim", OFFICER, "--in", "FR", *AS_OF],
    f"{OFFICER}.unlock-france": ["unlock", OFFICER, "--to", "FR", "--no-pairs", *AS_OF],
    f"{OFFICER}.compare": ["compare", OFFICER, "--on", "2023-08-01", "--on", "2026-11-24", *AS_OF],
    "asylum-seeker-in-france.claim": ["claim", "asylum-seeker-in-france", "--in", "FR", *AS_OF],
    "deserter-in-georgia.stay": ["plan", "deserter-in-georgia", "--goal", "stay", "--top", "3",
                                 *AS_OF],
    "reservist-in-serbia.reach-france": ["plan", "reservist-in-serbia", "--goal", "reach:FR",
                                         *AS_OF],
}


def call(arguments: list[str]) -> str:
    told = [str(EXAMPLES / f"{a}.toml") if (EXAMPLES / f"{a}.toml").exists() else a
            for a in arguments]
    result = CliRunner().invoke(main, told, env={"NO_COLOR": "1", "COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", [*PLANS, *OTHERS])
def test_a_transcript_is_as_it_was_reviewed(name: str, request: pytest.FixtureRequest) -> None:
    arguments = {**PLANS, **OTHERS}[name]
    found = call(arguments)
    path = TRANSCRIPTS / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [OFFICER, "asylum-seeker-in-france", "almost-nothing-known"])
def test_the_same_question_gives_the_same_bytes(name: str) -> None:
    arguments = [*PLANS[name], "--json"]
    assert call(arguments) == call(arguments)


def test_every_transcript_belongs_to_a_question() -> None:
    assert {p.stem for p in TRANSCRIPTS.glob("*.txt")} == {*PLANS, *OTHERS}


def test_no_line_is_wider_than_eighty_columns() -> None:
    for path in TRANSCRIPTS.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(line) <= 80 or line.strip().startswith("http"), (path.name, line)
