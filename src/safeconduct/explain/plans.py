"""A whole plan as text for people: dangers here, the ways, what is missing, what is closed."""

from __future__ import annotations

from ..engine.labels import NOT_KNOWN
from ..model.knowledge import Citation, PaperGrant
from ..model.pathway import EVIDENCE, Answer, Closed, DangerHere, Pathway, Step
from ..model.proof import Proof
from ..model.truth import Truth
from .paper import Page
from .proofs import add_sources, numbers, reason
from .sentences import Sentences

#: Pathways shown unless more are asked for.
SHOWN = 5
_MOST_DANGERS = 6
_MOST_GAPS = 4
_MOST_CLOSED = 8
_MOST_QUESTIONS = 6
_GATES = {"leave": "leave", "board": "board", "enter": "enter", "stay": "stay"}


def plan_page(
    page: Page, says: Sentences, answer: Answer, *, top: int | None = SHOWN,
    standing: str | None = None,
) -> None:
    """Print a plan.

    Args:
        top: How many pathways to show; all when `None`.
        standing: The person's standing in the present place, when told.
    """
    w = says.words
    goal = {"protection": w("protection"), "stay": w("a lawful stay")}.get(
        answer.goal, w("reaching {place}", place=w.place(answer.goal[6:]))
    )
    page.add(
        w("Ways to {goal}: asked for {day}, as known on {known}", goal=goal,
          day=w.day(answer.on), known=w.day(answer.as_of)),
        paint=page.paint.heading,
    )
    page.add()
    if answer.place is None:
        page.add(w("Nothing can be computed before it is known where the person is."))
    else:
        _in_short(page, says, answer, top)
        _here(page, says, answer, standing)
        _ways(page, says, answer, top)
    _questions(page, says, answer)
    _closed(page, says, answer, everything=top is None)
    _limits(page, says, answer)
    add_sources(page, says)
    page.add()
    page.add(
        w("This says what sources say of rules and practice. It is not legal advice. No lawyer "
          "has reviewed it."),
        paint=page.paint.faint,
    )


def _here(page: Page, says: Sentences, answer: Answer, standing: str | None) -> None:
    w = says.words
    place = w.place(answer.place)
    said = f" ({says.standing(standing)})" if standing else ""
    page.add(w("Here: {place}", place=place) + said, paint=page.paint.heading)
    if not answer.here:
        page.add(w("Dangers of being here: none recorded. That does not mean there are none."),
                 indent=2)
    _dangers(page, says, answer.here, indent=2, most=_MOST_DANGERS)
    page.add()


def _dangers(
    page: Page, says: Sentences, dangers: tuple[DangerHere, ...], *, indent: int, most: int
) -> None:
    """Each danger once on a page; later it is only counted, by place."""
    w = says.words
    fresh = [h for h in dangers if (h.danger.id, h.place) not in page.told]
    for here in fresh[:most]:
        page.told.add((here.danger.id, here.place))
        _danger(page, says, here, indent)
    if len(fresh) > most:
        page.add(w("and {number} more on record", number=len(fresh) - most), indent=indent,
                 mark="!", paint=page.paint.danger)
    again = [h for h in dangers if h not in fresh]
    if again:
        places = w.join([w.place(p) for p in dict.fromkeys(h.place for h in again)], last="and")
        page.add(
            w("and 1 told above: {places}", places=places) if len(again) == 1
            else w("and {number} told above: {places}", number=len(again), places=places),
            indent=indent, mark="!", paint=page.paint.danger,
        )


def _danger(page: Page, says: Sentences, here: DangerHere, indent: int) -> None:
    w, d = says.words, here.danger
    parts = [w(d.title) + ("" if d.title.endswith(".") else ".")]
    if here.truth is Truth.UNKNOWN:
        parts.append(w("May concern this person: not all is known."))
    if d.returned_to:
        parts.append(w("Sent to: {place}.", place=w.place(d.returned_to)))
    if d.since:
        parts.append(w("Since {day}.", day=w.day_text(d.since)))
    if d.single_sourced:
        parts.append(w("One source only."))
    cited = numbers(page, (*d.citations, *(c for case in d.cases for c in case.citations))[:4])
    page.add(f"{w(d.evidence)}: {' '.join(parts)} {cited}", indent=indent, mark="!",
             paint=page.paint.danger)


def _in_short(page: Page, says: Sentences, answer: Answer, top: int | None) -> None:
    """The shown pathways, a line or two each: what a reader takes in at a glance."""
    w = says.words
    shown = answer.pathways if top is None else answer.pathways[:top]
    if not shown:
        return
    page.add(w("In short"), paint=page.paint.heading)
    for number, way in enumerate(shown, start=1):
        names = " > ".join(_short(says, s) for s in way.steps)
        page.add(f"{w.place(way.place)}, {says.standing(way.standing)}: {names}", indent=2,
                 mark=f"{number}.")
    page.add(w("? not certain   * at an authority's discretion"), indent=2,
             paint=page.paint.faint)
    page.add()


def _short(says: Sentences, step: Step) -> str:
    w = says.words
    kinds = {"lodge": "claim", "decision": "decision", "stay": "permit"}
    if step.kind == "travel":
        text = w("{mode} to {place}", mode=w(str(step.mode)), place=w.place(step.end))
    elif step.kind == "obtain":
        procedure = says.procedure(step.procedure)
        papers = [
            str(dict(g.fields).get("visa") or dict(g.fields)["kind"])
            for g in (procedure.grants if procedure else ()) if isinstance(g, PaperGrant)
        ]
        what = w.code(papers[0]) if papers else w("paper")
        visa = papers and papers[0] in ("short-stay", "long-stay", "humanitarian", "asylum")
        to = procedure.to if procedure else step.end
        text = w("{what} visa of {place}", what=what, place=w.place(to)) if visa else w(
            "{what} of {place}", what=what, place=w.place(to)
        )
    elif step.kind == "wait":
        text = w("wait")
    else:
        text = w(kinds[step.kind])
    marks = ("?" if step.truth is Truth.UNKNOWN else "") + ("*" if step.discretionary else "")
    return text + marks


def days_range(says: Sentences, days: tuple[int, int]) -> str:
    """A range of days in words; what is not recorded is said."""
    w = says.words
    if days[1] >= NOT_KNOWN:
        return w("at least {low} days, the most is not recorded", low=days[0]) if days[0] else w(
            "days not recorded"
        )
    if days[0] == days[1]:
        return w("{low} days", low=days[0])
    return w("{low} to {high} days", low=days[0], high=days[1])


def fees_range(says: Sentences, fees: tuple[int, int]) -> str:
    """A range of official fees in words."""
    w = says.words
    if fees[1] >= NOT_KNOWN:
        return w("official fees from {low} euro, not all recorded", low=fees[0]) if fees[0] else w(
            "fees not recorded"
        )
    if fees[1] == 0:
        return w("no official fee")
    if fees[0] == fees[1]:
        return w("official fees {low} euro", low=fees[0])
    return w("official fees {low} to {high} euro", low=fees[0], high=fees[1])


def _summary(says: Sentences, way: Pathway) -> str:
    w, c = says.words, way.criteria
    doubt = (
        w("no step unknown or at an authority's discretion") if c.doubt == 0
        else w("{number} of {total} steps unknown or at discretion", number=c.doubt, total=len(way.steps))
    )
    level = EVIDENCE[c.danger]
    danger = w("danger on the way: {level}", level=w(level.replace("-", " ")))
    return "; ".join(
        (doubt, danger, days_range(says, c.days), fees_range(says, c.fees_eur))
    )


def _ways(page: Page, says: Sentences, answer: Answer, top: int | None) -> None:
    w = says.words
    total = len(answer.pathways)
    shown = answer.pathways if top is None else answer.pathways[:top]
    if not total:
        page.add(w("No way found in this knowledge. That does not mean there is none."),
                 paint=page.paint.unknown)
        page.add()
        return
    sure = sum(p.truth is Truth.TRUE for p in answer.pathways)
    head = w("1 way found") if total == 1 else w("{total} ways found", total=total)
    known = w("none without an unknown step") if not sure else w(
        "{number} without an unknown step (a decision may still go against the person)",
        number=sure,
    )
    more = w("; showing {number}, all with --all", number=len(shown)) if len(shown) < total else ""
    page.add(f"{head}, {known}{more}", paint=page.paint.heading)
    page.add()
    for number, way in enumerate(shown, start=1):
        page.add(
            f"{w.place(way.place)}: {says.standing(way.standing)}  [{way.id}]",
            mark=f"{number}.", paint=page.paint.heading,
        )
        page.add(_summary(says, way), indent=3)
        for n, step in enumerate(way.steps, start=1):
            _step(page, says, step, f"{number}.{n}")
        page.add()


def _step(page: Page, says: Sentences, step: Step, number: str) -> None:
    w = says.words
    indent = 3 + len(number) + 1
    cited = numbers(page, tuple(
        c for p in (step.proof, *(g.proof for g in step.gates)) for c in p.all_citations()
    )[:6])
    page.add(f"{says.step(step)} {cited}", indent=3, mark=number)
    facts = [days_range(says, step.days)]
    if step.procedure:
        facts.append(
            fees_range(says, step.fee_eur) if step.fee_eur is not None else w("fee not recorded")
        )
    if step.discretionary:
        facts.append(w("the authority may refuse"))
    if step.truth is Truth.UNKNOWN:
        facts.append(w("not certain"))
    page.add("; ".join(facts), indent=indent)
    if step.gates:
        said = {Truth.TRUE: w("yes"), Truth.FALSE: w("no"), Truth.UNKNOWN: "?"}
        gates = "  ".join(f"{w(_GATES[g.gate])}: {said[g.truth]}" for g in step.gates)
        stay = next((g.proof for g in step.gates if g.gate == "stay"), None)
        if stay is not None and stay.claim.arguments:
            gates += " " + w("({days} days)", days=stay.claim.arguments[0])
        page.add(gates, indent=indent)
    procedure = says.procedure(step.procedure) if step.procedure else None
    if procedure is not None:
        page.add(w(procedure.how), indent=indent)
        if procedure.papers:
            page.add(w("To bring: {papers}", papers=w(procedure.papers)), indent=indent)
        if procedure.may_go_wrong:
            page.add(w("May go wrong: {what}", what=w(procedure.may_go_wrong)), indent=indent)
    _dangers(page, says, step.dangers, indent=indent, most=3)
    gaps = step.gaps()
    for gap in gaps[:_MOST_GAPS]:
        page.add(says.gap(gap), indent=indent, mark="?", paint=page.paint.unknown)
    if len(gaps) > _MOST_GAPS:
        page.add(w("and {number} more open points", number=len(gaps) - _MOST_GAPS), indent=indent,
                 mark="?", paint=page.paint.unknown)


def _questions(page: Page, says: Sentences, answer: Answer) -> None:
    w = says.words
    if not answer.questions:
        return
    page.add(w("What to ask next, most useful first"), paint=page.paint.heading)
    for question in answer.questions[:_MOST_QUESTIONS]:
        matters = len(question.matters_to)
        tail = ""
        if matters:
            tail = " " + (
                w("(matters to 1 way)") if matters == 1
                else w("(matters to {number} ways)", number=matters)
            )
        page.add(f"{says.ask(question)}{tail}", indent=2, mark="?", paint=page.paint.unknown)
    more = len(answer.questions) - _MOST_QUESTIONS
    if more > 0:
        page.add(w("and {number} more", number=more), indent=2, mark="?")
    page.add()


def _closed(page: Page, says: Sentences, answer: Answer, *, everything: bool) -> None:
    """What is closed, journeys with one and the same reason on one line."""
    w = says.words
    groups: dict[tuple[str, bool], list[Closed]] = {}
    cited: dict[tuple[str, bool], tuple[Citation, ...]] = {}
    for shut in answer.closed:
        why, sources = reason(says, shut.proof)
        if not everything and for_others(shut):
            continue
        key = (why, bool(shut.procedure))
        groups.setdefault(key, []).append(shut)
        cited.setdefault(key, sources)
    if not groups:
        return
    page.add(w("Closed, and why"), paint=page.paint.heading)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0][1]))
    shown = ordered if everything else ordered[:_MOST_CLOSED]
    for key, items in shown:
        if len(items) == 1 or key[1]:
            titles = "; ".join(says.closed(c) for c in items)
        else:
            places = [w.place(c.place) for c in items]
            listed = ", ".join(places if everything else places[:6])
            titles = w("{number} journeys ({places})", number=len(items), places=listed)
            if len(places) > 6 and not everything:
                titles = w("{number} journeys ({places} and others)", number=len(items),
                           places=listed)
        page.add(f"{titles}: {key[0]} {numbers(page, cited[key])}", indent=2, mark="x")
        papers = dict.fromkeys(n[0] for c in items for n in c.would_open)
        if papers:
            names = w.join([w.code(n.replace(":", " ")) for n in papers])
            page.add(w("Not closed with: {papers}", papers=names), indent=4)
    if len(shown) < len(ordered):
        page.add(w("and {number} more, shown with --all", number=len(ordered) - len(shown)),
                 indent=2, mark="x")
    page.add()


def for_others(shut: Closed) -> bool:
    """Whether a procedure is closed because it is for people of another nationality."""
    found: Proof | None = shut.proof
    while found is not None and shut.procedure:
        if found.claim.kind == "attribute" and found.claim.name == "nationalities":
            return True
        found = next((p for p in found.because if p.truth is Truth.FALSE), None)
    return False


def _limits(page: Page, says: Sentences, answer: Answer) -> None:
    w = says.words
    if answer.not_covered:
        places = w.join([w.place(p) for p in answer.not_covered], last="and")
        page.add(w("Not covered by this knowledge: {places}", places=places))
    if answer.stale:
        page.add(w("{number} facts, rules or dangers used here are past their review day. "
                   "Check them first: safeconduct covers --due", number=len(answer.stale)))
    for limit in answer.limits:
        page.add(w("Left out, because two readings of the rules disagree: {what}",
                   what=limit.partition(":")[2]))
