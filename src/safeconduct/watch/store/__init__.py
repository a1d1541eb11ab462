"""What the watch keeps: public text only, in one SQLite file that survives being killed.

Here: sources, pages as archived, the marks by which stories are joined, signals, matches, decisions.
Not here: anything about a person who asks for help. Nothing of the desk may be put into this file.
Begin with `store.Store`.
"""
