"""For caseworkers: two days compared, and the elements of a claim in one state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..engine.claims import assess
from ..errors import InvalidSituation, UnknownName
from ..explain import data
from ..explain.sentences import Sentences
from ..kb.situations import PLACES
from ..model.knowledge import Ruling
from .answer_pages import BadDay, answer_values, compute, problems, read_day
from .answers import days_text, fees_text
from .cited import Cited
from .journey_pages import refusal
from .site import Site, first, journey_in, read_form, site_of
from .state import Journey
from .wording import value_key
from .words import Words


async def compare(request: Request) -> Response:
    """What changed between two days, or two editions."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    try:
        pairs = [
            (read_day(first(form, f"on_{x}")), read_day(first(form, f"known_{x}"))) for x in "ab"
        ]
    except BadDay:
        return refusal(site, words, 400, words("Write a day between 2022 and 2039, and a day of "
                                               "knowledge that is not in the future."))
    today = site.settings.day().isoformat()
    if any(known > today for _, known in pairs):
        return refusal(site, words, 400, words("Write a day between 2022 and 2039, and a day of "
                                               "knowledge that is not in the future."))

    asked = {"on_a": pairs[0][0], "known_a": pairs[0][1], "on_b": pairs[1][0],
             "known_b": pairs[1][1]}
    return await site.work("compare", words, journey, asked)


def compare_response(
    site: Site, words: Words, journey: Journey, asked: Mapping[str, str]
) -> Response:
    """The page of two days compared."""
    try:
        before, after = (
            compute(
                site, words, journey.but(on=asked[f"on_{x}"], as_of=asked[f"known_{x}"])
            ).page(reasons=1000, ways=None)
            for x in "ab"
        )
    except InvalidSituation as error:
        return problems(site, words, error)
    return site.render(
        None, "compare.html", words, state=site.seal.token(journey),
        found=differences(words, before, after), before=before, after=after,
        **{k: v for k, v in answer_values(words, after).items() if k != "plan"},
        here=f"/{words.lang}/compare", page="compare",
        extra={"on_a": before["on"], "on_b": after["on"], "known_a": before["as_of"],
               "known_b": after["as_of"]},
    )


def way_key(way: dict[str, Any]) -> str:
    """What makes two ways the same: end, procedures and legs."""
    steps = [
        s["procedure"] or f"{s['mode'] or s['kind']} {'-'.join((s['from'], *s['via'], s['to']))}"
        for s in way["steps"]
    ]
    return f"{way['ends']['place']} {way['ends']['standing']}: {' > '.join(steps)}"


def differences(words: Words, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Ways, dangers and closed things that came, went or changed."""
    a = {way_key(p): p for p in before["pathways"]}
    b = {way_key(p): p for p in after["pathways"]}
    changed = []
    for key in a.keys() & b.keys():
        said = _changed(words, a[key], b[key])
        if said:
            changed.append((b[key], said))
    here_a = {d["id"]: d for d in before["here"]["dangers"]}
    here_b = {d["id"]: d for d in after["here"]["dangers"]}

    def shut(plan: dict[str, Any]) -> dict[Any, dict[str, Any]]:
        return {(c["procedure"], c["to"], c["mode"]): c for c in plan["closed"]}

    shut_a, shut_b = shut(before), shut(after)
    return {
        "gone": [a[k] for k in sorted(a.keys() - b.keys())],
        "new": [b[k] for k in sorted(b.keys() - a.keys())],
        "changed": sorted(changed, key=lambda x: way_key(x[0])),
        "dangers_new": [here_b[k] for k in sorted(here_b.keys() - here_a.keys())],
        "dangers_gone": [here_a[k] for k in sorted(here_a.keys() - here_b.keys())],
        "closed_new": [shut_b[k] for k in sorted(shut_b.keys() - shut_a.keys(), key=str)],
        "closed_gone": [shut_a[k] for k in sorted(shut_a.keys() - shut_b.keys(), key=str)],
    }


def _changed(words: Words, a: dict[str, Any], b: dict[str, Any]) -> list[str]:
    said = []
    x, y = a["criteria"], b["criteria"]
    if a["truth"] != b["truth"]:
        names = {"true": words("certain"), "unknown": words("not certain")}
        said.append(f"{words('Certainty')}: {names[a['truth']]} → {names[b['truth']]}")
    if x["danger"] != y["danger"]:
        said.append(
            f"{words('Worst danger on the way')}: {words(x['danger'].replace('-', ' '))} → "
            f"{words(y['danger'].replace('-', ' '))}"
        )
    if x["days"] != y["days"]:
        said.append(f"{words('In all')}: {days_text(words, x['days'])} → "
                    f"{days_text(words, y['days'])}")
    if x["fees_eur"] != y["fees_eur"]:
        said.append(f"{words('Costs')}: {fees_text(words, x['fees_eur'])} → "
                    f"{fees_text(words, y['fees_eur'])}")
    return said


async def claim(request: Request) -> Response:
    """The elements of the refugee definition in one state, with evidence, gaps and decisions."""
    site, words = site_of(request), site_of(request).words(request)
    form = await read_form(request)
    journey = journey_in(site, form)
    place = first(form, "in")
    if place not in PLACES:
        return refusal(site, words, 400, words("Choose a country of the list."))

    return await site.work("claim", words, journey, {"in": place})


def claim_response(
    site: Site, words: Words, journey: Journey, asked: Mapping[str, str]
) -> Response:
    """The page of a claim in one state."""
    place = asked["in"]
    try:
        found = claim_data(site, words, journey, place)
    except UnknownName:
        return refusal(site, words, 404, words.fill(
            "Nothing is recorded of claims in {place}.", place=words.place(place)
        ))
    return site.render(
        None, "claim.html", words, state=site.seal.token(journey), found=found,
        cite=Cited(words), kinds=lambda k: value_key("evidence", "evidence", k),
        name=words.place(place), here=f"/{words.lang}/claim", page="claim", extra={"in": place},
    )


def claim_data(site: Site, words: Words, journey: Journey, place: str) -> dict[str, Any]:
    """The assessment of a claim as data.

    Raises:
        UnknownName: Nothing is recorded of claims in that state.
    """
    edition, _ = site.edition_for(journey)
    return assessed(edition, words, journey.situation(), place, journey.day(site.settings.day()))


def assessed(edition: Any, words: Words, situation: Any, place: str, on: date) -> dict[str, Any]:
    """The elements of a claim, what supports each, what is missing, and decisions.

    Raises:
        UnknownName: Nothing is recorded of claims in that state.
    """
    found = assess(edition, situation, place=place, on=on)
    says = Sentences(edition, words.explain())

    def ruling(r: Ruling) -> dict[str, Any]:
        return {
            "id": r.id, "place": r.place, "court": r.court, "docket": r.docket or None,
            "ecli": r.ecli or None, "on": r.on or None, "outcome": r.outcome,
            "elements": list(r.elements), "facts": words(r.facts), "held": words(r.held),
            "evidence": list(r.evidence),
            "citations": [data.citation(edition, c) for c in r.citations],
        }

    return {
        "place": place, "on": on.isoformat(), "edition": edition.digest,
        "access": data.proof(says, found.access),
        "responsible": data.proof(says, found.responsible),
        "refugee": data.proof(says, found.refugee),
        "subsidiary": data.proof(says, found.subsidiary),
        "elements": [
            {"name": e.name, "truth": e.proof.truth.value, "proof": data.proof(says, e.proof),
             "rulings": [ruling(r) for r in e.rulings]}
            for e in found.elements
        ],
        "other_rulings": [ruling(r) for r in found.other_rulings],
        "evidence": [
            {"kind": e.kind, "mattered_in": e.mattered, "held": e.held} for e in found.evidence
        ],
        "procedures": [
            {"id": p.id, "title": words(p.title), "how": words(p.how),
             "citations": [data.citation(edition, c) for c in p.citations]}
            for p in found.procedures
        ],
        "gaps": [data.gap(says, g) for g in found.gaps],
    }
