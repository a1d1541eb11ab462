"""Plain text: paragraphs put back together, furniture cut, a title when there is one."""

from __future__ import annotations

import re

from safeconduct.watch import bounds
from safeconduct.watch.read import furniture

_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_END = re.compile(r"[.!?…:;»”\"’)\]]\s*$")


def tidy(line: str) -> str:
    """One line without doubled spaces, cut where no paragraph should reach."""
    return _SPACES.sub(" ", line).strip()[: bounds.MAX_PARAGRAPH_CHARS]


def paragraphs(text: str) -> list[str]:
    r"""Split text into paragraphs, joining lines that were broken at a fixed width.

    Example:
        >>> paragraphs("One line that was broken\nat a fixed width.\n\nAnother.")
        ['One line that was broken at a fixed width.', 'Another.']

    """
    blocks = re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    result: list[str] = []
    for block in blocks:
        lines = [tidy(line) for line in block.split("\n")]
        lines = [line for line in lines if line]
        if not lines:
            continue
        if _was_wrapped(lines):
            result.append(tidy(" ".join(lines)))
        else:
            result.extend(lines)
    return result


def _was_wrapped(lines: list[str]) -> bool:
    if len(lines) < 2:
        return False
    widths = [len(line) for line in lines[:-1]]
    if not 20 <= min(widths) <= max(widths) <= 100:
        return False
    return sum(not _END.search(line) for line in lines[:-1]) * 2 > len(lines[:-1])


def story(text: str) -> tuple[str, list[str], list[str]]:
    """The title, the story's paragraphs and the furniture of a plain text.

    A first line without a sentence, right before the story and too long for a menu, is its title.
    """
    lines = paragraphs(text)
    body, left_out = furniture.cut(lines)
    title = ""
    if body:
        before = lines[: lines.index(body[0])]
        for line in reversed(before[-3:]):
            if (
                4 <= len(line.split()) <= 30
                and len(line) >= 25
                and not furniture.is_furniture(line)
            ):
                title = line
                left_out.remove(line)
                break
    return title, body, left_out
