"""What a story says: of which place, which kind of event, when, of whom, and by whose word.

Here: sentences, dates, quantities, masked names, claims, and where a report came from. All of it
is deterministic, rests on the lexicons, and reads no clock.
Not here: which knowledge it touches (`matching`) and which pages tell the same story (`stories`).
Begin with `analysis.analyse`.
"""
