"""How many answers lean on each item of the knowledge, and whose answers a draft would change.

The answers are those of the example situations. Counting them takes a while, so that the store keeps
them for each edition of the knowledge and each situation; the inbox only reads what is kept.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from safeconduct.engine.coverage import leans_on
from safeconduct.engine.search import answer
from safeconduct.engine.unlock import difference, reached
from safeconduct.errors import SafeconductError
from safeconduct.kb.edition import Edition
from safeconduct.kb.overlay import Reform, read_reform
from safeconduct.kb.situations import read_situation
from safeconduct.model.knowledge import Assertion, Citation, Fact
from safeconduct.model.period import NO_END
from safeconduct.model.situation import Situation
from safeconduct.watch.proposals import Draft
from safeconduct.watch.store.store import Store

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
"""The example situations of the project, if they are there."""
_KEPT = "leaning"
STEPS = 3
"""How long the pathways are that `changes` compares; longer ones take minutes."""
MOST = 8
"""How many situations `effect` compares."""


@dataclass(frozen=True, slots=True)
class Person:
    """An example situation: its name, the day asked about, and the digest of its file."""

    name: str
    situation: Situation
    on: date
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a draft does to the answer for one example situation."""

    person: str
    lines: tuple[str, ...]


def people(folder: Path, edition: Edition) -> tuple[Person, ...]:
    """The example situations of a folder that name a day; what cannot be read is passed over."""
    found = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        data = path.read_bytes()
        try:
            situation, on = read_situation(data, path.name, edition.vocabulary)
        except SafeconductError:
            continue
        if on is not None:
            found.append(Person(path.name, situation, on, sha256(data).hexdigest()))
    return tuple(found)


def kept(store: Store, edition: Edition) -> dict[str, frozenset[str]]:
    """What each situation's answer leans on, as counted before with this edition, by its digest."""
    row = store.db.execute("SELECT value FROM meta WHERE name = ?", (_KEPT,)).fetchone()
    data = json.loads(bytes(row[0])) if row else {}
    if data.get("knowledge") != edition.index.digest:
        return {}
    return {name: frozenset(ids) for name, ids in data["people"].items()}


def count(
    store: Store,
    edition: Edition,
    persons: Iterable[Person],
    *,
    tell: Callable[[str], None] = lambda name: None,
    more: Callable[[], bool] = lambda: True,
) -> Iterator[str]:
    """Work out what each situation's answer leans on, and keep it; one is given back when kept.

    Args:
        tell: Called with each situation's name before its answer is worked out.
        more: Whether there is time for another.

    """
    known = kept(store, edition)
    for person in persons:
        if person.digest in known:
            continue
        if not more():
            return
        tell(person.name)
        known[person.digest] = leans_on(
            answer(edition, person.situation, goal="protection", on=person.on, closed=False)
        )
        value = json.dumps(
            {
                "knowledge": edition.index.digest,
                "people": {n: sorted(ids) for n, ids in known.items()},
            }
        )
        with store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEPT, value.encode()))
        yield person.name


def leaning(found: dict[str, frozenset[str]], persons: Iterable[Person]) -> Counter[str]:
    """How many answers lean on each id."""
    counts: Counter[str] = Counter()
    for person in persons:
        counts.update(found.get(person.digest, ()))
    return counts


def weigh(store: Store, counts: Counter[str]) -> int:
    """Give every match of an undecided story its count, and every such story its urgency.

    Returns:
        How many matches were given another count.

    """
    rows = store.db.execute(
        "SELECT m.story, m.item, m.leaning FROM match m JOIN story s ON s.id = m.story WHERE s.state = 'open'"
    ).fetchall()
    changed = [
        (1 + counts.get(r["item"], 0), r["story"], r["item"])
        for r in rows
        if r["leaning"] != 1 + counts.get(r["item"], 0)
    ]
    if changed:
        with store.transaction() as db:
            db.executemany("UPDATE match SET leaning = ? WHERE story = ? AND item = ?", changed)
            for story in sorted({c[1] for c in changed}):
                db.execute(
                    "UPDATE story SET urgency = ? WHERE id = ?", (store.urgency(story), story)
                )
    return len(changed)


def reform(edition: Edition, drafts: Iterable[Draft], *, on: date) -> tuple[Reform, tuple[str, ...]]:
    """The drafts as a change laid over an edition, and in words what each is taken to say.

    A fact's draft has no value yet, so it is taken as its value being unknown from its first day. A
    case changes the proof of a danger and no answer; what is left to write is passed over.
    """
    facts: list[Fact] = []
    dangers: list[str] = []
    sources: list[str] = []
    said: list[str] = []
    known = {f.id: f for f in edition.index.facts}
    for draft in drafts:
        data = tomllib.loads(draft.text)
        name = draft.name.rpartition("/")[2].removesuffix(".toml")
        if "source" in data:
            sources.append(draft.text)
        elif "assertion" in data and name in known:
            facts.append(_without_value(known[name], data["assertion"][0], on))
            said.append(f"{name}: its value is not known from {data['assertion'][0]['valid_from']}")
        elif isinstance(data.get("danger"), list) and "id" in data["danger"][0]:
            dangers.append(draft.text)
            said.append(f"{name}: a new danger, alleged")
        elif "danger" in data:
            said.append(f"{name}: one more case; it changes no answer")
        else:
            said.append(f"{name}: still to be written; it is not counted here")
    text = "\n".join(['title = "Drafts of the watch"', *sources, *dangers])
    read = read_reform(edition, text.encode(), "drafts")
    return replace(read, facts=tuple(facts)), tuple(said)


def _without_value(fact: Fact, written: dict[str, object], on: date) -> Fact:
    first = written["valid_from"]
    assert isinstance(first, date)  # noqa: S101
    taken = Assertion(
        None, first.toordinal(), NO_END, on.toordinal(), "watch", (Citation("draft", "draft"),)
    )
    return msgspec.structs.replace(fact, assertions=(*fact.assertions, taken))


def changes(
    edition: Edition, change: Reform, persons: Iterable[Person], *, more: Callable[[], bool]
) -> Iterator[Change]:
    """What a change does to the answers of some situations, one after the other while there is time."""
    after = change.apply(edition)
    for person in persons:
        if not more():
            return
        old = reached(edition, person.situation, goal="protection", on=person.on, max_steps=STEPS)
        new = reached(after, person.situation, goal="protection", on=person.on, max_steps=STEPS)
        ahead, back = difference(old, new), difference(new, old)
        lines = [f"no longer reached: {p} ({s})" for p, s in back.opens]
        lines += [f"now reached: {p} ({s})" for p, s in ahead.opens]
        lines += [f"more dangerous: {p} ({s}), {b} instead of {a}" for p, s, b, a in back.lessens]
        lines += [f"less dangerous: {p} ({s}), {b} instead of {a}" for p, s, a, b in ahead.lessens]
        lines += [f"other ways, or less sure ones: {e[0]} ({e[1]})" for e in sorted(
            e for e in old.keys() & new.keys() if old[e] != new[e]
            and e not in {x[:2] for x in (*ahead.lessens, *back.lessens)}
        )]  # fmt: skip
        here = str(person.situation.get("present_in") or "")[:2]
        lines += [
            f"a danger more where the person is: {d.id}"
            for d in change.dangers
            if here in d.places and d.moment in ("presence", "authority")
        ]
        yield Change(person.name, tuple(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Whose answers some drafts would change, as far as there was time to see."""

    said: tuple[str, ...]
    """What each draft is taken to say."""
    changes: tuple[Change, ...]
    """One for each situation that was compared, also those that stay the same."""
    situations: int
    """How many situations there are."""
    alters: bool
    """Whether anything in the drafts can change an answer as it stands."""

    @property
    def differ(self) -> tuple[Change, ...]:
        """The situations whose answer changes."""
        return tuple(c for c in self.changes if c.lines)


def nearest(
    persons: Iterable[Person], found: Mapping[str, frozenset[str]], touched: Iterable[str]
) -> tuple[Person, ...]:
    """The situations whose answers lean on most of what is touched first."""
    ids = frozenset(touched)
    return tuple(sorted(persons, key=lambda p: -len(ids & found.get(p.digest, frozenset()))))


def effect(
    edition: Edition, drafts: Iterable[Draft], persons: Sequence[Person], *, on: date,
    more: Callable[[], bool], most: int = MOST,
) -> Effect:  # fmt: skip
    """Lay drafts over an edition and compare the answers of the first few situations.

    Args:
        more: Whether there is time for another situation.

    Raises:
        SafeconductError: The drafts cannot be laid over the edition.

    """
    change, said = reform(edition, drafts, on=on)
    alters = bool(change.facts or change.dangers)
    compared = changes(edition, change, persons[:most], more=more) if alters else ()
    return Effect(
        said=said, changes=tuple(compared), situations=len(persons), alters=alters
    )


__all__ = ["Change", "Effect", "Person", "changes", "count", "effect", "kept", "leaning", "nearest", "people", "reform", "weigh"]
