"""What a language model must offer, and extractors that ask one about many messages at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from everwhen.model.policy import NO_POLICY, Policy
from everwhen.model.records import Episode, Proposal
from everwhen.model.results import ModelUse
from everwhen.ports import Extractor, Surroundings

Schema: TypeAlias = Mapping[str, object]
"""A JSON schema."""

Labels: TypeAlias = Mapping[str, str]
"""Names under which a model is to file facts, each with what it means."""

NO_LABELS: Labels = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model said, and what it cost.

    `ended` tells whether it came to its end, was cut off at a limit, or refused to answer.
    """

    text: str
    ended: Literal["whole", "cut", "refused"] = "whole"
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0


@runtime_checkable
class ChatModel(Protocol):
    """A language model that answers one question."""

    @property
    def name(self) -> str:
        """Identity, recorded with each claim."""
        ...

    def ask(self, instructions: str, question: str, schema: Schema) -> Reply:
        """Its answer, which should be JSON of the schema, but may be anything. ProviderError if
        there was none. The instructions are the same each time."""
        ...

    def close(self) -> None:
        """Let go of connections; a question after that makes new ones."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An episode with what is known around it, what `extract` took from it, and the policy of
    its scope."""

    episode: Episode
    surroundings: Surroundings
    proposals: tuple[Proposal, ...] = ()
    policy: Policy = NO_POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A claim that was not taken, and why, without its words."""

    reason: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What was taken from an episode beyond `extract`, and what was not taken."""

    proposals: tuple[Proposal, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@runtime_checkable
class BatchExtractor(Extractor, Protocol):
    """An extractor in two steps: `extract` is quick and looks at each message alone; `complete`
    is told what came of it and may wait for a model, once for all messages given."""

    @property
    def model_name(self) -> str:
        """Identity of what `complete` asks, recorded with its claims."""
        ...

    @property
    def first_name(self) -> str:
        """Identity of what `extract` does by itself, recorded with its claims."""
        ...

    @property
    def use(self) -> ModelUse:
        """What the model was asked so far."""
        ...

    def fits(self, episodes: Sequence[Episode]) -> int:
        """How many of the episodes, from the first on, it takes at once; at least 1."""
        ...

    def complete(self, readings: Sequence[Reading]) -> list[Completed]:
        """One for each reading, all of one owner, in the order in which they were said.
        ProviderError, and nothing of it is taken, if it can not be had."""
        ...

    def close(self) -> None:
        """Let go of connections; a question after that makes new ones."""
        ...
