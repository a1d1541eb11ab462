"""A whole plan as text for people: dangers here, the ways, what is missing, what is closed."""

from __future__ import annotations

from ..engine.labels import NOT_KNOWN
from ..model.knowledge import Citation, PaperGrant
from ..model.pathway import EVIDENCE, Answer, Closed, DangerHere, Pathway, Step
from ..model.proof import GapKind, Proof
from ..model.truth import Truth
from .paper import Page
from .proofs import add_sources, clash_lines, numbers, reason
from .sentences import Sentences

#: Pathways shown unless more are asked for.
SHOWN = 5
_MOST_DANGERS = 6
_MOST_GAPS = 4
_MOST_CLOSED = 8
_MOST_QUESTIONS = 6
_GATES = {"leave": "leave", "board": "board", "enter": "enter", "stay": "stay"}
#: What a danger does, gravest first; the first four end in the hands of the state feared.
KINDS = {
    "handover": "handover",
    "forced-return": "forced return",
    "extradition": "extradition",
    "expulsion": "expulsion",
    "violence": "violence",
    "detention": "arrest",
    "call-up": "call-up",
    "reprisal": "reprisal",
    "physical": "danger to life on the way",
    "paper-seized": "papers taken",
    "non-registration": "claims not taken",
    "refusal": "refusal",
}
_GRAVEST = tuple(KINDS)
_GIVEN_UP = _GRAVEST[:4]
_EVIDENCED = EVIDENCE[::-1]


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
        answer.goal, w.place(answer.goal[6:])
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
    dangers = tuple(sorted(dangers, key=_gravity))
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


def _gravity(here: DangerHere) -> tuple[bool, int, int]:
    """What concerns the person surely, is best evidenced and gravest comes first."""
    d = here.danger
    return here.truth is Truth.UNKNOWN, _EVIDENCED.index(d.evidence), _GRAVEST.index(d.kind)


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
    page.add(f"{w.evidence(d.evidence)}: {' '.join(parts)} {cited}", indent=indent, mark="!",
             paint=page.paint.danger)


def _in_short(page: Page, says: Sentences, answer: Answer, top: int | None) -> None:
    """The shown pathways, a line or two each: what a reader takes in at a glance."""
    w = says.words
    shown = answer.pathways if top is None else answer.pathways[:top]
    if not shown:
        return
    page.add(w("In short"), paint=page.paint.heading)
    told = [(way.place, way.standing, " > ".join(_short(says, s) for s in way.steps))
            for way in shown]
    for number, way in enumerate(shown, start=1):
        names = told[number - 1][2]
        if told.count(told[number - 1]) > 1:
            names = " > ".join(_short(says, s, exact=True) for s in way.steps)
        page.add(f"{w.place(way.place)}, {says.standing(way.standing)}: {names}", indent=2,
                 mark=f"{number}.")
        _warning(page, says, answer, way)
    page.add(w("? not certain   * at an authority's discretion"), indent=2,
             paint=page.paint.faint)
    page.add()


def _warning(page: Page, says: Sentences, answer: Answer, way: Pathway) -> None:
    """Say at a glance where a way ends in, or leads through, a place that gives people up.

    The present place is told of under its own heading, unless the way ends there.
    """
    w = says.words
    here = str(answer.place)[:2]
    found: dict[str, dict[str, None]] = {}
    for told in sorted((d for s in way.steps for d in s.dangers), key=_gravity):
        d = told.danger
        sure = told.truth is Truth.TRUE and d.evidence == "documented"
        if sure and d.kind in _GIVEN_UP and d.moment in ("presence", "authority"):
            found.setdefault(told.place, {}).setdefault(w(KINDS[d.kind]))
    for place, kinds in found.items():
        named = w.join(list(kinds), last="and")
        if place == way.place:
            text = w("ends in a place where this is documented of people in this position: {kinds}",
                     kinds=named)
        elif place != here:
            text = w("on the way, documented in {place} of people in this position: {kinds}",
                     place=w.the_place(place), kinds=named)
        else:
            continue
        page.add(text, indent=5, mark="!", paint=page.paint.danger)


def _short(says: Sentences, step: Step, *, exact: bool = False) -> str:
    w = says.words
    kinds = {"lodge": "claim", "decision": "decision", "stay": "permit"}
    if step.kind == "travel":
        text = w("{mode} to {place}", mode=w.mode(str(step.mode)), place=w.place(step.end))
        if exact and step.via:
            text += " " + w("by way of {places}",
                            places=w.join([w.the_place(p) for p in step.via], last="and"))
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
        text = says.step(step) if exact else w(kinds[step.kind])
    marks = ("?" if step.truth is Truth.UNKNOWN else "") + ("*" if step.discretionary else "")
    return text + marks


def days_range(says: Sentences, days: tuple[int, int]) -> str:
    """A range of days in words; what is not recorded is said."""
    w = says.words
    low, high = days
    if high >= NOT_KNOWN:
        if not low:
            return w("time not recorded")
        return w("at least 1 day, the most is not recorded") if low == 1 else w(
            "at least {low} days, the most is not recorded", low=low
        )
    if high == 1:
        return w("1 day") if low else w("up to 1 day")
    if low == high:
        return w("{low} days", low=low)
    if not low:
        return w("up to {high} days", high=high)
    return w("{low} to {high} days", low=low, high=high)


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
    total = len(way.steps)
    if c.doubt == 0:
        doubt = w("no step unknown or at an authority's discretion")
    elif total == 1:
        doubt = w("the only step is unknown or at discretion")
    else:
        doubt = w("{number} of {total} steps unknown or at discretion", number=c.doubt, total=total)
    danger = w("danger on the way: {level}", level=w.evidence(EVIDENCE[c.danger]))
    return "; ".join(
        (doubt, danger, days_range(says, c.days), fees_range(says, c.fees_eur))
    )


def _ways(page: Page, says: Sentences, answer: Answer, top: int | None) -> None:
    w = says.words
    total = len(answer.pathways)
    shown = answer.pathways if top is None else answer.pathways[:top]
    if not total:
        page.add(w("No way found in this knowledge. That does not mean there is none. What would "
                   "open one: safeconduct unlock, with the same file."), paint=page.paint.unknown)
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
            days = int(str(stay.claim.arguments[0]))
            gates += " " + (w("(1 day)") if days == 1 else w("({days} days)", days=days))
        page.add(gates, indent=indent)
    procedure = says.procedure(step.procedure) if step.procedure else None
    if procedure is not None:
        before = page.steps.setdefault(procedure.id, number)
        if before == number:
            page.add(w(procedure.how), indent=indent)
            if procedure.papers:
                page.add(w("To bring: {papers}", papers=w(procedure.papers)), indent=indent)
            if procedure.may_go_wrong:
                page.add(w("May go wrong: {what}", what=w(procedure.may_go_wrong)), indent=indent)
        else:
            page.add(w("How, what to bring, what may go wrong: as under {number}.", number=before),
                     indent=indent)
    _dangers(page, says, step.dangers, indent=indent, most=3)
    _gaps(page, says, step, indent)


def _gaps(page: Page, says: Sentences, step: Step, indent: int) -> None:
    """What keeps a step open, each question once, and both sides of what is disputed."""
    w = says.words
    lines = list(dict.fromkeys(says.gaps(step.gaps())))
    for line, gap in lines[:_MOST_GAPS]:
        page.add(line, indent=indent, mark="?", paint=page.paint.unknown)
        if gap.kind is GapKind.DISPUTED:
            proof = next((p for p in (*(g.proof for g in step.gates), step.proof)
                          if gap in p.gaps()), None)
            if proof is not None:
                clash_lines(page, says, proof, gap, indent=indent + 2)
    more = len(lines) - _MOST_GAPS
    if more == 1:
        page.add(w("and 1 more open point"), indent=indent, mark="?", paint=page.paint.unknown)
    elif more > 1:
        page.add(w("and {number} more open points", number=more), indent=indent, mark="?",
                 paint=page.paint.unknown)


def _questions(page: Page, says: Sentences, answer: Answer) -> None:
    w = says.words
    if not answer.questions:
        return
    page.add(w("What to ask next, most useful first"), paint=page.paint.heading)
    asked: dict[tuple[str, bool, tuple[str, ...]], list[str]] = {}
    every = {q.attribute for q in answer.questions}
    for question in answer.questions:
        if says.is_told(question.attribute, every):
            continue
        record, kind = says.kind_of(question.attribute)
        name = record if kind else question.attribute
        asked.setdefault((name, bool(kind), question.matters_to), []).append(question.attribute)
    for (_, _, ways), names in list(asked.items())[:_MOST_QUESTIONS]:
        matters = len(ways)
        tail = ""
        if matters:
            tail = " " + (
                w("(matters to 1 way)") if matters == 1
                else w("(matters to {number} ways)", number=matters)
            )
        page.add(f"{says.together(names)}{tail}", indent=2, mark="?", paint=page.paint.unknown)
    more = len(asked) - _MOST_QUESTIONS
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
            titles = w("Journeys to {number} places ({places})", number=len(items), places=listed)
            if len(places) > 6 and not everything:
                titles = w("Journeys to {number} places ({places} and others)", number=len(items),
                           places=listed)
        page.add(f"{titles}: {key[0]} {numbers(page, cited[key])}", indent=2, mark="x")
        papers = dict.fromkeys(n[0].partition(":")[0] for c in items for n in c.would_open)
        if papers:
            named = [w("visa of the state") if n == "visa" else w.code(n) for n in papers]
            page.add(w("This would not close it for a holder of: {papers}", papers=w.join(named)),
                     indent=4)
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
    if len(answer.stale) == 1:
        page.add(w("1 fact, rule or danger used here is past its review day. "
                   "Check it first: safeconduct covers --due"))
    elif answer.stale:
        page.add(w("{number} facts, rules or dangers used here are past their review day. "
                   "Check them first: safeconduct covers --due", number=len(answer.stale)))
    for limit in answer.limits:
        name, _, what = limit.partition(":")
        if name == "narrowed":
            page.add(w("Little is known of the person, so not every way was followed up. Answer "
                       "the first questions, and more will be told."))
        else:
            page.add(w("Left out, because two readings of the rules disagree: {what}", what=what))
