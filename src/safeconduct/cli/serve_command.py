"""`serve`: the guide's pages on this machine."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--allow-host", multiple=True, metavar="NAME",
    help="A name under which the pages answer, beside the loopback names; may repeat.",
)
@click.option(
    "--rate", default=50.0, show_default=True, type=click.FloatRange(min=1),
    help="Requests a second from one address.",
)
@click.option(
    "--answer-rate", default=5.0, show_default=True, type=click.FloatRange(min=0.1),
    help="Answers a second computed for one address.",
)
@click.option("--pseudo", is_flag=True, hidden=True, help="Offer the made-up language of tests.")
def serve(
    host: str, port: int, allow_host: tuple[str, ...], rate: float, answer_rate: float,
    pseudo: bool,
) -> None:
    """Serve the guide: plain questions, the ways and dangers, with sources.

    It listens on this machine alone unless told otherwise, keeps no answer,
    and writes a line with day, kind of page and status for each request.
    """
    import os
    from importlib import import_module

    from .common import load_knowledge

    # By name: the command line and the pages stand side by side and do not lean on each other.
    run = import_module("safeconduct.web.serve").run
    settings_of = import_module("safeconduct.web.settings").Settings

    base = load_knowledge()
    names = ("localhost", "127.0.0.1", "::1", *allow_host)
    settings = settings_of(
        hosts=names, rate_per_s=rate, burst=max(300, int(rate * 6)), answers_per_s=answer_rate,
        answers_burst=max(40, int(answer_rate * 8)), pseudo=pseudo,
        workers=max(1, min(8, os.cpu_count() or 1)),
    )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The guide is at http://{shown}:{port}/ (stop it with Ctrl-C)")
    run(base, settings, host=host, port=port)
