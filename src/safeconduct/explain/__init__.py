"""Turns answers and proofs into words and into the contract's JSON.

`words` holds the language: translation, names of places, days. `sentences` puts one claim, gap,
step or danger in a sentence. `proofs` prints a whole proof, `plans` a whole plan, `data` makes
the JSON that other programs read. Pure: the translation is handed in, never looked up here.
"""

from .words import Words

__all__ = ["Words"]
