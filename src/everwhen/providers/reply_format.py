"""Whether an endpoint refused a request because it was told the reply's form."""

from __future__ import annotations

import re

_REFUSING = frozenset({400, 404, 415, 422, 500, 501})
_ABOUT = re.compile(
    r"response_format|output_config|output_format|json.?schema|structured|grammar|extra inputs|"
    r"unknown (?:field|parameter|name)|unrecognized",
    re.IGNORECASE,
)


def is_about_format(status: int, message: str) -> bool:
    """True where the same question, without the reply's form, may well be answered."""
    return status in _REFUSING and _ABOUT.search(message) is not None
