"""What the knowledge covers, place by place, and what is due to be looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..kb.edition import Edition
from ..model.knowledge import Danger, Fact, Procedure, Rule
from ..model.pathway import Answer
from ..model.period import NO_END

#: What a place needs for a first answer about an arrival: a topic and the predicates that tell it.
TOPICS = {
    "entry": ("visa_regime", "may_enter"),
    "stay": ("visa_free_days",),
    "papers": ("paper_admits", "non_biometric_admitted"),
    "leave": ("may_leave",),
    "travel": ("flight", "land_crossing", "sea_crossing"),
    "treaties": ("member_of",),
    "extradition": ("extradition_treaty", "shares_wanted_lists"),
    "asylum": ("can_apply_for_asylum",),
    "definition": ("is_refugee", "act_of_persecution", "well_founded_fear"),
    "statistics": ("statistic",),
}


@dataclass(slots=True)
class Coverage:
    """What is recorded of one place."""

    place: str
    facts: int = 0
    rules: int = 0
    procedures: int = 0
    dangers: int = 0
    documented: int = 0
    rulings: int = 0
    primary: int = 0
    sources: int = 0
    reviewed: str = "none"
    last_review: int = 0
    due: int = 0
    topics: Counter[str] = field(default_factory=Counter)

    @property
    def is_covered(self) -> bool:
        """Whether more is recorded than treaties, routes and figures."""
        return bool(self.topics["entry"] or self.procedures or self.dangers)


@dataclass(frozen=True, slots=True)
class Due:
    """Something past, or near, the day on which it must be looked at again."""

    id: str
    kind: str
    due_on: int
    title: str
    leaning: int


def folder_of(identifier: str) -> str:
    """The jurisdiction's folder in which an id stands: its first part."""
    return identifier.partition(".")[0].partition("-")[0]


def _place_of(fact: Fact) -> str | None:
    return fact.arguments[0] if fact.arguments and fact.arguments[0] else None


def cover(edition: Edition) -> tuple[Coverage, ...]:
    """What is recorded of each place, in the order of their codes."""
    found: dict[str, Coverage] = {}

    def of(place: str) -> Coverage:
        return found.setdefault(place, Coverage(place))

    by_predicate = {name: topic for topic, names in TOPICS.items() for name in names}
    cited: dict[str, set[str]] = {}
    for fact in edition.index.facts:
        place = _place_of(fact)
        if place is None or len(place) != 2 or not place.isupper():
            continue
        c = of(place)
        c.facts += 1
        c.topics[by_predicate.get(fact.predicate, "other")] += 1
        cited.setdefault(place, set()).update(
            x.source for a in fact.assertions for x in a.citations
        )
        for review in fact.reviews:
            c.last_review = max(review.on, c.last_review)
            if review.capacity != "compiler" or c.reviewed == "none":
                c.reviewed = max(c.reviewed, review.capacity, key=_weight)
        c.due += edition.review_due(fact) <= edition.as_of
    for rule in edition.rules:
        for place in _rule_places(rule):
            c = of(place)
            c.rules += 1
            c.topics[by_predicate.get(rule.concludes, "other")] += 1
            c.due += rule.review_due <= edition.as_of
            cited.setdefault(place, set()).update(x.source for x in rule.citations)
    for procedure in edition.procedures:
        c = of(procedure.to)
        c.procedures += 1
        if procedure.kind in ("lodge", "decision"):
            c.topics["asylum"] += 1
        c.due += procedure.review_due <= edition.as_of
        cited.setdefault(procedure.to, set()).update(x.source for x in procedure.citations)
    for danger in edition.dangers:
        for place in danger.places:
            c = of(place)
            c.dangers += 1
            c.documented += danger.evidence == "documented"
            c.due += danger.review_due <= edition.as_of
            cited.setdefault(place, set()).update(x.source for x in danger.citations)
    for ruling in edition.rulings:
        of(ruling.place).rulings += 1
    for place, sources in cited.items():
        c = of(place)
        c.sources = len(sources)
        c.primary = sum(edition.sources[s].weight in ("primary", "direct") for s in sources)
    return tuple(found[p] for p in sorted(found))


def _weight(capacity: str) -> int:
    return ("none", "compiler", "second-reader", "lawyer").index(capacity)


def _rule_places(rule: Rule) -> tuple[str, ...]:
    if rule.applies_to and rule.applies_to[0]:
        return tuple(p for p in rule.applies_to[0] if len(p) == 2 and p.isupper())
    return ()


def leans_on(answer: Answer, *, most: int = 10) -> frozenset[str]:
    """The ids of the facts, rules, procedures and dangers that an answer leans on.

    Args:
        most: How many of its pathways are looked at, the first ones.
    """
    used: set[str] = {h.danger.id for h in answer.here}
    for way in answer.pathways[:most]:
        for step in way.steps:
            used.update(h.danger.id for h in step.dangers)
            if step.procedure:
                used.add(step.procedure)
            for proof in (step.proof, *(g.proof for g in step.gates)):
                used.update(
                    p.claim.name for p in proof.walk() if p.claim.kind in ("fact", "rule")
                )
    return frozenset(used)


def due(
    edition: Edition, *, by: int, leaning: dict[str, int] | None = None
) -> tuple[Due, ...]:
    """What must be looked at again by a day, what most answers lean on first.

    Args:
        leaning: How many answers lean on each id, as counted with `leans_on`.
    """
    counts = leaning or {}
    found: list[Due] = []
    for fact in edition.index.facts:
        day = edition.review_due(fact)
        if day <= by:
            found.append(Due(fact.id, "fact", day, fact.statement, counts.get(fact.id, 0)))
    items: Iterable[Rule | Procedure | Danger] = (
        *edition.rules, *edition.procedures, *edition.dangers
    )
    for item in items:
        if item.review_due <= by and item.review_due < NO_END:
            kind = type(item).__name__.lower()
            found.append(Due(item.id, kind, item.review_due, item.title, counts.get(item.id, 0)))
    return tuple(sorted(found, key=lambda d: (-d.leaning, d.due_on, d.id)))
