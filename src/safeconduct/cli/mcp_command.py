"""`mcp`: the engine as tools for an assistant."""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the engine to an assistant, over standard input and output (MCP).

    The assistant then answers with proofs and sources instead of its memory.
    Nothing that is sent is kept.
    """
    from .common import InputError, load_knowledge

    try:
        from ..web.assistant import run
    except ImportError:
        raise InputError(
            "the Model Context Protocol's library is not installed\n"
            "  Install it: pip install 'safeconduct[assistant]'."
        ) from None
    from ..web.settings import Settings

    run(load_knowledge(), Settings())
