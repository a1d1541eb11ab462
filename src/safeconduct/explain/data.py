"""The contract's JSON: what `plan --json` and the rest print for other programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..engine.labels import NOT_KNOWN
from ..kb.edition import Edition
from ..model.knowledge import Citation
from ..model.pathway import EVIDENCE, Answer, Closed, DangerHere, Pathway, Question, Step
from ..model.proof import Gap, Proof
from .sentences import Sentences

Data = dict[str, Any]
#: What was written of each proof already, by its identity: many steps share their proofs.
Memo = dict[int, tuple[Proof, Data]]


def citation(edition: Edition, cited: Citation) -> Data:
    """A citation with its source's title and address."""
    source = edition.sources[cited.source]
    return {
        "source": source.id, "title": source.title, "locator": cited.locator, "url": source.url,
        "kind": source.type, "issued": source.issued or None, "accessed": source.accessed,
    }


def _citations(edition: Edition, cited: tuple[Citation, ...]) -> list[Data]:
    return [citation(edition, c) for c in dict.fromkeys(cited)]


def gap(says: Sentences, missing: Gap) -> Data:
    """A gap."""
    return {"kind": missing.kind.value, "name": missing.name, "text": says.gap(missing)}


def proof(says: Sentences, shown: Proof, memo: Memo | None = None) -> Data:
    """A proof with all below it; parts that stand in it more than once are one and the same."""
    memo = {} if memo is None else memo
    found = memo.get(id(shown))
    if found is None:
        made: Data = {
            "claim": says.claim(shown),
            "truth": shown.truth.value,
            "because": [proof(says, p, memo) for p in shown.because],
            "citations": _citations(says.edition, shown.citations),
            "gap": gap(says, shown.gap) if shown.gap is not None else None,
        }
        found = memo[id(shown)] = shown, made
    return found[1]


def danger(says: Sentences, here: DangerHere) -> Data:
    """A danger that concerns, or may concern, the person."""
    d = here.danger
    cited = (*d.citations, *(c for case in d.cases for c in case.citations))
    return {
        "id": d.id, "place": here.place, "moment": d.moment, "kind": d.kind,
        "evidence": d.evidence, "returned_to": d.returned_to or None, "since": d.since or None,
        "title": says.words(d.title), "truth": here.truth.value,
        "single_sourced": d.single_sourced,
        "cases": [
            {"on": case.on or None, "what": says.words(case.what),
             "citations": _citations(says.edition, case.citations)}
            for case in d.cases
        ],
        "citations": _citations(says.edition, cited),
    }


def _days(days: tuple[int, int]) -> list[int | None]:
    return [days[0], None if days[1] >= NOT_KNOWN else days[1]]


def step(says: Sentences, taken: Step, memo: Memo | None = None) -> Data:
    """A step with its gates, proof, dangers, gaps and citations."""
    edition, memo = says.edition, {} if memo is None else memo
    proofs = [taken.proof, *(g.proof for g in taken.gates)]
    cited = tuple(c for p in proofs for c in p.all_citations())
    stale = dict.fromkeys(s for p in proofs for s in p.all_stale())
    procedure = says.procedure(taken.procedure) if taken.procedure else None
    return {
        "kind": taken.kind, "procedure": taken.procedure or None, "from": taken.start,
        "to": taken.end, "mode": taken.mode, "via": list(taken.via), "title": says.step(taken),
        "how": says.words(procedure.how) if procedure else None,
        "papers": says.words(procedure.papers) if procedure and procedure.papers else None,
        "may_go_wrong": (
            says.words(procedure.may_go_wrong) if procedure and procedure.may_go_wrong else None
        ),
        "authority": says.words(procedure.authority) if procedure else None,
        "truth": taken.truth.value, "discretionary": taken.discretionary,
        "days": _days(taken.days),
        "fee_eur": list(taken.fee_eur) if taken.fee_eur is not None else None,
        "gates": [
            {"gate": g.gate, "truth": g.truth.value, "proof": proof(says, g.proof, memo)}
            for g in taken.gates
        ],
        "proof": proof(says, taken.proof, memo),
        "dangers": [danger(says, d) for d in taken.dangers],
        "gaps": [gap(says, g) for g in taken.gaps()],
        "citations": _citations(edition, cited),
        "stale": list(stale),
    }


def pathway(says: Sentences, way: Pathway, memo: Memo | None = None) -> Data:
    """A pathway with its steps."""
    c, memo = way.criteria, {} if memo is None else memo
    found: Data = {
        "id": way.id, "ends": {"place": way.place, "standing": way.standing},
        "truth": way.truth.value, "discretionary": way.discretionary,
        "criteria": {
            "doubt": c.doubt, "danger": EVIDENCE[c.danger], "days": _days(c.days),
            "fees_eur": _days(c.fees_eur),
        },
        "assumes": list(way.assumes),
        "steps": [step(says, s, memo) for s in way.steps],
    }
    if way.changes:
        found["changes"] = list(way.changes)
    return found


def closed(says: Sentences, shut: Closed, memo: Memo | None = None) -> Data:
    """Something closed, with the reason and what would open it."""
    return {
        "procedure": shut.procedure or None, "to": shut.place, "mode": shut.mode,
        "title": says.closed(shut), "proof": proof(says, shut.proof, memo),
        "would_open": [list(names) for names in shut.would_open],
    }


def question(says: Sentences, asked: Question) -> Data:
    """A question."""
    return {
        "attribute": asked.attribute, "text": says.ask(asked),
        "matters_to": list(asked.matters_to),
    }


def day(ordinal: int) -> str:
    """A day in ISO 8601."""
    return date.fromordinal(ordinal).isoformat()


def plan(says: Sentences, answer: Answer, *, standing: str | None = None) -> Data:
    """The whole answer of `plan --json`."""
    memo: Memo = {}
    return {
        "on": day(answer.on), "as_of": day(answer.as_of), "edition": says.edition.digest,
        "goal": answer.goal,
        "here": {
            "place": answer.place, "standing": standing,
            "dangers": [danger(says, d) for d in answer.here],
        },
        "pathways": [pathway(says, p, memo) for p in answer.pathways],
        "closed": [closed(says, c, memo) for c in answer.closed],
        "questions": [question(says, q) for q in answer.questions],
        "not_covered": list(answer.not_covered),
        "stale": list(answer.stale),
        "limits": list(answer.limits),
    }
