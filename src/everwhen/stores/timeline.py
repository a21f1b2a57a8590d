"""Episodes in the order in which they were said, and the sessions that they form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everwhen.stores.index import Column, Snapshot
from everwhen.stores.vectors import Integers

SESSION_GAP = 30 * 60 * 1_000_000
"""A pause of more than this many microseconds begins a new session."""

_FEW = 256
_NOWHERE: Integers = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """Positions in order of (run, at, row), with these keys; each one's place in it, the session
    at each place, and where each session starts. `room` has them to be shared with later ones."""

    order: Integers
    run: Integers
    at: Integers
    place: Integers
    session: Integers
    starts: Integers
    room: tuple[Column[np.int64], ...]

    @property
    def sessions(self) -> int:
        """How many sessions there are."""
        return len(self.starts)


def timeline(snapshot: Snapshot, earlier: Timeline | None) -> Timeline:
    """The order of a snapshot; `earlier` is that of one of its first positions, if at hand."""
    at, run = snapshot.columns["at"], snapshot.columns["run"]
    known = 0 if earlier is None else len(earlier.order)
    if earlier is None or len(at) - known > _FEW:
        order = np.lexsort((at, run))
        return _linked(order, run[order], at[order])
    if len(at) == known:
        return earlier
    new = known + np.lexsort((at[known:], run[known:]))
    first = (int(run[new[0]]), int(at[new[0]]))
    if known and first >= (int(earlier.run[-1]), int(earlier.at[-1])):
        return _behind_all(earlier, new, run[new], at[new])
    where = [_behind(earlier, int(run[position]), int(at[position])) for position in new]
    return _linked(
        np.insert(earlier.order, where, new),
        np.insert(earlier.run, where, run[new]),
        np.insert(earlier.at, where, at[new]),
    )


def _behind(earlier: Timeline, run: int, at: int) -> int:
    """The place of a newer row: behind all of its run that were said by then."""
    first, last = np.searchsorted(earlier.run, (run, run + 1))
    return int(first + np.searchsorted(earlier.at[first:last], at, side="right"))


def _behind_all(earlier: Timeline, new: Integers, run: Integers, at: Integers) -> Timeline:
    """With new positions that come after all others, their runs and instants."""
    held = len(earlier.order)
    begins = _begins(np.append(earlier.run[-1:], run), np.append(earlier.at[-1:], at))[1:]
    places = np.empty(len(new), dtype=np.int64)
    places[new - held] = held + np.arange(len(new))
    session = earlier.sessions - 1 + np.cumsum(begins)
    starts = held + np.flatnonzero(begins)
    more = (new, run, at, places, session, starts)
    lengths = (held, held, held, held, held, earlier.sessions)
    return _timeline(
        tuple(
            column.extended(length, values, _NOWHERE, _NOWHERE)
            for column, length, values in zip(earlier.room, lengths, more, strict=True)
        ),
        held + len(new),
        earlier.sessions + len(starts),
    )


def _begins(run: Integers, at: Integers) -> NDArray[np.bool_]:
    """Where in the order a session begins."""
    begins = np.ones(len(run), dtype=np.bool_)
    begins[1:] = (run[1:] != run[:-1]) | (np.diff(at) > SESSION_GAP)
    return begins


def _linked(order: Integers, run: Integers, at: Integers) -> Timeline:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    begins = _begins(run, at)
    starts = np.flatnonzero(begins)
    columns = (order, run, at, place, np.cumsum(begins) - 1, starts)
    return _timeline(tuple(map(Column, columns)), len(order), len(starts))


def _timeline(room: tuple[Column[np.int64], ...], size: int, sessions: int) -> Timeline:
    order, run, at, place, session = (column.first(size) for column in room[:-1])
    return Timeline(
        order=order,
        run=run,
        at=at,
        place=place,
        session=session,
        starts=room[-1].first(sessions),
        room=room,
    )
