"""What is always so of a search, tried on generated small worlds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from properties.exhaustive import Exhaustive, Way, no_worse
from properties.journeys import Journey, changing_journeys, journeys
from safeconduct.engine.labels import NOT_KNOWN, run
from safeconduct.engine.search import answer, make_world
from safeconduct.engine.world import World
from safeconduct.kb.edition import Edition
from safeconduct.model.pathway import EVIDENCE, Pathway
from safeconduct.model.truth import Truth
from worlds import DAY

STEPS = {"protection": 4, "stay": 3}


def steps_for(goal: str) -> int:
    return STEPS.get(goal, 3)


def allowed(world: World, mask: int, answers: list[dict[str, object]]) -> frozenset[int]:
    """The answers under which an assumption holds."""
    atoms = world.formulas.atoms

    def fits(mask: int, given: dict[str, object]) -> bool:
        for atom, left in atoms.in_mask(mask):
            if atom.source is not None:
                side = atom.source[0] if True in left else atom.source[1]
                if not any(fits(m, given) for m in side):
                    return False
            elif atom.key[0] == "attribute" and given[str(atom.key[1])] not in left:
                return False
        return True

    return frozenset(n for n, given in enumerate(answers) if fits(mask, given))


def front_of(
    edition: Edition, j: Journey, exhaustive: Exhaustive, more_steps: int = 0
) -> frozenset[Way]:
    """What the search finds, as the exhaustive search tells it."""
    world = make_world(edition, j.situation, goal=j.goal, day=DAY.toordinal())
    goals = run(world, world.start(), max_steps=exhaustive.max_steps + more_steps)
    return frozenset(
        Way(*world.end_of(end), x.doubt, x.danger, (x.days_low, x.days_high),
            (x.fee_low, x.fee_high), allowed(world, x.mask, exhaustive.answers))
        for end, labels in goals.items() for x in labels
    )


def all_ways(edition: Edition, j: Journey) -> Exhaustive:
    return Exhaustive(edition, j.situation, DAY, j.goal, steps_for(j.goal), j.open_questions)


@given(journeys())
def test_search_finds_exactly_what_exhaustive_search_leaves_unbeaten(j):
    edition = j.base.as_of(DAY)
    exhaustive = all_ways(edition, j)
    assert front_of(edition, j, exhaustive) == exhaustive.front()


@given(changing_journeys())
def test_where_the_law_changes_on_the_way_search_finds_only_ways_there_are(j):
    edition = j.base.as_of(DAY)
    exhaustive = all_ways(edition, j)
    every = exhaustive.every()
    assert front_of(edition, j, exhaustive) <= set(every)


@given(changing_journeys())
def test_where_the_law_changes_on_the_way_search_misses_none_that_is_better(j):
    """Every way there is has one found that costs no more; a wait counts as a step.

    Doubt is left out: who arrives earlier may be in doubt whether some law has begun, where who
    arrives later is not, and only the earlier arrival is kept.
    """
    edition = j.base.as_of(DAY)
    exhaustive = all_ways(edition, j)
    found = front_of(edition, j, exhaustive, more_steps=1)
    exhaustive.strict = True
    for way in exhaustive.front():
        same_end = [f for f in found if (f.place, f.standing) == (way.place, way.standing)]
        assert any(no_worse(f._replace(doubt=way.doubt), way) for f in same_end), way


@given(journeys() | changing_journeys())
def test_every_pathway_shown_is_proved_again_step_by_step(j):
    edition = j.base.as_of(DAY)
    found = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps_for(j.goal))
    assert found.limits == ()
    for p in found.pathways:
        assert all(s.truth is not Truth.FALSE for s in p.steps)
        assert (p.truth is Truth.UNKNOWN) == any(s.truth is Truth.UNKNOWN for s in p.steps)
        open_ = sum(s.truth is Truth.UNKNOWN or s.discretionary for s in p.steps)
        assert open_ == p.criteria.doubt
        worst = max((EVIDENCE.index(d.danger.evidence) for s in p.steps for d in s.dangers),
                    default=0)
        assert worst == p.criteria.danger
        # A wait is longest for whoever comes first: after it, all have come to the same day.
        waits = [s.kind == "wait" for s in p.steps]
        low = sum(s.days[w] for s, w in zip(p.steps, waits, strict=True))
        high = sum(s.days[not w] for s, w in zip(p.steps, waits, strict=True))
        assert (low, min(high, NOT_KNOWN)) == p.criteria.days
        fees = [s.fee_eur or ((0, NOT_KNOWN) if s.procedure else (0, 0)) for s in p.steps]
        assert sum(f[0] for f in fees) == p.criteria.fees_eur[0]
        assert min(sum(f[1] for f in fees), NOT_KNOWN) == p.criteria.fees_eur[1]
        assert p.steps[0].start == "XA"
        assert p.place == p.steps[-1].end
        for step, later in zip(p.steps, p.steps[1:], strict=False):
            assert step.end == later.start


@given(journeys())
def test_every_unknown_step_names_a_gap_and_every_step_is_cited(j):
    edition = j.base.as_of(DAY)
    found = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps_for(j.goal))
    for p in found.pathways:
        for s in p.steps:
            if s.truth is Truth.UNKNOWN:
                assert s.gaps()
            proofs = (s.proof, *(g.proof for g in s.gates))
            assert any(proof.all_citations() for proof in proofs)
            assert all(d.danger.citations for d in s.dangers)
    for closed in found.closed:
        assert closed.proof.truth is Truth.FALSE
        assert closed.proof.all_citations()


@given(journeys())
def test_no_pathway_shown_beats_another_that_ends_the_same(j):
    edition = j.base.as_of(DAY)
    found = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps_for(j.goal))
    assert len({p.id for p in found.pathways}) == len(found.pathways)
    for p in found.pathways:
        for q in found.pathways:
            if p is q or (p.place, p.standing) != (q.place, q.standing):
                continue
            no_worse = cost(p) <= cost(q) and all(
                a <= b for a, b in zip(cost(p), cost(q), strict=True)
            )
            less_assumed = all(any(not m & ~n for m in p.masks) for n in q.masks)
            assert not (no_worse and less_assumed), (str(p), str(q))


def cost(p: Pathway) -> tuple[int, ...]:
    c = p.criteria
    return (c.doubt, c.danger, *c.days, *c.fees_eur)


@given(journeys())
def test_only_places_asked_for_are_ends(j):
    edition = j.base.as_of(DAY)
    steps = steps_for(j.goal)
    every = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps).pathways
    some = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps, to=["XB"]).pathways
    assert {str(p) for p in some} == {str(p) for p in every if p.place == "XB"}


@given(journeys(), st.data())
def test_learning_more_never_overturns_a_pathway(j, data):
    """What was certain stays open or is bettered; what was closed stays closed."""
    edition = j.base.as_of(DAY)
    steps = steps_for(j.goal)
    answers = {
        name: data.draw(st.sampled_from(values)) for name, values in j.open_questions
        if data.draw(st.booleans())
    }
    more = j.situation.but(**answers)
    before = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=steps).pathways
    after = answer(edition, more, goal=j.goal, on=DAY, max_steps=steps).pathways
    ends = {(p.place, p.standing) for p in before}
    assert {(p.place, p.standing) for p in after} <= ends
    for p in before:
        if p.truth is Truth.TRUE:
            assert any(
                (q.place, q.standing) == (p.place, p.standing)
                and all(a <= b for a, b in zip(cost(q), cost(p), strict=True))
                for q in after
            ), str(p)


@given(journeys())
def test_the_same_question_gets_the_same_answer(j):
    edition = j.base.as_of(DAY)
    asked = {"goal": j.goal, "on": DAY, "max_steps": steps_for(j.goal)}
    assert answer(edition, j.situation, **asked) == answer(edition, j.situation, **asked)


@given(journeys())
def test_allowing_more_steps_loses_no_end(j):
    edition = j.base.as_of(DAY)
    few = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=2).pathways
    many = answer(edition, j.situation, goal=j.goal, on=DAY, max_steps=3).pathways
    for p in few:
        assert any(
            (q.place, q.standing) == (p.place, p.standing)
            and all(a <= b for a, b in zip(cost(q), cost(p), strict=True)) for q in many
        )
