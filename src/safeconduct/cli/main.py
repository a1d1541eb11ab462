"""The main command."""
import sys
from pathlib import Path

from ..errors import SafeconductError
from ..kb.base import KNOWLEDGE, load


def main() -> None:
    if sys.argv[1:2] == ["check"]:
        try:
            kb = load(KNOWLEDGE)
        except SafeconductError as error:
            print(error, file=sys.stderr)
            raise SystemExit(1)
        i = kb.index
        print(f"{len(i.facts)} facts, {len(i.rules)} rules, {len(i.procedures)} procedures, {len(i.dangers)} dangers, {len(i.rulings)} rulings, {len(i.sources)} sources, {len(i.examples)} examples. No problem found.")
