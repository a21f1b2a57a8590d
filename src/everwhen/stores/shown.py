"""Which items of a snapshot a moment shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from everwhen.model.period import EARLIEST, FOREVER, micros
from everwhen.ports import Moment
from everwhen.stores.index import KINDS, Snapshot
from everwhen.stores.vectors import Integers

_FEW, _MOST = 4, 16_384
"""One in so many, and no more than so many, are few."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """Which items of a snapshot a moment shows, and the moments that show just the same.

    `mask` is None where all are shown; else either `some`, the few positions that are shown, or
    `hidden`, those that are not, says the same. Moments known from `known` on, as of
    [since, until) and without a limit on when things were said show the same; `lasting` is
    false where only the one moment is known to.
    """

    mask: NDArray[np.bool_] | None
    some: Integers | None
    hidden: Integers | None
    size: int
    length: float
    known: int = FOREVER
    since: int = 0
    until: int = 0

    @property
    def lasting(self) -> bool:
        """Whether other moments show the same."""
        return self.known < FOREVER

    def holds(self, moment: Moment) -> bool:
        """Whether a moment shows the same."""
        as_of = micros(moment.as_of)
        same_facts = self.since <= as_of < self.until
        return same_facts and moment.said_by is None and self.known <= micros(moment.known_at)

    def whole_mask(self, count: int) -> NDArray[np.bool_]:
        """The mask of so many positions, also where all are shown."""
        return np.ones(count, dtype=np.bool_) if self.mask is None else self.mask

    def only(self, inside: NDArray[np.bool_], snapshot: Snapshot) -> Shown:
        """Those of them that are inside."""
        return narrowed(snapshot, inside if self.mask is None else self.mask & inside)

    def count(self, positions: Integers) -> int:
        """How many of the positions are shown."""
        if self.mask is None:
            return len(positions)
        return int(np.count_nonzero(self.mask[positions]))


def shown(snapshot: Snapshot, moment: Moment) -> Shown:
    """Which items the moment shows, of those that are in the index."""
    known, as_of = micros(moment.known_at), micros(moment.as_of)
    column = snapshot.columns
    mask: NDArray[np.bool_] = snapshot.indexed > 0
    if snapshot.kind == KINDS["episode"]:
        mask &= column["recorded_at"] <= known
        if moment.said_by is not None:
            mask &= column["at"] <= micros(moment.said_by)
            return narrowed(snapshot, mask)
        changed = [column["recorded_at"]]
        bounds: list[Integers] = []
    else:
        mask &= (column["system_from"] <= known) & (known < column["system_to"])
        mask &= (column["valid_from"] <= as_of) & (as_of < column["valid_to"])
        mask &= (as_of < column["expires_at"]) & (column["review"] == 0)
        changed = [column["system_from"], column["system_to"]]
        bounds = [column["valid_from"], column["valid_to"], column["expires_at"]]
    last = max((_last(values, FOREVER) for values in changed), default=EARLIEST)
    if known < last:
        return narrowed(snapshot, mask)
    since = max((_last(values, as_of + 1) for values in bounds), default=EARLIEST)
    until = min((_next(values, as_of) for values in bounds), default=FOREVER)
    return narrowed(snapshot, mask, known=last, since=since, until=until)


def shown_after(earlier: Shown, snapshot: Snapshot, moment: Moment) -> Shown | None:
    """The same, from what it showed of the snapshot's first positions; None where that is not
    enough to tell."""
    more = shown(snapshot.behind(snapshot.same), moment)
    if not (earlier.holds(moment) and more.lasting):
        return None
    known, since = max(earlier.known, more.known), max(earlier.since, more.since)
    until = min(earlier.until, more.until)
    if earlier.mask is not None or more.mask is not None:
        count = len(snapshot.rows) - snapshot.same
        mask = np.concatenate((earlier.whole_mask(snapshot.same), more.whole_mask(count)))
        return narrowed(snapshot, mask, known=known, since=since, until=until)
    return replace(
        earlier,
        size=earlier.size + more.size,
        length=earlier.length + more.length,
        known=known,
        since=since,
        until=until,
    )


def narrowed(
    snapshot: Snapshot,
    mask: NDArray[np.bool_],
    *,
    known: int = FOREVER,
    since: int = 0,
    until: int = 0,
) -> Shown:
    """Those of the snapshot that the mask tells."""
    size, count = int(np.count_nonzero(mask)), len(mask)
    whole, few = size == count, size * _FEW <= count and size <= _MOST
    return Shown(
        mask=None if whole else mask,
        some=np.flatnonzero(mask) if few and not whole else None,
        hidden=None if few or whole else np.flatnonzero(~mask),
        size=size,
        length=float((snapshot.lengths if whole else snapshot.lengths[mask]).sum()),
        known=known,
        since=since,
        until=until,
    )


def _last(values: Integers, before: int) -> int:
    """The last of the instants before that one."""
    found = values[values < before]
    return int(found.max()) if len(found) else EARLIEST


def _next(values: Integers, after: int) -> int:
    """The first of the instants after that one."""
    found = values[values > after]
    return int(found.min()) if len(found) else FOREVER
