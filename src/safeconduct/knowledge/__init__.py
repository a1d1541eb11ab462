"""What is true and what the law says: data files only, one folder per jurisdiction.

`vocabulary/` holds the words that all of them use. The format is described in
`docs/reference/knowledge-format.md`; only `kb` reads these files.
"""
