"""Loading the knowledge base from its files.

`load` reads every file, tells every problem at once, and only then gives a `KnowledgeBase`.
Nothing of what it reads is executed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

from ..errors import InvalidKnowledge
from ..model.knowledge import (
    Complete,
    Danger,
    Example,
    Fact,
    FieldType,
    Predicate,
    Procedure,
    RecordType,
    Rule,
    Ruling,
    Source,
    Vocabulary,
)
from .checks import check_all
from .edition import Edition, Index
from .examples import read_example
from .forms import Form, Problems
from .matrix import read_matrix
from .readers import (
    read_danger,
    read_fact,
    read_field,
    read_predicate,
    read_procedure,
    read_record,
    read_rule,
    read_ruling,
    read_source,
)
from .templates import expand

#: Where the knowledge that comes with the program lies.
KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"

#: No knowledge file is larger; what is larger is noise.
LARGEST_FILE_BYTES = 2_000_000

_FOLDERS = ("sources", "facts", "rules", "procedures", "dangers", "rulings", "examples")


@dataclass(slots=True)
class KnowledgeBase:
    """All that is recorded; `as_of` gives what was known on a day."""

    index: Index

    @property
    def digest(self) -> str:
        """The SHA-256 of all knowledge files."""
        return self.index.digest

    def as_of(self, day: date) -> Edition:
        """The edition of that day: nothing recorded later plays a part."""
        return Edition(day.toordinal(), self.index)


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    vocabulary: Vocabulary
    sources: list[Source]
    facts: list[Fact]
    completes: list[Complete]
    rules: list[Rule]
    procedures: list[tuple[Procedure, str, tuple[str, ...], Form]]
    dangers: list[Danger]
    rulings: list[Ruling]
    examples: list[Example]
    places: dict[str, str]


def knowledge_files(root: Path) -> tuple[Path, ...]:
    """Every knowledge file below the folder, in a fixed order."""
    return tuple(root / name for name, _ in _entries(root))


def _entries(root: Path) -> list[tuple[str, os.DirEntry[str]]]:
    """The name below the folder of every knowledge file, with its entry, in the order of names."""
    found: list[tuple[str, os.DirEntry[str]]] = []
    folders = [("", os.fspath(root))]
    while folders:
        above, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{above}{entry.name}/", entry.path))
                elif entry.name.endswith((".toml", ".csv")) and entry.is_file():
                    found.append((above + entry.name, entry))
    return sorted(found, key=itemgetter(0))


def read_contents(root: Path) -> dict[str, bytes]:
    """The bytes of every knowledge file by its path below the folder.

    Raises:
        InvalidKnowledge: There is no such folder, no file in it, or a file that cannot be read.
    """
    problems = Problems()
    contents: dict[str, bytes] = {}
    if not root.is_dir():
        problems.add(root.name, "", "no such folder", "Name the folder that holds the knowledge.")
        raise InvalidKnowledge(problems.found)
    for name, entry in _entries(root):
        try:
            if entry.stat().st_size > LARGEST_FILE_BYTES:
                problems.add(name, "", "the file is larger than 2 MB", "Split it.")
                continue
            contents[name] = _read_file_bytes(entry.path)
        except OSError as error:
            problems.add(name, "", f"cannot be read: {error.strerror}", "Check its permissions.")
    if not contents and not problems.found:
        problems.add(root.name, "", "no knowledge file", "Name the folder that holds it.")
    if problems.found:
        raise InvalidKnowledge(problems.found)
    return contents


def _read_file_bytes(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.readall()


def digest_of(contents: Mapping[str, bytes]) -> str:
    """One SHA-256 over the names and bytes of all files."""
    total = sha256()
    for name in sorted(contents):
        data = contents[name]
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()


def parse(contents: Mapping[str, bytes]) -> KnowledgeBase:
    """The knowledge base in these files.

    Raises:
        InvalidKnowledge: Anything is wrong anywhere; it carries every problem found.
    """
    problems = Problems()
    tables = _parse_files(contents, problems)
    vocabulary = _read_vocabulary(tables, problems)
    draft = _Draft(vocabulary, [], [], [], [], [], [], [], [], {})
    for name in sorted(tables):
        _read_file(name, tables[name], contents, draft, problems)
    procedures = expand(draft.procedures, draft.facts)
    check_all(
        vocabulary, draft.sources, draft.facts, draft.completes, draft.rules, procedures,
        draft.dangers, draft.rulings, draft.examples, draft.places, problems,
    )
    if problems.found:
        raise InvalidKnowledge(problems.found)
    index = Index(
        vocabulary,
        {s.id: s for s in sorted(draft.sources, key=lambda s: s.id)},
        tuple(sorted(draft.facts, key=lambda f: f.id)),
        tuple(draft.completes),
        tuple(sorted(draft.rules, key=lambda r: r.id)),
        tuple(sorted(procedures, key=lambda p: p.id)),
        tuple(sorted(draft.dangers, key=lambda d: d.id)),
        tuple(sorted(draft.rulings, key=lambda r: r.id)),
        tuple(draft.examples),
        digest_of(contents),
    )
    return KnowledgeBase(index)


def load(root: Path = KNOWLEDGE) -> KnowledgeBase:
    """Read the knowledge from its files.

    Raises:
        InvalidKnowledge: Anything is wrong anywhere; nothing is loaded then.
    """
    return parse(read_contents(root))


def _parse_files(
    contents: Mapping[str, bytes], problems: Problems
) -> dict[str, Mapping[str, Any]]:
    tables: dict[str, Mapping[str, Any]] = {}
    for name, data in contents.items():
        if name.endswith(".csv"):
            if f"{name[:-4]}.toml" not in contents:
                problems.add(name, "", "no TOML head beside it", f"Write {name[:-4]}.toml.")
            continue
        table = parse_toml(name, data, problems)
        if table is not None:
            tables[name] = table
    return tables


def parse_toml(name: str, data: bytes, problems: Problems) -> dict[str, Any] | None:
    """A TOML file's table, or `None` with its problem told."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.add(name, f"byte {error.start}", "the file is not UTF-8", "Save it as UTF-8.")
        return None
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
        problems.add(name, "", f"not TOML: {said}", "Correct it there.")
        return None
    if not table:
        problems.add(name, "", "the file is empty", "Write something, or remove it.")
        return None
    return table


def _read_vocabulary(tables: Mapping[str, Mapping[str, Any]], problems: Problems) -> Vocabulary:
    attributes: dict[str, FieldType] = {}
    records: dict[str, RecordType] = {}
    predicates: dict[str, Predicate] = {}
    for name in sorted(tables):
        if name.endswith("attributes.toml"):
            form = Form(tables[name], name, "", problems)
            for item in form.tables("attribute"):
                field = read_field(item)
                _once(attributes, field.name, item)
                attributes[field.name] = field
            for item in form.tables("record"):
                record = read_record(item)
                _once(records, record.name, item)
                records[record.name] = record
            form.done()
        elif name.endswith("predicates.toml"):
            form = Form(tables[name], name, "", problems)
            for item in form.tables("predicate"):
                predicate = read_predicate(item)
                _once(predicates, predicate.name, item)
                predicates[predicate.name] = predicate
            form.done()
    return Vocabulary(attributes, records, predicates)


def _once(known: Mapping[str, object], name: str, form: Form) -> None:
    if name in known:
        form.problem(f"`{name}` is defined twice", "Remove one, or give it another name.")


def _read_file(
    name: str,
    table: Mapping[str, Any],
    contents: Mapping[str, bytes],
    draft: _Draft,
    problems: Problems,
) -> None:
    parts = name.split("/")
    if name.endswith(("attributes.toml", "predicates.toml")):
        return
    if len(parts) < 3 or parts[1] not in _FOLDERS:
        problems.add(
            name, "", "the file stands in no known folder",
            f"Move it into <jurisdiction>/ and one of {', '.join(_FOLDERS)}.",
        )
        return
    folder, jurisdiction = parts[1], parts[0]
    form = Form(table, name, "", problems)
    if folder == "facts":
        csv_name = f"{name[:-5]}.csv"
        if csv_name in contents:
            try:
                text = contents[csv_name].decode("utf-8")
            except UnicodeDecodeError as error:
                where = f"byte {error.start}"
                problems.add(csv_name, where, "the file is not UTF-8", "Save it as UTF-8.")
                return
            facts, completes = read_matrix(form, text, csv_name, draft.vocabulary)
            draft.facts.extend(facts)
            draft.completes.extend(completes)
            for fact in facts:
                draft.places[fact.id] = name
        else:
            fact_, completes_ = read_fact(form, draft.vocabulary)
            draft.completes.extend(completes_)
            if fact_ is not None:
                _keep(draft, fact_.id, name, jurisdiction, form)
                draft.facts.append(fact_)
        return
    if folder == "sources" and "id" in table:
        items = [form]
    else:
        key = {"sources": "source", "rulings": "ruling"}.get(folder, folder[:-1])
        items = form.tables(key)
        form.done()
        if not items and not problems.found:
            form.problem(f"no [[{key}]]", "Write at least one.")
    for item in items:
        _read_item(folder, item, draft, name, jurisdiction)


def _read_item(folder: str, item: Form, draft: _Draft, name: str, jurisdiction: str) -> None:
    if folder == "sources":
        source = read_source(item)
        _keep(draft, source.id, name, jurisdiction, item)
        draft.sources.append(source)
    elif folder == "rules":
        rule = read_rule(item, draft.vocabulary)
        if rule is not None:
            _keep(draft, rule.id, name, jurisdiction, item)
            draft.rules.append(rule)
    elif folder == "procedures":
        procedure, zone, places = read_procedure(item, draft.vocabulary)
        _keep(draft, procedure.id, name, jurisdiction, item)
        draft.procedures.append((procedure, zone, places, item))
    elif folder == "dangers":
        danger = read_danger(item, draft.vocabulary)
        _keep(draft, danger.id, name, jurisdiction, item)
        draft.dangers.append(danger)
    elif folder == "rulings":
        ruling = read_ruling(item, draft.vocabulary)
        _keep(draft, ruling.id, name, jurisdiction, item)
        draft.rulings.append(ruling)
    else:
        example = read_example(item, draft.vocabulary)
        if example is not None:
            draft.examples.append(example)


def _keep(draft: _Draft, identifier: str, name: str, jurisdiction: str, form: Form) -> None:
    """Note where an id stands; it must be new and begin with its folder's name."""
    if not identifier:
        return
    if identifier in draft.places:
        form.problem(
            f"the id `{identifier}` is used twice, also in {draft.places[identifier]}",
            "Give one of them another id.",
        )
    if not identifier.startswith((f"{jurisdiction}.", f"{jurisdiction}-")):
        form.problem(
            f"the id `{identifier}` does not begin with its folder's name",
            f"Begin it with `{jurisdiction}.`.",
        )
    draft.places[identifier] = name
