"""The extractor that asks a language model, once for a batch of messages."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from everwhen.asking import NO_LABELS, ChatModel, Completed, Labels, Reading, Reply
from everwhen.errors import ProviderError
from everwhen.language.sentences import plain, sentences
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Episode, Proposal, Role
from everwhen.model.results import ModelUse
from everwhen.ports import Extractor, Surroundings
from everwhen.write.by_model.accounting import Account
from everwhen.write.by_model.claims import borne_out
from everwhen.write.by_model.prompt import MOST_CHARACTERS, instructions, question, reply_schema
from everwhen.write.by_model.reply import read_reply

MOST_MESSAGES = 64
"""In one question."""

MOST_IN_ALL = 40_000
"""Characters of messages in one question, unless a single one has more."""

_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"\w+")
_FEW_WORDS = 3


class ModelExtractor:
    """Takes facts with a language model; with `first`, only those that it does not settle.

    Another extractor may go first: it reads each message alone, and the model is asked about
    messages in which a statement is left from which it took nothing. Where there are none, no
    question is asked. With `labels`, the model also says under which of them each fact falls,
    kept in the fact's metadata as "categories".
    """

    def __init__(
        self,
        model: ChatModel,
        vocabulary: Vocabulary,
        first: Extractor | None = None,
        *,
        labels: Labels = NO_LABELS,
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._first = first
        self._labels = labels
        self._instructions = instructions(vocabulary)
        self._account = Account(model.name)

    @property
    def name(self) -> str:
        """The model, after what goes first."""
        first = "" if self._first is None else f"{self._first.name}+"
        return first + self._model.name

    @property
    def model_name(self) -> str:
        """The model, as recorded with its claims."""
        return self._model.name

    @property
    def first_name(self) -> str:
        """What goes first, as recorded with its claims."""
        return "none" if self._first is None else self._first.name

    @property
    def use(self) -> ModelUse:
        """What the model was asked so far."""
        return self._account.use

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """What goes first takes from a message; the model is not asked."""
        return [] if self._first is None else self._first.extract(episode, surroundings)

    def fits(self, episodes: Sequence[Episode]) -> int:
        """How many of the episodes go into one question."""
        characters = 0
        for count, episode in enumerate(episodes):
            characters += min(len(episode.content), MOST_CHARACTERS)
            if count and (count == MOST_MESSAGES or characters > MOST_IN_ALL):
                return count
        return max(1, len(episodes))

    def complete(self, readings: Sequence[Reading]) -> list[Completed]:
        """Ask the model about those messages that may state something yet."""
        asked = [place for place, reading in enumerate(readings) if self._open(reading)]
        if not asked:
            return [Completed() for _ in readings]
        began = time.monotonic()
        reply = Reply(text="")
        try:
            reply = self._model.ask(
                self._instructions,
                question(readings, asked, self._labels),
                reply_schema(self._labels),
            )
            said = read_reply(reply)
        except ProviderError as error:
            self._account.count(reply, began, failure=str(error))
            raise
        found = borne_out(said, readings, asked, self._vocabulary, self._labels)
        self._account.count(reply, began, rejected=sum(len(one.rejected) for one in found))
        return found

    def close(self) -> None:
        """Let go of the model's connections."""
        self._model.close()

    def _open(self, reading: Reading) -> bool:
        """Whether the model is to be asked about a message."""
        episode = reading.episode
        text = episode.content[:MOST_CHARACTERS]
        if episode.role is not Role.USER or _LETTERS.search(text) is None:
            return False
        return self._first is None or any(
            len(_WORD.findall(sentence.text)) >= _FEW_WORDS or not sentence.text.isascii()
            for sentence in sentences(plain(text))
            if not sentence.asks
            and not any(
                p.start < sentence.end and sentence.start < p.end for p in reading.proposals
            )
        )
