"""What an adapter must offer; `everwhen.testing` has checks that it can run on itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from everwhen.judging import Judge as Judge
from everwhen.judging import KeptJudgements, WrittenJudgements
from everwhen.language.redaction import Redaction, read_redaction
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.policy import NO_POLICY, Policy
from everwhen.model.records import (
    Claim,
    ClaimPlace,
    Decision,
    Episode,
    Fact,
    Held,
    Message,
    Proposal,
    Scope,
    Slot,
    Turns,
)
from everwhen.model.results import Problem
from everwhen.vectors import KeptVectors, StagedVectors

Kind: TypeAlias = Literal["fact", "episode"]


@runtime_checkable
class Clock(Protocol):
    """Tells the time; system time comes from it."""

    def __call__(self) -> datetime:
        """The present instant, aware."""
        ...


@runtime_checkable
class TokenCounter(Protocol):
    """Counts tokens as some model would."""

    @property
    def name(self) -> str:
        """Which counter, as printed beside a figure."""
        ...

    def count(self, text: str) -> int:
        """Tokens in the text, an estimate or exact as the name says."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors. With `quick = True` it is as fast as a look into the file,
    and vectors that are there already are not looked up."""

    @property
    def name(self) -> str:
        """Identity, recorded in the file: model and version. Asked for often, so no waiting."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text, as little-endian float32, unit length or all zero."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an extractor may know besides the episode itself.

    `before` are a few messages just before it in the same scope, oldest first; `speaker` is
    the name that its first person stands for, if known; `known` maps a relation to a name
    already learnt and back ("sister" → "Ana"); `slots` are names to use again, (subject,
    attribute, value) of current facts, `texts` those facts' wordings. `kept` is for what an
    extractor works out and wants at the next message of the batch.
    """

    before: tuple[Episode, ...] = ()
    speaker: str | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    slots: tuple[tuple[str, str, str], ...] = ()
    texts: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    kept: MutableMapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Extractor(Protocol):
    """Reads an episode and proposes claims; it never changes a fact."""

    @property
    def name(self) -> str:
        """Identity, recorded with each claim."""
        ...

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """The claims that the episode makes, in the order in which it makes them."""
        ...


@runtime_checkable
class Reranker(Protocol):
    """Scores texts against a query again, slower and better."""

    @property
    def name(self) -> str:
        """Identity."""
        ...

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, higher is better."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a read may see: the owners that the scope resolves to (none: nothing), and the run
    if given."""

    owners: tuple[int, ...]
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Valid time and system time of a read. `said_by` leaves out episodes said later; it is
    empty where the caller named no instant."""

    as_of: datetime
    known_at: datetime
    said_by: datetime | None = None


class Ranking(Protocol):
    """The first scores of one query over all items of a kind in a view."""

    @property
    def size(self) -> int:
        """How many items were scored."""
        ...

    @property
    def usual_cosine(self) -> float:
        """The mean of the cosines."""
        ...

    @property
    def ceiling(self) -> float:
        """The BM25 score that no item can exceed: the sum over the terms, those that no item
        has too, of weight times idf times (k1 + 1). The idf counts 20 items more than there are,
        without any of the terms."""
        ...

    def scores(self, row: int) -> tuple[float, float] | None:
        """BM25 and cosine of a row, None if it was not scored."""
        ...

    def top(self, limit: int, *, lexical: float, dense: float) -> list[int]:
        """Rows by descending weighted sum of BM25 and cosine themselves, equal ones by row."""
        ...

    def scores_of(self, rows: Sequence[int]) -> list[tuple[float, float] | None]:
        """The same as `scores` for many rows at once."""
        ...


class Reader(KeptVectors, KeptJudgements, Protocol):
    """Reads from one consistent snapshot."""

    def view(self, scope: Scope) -> View:
        """Resolve a scope: ids that are given must match. A user id that is not given matches
        only memories without one, so no call without a user id sees any user's memories; an
        agent id that is not given matches any agent of that user."""
        ...

    def owner(self, scope: Scope) -> int | None:
        """The owner that exactly this scope writes to, None if it has never written."""
        ...

    def scopes(self, *, run_id: str | None = None, holding: str | None = None) -> list[Scope]:
        """Every owner's scope, in a stable order, without runs where there is a user or agent;
        only those heard in a run, or the one that has the fact or episode of an id."""
        ...

    # episodes
    def episodes(self, view: View, ids: Sequence[str]) -> list[Episode]:
        """Those of the ids that the view holds, in the order asked."""
        ...

    def episode_rows(self, view: View, rows: Sequence[int]) -> list[Episode]:
        """The same by row."""
        ...

    def page_episodes(
        self,
        view: View,
        *,
        limit: int,
        after: tuple[int, int] | None = None,
        known_at: datetime | None = None,
    ) -> list[Episode]:
        """In order of (at, row); `after` is that pair (at in microseconds) of the last one."""
        ...

    def before(self, episode: Episode, limit: int) -> list[Episode]:
        """The messages of the same owner and run just before it by (at, row), oldest first."""
        ...

    def pending(self, limit: int, ids: Sequence[str] | None = None) -> list[Episode]:
        """Episodes still to be extracted, oldest recorded first, over all scopes."""
        ...

    def turns(
        self,
        view: View,
        rows: Sequence[int],
        *,
        terms: Mapping[str, float],
        moment: Moment,
        reach: int,
        widened: int,
    ) -> Turns:
        """Those of the rows that the view and the moment show, and of the messages at most
        `reach` before or after one of the first `widened`, in its session, the same."""
        ...

    def history_characters(self, view: View) -> int:
        """Characters of everything said in the view: what re-sending it all would cost."""
        ...

    # claims
    def claims(self, slot: Slot, value_keys: Sequence[str] | None = None) -> list[Claim]:
        """Claims of a slot, withdrawn ones too; with keys only those of, or replacing, them."""
        ...

    def claims_by_id(self, view: View, ids: Sequence[str]) -> list[tuple[Slot, Claim]]:
        """Claims by id."""
        ...

    def claims_of_episodes(self, view: View, ids: Sequence[str]) -> list[tuple[Slot, Claim]]:
        """Every claim that these episodes make."""
        ...

    def claim_places(self, view: View, ids: Sequence[str]) -> list[ClaimPlace]:
        """Every claim that these episodes make: where it stands and what it is about."""
        ...

    def slots(self, view: View) -> Iterator[Slot]:
        """Every slot of the view that has claims, in a stable order."""
        ...

    # facts
    def slot_facts(self, slot: Slot, value_keys: Sequence[str] | None = None) -> list[Fact]:
        """The versions held now (system_to empty) of a slot."""
        ...

    def held(
        self,
        owner: int,
        at: datetime,
        limit: int,
        *,
        subject: str | None = None,
        attributes: Sequence[str] = (),
    ) -> list[Held]:
        """An owner's facts held now, valid at the instant and not under review, changed last
        first. With a subject only its facts of these attributes."""
        ...

    def fact_rows(self, view: View, rows: Sequence[int]) -> list[Fact]:
        """Fact versions by row, in the order asked."""
        ...

    def fact_slots(self, view: View, rows: Sequence[int]) -> list[Slot | None]:
        """The slots of fact versions by row, in the order asked, without reading the facts;
        None for a row that no owner of the view has."""
        ...

    def fact(self, view: View, id: str, known_at: datetime | None = None) -> Fact | None:
        """The version of a fact held at `known_at`; without it the last one ever held."""
        ...

    def page_facts(
        self,
        view: View,
        *,
        known_at: datetime,
        as_of: datetime | None,
        subject: str | None = None,
        attribute: str | None = None,
        review: bool = False,
        limit: int,
        after: tuple[int, int] | None = None,
    ) -> list[Fact]:
        """In order of (valid_from, row); as_of None gives every period. See page_episodes.

        With `review` only the facts that wait for it. `after` is (start_micros(valid_from),
        row) of the last one."""
        ...

    def facts_of_episodes(self, view: View, ids: Sequence[str], moment: Moment) -> list[Fact]:
        """The facts, valid and held then and not under review, that rest on these episodes."""
        ...

    def decisions(self, view: View, fact_id: str) -> list[Decision]:
        """All that was decided about a fact, or of a message without a claim, oldest first."""
        ...

    def rank(
        self,
        view: View,
        kind: Kind,
        *,
        terms: Mapping[str, float],
        vector: bytes | None,
        moment: Moment,
    ) -> Ranking:
        """BM25 (terms with weights) and cosine over all items of the kind that the view and
        the moment allow: facts valid then and held then and not under review, episodes
        recorded by `known_at` and said by `said_by`."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Row counts and sizes for Stats: owners, episodes, pending, claims, facts,
        current_facts, to_review, decisions, judgements, size_bytes, schema."""
        ...

    def setting(self, key: str) -> str | None:
        """A recorded setting, such as the embedder's name."""
        ...

    def policy(self, owner: int) -> str:
        """The policy that was set for an owner, "" if none was."""
        ...

    def dump(self, table: str) -> Iterator[Mapping[str, object]]:
        """Every row of "settings", "owners", "episodes", "claims", "facts", "decisions" or
        "judgements" by column name, for export: instants in microseconds, open ends None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """The index entry of an item: terms with counts, length in terms, and the vector, or None,
    with the digest of its text if it is to be found by that."""

    row: int
    kind: Kind
    terms: Mapping[str, int]
    length: int
    vector: bytes | None
    digest: int | None = None


class Writer(Reader, StagedVectors, WrittenJudgements, Protocol):
    """One transaction that writes; all of it happens or none."""

    def own(self, scope: Scope) -> int:
        """The owner that this scope writes to, made if it is new."""
        ...

    def add_episodes(
        self,
        scope: Scope,
        messages: Sequence[tuple[str, Message, int]],
        recorded_at: datetime,
        *,
        extracted: bool,
    ) -> list[Episode]:
        """Store messages as (episode id, message, ordinal). One whose idempotency key (scope
        and message id) is already there is not stored again: the stored one comes back."""
        ...

    def mark_extracted(self, rows: Sequence[int], at: datetime) -> set[int]:
        """The work on these episodes is done; gives those on which it was not done before."""
        ...

    def add_claims(self, owner: int, claims: Sequence[Claim]) -> None:
        """Append claims; an id that is already there is left as it is."""
        ...

    def withdraw_claims(self, ids: Sequence[str], at: datetime) -> None:
        """Mark claims as taken back at the instant."""
        ...

    def add_facts(self, owner: int, facts: Sequence[Fact]) -> list[Fact]:
        """Open versions (row is ignored and assigned)."""
        ...

    def amend_facts(self, facts: Sequence[Fact]) -> None:
        """Rewrite, by row, what may change without a new version: claims, sources, text,
        confidence, trust, precision, metadata."""
        ...

    def close_facts(self, rows: Sequence[int], at: datetime) -> None:
        """End the belief in versions; one that began at the same instant vanishes."""
        ...

    def add_decisions(self, owner: int, decisions: Sequence[Decision]) -> None:
        """Append to the log."""
        ...

    def index(self, owner: int, items: Sequence[Indexed]) -> None:
        """Put items into the full text and vector index."""
        ...

    def erase(
        self, owner: int, *, episodes: Sequence[str], claims: Sequence[str], slots: Sequence[Slot]
    ) -> Mapping[str, int]:
        """Remove for good: episodes with all their claims, claims, and of the slots given and
        of those claims all fact versions, decisions and index rows. Gives the numbers removed:
        episodes, claims, facts, decisions, index_rows."""
        ...

    def erase_owner(self, owner: int) -> Mapping[str, int]:
        """Remove all that an owner has, and the owner; its number is not used again."""
        ...

    def clear_derived(self) -> None:
        """Drop facts, decisions that rest on claims, and the whole index, for a rebuild."""
        ...

    def set_policy(self, owner: int, policy: str) -> None:
        """Record a policy for an owner, in place of the one before; it goes with the owner."""
        ...

    def set_setting(self, key: str, value: str) -> None:
        """Record a setting."""
        ...


class Store(Protocol):
    """A database that keeps everything; many readers and writers, also in other processes."""

    @property
    def url(self) -> str:
        """How it was opened, without secrets."""
        ...

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent snapshot."""
        ...

    def write(self) -> AbstractContextManager[Writer]:
        """A write transaction, durable when the block ends; an exception rolls it back."""
        ...

    def scrub(self) -> None:
        """Make erased words unreadable in the files too (free pages, journal)."""
        ...

    def check(self) -> list[Problem]:
        """Look for what is damaged or missing; changes nothing."""
        ...

    def close(self) -> None:
        """Release everything; closing twice is fine."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a memory is put together from."""

    store: Store
    embedder: Embedder
    extractor: Extractor
    counter: TokenCounter
    clock: Clock
    new_id: Callable[[], str]
    vocabulary: Vocabulary
    reranker: Reranker | None = None
    policy: Policy = NO_POLICY
    redaction: Redaction = field(default_factory=lambda: read_redaction(True))
    judge: Judge | None = None
