"""Finds what a person asks `why` about: a pathway, a procedure, a place, or a predicate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ..engine.decide import Decider
from ..engine.replay import Replay
from ..engine.search import answer, check_goal, make_world
from ..errors import did_you_mean
from ..explain.sentences import Sentences
from ..kb.edition import Edition
from ..kb.situations import PLACES
from ..model.proof import Proof
from ..model.situation import Situation
from .common import InputError

_CALL = re.compile(r"([a-z_]+)\s*(?:\((.*)\))?$")


def proofs_of(
    edition: Edition, situation: Situation, what: str, *, goal: str, on: date, max_steps: int,
    to: Iterable[str], says: Sentences,
) -> list[tuple[str, Proof]]:
    """Titled proofs for what was asked.

    Raises:
        InputError: Nothing of that name is known here.
    """
    what = what.strip()
    if what.upper() in PLACES and len(what) == 2:
        return _place(edition, situation, what.upper(), on, says)
    if says.procedure(what) is not None:
        return _procedure(edition, situation, what, on, says)
    match = _CALL.match(what)
    if match and match[1] in edition.vocabulary.predicates:
        return _predicate(edition, situation, match[1], match[2], on, says)
    found = answer(
        edition, situation, goal=check_goal(goal), on=on, max_steps=max_steps, to=to
    )
    for way in found.pathways:
        if way.id == what or (len(what) >= 4 and way.id.startswith(what)):
            steps: list[tuple[str, Proof]] = []
            for n, step in enumerate(way.steps, start=1):
                title = f"{n}. {says.step(step)}"
                if step.gates:
                    names = {"leave": "leave", "board": "board", "enter": "enter", "stay": "stay"}
                    steps.extend(
                        (f"{title} — {says.words(names[g.gate])}", g.proof) for g in step.gates
                    )
                else:
                    steps.append((title, step.proof))
            return steps
    known = [p.id for p in edition.procedures] + list(edition.vocabulary.predicates)
    advice = did_you_mean(what, known) or (
        "Give a pathway's id as plan prints it in brackets, a procedure such as fr.visa.asylum, "
        "a place\n  such as FR, or a predicate such as \"may_leave(KZ)\"."
    )
    raise InputError(
        "nothing of that name: no pathway of this plan, procedure, place or predicate\n"
        f"  {advice}"
    )


def _place(
    edition: Edition, situation: Situation, place: str, on: date, says: Sentences
) -> list[tuple[str, Proof]]:
    here = str(situation.get("present_in") or "")[:2]
    decider = Decider(edition, situation, on.toordinal())
    w = says.words
    asked: list[tuple[str, str, tuple[str | None, ...]]] = []
    if here and here != place:
        asked.append((w("leave {place}", place=w.place(here)), "may_leave", (here, place, None)))
        asked.extend(
            (f"{w('enter')} ({w(mode)})", "may_enter", (place, mode, here)) for mode in ("air", "land")
        )
    asked.append((w("asylum"), "can_apply_for_asylum", (place,)))
    asked.append((w("responsible state"), "examines_claim", (place,)))
    asked.append((w("refugee definition"), "is_refugee", (place,)))
    return [(f"{w.place(place)}: {t}", decider.predicate(n, a)) for t, n, a in asked]


def _procedure(
    edition: Edition, situation: Situation, name: str, on: date, says: Sentences
) -> list[tuple[str, Proof]]:
    procedure = says.procedure(name)
    if procedure is None or situation.get("present_in") is None:
        raise InputError("it is not known where the person is\n  Write present_in in the situation.")
    world = make_world(edition, situation, goal="protection", day=on.toordinal())
    proof = Replay(world).procedure(procedure, 0, on.toordinal())
    return [(says.words(procedure.title), proof)]


def _predicate(
    edition: Edition, situation: Situation, name: str, inside: str | None, on: date,
    says: Sentences,
) -> list[tuple[str, Proof]]:
    predicate = edition.vocabulary.predicates[name]
    given = [a.strip() for a in (inside or "").split(",") if a.strip()]
    if len(given) > len(predicate.parameters):
        names = ", ".join(p.name for p in predicate.parameters)
        raise InputError(f"`{name}` takes at most {len(predicate.parameters)} arguments: {names}")
    arguments: list[str | None] = []
    for n, parameter in enumerate(predicate.parameters):
        value = given[n] if n < len(given) and given[n] not in ("any", "-") else None
        if value is not None and parameter.type == "place":
            value = value.upper()
            if value not in PLACES:
                raise InputError(
                    f"argument `{parameter.name}` is not a place\n"
                    "  Write the two letters of ISO 3166-1, such as KZ."
                )
        arguments.append(value)
    proof = Decider(edition, situation, on.toordinal()).predicate(name, tuple(arguments))
    return [(says.claim(proof), proof)]
