"""Every block of the documentation that can be tried is tried, and gives what it shows."""

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from docs.pages import ROOT, Trial, blocks, commands, pages
from safeconduct.cli.main import main

#: Pages whose commands go to the network or run until they are stopped: their commands are read
#: by the command line, and not carried out.
NOT_CARRIED_OUT = {
    "docs/how-to/watch.md": "fetches pages",
    "docs/how-to/guide.md": "serves until it is stopped",
    "docs/explanation/watch.md": "fetches pages",
}
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds what the root of the project holds; what a page writes stays in it."""
    (tmp_path / "tests").mkdir()
    shutil.copytree(ROOT / "tests" / "examplia", tmp_path / "tests" / "examplia")
    for name in ("examples", "docs", "src"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


CARRIED_OUT = [p for p in pages() if name_of(p) not in NOT_CARRIED_OUT]


@pytest.mark.parametrize("page", CARRIED_OUT, ids=name_of)
def test_every_block_of_a_page_gives_what_it_shows(
    page: Path, root: Path, cache: Path, request: pytest.FixtureRequest
) -> None:
    text = page.read_text(encoding="utf-8")
    trial = Trial(root, cache)
    right: list[tuple[int, tuple[str, ...], list[str]]] = []
    for block in blocks(text):
        if block.language == "console":
            right.append((block.line, block.lines, trial.console(block)))
        elif block.language == "python":
            trial.python(block, f"{name_of(page)}:{block.line}")
        elif block.language == "toml":
            trial.write(block)
    if request.config.getoption("--update-golden"):
        lines = text.splitlines()
        for at, shown, found in reversed(right):
            lines[at : at + len(shown)] = found
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for at, shown, found in right:
        assert found == list(shown), f"the block of line {at}"


@pytest.mark.parametrize("name", NOT_CARRIED_OUT)
def test_commands_that_are_not_carried_out_are_commands(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ROOT / name
    if not page.is_file():
        pytest.skip("the page is not written")
    monkeypatch.setattr(click.Command, "invoke", lambda _self, _context: None)
    for block in blocks(page.read_text(encoding="utf-8")):
        for command in commands(block) if block.language == "console" else ():
            for part in re.split(r"[|\n]|&&", command.text.replace("\\\n", " ")):
                words = shlex.split(part)
                if words[:1] == ["safeconduct"]:
                    result = CliRunner().invoke(main, words[1:])
                    assert result.exit_code == 0, f"{name} line {command.line}: {result.output}"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=name_of)
def test_a_page_opens_with_one_sentence_on_what_it_gives(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# "), "a page begins with its title"
    assert lines[1] == ""
    assert lines[2][:1].isalpha(), "and then says what it gives"


WORDS = re.compile(r"\b(simply|just|easily|obviously)\b", re.IGNORECASE)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_has_no_word_that_belittles_the_difficulty(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not WORDS.findall(text)
