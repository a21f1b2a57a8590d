"""What a question asks for: its terms, whom and when it names, whether it looks back."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.language.tokens import fold, stem, terms, words

__all__ = ["Question", "asks", "read_question"]

MAX_QUERY = 4_000
"""Characters of a query that are read; a longer one is searched by its beginning and end."""
MAX_TERMS = 64
FRAMING = 0.3
"""Weight of a term that questions are put in ("say", "kind"); others weigh 1."""
_NAMED = re.compile(
    r"\b(?:did|does|do|has|have|had|is|was|are|were|will|would|can|could|should|might|and|or|to"
    r"|with|for|of|by|that|if|about)\s+(?:both\s+)?([A-Z][a-z]+)\b(?:['’]s)?"
    r"|\b([A-Z][a-z]+)['’]s\b"
)
_SENTENCES = re.compile(r"[.!?]\s+\w")
_LOOKED_UP = 8
"""A search by a few words has no more of them than this."""
_SPACED = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query as retrieval uses it.

    `terms` are weighted; `words` are the plain words and `stems` their stems, stop words too.
    `topic` is the text without the people whom it names, for the embedder. One that `goes_on`
    is a turn of the talk rather than a question that looks something up.
    """

    text: str
    topic: str
    terms: Mapping[str, float]
    words: frozenset[str]
    stems: frozenset[str]
    asks_when: bool
    asks_count: bool
    about_past: bool
    about_self: bool
    about_told: bool
    goes_on: bool


def read_question(query: str) -> Question:
    """Read a query in any language; one of any length takes bounded work."""
    text = _bounded(query)
    plain = words(text)
    line = f" {' '.join(plain)} ".replace("'", "").replace("’", "")
    counts = Counter(terms(text))
    return Question(
        text=text,
        topic=_topic(text),
        terms={
            term: FRAMING if term in _framing() else 1.0
            for term, _ in counts.most_common(MAX_TERMS)
        },
        words=frozenset(plain),
        stems=frozenset(stem(word) for word in plain[:MAX_TERMS]),
        asks_when=asks("when", line),
        asks_count=asks("count", line),
        about_past=asks("past", line),
        about_self=asks("self", line),
        about_told=asks("told", line),
        goes_on=_goes_on(text, len(plain)),
    )


def asks(what: str, line: str) -> bool:
    """Whether a line of folded words with spaces around holds a phrase of that kind."""
    spaced, unspaced = _phrases()[what]
    return bool(spaced.search(line)) or any(phrase in line for phrase in unspaced)


def _goes_on(text: str, length: int) -> bool:
    """Whether it reads as a turn of a talk: several sentences, or a long one that asks nothing.

    (In scripts with spaces. On Chinese questions of several clauses it did harm.)
    """
    if _SENTENCES.search(text):
        return True
    return length > _LOOKED_UP and not text.endswith(("?", "？"))


def _bounded(query: str) -> str:
    text = query.strip()
    if len(text) <= MAX_QUERY:
        return text
    half = MAX_QUERY // 2
    return f"{text[:half]} {text[-half:]}"


def _topic(text: str) -> str:
    cut = _NAMED.sub(_without_name, text).strip()
    return cut if terms(cut) else text


def _without_name(match: re.Match[str]) -> str:
    name = match.group(1) or match.group(2)
    return re.sub(rf"\b{name}(?:['’]s)?", "", match.group())


@cache
def _framing() -> frozenset[str]:
    return frozenset(stem(phrase) for phrase in _data()["framing"])


@cache
def _phrases() -> Mapping[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    return {what: _compiled(set(phrases)) for what, phrases in _data().items()}


@cache
def _data() -> Mapping[str, frozenset[str]]:
    text = files("everwhen.language").joinpath("data/questions.toml").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for table in tomllib.loads(text).values():
        for what, phrases in table.items():
            found.setdefault(what, set()).update(fold(phrase) for phrase in phrases)
    return {what: frozenset(phrases) for what, phrases in found.items()}


def _compiled(phrases: set[str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    spaced = sorted(phrase for phrase in phrases if _SPACED.search(phrase))
    unspaced = tuple(sorted(phrases.difference(spaced)))
    return re.compile(f" (?:{'|'.join(map(re.escape, spaced))}) "), unspaced
