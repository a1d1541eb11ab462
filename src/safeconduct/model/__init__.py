"""What things are: frozen types without input or output.

Here are truth, days and periods, conditions, the kinds of knowledge (fact, rule, procedure,
danger, ruling, source), situations, proofs and pathways. Nothing here reads a file, looks at a
clock, or decides anything. Begin with `truth`, then `condition`, then `knowledge`.
"""
