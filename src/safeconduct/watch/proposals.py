"""Drafts for a reviewer: what a story may change, written as the knowledge is written, elsewhere.

A draft never touches the knowledge: it lies in a folder of its own, is never overwritten, claims no
review, and leaves to the reviewer what only the source can say.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from safeconduct.watch.index import Item
from safeconduct.watch.lexicons.load import institutions
from safeconduct.watch.matching import DANGER_KINDS
from safeconduct.watch.problems import NotKept
from safeconduct.watch.store.desk_work import Shown, Telling

_DANGERS = {
    "handover": ("handover", "presence"),
    "extradition": ("extradition", "presence"),
    "deportation": ("expulsion", "presence"),
    "refusal-of-entry": ("refusal", "enter"),
    "arrest": ("detention", "presence"),
    "wanted-list": ("detention", "authority"),
    "exit-ban": ("detention", "leave"),
}
HANDLE = "watch"


@dataclass(frozen=True, slots=True)
class Draft:
    """One file that a reviewer may take up."""

    name: str
    text: str


def _quoted(value: str) -> str:
    return json.dumps(" ".join(value.split()), ensure_ascii=False).replace("\x7f", "")


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:60] or "page"


def _best(tellings: tuple[Telling, ...]) -> Telling | None:
    """The telling to cite: not a copy, with an address, the earliest."""
    with_address = [t for t in tellings if t.url]
    return next(
        (t for t in with_address if t.copy_of is None), with_address[0] if with_address else None
    )


def _source(shown: Shown, telling: Telling, title: str, place: str, on: date) -> tuple[str, str]:
    identifier = f"{place.lower()}-{_slug(telling.site)}-{telling.published_on or on.isoformat()}"
    lines = [
        "[[source]]",
        f"id        = {_quoted(identifier)}",
        f"title     = {_quoted(title)}  # masked by the watch: write the page's own title",
        f"publisher = {_quoted(telling.site or 'unknown')}",
        'type      = "news"',
        'weight    = "press"',
        f"language  = {_quoted(telling.language[:2])}",
    ]
    if telling.published_on:
        lines.append(f"issued    = {telling.published_on}")
    lines += [
        f"url       = {_quoted(telling.url)}",
        f"accessed  = {on.isoformat()}",
        'read      = "page"',
    ]
    why = f"Found by the watch, story {shown.line.id}: {telling.why}. Independent origins seen: {shown.chain.independent}."
    lines.append(f"note      = {_quoted(why)}")
    return identifier, "\n".join(lines) + "\n"


def _head(shown: Shown, reason: str) -> str:
    lines = [
        f"# Draft by the watch from story {shown.line.id}. Nobody has reviewed it.",
        "# Read the source itself, write what it says in your own words, and remove these lines.",
        f"# Why: {reason}",
        f"# Independent origins seen: {shown.chain.independent}; pages: {len(shown.tellings)}",
    ]
    lines += [f"#   {step}" for step in shown.chain.steps[:8]]
    return (
        "\n".join(
            " ".join(line.split()) if i < 4 else line.replace("\n", " ")
            for i, line in enumerate(lines)
        )
        + "\n\n"
    )


def _claim_for(shown: Shown, item: Item, place: str) -> dict[str, Any]:
    """The claim a draft rests on: of the item's place, a case of its danger, and with a day if one has it."""
    claims: list[dict[str, Any]] = shown.says.get("claims", [])
    cases = DANGER_KINDS.get(item.danger_kind or "", set())
    return max(
        claims,
        key=lambda c: (
            place in c["places"], c["kind"] in cases, len(str(c.get("when") or "")) == 10, -c["sentence"],
        ),
        default={},
    )  # fmt: skip


def _start_day(claim: dict[str, Any], telling: Telling, on: date) -> str:
    when = str(claim.get("when") or "")
    if len(when) == 10:
        return when
    return telling.published_on or on.isoformat()


def drafts(shown: Shown, items: dict[str, Item], *, on: date) -> tuple[Draft, ...]:
    """The drafts an accepted story leads to.

    An assertion for each fact, a case for each danger and, where no danger answers, a new one; the
    changed procedure for each procedure; and a ruling where a court decided something not known yet.
    What only the source can say is left to write, and `safeconduct check` refuses it until then.

    Args:
        items: The knowledge by id; matches that are not in it are passed over.

    Raises:
        NotKept: No page of the story has an address that could be cited.

    """
    telling = _best(shown.tellings)
    if telling is None:
        raise NotKept(
            f"story {shown.line.id}: none of its pages has an address, so nothing could be cited\n"
            "  Read the page again with its address: safeconduct watch add FILE --url ADDRESS"
        )
    title = str(shown.says.get("title") or shown.line.title)
    place = next(
        (p for p in shown.line.places if p != "RU"),
        shown.line.places[0] if shown.line.places else "int",
    )
    source_id, source = _source(shown, telling, title, place, on)
    result = [Draft(f"story-{shown.line.id}/sources.toml", source)]
    telling_stances = [m for m in shown.matches if m["stance"] != "touches"]
    spoken_of = [m for m in shown.matches if m["stance"] == "touches" and m["kind"] == "danger"]
    procedures = [
        m for m in shown.matches if m["stance"] == "touches" and m["kind"] == "procedure"
    ]
    for match in [*telling_stances, *spoken_of[:3], *procedures[:1]]:
        item = items.get(str(match["item"]))
        if item is None:
            continue
        where = item.places[0] if item.places else place
        claim = _claim_for(shown, item, where)
        if item.kind == "fact":
            text = _assertion(shown, item, claim, str(match["reason"]), source_id, telling, on)
        elif item.kind == "danger":
            text = _case(shown, item, claim, str(match["reason"]), source_id, telling, on)
        elif item.kind == "procedure":
            text = _procedure(shown, item, claim, str(match["reason"]), source_id, telling, on)
        else:
            continue
        result.append(Draft(f"story-{shown.line.id}/{item.id}.toml", text))
    if not any(m["kind"] == "danger" for m in shown.matches):
        new = _new_danger(shown, source_id, telling, on)
        if new is not None:
            result.append(new)
    ruling = _ruling(shown, source_id, telling, on)
    if ruling is not None:
        result.append(ruling)
    return tuple(result)


def _assertion(
    shown: Shown,
    item: Item,
    claim: dict[str, Any],
    reason: str,
    source_id: str,
    telling: Telling,
    on: date,
) -> str:
    figures = ", ".join(claim.get("quantities", ())) or "none"
    known = f"# In the knowledge: {' '.join(item.text.split())[:300]}\n# Its value there: {item.value or 'see its file'}; figures in the story: {figures}\n"
    return (
        _head(shown, reason)
        + known
        + f"# Add to the file of {item.id}:\n"
        + "[[assertion]]\n"
        + "unknown     = true  # put `value = …` in its place once the source has been read\n"
        + f"valid_from  = {_start_day(claim, telling, on)}\n"
        + f"recorded_on = {on.isoformat()}\n"
        + f'recorded_by = "{HANDLE}"\n'
        + f"note        = {_quoted('Draft of the watch: ' + reason)}\n\n"
        + "[[assertion.citation]]\n"
        + f"source  = {_quoted(source_id)}\n"
        + f"locator = {_quoted('sentence ' + str(claim.get('sentence', 0)) + ' of the page as archived')}\n"
    )


def _case(
    shown: Shown,
    item: Item,
    claim: dict[str, Any],
    reason: str,
    source_id: str,
    telling: Telling,
    on: date,
) -> str:
    return (
        _head(shown, reason)
        + f"# In the knowledge: {' '.join(item.text.split())[:300]}\n"
        + f"# Add to the danger {item.id}, if this is one more case of it:\n"
        + "[[danger.case]]\n"
        + f"on        = {_quoted(_start_day(claim, telling, on))}\n"
        + "# what    = TO WRITE: what happened to whom, in your own words, naming nobody private\n"
        + f"citations = [{{ source = {_quoted(source_id)}, locator = {_quoted('sentence ' + str(claim.get('sentence', 0)))} }}]\n"
    )


def _new_danger(shown: Shown, source_id: str, telling: Telling, on: date) -> Draft | None:
    claim: dict[str, Any] | None = next(
        (
            c
            for c in shown.says.get("claims", [])
            if c["kind"] in _DANGERS and c["places"] and not c["negated"]
        ),
        None,
    )
    if claim is None:
        return None
    kind, moment = _DANGERS[claim["kind"]]
    place = claim["places"][0]
    identifier = f"{place.lower()}.{kind}.story-{shown.line.id}"
    single = "true" if shown.chain.independent < 2 else "false"
    text = (
        _head(shown, f"{claim['kind']} in {place}, and no danger in the knowledge answers to it")
        + "[[danger]]\n"
        + f"id          = {_quoted(identifier)}\n"
        + f"title       = {_quoted('TO WRITE: ' + claim['kind'] + ' in ' + place)}\n"
        + f"place       = {_quoted(place)}\nmoment      = {_quoted(moment)}\nkind        = {_quoted(kind)}\n"
        + 'evidence    = "alleged"  # `documented` only with a case that its source shows\n'
        + f"since       = {_quoted(_start_day(claim, telling, on))}\n"
        + f"valid_from  = {_start_day(claim, telling, on)}\n"
        + f"recorded_on = {on.isoformat()}\nrecorded_by = {_quoted(HANDLE)}\nreview_due  = {on.isoformat()}\n"
        + f"single_sourced = {single}\n"
        + f"citations   = [{{ source = {_quoted(source_id)}, locator = {_quoted('sentence ' + str(claim['sentence']))} }}]\n"
    )
    return Draft(f"story-{shown.line.id}/{identifier}.toml", text)


def _procedure(
    shown: Shown,
    item: Item,
    claim: dict[str, Any],
    reason: str,
    source_id: str,
    telling: Telling,
    on: date,
) -> str:
    place = item.places[0] if item.places else "INT"
    figures = ", ".join(claim.get("quantities", ())) or "none"
    start = _start_day(claim, telling, on)
    return (
        _head(shown, reason)
        + f"# In the knowledge: {' '.join(item.text.split())[:300]}\n"
        + f"# If the procedure {item.id} changed: this is the new one, and the old one gets\n"
        + f"#   valid_before = {start}\n"
        + f"# Figures in the story: {figures}. `grants`, `kind` and what reads TO WRITE are not known from it;\n"
        + "# take them from the source, or from the old one where they stay. `safeconduct check` refuses the rest.\n"
        + "[[procedure]]\n"
        + f"id            = {_quoted(f'{item.id}.story-{shown.line.id}')}\n"
        + f"title         = {_quoted(f'TO WRITE: what changed in {item.id}')}\n"
        + 'kind          = "TO WRITE"  # obtain, lodge, decision or stay\n'
        + f"to            = {_quoted(place)}\n"
        + f"authority     = {_quoted('TO WRITE: who decides')}\n"
        + f"how           = {_quoted('TO WRITE: what the person does, where and with what.')}\n"
        + "grants        = []  # TO WRITE: what the person has afterwards\n"
        + f"valid_from    = {start}\nrecorded_on   = {on.isoformat()}\n"
        + f"recorded_by   = {_quoted(HANDLE)}\nreview_due    = {on.isoformat()}\n"
        + f"citations     = [{{ source = {_quoted(source_id)}, locator = {_quoted('sentence ' + str(claim.get('sentence', 0)))} }}]\n"
    )


def _ruling(shown: Shown, source_id: str, telling: Telling, on: date) -> Draft | None:
    """A ruling, where a court of a place decided and the knowledge has none that says the same."""
    if any(m["kind"] == "ruling" and m["stance"] == "confirms" for m in shown.matches):
        return None
    claim: dict[str, Any] | None = next(
        (
            c
            for c in shown.says.get("claims", [])
            if c["kind"] == "court-decision" and c["places"] and not c["tentative"]
        ),
        None,
    )
    if claim is None:
        return None
    known = institutions()
    bodies = [b for b in claim["institutions"] if b in known]
    court = next((str(known[b]["name"]) for b in bodies), "")
    place = next((str(known[b]["place"]) for b in bodies if known[b].get("place")), "")
    place = place or claim["places"][0]
    kinds = {c["kind"] for c in shown.says["claims"] if place in c["places"]}
    granted, refused = "protection-granted" in kinds, "protection-refused" in kinds
    outcome = "for" if granted and not refused else "against" if refused and not granted else ""
    identifier = f"{place.lower()}.ruling.story-{shown.line.id}"
    day = str(claim.get("when") or "")
    text = (
        _head(shown, f"a court decided in {place}, and no ruling in the knowledge says the same")
        + "[[ruling]]\n"
        + f"id          = {_quoted(identifier)}\n"
        + f"place       = {_quoted(place)}\n"
        + f"court       = {_quoted(court or 'TO WRITE: the court and its chamber')}\n"
        + (
            f"on          = {day}\n"
            if len(day) == 10
            else '# on        = the day of the decision (TO WRITE: the story does not say it)\n'
        )
        + 'elements    = ["TO WRITE"]  # the predicates it turns on, such as act_of_persecution\n'
        + f"outcome     = {_quoted(outcome or 'TO WRITE')}  # for, against or mixed; as the story tells it\n"
        + f"facts       = {_quoted('TO WRITE: on what facts, naming nobody private.')}\n"
        + f"held        = {_quoted('TO WRITE: what it held, in your own words, from the decision itself.')}\n"
        + f"recorded_on = {on.isoformat()}\nrecorded_by = {_quoted(HANDLE)}\n"
        + f"citations   = [{{ source = {_quoted(source_id)}, locator = {_quoted('sentence ' + str(claim['sentence']))} }}]\n"
    )
    return Draft(f"story-{shown.line.id}/{identifier}.toml", text)


def write(found: tuple[Draft, ...], folder: Path) -> tuple[Path, ...]:
    """Write drafts into a folder; what is there already stays as it is.

    Raises:
        NotKept: The folder is inside reviewed knowledge, or a draft is not well-formed.

    """
    root = folder.resolve()
    if "knowledge" in root.parts or (root / "vocabulary").is_dir():
        raise NotKept(
            f"{folder}: drafts are never written into the knowledge\n  Choose another folder with --drafts."
        )
    written = []
    for draft in found:
        tomllib.loads(draft.text)
        path = (root / draft.name).resolve()
        if root not in path.parents:
            raise NotKept(f"{draft.name}: the draft would leave its folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(draft.text)
        except FileExistsError:
            continue
        written.append(path)
    return tuple(written)
