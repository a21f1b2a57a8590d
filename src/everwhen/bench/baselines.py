"""Plain ways to find messages, measured in the same run: BM25, and cosines of one embedder."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from heapq import nlargest
from math import log
from operator import mul
from typing import Final

from everwhen.bench.retrieval import SESSION, TURN
from everwhen.bench.systems import Given, Place, System, SystemFactory, place_of
from everwhen.errors import InputError
from everwhen.language.tokens import terms
from everwhen.ports import Embedder

K1: Final = 1.2
B: Final = 0.75

NAMES: Final = ("bm25", "bm25-session", "vector")
"""BM25 over messages or over whole sessions, and the cosine of the embedder over messages."""


def baselines(names: Sequence[str], embedder: Callable[[], Embedder]) -> list[SystemFactory]:
    """The baselines of these names; InputError for others."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise InputError(f"no baseline is called {unknown[0]!r}; there are {', '.join(NAMES)}")
    made: dict[str, SystemFactory] = {
        "bm25": lambda: Bm25(TURN),
        "bm25-session": lambda: Bm25(SESSION),
        "vector": lambda: Vector(embedder()),
    }
    return [made[name] for name in names]


def said(message: Given) -> str:
    """Who said it and what, which is all that baselines look at."""
    return f"{message.get('name') or ''} {message['content']}".strip()


class _NoCutOff(System):
    """A system that always answers."""

    def find_sure(
        self, scope: str, query: str, *, limit: int, at: datetime | None
    ) -> list[Place] | None:
        """There is no cut-off."""
        return None

    def close(self) -> None:
        """There is nothing to free."""


class Bm25(_NoCutOff):
    """BM25 with k1 1.2 and b 0.75 over stemmed words without stop words (pairs of characters
    in Chinese, Japanese and Korean) of speaker and text; a document is a turn or a session."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._scopes: dict[str, _Postings] = {}

    @property
    def name(self) -> str:
        """As in the table."""
        return "bm25" if self._unit == TURN else "bm25-session"

    def add(self, scope: str, messages: Sequence[Given]) -> None:
        """Index messages."""
        postings = self._scopes.setdefault(scope, _Postings())
        for message in messages:
            session, turn = _place(message)
            key = (session, turn if self._unit == TURN else "")
            postings.add(key, terms(said(message)))

    def find(self, scope: str, query: str, *, limit: int, at: datetime | None) -> list[Place]:
        """The documents with the highest scores; those without any of the words are left out."""
        scores = self._scopes[scope].scores(terms(query)) if scope in self._scopes else {}
        best = nlargest(limit, scores.items(), key=lambda one: one[1])
        return [Place(session=key[0], turn=key[1], score=score) for key, score in best]

    def drop(self, scope: str) -> None:
        """Free the index of a scope."""
        self._scopes.pop(scope, None)


class _Postings:
    """Which documents have a term, and how often."""

    def __init__(self) -> None:
        self._documents: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        self._lengths: Counter[tuple[str, str]] = Counter()

    def add(self, key: tuple[str, str], words: Sequence[str]) -> None:
        self._lengths[key] += len(words)
        for word, count in Counter(words).items():
            documents = self._documents[word]
            documents[key] = documents.get(key, 0) + count

    def scores(self, words: Sequence[str]) -> dict[tuple[str, str], float]:
        """By document; a word counts once however often it is asked for."""
        number = len(self._lengths)
        usual = self._lengths.total() / number if number else 0.0
        scores: dict[tuple[str, str], float] = defaultdict(float)
        for word in dict.fromkeys(words):
            documents = self._documents.get(word, {})
            rarity = log(1 + (number - len(documents) + 0.5) / (len(documents) + 0.5))
            for key, count in documents.items():
                length = 1 - B + B * self._lengths[key] / usual
                scores[key] += rarity * count * (K1 + 1) / (count + K1 * length)
        return scores


class Vector(_NoCutOff):
    """The cosine of question and message, of an embedder's vectors of speaker and text."""

    name = "vector"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._scopes: dict[str, list[tuple[tuple[str, str], array[float]]]] = {}

    def add(self, scope: str, messages: Sequence[Given]) -> None:
        """Embed messages."""
        vectors = self._embedder.embed([said(message) for message in messages])
        kept = self._scopes.setdefault(scope, [])
        for message, vector in zip(messages, vectors, strict=True):
            kept.append((_place(message), array("f", vector)))

    def find(self, scope: str, query: str, *, limit: int, at: datetime | None) -> list[Place]:
        """The messages with the highest cosines."""
        asked = array("f", self._embedder.embed([query])[0])
        scored = ((sum(map(mul, asked, v)), key) for key, v in self._scopes.get(scope, []))
        best = nlargest(limit, scored, key=lambda one: one[0])
        return [Place(session=key[0], turn=key[1], score=score) for score, key in best]

    def drop(self, scope: str) -> None:
        """Free the vectors of a scope."""
        self._scopes.pop(scope, None)


def _place(message: Given) -> tuple[str, str]:
    metadata = message["metadata"]
    if not isinstance(metadata, dict):
        raise TypeError("a message without metadata")
    return place_of(metadata)
