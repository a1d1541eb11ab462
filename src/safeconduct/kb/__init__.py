"""Reads, checks and dates the knowledge.

`load` turns the knowledge folder into a `KnowledgeBase`; its `as_of` gives the `Edition` known on
a day. `situations` reads what a person said. Only this package reads knowledge files, and nothing
is loaded while a problem remains. Begin with `base`.
"""
