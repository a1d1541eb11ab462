"""How many independent origins a story has: copies and retellings are not counted as confirmations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from safeconduct.watch.signals.origin import Standing


@dataclass(frozen=True, slots=True)
class Telling:
    """One page of a story, as far as its origin goes."""

    page: int
    site: str
    standing: Standing
    copy_of: int | None = None
    """The earlier page of which this one is a near-duplicate."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a story comes from: its independent origins, and what each page adds or does not."""

    origins: tuple[str, ...]
    steps: tuple[str, ...]
    unknown: int
    """Pages that retell something they do not name."""

    @property
    def independent(self) -> int:
        """How many origins can be seen. At least one stands behind any story, seen or not."""
        return len(self.origins)


def chain(tellings: Iterable[Telling]) -> Chain:
    """Follow each page to where its report came from.

    Example:
        >>> own = Standing(True, (), "quotes people directly")
        >>> chain([Telling(1, "a.example", own), Telling(2, "b.example", own, copy_of=1)]).independent
        1

    """
    origins: dict[str, None] = {}
    steps: list[str] = []
    unknown = 0
    for one in tellings:
        label = one.site or f"page {one.page}"
        if one.copy_of is not None:
            steps.append(f"{label}: the same text as page {one.copy_of}")
            continue
        media = [o for o in one.standing.origins if o.kind in ("agency", "outlet")]
        bodies = [o for o in one.standing.origins if o.kind == "institution"]
        if one.standing.own:
            origins.setdefault(_same(label, origins))
            steps.append(f"{label}: own report ({one.standing.why})")
        elif media:
            origins.setdefault(_same(media[0].name, origins))
            steps.append(f"{label}: {one.standing.why}")
        elif bodies:
            origins.setdefault(_same(bodies[0].name, origins))
            steps.append(f"{label}: {one.standing.why}")
        else:
            unknown += 1
            steps.append(f"{label}: {one.standing.why}")
    return Chain(tuple(origins), tuple(steps), unknown)


def _same(name: str, known: Iterable[str]) -> str:
    """The name by which an origin is already known: `reuters.com` is Reuters."""
    letters = "".join(
        c for c in name.lower().removeprefix("www.").removeprefix("the ") if c.isalnum()
    )
    for other in known:
        old = "".join(
            c for c in other.lower().removeprefix("www.").removeprefix("the ") if c.isalnum()
        )
        if len(min(letters, old, key=len)) >= 4 and (
            letters.startswith(old) or old.startswith(letters)
        ):
            return other
    return name
