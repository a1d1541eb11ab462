"""The description of the interface for other programs, OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..kb.situations import PLACES
from ..model.knowledge import FieldType, Vocabulary
from .site import site_of
from .words import LANGUAGES

_DAY = {"type": "string", "format": "date"}
_TEXT = {"type": "string"}
_PARTIAL_DAY = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}


def _field(field: FieldType) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "bool": {"type": "boolean"}, "day": _PARTIAL_DAY, "text": {"type": "string"},
        "year": {"type": "integer", "minimum": 1900, "maximum": 2100},
        "place": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "places": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{2}$"}},
        "place-or-region": {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"},
        "region": {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"},
    }
    found = dict(kinds.get(field.type, {"type": "string", "enum": list(field.values)}))
    if field.question or field.label:
        found["description"] = field.question or field.label
    return found


def situation_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The keys of a situation, from the vocabulary."""
    properties: dict[str, Any] = {
        a.name: _field(a) for a in vocabulary.attributes.values()
        if not a.type.startswith("derived")
    }
    for record in vocabulary.records.values():
        one = {
            "type": "object", "additionalProperties": False,
            "properties": {
                f.name: _field(f) for f in record.fields if not f.type.startswith("derived")
            },
        }
        properties[record.name] = one if record.single else {"type": "array", "items": one}
    properties["on"] = _DAY
    properties["unsure"] = {"type": "array", "items": _TEXT}
    properties["complete"] = {
        "type": "array", "items": {"type": "string", "enum": list(vocabulary.records)}
    }
    return {
        "type": "object", "additionalProperties": False, "properties": properties,
        "minProperties": 1,
        "description": "What a person told; it names nobody. What is left out is unknown.",
    }


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        found["required"] = list(required)
    return found


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _schemas(vocabulary: Vocabulary) -> dict[str, Any]:
    truth = {"type": "string", "enum": ["true", "false", "unknown"]}
    days = {"type": "array", "items": _null({"type": "integer"}), "minItems": 2, "maxItems": 2}
    return {
        "Situation": situation_schema(vocabulary),
        "Error": _object(("error",), error=_TEXT, problems=_array(_TEXT), advice=_TEXT),
        "Citation": _object(
            ("source", "locator", "url"), source=_TEXT, title=_TEXT, locator=_TEXT, url=_TEXT,
            kind=_TEXT, issued=_null(_TEXT), accessed=_TEXT,
        ),
        "Gap": _object(
            ("kind", "name", "text"),
            kind={"type": "string", "enum": ["not-given", "not-recorded", "not-ruled",
                                             "disputed"]},
            name=_TEXT, text=_TEXT,
        ),
        "Proof": _object(
            ("claim", "truth", "because", "citations", "gap"), claim=_TEXT, truth=truth,
            because=_array(_ref("Proof")), citations=_array(_ref("Citation")),
            gap=_null(_ref("Gap")),
        ),
        "Danger": _object(
            ("id", "place", "moment", "kind", "evidence", "title", "truth", "citations"), id=_TEXT,
            place=_TEXT, moment=_TEXT, kind=_TEXT, evidence=_TEXT, returned_to=_null(_TEXT),
            since=_null(_TEXT), title=_TEXT, truth=truth, citations=_array(_ref("Citation")),
        ),
        "Step": _object(
            ("kind", "from", "to", "title", "truth", "days"), kind=_TEXT, procedure=_null(_TEXT),
            to=_TEXT, mode=_null(_TEXT), via=_array(_TEXT), title=_TEXT, truth=truth,
            discretionary={"type": "boolean"}, days=days, fee_eur=_null(days),
            gates=_array(_object(gate=_TEXT, truth=truth, proof=_ref("Proof"))),
            proof=_ref("Proof"), dangers=_array(_ref("Danger")), gaps=_array(_ref("Gap")),
            citations=_array(_ref("Citation")), stale=_array(_TEXT), **{"from": _TEXT},
        ),
        "Pathway": _object(
            ("id", "ends", "truth", "criteria", "steps"), id=_TEXT,
            ends=_object(place=_TEXT, standing=_TEXT), truth=truth,
            discretionary={"type": "boolean"},
            criteria=_object(doubt={"type": "integer"}, danger=_TEXT, days=days, fees_eur=days),
            steps=_array(_ref("Step")),
        ),
        "Plan": _object(
            ("on", "as_of", "edition", "goal", "here", "pathways", "closed", "questions",
             "not_covered", "stale"),
            on=_DAY, as_of=_DAY, edition=_TEXT, goal=_TEXT,
            here=_object(place=_null(_TEXT), standing=_null(_TEXT),
                         dangers=_array(_ref("Danger"))),
            pathways=_array(_ref("Pathway")),
            closed=_array(_object(procedure=_null(_TEXT), to=_TEXT, mode=_null(_TEXT),
                                  title=_TEXT, proof=_ref("Proof"),
                                  would_open=_array(_array(_TEXT)))),
            questions=_array(_object(attribute=_TEXT, text=_TEXT, matters_to=_array(_TEXT))),
            not_covered=_array(_TEXT), stale=_array(_TEXT),
        ),
        "Item": _object(
            ("kind", "id", "title"), kind=_TEXT, id=_TEXT, title=_TEXT, places=_array(_TEXT),
            citations=_array(_ref("Citation")),
        ),
    }


def _responses(schema: dict[str, Any], *statuses: int) -> dict[str, Any]:
    told = {
        400: "What was sent cannot be taken; nothing was computed.",
        403: "The request comes from another site.", 404: "There is nothing of that name.",
        405: "Not with this method.",
        413: "What was sent is too large.", 429: "Too many requests; wait a minute.",
    }
    found: dict[str, Any] = {
        "200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    }
    for status in (403, 405, 413, 429, *statuses):
        found[str(status)] = {
            "description": told[status],
            "content": {"application/json": {"schema": _ref("Error")}},
        }
    return found


def _post(summary: str, name: str, body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {"post": {
        "summary": summary, "operationId": name,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": _responses(answer, 400, 404),
    }}


def _get(
    summary: str, name: str, answer: dict[str, Any], parameters: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    return {"get": {
        "summary": summary, "operationId": name, "parameters": list(parameters),
        "responses": _responses(answer, 400, 404),
    }}


def describe(vocabulary: Vocabulary) -> dict[str, Any]:
    """The whole description.

    >>> from safeconduct.model.knowledge import Vocabulary
    >>> describe(Vocabulary({}, {}, {}))["openapi"]
    '3.1.0'
    """
    asked: dict[str, Any] = {
        "situation": _ref("Situation"), "on": _DAY, "as_of": _DAY,
        "goal": {"type": "string", "pattern": r"^(protection|stay|reach:[A-Z]{2})$"},
        "to": _array({"type": "string", "enum": sorted(PLACES)}),
        "max_steps": {"type": "integer", "minimum": 1, "maximum": 6},
        "lang": {"type": "string", "enum": list(LANGUAGES)},
    }

    def body(*required: str, **more: Any) -> dict[str, Any]:
        return _object(("situation", *required), **asked, **more)

    place = {"name": "code", "in": "path", "required": True,
             "schema": {"type": "string", "pattern": "^[A-Za-z]{2}$"}}
    name = {"name": "name", "in": "path", "required": True,
            "schema": {"type": "string", "pattern": "^[a-z0-9.-]+$"}}
    since = {"name": "since", "in": "query", "required": False, "schema": _DAY}
    items = _array(_ref("Item"))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "safeconduct", "version": "1",
            "description": "Cited, dated pathways to protection. Nothing that is sent is kept.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": {
            "/api/plan": _post("Every pathway that no other beats, with proofs", "plan", body(),
                               _ref("Plan")),
            "/api/compare": _post(
                "What changed between two days or editions", "compare",
                body(second_on=_DAY, second_as_of=_DAY),
                _object(pathways_gone=_array(_TEXT), pathways_new=_array(_TEXT)),
            ),
            "/api/claim": _post(
                "The elements of the refugee definition in one state", "claim",
                body("in", **{"in": {"type": "string", "enum": sorted(PLACES)}}),
                _object(refugee=_ref("Proof"), gaps=_array(_ref("Gap"))),
            ),
            "/api/search": _post(
                "Search facts, rules, procedures, dangers, decisions and sources", "search",
                _object(("text",), text={"type": "string", "minLength": 1, "maxLength": 200},
                        lang=asked["lang"]),
                _object(total={"type": "integer"}, items=items, sources=_array(_object())),
            ),
            "/api/places": _get("How much is known of each place", "places",
                                _object(places=_array(_object(place=_TEXT)))),
            "/api/place/{code}": _get("What is known of one place", "place",
                                      _object(place=_TEXT, items=items), (place,)),
            "/api/source/{name}": _get("One source, and what cites it", "source",
                                       _object(id=_TEXT, cited_by=_array(_TEXT)), (name,)),
            "/api/changes": _get(
                "What was recorded since a day", "changes",
                _object(since=_DAY, total={"type": "integer"}, changes=_array(_object(id=_TEXT))),
                (since,),
            ),
        },
        "components": {"schemas": _schemas(vocabulary)},
    }


async def document(request: Request) -> Response:
    """The description, for the vocabulary in use."""
    edition, _ = site_of(request).edition(site_of(request).settings.day())
    return JSONResponse(describe(edition.vocabulary))
