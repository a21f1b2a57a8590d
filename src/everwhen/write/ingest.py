"""Messages to durable episodes, and episodes to claims, facts and index entries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, TypeVar

from everwhen.errors import ProviderError, StoreBusyError, StoreFullError
from everwhen.model.records import Claim, Decision, Episode, Message, Scope, changed, unmarked
from everwhen.model.results import Added
from everwhen.ports import Parts, Reader
from everwhen.write.apply import apply_claims
from everwhen.write.indexing import (
    episode_entries,
    episode_vector_text,
    prepared,
    vector_text,
)
from everwhen.write.propose import BEFORE, People, claims_of

T = TypeVar("T")
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the episodes done and all of them."""

_STORED_AT_ONCE = 1_000
_WORKED_AT_ONCE = 500
_PATIENCE_SECONDS = 2.0
_FAILURES = 3


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

    A message whose id the scope has seen gives the stored episode, and no decision if that one
    is worked out already. `extract=False` stores and indexes for recall and takes no claims.
    An error means that no message was stored. Where it is only the facts that can not be had
    now, because the extractor or the embedder fails (ProviderError), the disk is full or
    another process keeps the file locked, the call returns all the same: the episodes
    concerned have `extracted` false, count as pending in the statistics, and are tried again
    by the next `work`.
    """
    given = [(parts.new_id(), message, i) for i, message in enumerate(messages)]
    episodes = _store(parts, scope, given, extracted=not extract)
    new = len({id for id, _, _ in given}.intersection(e.id for e in episodes))
    if not (extract and wait):
        if progress is not None:
            progress(len(episodes), len(messages))
        return Added(episodes=tuple(episodes), decisions=(), new=new)
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
    """What one episode claims, not yet written."""

    episode: Episode
    claims: Sequence[Claim]


class _Work:
    """One run over pending episodes."""

    def __init__(self, parts: Parts, total: int, progress: Progress | None) -> None:
        self._parts = parts
        self._total = total
        self._progress = progress
        self._failed: set[str] = set()
        self._in_a_row = 0
        self._tried = 0
        self.decisions: list[Decision] = []
        self.worked: set[str] = set()

    def drain(self, limit: int | None, ids: Sequence[str] | None) -> bool:
        """Work on up to `limit` pending episodes; false when the providers seem to be down."""
        left = limit
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
        drafts, tried = self._drafts(episodes)
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

    def _drafts(self, episodes: Sequence[Episode]) -> tuple[list[_Draft], int]:
        """What the episodes claim, and how many were tried before patience ran out."""
        parts = self._parts
        drafts: list[_Draft] = []
        people: dict[Scope, People] = {}
        before = self._before(episodes, people)
        began = time.monotonic()
        tried = 0
        for episode in episodes:
            tried += 1
            known = people[_owner_scope(episode.scope)]
            read = _as_read(episode)
            earlier = [_as_read(one) for one in before[episode.id]]
            try:
                proposals = parts.extractor.extract(read, known.surroundings(read, earlier))
            except ProviderError as error:
                _warn("episode %s stays pending: %s", episode.id, error)
                self._failed.add(episode.id)
                self._in_a_row += 1
                if self._in_a_row >= _FAILURES:
                    break
                continue
            self._in_a_row = 0
            for proposal in proposals:
                known.learn(proposal)
            claims = claims_of(episode, proposals, parts.vocabulary, parts.extractor.name)
            drafts.append(_Draft(episode=episode, claims=claims))
            if time.monotonic() - began > _PATIENCE_SECONDS:
                break
        return drafts, tried

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
            return _before_each(reader, episodes)

    def _write(self, drafts: Sequence[_Draft]) -> bool:
        """One transaction for a chunk, all of it or none; false if there are no vectors."""
        parts = self._parts
        ids = [draft.episode.id for draft in drafts]
        texts: dict[Scope, list[str]] = {}
        for draft in drafts:
            own = texts.setdefault(_owner_scope(draft.episode.scope), [])
            own.append(episode_vector_text(draft.episode))
            own += [vector_text(claim.text) for claim in draft.claims]
        try:
            vectors = prepared(parts, texts)
            with parts.store.write() as writer:
                vectors.check(writer)
                now = parts.clock()
                pending = writer.mark_extracted([draft.episode.row for draft in drafts], now)
                drafts = [draft for draft in drafts if draft.episode.row in pending]
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
                    mine = [d.episode for d in drafts if owners[d.episode.scope] == owner]
                    writer.index(owner, episode_entries(mine, vectors))
        except ProviderError as error:
            _warn("%d episodes stay pending: %s", len(drafts), error)
            return False
        self.decisions += decisions
        self.worked.update(ids)
        return True


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
