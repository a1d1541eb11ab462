"""Where the watch looks: feeds and single pages, how often, and how they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from safeconduct.watch.problems import NotKept
from safeconduct.watch.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address that is looked at again and again."""

    id: int
    url: str
    kind: str
    """`feed` or `page`."""
    title: str
    every_hours: int
    checked_at: str | None
    next_at: str
    etag: str | None
    modified: str | None
    failures: int
    note: str


def add(
    store: Store, url: str, *, kind: str, on: date, title: str = "", every_hours: int = 6
) -> int:
    """Watch an address; watching it twice is watching it once.

    Raises:
        NotKept: The address is not one of the web.

    """
    if not url.startswith(("https://", "http://")) or any(c.isspace() for c in url):
        raise NotKept(
            f"{url!r}: this is no address of the web\n  Write it whole, beginning with https://"
        )
    with store.transaction() as db:
        db.execute(
            "INSERT OR IGNORE INTO source (url, kind, title, added_on, every_hours, next_at) VALUES (?, ?, ?, ?, ?, ?)",
            (url, kind, title, on.isoformat(), max(1, every_hours), f"{on.isoformat()}T00:00:00"),
        )
        row = db.execute("SELECT id FROM source WHERE url = ?", (url,)).fetchone()
    return int(row["id"])


def all_sources(store: Store) -> tuple[Source, ...]:
    """Every source, in the order added."""
    rows = store.db.execute("SELECT * FROM source ORDER BY id").fetchall()
    return tuple(_source(row) for row in rows)


def due(store: Store, *, at: datetime) -> tuple[Source, ...]:
    """The sources whose time has come."""
    rows = store.db.execute(
        "SELECT * FROM source WHERE next_at <= ? ORDER BY next_at, id",
        (at.isoformat(timespec="seconds"),),
    ).fetchall()
    return tuple(_source(row) for row in rows)


def _source(row: object) -> Source:
    fields = dict(row)  # type: ignore[call-overload]
    fields.pop("added_on")
    return Source(**fields)


def checked(
    store: Store,
    source: Source,
    *,
    at: datetime,
    etag: str | None = None,
    modified: str | None = None,
    failed: str = "",
) -> None:
    """Record how a source answered and when to ask again; failures make the wait longer."""
    failures = source.failures + 1 if failed else 0
    hours = source.every_hours * (2 ** min(failures, 5) if failures else 1)
    with store.transaction() as db:
        db.execute(
            "UPDATE source SET checked_at = ?, next_at = ?, etag = COALESCE(?, etag), modified = COALESCE(?, modified),"
            " failures = ?, note = ? WHERE id = ?",
            (
                at.isoformat(timespec="seconds"),
                (at + timedelta(hours=hours)).isoformat(timespec="seconds"),
                etag,
                modified,
                failures,
                failed[:500],
                source.id,
            ),
        )


def remove(store: Store, source: int) -> None:
    """Stop watching an address; what it gave stays."""
    with store.transaction() as db:
        db.execute("DELETE FROM source WHERE id = ?", (source,))


def failed(store: Store, url: str, reason: str, *, at: datetime) -> None:
    """Note a document that could not be fetched or read, so that nothing fails in silence."""
    with store.transaction() as db:
        db.execute(
            "INSERT INTO failure (url, at, reason) VALUES (?, ?, ?)",
            (url[:2000], at.isoformat(timespec="seconds"), reason[:1000]),
        )


def failures(store: Store, *, limit: int = 50) -> tuple[dict[str, str], ...]:
    """The latest documents that could not be fetched or read."""
    rows = store.db.execute(
        "SELECT url, at, reason FROM failure ORDER BY id DESC LIMIT ?", (limit,)
    ).fetchall()
    return tuple(dict(row) for row in rows)
