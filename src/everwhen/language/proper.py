"""Places, companies and given names that are also typed in lower case: how they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Proper:
    """Each name in lower case with the way it is written; `firsts` are the first words of all.

    The unsure ones are words of other meanings too.
    """

    places: Mapping[str, str]
    unsure_places: Mapping[str, str]
    companies: Mapping[str, str]
    given: Mapping[str, str]
    unsure_given: Mapping[str, str]
    firsts: frozenset[str]


def _named(text: str) -> dict[str, str]:
    names = (" ".join(item.split()) for item in text.split(","))
    return {name.lower(): name for name in names if name}


@cache
def load_proper() -> Proper:
    """The names of the English data file."""
    file = files("everwhen.language").joinpath("data", "proper.en.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    places, given = data["places"], data["given"]
    tables = {
        "places": _named(",".join((places["countries"], places["regions"], places["cities"]))),
        "unsure_places": _named(places["unsure"]),
        "companies": _named(data["employers"]["companies"]),
        "given": _named(given["sure"]),
        "unsure_given": _named(given["unsure"]),
    }
    firsts = frozenset(name.split(" ", 1)[0] for table in tables.values() for name in table)
    return Proper(firsts=firsts, **tables)
