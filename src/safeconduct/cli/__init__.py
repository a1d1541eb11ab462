"""The commands. Begin with `main`; each group of commands has a module of its own."""

from .main import main

__all__ = ["main"]
