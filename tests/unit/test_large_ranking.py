"""Rankings of many items: the best and their scores are those of an exact look at everything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from everwhen.stores.index import KINDS, Snapshot, Words, empty
from everwhen.stores.ranking import ArrayRanking, Part, Postings, score
from everwhen.stores.shown import Shown, narrowed
from everwhen.stores.vectors import NARROW_FROM, Matrix

COUNT, DIMENSIONS, FIRST_ROW = NARROW_FROM + 5_000, 160, 7
Vectors = NDArray[np.float32]


def _made(seed: int, count: int) -> Vectors:
    """Unit vectors around some hundreds of topics, that differ less and less by dimension."""
    dice = np.random.default_rng(seed)
    spread = np.geomspace(1.0, 0.1, DIMENSIONS, dtype=np.float32)
    topics = dice.standard_normal((300, DIMENSIONS), dtype=np.float32)
    near = 0.7 * dice.standard_normal((count, DIMENSIONS), dtype=np.float32)
    vectors = (topics[dice.integers(0, 300, count)] + near) * spread
    made: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return made


def _snapshot(vectors: Vectors) -> Snapshot:
    matrix = Matrix(len(vectors), DIMENSIONS)
    matrix.put(np.arange(len(vectors)), vectors)
    matrix.settle()
    return replace(
        empty(1, KINDS["episode"], Words()),
        rows=np.arange(FIRST_ROW, FIRST_ROW + len(vectors)),
        indexed=np.ones(len(vectors), dtype=np.int64),
        lengths=np.full(len(vectors), 8, dtype=np.float32),
        matrix=matrix,
    )


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    made = _made(1, COUNT)
    made[100] = 0.0
    return made


@pytest.fixture(scope="module")
def snapshot(vectors: Vectors) -> Snapshot:
    return _snapshot(vectors)


def _ranked(snapshot: Snapshot, shown: Shown, query: Vectors) -> ArrayRanking:
    places = np.arange(0, len(snapshot.rows), 37)
    postings = {"word": Postings(positions=places, counts=np.ones(len(places), dtype=np.float32))}
    part = Part(snapshot=snapshot, shown=shown, postings=postings)
    return score([part], {"word": 1.0}, query.astype("<f4").tobytes())


@pytest.mark.parametrize("share", [1.0, 0.6, 0.05])
@pytest.mark.parametrize("lexical", [0.0, 0.1])
def test_the_best_of_many_are_the_best(
    vectors: Vectors, snapshot: Snapshot, share: float, lexical: float
) -> None:
    mask = np.random.default_rng(5).random(COUNT) < share
    shown = narrowed(snapshot, mask)
    found = 0
    for query in _made(2, 6):
        ranking = _ranked(snapshot, shown, query)
        cosines = vectors @ query
        assert ranking.size == mask.sum()
        assert ranking.usual_cosine == pytest.approx(cosines[mask].mean(), abs=2e-3)
        top = ranking.top(40, lexical=lexical, dense=1.0)
        pairs = ranking.scores_of(snapshot.rows.tolist())
        assert [pair is not None for pair in pairs] == mask.tolist()
        held = {row: pair for row, pair in zip(snapshot.rows.tolist(), pairs, strict=True) if pair}
        exact = np.array([pair[1] for pair in held.values()])
        assert np.abs(exact - cosines[mask]).max() < 1e-4

        def place(row: int, held: dict[int, tuple[float, float]] = held) -> tuple[float, int]:
            return -(lexical * held[row][0] + held[row][1]), row

        assert top == sorted(top, key=place)
        found += len({*top} & {*sorted(held, key=place)[:40]})
    assert found >= 6 * 40 - 1


def test_a_vector_less_item_has_no_cosine(snapshot: Snapshot) -> None:
    shown = narrowed(snapshot, np.ones(COUNT, dtype=np.bool_))
    ranking = _ranked(snapshot, shown, _made(3, 1)[0])
    assert ranking.scores(FIRST_ROW + 100) == (0.0, 0.0)


def test_a_snapshot_is_the_same_after_others_have_grown_from_it(vectors: Vectors) -> None:
    query = _made(4, 1)[0]
    few = _snapshot(vectors[:NARROW_FROM])
    shown = narrowed(few, np.ones(NARROW_FROM, dtype=np.bool_))
    before = _ranked(few, shown, query).top(30, lexical=0.0, dense=1.0)
    for copy in (False, True):
        grown = few.matrix.extended(NARROW_FROM, COUNT, DIMENSIONS, copy=copy)
        grown.put(np.arange(NARROW_FROM, COUNT), vectors[NARROW_FROM:])
        grown.settle()
        more = replace(_snapshot(vectors), matrix=grown)
        everything = narrowed(more, np.ones(COUNT, dtype=np.bool_))
        best = _ranked(more, everything, query).top(30, lexical=0.0, dense=1.0)
        assert set(best) == set(np.argsort(-(vectors @ query))[:30] + FIRST_ROW)
        assert _ranked(few, shown, query).top(30, lexical=0.0, dense=1.0) == before
