"""T2: a million people, 100 three-valued conditions, against OpenFisca-Core.

Eighteen columns with 8 % unknown in each, and 100 rules in negation normal form over 169 different
tests. Both engines give for each rule how many people it is necessarily and how many it is
possibly true of. OpenFisca-Core runs in an environment of its own, as an AGPL peer of other
dependencies; it is given the same columns and computes two variables for each rule.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
import venv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from safeconduct.engine.evaluate import evaluate
from safeconduct.kb.edition import Edition, Index
from safeconduct.model.condition import (
    AllOf,
    AnyOf,
    Between,
    Compare,
    Condition,
    Not,
    Within,
    compare,
)
from safeconduct.model.knowledge import Citation, FieldType, Predicate, Rule, Vocabulary
from safeconduct.model.period import NO_END
from safeconduct.model.population import Column, Population

from .core import HERE, Row, timed

PEOPLE = 1_000_000
RULES = 100
ON = date(2026, 11, 24)
SEED = 20261124
UNKNOWN = 0.08
FLAGS = tuple(f"flag_{n:02}" for n in range(12))
STATES = tuple(f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH")[:60]
PLACES = STATES[:40]


@dataclass(frozen=True, slots=True)
class Atom:
    """One test on one column: membership in a set of codes, or a number within bounds."""

    column: str
    codes: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None

    def condition(self) -> Condition:
        """The same test as knowledge holds it."""
        if self.column in FLAGS:
            return compare(self.column, True)
        if self.column == "nationality":
            return compare(self.column, *(STATES[c] for c in self.codes))
        if self.column == "place":
            return compare(self.column, *(PLACES[c] for c in self.codes))
        if self.column == "expires":
            return Compare(self.column, Within(self.low, self.high))
        return Compare(self.column, Between(self.low, self.high))


#: A rule in negation normal form: any of these, each all of these, each a test and its sign.
Rules = list[list[list[tuple[int, bool]]]]


def make_atoms(draw: random.Random) -> list[Atom]:
    """169 different tests."""
    atoms: dict[Atom, None] = {}

    def add(count: int, make: Any) -> None:
        wanted = len(atoms) + count
        while len(atoms) < wanted:
            atoms.setdefault(make())

    def some(column: str, codes: int) -> Atom:
        size = draw.randint(1, codes // 2)
        return Atom(column, tuple(sorted(draw.sample(range(codes), size))))

    def within(column: str, low: int, high: int) -> Atom:
        bound = draw.randint(low, high)
        return Atom(column, low=bound) if draw.random() < 0.5 else Atom(column, high=bound)

    today = ON.toordinal()
    add(32, lambda: some("nationality", len(STATES)))
    add(32, lambda: some("place", len(PLACES)))
    add(22, lambda: within("birth_year", 1945, 2012))
    add(22, lambda: within("expires", today - 700, today + 3000))
    add(27, lambda: within("income", 100, 60_000))
    add(22, lambda: within("stay", 5, 900))
    for name in FLAGS:
        atoms[Atom(name)] = None
    return list(atoms)


def make_rules(draw: random.Random, atoms: list[Atom]) -> Rules:
    """Rules of some eight literals each; every test is used."""
    rules = [
        [
            [(draw.randrange(len(atoms)), draw.random() < 0.3) for _ in range(draw.randint(2, 4))]
            for _ in range(draw.randint(2, 3))
        ]
        for _ in range(RULES)
    ]
    used = {a for rule in rules for part in rule for a, _ in part}
    for n, atom in enumerate(sorted(set(range(len(atoms))) - used)):
        part = rules[n % RULES][0]
        part.append((atom, draw.random() < 0.3))
    return rules


def make_columns(people: int) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    """The columns, with what is not known masked."""
    draw = np.random.default_rng(SEED)
    today = ON.toordinal()
    plain = {
        "nationality": draw.integers(0, len(STATES), people).astype(np.int32),
        "place": draw.integers(0, len(PLACES), people).astype(np.int32),
        "birth_year": draw.integers(1940, 2016, people).astype(np.int32),
        "expires": draw.integers(today - 900, today + 3650, people).astype(np.int32),
        "income": draw.integers(0, 80_000, people).astype(np.int32),
        "stay": draw.integers(0, 1000, people).astype(np.int32),
        **{name: draw.random(people) < 0.5 for name in FLAGS},
    }
    return {k: np.ma.masked_array(v, draw.random(people) < UNKNOWN) for k, v in plain.items()}


def make_edition(atoms: list[Atom], rules: Rules) -> Edition:
    """The rules as knowledge: one predicate each, false where its condition is false."""
    kinds = {"nationality": "place", "place": "place", "birth_year": "year", "expires": "day"}
    names = ("nationality", "place", "birth_year", "expires", "income", "stay", *FLAGS)
    attributes = {
        n: FieldType(n, "bool" if n in FLAGS else kinds.get(n, "year")) for n in names
    }
    cited = (Citation("made-up", "1"),)
    predicates, made = {}, []
    for n, parts in enumerate(rules):
        when = AnyOf(tuple(
            AllOf(tuple(
                Not(atoms[a].condition()) if negated else atoms[a].condition()
                for a, negated in part
            ))
            for part in parts
        ))
        name = f"rule_{n:03}"
        predicates[name] = Predicate(name, (), "truth", ("", "", ""), otherwise=False)
        made.append(Rule(f"xa.{name}", "", name, (), when, True, (), 1, NO_END, 1, "bench",
                         NO_END, cited))
    vocabulary = Vocabulary(attributes, {}, predicates)
    index = Index(vocabulary, {}, (), (), tuple(made), (), (), (), (), "")
    return Edition(ON.toordinal(), index)


def make_population(columns: dict[str, np.ma.MaskedArray[Any, Any]]) -> Population:
    """The same columns as a population."""
    made: dict[str, Any] = dict(columns)
    for name, words in (("nationality", STATES), ("place", PLACES)):
        codes = columns[name].data.astype(np.uint8)
        codes[columns[name].mask] = len(words)
        made[name] = Column(codes, (*words, None))
    days = columns["expires"].data.astype(np.int64) - date(1970, 1, 1).toordinal()
    days = days.astype("datetime64[D]")
    days[columns["expires"].mask] = np.datetime64("NaT")
    made["expires"] = days
    return Population.of_columns(made)


def openfisca_python() -> Path | None:
    """The interpreter of the peer's own environment, made on first use; `None` where it cannot be."""
    given = os.environ.get("SAFECONDUCT_BENCH_OPENFISCA")
    if given:
        return Path(given)
    home = HERE / ".environments" / "openfisca"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", "openfisca-core==46.0.1"], check=False
        )
        if done.returncode:
            return None
    return python


def ask_openfisca(
    python: Path, columns: dict[str, Any], atoms: list[Atom], rules: Rules
) -> dict[str, Any]:
    """Run the peer on the same columns and rules; its counts, seconds, version and memory."""
    with tempfile.TemporaryDirectory() as folder:
        data = {k: v.data for k, v in columns.items()}
        data |= {f"{k}_known": ~v.mask for k, v in columns.items()}
        np.savez(Path(folder) / "columns.npz", **data)
        today = {"atoms": [
            [a.column, list(a.codes), a.low,
             # `before` leaves out its day, `at_most` does not
             a.high - 1 if a.column == "expires" and a.high is not None else a.high]
            for a in atoms
        ], "rules": rules}
        (Path(folder) / "rules.json").write_text(json.dumps(today))
        done = subprocess.run(
            [python, HERE / "peers" / "openfisca_eligibility.py", folder],
            check=True, capture_output=True, text=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run(people: int = PEOPLE) -> list[Row]:
    """The table's lines."""
    draw = random.Random(SEED)
    atoms = make_atoms(draw)
    rules = make_rules(draw, atoms)
    columns = make_columns(people)
    edition = make_edition(atoms, rules)
    population = make_population(columns)
    goals = list(edition.vocabulary.predicates)
    seconds, found = timed(lambda: evaluate(edition, goals, population, on=ON), repeat=9)
    counts = [
        [int(c.true), int(c.true + c.unknown)] for c in map(found.count, range(len(goals)))
    ]
    name = f"evaluate: {people:,} people, {len(rules)} rules, {len(atoms)} tests"
    python = openfisca_python()
    if python is None:
        return [Row(name, "ms", seconds * 1e3, "OpenFisca-Core", note="peer not installed")]
    peer = ask_openfisca(python, columns, atoms, rules)
    best = min(peer["seconds"], key=peer["seconds"].get)
    equal = all(c == counts for c in peer["counts"].values())
    took = peer["seconds"][best]
    return [Row(
        name, "ms", seconds * 1e3, f"OpenFisca-Core {peer['version']}", took * 1e3, equal,
        "at least 5 times", equal and took >= 5 * seconds,
        f"peer's faster form ({best}); the other "
        f"{max(peer['seconds'].values()) * 1e3:.0f} ms; peak memory of the peer "
        f"{peer['peak_mb']:.0f} MB; columns are built before the clock starts, for both",
    )]
