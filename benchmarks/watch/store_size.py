"""100,000 synthetic stories in the store: adding one more, and the inbox's first page.

    python benchmarks/watch/store_size.py [--stories 100000] [--folder /tmp/…]

Two thousand pages made from templates with invented names, places and figures go through the whole
way of a page (analysis, marks, bands, joining). The rest are rows made from these in bulk: the same
text and summary, other names (new keys for the marks of names), other days. The measured additions
are whole new pages, one by one, each synchronised to the disk.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from labelled import knowledge

from safeconduct.watch.features import Marks
from safeconduct.watch.matching import Matcher
from safeconduct.watch.store import desk_work
from safeconduct.watch.store.pack import pack_marks, unpack_marks
from safeconduct.watch.store.store import Store
from safeconduct.watch.types import Page

PLACES = (
    "Kazakhstan",
    "Armenia",
    "Georgia",
    "France",
    "Germany",
    "Finland",
    "Serbia",
    "Turkey",
    "Kyrgyzstan",
    "Poland",
)
EVENTS = (
    "handed the deserter {n} over to Russia on {d}", "refused entry to {q} Russian citizens on {d}, among them {n}",
    "granted refugee status to {q} Russians who fled mobilisation, {n} among them, on {d}",
    "approved the extradition of {n}, wanted by Russia for desertion, on {d}",
    "stopped issuing visas to Russian citizens from {d}, {n} of the ministry said; {q} applications are pending",
    "detained {n} at the border on {d} on a Russian wanted notice; {q} such cases were counted this year",
)  # fmt: skip
SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "do",
    "ka",
    "ke",
    "ko",
    "la",
    "le",
    "lo",
    "ma",
    "me",
    "mo",
    "na",
    "ne",
    "no",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "to",
    "va",
    "ve",
    "vo",
    "za",
    "zo",
]


def page(number: int, rng: random.Random) -> Page:
    """One synthetic page."""
    day = date(2020, 1, 1) + timedelta(days=rng.randrange(2500))
    name = "".join(rng.choice(SYLLABLES) for _ in range(4)).capitalize() + rng.choice(
        ("ov", "in", "sky", "enko")
    )
    place = rng.choice(PLACES)
    lines = []
    for event in rng.sample(EVENTS, 2):
        lines.append(
            f"{place} {event.format(n=name, d=day.strftime('%-d %B %Y'), q=rng.randrange(6, 9000))}."
        )
    filler = " ".join("".join(rng.choice(SYLLABLES) for _ in range(3)) for _ in range(60))
    text = "\n".join(
        [*lines, f"A lawyer said that the case of {name} would go to court. {filler}."]
    )
    return Page(kind="text", title="", text=text, language="en", url=f"https://news{number % 500}.example/{number}",
                published_on=day, sha256=f"{number:064x}")  # fmt: skip


def fill(store: Store, stories: int, rng: random.Random) -> None:
    """Rows in bulk, made from the pages that went the whole way."""
    db = store.db
    pages = [dict(r) for r in db.execute("SELECT * FROM page LIMIT 2000")]
    summaries = {r["id"]: dict(r) for r in db.execute("SELECT * FROM story")}
    packed = {r["page"]: unpack_marks(r["packed"]) for r in db.execute("SELECT * FROM marks")}
    bands = {
        p["id"]: [r[0] for r in db.execute("SELECT key FROM band WHERE page = ?", (p["id"],))]
        for p in pages
    }
    matches = {
        s: [tuple(r) for r in db.execute("SELECT * FROM match WHERE story = ?", (s,))]
        for s in summaries
    }
    number = db.execute("SELECT MAX(id) FROM page").fetchone()[0]
    story = db.execute("SELECT MAX(id) FROM story").fetchone()[0]
    missing = stories - len(summaries)
    columns = [c for c in pages[0] if c != "id"]
    fields = [c for c in summaries[min(summaries)] if c != "id"]
    db.execute("BEGIN")
    for count in range(missing):
        old = pages[count % len(pages)]
        number, story = number + 1, story + 1
        day = (date(2016, 1, 1) + timedelta(days=rng.randrange(3900))).isoformat()
        row = old | {
            "text_sha256": f"{number:064x}",
            "story": story,
            "published_on": day,
            "url": f"https://m{number}.example/",
        }
        db.execute(
            f"INSERT INTO page (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",
            (number, *(row[c] for c in columns)),
        )
        summary = summaries[old["story"]] | {
            "first_on": day,
            "last_on": day,
            "pages": 1,
            "urgency": round(rng.random() * 40, 3),
        }
        db.execute(
            f"INSERT INTO story (id, {', '.join(fields)}) VALUES (?{', ?' * len(fields)})",
            (story, *(summary[c] for c in fields)),
        )
        marks = packed[old["id"]]
        heavy = {k for k, w in marks.weights.items() if w > 2.2}
        new = {k: rng.getrandbits(63) if k in heavy else k for k in marks.weights}
        moved = Marks(
            {new[k]: w for k, w in marks.weights.items()},
            frozenset(new[k] for k in marks.strong),
            marks.situations,
            marks.telling,
            date.fromisoformat(day),
        )
        db.execute("INSERT INTO marks VALUES (?, ?)", (number, pack_marks(moved)))
        db.executemany(
            "INSERT OR IGNORE INTO mark VALUES (?, ?)",
            [(k, number) for k in moved.strong | moved.telling],
        )
        db.executemany(
            "INSERT OR IGNORE INTO band VALUES (?, ?)",
            [(k if rng.random() < 0.02 else rng.getrandbits(63), number) for k in bands[old["id"]]],
        )
        db.executemany(
            "INSERT OR IGNORE INTO match VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(story, *m[1:]) for m in matches[old["story"]]],
        )
        if count % 5000 == 4999:
            db.execute("COMMIT")
            db.execute("BEGIN")
    db.execute("COMMIT")


def main() -> None:
    """Fill, then measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp())
    store = Store(folder / "watch.db")
    matcher = Matcher(knowledge())
    rng = random.Random(1)
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    start = time.time()
    store.db.execute("PRAGMA synchronous = OFF")
    for number in range(2000):
        store.add(page(number, rng), at=at, matcher=matcher)
    print(f"2000 whole pages, {time.time() - start:.0f} s", flush=True)
    fill(store, given.stories, rng)
    print(f"filled, {time.time() - start:.0f} s", flush=True)
    store.db.execute("PRAGMA synchronous = FULL")
    store.settle()
    adding, settling = [], []
    for number in range(given.stories, given.stories + 200):
        one = page(number, rng)
        start = time.perf_counter()
        store.add(one, at=at, matcher=matcher)
        adding.append((time.perf_counter() - start) * 1000)
        if number % 20 == 19:  # as a round does after each source
            start = time.perf_counter()
            store.settle()
            settling.append((time.perf_counter() - start) * 1000)
    listing = []
    for _ in range(50):
        start = time.perf_counter()
        desk_work.inbox(store, limit=25)
        desk_work.counts(store)
        listing.append((time.perf_counter() - start) * 1000)
    stories = store.db.execute("SELECT COUNT(*) FROM story").fetchone()[0]
    size = (folder / "watch.db").stat().st_size / 1e6
    print(f"{stories} stories, {size:.0f} MB on disk")
    for name, times in (("adding one", adding), ("moving the log, each 20", settling), ("inbox, first page and counts", listing)):
        print(
            f"{name:30} median {statistics.median(times):.1f} ms, 95 % {sorted(times)[int(len(times) * 0.95)]:.1f} ms, worst {max(times):.1f} ms"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
