"""Every exception of safeconduct, and the way problems in a file are told.

A message says where, what is wrong, and what to do. It never repeats what a person said about
themselves: problems in a situation name the key and the allowed values, not the value's owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SafeconductError(Exception):
    """The base of every error that safeconduct raises on purpose."""


class UnknownName(SafeconductError):
    """A name is not in the vocabulary or the knowledge."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file: where in it, what, and what to do about it."""

    file: str
    place: str
    what: str
    advice: str = ""

    def lines(self) -> tuple[str, ...]:
        """The problem as indented lines below its file's name.

        >>> Problem("a.toml", "assertion 2", "`value` is missing", "Write it.").lines()
        ('  assertion 2: `value` is missing', '    Write it.')
        """
        head = f"  {self.place}: {self.what}" if self.place else f"  {self.what}"
        return (head, f"    {self.advice}") if self.advice else (head,)


def report(problems: Iterable[Problem], *, loaded: str = "Nothing was loaded.") -> str:
    """All problems, grouped by file, with a closing count.

    >>> print(report([Problem("a.toml", "", "the file is empty")]))
    a.toml
      the file is empty
    <BLANKLINE>
    1 problem in 1 file. Nothing was loaded.
    """
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    lines: list[str] = []
    for file in sorted(by_file):
        lines.append(file)
        for problem in by_file[file]:
            lines.extend(problem.lines())
        lines.append("")
    total = sum(map(len, by_file.values()))
    lines.append(
        f"{total} {'problem' if total == 1 else 'problems'} in "
        f"{len(by_file)} {'file' if len(by_file) == 1 else 'files'}. {loaded}"
    )
    return "\n".join(lines)


class InvalidKnowledge(SafeconductError):
    """The knowledge does not hold together; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their files."""
        self.problems = tuple(problems)
        super().__init__(report(self.problems))


class InvalidSituation(SafeconductError):
    """A situation cannot be read; carries every problem found, and nothing the person said."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order found."""
        self.problems = tuple(problems)
        super().__init__(report(self.problems, loaded="Nothing was computed."))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Advice that suggests the nearest known name, or lists what is known when it is short.

    >>> did_you_mean("valid_form", ["valid_from", "value"])
    'Did you mean `valid_from`?'
    >>> did_you_mean("zzz", ["a", "b"])
    'Use one of: a, b.'
    """
    names = sorted({str(k) for k in known})
    folded = {n.lower(): n for n in names}
    near = get_close_matches(name[:80].lower(), folded, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{folded[near[0]]}`?"
    if len(names) <= 24:
        return f"Use one of: {', '.join(names)}."
    return ""
