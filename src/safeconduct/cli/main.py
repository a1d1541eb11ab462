"""The main command: attaches every other, and turns errors into exit code 2."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

import click

from ..errors import SafeconductError

#: Where each command is defined. A command's module is imported when it is used.
COMMANDS = {
    "plan": ("plan_commands", "plan"),
    "why": ("plan_commands", "why"),
    "unlock": ("unlock_commands", "unlock"),
    "compare": ("compare_commands", "compare"),
    "claim": ("claim_commands", "claim"),
    "facts": ("knowledge_commands", "facts"),
    "sources": ("knowledge_commands", "sources"),
    "covers": ("knowledge_commands", "covers"),
    "check": ("check_commands", "check"),
    "impact": ("check_commands", "impact"),
    "changes": ("knowledge_commands", "changes"),
    "serve": ("serve_command", "serve"),
    "mcp": ("mcp_command", "mcp"),
    "watch": ("watch_commands", "watch"),
}


class Commands(click.Group):
    """Imports a command when it is called, so that starting stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command whose module is there, in the order of the table."""
        return [name for name in COMMANDS if _has(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or `None`."""
        if cmd_name not in COMMANDS or not _has(cmd_name):
            return None
        module, name = COMMANDS[cmd_name]
        found: click.Command = getattr(
            importlib.import_module(f"{__package__}.{module}"), name
        )
        return found

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; an error of safeconduct's own is told in full and exits with 2."""
        try:
            return super().main(*args, **kwargs)
        except SafeconductError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except RecursionError:
            click.echo("the input is nested too deep\n  Make it flatter.", err=True)
            sys.exit(2)


def _has(name: str) -> bool:
    return importlib.util.find_spec(f"{__package__}.{COMMANDS[name][0]}") is not None


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(package_name="safeconduct")
def main() -> None:
    """Lawful pathways to protection for people who refuse to fight.

    From a person's papers, place, service and the day: every lawful way, each
    step with its sources, each danger with its evidence, what is unknown and
    what would settle it. Start with: safeconduct plan FILE

    Shell completion: _SAFECONDUCT_COMPLETE=bash_source safeconduct
    (or zsh_source, fish_source) prints what to put into the shell's profile.
    """
