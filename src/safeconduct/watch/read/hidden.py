"""Removes what a page carries but does not show: text meant for machines, not for readers."""

from __future__ import annotations

import re
from typing import Any

_STYLE = re.compile(
    r"""display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse) | opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)
    | font-size\s*:\s*0(?:\.\d+)?(?:px|em|rem|pt|%)?\s*(?:;|!|$)
    | (?:^|;)\s*(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,}
    | clip\s*:\s*rect\(\s*0 | (?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)""",
    re.I | re.X,
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.I)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.I)
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)", "transparent"})


def is_hidden(style: str) -> bool:
    """Whether an element's own style keeps its text from the reader.

    Example:
        >>> is_hidden("display: none"), is_hidden("color:#000")
        (True, False)

    """
    if _STYLE.search(style):
        return True
    colour = _COLOUR.search(style)
    if colour is None:
        return False
    tone = colour.group(1).replace(" ", "").lower()
    ground = _GROUND.search(style)
    if ground is not None:
        return tone == ground.group(1).strip().replace(" ", "").lower()
    return tone in _WHITE


def remove(tree: Any) -> int:
    """Take hidden elements out of a parsed page; say how many held text."""
    doomed = [
        element
        for element in tree.iter()
        if isinstance(element.tag, str)
        and element.tag not in ("html", "body")
        and (
            element.get("hidden") is not None
            or (element.get("style") and is_hidden(element.get("style")))
        )
    ]
    held = 0
    for element in doomed:
        if element.getparent() is None:
            continue
        if (element.text_content() or "").strip():
            held += 1
        element.drop_tree()
    return held
