"""Reads a change of the law, imagined, and lays it over an edition.

An overlay is one TOML file with any of `[[fact]]`, `[[rule]]`, `[[procedure]]`, `[[danger]]`,
`[[source]]` in the form of the knowledge, `repeals` (a list of ids) and a `title`. Something with
an id that exists takes its place.
"""

from __future__ import annotations

import msgspec

from ..errors import InvalidKnowledge, did_you_mean
from .base import parse_toml
from .edition import Edition
from .forms import Form, Problems
from .readers import read_danger, read_fact, read_procedure, read_rule, read_source
from .templates import expand


def read_overlay(edition: Edition, data: bytes, name: str) -> tuple[Edition, str]:
    """The edition with the change laid over it, and the change's title.

    What the overlay adds counts as recorded on the edition's day.

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
    known = {i.id for i in (*edition.index.facts, *edition.rules, *edition.procedures,
                            *edition.dangers)}
    for repealed in repeals:
        if repealed not in known:
            form.problem(f"`repeals` names nothing known: {repealed[:60]}",
                         did_you_mean(repealed, known))
    cited = {c.source for item in (*rules, *procedures, *dangers) for c in item.citations}
    cited |= {c.source for f in facts for a in f.assertions for c in a.citations}
    for source in sorted(cited - set(edition.sources) - set(sources)):
        form.problem(f"unknown source `{source}`", "Add it as [[source]] in the same file.")
    if problems.found:
        raise InvalidKnowledge(problems.found)
    day = edition.as_of
    facts = [
        msgspec.structs.replace(f, assertions=tuple(
            msgspec.structs.replace(a, recorded_on=min(a.recorded_on, day)) for a in f.assertions
        ))
        for f in facts
    ]

    def now(items: list) -> list:  # type: ignore[type-arg]
        return [msgspec.structs.replace(i, recorded_on=min(i.recorded_on, day)) for i in items]

    changed = edition.with_changes(
        facts=facts, rules=now(rules), procedures=now(procedures), dangers=now(dangers),
        completes=completes, sources=sources, repeals=frozenset(repeals), name=title,
    )
    return changed, title
