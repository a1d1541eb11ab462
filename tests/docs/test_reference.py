"""The reference names everything there is, and nothing that there is not."""

import re
from collections.abc import Iterator
from functools import cache

import click
import pytest

from docs.pages import ROOT
from safeconduct.cli.main import main
from safeconduct.kb import readers
from safeconduct.kb.base import KNOWLEDGE, parse
from safeconduct.model.knowledge import Vocabulary

REFERENCE = ROOT / "docs" / "reference"
CODE = re.compile(r"`([^`]+)`")


def sections(name: str, marks: str = "##") -> dict[str, str]:
    """The parts of a reference page by their headings."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    parts = re.split(rf"(?m)^{marks} (.+)$", text)
    return {head.strip("`"): body for head, body in zip(parts[1::2], parts[2::2], strict=True)}


def every_command(
    command: click.Command = main, path: str = "safeconduct"
) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every_command(found, f"{path} {name}")


COMMANDS = dict(every_command())


@cache
def vocabulary() -> Vocabulary:
    """The words that the program and the general rules use."""
    files = {
        p.relative_to(KNOWLEDGE).as_posix(): p.read_bytes()
        for p in sorted((KNOWLEDGE / "vocabulary").glob("*.toml"))
    }
    cited = set(re.findall(r'source = "([a-z0-9.-]+)"', b"".join(files.values()).decode()))
    for name in cited:
        files[f"{name.partition('-')[0]}/sources/{name}.toml"] = (
            f'id = "{name}"\ntitle = "t"\npublisher = "p"\ntype = "news"\nlanguage = "en"\n'
            'url = "https://example.example"\naccessed = 2026-01-01\n'
        ).encode()
    return parse(files).index.vocabulary


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(sections("commands.md")) - {"For all commands", "Variables"} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_told_and_none_is_made_up(name: str) -> None:
    shown = {
        o for p in COMMANDS[name].params if not getattr(p, "hidden", False)
        and p.param_type_name == "option" for o in p.opts
    }
    body = sections("commands.md")[name]
    told = {w for code in CODE.findall(body) for w in re.findall(r"--[a-z-]+", code)}
    assert told - {"--help"} == shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_of_a_command_is_told(name: str) -> None:
    body = sections("commands.md")[name]
    for p in COMMANDS[name].params:
        if p.param_type_name == "argument":
            assert f"{p.name.upper()}" in body


def test_every_attribute_is_told_with_its_values() -> None:
    told = sections("situation.md", "###")
    for name, field in vocabulary().attributes.items():
        if field.type.startswith("derived"):
            continue
        assert name in told, name
        assert set(field.values) <= set(CODE.findall(told[name])), name


def test_every_record_is_told_with_its_fields_and_values() -> None:
    told = sections("situation.md", "###")
    for name, record in vocabulary().records.items():
        codes = set(CODE.findall(told[f"[[{name}]]" if not record.single else f"[{name}]"]))
        for field in record.fields:
            if not field.type.startswith("derived"):
                assert field.name in codes, f"{name}.{field.name}"
                assert set(field.values) <= codes, f"{name}.{field.name}"


def test_no_attribute_and_no_record_is_made_up() -> None:
    known = {
        n for n, f in vocabulary().attributes.items() if not f.type.startswith("derived")
    }
    known |= {f"[{n}]" if r.single else f"[[{n}]]" for n, r in vocabulary().records.items()}
    assert set(sections("situation.md", "###")) == known | {"on", "unsure", "complete"}


def test_every_predicate_is_told_with_its_parameters_and_values() -> None:
    rows = dict(re.findall(r"(?m)^\| `(\w+)\(([^)]*)\)`", told := sections("situation.md")[
        "Predicates"
    ]))
    assert set(rows) == set(vocabulary().predicates)
    for name, predicate in vocabulary().predicates.items():
        assert rows[name] == ", ".join(p.name for p in predicate.parameters), name
        assert set(predicate.values) <= set(CODE.findall(told)), name


def test_the_format_names_every_code_that_a_reader_takes() -> None:
    text = (REFERENCE / "knowledge-format.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z]+(?:-[a-z]+)*", text))
    for codes in (
        readers.CAPACITIES, readers.DANGER_KINDS, readers.MOMENTS, readers.PURPOSES,
        readers.READ, readers.SOURCE_TYPES, readers.WEIGHTS,
    ):
        assert set(codes) <= words
