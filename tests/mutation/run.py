"""Mutation testing of the engine: which small faults do the tests notice?

    python tests/mutation/run.py --group deciding --sample 100 --seed 1
    python tests/mutation/run.py --module decide --all

Works in a copy of the sources, so that nothing in the tree is touched. The mutants are cosmic-ray's;
those within annotations are left out, since nothing reads these, and so is putting words in order
(`kind >= "value"`), which no fault is like. For each mutant a process is
forked in which pytest is loaded already, and the tests of its group run until one fails. Whatever
survives is printed as a change of a line, and the score of each module at the end.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ENGINE = Path("src/safeconduct/engine")


@dataclass(frozen=True)
class Mutant:
    """One fault: the module, the operator of cosmic-ray, which of its places, and that place's line."""

    module: str
    operator: str
    occurrence: int
    line: int


def read_config() -> dict[str, Any]:
    return tomllib.loads((HERE / "cosmic-ray.toml").read_text("utf-8"))


def operators(config: dict[str, Any]) -> list[str]:
    import cosmic_ray.plugins

    left_out = set(config["cosmic-ray"]["filters"]["operators-filter"]["exclude-operators"])
    names = [n for n in cosmic_ray.plugins.operator_names() if n not in left_out]
    return [n for n in sorted(names) if n != "core/NoOp"]


def silent_places(code: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where a change changes nothing: annotations, docstrings, `__all__`, and type aliases."""
    found = []

    def note(node: ast.expr | ast.stmt | None) -> None:
        if node is not None:
            found.append(((node.lineno, node.col_offset),
                          (node.end_lineno or 0, node.end_col_offset or 0)))

    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            note(node.returns)
            for argument in (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs):
                note(argument.annotation)
        elif isinstance(node, ast.AnnAssign):
            note(node.annotation)
        elif isinstance(node, ast.Assign):
            names = [t.id for t in node.targets if isinstance(t, ast.Name)]
            if names == ["__all__"] or (names and names[0][:1].isupper() and not names[0].isupper()):
                note(node)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            note(node)
    return found


def compared_with_words(code: str) -> set[int]:
    """The lines on which something is compared with a word."""
    return {
        line
        for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Compare)
        and any(isinstance(x, ast.Constant) and isinstance(x.value, str)
                for x in (node.left, *node.comparators))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


#: Comparisons that put things in an order.
ORDERING = ("_Lt", "_LtE", "_Gt", "_GtE")


def mutants(module: str, config: dict[str, Any]) -> list[Mutant]:
    """Every mutant of a module, in a fixed order."""
    import cosmic_ray.plugins
    from cosmic_ray.ast import ast_nodes, get_ast_from_path

    path = ROOT / ENGINE / f"{module}.py"
    code = path.read_text("utf-8")
    silent, words = silent_places(code), compared_with_words(code)
    nodes = list(ast_nodes(get_ast_from_path(path)))
    found = []
    for name in operators(config):
        operator = cosmic_ray.plugins.get_operator(name)()
        occurrence = 0
        for node in nodes:
            for start, _ in operator.mutation_positions(node):
                of_words = name.endswith(ORDERING) and start[0] in words and "Eq_" in name
                if not of_words and not any(a <= start < b for a, b in silent):
                    found.append(Mutant(module, name, occurrence, start[0]))
                occurrence += 1
    return found


def mutated(mutant: Mutant, code: str) -> str | None:
    import cosmic_ray.plugins
    from cosmic_ray.mutating import mutate_code

    operator = cosmic_ray.plugins.get_operator(mutant.operator)()
    changed = mutate_code(code, operator, mutant.occurrence)
    return None if changed is None or changed == code else str(changed)


def run_tests(copy: Path, tests: list[str], timeout: float, log: Path | None = None) -> str:
    """What became of a mutant: killed, survived, or slow (killed by the clock)."""
    child = os.fork()
    if child == 0:
        _in_child(copy, tests, log)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {0: "survived", 5: "no tests"}.get(code, "killed")
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "slow"


def _in_child(copy: Path, tests: list[str], log: Path | None) -> None:
    """Run the tests in this process and leave it; never returns."""
    code = 70
    try:
        os.chdir(copy)
        out = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ["HYPOTHESIS_PROFILE"] = "mutation"
        sys.path[:0] = [str(copy / "src"), str(copy / "tests")]
        import pytest

        quiet = ["-q", "-x", "--no-header", "--tb=line", "-p", "no:xdist",
                 "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main([*quiet, *tests]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def copy_of_tree() -> Path:
    copy = Path(tempfile.mkdtemp(prefix="mutation-"))
    for name in ("src", "tests", "examples", "benchmarks"):
        skip = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / name, copy / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def preload() -> None:
    """Load what every test run needs and no mutant touches; forked processes then begin with it."""
    import babel.messages.pofile
    import clingo
    import hypothesis.strategies
    import msgspec
    import numpy
    import pytest

    assert babel and clingo and hypothesis and msgspec and numpy and pytest
    if any(name.partition(".")[0] == "safeconduct" for name in sys.modules):
        raise SystemExit("the sources were loaded before they could be mutated")


def chosen(arguments: argparse.Namespace, config: dict[str, Any]) -> list[tuple[Mutant, list[str]]]:
    """The mutants to try, each with its tests."""
    found = []
    for name, group in config["groups"].items():
        if arguments.group and name != arguments.group:
            continue
        tests = [t for t in group["tests"] if (ROOT / t).exists()]
        for module in group["modules"]:
            if arguments.module and module not in arguments.module:
                continue
            if (ROOT / ENGINE / f"{module}.py").exists():
                found += [(m, tests) for m in mutants(module, config)]
    if arguments.all or len(found) <= arguments.sample:
        return found
    return random.Random(arguments.seed).sample(found, arguments.sample)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--group", help="one group of cosmic-ray.toml")
    parser.add_argument("--module", action="append", help="only this module (may repeat)")
    parser.add_argument("--sample", type=int, default=100, help="how many mutants to try")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--all", action="store_true", help="try every mutant")
    parser.add_argument("--deselect", action="append", default=[],
                        help="leave this test out (may repeat), such as one that fails just now")
    parser.add_argument("--json", type=Path, help="write the outcomes there")
    arguments = parser.parse_args()
    config = read_config()
    todo = chosen(arguments, config)
    preload()
    copy = copy_of_tree()
    timeout = float(config["cosmic-ray"]["timeout"])
    try:
        left_out = [x for name in arguments.deselect for x in ("--deselect", name)]
        outcomes = try_all([(m, [*t, *left_out]) for m, t in todo], copy, timeout)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    if arguments.json:
        rows = [{"module": m.module, "operator": m.operator, "occurrence": m.occurrence,
                 "line": m.line, "outcome": o} for m, o in outcomes]
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    return tell(outcomes)


def try_all(
    todo: list[tuple[Mutant, list[str]]], copy: Path, timeout: float
) -> list[tuple[Mutant, str]]:
    for tests in {tuple(t) for _, t in todo}:
        log = copy / "baseline.txt"
        if run_tests(copy, list(tests), 4 * timeout, log) != "survived":
            raise SystemExit(f"without any mutation these tests fail:\n{log.read_text()[-2000:]}")
    outcomes = []
    for number, (mutant, tests) in enumerate(todo, start=1):
        path = copy / ENGINE / f"{mutant.module}.py"
        code = path.read_text("utf-8")
        changed = mutated(mutant, code)
        if changed is None:
            continue
        path.write_text(changed, "utf-8")
        os.utime(path, (number, number))
        try:
            outcome = run_tests(copy, tests, timeout)
        finally:
            path.write_text(code, "utf-8")
            os.utime(path, (10**6 + number, 10**6 + number))
        outcomes.append((mutant, outcome))
        if outcome == "survived":
            print(f"survived: {mutant.module}.py:{mutant.line} {mutant.operator}")
            print(difference(code, changed), flush=True)
        if number % 25 == 0:
            print(f"{number} of {len(todo)}", flush=True)
    return outcomes


def difference(code: str, changed: str) -> str:
    for old, new in zip(code.splitlines(), changed.splitlines(), strict=False):
        if old != new:
            return f"  - {old.strip()}\n  + {new.strip()}"
    return "  (a line was added or taken away)"


def tell(outcomes: list[tuple[Mutant, str]]) -> int:
    by_module: dict[str, Counter[str]] = {}
    for mutant, outcome in outcomes:
        by_module.setdefault(mutant.module, Counter())[outcome] += 1
    total: Counter[str] = Counter()
    for module, counts in sorted(by_module.items()):
        total += counts
        print(f"{module:14} {_score(counts)}")
    print(f"{'all':14} {_score(total)}")
    return 0


def _score(counts: Counter[str]) -> str:
    tried = sum(counts.values())
    dead = counts["killed"] + counts["slow"]
    return f"{dead} of {tried} killed ({100 * dead / max(1, tried):.1f} %), {counts['slow']} by the clock"


if __name__ == "__main__":
    raise SystemExit(main())
