"""The store: pages in, stories out. Every page is one transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from safeconduct.watch import near
from safeconduct.watch.features import Marks, likeness, marks, one_report
from safeconduct.watch.matching import Match, Matcher
from safeconduct.watch.origins import Telling, chain
from safeconduct.watch.problems import NotKept
from safeconduct.watch.signals.analysis import Analysis, analyse
from safeconduct.watch.store import pack
from safeconduct.watch.store.schema import connect
from safeconduct.watch.types import Page, Raw

MAX_CANDIDATES = 150
_WEIGHT = {"contradicts": 3.0, "newer": 2.0, "touches": 1.0, "confirms": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What adding a page did."""

    page: int
    story: int
    new: bool
    """False when this very text was kept before; then only the sighting was noted."""
    joined: bool
    copy_of: int | None
    analysis: Analysis | None
    matches: tuple[Match, ...]


class Store:
    """One file of public text; see `schema` for what is in it."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self.db = connect(path)
        row = self.db.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
        self._salt = bytes(row[0])

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def settle(self) -> None:
        """Move the log into the file, between pages, so that no page has to wait for it."""
        self.db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it is kept, or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # ---- pages -----------------------------------------------------------------------------------

    def add(
        self,
        page: Page,
        *,
        at: datetime,
        raw: Raw | None = None,
        matcher: Matcher | None = None,
        source: int | None = None,
    ) -> Added:
        """Keep a page and join it to its story.

        Args:
            at: When it was seen; the store reads no clock.
            raw: The document as it came, kept as archived.
            matcher: The knowledge to hold a new story against; without it nothing is matched.

        """
        text_hash = hashlib.sha256(" ".join(page.text.split()).encode()).hexdigest()
        stamp = at.isoformat(timespec="seconds")
        known = self.db.execute(
            "SELECT id, story FROM page WHERE text_sha256 = ?", (text_hash,)
        ).fetchone()
        if known is not None:
            with self.transaction() as db:
                self._sight(db, known["id"], page, raw, source, stamp)
            return Added(
                page=known["id"], story=known["story"], new=False, joined=True, copy_of=None, analysis=None, matches=()
            )  # fmt: skip
        found = analyse(page)
        telling = marks(found, salt=self._salt, published=page.published_on or at.date())
        shingles = near.shingles(page.text)
        keys = near.bands(near.signature(shingles))
        matches = matcher.match(found) if matcher else ()
        with self.transaction() as db:
            again = db.execute(
                "SELECT id, story FROM page WHERE text_sha256 = ?", (text_hash,)
            ).fetchone()
            if again is not None:
                self._sight(db, again["id"], page, raw, source, stamp)
                return Added(
                    page=again["id"], story=again["story"], new=False, joined=True, copy_of=None, analysis=None, matches=()
                )  # fmt: skip
            copy_of = self._copy(db, keys, shingles)
            story = self._story_of(db, copy_of) if copy_of else self._like(db, telling)
            joined = story is not None
            day = (page.published_on or at.date()).isoformat()
            if story is None:
                story = int(
                    db.execute(
                        "INSERT INTO story (title, first_on, last_on) VALUES (?, ?, ?)",
                        (found.title, day, day),
                    ).lastrowid
                    or 0
                )
            number = self._insert(db, page, raw, text_hash, stamp, story, copy_of, found)
            db.executemany(
                "INSERT OR IGNORE INTO band VALUES (?, ?)", [(k, number) for k in set(keys)]
            )
            db.executemany(
                "INSERT OR IGNORE INTO mark VALUES (?, ?)",
                [(k, number) for k in telling.strong | telling.telling],
            )
            db.execute("INSERT INTO marks VALUES (?, ?)", (number, pack.pack_marks(telling)))
            self._sight(db, number, page, raw, source, stamp)
            self._refresh(db, story, day, found, matches, joined=joined)
        return Added(
            page=number,
            story=story,
            new=True,
            joined=joined,
            copy_of=copy_of,
            analysis=found,
            matches=matches,
        )

    def _insert(
        self, db: sqlite3.Connection, page: Page, raw: Raw | None, text_hash: str, stamp: str, story: int,
        copy_of: int | None, found: Analysis,
    ) -> int:  # fmt: skip
        if raw is not None:
            db.execute(
                "INSERT OR IGNORE INTO body VALUES (?, ?, ?)",
                (page.sha256, zlib.compress(raw.body, 6), raw.media_type or ""),
            )
        day = page.published_on.isoformat() if page.published_on else None
        cursor = db.execute(
            "INSERT INTO page (sha256, text_sha256, url, site, title, text, language, published_on, seen_at, story,"
            " copy_of, standing, problems) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (page.sha256, text_hash, page.url, page.site or "", page.title, zlib.compress(page.text.encode(), 6),
             page.language, day, stamp, story, copy_of, pack.pack_standing(found.standing),
             json.dumps(page.problems, ensure_ascii=False)),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _sight(
        self,
        db: sqlite3.Connection,
        number: int,
        page: Page,
        raw: Raw | None,
        source: int | None,
        stamp: str,
    ) -> None:
        via = raw.via if raw else "text"
        db.execute(
            "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?)",
            (number, page.url or "", via, source, stamp),
        )

    def _copy(
        self, db: sqlite3.Connection, keys: tuple[int, ...], shingles: frozenset[int]
    ) -> int | None:
        """The earliest page of which this text is a near-duplicate."""
        if not keys:
            return None
        places = ",".join("?" * len(keys))
        rows = db.execute(
            f"SELECT page, COUNT(*) AS n FROM band WHERE key IN ({places}) GROUP BY page ORDER BY n DESC, page LIMIT 20",  # noqa: S608
            keys,
        ).fetchall()
        found = []
        for row in rows:
            other = db.execute(
                "SELECT id, text, copy_of FROM page WHERE id = ?", (row["page"],)
            ).fetchone()
            if other and near.same_text(
                shingles, near.shingles(zlib.decompress(other["text"]).decode())
            ):
                found.append(int(other["copy_of"] or other["id"]))
        return min(found) if found else None

    def _story_of(self, db: sqlite3.Connection, page: int) -> int | None:
        row = db.execute("SELECT story FROM page WHERE id = ?", (page,)).fetchone()
        return int(row["story"]) if row else None

    def _like(self, db: sqlite3.Connection, telling: Marks) -> int | None:
        """The story whose telling is most like this one, when it is one report."""
        counts: dict[int, float] = {}
        for key in telling.strong | telling.telling:
            rows = db.execute(
                "SELECT page FROM mark WHERE key = ? ORDER BY page DESC LIMIT 200", (key,)
            ).fetchall()
            for row in rows:
                counts[row["page"]] = (
                    counts.get(row["page"], 0.0) + telling.weights[key] / (1 + len(rows)) ** 0.5
                )
        best, score = None, 0.0
        chosen = sorted(counts, key=lambda p: (-counts[p], -p))[:MAX_CANDIDATES]
        for start in range(0, len(chosen), 50):
            part = chosen[start : start + 50]
            rows = db.execute(
                f"SELECT m.page, m.packed, p.story FROM marks m JOIN page p ON p.id = m.page"  # noqa: S608
                f" WHERE m.page IN ({','.join('?' * len(part))})",
                part,
            ).fetchall()
            for row in rows:
                other = pack.unpack_marks(row["packed"])
                if one_report(telling, other):
                    like = likeness(telling, other).score
                    if like > score:
                        best, score = int(row["story"]), like
        return best

    # ---- stories ---------------------------------------------------------------------------------

    def _refresh(
        self,
        db: sqlite3.Connection,
        story: int,
        day: str,
        found: Analysis,
        matches: tuple[Match, ...],
        *,
        joined: bool,
    ) -> None:
        """Bring a story's summary up to date with one more page."""
        if joined:
            row = db.execute(
                "SELECT signals, places, kinds FROM story WHERE id = ?", (story,)
            ).fetchone()
            says = pack.signals(found)
            before = json.loads(row["signals"])
            if len(before.get("claims", ())) >= len(says["claims"]):
                says = before
            places = " ".join(dict.fromkeys([*row["places"].split(), *found.places]))
            kinds = " ".join(dict.fromkeys([*row["kinds"].split(), *found.kinds]))
        else:
            says, places, kinds = pack.signals(found), " ".join(found.places), " ".join(found.kinds)
        self.touch(db, story, matches)
        independent, pages = self._count_origins(db, story)
        urgency = self.urgency(story)
        db.execute(
            "UPDATE story SET signals = ?, places = ?, kinds = ?, pages = ?, independent = ?, urgency = ?,"
            " first_on = MIN(first_on, ?), last_on = MAX(last_on, ?) WHERE id = ?",
            (
                json.dumps(says, ensure_ascii=False),
                places,
                kinds,
                pages,
                independent,
                urgency,
                day,
                day,
                story,
            ),
        )

    def touch(self, db: sqlite3.Connection, story: int, matches: tuple[Match, ...]) -> None:
        """Note what a story touches, the likeliest telling of each."""
        for match in matches:
            db.execute(
                "INSERT INTO match VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (story, item) DO UPDATE SET score = excluded.score,"
                " stance = excluded.stance, reason = excluded.reason WHERE excluded.score > match.score",
                (
                    story,
                    match.item,
                    match.kind,
                    match.score,
                    match.stance,
                    match.reason,
                    match.leaning,
                ),
            )

    def _tellings(self, db: sqlite3.Connection, story: int) -> list[Telling]:
        rows = db.execute(
            "SELECT id, site, url, standing, copy_of FROM page WHERE story = ? ORDER BY COALESCE(published_on, seen_at), id LIMIT 500",
            (story,),
        ).fetchall()
        return [
            Telling(
                r["id"],
                r["site"] or _host(r["url"]),
                pack.unpack_standing(r["standing"]),
                r["copy_of"],
            )
            for r in rows
        ]

    def _count_origins(self, db: sqlite3.Connection, story: int) -> tuple[int, int]:
        tellings = self._tellings(db, story)
        return chain(tellings).independent, len(tellings)

    def urgency(self, story: int) -> float:
        """How much leans on what the story touches; changes weigh more than confirmations."""
        rows = self.db.execute(
            "SELECT stance, leaning, score FROM match WHERE story = ?", (story,)
        ).fetchall()
        weights = [_WEIGHT[r["stance"]] * r["leaning"] * min(r["score"], 2.0) for r in rows]
        return round(float(sum(weights)), 3)

    def need_story(self, story: int) -> sqlite3.Row:
        """The row of a story.

        Raises:
            NotKept: There is no such story.

        """
        row = self.db.execute("SELECT * FROM story WHERE id = ?", (story,)).fetchone()
        if row is None:
            raise NotKept(
                f"story {story}: there is none of this number\n  `safeconduct watch inbox` lists them."
            )
        assert isinstance(row, sqlite3.Row)  # noqa: S101
        return row


def _host(url: str | None) -> str:
    return (url or "").partition("://")[2].partition("/")[0].removeprefix("www.")
