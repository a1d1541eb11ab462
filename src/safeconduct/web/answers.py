"""The answer of `plan`, for pages, files and the API.

A page is made from the same parts as `plan --json` (`explain.data`); it leaves out the proofs of
what it does not show, and never says anything else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import anyio.to_thread
from anyio import CapacityLimiter

from ..engine.labels import NOT_KNOWN
from ..engine.search import answer, prove
from ..explain import data
from ..explain.plans import KINDS
from ..explain.proofs import reason
from ..explain.sentences import Sentences
from ..kb.edition import Edition
from ..model.knowledge import Citation
from ..model.pathway import EVIDENCE, Answer, Closed, DangerHere, Pathway, Step
from ..model.proof import Proof
from ..model.situation import Situation
from ..model.truth import Truth
from .words import Words

#: The longest pathway, as for `plan`.
MAX_STEPS = 5
#: Ways that pages and papers tell in full; of the others they tell the steps.
SHOWN = 5
#: Closed things of which the page of the answer tells the reason.
REASONS = 8
_limit: list[CapacityLimiter] = []


#: Ways on one page of the further ways.
LISTED = 25


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer, and what says it in a language."""

    answer: Answer
    told: Told
    standing: str | None

    @property
    def says(self) -> Sentences:
        """What says the edition's things in the language."""
        return self.told.says

    def data(self) -> dict[str, Any]:
        """What `plan --json` prints."""
        return data.plan(self.says, self.answer, standing=self.standing)

    def way(self, number: int) -> dict[str, Any]:
        """One pathway with its proofs, as `plan --json` prints it."""
        return data.pathway(self.says, self.answer.pathways[number])

    def closed(self, number: int) -> dict[str, Any]:
        """Something closed with its proof, as `plan --json` prints it."""
        return data.closed(self.says, self.answer.closed[number])

    def page(self, *, reasons: int = REASONS, ways: int | None = SHOWN) -> dict[str, Any]:
        """What a page shows of the plan: the first ways, those of `SHOWN` in full.

        Of what is closed it gives the reason of the first so many; each has a page of its own.
        """
        return _Page(self, reasons, ways).plan()

    def ways(self, start: int) -> list[dict[str, Any]]:
        """The ways of one page of the further ways: their steps, without what to do."""
        teller = _Page(self, 0, None)
        return [teller.way(p, False) for p in self.answer.pathways[start : start + LISTED]]


def standing_of(situation: Situation) -> str | None:
    """The person's standing in the present place, when told."""
    records = situation.records("standing")
    return str(records[0]["kind"]) if records and records[0].get("kind") else None


def solve(
    edition: Edition, situation: Situation, *, words: Words, goal: str, on: date,
    to: tuple[str, ...] = (), max_steps: int = MAX_STEPS, proved: int | None = None,
) -> Solved:
    """Ask the engine; the first so many ways are proved, all when not said how many.

    Raises:
        UnknownName: There is no such goal.
    """
    found = answer(edition, situation, goal=goal, on=on, max_steps=max_steps, to=to)
    return Solved(prove(found, proved), told_of(edition, words), standing_of(situation))


class Told:
    """An edition's own statements in one language, told once; nothing of a person is among them."""

    def __init__(self, edition: Edition, words: Words) -> None:
        """Begin with nothing told."""
        self.says = Sentences(edition, words.explain())
        self._dangers: dict[str, dict[str, Any]] = {}
        self._citations: dict[Citation, dict[str, Any]] = {}

    def danger(self, here: DangerHere) -> dict[str, Any]:
        """A danger; of the person it has the place, and whether it concerns them."""
        plain = self._dangers.get(here.danger.id)
        if plain is None:
            plain = self._dangers[here.danger.id] = data.danger(self.says, here)
        return {**plain, "place": here.place, "truth": here.truth.value}

    def citation(self, cited: Citation) -> dict[str, Any]:
        """A citation with its source."""
        found = self._citations.get(cited)
        if found is None:
            found = self._citations[cited] = data.citation(self.says.edition, cited)
        return found


_told: OrderedDict[tuple[int, str], Told] = OrderedDict()
_MOST_TOLD = 8


def told_of(edition: Edition, words: Words) -> Told:
    """What is told of an edition in a language; kept for the last few."""
    key = (edition.as_of, words.lang)
    found = _told.pop(key, None)
    if found is None or found.says.edition is not edition:
        found = Told(edition, words)
    _told[key] = found
    while len(_told) > _MOST_TOLD:
        _told.popitem(last=False)
    return found


_EVIDENCED = ("documented", "legal", "alleged")
_GRAVEST = tuple(KINDS)


def gravity(here: DangerHere) -> tuple[bool, int, int]:
    """What concerns the person surely, is best evidenced and gravest comes first."""
    d = here.danger
    return here.truth is Truth.UNKNOWN, _EVIDENCED.index(d.evidence), _GRAVEST.index(d.kind)


def _days(days: tuple[int, int]) -> list[int | None]:
    return [days[0], None if days[1] >= NOT_KNOWN else days[1]]


class _Page:
    """Tells one answer for a page; what occurs on many ways is told once."""

    def __init__(self, solved: Solved, reasons: int, ways: int | None) -> None:
        self.solved, self.says, self.reasons, self.most = solved, solved.says, reasons, ways
        self.told = solved.told
        self._steps: dict[tuple[int, bool], dict[str, Any]] = {}

    def plan(self) -> dict[str, Any]:
        found, says = self.solved.answer, self.says
        ways = [self.way(p, n < SHOWN) for n, p in enumerate(found.pathways[: self.most])]
        return {
            "on": data.day(found.on), "as_of": data.day(found.as_of),
            "edition": says.edition.digest, "goal": found.goal,
            "here": {"place": found.place, "standing": self.solved.standing,
                     "dangers": [self.told.danger(d) for d in sorted(found.here, key=gravity)]},
            "pathways": ways, "count": len(found.pathways), "ends": self.ends(),
            "closed": [self.closed(c, n < self.reasons) for n, c in enumerate(found.closed)],
            "questions": [data.question(says, q) for q in found.questions],
            "not_covered": list(found.not_covered), "stale": self.stale(ways),
            "limits": list(found.limits),
        }

    def ends(self) -> list[dict[str, Any]]:
        """Each place and standing reached by ways that are not told in full, and by how many."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for n, p in enumerate(self.solved.answer.pathways):
            if n >= SHOWN:
                end = found.setdefault((p.place, p.standing), {
                    "place": p.place, "standing": p.standing, "ways": 0, "first": n,
                    "danger": EVIDENCE[p.criteria.danger], "days": _days(p.criteria.days),
                })
                end["ways"] += 1
        return list(found.values())

    def stale(self, ways: list[dict[str, Any]]) -> list[str]:
        """What is past its review day of what the ways told in full and the dangers rest on."""
        found = {s for w in ways for step in w["steps"] for s in step.get("stale", ())}
        for here in self.solved.answer.here:
            if here.danger.review_due <= self.says.edition.as_of:
                found.add(here.danger.id)
        return sorted(found)

    def way(self, way: Pathway, full: bool) -> dict[str, Any]:
        c = way.criteria
        return {
            "id": way.id, "ends": {"place": way.place, "standing": way.standing},
            "truth": way.truth.value, "discretionary": way.discretionary,
            "criteria": {
                "doubt": c.doubt, "danger": EVIDENCE[c.danger], "days": _days(c.days),
                "fees_eur": _days(c.fees_eur),
            },
            "steps": [self.step(s, full) for s in way.steps],
        }

    def step(self, step: Step, full: bool) -> dict[str, Any]:
        key = (id(step), full)
        told = self._steps.get(key)
        if told is None:
            told = self._steps[key] = self._step(step, full)
        return told

    def _step(self, step: Step, full: bool) -> dict[str, Any]:
        says, w = self.says, self.says.words
        told: dict[str, Any] = {
            "kind": step.kind, "procedure": step.procedure or None, "from": step.start,
            "to": step.end, "mode": step.mode, "via": list(step.via), "title": says.step(step),
            "truth": step.truth.value, "discretionary": step.discretionary,
            "days": _days(step.days),
            "fee_eur": list(step.fee_eur) if step.fee_eur is not None else None,
            "dangers": [self.told.danger(d) for d in sorted(step.dangers, key=gravity)],
        }
        if not full:
            return told
        procedure = says.procedure(step.procedure) if step.procedure else None
        for name in ("how", "papers", "may_go_wrong", "authority"):
            text = getattr(procedure, name) if procedure else ""
            told[name] = w(text) if text else None
        proofs = [step.proof, *(g.proof for g in step.gates)]
        cited, stale = leaned_on(proofs)
        told["gates"] = [{"gate": g.gate, "truth": g.truth.value} for g in step.gates]
        told["gaps"] = [data.gap(says, g) for g in step.gaps()]
        told["citations"] = [self.told.citation(c) for c in cited]
        told["stale"] = list(stale)
        return told

    def closed(self, shut: Closed, with_reason: bool) -> dict[str, Any]:
        why, cited = reason(self.says, shut.proof) if with_reason else ("", ())
        return {
            "procedure": shut.procedure or None, "to": shut.place, "mode": shut.mode,
            "title": self.says.closed(shut), "why": why,
            "citations": [self.told.citation(c) for c in cited[:1]],
            "would_open": [list(names) for names in shut.would_open] if with_reason else [],
        }


def leaned_on(proofs: Iterable[Proof]) -> tuple[dict[Citation, None], dict[str, None]]:
    """Every citation of the proofs, and what is past its review day, in reading order.

    The same as their `all_citations` and `all_stale`, but what many parts share is read once.
    """
    cited: dict[Citation, None] = {}
    stale: dict[str, None] = {}
    seen: set[int] = set()
    waiting = [*proofs][::-1]
    while waiting:
        proof = waiting.pop()
        if id(proof) not in seen:
            seen.add(id(proof))
            for c in proof.citations:
                cited.setdefault(c)
            for s in proof.stale:
                stale.setdefault(s)
            waiting.extend(proof.because[::-1])
    return cited, stale


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run what makes the engine work beside the loop, a few at a time."""
    if not _limit:
        _limit.append(CapacityLimiter(4))
    return await anyio.to_thread.run_sync(lambda: function(*arguments), limiter=_limit[0])


def days_text(words: Words, days: list[int | None] | None) -> str:
    """A range of days in words.

    >>> from babel import Locale
    >>> days_text(Words("en", Locale("en")), [1, 1]), days_text(Words("en", Locale("en")), [0, 1])
    ('1 day', '0 to 1 day')
    """
    if days is None or days[1] is None:
        low = days[0] if days else 0
        return words.fill(
            "at least {low, plural, one {# day} other {# days}}, the most is not recorded", low=low
        ) if low else words("days not recorded")
    if days[0] == days[1]:
        return words.fill("{low, plural, one {# day} other {# days}}", low=days[0])
    return words.fill(
        "{low} to {high, plural, one {# day} other {# days}}", low=days[0], high=days[1]
    )


def fees_text(words: Words, fees: list[int | None] | None) -> str:
    """A range of official fees in words."""
    if fees is None:
        return words("fee not recorded")
    if fees[1] is None:
        low = fees[0]
        return words.fill("official fees from {low} euro, not all recorded", low=low) if low else (
            words("fees not recorded")
        )
    if fees[1] == 0:
        return words("no official fee")
    if fees[0] == fees[1]:
        return words.fill("official fees {low} euro", low=fees[0])
    return words.fill("official fees {low} to {high} euro", low=fees[0], high=fees[1])


def lawyer_questions(found: dict[str, Any]) -> list[str]:
    """What only a person who knows the law and practice there can settle, on the ways in full."""
    texts: dict[str, None] = {}
    for way in found["pathways"]:
        for step in way["steps"]:
            for gap in step.get("gaps", ()):
                if gap["kind"] != "not-given":
                    texts.setdefault(gap["text"])
    return list(texts)
