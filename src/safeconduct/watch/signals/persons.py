"""Keeps names of people out of everything the watch writes.

A word with a capital is kept only when the lexicons know it, when the text also writes it without
one, or when it is in the list of ordinary words. Every other run of capitals becomes a mark.
This masks too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from safeconduct.watch.lexicons.load import Lexicon
from safeconduct.watch.lexicons.patterns import plain, tokens

MARK = "[name]"
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\[name\](?:[\s.,'’-]{0,2}(?:\[name\]|[A-ZА-ЯЁ]\.?(?=\W)))*(?:['’]s)?")
_ACRONYM = re.compile(r"^(?:[A-ZА-ЯЁ]{2,6}|[A-Z]\d+)$")
_HANDLE = re.compile(
    r"(?:@[\w.]{3,}|[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d ()-]{8,}\d|https?://\S+|t\.me/\S+)"
)


def lower_words(text: str) -> frozenset[str]:
    """The words a text writes without a capital; such words are no names."""
    return frozenset(plain(word) for word in set(_WORD.findall(text)) if not word[0].isupper())


_KNOWN: dict[tuple[int, str], bool] = {}


def known_words(words: Lexicon) -> Callable[[str], bool]:
    """Says of a single capitalised word whether the lexicons know it outright."""
    number = id(words)  # lexicons are made once a language and kept for good

    def known(word: str) -> bool:
        answer = _KNOWN.get((number, word))
        if answer is None:
            one = tokens(word)
            answer = bool(
                words.places.find(one) or words.concepts.find(one) or words.names.find(one)
            )
            if len(_KNOWN) < 200_000:
                _KNOWN[(number, word)] = answer
        return answer

    return known


def mask(text: str, words: Lexicon, ordinary: frozenset[str]) -> str:
    """A text with every possible name of a person, handle, number and address masked.

    Args:
        ordinary: Words the whole story writes without a capital, from `lower_words`.

    Example:
        >>> from safeconduct.watch.lexicons.load import lexicon
        >>> mask("Farkhad Ziganshin fled to Kazakhstan.", lexicon("en"), frozenset({"fled"}))
        '[name] fled to Kazakhstan.'

    """
    text = _HANDLE.sub("[address]", text)
    known = known_words(words)
    spans: list[tuple[int, int]] = []
    one = tokens(text)
    for matcher in (words.places, words.names):
        spans += [(one[f.first].start, one[f.last - 1].end) for f in matcher.find(one)]

    def keep(match: re.Match[str]) -> str:
        word = match.group()
        if not word[0].isupper():
            return word
        low = plain(word)
        if low in ordinary or low in words.safe or known(word):
            return word
        if _ACRONYM.match(word) or any(a <= match.start() and match.end() <= b for a, b in spans):
            return word
        return MARK

    return _RUN.sub(MARK, _WORD.sub(keep, text))


def name_keys(text: str, words: Lexicon, ordinary: frozenset[str]) -> frozenset[str]:
    """Skeletons of the names in a text, alike in Latin and Cyrillic, for joining stories.

    They are hashed before they are kept; nobody can be read from them.

    Example:
        >>> from safeconduct.watch.lexicons.load import lexicon
        >>> a = name_keys("He met Zhilin.", lexicon("en"), frozenset())
        >>> a == name_keys("Он встретил Жилина.", lexicon("ru"), frozenset())
        True

    """
    known = known_words(words)
    result = set()
    for word in set(_WORD.findall(text)):
        if len(word) < 4 or not word[0].isupper() or word.isupper():
            continue
        low = plain(word)
        if low in ordinary or low in words.safe or known(word):
            continue
        key = skeleton(low)
        if len(key) >= 3:
            result.add(key)
    return frozenset(result)


_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "u", "я": "a",
}  # fmt: skip
_SOUNDS = (
    ("ck", "k"), ("chtch", "s"), ("shch", "s"), ("tch", "c"), ("zh", "j"), ("kh", "h"), ("ts", "c"), ("ch", "c"),
    ("sh", "s"), ("dj", "j"), ("ph", "f"), ("ou", "u"), ("oo", "u"), ("w", "v"), ("x", "ks"),
    ("q", "k"), ("ff", "v"), ("g", "j"),
)  # fmt: skip
_ENDINGS = (
    "ami",
    "ogo",
    "omu",
    "imi",
    "ym",
    "im",
    "om",
    "em",
    "oi",
    "ei",
    "u",
    "a",
    "e",
    "i",
    "y",
    "o",
)


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """The consonants of a name, the same for its spellings and cases as far as may be.

    Example:
        >>> skeleton("shchetinin"), skeleton("щетинина"), skeleton("chtchetinine")
        ('stnn', 'stnn', 'stnn')

    """
    latin = "".join(_LATIN.get(c, c) for c in word)
    if latin == word:
        for written, sound in _SOUNDS:
            latin = latin.replace(written, sound)
    else:
        latin = latin.replace("g", "j")
    for ending in _ENDINGS:
        if latin.endswith(ending) and len(latin) - len(ending) >= 3:
            latin = latin[: -len(ending)]
            break
    single = re.sub(r"(.)\1+", r"\1", latin)
    return "".join(c for c in single if c not in "aeiouy'h")
