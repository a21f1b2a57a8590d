"""Hypothesis profiles: the same short run every time, or a long random one on request.

`EVERWHEN_HYPOTHESIS=long pytest tests/property` searches further than CI has time for.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "short",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("EVERWHEN_HYPOTHESIS", "short"))
