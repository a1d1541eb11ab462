"""`mcp`: the engine as tools for an assistant."""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the engine to an assistant, over standard input and output (MCP).

    The assistant then answers with proofs and sources instead of its memory.
    Nothing that is sent is kept.
    """
    from importlib import import_module

    from .common import InputError, load_knowledge

    try:
        run = import_module("safeconduct.web.assistant").run
    except ImportError:
        raise InputError(
            "the Model Context Protocol's library is not installed\n"
            "  Install it: pip install 'safeconduct[assistant]'."
        ) from None
    run(load_knowledge(), import_module("safeconduct.web.settings").Settings())
