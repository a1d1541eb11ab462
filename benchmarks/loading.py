"""Loading 2,300 made-up rules: the compiled file against their TOML."""

from __future__ import annotations

import random
import tomllib
from hashlib import sha256

from safeconduct.kb.base import KNOWLEDGE, digest_of, parse, read_contents
from safeconduct.kb.cache import decode, encode

from .core import Row, timed

RULES = 2_300
PER_FILE = 20
PREDICATES = 40
MOST_MS = 15.0
LEAST_RATIO = 30.0

SOURCE = """
[[source]]
id = "xa-act"
title = "Act of Examplia on entry and residence"
publisher = "Official Gazette of Examplia"
type = "legislation"
weight = "primary"
language = "en"
url = "https://gazette.example/act"
accessed = 2026-01-01
read = "page"
"""


def made_up_knowledge() -> dict[str, bytes]:
    """Files with the vocabulary of the real knowledge and 2,300 rules about Examplia."""
    draw = random.Random(20261124)
    name = "vocabulary/attributes.toml"
    contents = {name: read_contents(KNOWLEDGE)[name], "xa/sources/act.toml": SOURCE.encode()}
    words = "\n".join(
        f'[[predicate]]\nname = "concluded_{n:02}"\nparameters = [{{ name = "place", type = "place" '
        f'}}]\nvalue = "truth"\ntrue = "is concluded {n} in {{place}}"\n'
        f'false = "is not concluded {n} in {{place}}"\n'
        f'unknown = "whether concluded {n} in {{place}}"\n'
        for n in range(PREDICATES)
    )
    contents["vocabulary/predicates.toml"] = words.encode()
    for first in range(0, RULES, PER_FILE):
        rules = [_rule(n, draw) for n in range(first, min(first + PER_FILE, RULES))]
        contents[f"xa/rules/rules-{first:04}.toml"] = "\n".join(rules).encode()
    return contents


def _rule(number: int, draw: random.Random) -> str:
    place = draw.choice(("KZ", "AM", "GE", "RS", "FR", "DE"))
    state = draw.choice(("RU", "BY", "KZ", "KG"))
    rank = number % PREDICATES
    deeper = (
        f'{{ predicate = "concluded_{rank - 1:02}", of = ["$place"] }}' if rank
        else "{ conscience = true }"
    )
    return f"""
[[rule]]
id          = "xa.rule-{number:04}"
title       = "Rule {number} of the act: who holds such a paper and has had no removal order may stay."
concludes   = "concluded_{rank:02}"
for         = {{ place = ["{place}", "XB"] }}
gives       = {"true" if draw.random() < 0.7 else "false"}
valid_from  = 20{draw.randint(10, 25)}-0{draw.randint(1, 9)}-01
recorded_on = 2026-01-01
recorded_by = "bench"
review_due  = 2027-01-01
note        = "Made up for measuring; the section is read as the ministry's circular of that year reads it."
citations   = [
  {{ source = "xa-act", locator = "section {number}({draw.randint(1, 9)})" }},
  {{ source = "xa-act", locator = "schedule {draw.randint(1, 9)}, item {draw.randint(1, 99)}" }},
]

[rule.when]
all = [
  {{ nationalities = ["{state}", "UZ"] }},
  {{ paper = {{ kind = ["international-passport", "laissez-passer"], issuer = "{state}", valid_days = {draw.choice((90, 180))} }} }},
  {{ any = [
    {{ duty = ["summoned", "called-up", "absent"] }},
    {{ proceeding = {{ state = "{state}", stage = ["charged", "wanted"] }} }},
    {{ relative = {{ relation = ["spouse", "child"], in = "$place" }} }},
  ] }},
  {{ not = {{ order = {{ kind = "removal", by = "$place" }} }} }},
  {deeper},
]
"""


def run() -> list[Row]:
    """The table's lines."""
    contents = made_up_knowledge()
    size = sum(map(len, contents.values()))
    tables, _ = timed(lambda: [tomllib.loads(d.decode()) for d in contents.values()], repeat=3)
    whole, base = timed(lambda: parse(contents), repeat=3)
    digest = digest_of(contents)
    data = encode(base)
    ours, again = timed(lambda: decode(data, digest), repeat=15, warm=3)
    assert again is not None
    equal = again.index == base.index
    assert len(again.index.rules) == RULES
    name = f"load {RULES:,} rules ({size / 1e6:.1f} MB of TOML)"
    met = equal and ours * 1e3 <= MOST_MS and tables >= LEAST_RATIO * ours
    rows = [
        Row(name, "ms", ours * 1e3, "tomllib, the text alone", tables * 1e3, equal,
            "at most 15 ms and at least 30 times", met,
            f"compiled {len(data) / 1e6:.2f} MB, checked by its SHA-256 each time"),
        Row(name, "ms", ours * 1e3, "reading and checking the TOML", whole * 1e3, equal),
    ]
    real = read_contents(KNOWLEDGE)
    text, real_base = timed(lambda: parse(real), repeat=1, warm=0)
    real_digest = digest_of(real)
    real_data = encode(real_base)
    seconds, decoded = timed(lambda: decode(real_data, real_digest), repeat=15, warm=3)
    same = decoded is not None and decoded.index == real_base.index
    index = real_base.index
    told = f"{len(index.facts)} facts, {len(index.rules)} rules, {len(index.procedures)} procedures"
    rows.append(Row("load the real knowledge", "ms", seconds * 1e3, "reading and checking its files",
                    text * 1e3, same, note=f"{told}; {sha256(real_data).hexdigest()[:12]}"))
    return rows
