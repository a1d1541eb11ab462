"""The words the watch knows, as data: concepts, kinds of event, places, institutions, agencies.

Here: TOML files anybody can read and correct, and the matcher that finds their patterns in text.
Not here: what is concluded from the words found (`signals`).
Begin with `concepts.toml`.
"""
