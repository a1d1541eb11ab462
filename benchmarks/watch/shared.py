"""Finds the shared test data: beside the repository, or where SAFECONDUCT_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path


def shared() -> Path | None:
    """The folder with `data/`, or `None` when it is not on this machine."""
    given = os.environ.get("SAFECONDUCT_SHARED")
    places = [Path(given)] if given else []
    places.append(Path(__file__).resolve().parents[3] / "shared")
    return next((p for p in places if (p / "data").is_dir()), None)
