"""What a search looks among: the store's first scores, narrowed by metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from everwhen.language.questions import Question
from everwhen.model.period import Period
from everwhen.model.records import Episode, Fact, Metadata
from everwhen.ports import Kind, Moment, Ranking, Reader, View
from everwhen.read import signals
from everwhen.read.fuse import WEIGHTS

T = TypeVar("T", Fact, Episode)
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with all that scoring it needs. `wanted` is None where there is no filter."""

    question: Question
    view: View
    moment: Moment
    vector: bytes | None
    periods: tuple[Period, ...]
    wanted: Callable[[Metadata], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fact or an episode with its score and what each signal added to it."""

    item: Fact | Episode
    score: float
    added: Mapping[str, float]


def rank(reader: Reader, kind: Kind, asked: Asked) -> Ranking:
    """The store's first scores of everything of the kind."""
    return reader.rank(
        asked.view,
        kind,
        terms=asked.question.terms,
        vector=asked.vector,
        moment=asked.moment,
    )


def best_rows(ranking: Ranking, limit: int) -> list[int]:
    """Rows by the weighted sum of the two base signals; `best` weighs deviations of them."""
    return ranking.best(
        limit,
        lexical=WEIGHTS.lexical * signals.lexical(ranking.lexical.deviation, ranking),
        dense=WEIGHTS.dense * ranking.dense.deviation,
    )


def best_wanted(
    ranking: Ranking,
    asked: Asked,
    limit: int,
    fetch: Callable[[View, Sequence[int]], list[T]],
) -> list[T]:
    """The best items that pass the filter, looking as far down as it takes to find enough."""
    if asked.wanted is None:
        return fetch(asked.view, best_rows(ranking, limit))
    found: list[T] = []
    rows = best_rows(ranking, ranking.size)
    for start in range(0, len(rows), _BATCH):
        items = fetch(asked.view, rows[start : start + _BATCH])
        found.extend(item for item in items if asked.wanted(item.metadata))
        if len(found) >= limit:
            break
    return found[:limit]


def base(ranking: Ranking, row: int) -> dict[str, float]:
    """The two base signals of any row."""
    bm25, cosine = ranking.scores(row) or (0.0, 0.0)
    return {"lexical": signals.lexical(bm25, ranking), "dense": cosine}
