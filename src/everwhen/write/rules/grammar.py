"""Read a language's grammar (`grammar.<language>.toml`) and compile its frames once.

A frame says how a statement is put and what it means:

- `say` frames begin with a verb (`verbs`) whose subject was read before; `rest` is what must
  follow the verb;
- `whole` frames (`pattern`) match anywhere in a clause, `when` are words of which it must hold one;
- `aside` frames are written alike, and tell what a clause says in passing.

In patterns `<name>` is a word list of the file, `{v:place}` a value cut out by `values.place`, and
`{t}` the mark of a time expression. In texts `{me}` and `{my}` stand for the subject.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from everwhen.errors import SettingsError
from everwhen.write.rules.values import TIME_MARK, TRIMMERS
from everwhen.write.rules.verbs import form_table

_TYPED = re.compile(r"\{(\w+):(\w+)\}")
_LISTS = frozenset({"items", "liked"})
_LIST = re.compile(r"(?<!\?P)<([a-z_]+)>")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One way of saying one kind of thing. `aspect` is state, start, end or event."""

    attribute: str
    pattern: re.Pattern[str]
    types: Mapping[str, str]
    text: str
    value: str = "{v}"
    was: str = ""
    aspect: str = "state"
    subject: str = ""
    denied: str = "drop"
    denied_attribute: str = ""
    denied_text: str = ""
    modals: frozenset[str] = frozenset()
    tenses: frozenset[str] = frozenset()
    enumerates: bool = False
    goes_on: bool = False
    timeless: bool = False
    sensitive: bool = False
    replaces_all: bool = False
    about_self: bool = False
    past_only: bool = False
    ends: tuple[str, ...] = ()
    confidence: float = 0.9
    needs: str = ""
    introduces: str = ""
    kinds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grammar:
    """A language's frames and word lists, ready to match."""

    language: str
    lists: Mapping[str, frozenset[str]]
    table: Mapping[str, tuple[str, str]]
    frames: Mapping[str, tuple[Frame, ...]]
    wholes: Mapping[str, tuple[Frame, ...]]
    asides: Mapping[str, tuple[Frame, ...]]
    triggers: frozenset[str]
    relations: Mapping[str, str]
    related: frozenset[str]
    pets: frozenset[str]
    kinds: Mapping[str, str]
    patterns: Mapping[str, re.Pattern[str]]
    spellings: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    def kind_of(self, words: str) -> str | None:
        """What kind of thing a noun phrase names: "car", "phone", ... None if unknown."""
        tokens = words.lower().split()
        for size in (3, 2, 1):
            for start in range(len(tokens) - size, -1, -1):
                found = self.kinds.get(" ".join(tokens[start : start + size]))
                if found is not None:
                    return found
        return None


def _alternatives(words: frozenset[str]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))) + ")"


class _Compiler:
    """Turns the source of a pattern into a compiled one."""

    def __init__(self, lists: Mapping[str, frozenset[str]], patterns: Mapping[str, str]) -> None:
        words = {name: _alternatives(words) for name, words in lists.items()}
        self._lists = {**words, **{k: v for k, v in patterns.items() if k not in words}}

    def source(self, text: str) -> str:
        """The pattern with word lists put in."""
        for _ in range(3):
            text = _LIST.sub(lambda match: self._lists[match[1]], text)
        return text

    def compile(self, text: str) -> tuple[re.Pattern[str], dict[str, str]]:
        """The compiled pattern and the type of each of its values."""
        types: dict[str, str] = {}

        def group(match: re.Match[str]) -> str:
            types[match[1]] = match[2]
            if match[2] not in TRIMMERS and match[2] not in _LISTS:
                raise SettingsError(f"unknown value type {match[2]!r} in {text!r}")
            last = match.end() == len(text) or text[match.end() :].strip(")?$") == ""
            return f"(?P<{match[1]}>.+{'' if last else '?'})"

        source = _TYPED.sub(group, text)
        source = source.replace("{t}", f"(?:on |at |by |in )?(?P<t>{TIME_MARK}\\d)")
        try:
            return re.compile(self.source(source), re.IGNORECASE), types
        except (re.error, KeyError) as error:
            raise SettingsError(f"a grammar pattern can not be read: {text!r}: {error}") from error


_FLAGS = (
    "goes_on",
    "timeless",
    "sensitive",
    "replaces_all",
    "about_self",
    "past_only",
)
_TEXTS = (
    "was",
    "aspect",
    "subject",
    "denied",
    "denied_attribute",
    "denied_text",
    "needs",
    "introduces",
    "kinds",
)


def _frame(table: Mapping[str, Any], compiler: _Compiler) -> Frame:
    source = table["rest"] if "rest" in table else table["pattern"]
    pattern, types = compiler.compile(source)
    given: dict[str, Any] = {key: table[key] for key in (*_FLAGS, *_TEXTS) if key in table}
    return Frame(
        attribute=table["attribute"],
        pattern=pattern,
        types=types,
        text=table["text"],
        value=table.get("value", "{v}"),
        modals=frozenset(table.get("modals", ())),
        tenses=frozenset(table.get("tenses", ())),
        enumerates=not _LISTS.isdisjoint(types.values()),
        ends=tuple(table.get("ends", ())),
        confidence=float(table.get("confidence", 0.9)),
        **given,
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


def _triggers(when: str, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """The words of which a clause must hold one; a list stands for its phrases' first words."""
    found: dict[str, None] = {}
    for word in when.split():
        if word[0] == "<" and word[-1] == ">":
            found |= dict.fromkeys(sorted({w.split(" ")[0] for w in lists[word[1:-1]]}))
        else:
            found[word] = None
    return list(found)


def _grouped(pairs: list[tuple[str, Frame]]) -> dict[str, tuple[Frame, ...]]:
    grouped: dict[str, list[Frame]] = {}
    for key, frame in pairs:
        grouped.setdefault(key, []).append(frame)
    return {key: tuple(frames) for key, frames in grouped.items()}


def _worded(
    tables: list[Mapping[str, Any]], lists: Mapping[str, frozenset[str]], compiler: _Compiler
) -> list[tuple[str, Frame]]:
    """The frames that a word of the clause calls up, with each of their words."""
    return [
        (word, frame)
        for table in tables
        for frame in (_frame(table, compiler),)
        for word in _triggers(table["when"], lists)
    ]


def build(language: str, text: str) -> Grammar:
    """The grammar that a TOML text describes."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"grammar.{language}.toml can not be read: {error}") from error
    lists = {name: _words(words) for name, words in data.get("lists", {}).items()}
    kinds: dict[str, str] = {}
    for kind, words in data.get("kinds", {}).items():
        kinds |= dict.fromkeys(_words(words), kind.replace("_", " "))
    relations: dict[str, str] = {}
    for attribute, words in data.get("relations", {}).items():
        relations |= dict.fromkeys(_words(words), attribute.replace("_", " "))
    for kind in data.get("kinds", {}):
        lists["kind_" + kind] = _words(data["kinds"][kind])
    lists["relation"] = frozenset(relations)
    compiler = _Compiler(lists, data.get("patterns", {}))
    say = [
        (verb, frame)
        for table in data.get("say", ())
        for frame in (_frame(table, compiler),)
        for verb in table["verbs"]
    ]
    whole, aside = (_worded(data.get(kind, ()), lists, compiler) for kind in ("whole", "aside"))
    bases = frozenset(verb.removeprefix("be ") for verb, _ in say) | _words(data.get("verbs", ""))
    table = form_table(bases) if language == "en" else {}
    frames, wholes = _grouped(say), _grouped(whole)
    patterns = {
        name: re.compile(compiler.source(source), re.IGNORECASE)
        for name, source in data.get("patterns", {}).items()
    }
    return Grammar(
        language=language,
        lists=lists,
        table=table,
        frames=frames,
        wholes=wholes,
        asides=_grouped(aside),
        triggers=frozenset(wholes) | frozenset(table) | _words(data.get("triggers", "")),
        relations=relations,
        related=frozenset(relations.values()),
        pets=lists.get("pet", frozenset()),
        kinds=kinds,
        patterns=patterns,
        spellings=data.get("spellings", {}),
        names={
            word: name for name, words in data.get("words", {}).items() for word in _words(words)
        },
    )


@cache
def load_grammar(language: str) -> Grammar:
    """The built-in grammar of a language."""
    file = files("everwhen.language").joinpath(f"data/grammar.{language}.toml")
    return build(language, file.read_text(encoding="utf-8"))
