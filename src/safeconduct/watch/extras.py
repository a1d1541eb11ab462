"""Loads the libraries of the extra `safeconduct[watch]`, with a clear error when absent."""

from __future__ import annotations

import importlib
from typing import Any

from safeconduct.watch.problems import WatchError


def need(module: str) -> Any:
    """Import a library that only the watch needs.

    Raises:
        WatchError: The library is not installed.

    Example:
        >>> need("json").dumps([1])
        '[1]'

    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise WatchError(
            f"the watch needs the library `{module.partition('.')[0]}`, which is not installed\n"
            "  Install it with: pip install 'safeconduct[watch]'"
        ) from error
