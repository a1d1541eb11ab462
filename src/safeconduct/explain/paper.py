"""Lines of plain text: wrapping, indenting, and marks that colour only repeats."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from ..model.proof import Proof

WIDTH = 80


def _plain(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Paint:
    """How text is set off; every colour stands beside a word or mark that says the same."""

    heading: Callable[[str], str] = _plain
    danger: Callable[[str], str] = _plain
    unknown: Callable[[str], str] = _plain
    good: Callable[[str], str] = _plain
    faint: Callable[[str], str] = _plain


@dataclass(slots=True)
class Page:
    """Collects lines; the sources cited on it get numbers in the order in which they come.

    `told` holds the dangers already told, `steps` the number under which a procedure was
    described, and `proofs` what was proved: each is told once on a page.
    """

    paint: Paint = field(default_factory=Paint)
    width: int = WIDTH
    lines: list[str] = field(default_factory=list)
    sources: dict[tuple[str, str], int] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    steps: dict[str, str] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)

    def add(
        self, text: str = "", *, indent: int = 0, mark: str = "",
        paint: Callable[[str], str] = _plain,
    ) -> None:
        """One paragraph, wrapped; a mark stands before its first line."""
        if not text and not mark:
            self.lines.append("")
            return
        lead = " " * indent + (f"{mark} " if mark else "")
        wrapped = textwrap.wrap(
            text, self.width, initial_indent=lead, subsequent_indent=" " * len(lead),
            break_long_words=False, break_on_hyphens=False,
        )
        self.lines.extend(paint(line) for line in wrapped)

    def number(self, source: str, locator: str) -> int:
        """The number of a citation on this page."""
        return self.sources.setdefault((source, locator), len(self.sources) + 1)

    def text(self) -> str:
        """All lines, with a closing newline."""
        return "\n".join(line.rstrip() for line in self.lines) + "\n"
