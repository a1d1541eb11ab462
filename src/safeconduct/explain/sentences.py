"""One claim, gap, step or danger as a sentence."""

from __future__ import annotations

import re
from typing import Any

from ..kb.edition import Edition
from ..model.condition import Between, Within
from ..model.knowledge import Fact, Predicate, Procedure, Rule
from ..model.pathway import Closed, Question, Step
from ..model.proof import Claim, Gap, GapKind, Proof
from ..model.truth import Truth
from .words import Words

_CALL = re.compile(r"(\w+)\((.*)\)$")
_AT = {Truth.TRUE: 0, Truth.FALSE: 1, Truth.UNKNOWN: 2}

#: What to ask about one field of a record, in a whole sentence.
FIELD_QUESTIONS = {
    "standing.kind": "On what basis is the person in the present state?",
    "standing.until": "Until when may the person stay in the present state?",
    "paper.kind": "Which papers can the person put on a table?",
    "paper.issuer": "Which state issued the paper?",
    "paper.valid_until": "Until when is the passport or other paper valid?",
    "paper.valid_from": "From when is the paper valid?",
    "paper.expired": "Has the paper expired?",
    "paper.biometric": "Is the passport biometric?",
    "paper.visa": "Is there a visa, and which: short-stay, long-stay, humanitarian, asylum, transit, exit?",
    "paper.held": "Does the person hold the paper, or was it taken, given up, left behind or lost?",
    "proceeding.state": "In which state are the proceedings?",
    "proceeding.offence": "For which offence are the proceedings?",
    "proceeding.stage": "How far are the proceedings: investigated, charged, wanted, convicted?",
    "proceeding.listed": "On which wanted list is the person: none, national, interstate, Interpol?",
    "proceeding.restraint": "Is there a restraint: an undertaking not to leave, house arrest, custody?",
    "order.kind": "What did the decision against the person order?",
    "order.by": "Which state decided against the person?",
    "order.until": "Until when does the decision against the person hold?",
    "order.scope": "For which places does the decision against the person hold?",
    "claim.in": "In which state was protection asked for?",
    "claim.stage": "How far has the claim for protection gone?",
    "application.in": "Which state was applied to?",
    "application.stage": "How far has the application gone?",
    "relative.in": "In which state do close relatives live?",
    "relative.relation": "How is the relative related: spouse, partner, child, parent, sibling, grandparent?",
    "relative.standing": "On what basis is the relative in that state?",
    "relative.nationalities": "Which nationalities does the relative have?",
    "tie.in": "With which state is the tie?",
    "border_refusal.at": "At which state's border was the person refused?",
    "nationality.state": "Are there other nationalities?",
}

#: What to ask about records of one or several kinds.
KIND_QUESTIONS = {
    "paper": "Does the person hold this paper: {kinds}?",
    "evidence": "Is this evidence at hand: {kinds}?",
    "tie": "Is there this tie: {kinds}?",
    "proceeding": "Are there such proceedings: {kinds}?",
    "order": "Has any state decided this against the person: {kinds}?",
    "claim": "Is there a claim for protection at this stage: {kinds}?",
    "application": "Has the person applied for this: {kinds}?",
    "relative": "Is there this relative: {kinds}?",
}

#: Fields of records as words.
FIELDS = {
    "kind": "kind",
    "issuer": "issued by",
    "valid_until": "valid until",
    "valid_from": "valid from",
    "expired": "expired",
    "biometric": "biometric",
    "visa": "of kind",
    "held": "held",
    "valid": "valid",
    "valid_days": "days still valid",
    "seized_by": "seized by",
    "state": "state",
    "offence": "offence",
    "article": "article",
    "stage": "stage",
    "listed": "wanted list",
    "restraint": "restraint",
    "by": "by",
    "in": "in",
    "on": "on",
    "at": "at",
    "to": "to",
    "from": "from",
    "for": "for",
    "until": "until",
    "scope": "holds for",
    "in_force": "in force",
    "lawful": "lawful",
    "level": "level",
    "about": "about",
    "relation": "relation",
    "standing": "standing",
    "nationalities": "nationalities",
    "travels_with": "travels along",
    "acquired_on": "acquired on",
    "disputed_by": "disputed by",
}


class Sentences:
    """Says things of one edition in one language."""

    def __init__(self, edition: Edition, words: Words) -> None:
        """Index what sentences name by id."""
        self.edition = edition
        self.words = words
        self._rules: dict[str, Rule] | None = None
        self._facts: dict[str, Fact] | None = None
        self._procedures: dict[str, Procedure] | None = None

    def rule(self, name: str) -> Rule | None:
        """The rule of that id."""
        if self._rules is None:
            self._rules = {r.id: r for r in self.edition.rules}
        return self._rules.get(name)

    def fact(self, name: str) -> Fact | None:
        """The fact of that id."""
        if self._facts is None:
            self._facts = {f.id: f for f in self.edition.index.facts}
        return self._facts.get(name)

    def procedure(self, name: str) -> Procedure | None:
        """The procedure of that id."""
        if self._procedures is None:
            self._procedures = {p.id: p for p in self.edition.procedures}
        return self._procedures.get(name)

    def claim(self, proof: Proof) -> str:
        """What a proof is about, said as its truth has it."""
        claim, w = proof.claim, self.words
        match claim.kind:
            case "predicate" | "value":
                return self._predicate(claim, proof)
            case "rule":
                rule = self.rule(claim.name)
                return w(rule.title) if rule else claim.name
            case "fact":
                fact = self.fact(claim.name)
                statement = w(fact.statement) if fact else claim.name
                value = claim.arguments[0] if claim.arguments else None
                asks = fact is not None and fact.statement.startswith("Whether")
                if value is True and not asks and proof.truth is Truth.TRUE:
                    return statement
                return f"{statement.removesuffix('.')}: {self.value(value)}"
            case "complete":
                return w("the list is complete, and this is not on it")
            case "all":
                return w("all of these")
            case "any":
                return w("at least one of these")
            case "not":
                return self._not(proof)
            case "attribute":
                return self._attribute(claim)
            case "record":
                return self._record(claim)
            case "given":
                number = claim.arguments[0] if claim.arguments else 0
                return w("{record} no. {number} of those told", record=self.record(claim.name),
                         number=int(str(number)) + 1)
            case "other":
                return w("another one not told of: {what}", what=self._pairs(claim))
            case "field":
                return self._field(claim)
            case "procedure":
                procedure = self.procedure(claim.name)
                return w(procedure.title) if procedure else claim.name
            case "carriage":
                return self._carriage(claim)
            case "stay":
                place = w.place(claim.name)
                if claim.arguments:
                    return w("may then stay in {place} for {days} days", place=place,
                             days=claim.arguments[0])
                return w("stay in {place} after entering", place=place)
            case "within-stay":
                if not claim.arguments:
                    return w("it comes before the lawful stay ends")
                return w("it comes before the lawful stay ends in {days} days",
                         days=claim.arguments[0])
            case "day":
                return w("wait until {day}", day=w.day(int(str(claim.arguments[0]))))
            case "travel":
                return w("the journey")
            case _:
                return claim.name

    def value(self, value: object) -> str:
        """A fact's value in words."""
        w = self.words
        if isinstance(value, tuple):
            return f"{value[0]:g}–{value[1]:g}"
        if value is None:
            return w("taken back")
        if isinstance(value, bool | str):
            return w.code(value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _predicate(self, claim: Claim, proof: Proof) -> str:
        predicate = self.edition.find_predicate(claim.name)
        if predicate is None:
            return claim.name
        arguments = claim.arguments[: len(predicate.parameters)]
        if claim.kind == "value" or (
            predicate.value != "truth" and proof.truth is not Truth.UNKNOWN
        ):
            text = self.fill(predicate, predicate.words[0], arguments)
            value = proof.value if proof.value is not None else ""
            return f"{text}: {self.value(value)}"
        return self.fill(predicate, predicate.words[_AT[proof.truth]], arguments)

    def fill(self, predicate: Predicate, sentence: str, arguments: tuple[object, ...]) -> str:
        """A predicate's sentence with its arguments named."""
        values: dict[str, str] = {}
        for n, parameter in enumerate(predicate.parameters):
            value = arguments[n] if n < len(arguments) else None
            values[parameter.name] = self.argument(parameter.type, value)
        return self.words(sentence, **values)

    def argument(self, kind: str, value: object) -> str:
        """One argument of a predicate in words."""
        w = self.words
        if value is None:
            return w("any")
        if kind == "place":
            return w.the_place(str(value))
        if kind == "zone":
            return w.zone(str(value))
        if kind == "procedure":
            procedure = self.procedure(str(value))
            return w(procedure.title) if procedure else str(value)
        return w.code(value)

    def record(self, kind: str) -> str:
        """What a kind of record is called."""
        found = self.edition.vocabulary.records.get(kind)
        return self.words(found.label) if found else kind

    def _tested(self, values: tuple[object, ...]) -> str:
        w = self.words
        said: list[str] = []
        for value in values:
            match value:
                case Between(low, high):
                    if high is None:
                        said.append(w("at least {number}", number=f"{low:g}"))
                    elif low is None:
                        said.append(w("at most {number}", number=f"{high:g}"))
                    else:
                        said.append(w("from {low} to {high}", low=f"{low:g}", high=f"{high:g}"))
                case Within(start, before):
                    if before is None:
                        said.append(w("from {day} on", day=w.day(start or 1)))
                    elif start is None:
                        said.append(w("before {day}", day=w.day(before)))
                    else:
                        said.append(w("from {start} and before {end}", start=w.day(start),
                                      end=w.day(before)))
                case str() if len(value) == 2 and value.isupper():
                    said.append(w.place(value))
                case _:
                    said.append(w.code(value))
        return w.join(said)

    def _not(self, proof: Proof) -> str:
        if not proof.because:
            return self.words("not so")
        what = self.claim(proof.because[0])
        if proof.truth is Truth.FALSE:
            return self.words("but it is so: {what}", what=what)
        return self.words("not so: {what}", what=what)

    def _attribute(self, claim: Claim) -> str:
        attribute = self.edition.vocabulary.attributes.get(claim.name)
        label = self.words(attribute.label) if attribute and attribute.label else claim.name
        return label if claim.arguments == (True,) else f"{label}: {self._tested(claim.arguments)}"

    def field(self, name: str) -> str:
        """A field of a record in words."""
        return self.words(FIELDS.get(name, name.replace("_", " ")))

    def _field(self, claim: Claim) -> str:
        name = self.field(claim.name.partition(".")[2])
        return name if claim.arguments == (True,) else f"{name}: {self._tested(claim.arguments)}"

    def _pairs(self, claim: Claim) -> str:
        return self._told(claim.name, [(key, (value,)) for key, value in _pairs_of(claim)])

    def _record(self, claim: Claim) -> str:
        return self._told(claim.name, [(key, tuple(values)) for key, values in _pairs_of(claim)])

    def _told(self, record: str, pairs: list[tuple[str, tuple[Any, ...]]]) -> str:
        """A record with its kinds and, in parentheses, what else is asked of it."""
        kinds, said = "", []
        for key, values in pairs:
            if key == "kind":
                kinds = self._tested(values)
            elif (key, values) not in (("held", ("held",)), ("valid", (True,))):
                value = "" if values == (True,) else f" {self._tested(values)}"
                said.append(f"{self.field(key)}{value}")
        head = f"{self.record(record)}: {kinds}" if kinds else self.record(record)
        return f"{head} ({', '.join(said)})" if said else head

    def _carriage(self, claim: Claim) -> str:
        w = self.words
        places = [w.place(str(p)) for p in claim.arguments]
        said = w("carried from {start} to {end}", start=places[0], end=places[-1])
        if len(places) > 2:
            said += w(", changing planes in {places}", places=w.join(places[1:-1], last="and"))
        return said

    def gap(self, gap: Gap) -> str:
        """What is missing, and of which kind."""
        w = self.words
        if gap.kind is GapKind.NOT_GIVEN:
            return self._not_given(self.question(gap.name), unsure=gap.unsure)
        what = self.named(gap.name)
        if gap.kind is GapKind.DISPUTED:
            return w("disputed: {what}", what=what)
        if gap.kind is GapKind.NOT_RULED:
            return w("no rule recorded: {what}", what=what)
        return w("not recorded: {what}", what=what)

    def gaps(self, missing: tuple[Gap, ...]) -> list[tuple[str, Gap]]:
        """Each gap as a line; questions about kinds of one record make one line."""
        kinds: dict[tuple[GapKind, bool, str], list[str]] = {}
        for gap in missing:
            if gap.kind is GapKind.NOT_GIVEN and self.kind_of(gap.name)[1]:
                record = self.kind_of(gap.name)[0]
                kinds.setdefault((gap.kind, gap.unsure, record), []).append(gap.name)
        lines: list[tuple[str, Gap]] = []
        named = {g.name for g in missing}
        for gap in missing:
            if self.is_told(gap.name, named):
                continue
            record, kind = self.kind_of(gap.name)
            names = kinds.get((gap.kind, gap.unsure, record), []) if kind else []
            if len(names) < 2:
                lines.append((self.gap(gap), gap))
            elif names[0] == gap.name:
                lines.append((self._not_given(self.together(names), unsure=gap.unsure), gap))
        return lines

    def _not_given(self, asked: str, *, unsure: bool) -> str:
        if unsure:
            return self.words("asked, and the person does not know: {what}", what=asked)
        return self.words("not given: {what}", what=asked)

    def named(self, name: str) -> str:
        """A predicate and its arguments, as in `visa_regime(GE, RU)`, in words."""
        w = self.words
        match = _CALL.match(name)
        if match is None:
            predicate = self.edition.find_predicate(name)
            return self.fill(predicate, predicate.words[2], ()) if predicate else name
        called, inner = match[1], [a.strip() for a in match[2].split(",")]
        if called == "before_stay_ends":
            procedure = self.procedure(inner[0])
            title = w(procedure.title) if procedure else inner[0]
            return w("whether this ends before the lawful stay does: {what}", what=title)
        if called == "before_day":
            return w("whether this step comes before {day}, when the rules change",
                     day=w.day_text(inner[0]))
        predicate = self.edition.find_predicate(called)
        if predicate is None:
            return name
        arguments = tuple(None if a == "any" else a for a in inner)
        return self.fill(predicate, predicate.words[2], arguments)

    def question(self, name: str) -> str:
        """What to ask about a key, or a record and its kind or field."""
        w, vocabulary = self.words, self.edition.vocabulary
        attribute = vocabulary.attributes.get(name)
        if attribute is not None:
            return w(attribute.question or attribute.label)
        head, dot, rest = name.partition(".")
        record = vocabulary.records.get(head)
        if record is None:
            return name
        if not dot:
            return w(record.question)
        if rest in {f.name for f in record.fields}:
            asked = FIELD_QUESTIONS.get(name)
            if asked is not None:
                return w(asked)
            return w("{record}: what is its {field}?", record=w(record.label),
                     field=self.field(rest))
        if rest == "vetted-by-ngo":
            return w("Does an organisation that knows the person vouch for them?")
        return self._kinds(head, [rest])

    def _kinds(self, record: str, kinds: list[str]) -> str:
        w = self.words
        named = w.join([w.code(k) for k in kinds])
        if record in KIND_QUESTIONS:
            return w(KIND_QUESTIONS[record], kinds=named)
        return w("Is there this {record}: {kind}?", record=self.record(record), kind=named)

    def kind_of(self, name: str) -> tuple[str, str]:
        """The record and the kind that a name asks about; no kind where it asks something else."""
        head, dot, rest = name.partition(".")
        record = self.edition.vocabulary.records.get(head)
        asks_kind = bool(dot) and record is not None and rest != "vetted-by-ngo"
        if not asks_kind or record is None or rest in {f.name for f in record.fields}:
            return head, ""
        return head, rest

    @staticmethod
    def is_told(name: str, named: set[str]) -> bool:
        """Whether a question is part of another that is asked as well."""
        return name in ("relative.in", "relative.standing") and "relative" in named

    def together(self, names: list[str]) -> str:
        """One question for several names of one record and different kinds."""
        if len(names) == 1:
            return self.question(names[0])
        return self._kinds(self.kind_of(names[0])[0], [self.kind_of(n)[1] for n in names])

    def ask(self, question: Question) -> str:
        """A question for the person."""
        return self.question(question.attribute)

    def step(self, step: Step) -> str:
        """A step's title."""
        w = self.words
        procedure = self.procedure(step.procedure) if step.procedure else None
        if procedure is not None:
            return w(procedure.title)
        if step.kind == "wait":
            until = step.proof.claim.arguments[0]
            return w("Wait until {day}, when the rules change", day=w.day(int(str(until))))
        start, end = w.the_place(step.start), w.the_place(step.end)
        messages = {
            "air": "Fly from {start} to {end}", "land": "Travel by land from {start} to {end}",
            "sea": "Travel by sea from {start} to {end}",
        }
        said = w(messages[str(step.mode)], start=start, end=end)
        if step.via:
            places = w.join([w.the_place(v) for v in step.via], last="and")
            said += w(", changing planes in {places}", places=places)
        return said

    def closed(self, closed: Closed) -> str:
        """The title of something closed."""
        w = self.words
        procedure = self.procedure(closed.procedure) if closed.procedure else None
        if procedure is not None:
            return w(procedure.title)
        messages = {"air": "Fly to {place}", "land": "Go by land to {place}",
                    "sea": "Go by sea to {place}"}
        return w(messages[closed.mode or "air"], place=w.the_place(closed.place))

    def standing(self, kind: str) -> str:
        """A standing in words."""
        names = {
            "refugee": "refugee status", "subsidiary": "subsidiary or complementary protection",
            "temporary-protection": "temporary protection", "visitor": "stay as a visitor",
            "resident": "residence", "none": "no lawful stay", "applicant": "asylum applicant",
            "asylum-seeker": "asylum applicant", "citizen": "citizenship",
        }
        return self.words(names.get(kind, kind.replace("-", " ")))


def _pairs_of(claim: Claim) -> list[tuple[str, Any]]:
    """The pairs of a field's name and value that a claim about a record carries."""
    found: list[tuple[str, Any]] = []
    for pair in claim.arguments:
        if isinstance(pair, tuple) and len(pair) == 2:
            found.append((str(pair[0]), pair[1]))
    return found
