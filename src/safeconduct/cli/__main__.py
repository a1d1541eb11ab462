"""Runs the command line as a module: `python -m safeconduct.cli`."""

from .main import main

main(prog_name="safeconduct")
