"""Reads the pages of the documentation and tries what they show.

Blocks of a page are tried in order, in a folder of the page's own that holds what the root of the
project holds. A block is tried when it is marked

- `console`: a line that begins with `$ ` is a command, `> ` goes on with it, and the lines below
  are what it prints. A line `…` stands for any number of lines. `console exit=1` says that the
  last command leaves with that code.
- `python`: run; with `>>>` its output is compared as well.
- `toml` whose first line is a comment with a file's name: written to that file; the comment
  `# at the end of NAME` adds it there.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from safeconduct.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
CUT = "…"
_FENCE = re.compile(r"^```(\w+)?(.*)$")
_SHELL = re.compile(r"[|&;<>]|^(?!safeconduct\b)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, what follows it on the fence, where it stands, its lines."""

    language: str
    extra: str
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a console block and the lines shown below it."""

    text: str
    shown: tuple[str, ...]
    line: int


def pages() -> tuple[Path, ...]:
    """Every page whose blocks are tried."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    return tuple(p for p in [*top, *sorted((ROOT / "docs").rglob("*.md"))] if p.is_file())


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page.

    >>> [(b.language, b.lines) for b in blocks("a\\n```python\\nx = 1\\n```\\n")]
    [('python', ('x = 1',))]
    """
    language, extra, start, lines = "", "", 0, None
    for number, line in enumerate(text.splitlines(), start=1):
        match = _FENCE.match(line)
        if lines is None and match:
            language, extra, start, lines = match[1] or "", match[2].strip(), number, []
        elif lines is not None and line == "```":
            yield Block(language, extra, start, tuple(lines))
            lines = None
        elif lines is not None:
            lines.append(line)
    assert lines is None, f"the block of line {start} is never closed"


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block.

    >>> list(commands(Block("console", "", 1, ("$ a", "> b", "c"))))
    [Command(text='a\\nb', shown=('c',), line=2)]
    """
    text: list[str] = []
    shown: list[str] = []
    at = block.line
    for number, line in enumerate(block.lines, start=block.line + 1):
        if line.startswith("$ "):
            if text:
                yield Command("\n".join(text), tuple(shown), at)
            text, shown, at = [line[2:]], [], number
        elif line.startswith("> ") and text and not shown:
            text.append(line[2:])
        else:
            assert text, f"line {number}: output before any command"
            shown.append(line)
    if text:
        yield Command("\n".join(text), tuple(shown), at)


def matches(shown: tuple[str, ...], found: list[str]) -> bool:
    """Whether what is shown is what was found, where a cut stands for any lines.

    >>> matches(("a", "…", "d"), ["a", "b", "c", "d"]), matches(("a",), ["a", "b"])
    (True, False)
    """
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == CUT else f"{re.escape(line.rstrip())}\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in found)) is not None


@dataclass(slots=True)
class Trial:
    """Tries one page in a folder that stands for the root of the project."""

    folder: Path
    cache: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What every command sees."""
        return {
            "NO_COLOR": "1", "COLUMNS": "80", "SAFECONDUCT_CACHE": str(self.cache),
            "SAFECONDUCT_WATCH": str(self.folder / ".watch"), **self.variables,
        }

    def run(self, command: str) -> tuple[list[str], int]:
        """The lines a command prints, errors among them, and its exit code."""
        if command.startswith("export "):
            for word in shlex.split(command)[1:]:
                name, _, value = word.partition("=")
                self.variables[name] = value
            return [], 0
        if not _SHELL.search(command):
            arguments = shlex.split(command)[1:]
            result = CliRunner().invoke(main, arguments, env=self.environment())
            if result.exception and not isinstance(result.exception, SystemExit):
                raise result.exception
            return result.output.splitlines(), result.exit_code
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, text=True, check=False,
            env={**os.environ, **self.environment(), "PATH": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        return done.stdout.splitlines(), done.returncode

    def console(self, block: Block) -> list[str]:
        """The block's lines as they should be; raises where a command leaves with another code."""
        right: list[str] = []
        every = list(commands(block))
        for command in every:
            found, code = self.run(command.text)
            wanted = 0
            if command is every[-1] and block.extra.startswith("exit="):
                wanted = int(block.extra[5:])
            assert code == wanted, f"line {command.line}: exit {code}\n" + "\n".join(found)
            first, *more = command.text.split("\n")
            right += [f"$ {first}", *(f"> {line}" for line in more)]
            cut = any(line.strip() == CUT for line in command.shown)
            same = matches(command.shown, found)
            assert same or not cut, (
                f"line {command.line}: shown with cuts, found\n" + "\n".join(found)
            )
            right += command.shown if same else [line.rstrip() for line in found]
        return right

    def python(self, block: Block, name: str) -> None:
        """Run a block; compare what it prints where it shows that."""
        source = "\n".join(block.lines) + "\n"
        if ">>>" not in source:
            exec(compile(source, name, "exec"), self.names)  # noqa: S102
            return
        test = doctest.DocTestParser().get_doctest(source, self.names, name, name, block.line)
        said = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        with redirect_stdout(io.StringIO()):
            failed, _ = runner.run(test, out=said.write, clear_globs=False)
        self.names.update(test.globs)
        assert not failed, said.getvalue()

    def write(self, block: Block) -> None:
        """Write the file that a TOML block names in its first line."""
        name = block.lines[0].removeprefix("#").strip() if block.lines else ""
        added = name.removeprefix("at the end of ")
        if not block.lines or not block.lines[0].startswith("#") or not added.endswith(".toml"):
            return
        path = self.folder / added
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(block.lines[1:]) + "\n"
        if added != name:
            text = path.read_text(encoding="utf-8") + "\n" + text
        path.write_text(text, encoding="utf-8")
