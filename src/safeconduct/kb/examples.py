"""Reads the examples beside the rules; a situation in them is read like any other."""

from __future__ import annotations

import msgspec

from ..errors import did_you_mean
from ..model.knowledge import Example, Vocabulary
from .forms import Form, show
from .readers import read_arguments, read_value
from .situations import check_situation


def read_example(form: Form, vocabulary: Vocabulary) -> Example | None:
    """An example; its situation is checked and kept as JSON until it is run."""
    name = form.text("name", required=True)
    goal = form.text("goal", required=True)
    predicate = vocabulary.predicates.get(goal)
    if goal and predicate is None:
        form.problem(f"unknown predicate `{show(goal)}`", did_you_mean(goal, vocabulary.predicates))
    inner = form.one_table("arguments")
    arguments = read_arguments(form, inner.table if inner else {}, predicate) if predicate else ()
    situation = form.one_table("situation")
    encoded = "{}"
    if situation is not None:
        before = len(situation.problems.found)
        check_situation(situation, vocabulary)
        if len(situation.problems.found) == before:
            encoded = msgspec.json.encode(situation.table).decode()
    on = form.day("on", required=True, default=1)
    truth = form.choice("truth", ("true", "false", "unknown"), required=True, default="unknown")
    gaps = form.words("gaps")
    raw = form.raw("value")
    value = None if raw is None else read_value(form, raw, predicate)
    form.done()
    if predicate is None:
        return None
    return Example(name, goal, on, encoded, truth, form.file, arguments, gaps, value)
