"""What the calls of `Memory` give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

from everwhen.model.records import EMPTY, Decision, Episode, Metadata, Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What `add` did: the episodes as stored and the decisions taken, in order.

    `new` of the episodes were stored by this call; the scope had seen the ids of the others.
    `redacted` counts, by kind, the secrets that a mark took the place of.
    """

    episodes: tuple[Episode, ...]
    decisions: tuple[Decision, ...]
    new: int
    redacted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is damaged or missing in what is stored, and what to do about it."""

    what: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A fact or an episode that a search found, with its score and the signals behind it.

    Only a search that explains says `why`, and also gives the best of what it did not find good
    enough, `left_out` saying for what reason.
    """

    id: str
    kind: Literal["fact", "episode", "file"]
    text: str
    score: float
    signals: Mapping[str, float]
    metadata: Metadata = field(default_factory=lambda: EMPTY)
    at: datetime | None = None
    sources: tuple[Source, ...] = ()
    role: str | None = None
    name: str | None = None
    subject: str | None = None
    attribute: str | None = None
    category: str | None = None
    value: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    system_from: datetime | None = None
    system_to: datetime | None = None
    why: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One headed part of a context, with the hits that its lines come from."""

    title: str
    lines: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A hit that was relevant enough but did not fit the budget."""

    id: str
    kind: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text for the window: never more than the budget, and it says what it left out.

    `tokens` and `full_history_tokens` (what re-sending everything said would have cost) are
    counted by `counter`.
    """

    text: str
    tokens: int
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...]
    full_history_tokens: int
    budget_tokens: int
    counter: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model says to a question, from a context alone.

    `cites` are the ids of the facts and messages that the answer rests on. Where memory has no
    answer, `text` is empty and `abstained` says why. The tokens are as the model counted them,
    0 where it was not asked.
    """

    text: str
    cites: tuple[str, ...]
    abstained: str
    context: Context
    model: str
    tokens_in: int = 0
    tokens_out: int = 0

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items in a stable order, and the cursor for the next ones (None at the end)."""

    items: tuple[T, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What `forget` removed, with what a check afterwards found left (always zero, or it raises).

    `digests` are salted hashes of the removed texts: they prove what was removed to somebody
    who still has the words, and tell nothing to anybody else.
    """

    at: datetime
    episodes: int
    claims: int
    facts: int
    decisions: int
    index_rows: int
    remaining: int
    salt: str
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """What a language model was asked since the memory was opened.

    `calls` are questions; those that an SDK asked again count once. Tokens are as the endpoint
    counts them, 0 where it does not say; `tokens_cached` of `tokens_in` were read from its cache.
    `rejected` are claims, or a judge's answers, that were not taken, for lack of evidence (of
    claims only) or for their form.
    """

    calls: int = 0
    failed: int = 0
    rejected: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    last_failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How much is stored and how much work is waiting; `model` where one takes the facts, and
    `judge` where there is one.

    `redact` is what this memory takes out before anything is stored.
    """

    url: str
    schema: int
    size_bytes: int
    owners: int
    episodes: int
    pending: int
    claims: int
    facts: int
    current_facts: int
    to_review: int
    decisions: int
    judgements: int
    embedder: str
    extractor: str
    counter: str
    redact: str
    model: ModelUse | None = None
    judge: ModelUse | None = None
