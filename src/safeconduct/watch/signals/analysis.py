"""Reads a whole page for what it says, in one pass, with names masked: the way into this package."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from safeconduct.watch.lexicons.load import LANGUAGES, Lexicon, closest, lexicon
from safeconduct.watch.signals import persons
from safeconduct.watch.signals.claims import Claim, Sentence, claims_in, read_sentence
from safeconduct.watch.signals.dates import When
from safeconduct.watch.signals.origin import Standing, standing
from safeconduct.watch.signals.passages import Passage, passages
from safeconduct.watch.signals.quantities import Quantity
from safeconduct.watch.signals.sentences import sentences
from safeconduct.watch.types import Page

MAX_SENTENCES = 400
_SILENT = frozenset({"say", "official", "negation", "maybe", "no-longer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one page says, as signals; no name of a private person is in it."""

    title: str
    """The title with names masked, or the first sentence when there is none."""
    language: str
    covered: bool
    """Whether the lexicons cover the page's language; otherwise the nearest one was used."""
    published_on: date | None
    places: tuple[str, ...]
    mentioned: tuple[str, ...]
    kinds: tuple[str, ...]
    claims: tuple[Claim, ...]
    institutions: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    when: tuple[When, ...]
    standing: Standing
    profiles: dict[str, dict[str, float]]
    """For each place, the concepts the story speaks of there and how much."""
    passages: tuple[Passage, ...]
    """What can be held against the knowledge; in memory only, never kept."""
    names: frozenset[str]
    """Skeletons of names, for joining only; hashed before they are kept."""


def analyse(page: Page) -> Analysis:
    """Read a page for what it says of which place.

    Example:
        >>> page = Page(kind="text", title="", language="en",
        ...     text="Kazakhstan handed over a deserter to Russia on 2 February 2026.")
        >>> found = analyse(page)
        >>> found.places, found.kinds, found.claims[0].places, str(found.claims[0].when)
        (('KZ', 'RU'), ('handover',), ('KZ',), '2026-02-02')

    """
    language = closest(page.language, page.text)
    words = lexicon(language)
    ordinary = persons.lower_words(page.text)
    texts = sentences(page.text)[:MAX_SENTENCES]
    if page.title:
        texts.insert(0, page.title)
    read = [read_sentence(n, t, words, page.published_on) for n, t in enumerate(texts)]
    origin = _origin_state(read)
    claims: list[Claim] = []

    def masked(text: str) -> str:
        return persons.mask(text, words, ordinary)

    around: tuple[str, ...] = ()
    lead = next((p for s in read for p in s.places if p not in (origin, "UA")), None)
    profiles: dict[str, Counter[str]] = {}
    placed: list[tuple[Sentence, tuple[str, ...]]] = []
    for sentence in read:
        here = (origin, "UA", *sentence.towards)
        hosts = tuple(p for p in sentence.places if p not in here)
        around = hosts or around or ((lead,) if lead else ())
        _profile(profiles, sentence, hosts or around[:1], origin)
        placed.append((sentence, hosts or around[:1]))
        claims += claims_in(sentence, around=around, origin=origin, masked=masked)
    names = persons.name_keys("\n".join(texts), words, ordinary)
    return Analysis(
        title=_title(page, texts, words, ordinary),
        language=page.language,
        covered=page.language in LANGUAGES,
        published_on=page.published_on,
        places=_places(read, claims, origin),
        mentioned=tuple(dict.fromkeys(p for s in read for p in (*s.places, *s.passing))),
        kinds=tuple(k for k, _ in Counter(c.kind for c in claims).most_common()),
        claims=tuple(claims),
        institutions=tuple(
            dict.fromkeys(n[2:] for s in read for n in s.names if n.startswith("i:"))
        ),
        quantities=tuple(dict.fromkeys(q for s in read for q in s.quantities)),
        when=tuple(dict.fromkeys(w for s in read for w in s.when)),
        standing=standing(page, words, people=len(names)),
        profiles={place: dict(counts) for place, counts in profiles.items()},
        passages=passages(placed, claims, language),
        names=names,
    )


def _origin_state(read: list[Sentence]) -> str:
    """The state whose people the story is about: the refusers' own. Russia unless told otherwise."""
    counts = Counter(p for s in read for p in (*s.places, *s.passing))
    for state in ("RU", "BY", "UA", "ER", "TR", "SY", "IR"):
        if counts.get(state, 0) >= 2 or (state == "RU" and counts.get(state)):
            return state
    return "RU"


def _profile(
    profiles: dict[str, Counter[str]], sentence: Sentence, hosts: tuple[str, ...], origin: str
) -> None:
    telling = [c for c in sentence.concepts if c not in _SILENT]
    places = dict.fromkeys((*hosts, *(p for p in sentence.places)))
    for place in places:
        counts = profiles.setdefault(place, Counter())
        for concept in telling:
            counts[concept] += 1
    if origin not in places:
        counts = profiles.setdefault(origin, Counter())
        for concept in telling:
            counts[concept] += 0.25  # type: ignore[assignment]


def _places(read: list[Sentence], claims: list[Claim], origin: str) -> tuple[str, ...]:
    """The places the story is about: those of its claims, its title, or named again and again."""
    score: Counter[str] = Counter()
    for claim in claims:
        for place in claim.places:
            score[place] += 2
    for sentence in read:
        for place in sentence.places:
            score[place] += 2 if sentence.number == 0 else 1
    if origin in score:
        score[origin] += 1
    least = 2 if len(read) > 3 else 1
    kept = [p for p, n in score.most_common() if n >= least]
    return tuple(sorted(kept, key=lambda p: (p == origin, -score[p], p)))


def _title(page: Page, texts: list[str], words: Lexicon, ordinary: frozenset[str]) -> str:
    chosen = page.title or (texts[0] if texts else "")
    return persons.mask(chosen, words, ordinary)[:200]
