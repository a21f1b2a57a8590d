"""Attributes that facts have: cardinality, other names, the words that ask for them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from everwhen.errors import SettingsError
from everwhen.model.records import Cardinality

_KEYS = ("cardinality", "aliases", "words", "inverse", "sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute.

    `aliases` are other names of it; `words` are what questions about it use ("live", "city",
    "where" for home) and are indexed with its facts; a `sensitive` one is flagged.
    """

    name: str
    cardinality: Cardinality = Cardinality.MULTIPLE
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    inverse: str | None = None
    sensitive: bool = False


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

    def relations(self) -> tuple[str, ...]:
        """The attributes that tie two people together: those that have an inverse."""
        return self._relations

    def canonical(self, name: str) -> str:
        """The name to store: known aliases mapped, the rest lower-cased with single spaces."""
        plain = " ".join(name.lower().replace("_", " ").split())
        return self._names.get(plain, plain)

    def cardinality(self, name: str) -> Cardinality:
        """Whether slots of this attribute hold one value or several.

        "favorite …", and "budget", "deadline" and the like with something before them, follow
        their last or first word.
        """
        known = self._attributes.get(name)
        if known is not None:
            return known.cardinality
        canonical = self.canonical(name)
        if canonical in self._attributes:
            return self._attributes[canonical].cardinality
        first, _, _ = canonical.partition(" ")
        last = canonical.rpartition(" ")[2]
        for part in (first, last):
            found = self._attributes.get(self._names.get(part, part))
            if found is not None:
                return found.cardinality
        return Cardinality.MULTIPLE


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
    inverse, sensitive = table.get("inverse"), table.get("sensitive", False)
    if not isinstance(inverse, str | None) or not isinstance(sensitive, bool):
        raise ValueError(f"[{name}]: inverse is a name, and sensitive is true or false")
    return Attribute(
        name=name,
        cardinality=Cardinality(table.get("cardinality", "multiple")),
        aliases=_texts(table.get("aliases", []), f"[{name}] aliases"),
        words=_texts(table.get("words", []), f"[{name}] words"),
        inverse=inverse,
        sensitive=sensitive,
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
