"""How hard generated tests try: `quick` unless HYPOTHESIS_PROFILE says `deep` or `mutation`.

`quick` tries the same cases every time, so that a change that breaks nothing never fails, and tells
the first that does; `deep` tries many new ones and reduces what fails to its simplest; `mutation`
is a thinner `quick` for the mutation runner.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

_FIRST = {"derandomize": True, "phases": [Phase.explicit, Phase.generate], **_COMMON}

settings.register_profile("quick", max_examples=40, **_FIRST)
settings.register_profile("deep", max_examples=2000, print_blob=True, **_COMMON)
settings.register_profile("mutation", max_examples=20, **_FIRST)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
