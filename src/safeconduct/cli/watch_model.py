"""The optional second reader of the watch: its options, and the key that only the command line reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from safeconduct.watch.llm import Endpoint
from safeconduct.watch.problems import WatchError

F = TypeVar("F", bound=Callable[..., Any])


def model_options(function: F) -> F:
    """The options of an optional second reader; it is off unless both are given."""
    model = click.option(
        "--model",
        default="",
        envvar="SAFECONDUCT_WATCH_MODEL",
        help="Name of a language model to ask as well (off by default).",
    )
    url = click.option(
        "--model-url",
        default="",
        envvar="SAFECONDUCT_WATCH_MODEL_URL",
        help="Where it answers, in the OpenAI form. Its key: SAFECONDUCT_WATCH_MODEL_KEY.",
    )
    return url(model(function))


def endpoint_of(url: str, model: str) -> Endpoint | None:
    """The model to ask, or none; only here is its key read from the environment."""
    if not url and not model:
        return None
    if not url or not model:
        raise WatchError(
            "a language model needs both its address and its name\n"
            "  Give --model-url and --model, or neither: it is off by default."
        )
    return Endpoint(
        url=url, model=model, key=os.environ.get("SAFECONDUCT_WATCH_MODEL_KEY", "")
    )
