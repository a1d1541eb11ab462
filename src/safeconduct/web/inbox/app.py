"""The inbox as a Starlette application: list, story, and the five decisions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from safeconduct.errors import SafeconductError
from safeconduct.kb.edition import Edition
from safeconduct.watch import proposals, weighing
from safeconduct.watch.extras import need
from safeconduct.watch.index import Item, Items, KnowledgeIndex
from safeconduct.watch.lexicons.load import institutions
from safeconduct.watch.matching import Matcher
from safeconduct.watch.problems import NotKept
from safeconduct.watch.store import desk_work
from safeconduct.watch.store.store import Store
from safeconduct.web.inbox.guard import Guard

HERE = Path(__file__).parent
PAGE = 25
EFFECT_SECONDS = 20.0
"""The longest that comparing answers for one page may take."""
_MAX_FORM = 16 * 1024


class Inbox:
    """The pages, over one store and one edition of the knowledge."""

    def __init__(
        self,
        store: Store,
        index: KnowledgeIndex,
        *,
        drafts: Path,
        by: str,
        now: Callable[[], datetime],
        edition: Edition | None,
        examples: Path,
        clock: Callable[[], float],
    ) -> None:
        jinja = need("jinja2")
        self.store = store
        self.items: dict[str, Item] = {i.id: i for i in index.items()}
        self.drafts = drafts
        self.by = by
        self.now = now
        self.edition = edition
        self.persons = weighing.people(examples, edition) if edition else ()
        self.clock = clock
        self.token = secrets.token_urlsafe(24)
        self._templates = jinja.Environment(
            loader=jinja.FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
            undefined=jinja.StrictUndefined,
        )  # fmt: skip

    @cached_property
    def matcher(self) -> Matcher | None:
        """The knowledge as read by the lexicons, made when a story is first merged or split."""
        return Matcher(Items(tuple(self.items.values()))) if self.items else None

    def page(self, name: str, *, status: int = 200, **values: Any) -> Any:
        """Render one page."""
        html = self._templates.get_template(name).render(token=self.token, **values)
        return need("starlette.responses").HTMLResponse(html, status_code=status)

    async def listing(self, request: Any) -> Any:
        """Stories by urgency."""
        state = request.query_params.get("state", "open")
        if state not in desk_work.STATES:
            return self.problem(f"{state[:40]!r} is no state of a story.", 400)
        start = _number(request.query_params.get("after", "0"))
        lines = desk_work.inbox(self.store, state=state, limit=PAGE + 1, after=start)
        return self.page(
            "list.html", lines=lines[:PAGE], state=state, counts=desk_work.counts(self.store), start=start,
            more=len(lines) > PAGE, size=PAGE, done=request.query_params.get("done", "")[:80],
        )  # fmt: skip

    async def story(self, request: Any) -> Any:
        """One story beside what it touches."""
        try:
            shown = desk_work.show(self.store, int(request.path_params["number"]))
        except NotKept as problem:
            return self.problem(str(problem), 404)
        touched = [(m, self.items.get(m["item"])) for m in shown.matches]
        bodies = [
            str(institutions()[i]["name"])
            for i in shown.says.get("institutions", ())
            if i in institutions()
        ]
        following = [x.id for x in desk_work.inbox(self.store, limit=200)]
        at = following.index(shown.line.id) if shown.line.id in following else -1
        return self.page(
            "story.html", shown=shown, line=shown.line, touched=touched, bodies=bodies, leaning=self._leaning(shown),
            next=following[at + 1] if at + 1 < len(following) else None, before=following[at - 1] if at > 0 else None,
            draft_folder=str(self.drafts),
        )  # fmt: skip

    def _nearest(self, shown: desk_work.Shown) -> tuple[weighing.Person, ...]:
        assert self.edition is not None  # noqa: S101
        touched = [str(m["item"]) for m in shown.matches]
        return weighing.nearest(self.persons, weighing.kept(self.store, self.edition), touched)

    def _leaning(self, shown: desk_work.Shown) -> list[tuple[str, int]] | None:
        """The situations whose answers lean on what a story touches, and on how much of it; none when not counted."""
        found = weighing.kept(self.store, self.edition) if self.edition else {}
        if not found:
            return None
        touched = frozenset(str(m["item"]) for m in shown.matches)
        counts = [(p.name.removesuffix(".toml"), len(touched & found.get(p.digest, frozenset()))) for p in self.persons]
        return sorted((c for c in counts if c[1]), key=lambda c: (-c[1], c[0]))

    async def effect(self, request: Any) -> Any:
        """Whose answers would change if the story were accepted; worked out when it is asked for."""
        try:
            shown = desk_work.show(self.store, int(request.path_params["number"]))
            drafts = proposals.drafts(shown, self.items, on=self.now().date())
        except NotKept as problem:
            return self.problem(str(problem), 404)
        if self.edition is None:
            return self.problem("The knowledge is not loaded, so no answer can be compared.", 409)
        end = self.clock() + EFFECT_SECONDS
        work = partial(
            weighing.effect, self.edition, drafts, self._nearest(shown), on=self.now().date(), more=lambda: self.clock() < end
        )
        try:
            found = await need("starlette.concurrency").run_in_threadpool(work)
        except SafeconductError as problem:
            return self.problem(f"The drafts cannot be laid over the knowledge yet: {problem}", 409)
        return self.page(
            "effect.html", line=shown.line, effect=found, steps=weighing.STEPS, draft_folder=str(self.drafts),
            same=[c.person for c in found.changes if not c.lines],
        )  # fmt: skip

    async def text(self, request: Any) -> Any:
        """The story alone, as kept from one page."""
        try:
            text = desk_work.page_text(self.store, int(request.path_params["number"]))
        except NotKept as problem:
            return self.problem(str(problem), 404)
        return self.page(
            "text.html", paragraphs=text.split("\n"), number=request.path_params["number"]
        )

    async def decide(self, request: Any) -> Any:
        """Accept, reject, reopen, merge or split, from a form with the token."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_FORM:
                return self.problem("The form is too large.", 413)
        form = {
            k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace"), max_num_fields=20).items()
        }
        if not secrets.compare_digest(form.get("token", ""), self.token):
            return self.problem(
                "The form is not from this page. Go back to the inbox and try again.", 403
            )
        number = int(request.path_params["number"])
        try:
            place = self._decided(number, form)
        except SafeconductError as problem:
            return self.problem(str(problem), 409)
        return need("starlette.responses").RedirectResponse(place, status_code=303)

    def _decided(self, number: int, form: dict[str, str]) -> str:
        verb, note, at = form.get("verb", ""), form.get("note", "")[:500], self.now()
        if verb == "accept":
            shown = desk_work.show(self.store, number)
            proposals.write(proposals.drafts(shown, self.items, on=at.date()), self.drafts)
        if verb in ("accept", "reject", "reopen"):
            desk_work.decide(self.store, number, verb, at=at, by=self.by, note=note)
            return f"/?done={verb}-{number}"
        if verb == "merge":
            other = _number(form.get("story", ""))
            desk_work.merge(self.store, number, other, at=at, by=self.by, matcher=self.matcher)
            return f"/story/{number}"
        if verb == "split":
            page = _number(form.get("page", ""))
            new = desk_work.split(self.store, page, at=at, by=self.by, matcher=self.matcher)
            return f"/story/{new}"
        raise NotKept("there is no such decision")

    def problem(self, text: str, status: int) -> Any:
        """A page that says what is wrong."""
        return self.page("problem.html", status=status, text=text)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def create_inbox_app(
    store: Store,
    index: KnowledgeIndex,
    *,
    drafts: Path,
    by: str,
    now: Callable[[], datetime],
    port: int = 8742,
    edition: Edition | None = None,
    examples: Path = weighing.EXAMPLES,
    clock: Callable[[], float] = lambda: 0.0,
) -> Any:
    """The inbox as an ASGI application, to be served on this machine alone.

    Args:
        drafts: Where accepting a story writes its drafts.
        by: The editor's handle, recorded with each decision.
        now: Gives the time.
        port: The port it is served on; requests that name another are refused.
        edition: The knowledge by which answers are compared; without it, none are.
        examples: The folder of the situations whose answers are compared.
        clock: Seconds that pass; comparing ends after some of them.

    """
    routing = need("starlette.routing")
    pages = Inbox(
        store, index, drafts=drafts, by=by, now=now, edition=edition, examples=examples, clock=clock
    )
    app = need("starlette.applications").Starlette(
        routes=[
            routing.Route("/", pages.listing),
            routing.Route("/story/{number:int}", pages.story),
            routing.Route("/story/{number:int}/effect", pages.effect),
            routing.Route("/story/{number:int}/decide", pages.decide, methods=["POST"]),
            routing.Route("/page/{number:int}", pages.text),
            routing.Mount(
                "/static", need("starlette.staticfiles").StaticFiles(directory=HERE / "static")
            ),
        ]
    )
    return Guard(app, port=port)
