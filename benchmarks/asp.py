"""The same question in answer-set programming: an independent formulation, solved by clingo.

Pareto answers are found one after the other in a single multi-shot run: a plan that no answer so
far beats is improved until nothing beats it, and is then an answer. Without a plan left, the set of
answers is whole. One thread, default settings.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import clingo

from .synthetic import Person, Vector, World, bits_of, open_to

ENCODING = """
time(1..n).
{ do(K,O) : op(O) } 1 :- time(K).
on(K) :- do(K,_).
:- on(K), K > 1, not on(K-1).
last(K) :- on(K), not on(K+1).
at(0,P) :- start(P).
at(K,Q) :- do(K,O), entry(O,Q).
at(K,P) :- do(K,O), not entry(O,_), at(K-1,P).
:- do(K,O), at(K-1,P), not from(O,P).

has(0,B) :- held(B).
lost(K,B) :- do(K,O), removes(O,B).
lost(K,B) :- do(K,O), entry(O,_), status(B).
has(K,B) :- do(K,O), adds(O,B).
has(K,B) :- has(K-1,B), on(K), not lost(K,B).
:- do(K,O), needs(O,B), not has(K-1,B).
:- do(K,O), K > 1, at(K-1,_), has(K-1,B), final(B).
won :- last(K), do(K,O), adds(O,B), final(B).
:- not won.

% A procedure must end within the stay given by some step I of the same visit (0: the first).
gives(0,S) :- first_stay(S).
gives(K,S) :- do(K,O), stay(O,S).
visit(K,K) :- do(K,O), entry(O,_).
visit(0,0).
visit(K,V) :- do(K,O), not entry(O,_), visit(K-1,V).
1 { under(K,I) : I = 0..K-1, gives(I,_) } 1 :- do(K,O), not entry(O,_).
:- under(K,I), visit(K,V), I < V.
:- under(K,I), gives(I,S), #sum { H,J : do(J,O), high(O,H), J > I, J <= K } > S.
:- do(K,O), deadline(O,D), #sum { H,J : do(J,P), high(P,H), J <= K } > D.

assume(F,V) :- do(K,O), asks(O,F,V).
:- assume(F,1), assume(F,0).
risk(R) :- do(K,O), risky(O,S), R = 1..S.
#show do/2.

#program answer(i,l,h,c,r).
differs(i) :- #sum { D,K : do(K,O), low(O,D) } < l.
differs(i) :- #sum { D,K : do(K,O), high(O,D) } < h.
differs(i) :- #sum { D,K : do(K,O), costs(O,D) } < c.
differs(i) :- not risk(r), r > 0.
differs(i) :- assumed(i,F,V), not assume(F,V).
:- not differs(i).
#external improve(i).
:- improve(i), #sum { D,K : do(K,O), low(O,D) } > l.
:- improve(i), #sum { D,K : do(K,O), high(O,D) } > h.
:- improve(i), #sum { D,K : do(K,O), costs(O,D) } > c.
:- improve(i), risk(r+1).
:- improve(i), assume(F,V), not assumed(i,F,V).
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The answers, whether they are all, and the processor seconds to the first plan and the end."""

    answers: frozenset[Vector]
    is_whole: bool
    first_seconds: float
    seconds: float


def facts(world: World, person: Person) -> str:
    """The world as it is open to a person, as facts."""
    size = world.size
    lines = [f"start({person.place}).", f"first_stay({person.stay})."]
    lines += [f"held({b})." for b in bits_of(person.documents)]
    lines += [f"status({b})." for b in range(size.documents, size.documents + size.statuses)]
    lines.append(f"final({size.goal.bit_length() - 1}).")
    for option in open_to(world, person):
        o, n = option.operation, option.operation.number
        lines.append(f"op({n}). low({n},{o.days[0]}). high({n},{o.days[1]}).")
        lines.append(f"costs({n},{o.cost}). risky({n},{o.risk}).")
        lines += [f"from({n},{p})." for p in o.places]
        lines += [f"needs({n},{b})." for b in bits_of(o.needs)]
        lines += [f"adds({n},{b})." for b in bits_of(o.adds)]
        lines += [f"removes({n},{b})." for b in bits_of(o.removes)]
        if o.to is not None:
            lines.append(f"entry({n},{o.to}). deadline({n},{option.deadline}).")
        if o.stay or o.to is not None:
            lines.append(f"stay({n},{o.stay}).")
        for fact, wanted in o.conditions:
            if person.facts[fact] is None:
                lines.append(f"asks({n},{fact},{int(wanted)}).")
    return "\n".join(lines)


def solve(world: World, person: Person, *, limit_seconds: float = 120.0) -> Found:
    """Every answer that no other beats, or those found within the limit (by the clock)."""
    begun, worked = time.perf_counter(), time.process_time()
    operations = {o.number: o for o in world.operations}
    control = clingo.Control(["--warn=none"])
    control.add("base", ["n"], f"{ENCODING.partition('#program')[0]}\n{facts(world, person)}")
    control.add("answer", ["i", "l", "h", "c", "r"], ENCODING.partition("r).\n")[2])
    control.ground([("base", [clingo.Number(world.size.steps)])])
    first = 0.0

    def left() -> float:
        return limit_seconds - (time.perf_counter() - begun)

    def plan() -> Vector | None:
        """A plan's figures; `None` when there is none. Raises `TimeoutError` at the limit."""
        with control.solve(yield_=True, async_=True) as handle:
            handle.resume()
            if not handle.wait(max(0.0, left())):
                handle.cancel()
                raise TimeoutError
            model = handle.model()
            if model is None:
                return None
            steps = [operations[s.arguments[1].number] for s in model.symbols(shown=True)]
        mask = 0
        for o in steps:
            for fact, wanted in o.conditions:
                if person.facts[fact] is None:
                    mask |= 1 << (2 * fact + (1 if wanted else 0))
        return (
            sum(o.days[0] for o in steps), sum(o.days[1] for o in steps),
            sum(o.cost for o in steps), max(o.risk for o in steps), mask,
        )

    def bar(number: int, found: Vector) -> clingo.Symbol:
        """Bar what an answer beats; its `improve` asks for what beats the answer."""
        assumed = [(b // 2, b % 2) for b in bits_of(found[4])]
        name = f"assumed{number}"
        control.add(name, [], " ".join(f"assumed({number},{f},{v})." for f, v in assumed))
        values = [clingo.Number(v) for v in (number, *found[:4])]
        control.ground([(name, []), ("answer", values)])
        return clingo.Function("improve", [clingo.Number(number)])

    answers: list[Vector] = []
    number = 0
    try:
        found = plan()
        first = time.process_time() - worked
        while found is not None:
            best = found
            while found is not None:
                best = found
                improve = bar(number, best)
                number += 1
                control.assign_external(improve, True)
                found = plan()
                control.release_external(improve)
            answers.append(best)
            found = plan()
    except TimeoutError:
        return Found(frozenset(answers), False, first, time.process_time() - worked)
    return Found(frozenset(answers), True, first, time.process_time() - worked)
