"""What procedures do to the states of one person, how long they take and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..model.knowledge import ClaimGrant, PaperGrant, Procedure, StandingGrant
from ..model.period import NO_END
from ..model.truth import Truth
from .compiled import shut_for_ever
from .formula import Formulas
from .gates import Gates
from .labels import NOT_KNOWN, UNLIMITED
from .nodes import Call
from .reading import paper_valid
from .states import State, States, Window

#: Standings that forbid return.
PROTECTION = ("refugee", "subsidiary", "temporary-protection")
#: Papers got outside the issuing state in order to go there.
_LEADS_TO_ISSUER = ("visa", "residence-permit", "laissez-passer", "return-certificate")
#: What a paper must not be asked for towards a goal: its stated purpose would not be true.
_UNTRUE_PURPOSES = {"protection": ("visit", "study", "work"), "stay": ("visit",)}
#: More steps than any search takes.
_NEVER = 99
Figure = tuple[int, int]


class Effect(NamedTuple):
    """What a procedure does to a state.

    `new_papers` are those that the person does not hold already, `leads` the states to which a
    paper leads, `claim` the place of the claim after it (-1: none, -2: as before).
    """

    papers: int
    new_papers: int
    is_more_than_papers: bool
    decides_on: int
    leads: tuple[int, ...]
    standing: int
    claim: int
    stay: int | None
    protects: bool


class Offered(NamedTuple):
    """A procedure in a place: its number, what it does, and the fewest steps that must follow."""

    number: int
    procedure: Procedure
    effect: Effect
    after: int


@dataclass(slots=True, eq=False, repr=False)
class Effects:
    """Procedures for one person and goal."""

    formulas: Formulas
    gates: Gates
    space: States
    window: Window
    on: int
    goal: str
    goal_places: frozenset[str]
    _at: dict[str, tuple[tuple[int, Procedure], ...]] = field(default_factory=dict)
    _offered: dict[str, tuple[Offered, ...]] = field(default_factory=dict)
    _effects: dict[str, Effect] = field(default_factory=dict)
    _figures: dict[str, list[tuple[int, int, Figure, Figure]]] = field(default_factory=dict)
    _shut: dict[str, bool] = field(default_factory=dict)
    _least: dict[str, int] = field(default_factory=dict)
    _least_anywhere: int = -1

    def at(self, place: str) -> tuple[tuple[int, Procedure], ...]:
        """The procedures in a place that may be proposed towards the goal, with their numbers."""
        found = self._at.get(place)
        if found is None:
            found = self._at[place] = tuple(
                (self.gates.operation_id(o), o.procedure)
                for o in self.gates.atlas.procedures_at(place)
                if o.procedure is not None and self._leads_on(o.procedure)
            )
        return found

    def _leads_on(self, procedure: Procedure) -> bool:
        if procedure.purpose in _UNTRUE_PURPOSES.get(self.goal, ()):
            return False
        if procedure.kind != "stay" or self.goal == "stay":
            return True
        return self.goal == "protection" and self.of(procedure).protects

    def useful(self, s: State, remaining: int) -> list[Offered]:
        """The procedures that give anything that a state does not have, and leave steps enough."""
        place = self.space.place_names[s.place]
        offered = self._offered.get(place)
        if offered is None:
            offered = self._offered[place] = tuple(
                Offered(n, p, self.of(p), self.steps_after(p, place)) for n, p in self.at(place)
            )
        if self.space.is_waiting(s):
            return [
                o for o in offered if o.effect.decides_on == s.claim and o.after < remaining
            ]
        if s.visa >= 0:
            return []
        has_claim = s.claim >= 0
        standing = self.space.standings[s.standing].get("kind")
        may_stay, lacks = standing not in PROTECTION, ~s.papers
        return [
            o for o in offered
            if o.after < remaining and (
                o.effect.decides_on == s.claim if o.effect.decides_on >= 0
                else not (has_claim and o.effect.claim >= 0) and (
                    o.effect.new_papers & lacks or (may_stay and o.effect.is_more_than_papers)
                )
            )
        ]

    def is_shut(self, procedure: Procedure) -> bool:
        """Whether a procedure is closed to the person wherever they are, and for good."""
        found = self._shut.get(procedure.id)
        if found is None:
            node = self.formulas.program.node(procedure.when, ())
            call = Call(
                self.formulas, self.space.situation_of(0), self.on, self.space.key_of(0), (), ()
            )
            found = self._shut[procedure.id] = shut_for_ever(node, call)
        return found

    def of(self, procedure: Procedure) -> Effect:
        """What a procedure does."""
        found = self._effects.get(procedure.id)
        if found is None:
            found = self._effects[procedure.id] = self._work_out(procedure)
        return found

    def _work_out(self, procedure: Procedure) -> Effect:
        space, is_decision = self.space, procedure.kind == "decision"
        to = space.place_id(procedure.to)
        papers = new_papers = 0
        is_more = protects = False
        leads: list[int] = []
        standing, claim, stay = -1, -2, None
        for grant in procedure.grants:
            match grant:
                case PaperGrant(fields):
                    bit = 1 << space.grant_bit(grant)
                    papers |= bit
                    if not is_more and not self._holds_already(grant):
                        new_papers |= bit
                    given = dict(fields)
                    if given.get("kind") in _LEADS_TO_ISSUER and given.get("visa") not in (
                        "transit", "exit",
                    ):
                        leads.append(space.place_id(str(given["issuer"])))
                    continue
                case StandingGrant(kind, days):
                    standing = space.standing_id(kind, days or UNLIMITED)
                    stay = UNLIMITED if days is None else days
                    claim = -1 if is_decision else claim
                    protects = kind in PROTECTION
                case ClaimGrant():
                    claim, stay = to, UNLIMITED
                case _:
                    pass
            is_more = True
        return Effect(
            papers, new_papers, is_more, to if is_decision else -1, tuple(leads), standing, claim,
            stay, protects,
        )

    def _holds_already(self, grant: PaperGrant) -> bool:
        """Whether the person holds such a paper, valid on the day asked about."""
        fields = dict(grant.fields)
        return any(
            all(paper.get(k) == v for k, v in fields.items())
            and paper.get("held", "held") == "held"
            and paper_valid(paper, self.on) is Truth.TRUE
            for paper in self.space.situation.records("paper")
        )

    def after(self, effect: Effect, s: State) -> State:
        """The state after a procedure."""
        visa = s.visa
        for issuer in effect.leads:
            if issuer != s.place:
                visa = issuer
        return State(
            s.place, s.papers | effect.papers,
            s.standing if effect.standing < 0 else effect.standing,
            s.claim if effect.claim == -2 else effect.claim, s.union, visa, s.origin,
        )

    # How far it still is

    def least_at(self, place: str) -> int:
        """Fewest steps to the goal from a place where nothing is under way."""
        found = self._least.get(place)
        if found is None:
            found = self._least[place] = self._least_there(place)
        return found

    def _least_there(self, place: str) -> int:
        if self.goal != "protection":
            return 0
        here = self._least_here(place)
        return here if here < _NEVER else 1 + self.least_anywhere()

    def _least_here(self, place: str) -> int:
        """Fewest steps to protection that need no journey."""
        if self.goal_places and place not in self.goal_places:
            return _NEVER
        if self._protects_at_once(place):
            return 1
        for kind in ("lodge", "decision"):
            if not any(p.kind == kind and not self.is_shut(p) for _, p in self.at(place)):
                return _NEVER
        return 2

    def least_anywhere(self) -> int:
        """Fewest steps to the goal from the best of all places."""
        if self._least_anywhere < 0:
            self._least_anywhere = self._work_out_least()
        return self._least_anywhere

    def _work_out_least(self) -> int:
        if self.goal != "protection":
            return 0
        places = [
            p for p in self.gates.atlas.destinations
            if not self.goal_places or p in self.goal_places
        ]
        if any(self._protects_at_once(p) for p in places):
            return 1
        return 2 if any(self._least_here(p) == 2 for p in places) else _NEVER

    def _protects_at_once(self, place: str) -> bool:
        """Whether a procedure in a place gives protection without a claim."""
        return any(
            self.of(p).protects and p.kind != "decision" and not self.is_shut(p)
            for _, p in self.at(place)
        )

    def steps_after(self, procedure: Procedure, place: str) -> int:
        """Fewest steps that must follow a procedure before the goal."""
        if self.goal != "protection":
            return 1 if procedure.kind == "obtain" else 0
        effect = self.of(procedure)
        if effect.protects:
            return 0
        if procedure.kind != "obtain":
            return 1
        elsewhere = [
            self.space.place_names[i] for i in effect.leads
            if i != self.space.place_id(place)
        ]
        if elsewhere:
            return 1 + min(self.least_at(p) for p in elsewhere)
        if self.gates.atlas.claims_ignore_papers(place):
            return 1 + self.least_anywhere()
        return self.least_at(place)

    def drops_papers(self, place: str, remaining: int) -> bool:
        """Whether no paper can matter any more after a journey to a place with so few steps left."""
        return (
            self.goal == "protection" and remaining <= 1 + self.least_anywhere()
            and self.gates.atlas.claims_ignore_papers(place)
        )

    # Days and fees

    def duration(self, procedure: Procedure, day: int) -> Figure:
        """Days a procedure takes, from its fact or its own record; `NOT_KNOWN` at most if neither."""
        return self.figures(procedure, day)[0]

    def fee(self, procedure: Procedure, day: int) -> Figure:
        """Official fee of a procedure; `NOT_KNOWN` at most where none is recorded."""
        return self.figures(procedure, day)[1]

    def figures(self, procedure: Procedure, day: int) -> tuple[Figure, Figure]:
        """Days and fee of a procedure."""
        known = self._figures.setdefault(procedure.id, [])
        for start, end, days, fee in known:
            if start <= day < end:
                self.window.narrow(start, end)
                return days, fee
        outer = self.window.start, self.window.end
        self.window.start, self.window.end = 1, NO_END
        days = self._figure("duration_days", procedure, procedure.duration_days, day)
        fee = self._figure("fee_eur", procedure, procedure.fee_eur, day)
        known.append((self.window.start, self.window.end, days, fee))
        start, end = self.window.start, self.window.end
        self.window.start, self.window.end = outer
        self.window.narrow(start, end)
        return days, fee

    def _figure(
        self, predicate: str, procedure: Procedure, own: Figure | None, day: int
    ) -> Figure:
        for name in (procedure.id, procedure.template):
            if not name:
                continue
            value = self.window.look_up(predicate, (name,), day).value
            if isinstance(value, tuple):
                return int(value[0]), int(value[1])
            if isinstance(value, int | float) and not isinstance(value, bool):
                return int(value), int(value)
        return own or (0, NOT_KNOWN)


__all__ = ["PROTECTION", "Effect", "Effects", "Offered"]
