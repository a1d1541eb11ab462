"""Pictures of a way: when each step happens, and the journey's legs; drawn here, as SVG.

Each has a text alternative that says the same. Nothing in them depends on colour alone.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from .answers import days_text
from .words import Words

_WIDTH = 340
_ROW = 26
#: Letters that fit below the bars.
_LONGEST = 52
_MODES = {"air": "6 5", "land": "", "sea": "2 4"}


def timeline(words: Words, way: dict[str, Any]) -> Markup:
    """Bars for the fewest and the most days of each step, one below the other.

    A step whose most days are not recorded ends in an open, dashed bar.
    """
    steps = way["steps"]
    starts, spans, low, high, open_end = [], [], 0, 0, False
    for step in steps:
        days = step["days"]
        most = days[1]
        starts.append((low, high, open_end))
        spans.append((days[0], most))
        low += days[0]
        if most is None:
            open_end = True
            high = max(high + days[0], low)
        else:
            high += most
    total = max(high, low, 1)
    scale = (_WIDTH - 44) / total
    rtl = words.direction == "rtl"

    def at(day: float) -> float:
        x = 28 + day * scale
        return round(_WIDTH - x if rtl else x, 1)

    def bar(day: float, length: float, y: int, style: str) -> Markup:
        width = max(length * scale, 3)
        x = at(day) - (width if rtl else 0)
        return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="14" rx="3"/>').format(
            style, round(x, 1), y, round(width, 1)
        )

    parts, told = [], []
    for n, step in enumerate(steps):
        y = n * _ROW + 6
        fewest, most = spans[n]
        begin, latest, unsure = starts[n]
        length = (latest + (most if most is not None else fewest)) - begin
        parts.append(bar(begin, max(length, fewest), y, "soft"))
        parts.append(bar(begin, fewest, y, "fill"))
        if most is None or unsure:
            end = begin + max(length, fewest)
            x = at(end)
            parts.append(Markup(
                '<path class="ink" stroke-width="2" stroke-dasharray="3 4" d="M{} {}h{}"/>'
            ).format(x, y + 7, -26 if rtl else 26))
        parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            _WIDTH - 12 if rtl else 12, y + 12, n + 1
        ))
        told.append(f"{n + 1}. {step['title']}: {days_text(words, step['days'])}")
    height = len(steps) * _ROW + 24
    parts.append(Markup('<path class="ink" d="M{} {}H{}"/>').format(
        at(0), height - 16, at(total)
    ))
    label = days_text(words, way["criteria"]["days"])
    if len(label) > _LONGEST:  # it stands above the picture as well
        label = ""
    parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        _WIDTH // 2, height - 2, label
    ))
    alternative = f"{words('When each step happens, in days from the start')}. {'; '.join(told)}"
    return _picture(alternative, height, parts)


def legs(words: Words, way: dict[str, Any]) -> Markup:
    """The places of the way on a line, joined as one travels between them."""
    stops: list[tuple[str, str, str]] = []
    marks: dict[int, list[int]] = {}
    for n, step in enumerate(way["steps"], start=1):
        if not stops:
            stops.append((step["from"], "", ""))
        if step["kind"] == "travel":
            stops.extend((v, str(step["mode"]), "via") for v in step["via"])
            stops.append((step["to"], str(step["mode"]), ""))
        else:
            marks.setdefault(len(stops) - 1, []).append(n)
    if len(stops) < 2:
        return Markup("")
    rtl = words.direction == "rtl"
    gap = (_WIDTH - 96) / (len(stops) - 1)
    parts, told = [], []
    names = {
        "air": words("by air"), "land": words("by land"), "sea": words("by sea"),
    }

    def x_of(n: int) -> float:
        x = 48 + n * gap
        return round(_WIDTH - x if rtl else x, 1)

    for n, (place, mode, via) in enumerate(stops):
        x, name = x_of(n), words.place(place)
        if n:
            before = x_of(n - 1)
            dash = _MODES.get(mode, "")
            parts.append(Markup(
                '<path class="ink" stroke-width="3" stroke-dasharray="{}" d="M{} 40H{}"/>'
            ).format(dash or "none", before, x))
            parts.append(Markup('<text x="{}" y="28" text-anchor="middle">{}</text>').format(
                round((before + x) / 2, 1), names.get(mode, mode)
            ))
            told.append(f"{names.get(mode, mode)}: {words.place(stops[n - 1][0])} – {name}")
        parts.append(Markup('<circle class="{}" cx="{}" cy="40" r="{}"/>').format(
            "soft" if via else "fill", x, 6 if via else 9
        ))
        lines = [name, *([f"({words('change planes')})"] if via else [])]
        if n in marks:
            lines.append(words.fill("step {n}", n=", ".join(str(m) for m in marks[n])))
        # neighbours stand on different levels, so that long names do not run into each other
        level = 62 + (n % 2) * 30 * (len(stops) > 3)
        for k, line in enumerate(lines):
            parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                x, level + 15 * k, line
            ))
    alternative = f"{words('The journey')}. {'; '.join(told)}"
    return _picture(alternative, 84 + 30 * (len(stops) > 3), parts)


def _picture(alternative: str, height: int, parts: list[Markup]) -> Markup:
    return Markup(
        '<div class="picture"><svg role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" '
        'height="{}">{}</svg></div>'
    ).format(alternative, _WIDTH, height, _WIDTH, height, Markup("").join(parts))
