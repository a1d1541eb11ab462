"""`claim`: the elements of the refugee definition in one state."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ..engine.claims import Assessment, assess
from ..explain.data import _citations
from ..explain.data import day as iso
from ..explain.data import gap as gap_data
from ..explain.data import proof as proof_data
from ..explain.paper import Page
from ..explain.proofs import add_proof, add_sources, numbers
from ..explain.sentences import Sentences
from ..model.knowledge import Ruling
from ..model.truth import Truth
from .common import (
    PLACE,
    common_options,
    load_situation,
    new_page,
    open_edition,
    print_json,
    print_page,
    says_for,
)

_SAID = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "open"}
#: Elements that stand against protection: it is their absence that is met.
_AGAINST = ("internal_alternative", "excluded_from_refugee_status")
_TURNED = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
_HEADINGS = {"for": "for", "against": "against", "mixed": "both ways"}
#: In the order in which a person goes through them.
_KINDS = {"lodge": 0, "decision": 1, "obtain": 2, "stay": 3}


@click.command()
@click.argument("file")
@click.option("--in", "place", type=PLACE, required=True, help="The state that examines the claim.")
@common_options("on", "as_of")
@click.option("--proof", "whole", is_flag=True, help="Print the whole proof of each element.")
@common_options("json", "lang")
def claim(
    file: str, place: str, on: date | None, as_of: date | None, whole: bool, as_json: bool,
    lang: str,
) -> None:
    """Elements of the refugee definition, evidence, gaps, decisions for and against."""
    edition = open_edition(as_of)
    situation, day = load_situation(file, edition, on)
    says = says_for(edition, lang)
    found = assess(edition, situation, place=place, on=day)
    if as_json:
        print_json(_data(says, found))
        return
    page = new_page()
    claim_page(page, says, found, whole=whole)
    print_page(page)


def claim_page(page: Page, says: Sentences, found: Assessment, *, whole: bool = False) -> None:
    """Print an assessment."""
    w = says.words
    page.add(w("A claim in {place} on {day}", place=w.the_place(found.place), day=w.day(found.on)),
             paint=page.paint.heading)
    page.add(w("What the rules say, and what has mattered. No outcome is predicted. No lawyer has "
               "reviewed this."))
    page.add()
    for proof in (found.access, found.responsible, found.refugee, found.subsidiary):
        page.add(f"{says.claim(proof)} {numbers(page, proof.all_citations()[:3])}",
                 mark=f"{w(_SAID[proof.truth]):<4}")
    page.add()
    told: set[str] = set()
    for element in found.elements:
        truth = element.proof.truth
        met = _TURNED[truth] if element.name in _AGAINST else truth
        page.add(f"{says.claim(element.proof)}", mark=f"{w(_SAID[met]):<4}",
                 paint=page.paint.heading)
        if whole:
            add_proof(page, says, element.proof, indent=5)
        else:
            for rule in element.proof.because:
                if rule.claim.kind == "rule" and rule.truth is not Truth.FALSE:
                    verb = w("applies") if rule.truth is Truth.TRUE else w("may apply")
                    page.add(f"{verb}: {says.claim(rule)} {numbers(page, rule.citations)}", indent=5,
                             mark="-")
            for line, _ in says.gaps(element.proof.gaps())[:5]:
                page.add(line, indent=5, mark="?", paint=page.paint.unknown)
        for outcome, heading in _HEADINGS.items():
            for ruling in element.rulings:
                if ruling.outcome == outcome:
                    _ruling(page, says, ruling, w(heading), told)
        page.add()
    if found.other_rulings:
        page.add(w("Other decisions"), paint=page.paint.heading)
        for ruling in found.other_rulings[:10]:
            _ruling(page, says, ruling, w(_HEADINGS[ruling.outcome]), told)
        page.add()
    page.add(w("Evidence"), paint=page.paint.heading)
    for item in found.evidence:
        held = w("at hand") if item.held else w("not told of")
        if item.mattered == 0:
            mattered = w("no decision on record turns on it")
        elif item.mattered == 1:
            mattered = w("mattered in 1 decision on record")
        else:
            mattered = w("mattered in {number} decisions on record", number=item.mattered)
        page.add(f"{w.code(item.kind)}: {held}; {mattered}", indent=2,
                 mark="+" if item.held else "?")
    if not found.evidence:
        page.add(w("none recorded as having mattered"), indent=2)
    page.add()
    page.add(w("How and when to claim"), paint=page.paint.heading)
    for procedure in sorted(found.procedures, key=lambda p: _KINDS[p.kind]):
        page.add(f"{w(procedure.title)}: {w(procedure.how)} {numbers(page, procedure.citations)}",
                 indent=2, mark="-")
    if not found.procedures:
        page.add(w("No procedure recorded."), indent=2)
    add_sources(page, says)


def _ruling(
    page: Page, says: Sentences, ruling: Ruling, heading: str, told: set[str]
) -> None:
    """A decision: what was held, the first time; later only which it was."""
    day = says.words.day_text(ruling.on) if ruling.on else ""
    name = ", ".join(x for x in (ruling.court, ruling.docket, ruling.ecli, day) if x)
    w = says.words
    if ruling.id in told:
        text = w("as told above")
    else:
        facts = f"{w(ruling.facts)} " if ruling.facts else ""
        text = facts + w("Held: {held}", held=w(ruling.held))
    told.add(ruling.id)
    page.add(f"{heading}: {name}: {text} {numbers(page, ruling.citations)}", indent=5, mark="§")


def _ruling_data(says: Sentences, ruling: Ruling) -> dict[str, Any]:
    return {
        "id": ruling.id, "place": ruling.place, "court": ruling.court,
        "docket": ruling.docket or None, "ecli": ruling.ecli or None, "on": ruling.on or None,
        "outcome": ruling.outcome, "elements": list(ruling.elements), "facts": ruling.facts,
        "held": ruling.held, "evidence": list(ruling.evidence),
        "citations": _citations(says.edition, ruling.citations),
    }


def _data(says: Sentences, found: Assessment) -> dict[str, Any]:
    return {
        "place": found.place, "on": iso(found.on), "edition": says.edition.digest,
        "access": proof_data(says, found.access),
        "responsible": proof_data(says, found.responsible),
        "refugee": proof_data(says, found.refugee),
        "subsidiary": proof_data(says, found.subsidiary),
        "elements": [
            {"name": e.name, "truth": e.proof.truth.value, "proof": proof_data(says, e.proof),
             "rulings": [_ruling_data(says, r) for r in e.rulings]}
            for e in found.elements
        ],
        "other_rulings": [_ruling_data(says, r) for r in found.other_rulings],
        "evidence": [{"kind": e.kind, "mattered_in": e.mattered, "held": e.held}
                     for e in found.evidence],
        "procedures": [
            {"id": p.id, "title": p.title, "how": p.how,
             "citations": _citations(says.edition, p.citations)} for p in found.procedures
        ],
        "gaps": [gap_data(says, g) for g in found.gaps],
    }
