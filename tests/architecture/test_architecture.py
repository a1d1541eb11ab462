"""What holds between the parts of the program: directions of import, purity, no code from data."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.kb.base import KNOWLEDGE

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "safeconduct"
MODULES = sorted(p for p in SOURCES.rglob("*.py"))
PURE = [p for p in MODULES if p.relative_to(SOURCES).parts[0] in ("engine", "explain", "model")]
PACKAGES = sorted({p.parent for p in MODULES})


def named(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


def calls(path: Path) -> Iterator[str]:
    """The names that are called in a module, with their last attribute."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            f = node.func
            if isinstance(f, ast.Attribute):
                yield f"{ast.unparse(f.value).rpartition('.')[2]}.{f.attr}"
            elif isinstance(f, ast.Name):
                yield f.id


def test_imports_point_downwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", PURE, ids=named)
def test_the_pure_part_asks_no_clock_and_opens_no_file(path: Path) -> None:
    impure = {"date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time", "open",
              "input", "print", "Path.open", "Path.read_text", "Path.read_bytes", "Path.write_text",
              "Path.write_bytes", "os.getenv"}
    assert sorted(impure & set(calls(path))) == []


@pytest.mark.parametrize(
    "path", [p for p in MODULES if named(p).startswith(("kb/", "model/", "engine/"))], ids=named
)
def test_reading_knowledge_runs_nothing_of_it(path: Path) -> None:
    running = {"eval", "exec", "compile", "__import__", "importlib.import_module", "pickle.load",
               "pickle.loads", "marshal.loads", "yaml.load", "subprocess.run", "os.system"}
    assert sorted(running & set(calls(path))) == []


def test_knowledge_is_data_alone() -> None:
    kinds = {p.suffix for p in KNOWLEDGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert kinds <= {".toml", ".csv", ".md", ".py", ""}
    assert [p.name for p in KNOWLEDGE.rglob("*.py")] == ["__init__.py"]
    assert list(calls(KNOWLEDGE / "__init__.py")) == []


@pytest.mark.parametrize("folder", PACKAGES, ids=named)
def test_every_folder_opens_with_what_is_in_it(folder: Path) -> None:
    first = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    assert first, folder


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not tree.body or ast.get_docstring(tree), path


#: The types that cross the public interface, which are made new rather than changed.
FROZEN = ("model/condition.py", "model/knowledge.py", "model/pathway.py", "model/period.py",
          "model/proof.py", "model/situation.py")


@pytest.mark.parametrize("name", FROZEN)
def test_types_of_the_model_are_frozen(name: str) -> None:
    tree = ast.parse((SOURCES / name).read_text("utf-8"))
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        told = " ".join(ast.unparse(d) for d in (*node.decorator_list, *node.keywords))
        told += " ".join(ast.unparse(b) for b in node.bases)
        if "dataclass" in told or "Struct" in told:
            assert "frozen=True" in told, node.name


def test_only_the_commands_the_pages_and_the_watch_know_of_the_network() -> None:
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            roots = {n.partition(".")[0] for n in names}
            if roots & {"socket", "ssl", "http", "urllib", "requests", "httpx", "asyncio"}:
                found.add(named(path).partition("/")[0])
    assert found <= {"watch", "web", "cli"}


def test_truth_is_compared_and_never_used_as_a_bool() -> None:
    """A truth in a place where only true and false make sense raises; none stands there plainly."""
    for path in PURE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            tests = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While) else []
            for test in tests:
                plain = isinstance(test, ast.Attribute) and test.attr == "truth"
                assert not plain, f"{named(path)}:{node.lineno}"
