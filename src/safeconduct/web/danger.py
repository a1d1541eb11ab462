"""What matters in the next hours: dangers of the place, whom not to contact, whom to ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..engine.decide import Decider, Scope
from ..explain import data
from ..explain.sentences import Sentences
from ..kb.edition import Edition
from ..model.pathway import DangerHere
from ..model.truth import Truth
from .answers import gravity
from .cited import Cited
from .state import Journey
from .words import Words

_MOST_HELPERS = 8


def danger_now(edition: Edition, words: Words, journey: Journey, on: date) -> dict[str, Any]:
    """What the page on the next hours needs, for the place and what else was answered."""
    place = str(journey.values["present_in"])[:2]
    day = on.toordinal()
    decider = Decider(edition, journey.situation(), day)
    says = Sentences(edition, words.explain())

    def at(moment: str, where: str) -> list[dict[str, Any]]:
        return [data.danger(says, h) for h in dangers_at(edition, decider, moment, where, day)]

    own = tuple(n for n in journey.values.get("nationalities") or () if n != place)
    offices = [(words.place(p), at("authority", p)) for p in (place, *own)]
    lodge = [
        p for p in edition.procedures
        if p.kind == "lodge" and p.to == place and p.valid_from <= day < p.valid_before
    ]
    return {
        "cite": Cited(words), "place": place, "place_name": words.place(place),
        "here_dangers": at("presence", place), "leave_dangers": at("leave", place),
        "offices": [(name, found) for name, found in offices if found],
        "lodge": lodge, "helpers": helpers(edition, place),
        "covered": place in {d for x in edition.dangers for d in x.places} or bool(lodge),
        "on": on.isoformat(), "as_of": date.fromordinal(edition.as_of).isoformat(),
    }


def dangers_at(
    edition: Edition, decider: Decider, moment: str, place: str, day: int
) -> list[DangerHere]:
    """The dangers of a moment in a place that concern, or may concern, the person."""
    found = []
    for danger in edition.dangers:
        if danger.moment != moment or place not in danger.places:
            continue
        if not danger.valid_from <= day < danger.valid_before:
            continue
        proof = decider.condition(danger.concerns, Scope((("place", place),)))
        if proof.truth is not Truth.FALSE:
            found.append(DangerHere(danger, place, proof.truth, proof))
    found.sort(key=gravity)
    return found


def helpers(edition: Edition, place: str) -> list[tuple[str, str, str]]:
    """Organisations with direct knowledge that are cited on a place: name, source, address."""
    prefix = f"{place.lower()}-"
    found: dict[str, tuple[str, str, str, str]] = {}
    for source in edition.sources.values():
        near = source.id.startswith(prefix)
        unhcr = "UNHCR" in source.publisher or "Refugees" in source.publisher
        if not near or not (source.weight == "direct" or unhcr):
            continue
        before = found.get(source.publisher)
        if before is None or source.issued > before[3]:
            found[source.publisher] = (source.publisher, source.id, source.url, source.issued)
    return [f[:3] for f in sorted(found.values())][:_MOST_HELPERS]
