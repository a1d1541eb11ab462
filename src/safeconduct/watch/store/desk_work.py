"""What a person does with stories: list, show, accept, reject, merge, split. All of it is recorded."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safeconduct.watch.matching import Matcher
from safeconduct.watch.origins import Chain, chain
from safeconduct.watch.problems import NotKept
from safeconduct.watch.signals.analysis import analyse
from safeconduct.watch.store.pack import signals
from safeconduct.watch.store.store import Store, _host
from safeconduct.watch.types import Page

MOST_RETOLD = 50
"""The most pages of a story that are read again when it is merged or split."""
STATES = ("open", "accepted", "rejected", "merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One story in the inbox."""

    id: int
    title: str
    state: str
    urgency: float
    last_on: str
    pages: int
    independent: int
    places: tuple[str, ...]
    kinds: tuple[str, ...]
    touches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One page of a story, as shown."""

    id: int
    title: str
    url: str
    site: str
    language: str
    published_on: str | None
    seen_at: str
    copy_of: int | None
    why: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A story with everything that was found."""

    line: Line
    says: dict[str, Any]
    matches: tuple[dict[str, Any], ...]
    tellings: tuple[Telling, ...]
    chain: Chain
    decisions: tuple[dict[str, Any], ...]


def inbox(
    store: Store, *, state: str = "open", limit: int = 50, after: int = 0
) -> tuple[Line, ...]:
    """Stories by urgency, then the latest first.

    Args:
        after: How many stories to pass over, for a later page.

    """
    rows = store.db.execute(
        "SELECT id, title, state, urgency, last_on, pages, independent, places, kinds,"
        " (SELECT COUNT(*) FROM match WHERE story = story.id) AS touches FROM story WHERE state = ?"
        " ORDER BY urgency DESC, last_on DESC, id DESC LIMIT ? OFFSET ?",
        (state, limit, after),
    ).fetchall()
    return tuple(_line(row) for row in rows)


def _line(row: Any) -> Line:
    return Line(
        id=row["id"],
        title=row["title"],
        state=row["state"],
        urgency=row["urgency"],
        last_on=row["last_on"],
        pages=row["pages"],
        independent=row["independent"],
        places=tuple(row["places"].split()),
        kinds=tuple(row["kinds"].split()),
        touches=row["touches"],
    )


def counts(store: Store) -> dict[str, int]:
    """How many stories are in each state."""
    rows = store.db.execute("SELECT state, COUNT(*) AS n FROM story GROUP BY state").fetchall()
    return dict.fromkeys(STATES, 0) | {r["state"]: r["n"] for r in rows}


def show(store: Store, story: int) -> Shown:
    """Everything about a story.

    Raises:
        NotKept: There is no such story.

    """
    row = store.need_story(story)
    touches = store.db.execute("SELECT COUNT(*) FROM match WHERE story = ?", (story,)).fetchone()[0]
    matches = store.db.execute(
        "SELECT item, kind, score, stance, reason, leaning FROM match WHERE story = ? ORDER BY score DESC, item",
        (story,),
    ).fetchall()
    pages = store.db.execute(
        "SELECT id, title, url, site, language, published_on, seen_at, copy_of, standing, problems FROM page"
        " WHERE story = ? ORDER BY COALESCE(published_on, seen_at), id LIMIT 200",
        (story,),
    ).fetchall()
    decisions = store.db.execute(
        "SELECT verb, at, by, note FROM decision WHERE story = ? ORDER BY id", (story,)
    ).fetchall()
    return Shown(
        line=_line(dict(row) | {"touches": touches}),
        says=json.loads(row["signals"]),
        matches=tuple(dict(m) for m in matches),
        tellings=tuple(
            Telling(
                id=p["id"],
                title=p["title"],
                url=p["url"] or "",
                site=p["site"] or _host(p["url"]),
                language=p["language"],
                published_on=p["published_on"],
                seen_at=p["seen_at"],
                copy_of=p["copy_of"],
                why=json.loads(p["standing"])[1],
                problems=tuple(json.loads(p["problems"])),
            )
            for p in pages
        ),
        chain=chain(store._tellings(store.db, story)),
        decisions=tuple(dict(d) for d in decisions),
    )


def page_text(store: Store, page: int) -> str:
    """The story alone, as kept from one page.

    Raises:
        NotKept: There is no such page.

    """
    row = store.db.execute("SELECT text FROM page WHERE id = ?", (page,)).fetchone()
    if row is None:
        raise NotKept(f"page {page}: there is none of this number")
    return zlib.decompress(row["text"]).decode()


def archived(store: Store, page: int) -> bytes | None:
    """The document as it came, when it was archived."""
    row = store.db.execute(
        "SELECT packed FROM body JOIN page ON page.sha256 = body.sha256 WHERE page.id = ?", (page,)
    ).fetchone()
    return zlib.decompress(row["packed"]) if row else None


def decide(store: Store, story: int, verb: str, *, at: datetime, by: str, note: str = "") -> None:
    """Record what a person decided of a story, and set its state.

    Args:
        verb: `accept`, `reject` or `reopen`.

    Raises:
        NotKept: There is no such story, or it was merged into another.

    """
    states = {"accept": "accepted", "reject": "rejected", "reopen": "open"}
    row = store.need_story(story)
    if row["state"] == "merged":
        raise NotKept(f"story {story}: it was merged into another; decide on that one")
    with store.transaction() as db:
        db.execute("UPDATE story SET state = ? WHERE id = ?", (states[verb], story))
        db.execute(
            "INSERT INTO decision (story, verb, at, by, note) VALUES (?, ?, ?, ?, ?)",
            (story, verb, at.isoformat(timespec="seconds"), by, note),
        )


def note(store: Store, story: int, verb: str, *, at: datetime, by: str, text: str) -> None:
    """Write something down beside a story without deciding anything."""
    with store.transaction() as db:
        _record(db, story, verb, at, by, text[:4000])


def merge(
    store: Store, into: int, story: int, *, at: datetime, by: str, matcher: Matcher | None = None
) -> None:
    """Join two stories that are one report; the first keeps its number.

    Args:
        matcher: The knowledge to hold the whole against; without it, what both touched stays.

    Raises:
        NotKept: One of them does not exist, or they are the same.

    """
    states = {store.need_story(one)["state"] for one in (into, story)}
    if "merged" in states or into == story:
        raise NotKept(f"story {story}: it cannot be merged into {into}")
    with store.transaction() as db:
        db.execute("UPDATE page SET story = ? WHERE story = ?", (into, story))
        db.execute("INSERT OR IGNORE INTO match SELECT ?, item, kind, score, stance, reason, leaning FROM match WHERE story = ?", (into, story))  # fmt: skip
        db.execute("DELETE FROM match WHERE story = ?", (story,))
        db.execute(
            "UPDATE story SET state = 'merged', urgency = 0, pages = 0 WHERE id = ?", (story,)
        )
        _record(db, into, "merge", at, by, f"story {story}")
        _retell(store, db, into, matcher)


def split(
    store: Store, page: int, *, at: datetime, by: str, matcher: Matcher | None = None
) -> int:
    """Take one page out of its story into a new one, whose number is given back.

    Args:
        matcher: The knowledge to hold both against; without it, both keep what they touched.

    Raises:
        NotKept: There is no such page, or it is alone in its story.

    """
    row = store.db.execute(
        "SELECT story, title, seen_at, published_on FROM page WHERE id = ?", (page,)
    ).fetchone()
    if row is None:
        raise NotKept(f"page {page}: there is none of this number")
    old = int(row["story"])
    if store.need_story(old)["pages"] < 2:
        raise NotKept(f"page {page}: it is alone in story {old}")
    day = row["published_on"] or row["seen_at"][:10]
    with store.transaction() as db:
        before = db.execute(
            "SELECT title, signals, places, kinds FROM story WHERE id = ?", (old,)
        ).fetchone()
        new = int(
            db.execute(
                "INSERT INTO story (title, first_on, last_on, signals, places, kinds) VALUES (?, ?, ?, ?, ?, ?)",
                (before["title"], day, day, before["signals"], before["places"], before["kinds"]),
            ).lastrowid
            or 0
        )
        db.execute("UPDATE page SET story = ?, copy_of = NULL WHERE id = ?", (new, page))
        db.execute("INSERT OR IGNORE INTO match SELECT ?, item, kind, score, stance, reason, leaning FROM match WHERE story = ?", (new, old))  # fmt: skip
        _record(db, old, "split", at, by, f"page {page} into story {new}")
        _retell(store, db, old, matcher)
        _retell(store, db, new, matcher)
    return new


def _record(db: Any, story: int, verb: str, at: datetime, by: str, note: str) -> None:
    db.execute(
        "INSERT INTO decision (story, verb, at, by, note) VALUES (?, ?, ?, ?, ?)",
        (story, verb, at.isoformat(timespec="seconds"), by, note),
    )


def _retell(store: Store, db: Any, story: int, matcher: Matcher | None) -> None:
    """What a story says and touches, read again from its pages; and its origins counted again."""
    rows = db.execute(
        "SELECT title, text, language, url, site, published_on, seen_at FROM page WHERE story = ?"
        " ORDER BY COALESCE(published_on, seen_at), id LIMIT ?",
        (story, MOST_RETOLD),
    ).fetchall()
    found = [analyse(_page(row)) for row in rows]
    fullest = max(found, key=lambda f: len(f.claims))
    days = [row["published_on"] or row["seen_at"][:10] for row in rows]
    if matcher is not None:
        db.execute("DELETE FROM match WHERE story = ?", (story,))
        for one in found:
            store.touch(db, story, matcher.match(one))
    independent, pages = store._count_origins(db, story)
    db.execute(
        "UPDATE story SET title = ?, signals = ?, places = ?, kinds = ?, first_on = ?, last_on = ?,"
        " pages = ?, independent = ?, urgency = ? WHERE id = ?",
        (
            found[0].title, json.dumps(signals(fullest), ensure_ascii=False),
            " ".join(dict.fromkeys(p for f in found for p in f.places)),
            " ".join(dict.fromkeys(k for f in found for k in f.kinds)),
            min(days), max(days), pages, independent, store.urgency(story), story,
        ),
    )  # fmt: skip


def _page(row: Any) -> Page:
    day = row["published_on"]
    return Page(
        kind="text", title=row["title"], text=zlib.decompress(row["text"]).decode(),
        language=row["language"], url=row["url"], site=row["site"] or None,
        published_on=date.fromisoformat(day) if day else None,
    )  # fmt: skip
