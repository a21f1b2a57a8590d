"""Snapshots and postings of the owners read last, kept in step with the database."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everwhen.model.records import Held, Turns
from everwhen.ports import Kind, Moment, Ranking, View
from everwhen.stores.connection import Connection, queries
from everwhen.stores.held import HeldCache, Key
from everwhen.stores.index import KINDS, Snapshot, Words, advance, empty
from everwhen.stores.ranking import Part, Postings, score
from everwhen.stores.rows import text
from everwhen.stores.shown import Shown, shown, shown_after
from everwhen.stores.timeline import Timeline, timeline
from everwhen.stores.turns import turns
from everwhen.stores.vectors import Integers

CACHE_BYTES = 512 * 1024 * 1024
"""What all snapshots together may take before the owners read longest ago are dropped."""

CACHED_POSTINGS = 2_000_000
"""How many postings of one owner and kind are kept, a term itself counting as sixteen."""

_KEPT = 3
_FEW = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Term:
    revision: int
    postings: Postings

    @property
    def cost(self) -> int:
        return len(self.postings.positions) + 16


class _Entry:
    """One kind of one owner: the last snapshots, and postings that fit the newest."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counted = 0
        self.reset(-1)

    def reset(self, epoch: int) -> None:
        self.epoch = epoch
        self.words = Words()
        self.snapshots: deque[Snapshot] = deque(maxlen=_KEPT)
        self.terms: OrderedDict[str, _Term] = OrderedDict()
        self.postings = 0
        self.timeline: tuple[int, Timeline] | None = None
        self.shown: tuple[int, Shown] | None = None

    @property
    def size_bytes(self) -> int:
        newest = self.snapshots[-1].size_bytes if self.snapshots else 0
        return newest + self.postings * 12

    def keep(self, term: str, found: _Term) -> None:
        old = self.terms.pop(term, None)
        self.postings += found.cost - (old.cost if old is not None else 0)
        self.terms[term] = found
        while self.postings > CACHED_POSTINGS and len(self.terms) > 1:
            _, dropped = self.terms.popitem(last=False)
            self.postings -= dropped.cost


class IndexCache:
    """Arrays of the owners read last. Safe between threads.

    Each read names the owner's revision in its own transaction: the snapshot used is of exactly
    that revision, whichever process wrote it.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[int, int], _Entry] = OrderedDict()
        self._total = 0
        self.held = HeldCache()

    def forget(self, owners: Collection[int] | None) -> None:
        """Drop what is cached of these owners, or of all."""
        self.held.forget(owners)
        with self._lock:
            for key in list(self._entries):
                if owners is None or key[0] in owners:
                    self._total -= self._entries.pop(key).counted

    def entry(self, key: tuple[int, int]) -> _Entry:
        """What is kept of a kind of an owner's items."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            # Both kinds of an owner go to the end, and so are dropped together.
            for each in ((key[0], kind) for kind in KINDS.values()):
                if each in self._entries:
                    self._entries.move_to_end(each)
            size = entry.size_bytes
            self._total += size - entry.counted
            entry.counted = size
            while self._total > self._limit and (oldest := next(iter(self._entries)))[0] != key[0]:
                self._total -= self._entries.pop(oldest).counted
            return entry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What a transaction sees of a kind of an owner's items; `keep` allows the entry more."""

    entry: _Entry
    snapshot: Snapshot
    keep: bool


class IndexReader:
    """The index as one transaction sees it.

    `private` tells of owners that the transaction itself has changed: what is read of them is
    not kept, neither for others nor for the transaction's next look.
    """

    def __init__(
        self, cache: IndexCache, connection: Connection, private: Callable[[int], bool]
    ) -> None:
        self._cache = cache
        self._connection = connection
        self._private = private
        self._known: dict[tuple[int, int], _Seen] = {}
        self._states: dict[int, tuple[int, int]] = {}

    def _see(self, owner: int, kind: Kind) -> _Seen:
        key = (owner, KINDS[kind])
        private = self._private(owner)
        if private:
            return self._look(key, self._state(owner), private=True)
        if key not in self._known:
            if owner not in self._states:
                self._states[owner] = self._state(owner)
            self._known[key] = self._look(key, self._states[owner], private=False)
        return self._known[key]

    def _state(self, owner: int) -> tuple[int, int]:
        found = self._connection.rows(queries()["owner_state"], owner=owner)
        return (found[0][0], found[0][1]) if found else (-1, -1)

    def held(self, key: Key, at: int, limit: int) -> list[Held]:
        """The facts of an owner that hold and are valid at the instant, changed last first."""
        owner = key[0]
        if self._private(owner):
            return HeldCache().held(self._connection, key, self._state(owner), at, limit)
        if owner not in self._states:
            self._states[owner] = self._state(owner)
        return self._cache.held.held(self._connection, key, self._states[owner], at, limit)

    def _look(self, key: tuple[int, int], state: tuple[int, int], *, private: bool) -> _Seen:
        revision, epoch = state
        entry = self._cache.entry(key)
        with entry.lock:
            if epoch > entry.epoch and not private:
                entry.reset(epoch)
            if epoch != entry.epoch:
                alone = advance(self._connection, empty(*key, Words()), revision)
                return _Seen(entry=entry, snapshot=alone, keep=False)
            base: Snapshot | None = None
            for snapshot in entry.snapshots:
                if snapshot.revision == revision and not private:
                    return _Seen(entry=entry, snapshot=snapshot, keep=True)
                if snapshot.revision < revision:
                    base = snapshot
            if base is None:
                base = empty(*key, entry.words)
            later = advance(self._connection, base, revision)
            keep = not private and (not entry.snapshots or revision > entry.snapshots[-1].revision)
            if keep:
                entry.snapshots.append(later)
            return _Seen(entry=entry, snapshot=later, keep=keep)

    def rank(
        self,
        view: View,
        kind: Kind,
        *,
        terms: Mapping[str, float],
        vector: bytes | None,
        moment: Moment,
    ) -> Ranking:
        """BM25 and cosine of every item that the view and the moment allow."""
        parts = [part for part, _ in self._parts(view, kind, terms, moment)]
        return score(parts, terms, vector)

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
        """Episodes by row, what stands near the first of them, and what is said around them."""
        found = list(self._parts(view, "episode", terms, moment))
        return turns(
            [part for part, _ in found],
            [_timeline(seen) for _, seen in found],
            rows,
            terms=terms,
            reach=reach,
            widened=widened,
        )

    def _parts(
        self, view: View, kind: Kind, terms: Mapping[str, float], moment: Moment
    ) -> Iterator[tuple[Part, _Seen]]:
        """What each owner of the view has that the moment shows, and where the terms occur."""
        for owner in view.owners:
            seen = self._see(owner, kind)
            visible = _shown(seen, moment)
            if view.run_id is not None:
                inside = _in_run(self._connection, seen.snapshot, view.run_id)
                visible = visible.only(inside, seen.snapshot)
            with seen.entry.lock:
                postings = _postings(self._connection, seen, list(terms))
            yield Part(snapshot=seen.snapshot, shown=visible, postings=postings), seen

    def characters(self, view: View) -> int:
        """Characters of all episodes of the view."""
        total = 0
        for owner in view.owners:
            snapshot = self._see(owner, "episode").snapshot
            characters = snapshot.columns["characters"]
            if view.run_id is not None:
                run = snapshot.words.find(view.run_id)
                characters = characters[snapshot.columns["run"] == run]
            total += int(characters.sum())
        return total


def _shown(seen: _Seen, moment: Moment) -> Shown:
    """What the moment shows, from the last answer where that can be."""
    snapshot = seen.snapshot
    revision, kept = seen.entry.shown if seen.keep and seen.entry.shown else (-1, None)
    if kept is not None and revision == snapshot.revision and kept.holds(moment):
        return kept
    found: Shown | None = None
    if kept is not None and revision == snapshot.follows and snapshot.same:
        found = shown_after(kept, snapshot, moment)
    if found is None:
        found = shown(snapshot, moment)
    if seen.keep and found.lasting:
        seen.entry.shown = (snapshot.revision, found)
    return found


def _timeline(seen: _Seen) -> Timeline:
    """The order of the episodes, from the last one where that can be."""
    snapshot, entry = seen.snapshot, seen.entry
    with entry.lock:
        kept = entry.timeline if snapshot.words is entry.words else None
    if kept is not None and kept[0] == snapshot.revision and seen.keep:
        return kept[1]
    earlier = kept[1] if kept is not None and kept[0] < snapshot.revision else None
    line = timeline(snapshot, earlier)
    if seen.keep:
        with entry.lock:
            newer = entry.timeline is None or entry.timeline[0] < snapshot.revision
            if newer and snapshot.words is entry.words:
                entry.timeline = (snapshot.revision, line)
    return line


def _in_run(connection: Connection, snapshot: Snapshot, run: str) -> NDArray[np.bool_]:
    """Which items were said in a run: an episode itself, a fact by one of its sources."""
    if snapshot.kind == KINDS["episode"]:
        inside: NDArray[np.bool_] = snapshot.columns["run"] == snapshot.words.find(run)
        return inside
    found = connection.rows(queries()["facts_of_run"], owner=snapshot.owner, run=run)
    inside = np.zeros(len(snapshot.rows), dtype=np.bool_)
    inside[snapshot.positions(np.array([row for (row,) in found], dtype=np.int64))] = True
    return inside


def _postings(connection: Connection, seen: _Seen, terms: list[str]) -> dict[str, Postings]:
    """Postings of the terms that occur, read or brought up to the snapshot."""
    entry, snapshot = seen.entry, seen.snapshot
    keep = seen.keep and snapshot.words is entry.words
    found: dict[str, _Term] = {}
    stale: dict[str, _Term] = {}
    missing: list[str] = []
    for term in terms:
        cached = entry.terms.get(term) if keep else None
        if cached is None or cached.revision > snapshot.revision:
            missing.append(term)
        elif cached.revision == snapshot.revision:
            entry.terms.move_to_end(term)
            found[term] = cached
        else:
            stale[term] = cached
    found |= _freshened(connection, snapshot, stale, missing)
    found |= {term: _read_term(connection, snapshot, term) for term in missing}
    if keep and snapshot is entry.snapshots[-1]:
        for term in (*stale, *missing):
            entry.keep(term, found[term])
    return {term: each.postings for term, each in found.items() if len(each.postings.positions)}


def _read_term(connection: Connection, snapshot: Snapshot, term: str) -> _Term:
    rows = connection.rows(
        queries()["postings_of_term"], owner=snapshot.owner, kind=snapshot.kind, term=term
    )
    return _Term(
        revision=snapshot.revision,
        postings=_placed(snapshot, [row for row, _ in rows], [count for _, count in rows]),
    )


def _placed(snapshot: Snapshot, rows: list[int], counts: list[int]) -> Postings:
    positions, known = snapshot.places(np.array(rows, dtype=np.int64))
    return Postings(positions=positions[known], counts=np.array(counts, dtype=np.float32)[known])


def _freshened(
    connection: Connection, snapshot: Snapshot, stale: Mapping[str, _Term], missing: list[str]
) -> dict[str, _Term]:
    """Postings of an earlier revision with the items changed since put in anew.

    Where too much has changed the term goes to `missing`, to be read whole.
    """
    if not stale:
        return {}
    oldest = min(term.revision for term in stale.values())
    changed = np.flatnonzero(snapshot.indexed > oldest)
    if len(changed) > _FEW:
        missing.extend(stale)
        return {}
    if not len(changed):
        return {
            term: _Term(revision=snapshot.revision, postings=old.postings)
            for term, old in stale.items()
        }
    fresh: dict[str, tuple[list[int], list[int]]] = {term: ([], []) for term in stale}
    for term, row, count in connection.rows(
        queries()["postings_of_rows"],
        owner=snapshot.owner,
        kind=snapshot.kind,
        terms=list(stale),
        rows=snapshot.rows[changed].tolist(),
    ):
        fresh[text(term)][0].append(row)
        fresh[text(term)][1].append(count)
    return {
        term: _Term(
            revision=snapshot.revision,
            postings=_replaced(old.postings, changed, _placed(snapshot, *fresh[term])),
        )
        for term, old in stale.items()
    }


def _replaced(old: Postings, changed: Integers, new: Postings) -> Postings:
    if bool((old.positions >= changed[0]).any()):
        old = old.only(~np.isin(old.positions, changed))
    if not len(new.positions):
        return old
    return Postings(
        positions=np.concatenate((old.positions, new.positions)),
        counts=np.concatenate((old.counts, new.counts)),
    )
