"""The table as a picture: how many times more each peer takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """One bar for each comparison of answers, on a logarithmic scale; red where they differ."""
    shown = [r for r in rows if r["ratio"] is not None and r["equal"] is not None][::-1]
    if not shown:
        return
    figure, axes = plt.subplots(figsize=(10, 0.8 + 0.5 * len(shown)), layout="constrained")
    labels = [f"{r['name']}\nagainst {r['peer_name']}" for r in shown]
    colours = ["#2f6f8f" if r["equal"] else "#b03030" for r in shown]
    bars = axes.barh(labels, [r["ratio"] for r in shown], color=colours, height=0.6)
    axes.bar_label(bars, [f"{r['ratio']:,.1f}" for r in shown], padding=3, fontsize=8)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.margins(x=0.1)
    axes.set_xlabel("how many times more the peer takes (processor time, same run, same machine)")
    axes.tick_params(axis="y", labelsize=7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)
