"""The interface for other programs and for assistants says what the engine says."""

import json

import anyio
import pytest

from web.conftest import DAY, settings

mcp = pytest.importorskip("mcp", reason="the library of the Model Context Protocol")

from safeconduct.web.assistant import make_server  # noqa: E402

#: Without a place there is nothing to search: quick.
NOWHERE = {"nationalities": ["FR"]}
SITUATION = {"present_in": "FR", "nationalities": ["FR"], "complete": ["paper", "proceeding"]}


def test_the_description_is_openapi_and_covers_every_route(client):
    found = client.get("/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    from safeconduct.web.app import routes

    served = {r.path for r in routes() if r.path.startswith("/api/")}
    assert served == set(found["paths"])
    assert "present_in" in found["components"]["schemas"]["Situation"]["properties"]


@pytest.mark.parametrize("body,status", [
    ({}, 400), ({"situation": {}}, 400), ({"situation": {"present_inn": "KZ"}}, 400),
    ({"situation": SITUATION, "goal": "moon"}, 404), ({"situation": SITUATION, "on": "x"}, 400),
    ({"situation": SITUATION, "on": 5}, 400), ({"situation": SITUATION, "as_of": "2027-01-01"}, 400),
    ({"situation": SITUATION, "to": "FR"}, 400), ({"situation": SITUATION, "max_steps": 99}, 400),
    ({"situation": SITUATION, "max_steps": True}, 400), ({"situation": SITUATION, "lang": []}, 400),
    ([], 400), ("x", 400), (None, 400), ({"situation": SITUATION, "goal": 3}, 400),
    ({"situation": {"paper": [{"kind": "visa"}]}}, 400),
])
def test_what_cannot_be_taken_is_refused_with_what_to_do(client, body, status):
    got = client.post("/api/plan", json=body)
    assert got.status_code == status
    assert got.json()["error"]
    assert "Traceback" not in got.text


def test_only_json_is_taken(client):
    assert client.post("/api/plan", content=b"{}", headers={"content-type": "text/plain"}
                       ).status_code == 400
    for bad in (b"{", b"\xff", b"[" * 100_000, b'{"situation": {"present_in": "KZ"'):
        got = client.post("/api/plan", content=bad, headers={"content-type": "application/json"})
        assert got.status_code == 400
    refused = client.post("/api/plan", json={}, headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert refused.json()["error"]


def test_places_sources_changes_and_search(client):
    places = client.get("/api/places").json()["places"]
    assert {"KZ", "FR"} <= {p["place"] for p in places}
    place = client.get("/api/place/KZ").json()
    assert all(i["citations"] for i in place["items"])
    source = place["items"][0]["citations"][0]["source"]
    assert client.get(f"/api/source/{source}").json()["cited_by"]
    assert client.get("/api/place/ZZ").status_code == 404
    assert client.get("/api/source/none").status_code == 404
    assert client.get("/api/changes?since=2026-01-01").json()["total"]
    assert client.get("/api/changes?since=x").status_code == 400
    found = client.post("/api/search", json={"text": "handover"}).json()
    assert found["total"] >= len(found["items"]) > 0
    for bad in ({"text": ""}, {"text": 5}, {"text": "x" * 201}, {"text": "x", "lang": "xx"}):
        assert client.post("/api/search", json=bad).status_code == 400


def test_a_claim_and_a_comparison(client):
    got = client.post("/api/claim", json={"situation": SITUATION, "in": "DE"}).json()
    assert got["refugee"]["truth"] in ("true", "false", "unknown")
    assert client.post("/api/claim", json={"situation": SITUATION, "in": "XX"}).status_code == 400
    assert client.post("/api/claim", json={"situation": SITUATION, "in": "AQ"}).status_code == 404
    same = client.post("/api/compare", json={
        "situation": NOWHERE, "goal": "reach:FR", "second_on": DAY.isoformat(),
    }).json()
    assert not same["pathways_new"]
    assert client.post("/api/compare", json={
        "situation": NOWHERE, "second_as_of": "2027-01-01",
    }).status_code == 400


def test_an_assistant_gets_proofs_sources_and_both_days(base):
    server = make_server(base, settings())

    async def talk():
        async with mcp.Client(server) as client:
            names = {t.name for t in (await client.list_tools()).tools}
            assert names == {"plan", "why", "claim", "search", "place"}
            body = {"situation": NOWHERE, "goal": "reach:FR"}
            plan = json.loads((await client.call_tool("plan", body)).content[0].text)
            assert plan["on"] == plan["as_of"] == DAY.isoformat()
            assert all("proof" not in s for p in plan["pathways"] for s in p["steps"])
            claim = await client.call_tool("claim", {"situation": SITUATION, "place": "DE"})
            assert json.loads(claim.content[0].text)["refugee"]["because"]
            found = await client.call_tool("search", {"text": "handover kazakhstan"})
            assert json.loads(found.content[0].text)["items"][0]["citations"]
            place = await client.call_tool("place", {"code": "kz"})
            assert json.loads(place.content[0].text)["items"]
            for tool, bad in (
                ("plan", {"situation": {"present_inn": "KZ"}}), ("place", {"code": "ZZ"}),
                ("why", {**body, "what": "nothing"}),
            ):
                assert (await client.call_tool(tool, bad)).is_error

    anyio.run(talk)
