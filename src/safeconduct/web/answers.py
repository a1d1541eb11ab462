"""The answer of `plan`, for pages, files and the API: one computation, one form."""

from __future__ import annotations

from datetime import date
from typing import Any

import anyio.to_thread
from anyio import CapacityLimiter

from ..engine.search import answer
from ..explain import data
from ..explain.plans import days_range, fees_range
from ..explain.sentences import Sentences
from ..kb.edition import Edition
from ..model.pathway import Answer
from ..model.situation import Situation
from .words import Words

#: The longest pathway, as for `plan`.
MAX_STEPS = 5
_limit: list[CapacityLimiter] = []


def standing_of(situation: Situation) -> str | None:
    """The person's standing in the present place, when told."""
    records = situation.records("standing")
    return str(records[0]["kind"]) if records and records[0].get("kind") else None


def plan(
    edition: Edition, situation: Situation, *, words: Words, goal: str, on: date,
    to: tuple[str, ...] = (), max_steps: int = MAX_STEPS,
) -> dict[str, Any]:
    """What `plan --json` prints for the situation, in the words' language.

    Raises:
        UnknownName: There is no such goal.
    """
    found = answer(edition, situation, goal=goal, on=on, max_steps=max_steps, to=to)
    return told(edition, situation, found, words)


def told(edition: Edition, situation: Situation, found: Answer, words: Words) -> dict[str, Any]:
    """An answer as `plan --json` prints it."""
    says = Sentences(edition, words.explain())
    return data.plan(says, found, standing=standing_of(situation))


async def in_thread(function: Any, *arguments: Any, **named: Any) -> Any:
    """Run what makes the engine work beside the loop, a few at a time."""
    if not _limit:
        _limit.append(CapacityLimiter(4))
    return await anyio.to_thread.run_sync(
        lambda: function(*arguments, **named), limiter=_limit[0]
    )


def days_text(words: Words, days: list[int | None] | None) -> str:
    """A range of days in words."""
    if days is None or days[1] is None:
        low = days[0] if days else 0
        return words.fill("at least {low} days, the most is not recorded", low=low) if low else (
            words("days not recorded")
        )
    if days[0] == days[1]:
        return words.fill("{low} days", low=days[0])
    return words.fill("{low} to {high} days", low=days[0], high=days[1])


def fees_text(words: Words, fees: list[int | None] | None) -> str:
    """A range of official fees in words."""
    if fees is None:
        return words("fee not recorded")
    if fees[1] is None:
        low = fees[0]
        return words.fill("official fees from {low} euro, not all recorded", low=low) if low else (
            words("fees not recorded")
        )
    if fees[1] == 0:
        return words("no official fee")
    if fees[0] == fees[1]:
        return words.fill("official fees {low} euro", low=fees[0])
    return words.fill("official fees {low} to {high} euro", low=fees[0], high=fees[1])


def lawyer_questions(found: dict[str, Any]) -> list[str]:
    """What only a person who knows the law and practice there can settle, on the ways shown."""
    texts: dict[str, None] = {}
    for way in found["pathways"]:
        for step in way["steps"]:
            for gap in step["gaps"]:
                if gap["kind"] != "not-given":
                    texts.setdefault(gap["text"])
    return list(texts)


__all__ = ["MAX_STEPS", "days_range", "days_text", "fees_range", "fees_text", "plan", "told"]
