"""Attributes that facts have: cardinality, other names, the words that ask for them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from everwhen.errors import SettingsError
from everwhen.model.records import Cardinality

_FLAGS = ("sensitive", "describes")
_KEYS = ("cardinality", "aliases", "words", "inverse", *_FLAGS)
_PREPOSITION = re.compile(r" (?:at|by|during|for|from|in|of|on|per|to|with) ")
_WHEN = frozenset({"date", "deadline", "schedule", "time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute.

    `aliases` are other names of it; `words` are what questions about it use ("live", "city",
    "where" for home) and are indexed with its facts; a `sensitive` one is flagged. One that
    `describes` is an adjective: what follows it ("favorite color") has its cardinality.
    """

    name: str
    cardinality: Cardinality = Cardinality.MULTIPLE
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    inverse: str | None = None
    sensitive: bool = False
    describes: bool = False


class Vocabulary:
    """Looks attributes up by name or alias; an unknown one is multi-valued."""

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self._attributes = dict(attributes)
        self._relations = tuple(a.name for a in attributes.values() if a.inverse is not None)
        self._names = {
            alias: attribute.name
            for attribute in attributes.values()
            for alias in (attribute.name, *attribute.aliases)
        }

    def attribute(self, name: str) -> Attribute:
        """The attribute of that name or alias."""
        canonical = name if name in self._attributes else self.canonical(name)
        known = self._attributes.get(canonical)
        return known if known is not None else Attribute(name=canonical)

    def knows(self, name: str) -> bool:
        """Whether an attribute, or the first or last word of its name, is in the vocabulary."""
        canonical = self.canonical(name)
        first, last = canonical.partition(" ")[0], canonical.rpartition(" ")[2]
        return any(self._names.get(part, part) in self._attributes for part in (
            canonical, first, last))  # fmt: skip

    def is_named(self, name: str) -> bool:
        """Whether there is an attribute of exactly this name or alias."""
        return self.canonical(name) in self._attributes

    def names(self) -> tuple[str, ...]:
        """Every attribute, in the order of the files."""
        return tuple(self._attributes)

    def relations(self) -> tuple[str, ...]:
        """The attributes that tie two people together: those that have an inverse."""
        return self._relations

    def canonical(self, name: str) -> str:
        """The name to store: known aliases mapped, the rest lower-cased with single spaces."""
        plain = " ".join(name.lower().replace("_", " ").split())
        return self._names.get(plain, plain)

    def cardinality(self, name: str) -> Cardinality:
        """Whether slots of this attribute hold one value or several.

        One of several words follows the known attribute in it that it is about: the adjective
        ("favorite color"), else the noun at its end ("laptop budget") or before a preposition
        ("budget for the trip"); what ends in a word for when is a time ("call with Ana schedule").
        """
        known = self._attributes.get(name)
        if known is not None:
            return known.cardinality
        canonical = self.canonical(name)
        if canonical in self._attributes:
            return self._attributes[canonical].cardinality
        first = self._attributes.get(self._names.get(canonical.partition(" ")[0], ""))
        if first is not None and first.describes:
            return first.cardinality
        noun = _PREPOSITION.split(canonical, maxsplit=1)[0].rpartition(" ")[2]
        found = self._attributes.get(self._names.get(noun, noun))
        last = canonical.rpartition(" ")[2]
        if found is None and last in _WHEN:
            found = self._attributes.get(last)
        return Cardinality.MULTIPLE if found is None else found.cardinality


def _read(text: str, origin: str) -> dict[str, Attribute]:
    try:
        return {name: _attribute(name, table) for name, table in tomllib.loads(text).items()}
    except ValueError as error:
        raise SettingsError(f"the vocabulary {origin} can not be read: {error}") from error


def _attribute(name: str, table: object) -> Attribute:
    if not isinstance(table, dict):
        raise ValueError(f"{name!r} is not a table; write [{name}] and what it has below")
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise ValueError(f"[{name}] has unknown {', '.join(unknown)}; known are {', '.join(_KEYS)}")
    inverse, flags = table.get("inverse"), [table.get(key, False) for key in _FLAGS]
    if not isinstance(inverse, str | None) or not all(isinstance(flag, bool) for flag in flags):
        raise ValueError(f"[{name}]: inverse is a name, {' and '.join(_FLAGS)} are true or false")
    return Attribute(
        name=name,
        cardinality=Cardinality(table.get("cardinality", "multiple")),
        aliases=_texts(table.get("aliases", []), f"[{name}] aliases"),
        words=_texts(table.get("words", []), f"[{name}] words"),
        inverse=inverse,
        sensitive=table.get("sensitive", False),
        describes=table.get("describes", False),
    )


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'{where} is no list of texts; write ["one", "two"]')
    return tuple(value)


@cache
def load_vocabulary(extra: Path | None = None) -> Vocabulary:
    """The built-in vocabulary, with a user's own TOML file over it."""
    data = files("everwhen.language").joinpath("data")
    attributes = _read(data.joinpath("vocabulary.toml").read_text(encoding="utf-8"), "built in")
    foreign = tomllib.loads(data.joinpath("vocabulary.words.toml").read_text(encoding="utf-8"))
    for name, words in foreign.items():
        more = tuple(word for line in words.values() for word in line.split())
        attributes[name] = replace(attributes[name], words=attributes[name].words + more)
    if extra is not None:
        try:
            text = extra.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:  # not there, not text, or no path at all
            raise SettingsError(
                f"the vocabulary {str(extra)!r} can not be read ({error}); name a TOML file"
            ) from error
        attributes |= _read(text, str(extra))
    return Vocabulary(attributes)
