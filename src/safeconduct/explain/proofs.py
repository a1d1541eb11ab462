"""A whole proof as indented lines."""

from __future__ import annotations

from ..model.knowledge import Citation
from ..model.proof import Proof
from ..model.truth import Truth
from .paper import Page
from .sentences import Sentences

_MARKS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "?"}
_SILENT = ("all", "any")


def add_proof(page: Page, says: Sentences, proof: Proof, *, indent: int = 0) -> None:
    """Print a proof with everything below it; joints without words of their own are left out."""
    paint = {Truth.TRUE: page.paint.good, Truth.FALSE: page.paint.danger,
             Truth.UNKNOWN: page.paint.unknown}[proof.truth]
    below = indent + 2
    if proof.claim.kind in _SILENT and proof.because:
        if proof.claim.kind == "any" and len(proof.because) > 1:
            page.add(says.claim(proof), indent=indent, mark=f"{_MARKS[proof.truth]:<3}", paint=paint)
        else:
            below = indent
    else:
        page.add(_line(page, says, proof), indent=indent, mark=f"{_MARKS[proof.truth]:<3}",
                 paint=paint)
    if proof.gap is not None and proof.truth is Truth.UNKNOWN:
        page.add(says.gap(proof.gap), indent=below, mark="?  ", paint=page.paint.unknown)
    for part in proof.because:
        add_proof(page, says, part, indent=below)


def _line(page: Page, says: Sentences, proof: Proof) -> str:
    cited = numbers(page, proof.citations)
    text = says.claim(proof)
    if proof.stale:
        text += f" ({says.words('past its review day')})"
    return f"{text} {cited}" if cited else text


def numbers(page: Page, citations: tuple[Citation, ...]) -> str:
    """Citations as their numbers on the page, such as [1][3]."""
    found = dict.fromkeys(page.number(c.source, c.locator) for c in citations)
    return "".join(f"[{n}]" for n in found)


def reason(says: Sentences, proof: Proof) -> tuple[str, tuple[Citation, ...]]:
    """The shortest true account of why something is closed, and what it rests on."""
    found = _reason(proof, wanted=Truth.FALSE)
    chosen = found or proof
    text = says.claim(chosen)
    if chosen.claim.kind in ("record", "attribute", "given", "field"):
        text = says.words("not met: {what}", what=text)
    return text, chosen.citations or proof.all_citations()[:1]


def _reason(proof: Proof, *, wanted: Truth) -> Proof | None:
    if proof.truth is not wanted:
        return None
    if proof.claim.kind == "predicate":
        for part in proof.because:
            applies = part.claim.kind == "rule" and part.truth is Truth.TRUE
            if applies and part.claim.arguments == (False,):
                return part
            if part.claim.kind in ("fact", "complete"):
                return proof
        return proof
    if proof.claim.kind == "record":
        return proof
    for part in proof.because:
        found = _reason(part, wanted=wanted)
        if found is not None:
            return found
    return proof


def verdict_page(
    page: Page, says: Sentences, proof: Proof, *, title: str = ""
) -> None:
    """A titled proof, with what would settle it where it is open."""
    if title:
        page.add(title, paint=page.paint.heading)
    add_proof(page, says, proof)
    gaps = proof.gaps()
    if gaps:
        page.add()
        page.add(says.words("To settle this:"), paint=page.paint.heading)
        for gap in gaps:
            page.add(says.gap(gap), indent=2, mark="?", paint=page.paint.unknown)


def add_sources(page: Page, says: Sentences) -> None:
    """The sources cited on the page, by number, with their addresses."""
    if not page.sources:
        return
    page.add()
    page.add(says.words("Sources"), paint=page.paint.heading)
    for (name, locator), number in page.sources.items():
        source = says.edition.sources[name]
        issued = f", {source.issued}" if source.issued else ""
        page.add(f"{source.title} ({source.publisher}{issued}), {locator}", mark=f"[{number}]")
        page.add(source.url, indent=len(f"[{number}] "), paint=page.paint.faint)
