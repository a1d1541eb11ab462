"""The one part with a network: a process of its own that can do nothing but fetch.

Here: which addresses are refused, the jail, HTTP with pinned addresses, robots, and the client that
starts and stops the process. The modules of the process import only each other and the standard
library, so that nothing else of the program is even loaded beside the network.
Begin with `client.Fetcher`; the rules are in `rules`.
"""
