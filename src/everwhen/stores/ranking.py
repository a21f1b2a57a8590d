"""First scores of a query over everything that a view and a moment allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from everwhen.errors import EmbedderMismatchError
from everwhen.stores.index import Snapshot
from everwhen.stores.shown import Shown
from everwhen.stores.vectors import Floats, Integers, unit

K1 = 0.9
B = 0.3
"""BM25's saturation and length weight, as suits short talk."""

_LOOKED_AT, _LOOKED_AT_SHARE, _DEPTH = 1_500, 8, 8
"""Where cosines are known roughly, so many of the most likely, one in 2 ** so many, and so many
times as many as are asked for, are looked at closely."""

_PRIOR_SIZE = 20
"""Items without any of the question's terms that are taken to be there beside those that are: in
a memory of three items, a term that two of them have is still rare in the language."""
_FEW = 4
_BLOCK = 64
_DECIMALS = 6
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postings:
    """Where a term occurs in a snapshot, and how often."""

    positions: Integers
    counts: Floats

    def only(self, kept: NDArray[np.bool_]) -> Postings:
        """Some of them."""
        return Postings(positions=self.positions[kept], counts=self.counts[kept])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What one owner contributes: its items, those shown, and the postings by term."""

    snapshot: Snapshot
    shown: Shown
    postings: Mapping[str, Postings]


class _Scored:
    """The scores of one owner's items, by position.

    Where there are many items, most are known only by about what their cosine is: exact are
    those of the items that may be among the best, and of any that are asked for.
    """

    def __init__(self, part: Part, lexical: Floats, query: Floats | None) -> None:
        self.snapshot, self.shown = part.snapshot, part.shown
        self.rows = part.snapshot.rows
        self.lexical = lexical
        self._matrix = part.snapshot.matrix
        self._query = query

    @cached_property
    def _rough(self) -> Floats | None:
        """About the cosines by position, where there are many."""
        narrow = self._matrix.narrow
        if narrow is None or self._query is None or self.shown.some is not None:
            return None
        return narrow.cosines(self._query, len(self.rows))

    @cached_property
    def _exact(self) -> Floats:
        """The cosines by position, of those shown at least."""
        count, some = len(self.rows), self.shown.some
        if self._query is None or not self._matrix.dimensions:
            return np.zeros(count, dtype=np.float32)
        if some is None:
            return self._matrix.cosines(self._query, count)
        found = np.zeros(count, dtype=np.float32)
        found[some] = self._matrix.cosines_at(some, self._query)
        return found

    @property
    def _scanned(self) -> Floats:
        return self._exact if self._rough is None else self._rough

    def cosines(self, positions: Integers) -> NDArray[np.float64]:
        """Exact ones, the same for the same vector wherever it is."""
        if self._query is None or self._rough is None or "_exact" in vars(self):
            found = self._exact[positions]
        else:
            found = self._matrix.cosines_at(positions, self._query)
        rounded: NDArray[np.float64] = np.around(found, _DECIMALS).astype(np.float64)
        return rounded

    def sum_of_cosines(self) -> float:
        """Over those shown."""
        total = float(self._scanned.sum(dtype=np.float64))
        if self.shown.hidden is not None:
            total -= float(self._scanned[self.shown.hidden].sum(dtype=np.float64))
        return total

    def likely(self, limit: int, lexical: float, dense: float) -> Integers:
        """Positions of those shown that are sure, or all but sure, to hold the best."""
        if self.shown.some is not None:
            return self.shown.some
        scanned = self._scanned
        if self._rough is not None:
            count = len(self.rows)
            limit = max(_DEPTH * limit, _LOOKED_AT + (count >> _LOOKED_AT_SHARE))
            scanned = self._exact if _FEW * limit >= count else scanned
        total = self.lexical * np.float32(lexical)
        total += scanned * np.float32(dense)
        if self.shown.hidden is not None:
            total[self.shown.hidden] = -np.inf
        return _likely(total, min(limit, self.shown.size))


class ArrayRanking:
    """Scores of all allowed items of a view; see `everwhen.ports.Ranking`.

    The statistics of BM25 (number of items, mean length, document frequencies) and the spreads
    are those of the allowed items, so a past moment gives what it gave then.
    """

    def __init__(self, parts: Sequence[_Scored], ceiling: float) -> None:
        self._parts = parts
        self._ceiling = ceiling

    @property
    def size(self) -> int:
        """How many items were scored."""
        return sum(part.shown.size for part in self._parts)

    @cached_property
    def usual_cosine(self) -> float:
        """The mean of the cosines."""
        return sum(part.sum_of_cosines() for part in self._parts) / self.size if self.size else 0.0

    @property
    def ceiling(self) -> float:
        """The BM25 score that no item can exceed."""
        return self._ceiling

    def top(self, limit: int, *, lexical: float, dense: float) -> list[int]:
        """Rows by descending weighted sum of the two scores, equal ones by row."""
        if limit <= 0 or not self._parts:
            return []
        rows, totals = [], []
        for part in self._parts:
            positions = part.likely(limit, lexical, dense)
            rows.append(part.rows[positions])
            total = np.multiply(part.lexical[positions], lexical, dtype=np.float64)
            totals.append(total + part.cosines(positions) * dense)
        return _first(np.concatenate(rows), np.concatenate(totals), limit)

    def scores(self, row: int) -> tuple[float, float] | None:
        """BM25 and cosine of a row, None if it was not scored."""
        return self.scores_of([row])[0]

    def scores_of(self, rows: Sequence[int]) -> list[tuple[float, float] | None]:
        """BM25 and cosine of each row, None for those that were not scored."""
        pairs: list[tuple[float, float] | None] = [None] * len(rows)
        wanted = np.array(rows, dtype=np.int64)
        for part in self._parts:
            positions, known = part.snapshot.places(wanted)
            if part.shown.mask is not None:
                known = known & part.shown.mask[positions]
            here = positions[known]
            lexical, cosines = part.lexical[here].tolist(), part.cosines(here).tolist()
            if len(here) == len(rows):
                return list(zip(lexical, cosines, strict=True))
            for place, *pair in zip(np.flatnonzero(known).tolist(), lexical, cosines, strict=True):
                pairs[place] = (pair[0], pair[1])
        return pairs


def _first(rows: Integers, total: NDArray[np.float64], limit: int) -> list[int]:
    """The rows of the largest totals, largest first, equal ones by row."""
    pool = np.arange(len(total))
    if limit < len(pool):
        least = np.partition(total, len(total) - limit)[len(total) - limit]
        level = pool[total == least]
        level = level[np.argsort(rows[level], kind="stable")]
        above = pool[total > least]
        pool = np.concatenate((above, level[: limit - len(above)]))
    order = np.lexsort((rows[pool], -total[pool]))
    best: list[int] = rows[pool[order]].tolist()
    return best


def _likely(total: Floats, limit: int) -> Integers:
    """Positions that are sure to hold the largest: none below what enough blocks reach."""
    if limit <= 0:
        return np.zeros(0, dtype=np.int64)
    size = min(_BLOCK, len(total) // (2 * limit))
    if size < 2:
        return np.flatnonzero(total > -np.inf)
    blocks = len(total) // size
    peaks = total[: blocks * size].reshape(blocks, size).max(axis=1)
    least = float(np.partition(peaks, blocks - limit)[blocks - limit])
    # What is rounded otherwise in the exact sum is no further apart than this.
    lowest = np.float32(least - _ROUNDING * max(1.0, abs(least)))
    return np.flatnonzero(total >= lowest if lowest > -np.inf else total > -np.inf)


def score(parts: Sequence[Part], terms: Mapping[str, float], vector: bytes | None) -> ArrayRanking:
    """Rank what the parts allow, taken together."""
    size = sum(part.shown.size for part in parts)
    idf = {term: _idf(parts, term, size) for term in terms}
    ceiling = (K1 + 1.0) * sum(weight * idf[term] for term, weight in terms.items())
    length = sum(part.shown.length for part in parts)
    mean_length = length / size if size and length else 1.0
    query = _query(vector)
    weights = {term: weight * idf[term] for term, weight in terms.items()}
    for part in parts:
        _check(part.snapshot, query)
    scored = [_Scored(part, _bm25(part, weights, mean_length), query) for part in parts]
    return ArrayRanking(scored, ceiling)


def _idf(parts: Sequence[Part], term: str, size: int) -> float:
    frequency = sum(
        part.shown.count(part.postings[term].positions) for part in parts if term in part.postings
    )
    return math.log(1.0 + (size + _PRIOR_SIZE - frequency + 0.5) / (frequency + 0.5))


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


def _check(snapshot: Snapshot, query: Floats | None) -> None:
    dimensions = snapshot.matrix.dimensions
    if query is not None and dimensions and len(query) != dimensions:
        raise EmbedderMismatchError(
            f"the query has {len(query)} dimensions and the index {dimensions}; "
            "open the memory with the embedder that made it, or reindex()"
        )
