"""Every page that shows an answer shows what `plan --json` prints for the same situation."""

import json
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from safeconduct.cli.plan_commands import plan as plan_command
from safeconduct.cli.unlock_commands import unlock as unlock_command
from safeconduct.engine.labels import NOT_KNOWN
from safeconduct.engine.search import answer as engine_answer
from safeconduct.explain import data
from safeconduct.explain.sentences import Sentences
from safeconduct.explain.words import Words
from safeconduct.kb.situations import read_situation
from safeconduct.model.pathway import EVIDENCE
from safeconduct.model.proof import Claim, Proof
from safeconduct.model.truth import Truth
from safeconduct.web.answers import LISTED, SHOWN, leaned_on
from web.conftest import DAY, field

NO_PROOF = Proof(Claim("all", "left out"), Truth.FALSE, ())

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


class Shown(HTMLParser):
    """The data attributes on a page, in order, by the way in which they stand."""

    def __init__(self, text):
        super().__init__()
        self.head, self.ways, self.here, self.rest = {}, [], [], []
        self.depth, self.here_depth = 0, None
        self.way, self.way_depth = None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in ("input", "meta", "link", "br", "path", "rect", "circle"):
            return
        self.depth += 1
        data = {k[5:]: v for k, v in attrs if k.startswith("data-")}
        if "edition" in data:
            self.head = data
        if "here" in data:
            self.here_depth = self.depth
        if "ends" in data:
            self.way, self.way_depth = {**data, "steps": [], "dangers": [], "gaps": []}, self.depth
            self.ways.append(self.way)
        elif self.way is not None:
            if "step" in data:
                self.way["steps"].append({**data, "dangers": []})
            elif "danger" in data:
                self.way["steps"][-1]["dangers"].append(data["danger"])
            elif "days" in data or "fee" in data:
                self.way["steps"][-1].update(data)
            elif "gap" in data:
                self.way["gaps"].append(data["gap"])
        elif "danger" in data and self.here_depth is not None:
            self.here.append(data["danger"])
        else:
            self.rest.extend(data.items())

    def handle_startendtag(self, tag, attrs):
        """Nothing within."""

    def handle_endtag(self, tag):
        if self.depth == self.way_depth:
            self.way = self.way_depth = None
        if self.depth == self.here_depth:
            self.here_depth = None
        self.depth -= 1

    def all(self, name):
        return [v for k, v in self.rest if k == name]


def step_name(step):
    return step["procedure"] or f"{step['kind']} {step['from']}-{step['to']} {step['mode'] or ''}"


def days(pair):
    return f"{pair[0]}-{'' if pair[1] is None else pair[1]}"


@lru_cache(maxsize=1)
def printed(example, *options):
    got = CliRunner().invoke(
        plan_command, [str(example), "--json", "--as-of", "2026-11-24", *options]
    )
    assert got.exit_code == 0, got.output
    return json.loads(got.stdout)


def planned(base, example, **asked):
    """What `plan --json` prints, without the proofs: a hundred megabytes for some."""
    edition = base.as_of(DAY)
    situation, on = read_situation(example.read_bytes(), "a", edition.vocabulary)
    found = engine_answer(edition, situation, goal="protection", on=on, **asked)
    says = Sentences(edition, Words())
    plain = replace(
        found, pathways=(), closed=tuple(replace(c, reasons=(NO_PROOF,)) for c in found.closed)
    )
    plan = data.plan(says, plain, standing=None)
    plan["pathways"] = [
        {
            "id": p.id, "ends": {"place": p.place, "standing": p.standing},
            "truth": p.truth.value, "criteria": {"danger": EVIDENCE[p.criteria.danger]},
            "steps": [
                {
                    "kind": s.kind, "procedure": s.procedure or None, "from": s.start,
                    "to": s.end, "mode": s.mode, "truth": s.truth.value,
                    "days": [s.days[0], None if s.days[1] >= NOT_KNOWN else s.days[1]],
                    "fee_eur": s.fee_eur, "dangers": [{"id": d.danger.id} for d in s.dangers],
                    "gaps": [{"name": g.name} for g in s.gaps()],
                }
                for s in p.steps
            ],
        }
        for p in found.pathways
    ]
    return plan


def opened(client, example):
    page = client.post("/en/open", data={"text": example.read_text("utf-8")})
    assert page.status_code == 200
    return field(page, "state")


def same(shown, plan, *, whole):
    """The page shows the plan's ways, steps, dangers, gaps, questions and closed things."""
    same_ways(shown, plan["pathways"], whole=whole)
    assert sorted(shown.here) == sorted(d["id"] for d in plan["here"]["dangers"])
    assert shown.all("question") == [q["attribute"] for q in plan["questions"]]
    assert shown.all("closed") == [
        f"{c['procedure'] or ''}|{c['to']}|{c['mode'] or ''}" for c in plan["closed"]
    ]
    assert shown.head["on"] == plan["on"]
    assert shown.head["as-of"] == plan["as_of"]
    assert shown.head["edition"] == plan["edition"]
    assert shown.head["goal"] == plan["goal"]


def same_ways(shown, ways, *, whole, start=0):
    """The page shows these ways."""
    assert [w["way"] for w in shown.ways] == [p["id"] for p in ways]
    for number, (way, p) in enumerate(zip(shown.ways, ways, strict=True), start=start):
        assert way["ends"] == f"{p['ends']['place']} {p['ends']['standing']}"
        assert way["truth"] == p["truth"]
        assert way["danger-level"] == p["criteria"]["danger"]
        assert [s["step"] for s in way["steps"]] == [step_name(s) for s in p["steps"]]
        for s, t in zip(way["steps"], p["steps"], strict=True):
            assert s["truth"] == t["truth"]
            assert s["days"] == days(t["days"])
            assert sorted(s["dangers"]) == sorted(d["id"] for d in t["dangers"])
            if "fee" in s:
                fee = t["fee_eur"]
                assert s["fee"] == (f"{fee[0]}-{fee[1]}" if fee else "")
        if whole or number < 5:
            assert way["gaps"] == [g["name"] for s in p["steps"] for g in s["gaps"]]


def first_ways(plan, count=SHOWN):
    return {**plan, "pathways": plan["pathways"][:count]}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_the_answer_its_further_ways_and_its_file_equal_the_plan(client, base, example):
    plan = planned(base, example)
    state = opened(client, example)
    page = client.post("/en/answer", data={"state": state})
    assert page.status_code == 200
    shown = Shown(page.text)
    same(shown, first_ways(plan), whole=False)
    assert shown.all("not-covered") == plan["not_covered"]
    count = len(plan["pathways"])
    assert shown.all("count") == ([str(count)] if count > SHOWN else [])
    ends = [f"{p['ends']['place']} {p['ends']['standing']}" for p in plan["pathways"][SHOWN:]]
    assert shown.all("end") == list(dict.fromkeys(ends))
    starts = list(range(SHOWN, count, LISTED))
    for start in {*starts[:1], *starts[-1:]}:
        page = client.post("/en/ways", data={"state": state, "start": start})
        ways = plan["pathways"][start : start + LISTED]
        same_ways(Shown(page.text), ways, start=start, whole=False)
    assert client.post("/en/ways", data={"state": state, "start": count + 5}).status_code == 404
    file = client.post("/en/page", data={"state": state})
    assert file.headers["content-disposition"] == 'attachment; filename="page.html"'
    same(Shown(file.text), plan, whole=False)


@pytest.mark.parametrize("name", ["asylum-seeker-in-kazakhstan", "officer-in-kazakhstan"])
def test_the_compared_plan_is_the_printed_one(base, name):
    example = next(p for p in EXAMPLES if p.stem == name)
    plan, whole = planned(base, example), printed(example)
    keys = ("on", "as_of", "edition", "goal", "questions", "not_covered", "limits")
    assert [plan[k] for k in keys] == [whole[k] for k in keys]
    assert plan["here"]["dangers"] == whole["here"]["dangers"]
    for a, b in zip(plan["pathways"], whole["pathways"], strict=True):
        for s, t in zip(a["steps"], b["steps"], strict=True):
            assert {k: v for k, v in s.items() if k not in ("fee_eur", "dangers", "gaps")}.items() <= t.items()
            assert list(s["fee_eur"] or ()) == (t["fee_eur"] or [])
            assert [d["id"] for d in s["dangers"]] == [d["id"] for d in t["dangers"]]
            assert [g["name"] for g in s["gaps"]] == [g["name"] for g in t["gaps"]]
    assert [(c["procedure"], c["to"], c["mode"], c["would_open"]) for c in plan["closed"]] == [
        (c["procedure"], c["to"], c["mode"], c["would_open"]) for c in whole["closed"]
    ]


def test_what_proofs_lean_on_is_gathered_as_they_themselves_do(base):
    edition = base.as_of(DAY)
    situation, on = read_situation(OFFICER.read_bytes(), "a", edition.vocabulary)
    found = engine_answer(edition, situation, goal="protection", on=on)
    for way in found.pathways:
        for step in way.steps:
            proofs = [step.proof, *(g.proof for g in step.gates)]
            cited, stale = leaned_on(proofs)
            assert list(cited) == list(dict.fromkeys(c for p in proofs for c in p.all_citations()))
            assert list(stale) == list(dict.fromkeys(s for p in proofs for s in p.all_stale()))


def test_what_would_open_more_is_what_unlock_prints(client):
    example = next(p for p in EXAMPLES if p.stem == "asylum-seeker-in-france")
    got = CliRunner().invoke(unlock_command, [
        str(example), "--json", "--no-pairs", "--as-of", "2026-11-24",
    ])
    assert got.exit_code == 0, got.output
    told = json.loads(got.stdout)
    assert told
    state = opened(client, example)
    page = client.post("/en/unlock", data={"state": state})
    assert page.status_code == 200
    assert Shown(page.text).all("unlock") == [" ".join(u["changes"]) for u in told]
    assert page.text.count("<b>Opens</b>") == sum(
        len({e["standing"] for e in u["opens"]}) for u in told
    )
    nowhere = client.post("/en/open", data={"text": 'nationalities = ["RU"]'})
    page = client.post("/en/unlock", data={"state": field(nowhere, "state")})
    assert "No single change" in page.text


#: Those whose plan is short: the interface prints whole proofs, a hundred megabytes for some.
SHORT = [p for p in EXAMPLES if p.stem in (
    "almost-nothing-known", "asylum-seeker-in-france", "asylum-seeker-in-kazakhstan",
    "mobilised-crossed-irregularly-kazakhstan", "officer-in-kazakhstan",
)]


@pytest.mark.parametrize("example", SHORT, ids=lambda p: p.stem)
def test_the_interface_gives_the_plan_itself(client, example):
    import tomllib

    situation = tomllib.loads(example.read_text("utf-8"))
    told = json.loads(json.dumps(situation, default=str))
    got = client.post("/api/plan", json={"situation": told, "as_of": "2026-11-24"})
    assert got.status_code == 200
    assert got.json() == printed(example)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_a_saved_file_gives_the_same_situation_again(client, example, tmp_path):
    state = opened(client, example)
    saved = client.post("/en/file", data={"state": state})
    assert saved.headers["content-disposition"] == 'attachment; filename="answers.toml"'
    again = client.post("/en/open", data={"text": saved.text})
    twice = client.post("/en/file", data={"state": field(again, "state")})
    assert twice.text == saved.text
    from safeconduct.kb.situations import read_situation

    vocabulary = client.app.app.state.site.base.index.vocabulary
    first, on = read_situation(example.read_bytes(), "a", vocabulary)
    second, on_again = read_situation(saved.content, "b", vocabulary)
    assert on == on_again

    def plain(s):
        return json.loads(json.dumps(
            {k: v for k, v in s.values.items() if k != "nationality"}, default=str, sort_keys=True
        ))

    assert plain(first) == plain(second)
    assert first.unsure == second.unsure
    assert first.complete == second.complete


OFFICER = next(p for p in EXAMPLES if p.stem == "officer-in-kazakhstan")


def test_a_way_and_something_closed_show_their_whole_proofs(client):
    plan = printed(OFFICER)
    state = opened(client, OFFICER)
    way = plan["pathways"][0]
    page = client.post("/en/way", data={"state": state, "way": way["id"]})
    assert page.status_code == 200

    def claims(proof):
        yield proof["claim"]
        for part in proof["because"]:
            yield from claims(part)

    from html import unescape

    text = unescape(page.text)
    for step in way["steps"]:
        for proof in (step["proof"], *(g["proof"] for g in step["gates"])):
            for claim in claims(proof):
                assert claim in text
    shut = plan["closed"][0]
    key = f"{shut['procedure'] or ''}|{shut['to']}|{shut['mode'] or ''}"
    page = client.post("/en/why", data={"state": state, "closed": key})
    for claim in claims(shut["proof"]):
        assert claim in unescape(page.text)
    for bad in ("", "nothing", "<b>"):
        assert client.post("/en/way", data={"state": state, "way": bad}).status_code == 404
        assert client.post("/en/why", data={"state": state, "closed": bad}).status_code == 404


def test_other_days_and_goals_give_the_plan_of_those(client):
    state = opened(client, OFFICER)
    page = client.post("/en/answer", data={
        "state": state, "on": "2026-12-20", "as_of": "2026-11-24", "goal": "reach", "reach": "GE",
    })
    plan = printed(OFFICER, "--on", "2026-12-20", "--goal", "reach:GE")
    same(Shown(page.text), first_ways(plan), whole=False)


@pytest.mark.parametrize("bad", ["yesterday", "2026-13-01", "1999-01-01", "2999-01-01", "2026"])
def test_a_day_that_cannot_be_asked_about_is_refused(client, bad):
    state = opened(client, OFFICER)
    assert client.post("/en/answer", data={"state": state, "on": bad}).status_code == 400


def test_knowledge_of_a_day_to_come_is_refused(client):
    state = opened(client, OFFICER)
    got = client.post("/en/answer", data={"state": state, "as_of": "2026-11-25"})
    assert got.status_code == 400


def test_the_pdf_holds_the_ways_and_the_sources(client):
    pypdf = pytest.importorskip("pypdf")
    from io import BytesIO

    plan = printed(OFFICER)
    state = opened(client, OFFICER)
    got = client.post("/ru/pdf", data={"state": state})
    assert got.headers["content-type"] == "application/pdf"
    text = " ".join(p.extract_text() for p in pypdf.PdfReader(BytesIO(got.content)).pages)
    assert "Казахстан" in text
    assert plan["edition"][:16] in text
    url = plan["pathways"][0]["steps"][0]["citations"][0]["url"]
    assert url[:30] in text


def test_two_days_are_compared(client):
    state = opened(client, OFFICER)
    page = client.post("/en/compare", data={
        "state": state, "on_a": "2026-11-24", "on_b": "2026-11-24", "known_a": "2026-11-24",
        "known_b": "2026-11-24",
    })
    assert "Nothing changed." in page.text
    page = client.post("/en/compare", data={
        "state": state, "on_a": "2026-11-24", "on_b": "2026-11-24", "known_a": "2026-11-23",
        "known_b": "2026-11-24",
    })
    assert "New" in page.text


def test_a_claim_shows_every_element(client):
    from safeconduct.engine.claims import ELEMENTS

    state = opened(client, OFFICER)
    page = client.post("/en/claim", data={"state": state, "in": "FR"})
    assert [e for e in ELEMENTS if f'data-element="{e}"' in page.text] == list(ELEMENTS)
    assert client.post("/en/claim", data={"state": state, "in": "XX"}).status_code == 400


def test_dangers_now_are_those_of_the_plan_and_two_taps_away(client):
    plan = printed(OFFICER)
    page = client.post("/en/danger", data={"state": opened(client, OFFICER), "do": "stay"})
    shown = [v for k, v in Shown(page.text).rest if k == "danger"]
    here = [d["id"] for d in plan["here"]["dangers"]]
    assert sorted(shown[: len(here)]) == sorted(here)
    kind = {d["id"]: d["kind"] for d in plan["here"]["dangers"]}
    assert kind[shown[0]] in ("extradition", "handover", "forced-return", "expulsion")
    first = client.post("/en/danger", data={"q": "present_in", "v": "KZ", "do": "next"})
    assert first.status_code == 200
    assert "kz." in first.text
    assert client.post("/en/danger", data={"q": "present_in", "v": "", "do": "next"}
                       ).status_code == 400
