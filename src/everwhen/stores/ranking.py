"""First scores of a query over everything that a view and a moment allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import micros
from everwhen.ports import Moment, Spread
from everwhen.stores.index import KINDS, Floats, Integers, Snapshot, unit

K1 = 0.9
B = 0.3
"""BM25's saturation and length weight, as suits short talk."""

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
class Part:
    """What one owner contributes: its items, those allowed, and the postings by term."""

    snapshot: Snapshot
    allowed: NDArray[np.bool_]
    postings: Mapping[str, Postings]


def allowed(snapshot: Snapshot, moment: Moment) -> NDArray[np.bool_]:
    """Which items the moment shows, of those that are in the index."""
    known, as_of = micros(moment.known_at), micros(moment.as_of)
    column = snapshot.columns
    shown: NDArray[np.bool_] = snapshot.indexed > 0
    if snapshot.kind == KINDS["episode"]:
        shown &= column["recorded_at"] <= known
        if moment.said_by is not None:
            shown &= column["at"] <= micros(moment.said_by)
        return shown
    shown &= (column["system_from"] <= known) & (known < column["system_to"])
    shown &= (column["valid_from"] <= as_of) & (as_of < column["valid_to"])
    shown &= (as_of < column["expires_at"]) & (column["review"] == 0)
    return shown


class ArrayRanking:
    """Scores of all allowed items of a view; see `everwhen.ports.Ranking`.

    The statistics of BM25 (number of items, mean length, document frequencies) and the spreads
    are those of the allowed items, so a past moment gives what it gave then.
    """

    def __init__(self, rows: Integers, lexical: Floats, dense: Floats, ceiling: float) -> None:
        self._rows = rows
        self._lexical = lexical
        self._dense = dense
        self._ceiling = ceiling

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

    @property
    def ceiling(self) -> float:
        """The BM25 score that no item can exceed."""
        return self._ceiling

    def best(self, limit: int, *, lexical: float, dense: float) -> list[int]:
        """Rows by descending weighted sum of the two z-scores, equal ones by row."""
        if limit <= 0 or not len(self._rows):
            return []
        total = _weighted(self._lexical, self.lexical, lexical)
        total += _weighted(self._dense, self.dense, dense)
        chosen = np.arange(len(total))
        if limit < len(total):
            least = np.partition(total, len(total) - limit)[len(total) - limit]
            above = np.flatnonzero(total > least)
            level = np.flatnonzero(total == least)
            level = level[np.argsort(self._rows[level], kind="stable")]
            chosen = np.concatenate((above, level[: limit - len(above)]))
        order = np.lexsort((self._rows[chosen], -total[chosen]))
        best: list[int] = self._rows[chosen[order]].tolist()
        return best

    @cached_property
    def _by_row(self) -> tuple[Integers, Integers]:
        if bool((self._rows[1:] > self._rows[:-1]).all()):
            return np.arange(len(self._rows)), self._rows
        order = np.argsort(self._rows)
        return order, self._rows[order]

    def scores(self, row: int) -> tuple[float, float] | None:
        """BM25 and cosine of a row, None if it was not scored."""
        order, rows = self._by_row
        place = int(np.searchsorted(rows, row))
        if place >= len(rows) or rows[place] != row:
            return None
        position = order[place]
        return float(self._lexical[position]), float(self._dense[position])


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
    size = sum(int(np.count_nonzero(part.allowed)) for part in parts)
    idf = {term: _idf(parts, term, size) for term in terms}
    ceiling = (K1 + 1.0) * sum(weight * idf[term] for term, weight in terms.items())
    length = sum(float(part.snapshot.lengths[part.allowed].sum()) for part in parts)
    mean_length = length / size if size and length else 1.0
    query = _query(vector)
    rows: list[Integers] = []
    lexical: list[Floats] = []
    dense: list[Floats] = []
    for part in parts:
        whole = bool(part.allowed.all())
        weights = {term: weight * idf[term] for term, weight in terms.items()}
        bm25 = _bm25(part, weights, mean_length)
        cosine = _cosine(part.snapshot, query)
        rows.append(part.snapshot.rows if whole else part.snapshot.rows[part.allowed])
        lexical.append(bm25 if whole else bm25[part.allowed])
        dense.append(cosine if whole else cosine[part.allowed])
    if len(parts) == 1:
        return ArrayRanking(rows[0], lexical[0], dense[0], ceiling)
    none = np.zeros(0, dtype=np.float32)
    return ArrayRanking(
        np.concatenate([np.zeros(0, dtype=np.int64), *rows]),
        np.concatenate([none, *lexical]),
        np.concatenate([none, *dense]),
        ceiling,
    )


def _idf(parts: Sequence[Part], term: str, size: int) -> float:
    frequency = sum(
        int(np.count_nonzero(part.allowed[part.postings[term].positions]))
        for part in parts
        if term in part.postings
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
