"""The tables, and how the file is opened so that nothing is lost when the process is killed."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from safeconduct.watch.problems import NotKept

VERSION = 1
SETTLE_PAGES = 25_000
"""Pages of the log (100 MB) at which adding itself moves it into the file; `Store.settle` does so earlier."""
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE source (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
  added_on TEXT NOT NULL, every_hours INTEGER NOT NULL DEFAULT 6, checked_at TEXT, next_at TEXT NOT NULL,
  etag TEXT, modified TEXT, failures INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT ''
);
CREATE TABLE body (sha256 TEXT PRIMARY KEY, packed BLOB NOT NULL, media_type TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE page (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, text_sha256 TEXT NOT NULL UNIQUE, url TEXT, site TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL, text BLOB NOT NULL, language TEXT NOT NULL, published_on TEXT, seen_at TEXT NOT NULL,
  story INTEGER NOT NULL, copy_of INTEGER, standing TEXT NOT NULL, problems TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX page_story ON page (story);
CREATE INDEX page_url ON page (url);
CREATE TABLE sighting (
  page INTEGER NOT NULL, url TEXT NOT NULL, via TEXT NOT NULL, source INTEGER, seen_at TEXT NOT NULL,
  PRIMARY KEY (page, url)
) WITHOUT ROWID;
CREATE TABLE band (key INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (key, page)) WITHOUT ROWID;
CREATE TABLE mark (key INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (key, page)) WITHOUT ROWID;
CREATE TABLE marks (page INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE story (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open', urgency REAL NOT NULL DEFAULT 0,
  first_on TEXT NOT NULL, last_on TEXT NOT NULL, pages INTEGER NOT NULL DEFAULT 1, independent INTEGER NOT NULL DEFAULT 0,
  places TEXT NOT NULL DEFAULT '', kinds TEXT NOT NULL DEFAULT '', signals TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX story_inbox ON story (state, urgency DESC, last_on DESC, id DESC);
CREATE TABLE match (
  story INTEGER NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, score REAL NOT NULL, stance TEXT NOT NULL,
  reason TEXT NOT NULL, leaning INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (story, item)
) WITHOUT ROWID;
CREATE INDEX match_item ON match (item);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, story INTEGER NOT NULL, verb TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
);
CREATE TABLE failure (id INTEGER PRIMARY KEY, url TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL);
"""


def connect(path: Path | str) -> sqlite3.Connection:
    """Open the store, making it when it is not there.

    Write-ahead log with full synchronisation: a transaction is either whole on the disk or not at
    all, whenever the process is killed.

    Raises:
        NotKept: The file is no store of the watch, or one of a later version.

    """
    if str(path) != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, timeout=20.0, check_same_thread=False)
    db.row_factory = sqlite3.Row
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cache_size = -32000")
        db.execute(f"PRAGMA wal_autocheckpoint = {SETTLE_PAGES}")
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version == 0:
            _make(db)
        elif version != VERSION:
            raise NotKept(
                f"{path}: the store has version {version}, this program reads {VERSION}\n"
                "  Use the program that wrote it, or begin a new store with --store."
            )
    except sqlite3.DatabaseError as error:
        db.close()
        raise NotKept(f"{path}: this is not a store of the watch ({error})") from error
    except NotKept:
        db.close()
        raise
    return db


def _make(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        if int(db.execute("PRAGMA user_version").fetchone()[0]) == 0:
            for statement in TABLES.split(";"):
                if statement.strip():
                    db.execute(statement)
            db.execute("INSERT INTO meta VALUES ('salt', ?)", (secrets.token_bytes(32),))
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
