"""On what basis a person may stay after entering a place, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.period import NO_END, parse_day
from ..model.proof import Gap, GapKind
from ..model.situation import Record
from ..model.truth import Truth
from .algebra import TRUE, Formula, literal, within
from .formula import Formulas
from .labels import UNLIMITED
from .reading import paper_valid
from .states import States, Window

Basis = tuple[Record, Formula, int]
_WEEK = 7
_LONGEST_DAYS = 3650


@dataclass(slots=True, eq=False, repr=False)
class Stays:
    """The lawful stay of one person in each place that they may enter."""

    formulas: Formulas
    states: States
    window: Window
    _known: dict[tuple[int, str], list[tuple[int, int, Basis]]] = field(default_factory=dict)

    def basis(self, state: int, to: str, day: int) -> Basis:
        """The standing on entering a place, what it rests on, and for how many days at the least.

        The third is the stay in days; `UNLIMITED` where it has no end or is not recorded (the
        formula then says so).
        """
        known = self._known.setdefault((self.states.all[state].papers, to), [])
        for start, end, basis in known:
            if start <= day < end:
                self.window.narrow(start, end)
                return basis
        outer = self.window.start, self.window.end
        self.window.open()
        basis = self._work_out(state, to, day)
        start, end = self.window.start, self.window.end
        self.window.start, self.window.end = outer
        known.append((start, end, basis))
        self.window.narrow(start, end)
        return basis

    def papers(self, to: str, day: int) -> tuple[int, int, int]:
        """Which papers got on the way can give a stay in a place, and for which days this is so."""
        member = self.formulas.edition.look_up("member_of", (to, "SCHENGEN"), day)
        grants = self.states.grants
        mask = -1 << len(grants)
        for n, grant in enumerate(grants):
            fields = dict(grant.fields)
            if fields.get("issuer") == to or (
                fields.get("kind") == "visa" and member.value is True
            ):
                mask |= 1 << n
        return mask, member.start, member.end

    def _work_out(self, state: int, to: str, day: int) -> Basis:
        situation = self.states.situation_of(state)
        nationalities = situation.get("nationalities") or ()
        if to in nationalities:
            return {"kind": "citizen", "granted": True, "stay_days": UNLIMITED}, TRUE, UNLIMITED
        for paper in situation.records("paper"):
            if paper.get("held", "held") != "held" or not self._gives_stay(paper, to, day):
                continue
            if paper_valid(paper, day) is Truth.FALSE:
                continue
            days = paper.get("granted_days")
            until = parse_day(paper.get("valid_until"))
            if days is None and until is not None:
                days = self._days_until(until.first.toordinal(), day)
            kind = "resident" if paper.get("kind") == "residence-permit" else "visitor"
            if days is None:
                gap = Gap(GapKind.NOT_GIVEN, "paper.valid_until")
                return {"kind": kind, "granted": True}, self._open("visa-stay", to, gap), UNLIMITED
            return {"kind": kind, "granted": True, "stay_days": days}, TRUE, int(days)
        best: int | None = None
        start, end = 1, NO_END
        for nationality in nationalities:
            found = self.window.look_up("visa_free_days", (to, nationality), day)
            start, end = max(start, found.start), min(end, found.end)
            if isinstance(found.value, int | float) and found.complete is None:
                best = max(best or 0, int(found.value))
        if best is None:
            who = nationalities[0] if nationalities else "any"
            gap = Gap(GapKind.NOT_RECORDED, f"visa_free_days({to}, {who})")
            f = within(self._open("stay", to, gap), start, end)
            return {"kind": "visitor", "granted": True}, f, UNLIMITED
        record = {"kind": "visitor", "granted": True, "stay_days": best}
        return record, within(TRUE, start, end), best

    def _days_until(self, until: int, day: int) -> int:
        """Days until a paper runs out, by whole weeks and not more than ten years.

        Rounded down, so that days close to each other are alike to the search; `left` is exact.
        """
        days = until - day
        if days >= _LONGEST_DAYS:
            self.window.narrow(1, until - _LONGEST_DAYS + 1)
            return _LONGEST_DAYS
        if days < 0:
            self.window.narrow(until + 1, NO_END)
            return 0
        weeks = days // _WEEK
        self.window.narrow(until - (weeks + 1) * _WEEK + 1, until - weeks * _WEEK + 1)
        return weeks * _WEEK

    def left(self, state: int, to: str, day: int) -> int | None:
        """Days until the paper on which a stay rests runs out; `None` where it rests on none."""
        for paper in self.states.situation_of(state).records("paper"):
            if paper.get("held", "held") == "held" and self._gives_stay(paper, to, day):
                until = parse_day(paper.get("valid_until"))
                if paper_valid(paper, day) is not Truth.FALSE:
                    if until is None or paper.get("granted_days") is not None:
                        return None
                    return max(0, until.first.toordinal() - day)
        return None

    def _gives_stay(self, paper: Record, to: str, day: int) -> bool:
        issuer, kind = paper.get("issuer"), paper.get("kind")
        if kind not in ("visa", "residence-permit", "laissez-passer"):
            return False
        if paper.get("visa") in ("transit", "exit"):
            return False
        if kind == "laissez-passer" and issuer == to:
            return paper.get("granted_days") is not None
        if issuer == to:
            return True
        return kind == "visa" and all(
            self.window.look_up("member_of", (str(p), "SCHENGEN"), day).value is True
            for p in (issuer, to)
        )

    def _open(self, key: str, place: str, gap: Gap) -> Formula:
        return literal(self.formulas.atoms, (key, place), gap)


__all__ = ["Basis", "Stays"]
