"""How hard generated tests try: `quick` unless HYPOTHESIS_PROFILE says `deep` or `mutation`.

`quick` tries the same cases every time, so that a change that breaks nothing never fails; `deep`
tries many new ones; `mutation` is a thinner `quick` for the mutation runner.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

settings.register_profile("quick", max_examples=50, derandomize=True, **_COMMON)
settings.register_profile("deep", max_examples=2000, print_blob=True, **_COMMON)
settings.register_profile("mutation", max_examples=25, derandomize=True, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
