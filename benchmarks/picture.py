"""The table as a picture: how many times more each peer takes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

from .core import Row

mpl.use("Agg")

from matplotlib import pyplot as plt


def draw(rows: list[Row], path: Path) -> None:
    """One bar for each comparison, on a logarithmic scale; hatched where answers were not compared."""
    shown = [r for r in rows if r.ratio is not None][::-1]
    if not shown:
        return
    figure, axes = plt.subplots(figsize=(10, 0.6 + 0.5 * len(shown)), layout="constrained")
    labels = [f"{r.name}\nagainst {r.peer_name}" for r in shown]
    bars = axes.barh(labels, [r.ratio for r in shown], color="#2f6f8f", height=0.6)
    for bar, row in zip(bars, shown, strict=True):
        if row.equal is None:
            bar.set_hatch("//")
        if row.equal is False:
            bar.set_color("#b03030")
        axes.annotate(
            f" {row.ratio:,.1f}", (bar.get_width(), bar.get_y() + bar.get_height() / 2),
            va="center", fontsize=8,
        )
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("how many times more the peer takes (processor time, same run, same machine)")
    axes.tick_params(axis="y", labelsize=7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)
