"""Loads how hard generated tests try; see `profiles`."""

import profiles  # noqa: F401
