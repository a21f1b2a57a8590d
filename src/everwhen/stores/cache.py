"""Snapshots and postings of the owners read last, kept in step with the database."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everwhen.model.period import from_micros
from everwhen.model.records import Role, Turn
from everwhen.ports import Kind, Moment, Ranking, View
from everwhen.stores.connection import Connection, queries
from everwhen.stores.index import KINDS, Integers, Snapshot, Words, advance, empty
from everwhen.stores.ranking import Part, Postings, allowed, score
from everwhen.stores.rows import text

CACHE_BYTES = 512 * 1024 * 1024
"""What all snapshots together may take before the owners read longest ago are dropped."""

CACHED_POSTINGS = 2_000_000
"""How many postings of one owner and kind are kept, a term itself counting as sixteen."""

SESSION_GAP = 30 * 60 * 1_000_000
"""A pause of more than this many microseconds begins a new session."""

_KEPT = 3
_FEW = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Term:
    revision: int
    postings: Postings

    @property
    def cost(self) -> int:
        return len(self.postings.positions) + 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Timeline:
    """Episodes in order of (run, at, row): the order, each one's place in it, its session."""

    order: Integers
    place: Integers
    session: Integers


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
        self.timeline: tuple[int, _Timeline] | None = None

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
    that revision, whichever process wrote it. `private` tells of owners that the reading
    transaction itself has changed: what is read of them is not kept.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[int, int], _Entry] = OrderedDict()
        self._total = 0

    def forget(self, owners: Collection[int] | None) -> None:
        """Drop what is cached of these owners, or of all."""
        with self._lock:
            for key in list(self._entries):
                if owners is None or key[0] in owners:
                    self._total -= self._entries.pop(key).counted

    def _entry(self, key: tuple[int, int]) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            size = entry.size_bytes
            self._total += size - entry.counted
            entry.counted = size
            while self._total > self._limit and len(self._entries) > 1:
                _, dropped = self._entries.popitem(last=False)
                self._total -= dropped.counted
            return entry

    def _snapshot(
        self, connection: Connection, owner: int, kind: int, private: bool
    ) -> tuple[_Entry, Snapshot, bool]:
        """The entry, the snapshot as of the transaction, and whether the entry may keep more."""
        found = connection.rows(queries()["owner_state"], owner=owner)
        revision, epoch = found[0] if found else (-1, -1)
        entry = self._entry((owner, kind))
        with entry.lock:
            if epoch > entry.epoch and not private:
                entry.reset(epoch)
            if epoch != entry.epoch:
                alone = advance(connection, empty(owner, kind, Words()), revision)
                return entry, alone, False
            base: Snapshot | None = None
            for snapshot in entry.snapshots:
                if snapshot.revision == revision and not private:
                    return entry, snapshot, True
                if snapshot.revision < revision:
                    base = snapshot
            if base is None:
                base = empty(owner, kind, entry.words)
            later = advance(connection, base, revision)
            keep = not private and (not entry.snapshots or revision > entry.snapshots[-1].revision)
            if keep:
                entry.snapshots.append(later)
            return entry, later, keep

    # ranking

    def rank(
        self,
        connection: Connection,
        view: View,
        kind: Kind,
        *,
        terms: Mapping[str, float],
        vector: bytes | None,
        moment: Moment,
        private: Callable[[int], bool],
    ) -> Ranking:
        """BM25 and cosine of every item that the view and the moment allow."""
        parts: list[Part] = []
        for owner in view.owners:
            entry, snapshot, keep = self._snapshot(connection, owner, KINDS[kind], private(owner))
            shown = allowed(snapshot, moment)
            if view.run_id is not None:
                shown &= _in_run(connection, snapshot, view.run_id)
            with entry.lock:
                postings = _postings(connection, entry, snapshot, list(terms), keep)
            parts.append(Part(snapshot=snapshot, allowed=shown, postings=postings))
        return score(parts, terms, vector)

    # turns

    def turns(
        self,
        connection: Connection,
        view: View,
        rows: Iterable[int],
        private: Callable[[int], bool],
    ) -> dict[int, Turn]:
        """Episodes by row with their neighbours and session."""
        wanted = np.array(sorted(set(rows)), dtype=np.int64)
        found: dict[int, Turn] = {}
        sessions = 0
        for owner, snapshot, entry in self._episodes(connection, view, private):
            timeline = _timeline(entry, snapshot, keep=not private(owner))
            chosen = snapshot.positions(wanted)
            if view.run_id is not None:
                run = snapshot.words.find(view.run_id)
                chosen = chosen[snapshot.columns["run"][chosen] == run]
            for turn in _turns(snapshot, timeline, chosen, sessions):
                found[turn.row] = turn
            sessions += int(timeline.session[-1]) + 1 if len(timeline.session) else 0
        return found

    def characters(self, connection: Connection, view: View, private: Callable[[int], bool]) -> int:
        """Characters of all episodes of the view."""
        total = 0
        for _, snapshot, _ in self._episodes(connection, view, private):
            characters = snapshot.columns["characters"]
            if view.run_id is not None:
                run = snapshot.words.find(view.run_id)
                characters = characters[snapshot.columns["run"] == run]
            total += int(characters.sum())
        return total

    def _episodes(
        self, connection: Connection, view: View, private: Callable[[int], bool]
    ) -> Iterator[tuple[int, Snapshot, _Entry]]:
        for owner in view.owners:
            entry, snapshot, _ = self._snapshot(connection, owner, KINDS["episode"], private(owner))
            yield owner, snapshot, entry


def _in_run(connection: Connection, snapshot: Snapshot, run: str) -> NDArray[np.bool_]:
    """Which items were said in a run: an episode itself, a fact by one of its sources."""
    if snapshot.kind == KINDS["episode"]:
        inside: NDArray[np.bool_] = snapshot.columns["run"] == snapshot.words.find(run)
        return inside
    found = connection.rows(queries()["facts_of_run"], owner=snapshot.owner, run=run)
    inside = np.zeros(len(snapshot.rows), dtype=np.bool_)
    inside[snapshot.positions(np.array([row for (row,) in found], dtype=np.int64))] = True
    return inside


def _postings(
    connection: Connection, entry: _Entry, snapshot: Snapshot, terms: list[str], keep: bool
) -> dict[str, Postings]:
    """Postings of the terms that occur, read or brought up to the snapshot."""
    keep = keep and snapshot.words is entry.words
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


def _timeline(entry: _Entry, snapshot: Snapshot, *, keep: bool) -> _Timeline:
    with entry.lock:
        keep = keep and snapshot.words is entry.words
        if keep and entry.timeline is not None and entry.timeline[0] == snapshot.revision:
            return entry.timeline[1]
    at, run = snapshot.columns["at"], snapshot.columns["run"]
    order = np.lexsort((snapshot.rows, at, run))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    begins = np.ones(len(order), dtype=np.int64)
    begins[1:] = (np.diff(run[order]) != 0) | (np.diff(at[order]) > SESSION_GAP)
    timeline = _Timeline(order=order, place=place, session=np.cumsum(begins) - 1)
    if keep:
        with entry.lock:
            if snapshot.words is entry.words:
                entry.timeline = (snapshot.revision, timeline)
    return timeline


def _turns(
    snapshot: Snapshot, timeline: _Timeline, chosen: Integers, sessions: int
) -> Iterator[Turn]:
    column = snapshot.columns
    last = len(timeline.order) - 1
    for position in chosen.tolist():
        place = int(timeline.place[position])
        run = column["run"][position]
        around: list[int | None] = []
        for near in (place - 1, place + 1):
            other = timeline.order[near] if 0 <= near <= last else -1
            same = other >= 0 and column["run"][other] == run
            around.append(int(snapshot.rows[other]) if same else None)
        yield Turn(
            row=int(snapshot.rows[position]),
            at=from_micros(int(column["at"][position])),
            role=Role(str(snapshot.words.word(int(column["role"][position])))),
            name=snapshot.words.word(int(column["name"][position])),
            session=sessions + int(timeline.session[place]),
            previous=around[0],
            following=around[1],
        )
