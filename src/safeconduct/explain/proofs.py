"""A whole proof as indented lines."""

from __future__ import annotations

from ..model.knowledge import Citation
from ..model.proof import Gap, GapKind, Proof
from ..model.truth import Truth
from .paper import Page
from .sentences import Sentences

_MARKS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "?"}
_SILENT = ("all", "any")
#: Kinds of claims that are told once on a page.
_NAMED = ("rule", "predicate", "value", "record")
_FIRST = {Truth.TRUE: 0, Truth.UNKNOWN: 1, Truth.FALSE: 2}


def add_proof(
    page: Page, says: Sentences, proof: Proof, *, indent: int = 0, gives: bool = False
) -> None:
    """Print a proof with everything that its truth rests on.

    Joints without words of their own are left out; so are the fields of a record that do not
    decide, and what stands on the page already is not told again.

    Args:
        gives: Whether to say which way a rule decides, where rules clash.
    """
    paint = {Truth.TRUE: page.paint.good, Truth.FALSE: page.paint.danger,
             Truth.UNKNOWN: page.paint.unknown}[proof.truth]
    below = indent + 2
    mark = f"{_MARKS[proof.truth]:<3}"
    if proof.claim.kind in _SILENT and (proof.because or proof.gap is None):
        if proof.claim.kind == "any" and len(proof.because) > 1:
            page.add(says.claim(proof), indent=indent, mark=mark, paint=paint)
        else:
            below = indent
    else:
        text = _line(page, says, proof)
        if gives and proof.claim.kind == "rule" and proof.truth is not Truth.FALSE:
            text = f"{_side(says, proof)} {text}"
        if proof.because and proof.claim.kind in _NAMED and proof in page.proofs:
            page.add(f"{text} ({says.words('as told above')})", indent=indent, mark=mark,
                     paint=paint)
            return
        page.add(text, indent=indent, mark=mark, paint=paint)
    if proof.claim.kind in _NAMED and proof.because:
        page.proofs.append(proof)
    if proof.gap is not None and proof.truth is Truth.UNKNOWN:
        page.add(says.gap(proof.gap), indent=below, mark="?  ", paint=page.paint.unknown)
    clash = proof.gap is not None and proof.gap.kind is GapKind.DISPUTED
    for part in _parts(proof):
        add_proof(page, says, part, indent=below, gives=clash)


def _side(says: Sentences, rule: Proof) -> str:
    w, value = says.words, rule.claim.arguments[0] if rule.claim.arguments else True
    if value is True:
        return w("(speaks for)")
    if value is False:
        return w("(speaks against)")
    return f"({says.value(value)})"


def _parts(proof: Proof) -> tuple[Proof, ...]:
    """What is below a proof and worth a line, what decides first."""
    kind, parts = proof.claim.kind, proof.because
    if kind == "not" and len(parts) == 1:
        return _parts(parts[0])
    if kind == "predicate" and proof.truth is not Truth.FALSE:
        return tuple(sorted(parts, key=lambda p: _FIRST[p.truth]))
    if kind == "predicate":
        return tuple(sorted(parts, key=lambda p: (p.truth is not Truth.TRUE)))
    if kind == "rule" and proof.truth is Truth.FALSE:
        stops = (p for p in parts if (p.claim.kind == "rule") is (p.truth is Truth.TRUE))
        return tuple(p for p in stops if p.truth is not Truth.UNKNOWN) or parts
    if (kind, proof.truth) in (("all", Truth.FALSE), ("any", Truth.TRUE)):
        return tuple(p for p in parts if p.truth is proof.truth)
    if kind == "record":
        kept = (p for p in parts if p.truth is proof.truth)
        return tuple(p for p in kept if not _is_of_another_kind(p))
    if kind == "given":
        kept = (p for p in parts if p.truth is proof.truth)
        return tuple(p for p in kept if p.claim.kind != "field" or p.truth is not Truth.TRUE)
    return parts


def _is_of_another_kind(record: Proof) -> bool:
    """Whether a record told of is passed over because it is of another kind or state."""
    return record.claim.kind == "given" and any(
        p.claim.kind == "field" and p.truth is Truth.FALSE
        and p.claim.name.partition(".")[2] in ("kind", "issuer", "state", "in", "by")
        for p in record.because
    )


def _line(page: Page, says: Sentences, proof: Proof) -> str:
    cited = numbers(page, proof.citations)
    text = says.claim(proof)
    if proof.stale:
        text += f" ({says.words('past its review day')})"
    return f"{text} {cited}" if cited else text


def sides(proof: Proof, gap: Gap) -> tuple[Proof, ...]:
    """The rules or facts that clash, where an answer is disputed."""
    for part in proof.walk():
        if part.gap == gap and part.because:
            named = (p for p in part.because if p.claim.kind in ("rule", "fact"))
            return tuple(p for p in named if p.truth is not Truth.FALSE or p.claim.kind == "fact")
    return ()


def clash_lines(page: Page, says: Sentences, proof: Proof, gap: Gap, *, indent: int) -> None:
    """Print both sides of what is disputed."""
    for side in sides(proof, gap):
        text = _line(page, says, side)
        page.add(f"{_side(says, side)} {text}" if side.claim.kind == "rule" else text,
                 indent=indent, mark="-")


def numbers(page: Page, citations: tuple[Citation, ...]) -> str:
    """Citations as their numbers on the page, such as [1][3]."""
    found = dict.fromkeys(page.number(c.source, c.locator) for c in citations)
    return "".join(f"[{n}]" for n in found)


def reason(says: Sentences, proof: Proof) -> tuple[str, tuple[Citation, ...]]:
    """The shortest true account of why something is closed, and what it rests on."""
    chosen = _reason(proof, wanted=Truth.FALSE) or proof
    cited = chosen.citations or proof.all_citations()[:1]
    if chosen.claim.kind == "not" and chosen.because:
        return says.words("in the way: {what}", what=_so(says, chosen.because[0])), cited
    text = says.claim(chosen)
    if chosen.claim.kind in ("record", "attribute", "given", "field"):
        plain = text.removeprefix(f"{says.record('paper')}: ")
        text = says.words("needed: {what}", what=plain)
    return text, cited


def _so(says: Sentences, proof: Proof) -> str:
    """What is so, told by the part that makes it so."""
    while proof.claim.kind in _SILENT and proof.because:
        proof = next((p for p in proof.because if p.truth is Truth.TRUE), proof.because[0])
    return says.claim(proof)


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
