"""Reads a change of the law, imagined, and lays it over an edition.

An overlay is one TOML file with any of `[[fact]]`, `[[rule]]`, `[[procedure]]`, `[[danger]]`,
`[[source]]` in the form of the knowledge, `repeals` (a list of ids) and a `title`. Something with
an id that exists takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ..errors import InvalidKnowledge, did_you_mean
from ..model.knowledge import Complete, Danger, Fact, Procedure, Rule, Source
from .base import parse_toml
from .edition import Edition
from .forms import Form, Problems
from .readers import read_danger, read_fact, read_procedure, read_rule, read_source
from .templates import expand


@dataclass(frozen=True, slots=True)
class Reform:
    """A change of law, imagined: what it adds or replaces, and the ids that it repeals."""

    title: str
    facts: tuple[Fact, ...] = ()
    completes: tuple[Complete, ...] = ()
    rules: tuple[Rule, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    dangers: tuple[Danger, ...] = ()
    sources: tuple[Source, ...] = ()
    repeals: frozenset[str] = frozenset()

    def apply(self, edition: Edition) -> Edition:
        """The edition with the change laid over it; what it adds counts as recorded by then."""
        day = edition.as_of
        facts = [
            msgspec.structs.replace(f, assertions=tuple(
                msgspec.structs.replace(a, recorded_on=min(a.recorded_on, day))
                for a in f.assertions
            ))
            for f in self.facts
        ]
        return edition.with_changes(
            facts=facts, rules=_known_by(self.rules, day),
            procedures=_known_by(self.procedures, day), dangers=_known_by(self.dangers, day),
            completes=_known_by(self.completes, day), sources={s.id: s for s in self.sources},
            repeals=self.repeals, name=self.title,
        )


T = TypeVar("T", Rule, Procedure, Danger, Complete)


def _known_by(items: tuple[T, ...], day: int) -> list[T]:
    return [msgspec.structs.replace(i, recorded_on=min(i.recorded_on, day)) for i in items]


def read_reform(edition: Edition, data: bytes, name: str) -> Reform:
    """The change of law in an overlay's bytes, checked against an edition.

    Raises:
        InvalidKnowledge: Anything is wrong with the overlay; it carries every problem.
    """
    problems = Problems()
    table = parse_toml(name, data, problems)
    if table is None:
        raise InvalidKnowledge(problems.found)
    form = Form(table, name, "", problems)
    title = form.text("title", required=True, advice="Say in one sentence what would change.")
    repeals = form.words("repeals")
    vocabulary = edition.vocabulary
    sources = {s.id: s for s in (read_source(f) for f in form.tables("source"))}
    read = [read_fact(f, vocabulary) for f in form.tables("fact")]
    facts = [f for f, _ in read if f is not None]
    completes = [c for _, many in read for c in many]
    rules = [r for f in form.tables("rule") if (r := read_rule(f, vocabulary)) is not None]
    drafts = []
    for item in form.tables("procedure"):
        procedure, zone, places = read_procedure(item, vocabulary)
        drafts.append((procedure, zone, places, item))
    procedures = expand(drafts, edition.index.facts)
    dangers = [read_danger(f, vocabulary) for f in form.tables("danger")]
    form.done()
    known = {f.id for f in edition.index.facts} | {r.id for r in edition.rules}
    known |= {p.id for p in edition.procedures} | {d.id for d in edition.dangers}
    for repealed in repeals:
        if repealed not in known:
            form.problem(f"`repeals` names nothing known: {repealed[:60]}",
                         did_you_mean(repealed, known))
    ruled: list[Rule | Procedure | Danger] = [*rules, *procedures, *dangers]
    cited = {c.source for item in ruled for c in item.citations}
    cited |= {c.source for f in facts for a in f.assertions for c in a.citations}
    for source in sorted(cited - set(edition.sources) - set(sources)):
        form.problem(f"unknown source `{source}`", "Add it as [[source]] in the same file.")
    if problems.found:
        raise InvalidKnowledge(problems.found)
    return Reform(
        title, tuple(facts), tuple(completes), tuple(rules), tuple(procedures), tuple(dangers),
        tuple(sources.values()), frozenset(repeals),
    )
