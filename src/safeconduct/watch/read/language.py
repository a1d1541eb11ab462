"""Which language a text is in, by py3langid; short texts are not guessed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from safeconduct.watch.extras import need


@lru_cache(maxsize=1)
def _identifier() -> Any:
    return need("py3langid")


def language_of(text: str) -> str:
    """The BCP 47 code of a text's language; `und` below twenty letters.

    Example:
        >>> language_of("La Cour nationale du droit d'asile a accordé le statut de réfugié.")
        'fr'

    """
    sample = text[:1500]
    if sum(c.isalpha() for c in sample) < 20:
        return "und"
    code, _ = _identifier().classify(sample)
    return str(code)
