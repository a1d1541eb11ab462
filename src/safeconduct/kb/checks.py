"""Checks that span files: citations, overrides, cycles, and that what is named exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..errors import did_you_mean
from ..model.condition import AllOf, AnyOf, Condition, HasRecord, Holds, Not
from ..model.knowledge import (
    Citation,
    Complete,
    Danger,
    Example,
    Fact,
    Procedure,
    Rule,
    Ruling,
    Source,
    Vocabulary,
)
from .forms import Problems


def predicates_in(condition: Condition) -> Iterator[str]:
    """Every predicate a condition asks about, with repeats."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from predicates_in(part)
        case Not(part):
            yield from predicates_in(part)
        case Holds(predicate):
            yield predicate
        case HasRecord(_, _, where) if where is not None:
            yield from predicates_in(where)
        case _:
            return


def check_all(
    vocabulary: Vocabulary,
    sources: Sequence[Source],
    facts: Sequence[Fact],
    completes: Sequence[Complete],
    rules: Sequence[Rule],
    procedures: Sequence[Procedure],
    dangers: Sequence[Danger],
    rulings: Sequence[Ruling],
    examples: Sequence[Example],
    files: Mapping[str, str],
    problems: Problems,
) -> None:
    """Report everything that does not hold between the files."""
    known = {s.id for s in sources}
    for owner, citation in _all_citations(
        vocabulary, facts, completes, rules, procedures, dangers, rulings
    ):
        if citation.source and citation.source not in known:
            problems.add(
                _file(files, owner), owner, f"unknown source `{citation.source}`",
                did_you_mean(citation.source, known) if len(known) < 5000 else "",
            )
    _check_overrides(rules, files, problems)
    _check_predicate_cycles(rules, files, problems)
    ids = {p.id for p in procedures}
    templates = {p.template for p in procedures if p.template}
    for danger in dangers:
        for name in danger.procedures:
            if name not in ids and name not in templates:
                problems.add(
                    _file(files, danger.id), danger.id, f"unknown procedure `{name}`",
                    did_you_mean(name, ids | templates),
                )
    for fact in facts:
        predicate = vocabulary.predicates[fact.predicate]
        for parameter, value in zip(predicate.parameters, fact.arguments, strict=True):
            if parameter.type == "procedure" and value and value not in ids | templates:
                problems.add(
                    _file(files, fact.id), fact.id, f"unknown procedure `{value}`",
                    did_you_mean(value, ids | templates),
                )


def _file(files: Mapping[str, str], owner: str) -> str:
    return files.get(owner) or files.get(owner.rpartition(".")[0]) or "knowledge"


def _all_citations(
    vocabulary: Vocabulary,
    facts: Iterable[Fact],
    completes: Iterable[Complete],
    rules: Iterable[Rule],
    procedures: Iterable[Procedure],
    dangers: Iterable[Danger],
    rulings: Iterable[Ruling],
) -> Iterator[tuple[str, Citation]]:
    for predicate in vocabulary.predicates.values():
        for c in predicate.citations:
            yield predicate.name, c
    for fact in facts:
        for assertion in fact.assertions:
            for c in assertion.citations:
                yield fact.id, c
    for complete in completes:
        for c in complete.citations:
            yield complete.predicate, c
    for procedure in procedures:
        for c in procedure.citations:
            yield procedure.template or procedure.id, c
    items: list[Rule | Danger | Ruling] = [*rules, *dangers, *rulings]
    for item in items:
        for c in item.citations:
            yield item.id, c
    for danger in dangers:
        for case in danger.cases:
            for c in case.citations:
                yield danger.id, c


def _check_overrides(
    rules: Sequence[Rule], files: Mapping[str, str], problems: Problems
) -> None:
    by_id = {r.id: r for r in rules}
    for rule in rules:
        for name in rule.overrides:
            other = by_id.get(name)
            if other is None:
                problems.add(
                    _file(files, rule.id), rule.id, f"overrides an unknown rule `{name}`",
                    did_you_mean(name, by_id),
                )
            elif other.concludes != rule.concludes:
                problems.add(
                    _file(files, rule.id), rule.id,
                    f"overrides `{name}`, which concludes another predicate",
                    "An exception concludes what its general rule concludes.",
                )
    graph = {r.id: [o for o in r.overrides if o in by_id] for r in rules}
    for cycle in _cycles(graph):
        problems.add(
            _file(files, cycle[0]), cycle[0],
            f"rules override each other in a circle: {' → '.join((*cycle, cycle[0]))}",
            "Take one `overrides` away.",
        )


def _check_predicate_cycles(
    rules: Sequence[Rule], files: Mapping[str, str], problems: Problems
) -> None:
    graph: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for rule in rules:
        first.setdefault(rule.concludes, rule.id)
        graph.setdefault(rule.concludes, []).extend(predicates_in(rule.when))
    graph = {k: sorted(set(v)) for k, v in graph.items()}
    for cycle in _cycles(graph):
        problems.add(
            _file(files, first.get(cycle[0], "")), first.get(cycle[0], cycle[0]),
            f"predicates depend on each other in a circle: {' → '.join((*cycle, cycle[0]))}",
            "Ask about facts instead, or about a predicate that no such rule concludes.",
        )


def _cycles(graph: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """One circle for each set of nodes that reach each other, each begun at its smallest name."""
    found: dict[tuple[str, ...], None] = {}
    state: dict[str, int] = {}
    for root in sorted(graph):
        if state.get(root):
            continue
        path: list[str] = [root]
        stack = [iter(graph[root])]
        state[root] = 1
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                state[path.pop()] = 2
            elif state.get(step) == 1:
                ring = path[path.index(step) :]
                at = ring.index(min(ring))
                found.setdefault((*ring[at:], *ring[:at]))
            elif step in graph and not state.get(step):
                state[step] = 1
                path.append(step)
                stack.append(iter(graph[step]))
    return list(found)
