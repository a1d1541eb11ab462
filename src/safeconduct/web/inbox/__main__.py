"""Serves the inbox on this machine alone: `python -m safeconduct.web.inbox --store FOLDER`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from safeconduct.errors import SafeconductError
from safeconduct.kb import base
from safeconduct.watch.index import Items
from safeconduct.watch.knowledge import from_edition
from safeconduct.watch.store.store import Store
from safeconduct.web.inbox.serving import serve


def main() -> None:
    """Read the options, load the knowledge, serve."""
    parser = argparse.ArgumentParser(prog="python -m safeconduct.web.inbox", description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="folder of the watch")
    parser.add_argument(
        "--drafts", type=Path, help="folder for the drafts (default: in the store's folder)"
    )
    parser.add_argument("--by", default="editor", help="your handle")
    parser.add_argument("--port", type=int, default=8742)
    given = parser.parse_args()
    edition, items = None, Items()
    try:
        edition = base.load().as_of(datetime.now(UTC).date())
        items = from_edition(edition)
    except SafeconductError as problem:
        sys.stderr.write(f"The knowledge could not be loaded: {str(problem).splitlines()[0]}\n")
    store = Store(given.store / "watch.db")
    serve(
        store, items, drafts=given.drafts or given.store / "drafts", by=given.by, port=given.port,
        edition=edition,
    )  # fmt: skip


if __name__ == "__main__":
    main()
