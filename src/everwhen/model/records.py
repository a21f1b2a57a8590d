"""The canonical records: scope, message, episode, claim, slot, fact, decision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from everwhen.errors import ScopeError
from everwhen.model.period import Period, Precision

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
Metadata: TypeAlias = Mapping[str, JsonValue]
EMPTY: Metadata = MappingProxyType({})

SELF = "user"
"""The subject of what the scope's own user says about himself."""

SELF_MARK = "\ue000"
"""Stands in stored texts where the user's name is put when they are read."""

_Record = TypeVar("_Record", "Episode", "Claim", "Fact")
_UNREADABLE = "\ufffd"
_MAX_ID = 512


def unmarked(text: str) -> str:
    """The text without SELF_MARK: typed by somebody, it must not become the user's name."""
    return text.replace(SELF_MARK, _UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose memory. At least one id; `run_id` narrows to where something was said."""

    user_id: str | None = None
    agent_id: str | None = None
    run_id: str | None = None

    def __post_init__(self) -> None:
        given = {"user_id": self.user_id, "agent_id": self.agent_id, "run_id": self.run_id}
        if all(value is None for value in given.values()):
            raise ScopeError("no scope: give user_id=, agent_id= or run_id= (whose memory is it?)")
        for name, value in given.items():
            if value is not None:
                _check_id(name, value)

    @property
    def owner(self) -> tuple[str | None, str | None, str | None]:
        """What a memory belongs to: (user, agent), or the run where there is neither."""
        alone = self.user_id is None and self.agent_id is None
        return (self.user_id, self.agent_id, self.run_id if alone else None)


def _check_id(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ScopeError(f"{name} is a {type(value).__name__}; give a string")
    if not value.strip():
        raise ScopeError(f"{name} is empty; give a non-empty string, or leave it out")
    if len(value) > _MAX_ID:
        raise ScopeError(f"{name} is {len(value)} characters long; at most {_MAX_ID} are kept")
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        raise ScopeError(f"{name} holds control characters or lone surrogates: {value!r}")


def changed(record: _Record, **fields: object) -> _Record:
    """The record with other fields, as `dataclasses.replace` gives it, in a fifth of the time."""
    made = object.__new__(type(record))
    for name in record.__slots__:
        object.__setattr__(
            made, name, fields.pop(name) if name in fields else getattr(record, name)
        )
    if fields:
        raise TypeError(f"a {type(record).__name__} has no {', '.join(fields)}")
    return made


class Role(StrEnum):
    """Who speaks in a message."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn as given; `id` is an idempotency key within the scope."""

    role: Role
    content: str
    at: datetime
    name: str | None = None
    metadata: Metadata = field(default_factory=lambda: EMPTY)
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A message as stored: verbatim, immutable, the ground truth.

    `at` is when it was said, `recorded_at` when it was stored, `ordinal` its place among
    messages of the same call; `row` is the store's number of it. `extracted` is false while
    the work on it is still to do.
    """

    id: str
    row: int
    scope: Scope
    role: Role
    content: str
    at: datetime
    recorded_at: datetime
    ordinal: int = 0
    name: str | None = None
    key: str | None = None
    metadata: Metadata = field(default_factory=lambda: EMPTY)
    extracted: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return self.content

    kind: Literal["episode"] = "episode"


class Cardinality(StrEnum):
    """Whether a slot has one value at a time, or values side by side."""

    SINGLE = "single"
    MULTIPLE = "multiple"


class Polarity(StrEnum):
    """What a claim does to its value."""

    AFFIRM = "affirm"
    """The value holds over the stated period, or from when it was said."""
    END = "end"
    """The value (or, without one, whatever holds) stops at `valid_to` or when it was said."""
    CORRECT = "correct"
    """What was said before is wrong: `replaces` (or what held) was never true, `value` was."""


class Trust(IntEnum):
    """How far a source may displace another: a lower one never supersedes a higher one."""

    INFERRED = 1
    REPORTED = 2
    STATED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What a claim is about, minus the value."""

    owner: int
    subject: str
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where in which episode something was said: characters [start, end)."""

    episode_id: str
    start: int
    end: int


MANUAL = "manual"
"""The extractor of claims made by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPlace:
    """Where a claim stands and what it is about, without what it says."""

    slot: Slot
    claim_id: str
    source: Source
    extractor: str
    withdrawn_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing an episode says. Append-only; facts are what the claims of a slot add up to.

    `text` reads alone; where it names the scope's own user it has SELF_MARK ("\\ue000 lives in
    Lisbon"), so that every fact is worded with the name as known when it is read.
    `value_key` is the value
    as compared (case, accents and articles folded). `valid_from`/`valid_to` are the *stated*
    period, None where nothing was stated; `past` marks a value told as over without saying
    when ("used to"). `expires_at` is when the memory itself lapses. `said_at` and `order` (the
    place within what was said at that instant) say when it was told, `recorded_at` when it
    was stored, `withdrawn_at` when it was taken back. `targets` are the claims that an end or
    a correction made by hand is about. `speaker` is who said it, SELF_MARK for the scope's
    own user where the message did not name him.
    """

    id: str
    episode_id: str
    run_id: str | None
    subject: str
    attribute: str
    value: str
    value_key: str
    text: str
    said_at: datetime
    recorded_at: datetime
    start: int
    end: int
    order: tuple[int, int] = (0, 0)
    polarity: Polarity = Polarity.AFFIRM
    replaces_key: str | None = None
    targets: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    precision: Precision | None = None
    past: bool = False
    expires_at: datetime | None = None
    confidence: float = 1.0
    trust: Trust = Trust.STATED
    sensitive: bool = False
    speaker: str | None = None
    extractor: str = ""
    metadata: Metadata = field(default_factory=lambda: EMPTY)
    withdrawn_at: datetime | None = None


class Review(StrEnum):
    """Why a fact waits for a person to look at it instead of counting."""

    CONFLICT = "conflict"
    """It contradicts a stated period of another value."""
    UNTRUSTED = "untrusted"
    """A source of higher trust says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value with the time it was true (`valid_*`) and the time we held it (`system_*`).

    `id` stays the same while the period, the sources or the wording change; each change is a
    new version with its own `system_from`. `valid_from` None: since before anything known.
    `valid_to` None: until further notice. A fact with `review` set is kept, but is not among
    what searches and lists return unless asked for. `category` is what the attribute is about,
    worked out when it is read, and not stored.
    """

    id: str
    row: int
    scope: Scope
    subject: str
    attribute: str
    category: str = ""
    value: str
    text: str
    valid_from: datetime | None
    valid_to: datetime | None
    system_from: datetime
    system_to: datetime | None
    sources: tuple[Source, ...]
    claim_ids: tuple[str, ...] = ()
    confidence: float = 1.0
    trust: Trust = Trust.STATED
    precision: Precision | None = None
    sensitive: bool = False
    review: Review | None = None
    expires_at: datetime | None = None
    speaker: str | None = None
    metadata: Metadata = field(default_factory=lambda: EMPTY)
    kind: Literal["fact"] = "fact"

    @property
    def valid(self) -> Period:
        """When it was true."""
        return Period(self.valid_from, self.valid_to)

    @property
    def system(self) -> Period:
        """When we held it."""
        return Period(self.system_from, self.system_to)


class Held(NamedTuple):
    """The little of a fact that holds that the reading of messages needs.

    `since` is start_micros(valid_from), `row` that of the version held."""

    subject: str
    attribute: str
    value: str
    text: str
    since: int
    row: int


class Action(StrEnum):
    """What one claim did to the facts."""

    ADD = "add"
    UPDATE = "update"
    INVALIDATE = "invalidate"
    NOOP = "noop"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The log line that explains a change of the facts, without repeating anybody's words.

    `fact_ids` are the facts that the claim opened, changed or supports; `closed` those whose
    truth or belief it ended. `source` says where it was said.
    """

    id: str
    action: Action
    at: datetime
    claim_id: str | None
    source: Source | None
    subject: str
    attribute: str
    fact_ids: tuple[str, ...]
    closed: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Many messages as retrieval sees them, in columns: a place is a message.

    `at` is in microseconds. `ages` tells how many sessions have begun since a message's own.
    `stretches` says how much of the question's terms a message and those just before and after
    it in its session hold together, `sessions` how much its whole session holds: 1 would be all
    terms, each as rare among stretches, or sessions, as it is among messages.
    """

    rows: Sequence[int]
    at: Sequence[int]
    speakers: Sequence[tuple[Role, str | None]]
    ages: Sequence[int]
    stretches: Sequence[float]
    sessions: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an extractor proposes: a claim before it has an id and a slot in a store.

    Characters [start, end) of the episode are the evidence. See Claim for the rest.
    """

    subject: str
    attribute: str
    value: str
    text: str
    start: int
    end: int
    polarity: Polarity = Polarity.AFFIRM
    replaces: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    precision: Precision | None = None
    past: bool = False
    confidence: float = 1.0
    trust: Trust = Trust.STATED
    sensitive: bool = False
    speaker: str | None = None
    metadata: Metadata = field(default_factory=lambda: EMPTY)
