"""First scores of a query over everything that a view and a moment allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import EARLIEST, FOREVER, micros
from everwhen.ports import Moment, Spread
from everwhen.stores.index import KINDS, Floats, Integers, Snapshot, places, unit

K1 = 0.9
B = 0.3
"""BM25's saturation and length weight, as suits short talk."""

_BLOCK = 64

_NOTHING = Spread(mean=0.0, deviation=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postings:
    """Where a term occurs in a snapshot, and how often."""

    positions: Integers
    counts: Floats

    def only(self, kept: NDArray[np.bool_]) -> Postings:
        """Some of them."""
        return Postings(positions=self.positions[kept], counts=self.counts[kept])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """Which items of a snapshot a moment shows, and the moments that show just the same.

    `mask` is None where all are shown. Moments known from `known` on, as of [since, until) and
    without a limit on when things were said show the same; `lasting` is false where only the
    one moment is known to.
    """

    mask: NDArray[np.bool_] | None
    rows: Integers
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

    def only(self, inside: NDArray[np.bool_], snapshot: Snapshot) -> Shown:
        """Those of them that are inside."""
        return _shown(snapshot, inside if self.mask is None else self.mask & inside)

    def pick(self, values: Floats) -> Floats:
        """The values of those shown, of values by position."""
        return values if self.mask is None else values[self.mask]

    def count(self, positions: Integers) -> int:
        """How many of the positions are shown."""
        if self.mask is None:
            return len(positions)
        return int(np.count_nonzero(self.mask[positions]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What one owner contributes: its items, those shown, and the postings by term."""

    snapshot: Snapshot
    shown: Shown
    postings: Mapping[str, Postings]


def shown(snapshot: Snapshot, moment: Moment) -> Shown:
    """Which items the moment shows, of those that are in the index."""
    known, as_of = micros(moment.known_at), micros(moment.as_of)
    column = snapshot.columns
    mask: NDArray[np.bool_] = snapshot.indexed > 0
    if snapshot.kind == KINDS["episode"]:
        mask &= column["recorded_at"] <= known
        if moment.said_by is not None:
            mask &= column["at"] <= micros(moment.said_by)
            return _shown(snapshot, mask)
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
        return _shown(snapshot, mask)
    since = max((_last(values, as_of + 1) for values in bounds), default=EARLIEST)
    until = min((_next(values, as_of) for values in bounds), default=FOREVER)
    return _shown(snapshot, mask, known=last, since=since, until=until)


def _shown(
    snapshot: Snapshot,
    mask: NDArray[np.bool_],
    *,
    known: int = FOREVER,
    since: int = 0,
    until: int = 0,
) -> Shown:
    whole = bool(mask.all())
    lengths = snapshot.lengths if whole else snapshot.lengths[mask]
    return Shown(
        mask=None if whole else mask,
        rows=snapshot.rows if whole else snapshot.rows[mask],
        length=float(lengths.sum()),
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


class ArrayRanking:
    """Scores of all allowed items of a view; see `everwhen.ports.Ranking`.

    The statistics of BM25 (number of items, mean length, document frequencies) and the spreads
    are those of the allowed items, so a past moment gives what it gave then.
    """

    def __init__(
        self, rows: Integers, lexical: Floats, dense: Floats, ceiling: float, *, rising: bool
    ) -> None:
        self._rows = rows
        self._lexical = lexical
        self._dense = dense
        self._ceiling = ceiling
        self._rising = rising

    @property
    def size(self) -> int:
        """How many items were scored."""
        return len(self._rows)

    @cached_property
    def lexical(self) -> Spread:
        """Of the BM25 scores."""
        return _spread(self._lexical)

    @cached_property
    def dense(self) -> Spread:
        """Of the cosines."""
        return _spread(self._dense)

    @cached_property
    def usual_cosine(self) -> float:
        """The mean of the cosines."""
        return float(self._dense.mean(dtype=np.float64)) if len(self._dense) else 0.0

    @property
    def ceiling(self) -> float:
        """The BM25 score that no item can exceed."""
        return self._ceiling

    def best(self, limit: int, *, lexical: float, dense: float) -> list[int]:
        """Rows by descending weighted sum of the two z-scores, equal ones by row."""
        total = _weighted(self._lexical, self.lexical, lexical)
        total += _weighted(self._dense, self.dense, dense)
        return _first(self._rows, total, limit)

    def top(self, limit: int, *, lexical: float, dense: float) -> list[int]:
        """Rows by descending weighted sum of the two scores, equal ones by row."""
        total = np.multiply(self._lexical, lexical, dtype=np.float64)
        total += np.multiply(self._dense, dense, dtype=np.float64)
        return _first(self._rows, total, limit)

    def scores(self, row: int) -> tuple[float, float] | None:
        """BM25 and cosine of a row, None if it was not scored."""
        return self.scores_of([row])[0]

    def scores_of(self, rows: Sequence[int]) -> list[tuple[float, float] | None]:
        """BM25 and cosine of each row, None for those that were not scored."""
        if not len(self._rows):
            return [None] * len(rows)
        order, rising = self._by_row
        found, known = places(rising, np.array(rows, dtype=np.int64))
        if order is not None:
            found = order[found]
        pairs: list[tuple[float, float] | None] = list(
            zip(self._lexical[found].tolist(), self._dense[found].tolist(), strict=True)
        )
        if not known.all():
            for place in np.flatnonzero(~known).tolist():
                pairs[place] = None
        return pairs

    @cached_property
    def _by_row(self) -> tuple[Integers | None, Integers]:
        """The rows in rising order, and where each is if that is not their own order."""
        if self._rising:
            return None, self._rows
        order = np.argsort(self._rows)
        return order, self._rows[order]


def _first(rows: Integers, total: NDArray[np.float64], limit: int) -> list[int]:
    """The rows of the largest totals, largest first, equal ones by row."""
    if limit <= 0 or not len(rows):
        return []
    pool = _likely(total, limit)
    values = total[pool]
    if limit < len(pool):
        least = np.partition(values, len(values) - limit)[len(values) - limit]
        level = pool[values == least]
        level = level[np.argsort(rows[level], kind="stable")]
        above = pool[values > least]
        pool = np.concatenate((above, level[: limit - len(above)]))
    order = np.lexsort((rows[pool], -total[pool]))
    best: list[int] = rows[pool[order]].tolist()
    return best


def _likely(total: NDArray[np.float64], limit: int) -> Integers:
    """Positions that are sure to hold the largest: none below what enough blocks reach."""
    blocks = len(total) // _BLOCK
    if blocks <= limit:
        return np.arange(len(total))
    peaks = total[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    least = np.partition(peaks, blocks - limit)[blocks - limit]
    return np.flatnonzero(total >= least)


def _spread(values: Floats) -> Spread:
    if not len(values):
        return _NOTHING
    return Spread(
        mean=float(values.mean(dtype=np.float64)), deviation=float(values.std(dtype=np.float64))
    )


def _weighted(values: Floats, spread: Spread, weight: float) -> NDArray[np.float64]:
    if weight == 0.0 or spread.deviation == 0.0:
        return np.zeros(len(values))
    scaled: NDArray[np.float64] = (values.astype(np.float64) - spread.mean) * (
        weight / spread.deviation
    )
    return scaled


def score(parts: Sequence[Part], terms: Mapping[str, float], vector: bytes | None) -> ArrayRanking:
    """Rank what the parts allow, taken together."""
    size = sum(len(part.shown.rows) for part in parts)
    idf = {term: _idf(parts, term, size) for term in terms}
    ceiling = (K1 + 1.0) * sum(weight * idf[term] for term, weight in terms.items())
    length = sum(part.shown.length for part in parts)
    mean_length = length / size if size and length else 1.0
    query = _query(vector)
    weights = {term: weight * idf[term] for term, weight in terms.items()}
    lexical = [part.shown.pick(_bm25(part, weights, mean_length)) for part in parts]
    dense = [part.shown.pick(_cosine(part.snapshot, query)) for part in parts]
    if len(parts) == 1:
        return ArrayRanking(parts[0].shown.rows, lexical[0], dense[0], ceiling, rising=True)
    none = np.zeros(0, dtype=np.float32)
    return ArrayRanking(
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.shown.rows for part in parts)]),
        np.concatenate([none, *lexical]),
        np.concatenate([none, *dense]),
        ceiling,
        rising=False,
    )


def _idf(parts: Sequence[Part], term: str, size: int) -> float:
    frequency = sum(
        part.shown.count(part.postings[term].positions) for part in parts if term in part.postings
    )
    return math.log(1.0 + (size - frequency + 0.5) / (frequency + 0.5))


def _bm25(part: Part, weights: Mapping[str, float], mean_length: float) -> Floats:
    snapshot = part.snapshot
    scores = np.zeros(len(snapshot.rows), dtype=np.float32)
    slope = np.float32(K1 * B / mean_length)
    for term, postings in part.postings.items():
        counts, positions = postings.counts, postings.positions
        saturation = counts + (np.float32(K1 * (1.0 - B)) + slope * snapshot.lengths[positions])
        scores[positions] += np.float32(weights[term] * (K1 + 1.0)) * counts / saturation
    return scores


def _query(vector: bytes | None) -> Floats | None:
    if vector is None:
        return None
    query: Floats = unit(np.frombuffer(vector, dtype="<f4").astype(np.float32)[None, :])[0]
    return query


def _cosine(snapshot: Snapshot, query: Floats | None) -> Floats:
    if query is None or not snapshot.matrix.dimensions:
        return np.zeros(len(snapshot.rows), dtype=np.float32)
    if len(query) != snapshot.matrix.dimensions:
        raise EmbedderMismatchError(
            f"the query has {len(query)} dimensions and the index {snapshot.matrix.dimensions}; "
            "open the memory with the embedder that made it, or reindex()"
        )
    # Not `@`: BLAS puts several threads on it and waits for them, up to twenty times as long
    # on a busy machine; one thread reads the rows as fast as the memory gives them.
    product: Floats = np.einsum("ij,j->i", snapshot.vectors, query)
    return product
