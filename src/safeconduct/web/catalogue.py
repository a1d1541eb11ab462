"""Gathers every text that can be translated, and keeps the catalogues in step with them.

Run as `python -m safeconduct.web.catalogue` after a change of texts or knowledge: it adds new ids
to each catalogue, drops those that are gone, and compiles. `--missing ru` lists what is not
translated; `--merge ru FILE` takes translations from a file that holds a line `= English` and a
line with its translation for each.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

from ..kb.base import KNOWLEDGE, KnowledgeBase, load
from .regions import REGIONS
from .site import environment
from .wording import NONE_OF, QUESTIONS, SECTIONS, SHORT, VALUES
from .words import CATALOGUES, DOMAIN, LANGUAGES

_PACKAGE = Path(__file__).resolve().parents[1]
_CALLS = frozenset({"w", "words", "fill", "self", "BadAnswer"})
#: Modules of which every text in a table is shown to people.
_TABLES = ("explain/sentences.py", "explain/words.py", "explain/plans.py", "web/app.py",
           "web/knowledge.py")
#: What is read by the person, first; what only a caseworker reads, last.
GROUPS = ("guide", "explain", "vocabulary", "procedures", "dangers", "rules", "cases", "rulings",
          "facts", "commands")


def from_python(path: Path, *, tables: bool) -> Iterator[str]:
    """The texts that a module hands to a translating function, or holds in a table."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            name = called.id if isinstance(called, ast.Name) else (
                called.attr if isinstance(called, ast.Attribute) else ""
            )
            if name in _CALLS:
                yield from _constants(node.args[0])
        elif tables and isinstance(node, ast.Dict):
            for value in node.values:
                yield from _constants(value)


def _constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            if any(c.isalpha() for c in text):
                yield text
        case ast.IfExp(body=a, orelse=b):
            yield from _constants(a)
            yield from _constants(b)
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _constants(part)
        case _:
            return


def from_templates() -> Iterator[str]:
    """The texts in the templates."""
    env = environment()
    for name in sorted(env.list_templates(extensions=["html"])):
        source = env.loader.get_source(env, name)[0] if env.loader else ""
        for call in env.parse(source).find_all(nodes.Call):
            target = call.node
            direct = isinstance(target, nodes.Name) and target.name == "w"
            filled = (
                isinstance(target, nodes.Getattr) and target.attr == "fill"
                and isinstance(target.node, nodes.Name) and target.node.name == "w"
            )
            if (direct or filled) and call.args and isinstance(call.args[0], nodes.Const):
                yield str(call.args[0].value)


def from_wording() -> Iterator[str]:
    """The texts of the questions and answers."""
    for question, help_text in QUESTIONS.values():
        yield question
        if help_text:
            yield help_text
    for table in (SHORT, VALUES, SECTIONS, NONE_OF, REGIONS):
        yield from table.values()


def from_vocabulary(base: KnowledgeBase) -> Iterator[str]:
    """Labels, questions, codes and the sentences of predicates."""
    vocabulary = base.index.vocabulary
    for attribute in vocabulary.attributes.values():
        yield from (t for t in (attribute.label, attribute.question) if t)
        yield from (v.replace("-", " ") for v in attribute.values)
    for record in vocabulary.records.values():
        yield from (t for t in (record.label, record.question) if t)
        for field in record.fields:
            yield field.name.replace("_", " ")
            yield from (v.replace("-", " ") for v in field.values)
    for predicate in vocabulary.predicates.values():
        yield from predicate.words
        yield from (v.replace("-", " ") for v in predicate.values)


def gather(base: KnowledgeBase) -> dict[str, str]:
    """Every text, with the group in which it is first needed."""
    index = base.index
    found: dict[str, str] = {}

    def add(group: str, texts: Iterator[str]) -> None:
        for text in texts:
            if text:
                found.setdefault(text, group)

    add("guide", from_templates())
    add("guide", from_wording())
    for folder, group in (("web", "guide"), ("explain", "explain"), ("cli", "commands")):
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            if path.name in ("catalogue.py", "watch_commands.py"):
                continue
            tables = f"{folder}/{path.name}" in _TABLES
            add(group, from_python(path, tables=tables))
    add("vocabulary", from_vocabulary(base))
    for p in index.procedures:
        add("procedures", iter((p.title, p.authority, p.how, p.papers, p.may_go_wrong)))
    add("dangers", (d.title for d in index.dangers))
    add("rules", (r.title for r in index.rules))
    add("cases", (c.what for d in index.dangers for c in d.cases))
    for r in index.rulings:
        add("rulings", iter((r.held, r.facts)))
    add("facts", (f.statement for f in index.facts))
    add("facts", (f.unit for f in index.facts))
    return found


def catalogue_path(lang: str) -> Path:
    """Where a language's catalogue is in a working copy."""
    return CATALOGUES[-1] / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def update(lang: str, texts: dict[str, str], merged: dict[str, str]) -> tuple[int, int]:
    """Bring one catalogue in step; how many texts are translated, and of how many."""
    path = catalogue_path(lang)
    old: dict[str, str] = {}
    reviewed = "nobody"
    if path.is_file():
        with path.open("rb") as file:
            before = read_po(file, locale=lang)
        old = {str(m.id): str(m.string) for m in before if m.id and m.string}
        reviewed = dict(before.mime_headers).get("X-Reviewed-By", "nobody")
    fresh = Catalog(locale=lang, domain=DOMAIN, project="safeconduct", charset="utf-8",
                    header_comment=f"# {LANGUAGES[lang]} texts of safeconduct.\n"
                    "# X-Reviewed-By names the speaker who has read them; nobody has until then.")
    ordered = sorted(texts, key=lambda t: (GROUPS.index(texts[t]), t))
    done = 0
    for text in ordered:
        told = merged.get(text) or old.get(text, "")
        done += bool(told)
        fresh.add(text, told, auto_comments=[texts[text]])
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = [(k, v) for k, v in fresh.mime_headers if k in _KEPT]
    _write(path, fresh, [*headers, ("X-Reviewed-By", reviewed)])
    head = "".join(f"{k}: {v}\n" for k, v in [*headers, ("X-Reviewed-By", reviewed)])
    texts_told = {str(m.id): str(m.string) for m in fresh if m.id and m.string}
    path.with_suffix(".mo").write_bytes(compiled({"": head, **texts_told}))
    return done, len(ordered)


def compiled(texts: dict[str, str]) -> bytes:
    """Texts in the form that gettext reads; the same texts give the same bytes.

    >>> import gettext, io
    >>> gettext.GNUTranslations(io.BytesIO(compiled({"yes": "oui"}))).gettext("yes")
    'oui'
    """
    pairs = sorted((k.encode(), v.encode()) for k, v in texts.items())
    at = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    data = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), at + len(data)]
            data += pair[column] + b"\0"
    head = struct.pack(
        "<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs)
    )
    numbers = tables[0] + tables[1]
    return head + struct.pack(f"<{len(numbers)}I", *numbers) + data


_KEPT = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Language", "Plural-Forms")


def _write(path: Path, catalogue: Catalog, headers: list[tuple[str, str]]) -> None:
    """Write a catalogue whose head has no day and no address, so that it changes only with texts."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, omit_header=True)
    comment = "\n".join(catalogue.header_comment.splitlines())
    head = "".join(f'"{k}: {v}\\n"\n' for k, v in headers)
    path.write_text(f'{comment}\nmsgid ""\nmsgstr ""\n{head}\n{buffer.getvalue().decode()}', "utf-8")


def read_pairs(path: Path) -> dict[str, str]:
    """Translations from a file of pairs."""
    found: dict[str, str] = {}
    text = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("= "):
            text = line[2:].replace("\\n", "\n")
        elif line.strip() and text:
            found[text] = line.strip().replace("\\n", "\n")
            text = ""
    return found


def main(arguments: list[str]) -> int:
    """Update all catalogues, or list or merge one."""
    texts = gather(load(KNOWLEDGE))
    if arguments[:1] == ["--missing"]:
        lang, wanted = arguments[1], arguments[2:]
        path = catalogue_path(lang)
        old: dict[str, str] = {}
        if path.is_file():
            with path.open("rb") as file:
                old = {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
        for text in sorted(texts, key=lambda t: (GROUPS.index(texts[t]), t)):
            if text not in old and (not wanted or texts[text] in wanted):
                sys.stdout.write(f"= {text}\n".replace("\\", "\\\\"))
        return 0
    merged: dict[str, dict[str, str]] = {}
    if arguments[:1] == ["--merge"]:
        pairs = read_pairs(Path(arguments[2]))
        unknown = [t for t in pairs if t not in texts]
        for text in unknown:
            sys.stderr.write(f"not a text of the program: {text}\n")
        merged[arguments[1]] = pairs
    for lang in LANGUAGES:
        if lang != "en":
            done, total = update(lang, texts, merged.get(lang, {}))
            sys.stdout.write(f"{lang}: {done} of {total}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
