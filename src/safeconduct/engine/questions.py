"""What to ask the person next: the open things on which most depends, first."""

from __future__ import annotations

from collections.abc import Iterable

from ..kb.edition import Edition
from ..model.pathway import DangerHere, Question
from ..model.proof import Gap, GapKind
from ..model.situation import Situation

#: What is asked first when nothing is known, in this order.
FIRST = (
    "present_in", "nationalities", "paper", "duty", "service", "proceeding", "standing",
    "exit_ban", "claim", "entered_regularly", "order", "relative", "conscience",
)


def first_questions(edition: Edition, situation: Situation) -> tuple[Question, ...]:
    """The questions that come first when the place is not even known."""
    names = [*FIRST, *edition.vocabulary.attributes, *edition.vocabulary.records]
    askable = [
        n for n in dict.fromkeys(names)
        if situation.get(n) is None and n not in situation.unsure and is_asked(edition, n)
    ]
    return tuple(Question(n, (), len(askable) - k) for k, n in enumerate(askable))


def is_asked(edition: Edition, name: str) -> bool:
    """Whether there is a question for a key or record."""
    base = name.partition(".")[0]
    attribute = edition.vocabulary.attributes.get(base)
    if attribute is not None:
        return not attribute.type.startswith("derived")
    return base in edition.vocabulary.records


def rank_questions(
    edition: Edition,
    asked: Iterable[tuple[str, tuple[Gap, ...]]],
    dangers: tuple[DangerHere, ...],
) -> tuple[Question, ...]:
    """Open questions, by how many pathways and dangers turn on each.

    A question on the pathways that matter most weighs more; one on a danger of the present place
    weighs as much as one on the first pathway.

    Args:
        asked: For each pathway, in order, its id and what it or a danger on it turns on.
        dangers: The dangers of the present place.
    """
    weights: dict[str, int] = {}
    matters: dict[str, dict[str, None]] = {}

    def add(gaps: Iterable[Gap], weight: int, pathway: str = "") -> None:
        names = dict.fromkeys(
            g.name for g in gaps if g.kind is GapKind.NOT_GIVEN and not g.unsure
        )
        for name in names:
            if name not in weights and not is_asked(edition, name):
                continue
            weights[name] = weights.get(name, 0) + weight
            ids = matters.setdefault(name, {})
            if pathway:
                ids.setdefault(pathway)

    for rank, (pathway, gaps) in enumerate(asked):
        add(gaps, max(1, 20 - rank), pathway)
    for here in dangers:
        add(here.proof.gaps(), 20)
    order = {n: k for k, n in enumerate(FIRST)}

    def key(name: str) -> tuple[int, int, str]:
        return -weights[name], order.get(name.partition(".")[0], len(order)), name

    return tuple(Question(n, tuple(matters[n]), weights[n]) for n in sorted(weights, key=key))
