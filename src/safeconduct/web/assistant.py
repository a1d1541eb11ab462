"""The engine as tools for an assistant, over the Model Context Protocol.

Each tool returns what the engine proves, with its sources, so that an assistant need not answer
from memory. Nothing that is sent is kept.
"""

from __future__ import annotations

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from ..errors import SafeconductError
from ..kb.base import KnowledgeBase
from . import api
from .compare_pages import assessed
from .knowledge import iso
from .settings import Settings
from .site import Site

INSTRUCTIONS = (
    "Cited, dated pathways to protection for people who refuse to fight in wars of aggression. "
    "Give the situation as an object with the keys of a situation file (no names, no contact "
    "details); a key left out is unknown. Quote what the tools return with its sources and both "
    "days (asked for, as known on). What is unknown stays unknown: ask the person the questions "
    "listed, do not fill gaps from memory. 'None recorded' never means safe. This is not legal "
    "advice, and no outcome is predicted."
)
_MOST_WAYS = 10


def brief(plan: dict[str, Any], top: int) -> dict[str, Any]:
    """A plan without its proofs: the ways in order, dangers, questions, what is closed."""

    def way(p: dict[str, Any]) -> dict[str, Any]:
        steps = [
            {k: v for k, v in s.items() if k not in ("proof", "gates")}
            | {"gates": {g["gate"]: g["truth"] for g in s["gates"]}}
            for s in p["steps"]
        ]
        return {**p, "steps": steps}

    return {
        **{k: v for k, v in plan.items() if k not in ("pathways", "closed")},
        "pathways": [way(p) for p in plan["pathways"][:top]],
        "pathways_in_all": len(plan["pathways"]),
        "closed": [
            {k: v for k, v in c.items() if k != "proof"} for c in plan["closed"]
        ],
    }


def make_server(base: KnowledgeBase, settings: Settings) -> MCPServer[Any]:
    """The server with its tools."""
    site = Site(settings, base)
    server: MCPServer[Any] = MCPServer(
        name="safeconduct", title="safeconduct", instructions=INSTRUCTIONS, version="1",
    )

    def asked(body: dict[str, Any]) -> Any:
        try:
            return api.asked(site, {k: v for k, v in body.items() if v is not None})
        except (api.BadRequest, SafeconductError) as error:
            raise ToolError(str(error)) from None

    @server.tool(description="Every lawful pathway to a goal that no other beats, step by step, "
                 "with dangers, sources, what is missing, and what is closed. goal: protection, "
                 "stay, or reach:XX. Days are ISO 8601.", structured_output=False)
    def plan(
        situation: dict[str, Any], on: str | None = None, as_of: str | None = None,
        goal: str = "protection", to: list[str] | None = None, top: int = 5, lang: str = "en",
    ) -> dict[str, Any]:
        found = asked({"situation": situation, "on": on, "as_of": as_of, "goal": goal, "to": to,
                       "lang": lang})
        return brief(_run(found.plan), max(1, min(top, _MOST_WAYS)))

    @server.tool(description="The whole proof of one pathway by its id, or of why something is "
                 "closed, by a procedure's id or a place.", structured_output=False)
    def why(
        situation: dict[str, Any], what: str, on: str | None = None, as_of: str | None = None,
        goal: str = "protection", lang: str = "en",
    ) -> dict[str, Any]:
        found = asked({"situation": situation, "on": on, "as_of": as_of, "goal": goal,
                       "lang": lang})
        answer = _run(found.plan)
        for p in answer["pathways"]:
            if p["id"] == what:
                return {"on": answer["on"], "as_of": answer["as_of"], "pathway": p}
        shut = [c for c in answer["closed"] if what in (c["procedure"], c["to"])]
        if not shut:
            raise ToolError("no pathway of that id, and nothing closed of that name")
        return {"on": answer["on"], "as_of": answer["as_of"], "closed": shut}

    @server.tool(description="The elements of the refugee definition as one state reads it, with "
                 "evidence, gaps, and decisions for and against.", structured_output=False)
    def claim(
        situation: dict[str, Any], place: str, on: str | None = None, as_of: str | None = None,
        lang: str = "en",
    ) -> dict[str, Any]:
        found = asked({"situation": situation, "on": on, "as_of": as_of, "lang": lang})
        return _run(lambda: assessed(
            found.edition, found.words, found.situation, place.upper(), found.on
        ))

    @server.tool(description="Search facts, rules, procedures, dangers, decisions and sources; all "
                 "words must occur.", structured_output=False)
    def search(text: str, lang: str = "en") -> dict[str, Any]:
        words = api.words_of({"lang": lang}, site)
        return api.found_items(site.library(), text[:200], words)

    @server.tool(description="What is known of one place (ISO 3166-1), with sources.",
                 structured_output=False)
    def place(code: str) -> dict[str, Any]:
        library = site.library()
        items = library.by_place.get(code.upper())
        if not items:
            raise ToolError("nothing is recorded of this place: that says nothing about it")
        return {
            "place": code.upper(), "as_of": iso(library.edition.as_of),
            "items": [api.item_data(library, i) for i in items],
        }

    return server


def _run(function: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = function()
    except SafeconductError as error:
        raise ToolError(str(error)) from None
    return found


def run(base: KnowledgeBase, settings: Settings) -> None:
    """Serve the tools on standard input and output until it is closed."""
    make_server(base, settings).run("stdio")
