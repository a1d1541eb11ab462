"""Notices what changes in the world: reads news, joins what is one report, drafts proposals.

Here: reading (`read`), the network (`fetch`), the lexicons (`lexicons`), what a page says
(`signals`), near-duplicates and stories (`near`, `features`, `origins`), the knowledge a story
touches (`matching`), the store (`store`) and drafts (`proposals`).
Not here: the knowledge itself, which the watch never changes, and nothing of the desk.
Begin with `run`.
"""
