"""Proves every step of a pathway again from the rules' source form, for those who read it.

The search keeps only numbers. What is shown is rebuilt here with `decide`, with citations, gaps
and dangers; where the two readings of the rules disagree, the pathway is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.condition import ALWAYS
from ..model.knowledge import Citation, Procedure
from ..model.pathway import DangerHere, Gate, Step
from ..model.proof import Claim, Gap, GapKind, Proof
from ..model.truth import Truth, all_of
from .decide import Decider, Scope
from .labels import NOT_KNOWN, UNLIMITED, Label
from .world import Operation, World


class Disagreement(Exception):  # noqa: N818
    """The two readings of the rules disagree about a step."""


@dataclass(slots=True)
class Replay:
    """Rebuilds steps of one world, each once."""

    world: World
    _deciders: dict[tuple[int, int], Decider] = field(default_factory=dict)
    _steps: dict[tuple[int, int, int, int, int], Step] = field(default_factory=dict)

    def decider(self, state: int, day: int) -> Decider:
        """The decider for a state on a day."""
        found = self._deciders.get((state, day))
        if found is None:
            found = Decider(self.world.edition, self.world.situation_of(state), day)
            self._deciders[state, day] = found
        return found

    def step(self, before: Label, after: Label) -> Step:
        """The step between two labels.

        Raises:
            Disagreement: Read from the source form, the step is closed.
        """
        key = (before.state, after.operation, before.days_low, before.days_high, before.late)
        found = self._steps.get(key)
        if found is None:
            found = self._build(before, after)
            self._steps[key] = found
        return found

    def _build(self, before: Label, after: Label) -> Step:
        operation = self.world.operations[after.operation]
        day = self.world.on + before.days_low
        if operation.kind == "wait":
            return self._wait(before, after, operation)
        gates: tuple[Gate, ...] = ()
        if operation.procedure is None:
            gates = self.gates(operation, before.state, day)
            proof = Proof(
                Claim("travel", operation.name), all_of(g.truth for g in gates),
                citations=tuple(dict.fromkeys(c for g in gates for c in g.proof.all_citations())),
            )
        else:
            proof = self.procedure(operation.procedure, before.state, day)
        truth = proof.truth
        if truth is Truth.FALSE:
            raise Disagreement(operation.name)
        notes = [*self._limits(operation, before, day)]
        if notes:
            truth = Truth.UNKNOWN
            proof = Proof(
                proof.claim, truth, (*proof.because, *notes), proof.citations, stale=proof.stale
            )
        days = (after.days_low - before.days_low, after.days_high - before.days_high)
        known = True
        fee: tuple[int, int] | None = None
        if operation.procedure is not None:
            low, high = self.world.duration(operation.procedure, day)
            known = high < NOT_KNOWN
            days = (low, high if known else NOT_KNOWN)
            found = self.world.fee(operation.procedure, day)
            fee = found if found[1] < NOT_KNOWN else None
        return Step(
            kind=operation.kind,
            procedure=operation.procedure.id if operation.procedure else "",
            start=operation.place,
            end=operation.to,
            mode=operation.mode,
            via=operation.via,
            truth=truth,
            discretionary=bool(operation.procedure and operation.procedure.discretionary),
            days=days,
            fee_eur=fee,
            start_days=(before.days_low, before.days_high),
            gates=gates,
            proof=proof,
            dangers=self.dangers(operation, before.state, day),
            situation=self.world.situation_of(before.state),
            days_known=known,
        )

    def _wait(self, before: Label, after: Label, operation: Operation) -> Step:
        day = self.world.on + before.days_low
        cause = Proof(Claim("day", "", (operation.until,)), Truth.TRUE)
        return Step(
            kind="wait", procedure="", start=operation.place, end=operation.to, mode=None, via=(),
            truth=Truth.TRUE, discretionary=False,
            days=(after.days_low - before.days_low, after.days_high - before.days_high),
            fee_eur=(0, 0), start_days=(before.days_low, before.days_high), gates=(), proof=cause,
            dangers=self.dangers(operation, before.state, day),
            situation=self.world.situation_of(before.state),
        )

    def _limits(self, operation: Operation, before: Label, day: int) -> list[Proof]:
        """What a step assumes of time: that it ends within the lawful stay, or before a rule changes."""
        found: list[Proof] = []
        left = -before.late
        if operation.procedure is not None:
            _, stay = self.world._after(operation.procedure, self.world.states[before.state])
            _, high = self.world.duration(operation.procedure, day)
            if stay is None and left < UNLIMITED // 2 and high > left:
                gap = Gap(GapKind.NOT_RECORDED, f"before_stay_ends({operation.name})")
                found.append(Proof(Claim("within-stay", operation.name, (left,)), Truth.UNKNOWN,
                                   gap=gap))
        return found

    def gates(self, operation: Operation, state: int, day: int) -> tuple[Gate, ...]:
        """The gates of a journey, each with its proof."""
        decider = self.decider(state, day)
        place, to, mode = operation.place, operation.to, str(operation.mode)
        leave = decider.predicate("may_leave", (place, to, mode))
        enter = decider.predicate("may_enter", (to, mode, place))
        board = self._carriage(decider, operation)
        return (
            Gate("leave", leave), Gate("board", board), Gate("enter", enter),
            Gate("stay", self._stay(operation, state, day)),
        )

    def _carriage(self, decider: Decider, operation: Operation) -> Proof:
        place, to, mode = operation.place, operation.to, str(operation.mode)
        crossing = {"air": "flight", "land": "land_crossing", "sea": "sea_crossing"}[mode]
        stops = (place, *operation.via, to)
        parts = [
            decider.predicate(crossing, (a, b)) for a, b in zip(stops, stops[1:], strict=False)
        ]
        parts.append(decider.predicate("may_board", (place, to, mode)))
        parts.extend(decider.predicate("may_transit", (v, place, to)) for v in operation.via)
        truth = all_of(p.truth for p in parts)
        return Proof(Claim("carriage", mode, stops), truth, tuple(parts))

    def _stay(self, operation: Operation, state: int, day: int) -> Proof:
        record, formula, days = self.world.stay_basis(state, operation.to, day)
        if formula.false:
            gap = self.world.formulas.atoms.in_mask(formula.true[0])[0][0].gap
            return Proof(Claim("stay", operation.to, ()), Truth.UNKNOWN, gap=gap)
        citations: tuple[Citation, ...] = ()
        stale: tuple[str, ...] = ()
        if record.get("kind") == "visitor":
            edition = self.world.edition
            for nationality in self.world.situation.get("nationalities") or ():
                found = edition.look_up("visa_free_days", (operation.to, nationality), day)
                if found.value == days:
                    citations = tuple(c for _, a in found.assertions for c in a.citations)
                    stale = tuple(
                        f.id for f, _ in found.assertions if edition.review_due(f) <= edition.as_of
                    )
        shown = () if days >= UNLIMITED // 2 else (days,)
        return Proof(Claim("stay", operation.to, shown), Truth.TRUE, (), citations, stale=stale)

    def procedure(self, procedure: Procedure, state: int, day: int) -> Proof:
        """The proof that a procedure's requirements are met."""
        citations = list(procedure.citations)
        stale = [procedure.id] if procedure.review_due <= self.world.edition.as_of else []
        for predicate in ("duration_days", "fee_eur"):
            for name in (procedure.id, procedure.template):
                found = self.world.edition.look_up(predicate, (name or None,), day)
                citations.extend(c for _, a in found.assertions for c in a.citations)
        because: tuple[Proof, ...] = ()
        truth = Truth.TRUE
        if procedure.when != ALWAYS:
            when = self.decider(state, day).condition(procedure.when, Scope())
            because, truth = (when,), when.truth
        if not procedure.valid_from <= day < procedure.valid_before:
            truth = Truth.FALSE
        return Proof(
            Claim("procedure", procedure.id), truth, because, tuple(dict.fromkeys(citations)),
            stale=tuple(stale),
        )

    def dangers(self, operation: Operation, state: int, day: int) -> tuple[DangerHere, ...]:
        """Every danger the step meets that concerns, or may concern, the person."""
        moments: list[tuple[str, str]] = []
        if operation.kind == "travel":
            moments = [("leave", operation.place), ("board", operation.place),
                       *(("board", v) for v in operation.via), ("enter", operation.to)]
        elif operation.procedure is not None:
            before = operation.procedure.before or operation.place
            moments = [("presence", operation.place), ("authority", before)]
        else:
            moments = [("presence", operation.place)]
        found: dict[tuple[str, str], DangerHere] = {}
        for moment, place in moments:
            for here in self.dangers_at(moment, place, operation, state, day):
                found.setdefault((here.danger.id, place), here)
        return tuple(found.values())

    def dangers_at(
        self, moment: str, place: str, operation: Operation | None, state: int, day: int
    ) -> tuple[DangerHere, ...]:
        """The dangers of one moment in one place, best evidenced first."""
        decider = self.decider(state, day)
        found = []
        for danger in self.world.dangers_for(moment, place, operation, day):
            proof = decider.condition(danger.concerns, Scope((("place", place),)))
            if proof.truth is not Truth.FALSE:
                found.append(DangerHere(danger, place, proof.truth, proof))
        weight = {"documented": 0, "legal": 1, "alleged": 2}
        found.sort(
            key=lambda h: (weight[h.danger.evidence], h.truth is not Truth.TRUE, h.danger.id)
        )
        return tuple(found)
