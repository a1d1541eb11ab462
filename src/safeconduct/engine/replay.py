"""Proves every step of a pathway again from the rules' source form, for those who read it.

The search keeps only numbers. What is shown is rebuilt here with `decide`, with citations, gaps
and dangers. Where the two readings of the rules disagree, no step is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..errors import SafeconductError
from ..model.condition import ALWAYS
from ..model.knowledge import Citation, Procedure
from ..model.pathway import DangerHere, Gate, Step
from ..model.proof import Claim, Gap, GapKind, Proof
from ..model.truth import Truth, all_of
from .arrivals import TRAVEL_DAYS
from .atlas import CROSSING, Operation
from .decide import Decider
from .hazards import moments_of
from .labels import NOT_KNOWN, UNLIMITED, Label, trail
from .shared import SharedProofs
from .world import World


class Disagreement(SafeconductError):
    """The two readings of the rules disagree about a step; its name is the only argument."""


@dataclass(slots=True, eq=False, repr=False)
class Replay:
    """Rebuilds steps of one world, each once."""

    world: World
    _shared: SharedProofs = field(init=False)
    _steps: dict[tuple[int, int, int, int, int], Step] = field(default_factory=dict)
    _citations: dict[int, tuple[Proof, tuple[Citation, ...]]] = field(default_factory=dict)
    _truths: dict[tuple[int, int, int, int, int], Truth] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Share proofs between the states of the world."""
        self._shared = SharedProofs(self.world)

    def decider(self, state: int, day: int) -> Decider:
        """The decider for a state on a day."""
        return self._shared.decider(state, day)

    def steps(self, label: Label) -> tuple[Step, ...]:
        """The steps that lead to a label.

        Raises:
            Disagreement: Read from the source form, a step is closed, or open in another way.
        """
        way = trail(label)
        return tuple(self.step(a, b) for a, b in zip(way, way[1:], strict=False))

    def step(self, before: Label, after: Label) -> Step:
        """The step between two labels.

        Raises:
            Disagreement: Read from the source form, the step is closed, or open in another way.
        """
        key = (before.state, after.operation, before.days_low, before.days_high, before.late)
        found = self._steps.get(key)
        if found is None:
            found = self._build(before, after)
            self._steps[key] = found
        return found

    def truth(self, before: Label, after: Label) -> Truth:
        """The truth of the step between two labels, without its proof."""
        key = (before.state, after.operation, before.days_low, before.days_high, before.late)
        found = self._truths.get(key)
        if found is None:
            found = self._truths[key] = self._work_out_truth(before, after)
        return found

    def _work_out_truth(self, before: Label, after: Label) -> Truth:
        operation = self.world.operations[after.operation]
        if self._stay_left(operation, before) is not None:
            return Truth.UNKNOWN
        if self._change_within(operation, before) is not None:
            return Truth.UNKNOWN
        return self.world.openings.plain_truth(operation, before.state, self._day(operation, before))

    def _day(self, operation: Operation, before: Label) -> int:
        """The day on which a step is proved: the first on which it may be open."""
        low, high = self.world.span(before)
        if operation.kind == "wait":
            return low
        day = low
        while day <= high:
            f = self.world.openings.formula_of(operation, before.state, day)
            if f.true:
                return day
            day = f.end
        return low

    def _change_within(self, operation: Operation, before: Label) -> int | None:
        """The day within those on which the step may come from which another answer holds."""
        if operation.kind == "wait":
            return None
        low, high = self.world.span(before)
        first = self.world.openings.formula_of(operation, before.state, low)
        if first.end > high:
            return None
        whole = self.world.openings.over(operation, before.state, low, high)
        return None if whole.truth is first.truth else first.end

    def _build(self, before: Label, after: Label) -> Step:
        operation = self.world.operations[after.operation]
        day = self._day(operation, before)
        if operation.kind == "wait":
            return self._wait(before, after, operation)
        gates: tuple[Gate, ...] = ()
        days: tuple[int, int]
        known, fee = True, None
        if operation.procedure is None:
            gates = self.gates(operation, before.state, day)
            proof = Proof(
                Claim("travel", operation.name), all_of(g.truth for g in gates),
                citations=tuple(dict.fromkeys(c for g in gates for c in self._cited(g.proof))),
            )
            days = TRAVEL_DAYS[str(operation.mode)]
        else:
            proof = self.procedure(operation.procedure, before.state, day)
            days = self.world.effects.duration(operation.procedure, day)
            known = days[1] < NOT_KNOWN
            found = self.world.effects.fee(operation.procedure, day)
            fee = found if found[1] < NOT_KNOWN else None
        truth = proof.truth
        if self.world.present.may_end_before(operation, before.state, day):
            note = self._unsaid_end(operation)
            proof = Proof(
                proof.claim, all_of((truth, Truth.UNKNOWN)), (*proof.because, note),
                proof.citations, stale=proof.stale,
            )
        left = self._stay_left(operation, before)
        if left is not None:
            gap = Gap(GapKind.NOT_RECORDED, f"before_stay_ends({operation.name})")
            note = Proof(
                Claim("within-stay", operation.name, (left,)), Truth.UNKNOWN, gap=gap
            )
            proof = Proof(
                proof.claim, all_of((truth, Truth.UNKNOWN)), (*proof.because, note),
                proof.citations, stale=proof.stale,
            )
            days = (days[0], left)
        change = self._change_within(operation, before)
        if change is not None:
            until = date.fromordinal(change).isoformat()
            gap = Gap(GapKind.NOT_RECORDED, f"before_day({until})")
            note = Proof(Claim("day", operation.name, (change,)), Truth.UNKNOWN, gap=gap)
            proof = Proof(
                proof.claim, all_of((truth, Truth.UNKNOWN)), (*proof.because, note),
                proof.citations, stale=proof.stale,
            )
        if truth is Truth.FALSE or proof.truth is not self.truth(before, after):
            raise Disagreement(operation.name)
        return Step(
            kind=operation.kind,
            procedure=operation.procedure.id if operation.procedure else "",
            start=operation.place,
            end=operation.to,
            mode=operation.mode,
            via=operation.via,
            truth=proof.truth,
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

    def _cited(self, proof: Proof) -> tuple[Citation, ...]:
        """All citations of a proof; many steps share one."""
        kept = self._citations.get(id(proof))
        if kept is None:
            kept = self._citations[id(proof)] = proof, proof.all_citations()
        return kept[1]

    def _wait(self, before: Label, after: Label, operation: Operation) -> Step:
        day = self.world.on + before.days_low
        cause = Proof(Claim("day", "", (operation.until,)), Truth.TRUE)
        if self.world.present.may_end_before(operation, before.state, day):
            cause = Proof(cause.claim, Truth.UNKNOWN, (self._unsaid_end(operation),))
        until = operation.until - self.world.on
        return Step(
            kind="wait", procedure="", start=operation.place, end=operation.to, mode=None, via=(),
            truth=cause.truth, discretionary=False,
            days=(until - before.days_high, until - before.days_low),
            fee_eur=(0, 0), start_days=(before.days_low, before.days_high), gates=(), proof=cause,
            dangers=self.dangers(operation, before.state, day),
            situation=self.world.situation_of(before.state),
        )

    def _unsaid_end(self, operation: Operation) -> Proof:
        """That the lawful stay may end before an operation does, since its end was not said."""
        unsure = "standing" in self.world.situation.unsure
        return Proof(
            Claim("within-stay", operation.name), Truth.UNKNOWN,
            gap=Gap(GapKind.NOT_GIVEN, "standing.until", unsure),
        )

    def _stay_left(self, operation: Operation, before: Label) -> int | None:
        """The days of lawful stay left, where a procedure may outlast them."""
        left = -before.late
        if operation.procedure is None or left >= UNLIMITED // 2:
            return None
        if self.world.effects.of(operation.procedure).stay is not None:
            return None
        day = self.world.on + before.days_low
        return left if self.world.effects.duration(operation.procedure, day)[1] > left else None

    def gates(self, operation: Operation, state: int, day: int) -> tuple[Gate, ...]:
        """The gates of a journey, each with its proof."""
        names = ["leave", "board", "enter"]
        if self.world.openings.asks_stay(operation):
            names.append("stay")
        return tuple(Gate(n, self._gate(n, operation, state, day)) for n in names)

    def shut_gates(self, operation: Operation, state: int, day: int) -> tuple[Gate, ...]:
        """The gates of a journey that are closed, each with its proof."""
        truths = self.world.openings.gate_truths(operation, state, day)
        return tuple(
            Gate(n, self._gate(n, operation, state, day))
            for n, truth in truths.items() if truth is Truth.FALSE
        )

    def _gate(self, name: str, operation: Operation, state: int, day: int) -> Proof:
        decider = self.decider(state, day)
        place, to, mode = operation.place, operation.to, str(operation.mode)
        match name:
            case "leave":
                return decider.predicate("may_leave", (place, to, mode))
            case "enter":
                return decider.predicate("may_enter", (to, mode, place))
            case "board":
                return self._carriage(decider, operation)
            case _:
                return self._stay(operation, state, day)

    def _carriage(self, decider: Decider, operation: Operation) -> Proof:
        place, to, mode = operation.place, operation.to, str(operation.mode)
        stops = (place, *operation.via, to)
        parts = [
            decider.predicate(CROSSING[mode], (a, b))
            for a, b in zip(stops, stops[1:], strict=False)
        ]
        if self.world.atlas.asks_carriers:
            parts.append(decider.predicate("may_board", (place, to, mode)))
        parts.extend(decider.predicate("may_transit", (v, place, to)) for v in operation.via)
        truth = all_of(p.truth for p in parts)
        return Proof(Claim("carriage", mode, stops), truth, tuple(parts))

    def _stay(self, operation: Operation, state: int, day: int) -> Proof:
        record, formula, days = self.world.stays.basis(state, operation.to, day)
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
        left = self.world.stays.left(state, operation.to, day)
        days = days if left is None else left
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
            when = self._shared.condition(procedure.when, None, state, day)
            because, truth = (when,), when.truth
        if not procedure.valid_from <= day < procedure.valid_before:
            truth = Truth.FALSE
        return Proof(
            Claim("procedure", procedure.id), truth, because, tuple(dict.fromkeys(citations)),
            stale=tuple(stale),
        )

    def dangers(self, operation: Operation, state: int, day: int) -> tuple[DangerHere, ...]:
        """Every danger the step meets that concerns, or may concern, the person."""
        found: dict[tuple[str, str], DangerHere] = {}
        for moment, place in moments_of(operation):
            for here in self.dangers_at(moment, place, operation, state, day):
                found.setdefault((here.danger.id, place), here)
        return tuple(found.values())

    def dangers_at(
        self, moment: str, place: str, operation: Operation | None, state: int, day: int
    ) -> tuple[DangerHere, ...]:
        """The dangers of one moment in one place, best evidenced first."""
        found = []
        for danger in self.world.hazards.here(moment, place, operation, day):
            proof = self._shared.condition(danger.concerns, place, state, day)
            if proof.truth is not Truth.FALSE:
                found.append(DangerHere(danger, place, proof.truth, proof))
        weight = {"documented": 0, "legal": 1, "alleged": 2}
        found.sort(
            key=lambda h: (weight[h.danger.evidence], h.truth is not Truth.TRUE, h.danger.id)
        )
        return tuple(found)
