"""Runs the guide until it is stopped."""

from __future__ import annotations

import gc
import logging

import uvicorn

from ..kb.base import KnowledgeBase
from .app import create_app
from .guard import Guard
from .settings import Settings


def run(base: KnowledgeBase, settings: Settings, *, host: str, port: int) -> None:
    """Serve the guide at an address; nothing is written but day, kind of page and status."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("safeconduct.web").setLevel(logging.INFO)
    app = create_app(base, settings)
    app.site.warm()
    gc.collect()
    gc.freeze()
    app.site.start_workers()
    try:
        _serve(app, host, port)
    finally:
        app.site.stop_workers()


def _serve(app: Guard, host: str, port: int) -> None:
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False,
        timeout_keep_alive=20, limit_concurrency=400, backlog=256, lifespan="off", ws="none",
        proxy_headers=False,
    )
