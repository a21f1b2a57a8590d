"""What the index holds of episodes and facts: their terms and their vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from everwhen.errors import EmbedderMismatchError, ProviderError
from everwhen.language.tokens import MAX_CHARACTERS, message_terms, terms
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF_MARK, Episode, Fact, Message, Scope
from everwhen.ports import Embedder, Indexed, Kind, Parts, Reader, Writer

EMBEDDER = "embedder"
"""The setting that names the embedder of the vectors in the store."""

DIMENSIONS = "dimensions"
"""The setting that tells how long they are."""


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
    """Vectors of texts, each text embedded once and many in one call.

    What the store has of an embedder that is not quick is not embedded again. With `staged` that
    is what was put aside for a reindex. A `lenient` one has None, until a reindex, for texts that
    can not be embedded now.
    """

    def __init__(self, embedder: Embedder, *, staged: bool = False, lenient: bool = False) -> None:
        self._embedder = embedder
        self._staged = staged
        self._lenient = lenient
        self._known: dict[str, bytes | None] = {}
        self.kept = not is_quick(embedder)

    def recall(self, reader: Reader, owner: int | None, texts: Iterable[str]) -> None:
        """Take from the store what it has of these texts of an owner."""
        if not self.kept or owner is None:
            return
        wanted = {digest(text): text for text in texts if text not in self._known}
        if not wanted or not (self._staged or reader.setting(EMBEDDER) == self._embedder.name):
            return
        for key, vector in reader.vectors_of(owner, list(wanted), staged=self._staged).items():
            self._known[wanted[key]] = vector

    def prepare(self, texts: Iterable[str]) -> None:
        """Embed those texts that are not known yet."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if not missing:
            return
        try:
            found = self._embedder.embed(missing)
            if len(found) != len(missing):
                raise ProviderError(
                    f"the embedder {self._embedder.name} gave {len(found)} vectors for "
                    f"{len(missing)} texts"
                )
        except ProviderError as error:
            if not self._lenient:
                raise
            import logging  # when there is something to tell

            logging.getLogger("everwhen").warning("no vectors, until a reindex: %s", error)
            self._known.update(dict.fromkeys(missing))
            return
        self._known.update(zip(missing, found, strict=True))

    def check(self, writer: Writer) -> None:
        """Refuse to mix vectors: the file has those of one embedder and of one length."""
        check_embedder(writer, self._embedder)
        lengths = {len(vector) // 4 for vector in self._known.values() if vector is not None}
        if not lengths:
            return
        recorded = writer.setting(DIMENSIONS)
        if recorded is None:
            writer.set_setting(DIMENSIONS, str(min(lengths)))
        elif lengths != {int(recorded)}:
            raise ProviderError(
                f"{self._embedder.name!r} gives vectors of {sorted(lengths)} dimensions now, and "
                f"those in the file have {recorded}: another model has its name. Bring the first "
                "one back, or re-embed everything with reindex()"
            )

    def __getitem__(self, text: str) -> bytes | None:
        return self._known[text]

    def digest(self, text: str) -> int | None:
        """By what the text's vector is to be found again, None if it need not be."""
        return digest(text) if self.kept and self._known[text] is not None else None


def prepared(
    parts: Parts, texts: Mapping[Scope, Sequence[str]], *, lenient: bool = False
) -> Vectors:
    """Vectors of texts by the scope that they are of, from the store or embedded now."""
    vectors = Vectors(parts.embedder, lenient=lenient)
    if vectors.kept:
        with parts.store.read() as reader:
            for scope, own in texts.items():
                vectors.recall(reader, reader.owner(scope), own)
    vectors.prepare(text for own in texts.values() for text in own)
    return vectors


def is_quick(embedder: Embedder) -> bool:
    """Whether embedding a text again is as fast as looking it up."""
    return getattr(embedder, "quick", False) is True


def digest(text: str) -> int:
    """A number that tells one text from another: 64 bits, with a sign."""
    whole = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(whole, "big", signed=True)


def episode_vector_text(episode: Episode | Message) -> str:
    """What is embedded of an episode: the words, after the name of who said them."""
    words = episode.content[:MAX_CHARACTERS]
    return f"{episode.name}: {words}" if episode.name else words


def vector_text(text: str) -> str:
    """What is embedded of a fact or claim."""
    return text.replace(SELF_MARK, "User")


def episode_entries(episodes: Sequence[Episode], vectors: Vectors) -> list[Indexed]:
    """The index entries of episodes; without a vector one is found by its words alone."""
    return [
        _entry(
            episode.row,
            "episode",
            message_terms(episode.content, name=episode.name, at=episode.at),
            vectors,
            episode_vector_text(episode),
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
        entries.append(_entry(fact.row, "fact", found, vectors, vector_text(fact.text)))
    return entries


@lru_cache(maxsize=1 << 10)
def _asked_with(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The terms with which questions ask for an attribute."""
    return tuple(terms(" ".join((name, *words))))


def _entry(row: int, kind: Kind, found: list[str], vectors: Vectors, text: str) -> Indexed:
    return Indexed(
        row=row,
        kind=kind,
        terms=Counter(found),
        length=len(found),
        vector=vectors[text],
        digest=vectors.digest(text),
    )
