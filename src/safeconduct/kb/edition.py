"""The edition: all that was recorded by one day, indexed for the engine.

Look-ups of facts give the value on a day together with the window of days in which nothing would
change, so that a search can ask once for many days. They are worked out on first use and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TypeVar

from ..model.knowledge import (
    Assertion,
    Complete,
    Danger,
    Example,
    Fact,
    Predicate,
    Procedure,
    Rule,
    Ruling,
    Source,
    Value,
    Vocabulary,
)
from ..model.period import NO_END

Arguments = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What facts say of a predicate and its arguments from `start` until before `end`.

    `kind` is value, disputed or none. `assertions` pairs each with its fact's id; `complete` is
    the claim that turns silence into false.
    """

    start: int
    end: int
    kind: str
    value: Value | None = None
    assertions: tuple[tuple[Fact, Assertion], ...] = ()
    complete: Complete | None = None


@dataclass(slots=True)
class Index:
    """Everything in the knowledge base, by predicate; shared by its editions."""

    vocabulary: Vocabulary
    sources: dict[str, Source]
    facts: tuple[Fact, ...]
    completes: tuple[Complete, ...]
    rules: tuple[Rule, ...]
    procedures: tuple[Procedure, ...]
    dangers: tuple[Danger, ...]
    rulings: tuple[Ruling, ...]
    examples: tuple[Example, ...]
    digest: str


@dataclass(slots=True)
class Edition:
    """The knowledge as it was recorded by the end of `as_of` (an ordinal).

    `kept` is where other modules keep what they work out from it alone.
    """

    as_of: int
    index: Index
    rules: tuple[Rule, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    dangers: tuple[Danger, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    _facts: dict[str, list[Fact]] = field(default_factory=dict)
    _exact: dict[tuple[str, Arguments], list[Fact]] = field(default_factory=dict)
    _general: dict[str, list[Fact]] = field(default_factory=dict)
    _completes: dict[str, list[Complete]] = field(default_factory=dict)
    _segments: dict[tuple[str, Arguments], tuple[list[int], list[Found]]] = field(
        default_factory=dict
    )
    _rules: dict[str, list[Rule]] = field(default_factory=dict)
    _rules_for: dict[tuple[str, Arguments], tuple[Rule, ...]] = field(default_factory=dict)
    _known: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    _rules_by_first: dict[str, dict[str | None, list[Rule]]] = field(default_factory=dict)
    kept: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index what was recorded by the day."""
        day = self.as_of

        def known(item: Rule | Procedure | Danger) -> bool:
            return item.recorded_on <= day < item.retracted_on

        self.rules = tuple(r for r in self.index.rules if known(r))
        self.procedures = tuple(p for p in self.index.procedures if known(p))
        self.dangers = tuple(d for d in self.index.dangers if known(d))
        self.rulings = tuple(r for r in self.index.rulings if r.recorded_on <= day)
        for fact in self.index.facts:
            self._facts.setdefault(fact.predicate, []).append(fact)
            if None in fact.arguments:
                self._general.setdefault(fact.predicate, []).append(fact)
            else:
                self._exact.setdefault((fact.predicate, fact.arguments), []).append(fact)
        for complete in self.index.completes:
            if complete.recorded_on <= day:
                self._completes.setdefault(complete.predicate, []).append(complete)
        for rule in self.rules:
            self._rules.setdefault(rule.concludes, []).append(rule)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words the knowledge uses."""
        return self.index.vocabulary

    @property
    def sources(self) -> dict[str, Source]:
        """Every source by its id."""
        return self.index.sources

    @property
    def digest(self) -> str:
        """The SHA-256 of the knowledge used and its day."""
        return sha256(f"{self.index.digest} {self.as_of}".encode()).hexdigest()

    @property
    def as_of_day(self) -> date:
        """The day of the edition."""
        return date.fromordinal(self.as_of)

    def find_predicate(self, name: str) -> Predicate | None:
        """The predicate of that name, or `None`."""
        return self.index.vocabulary.predicates.get(name)

    def listed(self, predicate: str) -> tuple[Arguments, ...] | None:
        """The arguments of which facts say something; `None` where some hold for any argument."""
        if predicate in self._general or predicate in self._completes:
            return None
        return tuple(f.arguments for f in self._facts.get(predicate, ()))

    def find_facts(self, predicate: str) -> tuple[Fact, ...]:
        """Facts on that predicate that had been recorded, in the order of their ids."""
        found = self._known.get(predicate)
        if found is None:
            found = self._known[predicate] = tuple(
                f
                for f in self._facts.get(predicate, ())
                if any(a.recorded_on <= self.as_of for a in f.assertions)
            )
        return found

    def rules_for(self, predicate: str, arguments: Arguments) -> tuple[Rule, ...]:
        """The rules that conclude the predicate and speak of these arguments, on any day."""
        key = (predicate, arguments)
        found = self._rules_for.get(key)
        if found is None:
            found = tuple(
                rule
                for rule in self._rules_at(predicate, arguments[0] if arguments else None)
                if all(
                    not allowed or given in allowed
                    for allowed, given in zip(rule.applies_to, arguments, strict=True)
                )
            )
            self._rules_for[key] = found
        return found

    def _rules_at(self, predicate: str, first: str | None) -> list[Rule]:
        """The rules that conclude the predicate and may speak of this first argument, in order."""
        at = self._rules_by_first.get(predicate)
        if at is None:
            at = self._rules_by_first[predicate] = {None: []}
            pairs = [
                (r.applies_to[0] if r.applies_to else (), r) for r in self._rules.get(predicate, ())
            ]
            for allowed, _ in pairs:
                for place in allowed:
                    at.setdefault(place, [])
            for allowed, rule in pairs:
                for given in allowed or at:
                    at[given].append(rule)
        return at[first] if first in at else at[None]

    def rules_on(self, predicate: str) -> tuple[Rule, ...]:
        """Every rule that concludes the predicate."""
        return tuple(self._rules.get(predicate, ()))

    def look_up(self, predicate: str, arguments: Arguments, day: int) -> Found:
        """What facts say of these arguments on a day."""
        key = (predicate, arguments)
        segments = self._segments.get(key)
        if segments is None:
            segments = self._build(predicate, arguments)
            self._segments[key] = segments
        starts, found = segments
        return found[bisect_right(starts, day) - 1]

    def history(self, predicate: str, arguments: Arguments) -> tuple[Found, ...]:
        """What facts say of these arguments, from the first day to the last."""
        self.look_up(predicate, arguments, 1)
        return tuple(self._segments[predicate, arguments][1])

    def _build(self, predicate: str, arguments: Arguments) -> tuple[list[int], list[Found]]:
        matching = [(len(arguments), f) for f in self._exact.get((predicate, arguments), ())]
        for fact in self._general.get(predicate, ()):
            if _covers(fact.arguments, arguments):
                matching.append((sum(a is not None for a in fact.arguments), fact))
        if not matching and predicate not in self._completes:
            return [1], [Found(1, NO_END, "none")]
        completes = [
            c for c in self._completes.get(predicate, ()) if _covers(c.arguments, arguments)
        ]
        bounds = {1}
        for _, fact in matching:
            for a in fact.assertions:
                if a.recorded_on <= self.as_of:
                    bounds.update((a.valid_from, a.valid_before))
        for c in completes:
            bounds.update((c.valid_from, c.valid_before))
        starts = sorted(b for b in bounds if b < NO_END)
        found = [
            self._on(matching, completes, start, end)
            for start, end in zip(starts, [*starts[1:], NO_END], strict=True)
        ]
        return starts, found

    def _on(
        self, matching: list[tuple[int, Fact]], completes: list[Complete], day: int, end: int
    ) -> Found:
        """The most specific facts that say anything on that day decide; among equals, all must agree."""
        for level in sorted({s for s, _ in matching}, reverse=True):
            pairs: list[tuple[Fact, Assertion]] = []
            disputed = False
            for specificity, fact in matching:
                if specificity != level:
                    continue
                holding = self._holding(fact, day)
                disputed = disputed or len(holding) > 1
                pairs.extend((fact, a) for a in holding)
            if not pairs:
                continue
            values = {repr(a.value) for _, a in pairs}
            if disputed or len(values) > 1:
                return Found(day, end, "disputed", None, tuple(pairs))
            if pairs[0][1].value is None:
                return Found(day, end, "none", None, tuple(pairs))
            return Found(day, end, "value", pairs[0][1].value, tuple(pairs))
        for complete in completes:
            if complete.valid_from <= day < complete.valid_before:
                return Found(day, end, "value", False, (), complete)
        return Found(day, end, "none")

    def _holding(self, fact: Fact, day: int) -> list[Assertion]:
        """The assertion recorded last that covers the day; all of them where it is disputed."""
        known = [
            a
            for a in fact.assertions
            if a.recorded_on <= self.as_of and a.valid_from <= day < a.valid_before
        ]
        if not known:
            return []
        last = max(a.recorded_on for a in known)
        latest = [a for a in known if a.recorded_on == last]
        disputed = [a for a in latest if a.disputed]
        return disputed if latest[-1].disputed and len(disputed) > 1 else latest[-1:]

    def review_due(self, fact: Fact) -> int:
        """The day on which the fact must be looked at again, as known to this edition."""
        days = [r.next for r in fact.reviews if r.on <= self.as_of]
        return max(days) if days else NO_END

    @property
    def overdue(self) -> bool:
        """Whether anything in it is past its review day."""
        found = self.kept.get("overdue")
        if not isinstance(found, bool):
            dated: list[Rule | Procedure | Danger] = [
                *self.rules, *self.procedures, *self.dangers
            ]
            found = self.kept["overdue"] = any(d.review_due <= self.as_of for d in dated) or any(
                self.review_due(f) <= self.as_of for f in self.index.facts
            )
        return found

    def with_changes(
        self,
        *,
        facts: Iterable[Fact] = (),
        rules: Iterable[Rule] = (),
        procedures: Iterable[Procedure] = (),
        dangers: Iterable[Danger] = (),
        completes: Iterable[Complete] = (),
        sources: dict[str, Source] | None = None,
        repeals: frozenset[str] = frozenset(),
        name: str = "",
    ) -> Edition:
        """The same edition with things added and others repealed: a change of the law, imagined."""
        index = self.index
        merged = Index(
            vocabulary=index.vocabulary,
            sources={**index.sources, **(sources or {})},
            facts=_replace(index.facts, facts, repeals),
            completes=(*index.completes, *completes),
            rules=_replace(self.rules, rules, repeals),
            procedures=_replace(self.procedures, procedures, repeals),
            dangers=_replace(self.dangers, dangers, repeals),
            rulings=self.rulings,
            examples=index.examples,
            digest=sha256(f"{index.digest} {name}".encode()).hexdigest(),
        )
        return Edition(self.as_of, merged)


T = TypeVar("T", Fact, Rule, Procedure, Danger)


def _replace(
    old: Iterable[T], new: Iterable[T], repeals: frozenset[str]
) -> tuple[T, ...]:
    added = list(new)
    ids = {item.id for item in added} | repeals
    joined: list[T] = [item for item in old if item.id not in ids]
    joined.extend(added)
    joined.sort(key=lambda item: item.id)
    return tuple(joined)


def _covers(general: Arguments, asked: Arguments) -> bool:
    """Whether arguments with wildcards speak of those asked about.

    An argument asked for as `None` (any) is only answered by a fact that holds for any.
    """
    return all(g is None or g == a for g, a in zip(general, asked, strict=True))
