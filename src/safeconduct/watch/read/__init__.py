"""From bytes to the story alone: what a document is, its text, and where it says it comes from.

Here: HTML, plain text, PDF, RSS and Atom, OPML, WARC and WACZ, each in a module of its own.
Not here: what the text means (`signals`) and where it is kept (`store`).
Begin with `document.read_document`.
"""
