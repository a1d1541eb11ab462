"""One more thing is known: what is kept is used again, against a fresh search."""

from __future__ import annotations

import statistics
from datetime import date
from typing import Any

from safeconduct.engine.labels import run as search
from safeconduct.engine.labels import trail
from safeconduct.engine.resolve import Search, begin, filter_goals, resolve
from safeconduct.kb.base import load
from safeconduct.model.situation import Situation

from .core import Row, timed
from .planning import ON, examples
from .synthetic import LARGE, UNBOUNDED, Pathways, front_of, make_person, make_world, resolved

PERSONS = 2
QUESTIONS = 3
LEAST_RATIO = 10.0
#: An example whose search takes longer than this is left out, and named.
MOST_SECONDS = 10.0


def made_up() -> Row:
    """T1 at size L: each unknown fact, both ways; the front is filtered."""
    world = make_world(LARGE, 1)
    ours, fresh, compared, changed, equal = [], [], 0, 0, True
    for seed in range(1, 1 + PERSONS):
        person = make_person(world, seed)
        problem = Pathways(world, person)
        goals = search(problem, problem.start(), max_steps=LARGE.steps, most=UNBOUNDED)
        for fact in [f for f, known in enumerate(person.facts) if known is None]:
            for value in (True, False):
                told = [(0b11 << 2 * fact, 1 << 2 * fact + (0 if value else 1))]
                seconds, filtered = timed(lambda g=goals, t=told: filter_goals(g, t))
                ours.append(seconds)
                after = Pathways(world, resolved(person, fact, value))

                def anew(problem: Pathways = after) -> Any:
                    return search(problem, problem.start(), max_steps=LARGE.steps, most=UNBOUNDED)

                seconds, found = timed(anew, repeat=1, warm=0)
                fresh.append(seconds)
                equal = equal and front_of(found) == front_of(filtered)
                changed += front_of(filtered) != front_of(goals)
                compared += 1
    one, two = statistics.median(ours), statistics.median(fresh)
    return Row("resolve by filtering, T1 L", "ms", one * 1e3, "fresh search", two * 1e3, equal,
               "at least 10 times", equal and two >= LEAST_RATIO * one,
               f"{compared} answers given, {changed} changed the front")


def told(found: Search) -> list[tuple[object, ...]]:
    """Every label by its end, steps, figures and the questions behind what it assumes.

    Where a formula grows past a bound a part of it is given a bit of its own, and which part
    depends on the order in which things were met; the questions behind it do not.
    """
    world = found.world
    behind = world.formulas.atoms.behind
    return sorted(
        (world.end_of(end), tuple(world.operations[x.operation].name for x in trail(label)[1:]),
         label[:7], tuple(sorted(repr(a.key) for a in behind(label.mask))))
        for end, labels in found.goals.items() for label in labels
    )


def questions(found: Search) -> list[tuple[str, Situation]]:
    """What the answer turned on and the person can tell: each with one more answer given."""
    situation, atoms = found.world.situation, found.world.formulas.atoms
    attributes = found.world.edition.vocabulary.attributes
    made: dict[str, Situation] = {}
    for atom in atoms.atoms:
        match atom.key:
            case ("attribute", str(name), *_) if name not in ("entered_from", "present_in"):
                kind = attributes[name]
                for value in (True, False) if kind.type == "bool" else kind.values:
                    made.setdefault(f"{name} = {value}", situation.but(**{name: value}))
            case ("other", str(name), *_):
                kind_of = name.partition(".")[0]
                whole = (*situation.complete, kind_of)
                made.setdefault(
                    f"no other {kind_of}",
                    Situation(situation.values, unsure=situation.unsure, complete=whole),
                )
    return sorted(made.items())


def real() -> Row:
    """Every example, a few of the questions its answer turned on."""
    base = load()
    ours, ratios, fresh, compared, changed, equal = [], [], [], 0, 0, True
    left_out = []
    for name, situation, on in examples(base):
        if situation.get("present_in") is None:
            continue
        edition = base.as_of(ON)

        def ask(s: Situation, day: date = on, e: Any = edition) -> Search:
            return begin(e, s, goal="protection", on=day)

        took, before = timed(lambda a=ask, s=situation: a(s), repeat=1, warm=0)
        if took > MOST_SECONDS:
            left_out.append(name)
            continue
        asked = questions(before)
        for _, after in asked[:: max(1, len(asked) // QUESTIONS)][:QUESTIONS]:
            seconds, found = timed(lambda b=before, a=after: resolve(b, a), repeat=3)
            full, anew = timed(lambda a=after, f=ask: f(a), repeat=1, warm=0)
            ours.append(seconds)
            fresh.append(full)
            ratios.append(full / seconds)
            equal = equal and told(found) == told(anew)
            changed += told(anew) != told(before)
            compared += 1
    one, two = statistics.median(ours), statistics.median(fresh)
    times = statistics.median(ratios)
    return Row("resolve, all examples", "ms", one * 1e3, "fresh search", two * 1e3, equal,
               "at least 10 times", equal and times >= LEAST_RATIO,
               f"{compared} answers given, {changed} changed the result; ratio for each: median "
               f"{times:.1f}, least {min(ratios):.1f}, most {max(ratios):.1f}"
               + (f"; left out, over {MOST_SECONDS:.0f} s: {', '.join(left_out)}" if left_out else ""))


def run() -> list[Row]:
    """The table's lines."""
    return [made_up(), real()]
