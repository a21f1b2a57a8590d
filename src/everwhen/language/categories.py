"""What facts are about: a category for each attribute, from a table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

OTHER = "other"
"""The category of attributes that the table does not have."""

_NAME = re.compile(r"'([^']+)'|(\S+)")
_PREPOSITION = re.compile(r" (?:at|by|during|for|from|in|of|on|per|to|with) ")


@cache
def _table() -> Mapping[str, str]:
    data = files("everwhen.language").joinpath("data", "categories.toml")
    read: dict[str, str] = tomllib.loads(data.read_text(encoding="utf-8"))
    return {
        match[1] or match[2]: category
        for category, names in read.items()
        for match in _NAME.finditer(names)
    }


@cache
def categories() -> tuple[str, ...]:
    """All categories."""
    return (*dict.fromkeys(_table().values()), OTHER)


@lru_cache(maxsize=4_096)
def category_of(attribute: str) -> str:
    """The category of an attribute, by its canonical name."""
    return next(iter(_found(attribute)), OTHER)


def categories_of(attribute: str) -> frozenset[str]:
    """All that its name touches: "health insurance" is about health too."""
    return frozenset(_found(attribute) or (OTHER,))


def _found(attribute: str) -> list[str]:
    table = _table()
    if attribute in table:
        return [table[attribute]]
    noun = _PREPOSITION.split(attribute, maxsplit=1)[0].rpartition(" ")[2]
    first = attribute.partition(" ")[0]
    found = [table[name] for name in (noun, first) if name in table]
    return found + [name for name in (noun, first) if name in categories() and name not in found]
