"""Finds in each sentence which kinds of event it speaks of, and where, when and of whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from safeconduct.watch.lexicons.load import Lexicon, groups, institutions, kinds
from safeconduct.watch.lexicons.patterns import Found, Token, tokens
from safeconduct.watch.signals.dates import When, dates
from safeconduct.watch.signals.quantities import Quantity, quantities

ORIGIN_KINDS = frozenset({"exit-ban", "call-up-rule", "sentence"})
"""Kinds that a state does to its own people; the others happen in the state where a person is."""

_RETURNS = frozenset({"handover", "deportation", "extradition", "unsafe"})
_HOME_COUNTS = frozenset({"desertion", "awol", "disobedience"})
_TOWARDS = frozenset({"to", "vers", "pour"})
_REACHED = frozenset(
    [
        "fled",
        "flee",
        "fleeing",
        "flew",
        "escaped",
        "escape",
        "escaping",
        "came",
        "moved",
        "move",
        "arrived",
        "went",
        "returned",
        "travelled",
        "traveled",
        "relocated",
        "countries",
        "emigrated",
        "fui",
        "parti",
        "partis",
        "enfuis",
    ]
)

_MEMBER = frozenset({"country", "countries", "state", "states", "nation", "nations", "pays", "страна", "страны",
                     "стран", "странах", "страну"})  # fmt: skip
_WAR = frozenset({"war", "invasion", "fight", "fighting", "fought", "front", "troops", "forces", "full", "scale",
                  "aggression", "solidarity", "deployed", "sent", "combat", "hostilities", "frontline", "army",
                  "войн", "войны", "войну", "войне", "войной", "вторжения", "вторжение", "вторжении", "боях", "фронт",
                  "боев", "против", "агрессии", "операции", "guerre", "combattre", "combats", "contre", "agression", "conflit", "envahi", "deserted", "solidarite"})  # fmt: skip


_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with everything the lexicons found in it."""

    number: int
    text: str
    words: tuple[Token, ...]
    found: tuple[Found, ...]
    concepts: frozenset[str]
    places: tuple[str, ...]
    passing: tuple[str, ...]
    """Places named only as where the war is, or as where somebody comes from."""
    towards: frozenset[str]
    """Places named only as where somebody wants to go or is to be sent."""
    names: tuple[str, ...]
    when: tuple[When, ...]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing a story says: a kind of event, where, of whom, when, and the sentence it rests on."""

    kind: str
    places: tuple[str, ...]
    people: tuple[str, ...] = ()
    negated: bool = False
    tentative: bool = False
    when: When | None = None
    quantities: tuple[Quantity, ...] = ()
    institutions: tuple[str, ...] = ()
    concepts: frozenset[str] = frozenset()
    sentence: int = 0
    words: str = ""
    """The sentence with every name of a person masked."""


def read_sentence(number: int, text: str, lexicon: Lexicon, published: date | None) -> Sentence:
    """Look up everything the lexicons know in one sentence."""
    words = tokens(text)
    found = lexicon.concepts.find(words)
    places: dict[str, None] = {}
    passing: dict[str, None] = {}
    towards: set[str] = set()
    reached: set[str] = set()
    named = lexicon.names.find(words)
    inside = {i for n in named for i in range(n.first, n.last)}
    for place in lexicon.places.find(words):
        if place.first in inside:
            continue
        (towards if _is_towards(place, words) else reached).add(place.name)
        (passing if _in_passing(place, words) else places).setdefault(place.name)
    return Sentence(
        number=number,
        text=text,
        words=tuple(words),
        found=tuple(found),
        concepts=frozenset(f.name for f in found),
        places=tuple(places),
        passing=tuple(p for p in passing if p not in places),
        towards=frozenset(towards - reached),
        names=tuple(dict.fromkeys(f.name for f in named)),
        when=dates(text, published=published),
        quantities=quantities(text) if len(text) < 600 or _DIGIT.search(text) else (),
    )


def _in_passing(found: Found, words: list[Token]) -> bool:
    """Ukraine as where the war is; the Union in "an EU country"; states people come from in a row."""
    before = [w.word for w in words[max(0, found.first - 6) : found.first]]
    after = [w.word for w in words[found.last : found.last + 3]]
    if found.name == "EU":
        return bool(_MEMBER & set(after[:2])) or bool(_MEMBER & set(before[-3:]))
    if found.name == "UA":
        return any(w in _WAR for w in before) or any(w in _WAR for w in after)
    return False


def _is_towards(found: Found, words: list[Token]) -> bool:
    before = [w.word for w in words[max(0, found.first - 4) : found.first]]
    return bool(before) and before[-1] in _TOWARDS and not any(w in _REACHED for w in before)


def kinds_in(sentence: Sentence) -> tuple[tuple[str, int], ...]:
    """The kinds of event a sentence shows, each with the index of its first telling word."""
    result: dict[str, int] = {}
    where = {f.name: f.first for f in reversed(sentence.found)}
    concepts = set(sentence.concepts)
    if sentence.quantities:
        concepts.add("#quantity")
        if any(q.unit in ("persons", "cases") and q.value >= 15 for q in sentence.quantities):
            concepts.add("#count")
            where["#count"] = 0
    for kind in kinds():
        if kind.no & concepts:
            continue
        if kind.outright:
            hit = kind.outright & concepts
            if not hit or (kind.any and not kind.any & concepts):
                continue
            position = min(where[name] for name in hit)
        else:
            if not kind.all <= concepts or (kind.any and not kind.any & concepts):
                continue
            position = min(where[name] for name in kind.all)
        if kind.id not in result or position < result[kind.id]:
            result[kind.id] = position
    return tuple(result.items())


def _negated(sentence: Sentence, kind: str, position: int) -> bool:
    """Whether a negation stands shortly before the telling word, or the event is said to end."""
    ends = kind != "unsafe"  # "no longer safe" is how a state is called unsafe
    return any(
        (f.name == "negation" and 1 <= position - f.first <= 4)
        or (ends and f.name == "no-longer" and -3 <= f.first - position <= 6)
        for f in sentence.found
    )


def _tentative(sentence: Sentence, position: int) -> bool:
    return any(f.name == "maybe" and f.first - position <= 6 for f in sentence.found)


def claims_in(
    sentence: Sentence, *, around: tuple[str, ...], origin: str, masked: Callable[[str], str]
) -> tuple[Claim, ...]:
    """Every claim of one sentence.

    Args:
        around: Places to fall back on when the sentence names none of its own.
        origin: The state whose people the story is about.
        masked: Masks names; called only for a sentence that claims something.

    """
    result = []
    people = tuple(n for n in sorted(sentence.concepts) if groups().get(n) == "group")
    bodies = tuple(n[2:] for n in sentence.names if n.startswith("i:"))
    shown = kinds_in(sentence)
    words = masked(sentence.text)[:400] if shown else ""
    for kind, position in shown:
        result.append(
            Claim(
                kind=kind,
                places=_where(kind, sentence, around, origin, bodies),
                people=people,
                negated=_negated(sentence, kind, position),
                tentative=_tentative(sentence, position),
                when=_closest(sentence.when),
                quantities=sentence.quantities,
                institutions=bodies,
                concepts=sentence.concepts,
                sentence=sentence.number,
                words=words,
            )
        )
    return tuple(result)


def _where(
    kind: str, sentence: Sentence, around: tuple[str, ...], origin: str, bodies: tuple[str, ...]
) -> tuple[str, ...]:
    """The states where an event happens: not the people's own, unless it is the only one."""
    named = sentence.places
    by_body = [str(institutions()[b].get("place", "")) for b in bodies]
    if kind in ORIGIN_KINDS and (origin in named or not named):
        return (origin,)
    if kind == "statistic" and sentence.concepts & _HOME_COUNTS:
        return (origin,)
    hosts = [p for p in (*named, *by_body) if p and p not in (origin, "UA")]
    if kind in _RETURNS and around:
        hosts = [p for p in hosts if p not in sentence.towards]
    if not hosts:
        hosts = [p for p in around if p not in (origin, "UA")][:1]
    if not hosts:
        hosts = [origin] if origin in named or not named else list(named)
    if kind == "papers-missing" and origin not in hosts:
        hosts.append(origin)
    return tuple(dict.fromkeys(hosts))


def _closest(found: tuple[When, ...]) -> When | None:
    """The most exact period a sentence names; the latest among equals."""
    if not found:
        return None
    return min(found, key=lambda w: ((w.before - w.start).days, -w.start.toordinal()))
