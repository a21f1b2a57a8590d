"""Messages to durable episodes, and episodes to claims, facts and index entries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias, TypeVar

from everwhen.asking import BatchExtractor, Completed, Reading, Rejected
from everwhen.errors import ProviderError, StoreBusyError, StoreFullError, UnusableReplyError
from everwhen.model.records import Claim, Decision, Episode, Message, Scope, changed, unmarked
from everwhen.model.results import Added
from everwhen.ports import Parts, Reader, Writer
from everwhen.write.apply import apply_claims
from everwhen.write.indexing import (
    episode_entries,
    episode_vector_text,
    prepared,
    vector_text,
)
from everwhen.write.policies import TOLD, permitted, policy_of, with_told
from everwhen.write.propose import BEFORE, People, claims_of
from everwhen.write.redact import clean_messages, without_marks
from everwhen.write.reject import rejections

T = TypeVar("T")
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the episodes done and all of them."""

_STORED_AT_ONCE = 1_000
_WORKED_AT_ONCE = 500
_PATIENCE_SECONDS = 2.0
_FAILURES = 3
_BATCH = 1 << 10


def add(
    parts: Parts,
    scope: Scope,
    messages: Sequence[Message],
    *,
    extract: bool = True,
    wait: bool = True,
    progress: Progress | None = None,
) -> Added:
    """Store messages word for word, durably, then (with `wait`) work out what they claim.

    Secrets are taken out of them before. A message whose id the scope has seen gives the stored
    episode, and no decision if that one is worked out already. `extract=False` stores and indexes
    for recall and takes no claims. An error means that no message was stored. Where it is only
    the facts that can not be had now, because the extractor or the embedder fails
    (ProviderError), the disk is full or another process keeps the file locked, the call returns
    all the same: the episodes concerned have `extracted` false, count as pending in the
    statistics, and are tried again by the next `work`.
    """
    messages, redacted = clean_messages(parts.redaction, messages)
    given = [(parts.new_id(), message, i) for i, message in enumerate(messages)]
    episodes = _store(parts, scope, given, extracted=not extract)
    new = len({id for id, _, _ in given}.intersection(e.id for e in episodes))
    if not (extract and wait):
        if progress is not None:
            progress(len(episodes), len(messages))
        return Added(episodes=tuple(episodes), decisions=(), new=new, redacted=redacted)
    waiting = list({e.id: e for e in episodes if not e.extracted}.values())
    run = _Work(parts, len(waiting), progress)
    try:
        run.finish(waiting)
    except (StoreBusyError, StoreFullError) as error:
        _warn("the messages are kept, and their facts wait: %s", error)
    done = run.worked
    return Added(
        episodes=tuple(changed(e, extracted=True) if e.id in done else e for e in episodes),
        decisions=tuple(run.decisions),
        new=new,
        redacted=redacted,
    )


def work(
    parts: Parts,
    *,
    ids: Sequence[str] | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> tuple[Decision, ...]:
    """Work out the claims of episodes that wait for it, oldest first, over all scopes.

    `ids` names some of them, `limit` caps their number. Several processes may do this at once;
    each episode is worked out once. An episode on which the extractor fails stays pending and
    is passed over; after three failures in a row the rest waits for the next call.
    """
    with parts.store.read() as reader:
        total = reader.counts()["pending"] if ids is None else len(ids)
    run = _Work(parts, total if limit is None else min(total, limit), progress)
    run.drain(limit, ids)
    return tuple(run.decisions)


def _warn(message: str, *details: object) -> None:
    import logging  # when there is something to tell

    logging.getLogger("everwhen").warning(message, *details)


def _chunks(items: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    for first in range(0, len(items), size):
        yield first, items[first : first + size]


def _store(
    parts: Parts, scope: Scope, given: Sequence[tuple[str, Message, int]], *, extracted: bool
) -> list[Episode]:
    """One transaction that stores messages; those not to be extracted are indexed in it too."""
    texts = [episode_vector_text(message) for _, message, _ in given] if extracted else []
    vectors = prepared(parts, {scope: texts}, lenient=True)
    episodes: list[Episode] = []
    with parts.store.write() as writer:
        if extracted:
            vectors.check(writer)
        now = parts.clock()
        for _, chunk in _chunks(given, _STORED_AT_ONCE):
            stored = writer.add_episodes(scope, chunk, now, extracted=extracted)
            episodes += stored
            if extracted:
                mine = {id for id, _, _ in chunk}
                new = [episode for episode in stored if episode.id in mine]
                writer.index(writer.own(scope), episode_entries(new, vectors))
    return episodes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What one episode claims, not yet written. One that is not `whole` stays pending."""

    episode: Episode
    claims: Sequence[Claim]
    rejected: Sequence[Rejected] = ()
    whole: bool = True


class _Work:
    """One run over pending episodes."""

    def __init__(self, parts: Parts, total: int, progress: Progress | None) -> None:
        self._parts = parts
        self._total = total
        self._progress = progress
        self._failed: set[str] = set()
        self._in_a_row = 0
        self._tried = 0
        self._parting = False
        self._most = _BATCH
        self.decisions: list[Decision] = []
        self.worked: set[str] = set()

    def drain(self, limit: int | None, ids: Sequence[str] | None) -> bool:
        """Work on up to `limit` pending episodes; false when the providers seem to be down."""
        left, self._parting = limit, True
        while left is None or left > 0:
            size = _WORKED_AT_ONCE if left is None else min(_WORKED_AT_ONCE, left)
            episodes = self._pending(size, ids)
            if not episodes:
                return True
            tried = self._step(episodes)
            if not tried:
                return False
            if left is not None:
                left -= tried
        return True

    def finish(self, episodes: Sequence[Episode]) -> None:
        """Work on these, unless the providers seem to be down."""
        waiting = sorted(episodes, key=lambda episode: (episode.recorded_at, episode.row))
        while waiting:
            tried = self._step(waiting[:_WORKED_AT_ONCE])
            if not tried:
                return
            del waiting[:tried]

    def _step(self, episodes: Sequence[Episode]) -> int:
        """Work on some of the episodes; how many, 0 when the providers seem to be down."""
        found = self._drafts(self._at_once(episodes))
        while found is None:
            found = self._drafts(self._at_once(episodes))
        drafts, tried = found
        if drafts and not self._write(drafts):
            return 0
        if self._in_a_row >= _FAILURES:
            return 0
        self._tried += tried
        if self._progress is not None:
            self._progress(min(self._tried, self._total), self._total)
        return tried

    def _pending(self, size: int, ids: Sequence[str] | None) -> list[Episode]:
        with self._parts.store.read() as reader:
            found = reader.pending(size + len(self._failed), ids)
        found.sort(key=lambda episode: (episode.recorded_at, episode.row))
        return [episode for episode in found if episode.id not in self._failed][:size]

    def _at_once(self, episodes: Sequence[Episode]) -> Sequence[Episode]:
        """Those to be worked on together: for one that asks a model, as fit, of one owner, and
        with the same instructions."""
        extractor = self._parts.extractor
        if not isinstance(extractor, BatchExtractor):
            return episodes
        owner = _owner_scope(episodes[0].scope)
        own = [one for one in episodes if _owner_scope(one.scope) == owner][: self._most]
        told = episodes[0].metadata.get(TOLD)
        alike = list(takewhile(lambda one: one.metadata.get(TOLD) == told, own))
        return alike[: extractor.fits(alike)]

    def _drafts(self, episodes: Sequence[Episode]) -> tuple[list[_Draft], int] | None:
        """What the episodes claim, and how many were tried before patience ran out; None if they
        are to be tried again, fewer at once."""
        parts = self._parts
        batched = isinstance(parts.extractor, BatchExtractor)
        readings: list[Reading] = []
        people: dict[Scope, People] = {}
        before = self._before(episodes, people)
        began = time.monotonic()
        tried = 0
        for episode in episodes:
            tried += 1
            known = people[_owner_scope(episode.scope)]
            read = _as_read(episode)
            around = known.surroundings(read, [_as_read(one) for one in before[episode.id]])
            try:
                proposals = parts.extractor.extract(read, around)
            except ProviderError as error:
                _warn("episode %s stays pending: %s", episode.id, error)
                self._failed.add(episode.id)
                self._in_a_row += 1
                if self._in_a_row >= _FAILURES:
                    break
                continue
            if not batched:
                self._in_a_row = 0
            named = [(parts.extractor.name, one) for one in proposals]
            for _, one in permitted(named, known.policy, parts.vocabulary)[0]:
                known.learn(one)
            readings.append(
                Reading(
                    episode=read,
                    surroundings=around,
                    proposals=tuple(proposals),
                    policy=with_told(known.policy, read.metadata),
                )
            )
            if time.monotonic() - began > _PATIENCE_SECONDS:
                break
        stored = {episode.id: episode for episode in episodes}
        drafts = self._completed(readings, stored)
        return None if drafts is None else (drafts, tried)

    def _completed(
        self, readings: Sequence[Reading], stored: Mapping[str, Episode]
    ) -> list[_Draft] | None:
        """The drafts, with what a model adds where one is asked; None if fewer are to be asked
        about at once, because it gave no usable answer to these."""
        extractor = self._parts.extractor
        first = more = extractor.name
        completed: Sequence[Completed | None] = [Completed()] * len(readings)
        if isinstance(extractor, BatchExtractor) and readings:
            first, more = extractor.first_name, extractor.model_name
            try:
                completed = extractor.complete(readings)
                self._in_a_row, self._most = 0, min(_BATCH, 2 * self._most)
            except ProviderError as error:
                if self._parting and len(readings) > 1 and isinstance(error, UnusableReplyError):
                    self._most = len(readings) // 2
                    return None
                _warn("%d episodes stay pending: %s", len(readings), error)
                self._failed.update(reading.episode.id for reading in readings)
                self._in_a_row += 1
                completed = [None] * len(readings)
        drafts: list[_Draft] = []
        for reading, done in zip(readings, completed, strict=True):
            episode = stored[reading.episode.id]
            proposed = [(first, one) for one in reading.proposals]
            if done is not None:
                proposed += [(more, one) for one in done.proposals]
            elif not proposed:
                continue
            proposed, barred = permitted(proposed, reading.policy, self._parts.vocabulary)
            proposed, marks = without_marks(proposed)
            claims = claims_of(episode, proposed, self._parts.vocabulary)
            rejected = (*barred, *marks, *(() if done is None else done.rejected))
            drafts.append(
                _Draft(episode=episode, claims=claims, rejected=rejected, whole=done is not None)
            )
        return drafts

    def _before(
        self, episodes: Sequence[Episode], people: dict[Scope, People]
    ) -> dict[str, list[Episode]]:
        """The messages before each episode; fills in who is who in their scopes."""
        parts = self._parts
        # as named by then: what is imported may have been said after the clock's time
        last: dict[Scope, datetime] = {}
        for episode in episodes:
            scope = _owner_scope(episode.scope)
            last[scope] = max(episode.at, last.get(scope, parts.clock()))
        with parts.store.read() as reader:
            for scope, at in last.items():
                people[scope] = People.load(reader, scope, parts.vocabulary, at)
                people[scope].policy = policy_of(parts, reader, scope)
            return _before_each(reader, episodes)

    def _write(self, drafts: Sequence[_Draft]) -> bool:
        """One transaction for a chunk, all of it or none; false if there are no vectors."""
        parts = self._parts
        texts: dict[Scope, list[str]] = {}
        for draft in drafts:
            given = texts.setdefault(_owner_scope(draft.episode.scope), [])
            given.append(episode_vector_text(draft.episode))
            given += [vector_text(claim.text) for claim in draft.claims]
        whole = [draft.episode.id for draft in drafts if draft.whole]
        try:
            vectors = prepared(parts, texts)
            with parts.store.write() as writer:
                vectors.check(writer)
                now = parts.clock()
                drafts = _still_to_do(writer, drafts, now)
                owners = {scope: writer.own(scope) for scope in {d.episode.scope for d in drafts}}
                decisions = apply_claims(
                    writer,
                    parts.vocabulary,
                    vectors,
                    [
                        (draft.episode.scope, owners[draft.episode.scope], claim)
                        for draft in drafts
                        for claim in draft.claims
                    ],
                    now,
                )
                for owner in sorted(set(owners.values())):
                    own = [d for d in drafts if d.whole and owners[d.episode.scope] == owner]
                    writer.index(owner, episode_entries([d.episode for d in own], vectors))
                    refused = [one for d in own for one in rejections(d.episode, d.rejected, now)]
                    writer.add_decisions(owner, refused)
                    decisions += refused
        except ProviderError as error:
            _warn("%d episodes stay pending: %s", len(drafts), error)
            return False
        self.decisions += decisions
        self.worked.update(whole)
        return True


def _still_to_do(writer: Writer, drafts: Sequence[_Draft], now: datetime) -> list[_Draft]:
    """The drafts of episodes on which the work was not done meanwhile; marks the whole ones."""
    left = writer.mark_extracted([draft.episode.row for draft in drafts if draft.whole], now)
    partly = [draft.episode.id for draft in drafts if not draft.whole]
    if partly:
        left |= {episode.row for episode in writer.pending(len(partly), partly)}
    return [draft for draft in drafts if draft.episode.row in left]


def _as_read(episode: Episode) -> Episode:
    """The episode as extractors get it, every character in its place."""
    content, name = unmarked(episode.content), episode.name and unmarked(episode.name)
    if (content, name) == (episode.content, episode.name):
        return episode
    return changed(episode, content=content, name=name)


@lru_cache(maxsize=1024)
def _owner_scope(scope: Scope) -> Scope:
    user_id, agent_id, run_id = scope.owner
    return Scope(user_id=user_id, agent_id=agent_id, run_id=run_id)


def _before_each(reader: Reader, episodes: Sequence[Episode]) -> dict[str, list[Episode]]:
    """The messages before each episode, with one query for those that follow one another."""
    groups: dict[Scope, list[Episode]] = {}
    for episode in episodes:
        groups.setdefault(episode.scope, []).append(episode)
    before: dict[str, list[Episode]] = {}
    for group in groups.values():
        last = max(group, key=lambda episode: (episode.at, episode.row))
        limit = len(group) + BEFORE - 1
        line = [*reader.before(last, limit), last]
        place = {episode.id: i for i, episode in enumerate(line)}
        whole = len(line) <= limit
        for episode in group:
            i = place.get(episode.id, -1)
            if i >= BEFORE or (whole and i >= 0):
                before[episode.id] = line[max(0, i - BEFORE) : i]
            else:
                before[episode.id] = reader.before(episode, BEFORE)
    return before
