"""What to ask the person next: the open things on which most depends, first."""

from __future__ import annotations

from ..kb.edition import Edition
from ..model.pathway import Closed, DangerHere, Pathway, Question
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
    situation: Situation,
    pathways: tuple[Pathway, ...],
    dangers: tuple[DangerHere, ...],
    closed: tuple[Closed, ...],
) -> tuple[Question, ...]:
    """Open questions, by how many pathways and dangers turn on each.

    A question on the pathways that matter most weighs more; one on a danger of the present place
    weighs as much as one on the first pathway.
    """
    weights: dict[str, int] = {}
    matters: dict[str, list[str]] = {}

    def add(gap: Gap, weight: int, pathway: str = "") -> None:
        if gap.kind is not GapKind.NOT_GIVEN or gap.unsure or not is_asked(edition, gap.name):
            return
        name = gap.name
        weights[name] = weights.get(name, 0) + weight
        ids = matters.setdefault(name, [])
        if pathway and pathway not in ids:
            ids.append(pathway)

    for rank, pathway in enumerate(pathways):
        weight = max(1, 20 - rank)
        seen: set[Gap] = set()
        for step in pathway.steps:
            seen.update(step.gaps())
            for here in step.dangers:
                seen.update(here.proof.gaps())
        for gap in seen:
            add(gap, weight, pathway.id)
    for here in dangers:
        for gap in here.proof.gaps():
            add(gap, 20)
    for item in closed:
        for gap in item.proof.gaps():
            add(gap, 1)
    order = {n: k for k, n in enumerate(FIRST)}

    def key(name: str) -> tuple[int, int, str]:
        return -weights[name], order.get(name.partition(".")[0], len(order)), name

    return tuple(Question(n, tuple(matters[n]), weights[n]) for n in sorted(weights, key=key))
