"""Serves the inbox on this machine alone, over a store and a knowledge that somebody opened."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from safeconduct.kb.edition import Edition
from safeconduct.watch.extras import need
from safeconduct.watch.index import KnowledgeIndex
from safeconduct.watch.store.store import Store
from safeconduct.web.inbox.app import create_inbox_app


def serve(
    store: Store, index: KnowledgeIndex, *, drafts: Path, by: str, port: int,
    edition: Edition | None = None,
) -> None:  # fmt: skip
    """Serve until it is stopped; the address is printed once."""
    app = create_inbox_app(
        store, index, drafts=drafts, by=by, now=lambda: datetime.now(UTC), port=port,
        edition=edition, clock=time.monotonic,
    )  # fmt: skip
    sys.stdout.write(f"http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    need("uvicorn").run(app, host="127.0.0.1", port=port, log_level="warning")
