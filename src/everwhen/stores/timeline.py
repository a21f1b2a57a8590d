"""Episodes in the order in which they were said, and the sessions that they form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from everwhen.stores.index import Snapshot
from everwhen.stores.vectors import Integers

SESSION_GAP = 30 * 60 * 1_000_000
"""A pause of more than this many microseconds begins a new session."""

_FEW = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """Positions in order of (run, at, row), with these keys; each one's place in it, and the
    session of each place."""

    order: Integers
    run: Integers
    at: Integers
    place: Integers
    session: Integers

    @property
    def sessions(self) -> int:
        """How many sessions there are."""
        return int(self.session[-1]) + 1 if len(self.session) else 0


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


def _linked(order: Integers, run: Integers, at: Integers) -> Timeline:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    same = run[1:] == run[:-1]
    begins = np.ones(len(order), dtype=np.int64)
    begins[1:] = ~same | (np.diff(at) > SESSION_GAP)
    return Timeline(
        order=order,
        run=run,
        at=at,
        place=place,
        session=np.cumsum(begins) - 1,
    )
