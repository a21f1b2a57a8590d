"""What holds in the owners read last, kept in step with the database by what changed since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from everwhen.model.period import FOREVER
from everwhen.model.records import Held
from everwhen.stores.connection import Connection, Row, queries
from everwhen.stores.rows import text, to_held

Key: TypeAlias = tuple[int, str | None, tuple[str, ...]]
"""An owner, and where only some of its facts are asked for their subject and attributes."""

_OWNERS = 128
_SPARE = 100


class _One(NamedTuple):
    """A fact that holds or is to hold; it is valid from `held.since` until `until`."""

    held: Held
    until: int


class _Known:
    """What holds or is to hold as of an instant, changed last at the end.

    `whole` tells that nothing was left out for being changed too long ago.
    """

    __slots__ = ("epoch", "facts", "lock", "most", "revision", "since", "whole")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.epoch = self.revision = -1
        self.since = 0
        self.most = 0
        self.whole = False
        self.facts: list[_One] = []


class HeldCache:
    """The facts that hold of the owners read last. Safe between threads and processes: each
    read names the revision of its owner that its transaction sees."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, _Known] = OrderedDict()

    def forget(self, owners: Collection[int] | None) -> None:
        """Drop what is kept of these owners, or of all."""
        with self._lock:
            for key in list(self._known):
                if owners is None or key[0] in owners:
                    del self._known[key]

    def held(
        self, connection: Connection, key: Key, state: tuple[int, int], at: int, limit: int
    ) -> list[Held]:
        """The facts valid at the instant, changed last first; `state` is the owner's revision
        and epoch."""
        revision, epoch = state
        with self._lock:
            known = self._known.setdefault(key, _Known())
            self._known.move_to_end(key)
            while len(self._known) > _OWNERS:
                self._known.popitem(last=False)
        with known.lock:
            if known.epoch == epoch and known.revision <= revision and known.since <= at:
                if known.revision < revision:
                    _advance(known, connection, key, revision)
                found = _valid(known.facts, at, limit)
                if known.whole or len(found) == limit:
                    return found
            fresh = _Known()
            fresh.epoch, fresh.revision, fresh.since = epoch, revision, at
            fresh.most = limit + _SPARE
            _load(fresh, connection, key)
            if (epoch, revision) >= (known.epoch, known.revision):
                for name in ("epoch", "revision", "since", "most", "whole", "facts"):
                    setattr(known, name, getattr(fresh, name))
        return _valid(fresh.facts, at, limit)


def _valid(facts: Sequence[_One], at: int, limit: int) -> list[Held]:
    found = [held for held, until in reversed(facts) if held.since <= at < until]
    return found[:limit]


def _ones(rows: Iterable[Row]) -> list[_One]:
    return [_One(to_held(row[:6]), min(row[6], row[7])) for row in rows]


def _load(known: _Known, connection: Connection, key: Key) -> None:
    owner, subject, attributes = key
    sql = queries()
    if subject is None:
        rows = connection.rows(
            sql["facts_to_hold"],
            owner=owner, as_of=known.since, forever=FOREVER, limit=known.most,
        )  # fmt: skip
    else:
        rows = connection.rows(
            sql["facts_to_hold_of_subject"],
            owner=owner, as_of=known.since, forever=FOREVER, limit=known.most,
            subject=subject, attributes=attributes,
        )  # fmt: skip
    known.facts = _ones(reversed(rows))
    known.whole = len(rows) < known.most


def _advance(known: _Known, connection: Connection, key: Key, revision: int) -> None:
    """Take in the versions that came, changed or ended since the revision known."""
    owner, subject, attributes = key
    rows = connection.rows(
        queries()["facts_changed"], owner=owner, revision=known.revision, forever=FOREVER
    )
    known.revision = revision
    if not rows:
        return
    changed = {row[5] for row in rows}
    facts = [one for one in known.facts if one.held.row not in changed]
    facts += _ones(
        row for row in rows
        if row[8] and (subject is None or (text(row[0]) == subject and text(row[1]) in attributes))
    )  # fmt: skip
    if len(facts) > known.most:
        known.whole = False
        del facts[: len(facts) - known.most]
    known.facts = facts
