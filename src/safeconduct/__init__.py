"""Cited, dated pathways to protection for people who refuse to fight in wars of aggression.

The public names: `load` the knowledge, take an `Edition` of a day, then `decide` one question,
`search` for pathways, or `evaluate` a whole population. Everything else is imported from its
module. Begin with `docs/tutorial`.

>>> from datetime import date
>>> import safeconduct as sc
>>> edition = sc.load().as_of(date(2026, 11, 24))
>>> leaving = sc.decide(edition, "may_leave", sc.Situation({"nationalities": ["RU"],
...     "present_in": "RU", "exit_ban": True}), on=date(2026, 11, 24), arguments={"place": "RU"})
>>> leaving.truth
<Truth.FALSE: 'false'>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Bound at once: the package of the same name would otherwise take the name when it is imported.
from .explain.text import explain

if TYPE_CHECKING:
    from .engine.decide import decide
    from .engine.evaluate import evaluate
    from .engine.search import search
    from .errors import SafeconductError
    from .kb.base import KnowledgeBase, load
    from .kb.edition import Edition
    from .kb.overlay import Reform
    from .model.pathway import Pathway
    from .model.period import Period
    from .model.population import Population
    from .model.proof import Verdict
    from .model.situation import Situation
    from .model.truth import Truth

_WHERE = {
    "Edition": "kb.edition", "KnowledgeBase": "kb.base", "Pathway": "model.pathway",
    "Period": "model.period", "Population": "model.population", "Reform": "kb.overlay",
    "SafeconductError": "errors", "Situation": "model.situation", "Truth": "model.truth",
    "Verdict": "model.proof", "decide": "engine.decide", "evaluate": "engine.evaluate",
    "load": "kb.base", "search": "engine.search",
}

__all__ = [
    "Edition", "KnowledgeBase", "Pathway", "Period", "Population", "Reform", "SafeconductError",
    "Situation", "Truth", "Verdict", "decide", "evaluate", "explain", "load", "search",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that starting stays quick."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
