"""Tells an Indian PIN code, which is a postcode, from a secret PIN of six digits.

A postcode is passed only where words of an address stand in the same clause and none that go
with a secret one; in doubt it is taken for a secret. The words are the table [postal] of
`data/secrets.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_GIVEN_OUT = re.compile(r"(?:1[1-9]|2[0-8]|3[0-46-9]|4\d|5[0-36-9]|6\d|7\d|8[0-5])\d(?:[ -]?\d{3})")
"""Six digits of which the first two are those of a postal circle."""

_CLAUSE = re.compile(r"[.;!?\n]|\b(?:and|but|while|und|aber)\b", re.IGNORECASE)
_WITHIN = 100


def is_postcode(text: str, start: int, end: int, label_at: int) -> bool:
    """Whether the digits [start, end) after the label "PIN" or "PIN code" are a postcode."""
    if _GIVEN_OUT.fullmatch(text[start:end]) is None:
        return False
    before = _CLAUSE.split(text[max(0, label_at - _WITHIN) : label_at])[-1]
    after = _CLAUSE.split(text[end : end + _WITHIN])[0]
    address, secret = _words()
    around = f"{before} {text[label_at:start]} {after}"
    return address.search(around) is not None and secret.search(around) is None


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = files("everwhen.language").joinpath("data", "secrets.toml")
    table: dict[str, str] = tomllib.loads(data.read_text(encoding="utf-8"))["postal"]

    def any_of(name: str) -> re.Pattern[str]:
        words = "|".join(
            re.escape(word).replace("_", r"\s+") for word in sorted(table[name].split(), key=len)
        )
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    return any_of("address"), any_of("secret")
