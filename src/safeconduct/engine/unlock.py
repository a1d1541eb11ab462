"""What would open more: the smallest changes of papers, standing, answers, or law.

One mechanism for all of them: compare the ends that are reached before and after a difference.
Changes are tried alone, then in pairs; a pair is told only when neither of its parts does the
same alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from ..kb.edition import Edition
from ..model.pathway import EVIDENCE, Pathway
from ..model.situation import Situation
from .labels import Label, run, trail
from .replay import Replay
from .search import DEFAULT_STEPS, build_pathways, check_goal, make_world
from .world import World

End = tuple[str, str]

@dataclass(frozen=True, slots=True)
class Reach:
    """How an end is reached: danger, doubt and days of its best way, and the procedures of each."""

    best: tuple[int, int, int]
    ways: frozenset[tuple[str, ...]]


Best = dict[End, Reach]

#: Most pairs of changes that are tried.
MOST_PAIRS = 45
_FAR = "2100-01-01"
#: What an authority may grant a person who is liable to serve.
_GRANTED = (
    ("exemption", ("granted",)), ("duty", ("deferred", "exempt", "discharged")),
    ("resignation", ("accepted",)),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in a person's papers, standing or answers."""

    name: str
    apply: Callable[[Situation], Situation]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a set of changes does: ends it opens, other ways to known ends, dangers it lessens.

    `ways` holds, for each end that could be reached before, the procedures of each new way.
    """

    changes: tuple[str, ...]
    opens: tuple[End, ...]
    ways: tuple[tuple[str, str, tuple[str, ...]], ...]
    lessens: tuple[tuple[str, str, str, str], ...]
    pathway: Pathway | None


def unlock(
    edition: Edition,
    situation: Situation,
    *,
    goal: str,
    on: date,
    max_steps: int = DEFAULT_STEPS,
    to: Iterable[str] = (),
    pairs: bool = True,
) -> tuple[Unlocked, ...]:
    """The smallest sets of changes (one, then two) that open an end or lessen its danger.

    Returns:
        Most useful first: smaller sets, then those that open more ends.

    Raises:
        UnknownName: There is no such goal.
    """
    goal, places = check_goal(goal), frozenset(to)
    day = on.toordinal()
    if situation.get("present_in") is None:
        return ()

    def reach(person: Situation) -> Best:
        world = make_world(edition, person, goal=goal, day=day, to=places)
        return _best(run(world, world.start(), max_steps=max_steps), world)

    base = reach(situation)
    changes = candidate_changes(edition, situation, places, goal)
    found: list[tuple[tuple[Change, ...], Best]] = []
    alone: dict[str, Best] = {}
    for change in changes:
        alone[change.name] = reach(change.apply(situation))
        found.append(((change,), alone[change.name]))
    if pairs:
        idle = [
            c for c in changes
            if not _opens(base, alone[c.name]) and not _ways(base, alone[c.name])
        ]
        for a, b in list(combinations(idle, 2))[:MOST_PAIRS]:
            if a.name.partition(":")[0] == b.name.partition(":")[0] == "paper":
                continue
            found.append(((a, b), reach(b.apply(a.apply(situation)))))
    results: list[Unlocked] = []
    told: set[tuple[str, ...]] = set()
    for group, best in found:
        names = tuple(c.name for c in group)
        less = base
        if len(group) == 2:
            less = _better_of(base, alone[names[0]], alone[names[1]])
        opens, ways, lessens = _opens(less, best), _ways(less, best), _lessens(less, best)
        if (opens or ways or lessens) and names not in told:
            told.add(names)
            person = situation
            for change in group:
                person = change.apply(person)
            pathway = _shown(edition, person, goal, day, places, max_steps, opens, ways)
            results.append(Unlocked(names, opens, ways, lessens, pathway))
    results.sort(key=lambda u: (len(u.changes), -len(u.opens), -len(u.ways), -len(u.lessens), u.changes))
    return tuple(results)


def reached(
    edition: Edition, situation: Situation, *, goal: str, on: date, max_steps: int = DEFAULT_STEPS,
    to: Iterable[str] = (),
) -> Best:
    """The ends that can be reached, each with the danger, doubt and days of its best way."""
    world = make_world(edition, situation, goal=check_goal(goal), day=on.toordinal(),
                       to=frozenset(to))
    return _best(run(world, world.start(), max_steps=max_steps), world)


def difference(before: Best, after: Best) -> Unlocked:
    """What opens, and what becomes less dangerous, after a change of the law."""
    return Unlocked((), _opens(before, after), _ways(before, after), _lessens(before, after), None)


def _best(goals: dict[int, list[Label]], world: World) -> Best:
    found: Best = {}
    for end, labels in goals.items():
        if labels:
            ways = frozenset(_procedures(world, x) for x in labels)
            found[world.end_of(end)] = Reach(
                min((x.danger, x.doubt, x.days_high) for x in labels), ways
            )
    return found


def _procedures(world: World, label: Label) -> tuple[str, ...]:
    done = (world.operations[x.operation].procedure for x in trail(label)[1:])
    return tuple(p.id for p in done if p is not None)


def _opens(before: Best, after: Best) -> tuple[End, ...]:
    return tuple(sorted(e for e in after if e not in before))


def _ways(before: Best, after: Best) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple(
        (*end, way)
        for end in sorted(after) if end in before
        for way in sorted(after[end].ways - before[end].ways)
    )


def _lessens(before: Best, after: Best) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (*e, EVIDENCE[before[e].best[0]], EVIDENCE[after[e].best[0]])
        for e in sorted(after) if e in before and after[e].best[0] < before[e].best[0]
    )


def _better_of(*many: Best) -> Best:
    joined: Best = {}
    for reach in many:
        for end, found in reach.items():
            other = joined.get(end, found)
            joined[end] = Reach(min(found.best, other.best), found.ways | other.ways)
    return joined


def _shown(
    edition: Edition, person: Situation, goal: str, day: int, places: frozenset[str],
    max_steps: int, opens: tuple[End, ...], ways: tuple[tuple[str, str, tuple[str, ...]], ...],
) -> Pathway | None:
    """The first of the ways opened, with its proofs."""
    if not opens and not ways:
        return None
    world = make_world(edition, person, goal=goal, day=day, to=places)
    goals = run(world, world.start(), max_steps=max_steps)
    new = {w for _, _, w in ways}
    wanted = {
        n: kept
        for n, labels in goals.items()
        if (kept := [
            x for x in labels if world.end_of(n) in opens or _procedures(world, x) in new
        ])
    }
    best = {
        n: [min(x, key=lambda label: (label.danger, label.doubt, label.days_high))]
        for n, x in wanted.items()
    }
    first = min(best, key=lambda n: best[n][0][:4])
    pathways, _ = build_pathways(world, Replay(world), {first: best[first]})
    return pathways[0] if pathways else None


def candidate_changes(
    edition: Edition, situation: Situation, to: frozenset[str], goal: str
) -> tuple[Change, ...]:
    """The changes worth trying: papers, standing here, ties, and answers that weigh against.

    What a person did or lived through is never among them; what an authority may lawfully grant
    them is.
    """
    here = str(situation.get("present_in"))[:2]
    found: list[Change] = []
    for nationality in situation.get("nationalities") or ():
        found.append(_paper({"kind": "international-passport", "issuer": nationality,
                             "biometric": True, "valid_until": _FAR}))
    found.append(_paper({"kind": "refugee-travel-document", "issuer": here, "valid_until": _FAR}))
    found.append(_paper({"kind": "alien-passport", "issuer": here, "valid_until": _FAR}))
    targets = sorted(to | ({goal[6:]} if goal.startswith("reach:") else set())) or ["FR", "DE"]
    for place in targets:
        if place == here:
            continue
        found.append(_paper({"kind": "laissez-passer", "issuer": place, "valid_until": _FAR}))
        found.append(_paper({"kind": "visa", "visa": "long-stay", "issuer": place,
                             "valid_until": _FAR}))
        found.append(_paper({"kind": "residence-permit", "issuer": place, "valid_until": _FAR}))
        found.append(_record("relative", {"relation": "spouse", "in": place,
                                          "standing": "resident"}))
        found.append(_record("tie", {"kind": "vetted-by-ngo", "in": place}))
    found.append(Change("standing:resident", lambda s: s.but(
        standing={"kind": "resident", "until": _FAR})))
    for kind in ("proceeding", "order"):
        if situation.records(kind) or not situation.is_complete(kind):
            found.append(Change(f"{kind}:none", _without(kind)))
    if situation.records("proceeding"):
        found.append(Change("proceeding.restraint:none", _unrestrained))
    for name, wanted in _GRANTED:
        if situation.get(name) not in (None, *wanted):
            found.extend(Change(f"{name}:{v}", _answer(name, v)) for v in wanted)
    if situation.get("leave_permission") is not True:
        found.append(Change("leave_permission:yes", _answer("leave_permission", True)))
    for name in ("exit_ban", "state_secrets", "unit_accused", "detained"):
        if situation.get(name) is not False:
            found.append(Change(f"{name}:no", _answer(name, False)))
    for name in ("conscience", "public_opposition"):
        if situation.get(name) is None:
            found.append(Change(f"{name}:yes", _answer(name, True)))
    known = edition.vocabulary.attributes
    return tuple(c for c in found if c.name.partition(":")[0].partition(".")[0] in known
                 or c.name.partition(":")[0].partition(".")[0] in edition.vocabulary.records)


def _paper(record: dict[str, object]) -> Change:
    what = record.get("visa") or record["kind"]
    return Change(f"paper:{what}:{record['issuer']}", _adding("paper", record))


def _record(kind: str, record: dict[str, object]) -> Change:
    what = record.get("kind") or record.get("relation")
    return Change(f"{kind}:{what}:{record['in']}", _adding(kind, record))


def _adding(kind: str, record: dict[str, object]) -> Callable[[Situation], Situation]:
    return lambda s: s.but(**{kind: (*s.records(kind), record)})


def _without(kind: str) -> Callable[[Situation], Situation]:
    def apply(s: Situation) -> Situation:
        data = {k: v for k, v in s.values.items() if k != kind}
        return Situation(data, unsure=s.unsure, complete=s.complete | {kind})

    return apply


def _unrestrained(s: Situation) -> Situation:
    """The same with no restraint in any proceeding."""
    return s.but(proceeding=tuple({**p, "restraint": "none"} for p in s.records("proceeding")))


def _answer(name: str, value: object) -> Callable[[Situation], Situation]:
    def apply(s: Situation) -> Situation:
        data = {**s.values, name: value}
        return Situation(data, unsure=s.unsure - {name}, complete=s.complete)

    return apply
