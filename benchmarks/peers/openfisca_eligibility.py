"""The peer of `benchmarks.eligibility`: the same rules as variables of OpenFisca-Core.

Run in an environment of its own, with the folder that holds the columns and the rules. Two forms
are timed: each rule's formula tests the columns itself, or each test is a variable of its own that
OpenFisca computes once and keeps. Prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2026-11"


def main(folder):
    """Time both forms and print what they give."""
    columns = dict(np.load(Path(folder) / "columns.npz"))
    law = json.loads((Path(folder) / "rules.json").read_text())
    atoms, rules = law["atoms"], law["rules"]
    size = len(next(iter(columns.values())))
    tables = {}
    for n, (column, codes, _, _) in enumerate(atoms):
        if codes:
            tables[n] = np.zeros(int(columns[column].max()) + 1, dtype=bool)
            tables[n][codes] = True
    found = {"version": version("openfisca-core"), "counts": {}, "seconds": {}}
    for form in ("rules", "tests and rules"):
        system = build_system(atoms, rules, tables, columns, own_tests=form != "rules")
        seconds = []
        for _ in range(5):
            simulation = SimulationBuilder().build_default_simulation(system, count=size)
            for name, values in columns.items():
                simulation.set_input(name, PERIOD, values)
            start = time.process_time()
            counts = [
                [int(simulation.calculate(f"rule_{n}_true", PERIOD).sum()),
                 int(simulation.calculate(f"rule_{n}_possible", PERIOD).sum())]
                for n in range(len(rules))
            ]
            seconds.append(time.process_time() - start)
        found["counts"][form] = counts
        found["seconds"][form] = min(seconds)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def build_system(atoms, rules, tables, columns, *, own_tests):
    """A system with a variable for each column and two for each rule."""
    person = build_entity(key="person", plural="persons", label="", is_person=True)
    system = TaxBenefitSystem([person])

    def add(name, value_type, formula=None):
        body = {"value_type": value_type, "entity": person, "definition_period": MONTH,
                "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    for name, values in columns.items():
        add(name, bool if values.dtype == bool else int)

    def passes(people, period, n):
        column, codes, low, high = atoms[n]
        values = people(column, period)
        if codes:
            return tables[n][values]
        if low is not None:
            return values >= low
        if high is not None:
            return values <= high
        return values

    def literal(people, period, n, negated, possible):
        if own_tests:
            kind = "possible" if possible != negated else "true"
            found = people(f"test_{n}_{kind}", period)
            return ~found if negated else found
        test = passes(people, period, n)
        known = people(f"{atoms[n][0]}_known", period)
        if negated:
            test = ~test
        return test | ~known if possible else test & known

    def of_rule(parts, possible):
        def formula(people, period):
            result = None
            for part in parts:
                both = None
                for n, negated in part:
                    one = literal(people, period, n, negated, possible)
                    both = one if both is None else both & one
                result = both if result is None else result | both
            return result

        return formula

    def of_test(n, possible):
        def formula(people, period):
            known = people(f"{atoms[n][0]}_known", period)
            test = passes(people, period, n)
            return test | ~known if possible else test & known

        return formula

    for n in range(len(atoms)) if own_tests else ():
        add(f"test_{n}_true", bool, of_test(n, False))
        add(f"test_{n}_possible", bool, of_test(n, True))
    for n, parts in enumerate(rules):
        add(f"rule_{n}_true", bool, of_rule(parts, False))
        add(f"rule_{n}_possible", bool, of_rule(parts, True))
    return system


main(sys.argv[1])
