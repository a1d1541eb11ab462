"""Decides, searches and evaluates; pure functions of an edition, a situation and a day.

`decide` answers one question with a proof. `formula` says under which assumptions a condition
holds. `labels` is the multi-criteria search itself; `world` turns an edition and a person into
states and operations for it; `search` is what callers use. `unlock`, `resolve`, `questions` and
`evaluate` build on these. Nothing here reads a clock, a file or the environment.
"""
