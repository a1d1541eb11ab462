"""Benchmarks: each compares answers first, then times; run them with `python -m benchmarks`."""
