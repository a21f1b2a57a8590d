"""What the index holds of episodes and facts: their terms and their vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from everwhen.errors import EmbedderMismatchError, ProviderError
from everwhen.language.tokens import MAX_CHARACTERS, message_terms, terms
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF_MARK, Episode, Fact, Message
from everwhen.ports import Embedder, Indexed, Kind, Writer

EMBEDDER = "embedder"
"""The setting that names the embedder of the vectors in the store."""


def check_embedder(writer: Writer, embedder: Embedder) -> None:
    """Keep vectors of two embedders from being mixed; the first to write is recorded."""
    recorded = writer.setting(EMBEDDER)
    if recorded is None:
        writer.set_setting(EMBEDDER, embedder.name)
    elif recorded != embedder.name:
        raise EmbedderMismatchError(
            f"the store's vectors come from {recorded!r}, and {embedder.name!r} was about to add "
            "more; nothing was written. Open it again with the first, or reindex"
        )


class Vectors:
    """Vectors of texts, each text embedded once and many in one call."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, bytes] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Embed those texts that are not known yet."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            found = self._embedder.embed(missing)
            if len(found) != len(missing):
                raise ProviderError(
                    f"the embedder {self._embedder.name} gave {len(found)} vectors for "
                    f"{len(missing)} texts"
                )
            self._known.update(zip(missing, found, strict=True))

    def __getitem__(self, text: str) -> bytes:
        return self._known[text]


def episode_vector_text(episode: Episode | Message) -> str:
    """What is embedded of an episode: the words, after the name of who said them."""
    words = episode.content[:MAX_CHARACTERS]
    return f"{episode.name}: {words}" if episode.name else words


def vector_text(text: str) -> str:
    """What is embedded of a fact or claim."""
    return text.replace(SELF_MARK, "User")


def episode_entries(episodes: Sequence[Episode], vectors: Vectors | None) -> list[Indexed]:
    """The index entries of episodes; without vectors they are found by their words alone."""
    return [
        _entry(
            episode.row,
            "episode",
            message_terms(episode.content, name=episode.name, at=episode.at),
            None if vectors is None else vectors[episode_vector_text(episode)],
        )
        for episode in episodes
    ]


def fact_entries(facts: Sequence[Fact], vectors: Vectors, vocabulary: Vocabulary) -> list[Indexed]:
    """The index entries of facts: their words and those that questions about them use."""
    entries = []
    for fact in facts:
        attribute = vocabulary.attribute(fact.attribute)
        asked = _asked_with(attribute.name, attribute.words)
        found = [*terms(fact.text.replace(SELF_MARK, " ")), *asked]
        entries.append(_entry(fact.row, "fact", found, vectors[vector_text(fact.text)]))
    return entries


@lru_cache(maxsize=1 << 10)
def _asked_with(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The terms with which questions ask for an attribute."""
    return tuple(terms(" ".join((name, *words))))


def _entry(row: int, kind: Kind, found: list[str], vector: bytes | None) -> Indexed:
    return Indexed(row=row, kind=kind, terms=Counter(found), length=len(found), vector=vector)
