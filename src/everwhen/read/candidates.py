"""What a search looks among: the store's first scores, narrowed by metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from everwhen.language.questions import Question
from everwhen.model.period import Period
from everwhen.model.records import Episode, Fact
from everwhen.ports import Kind, Moment, Ranking, Reader, View
from everwhen.read import signals
from everwhen.read.floor import floor
from everwhen.read.fuse import Weights
from everwhen.read.naming import Names
from everwhen.read.where import Test

T = TypeVar("T", Fact, Episode)
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with all that scoring it needs.

    `unrelated` is the cosine that the embedder gives to unrelated texts; `wanted` is None where
    there is no filter; `names` tells what users are called.
    """

    question: Question
    view: View
    moment: Moment
    vector: bytes | None
    unrelated: float
    periods: tuple[Period, ...]
    names: Names
    weights: Weights
    wanted: Test | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The two base signals of a ranking, on scales that do not depend on what else is there.

    `words` and `meaning` are what they count for in the choice of candidates.
    """

    ranking: Ranking
    floor: float
    words: float
    meaning: float

    @classmethod
    def of(cls, ranking: Ranking, asked: Asked, *, words: float, meaning: float) -> Base:
        """The base signals for a question."""
        return cls(
            ranking=ranking,
            floor=floor(ranking, asked.unrelated),
            words=words,
            meaning=meaning,
        )

    def best(self, limit: int) -> list[int]:
        """Rows by the weighted sum of the two."""
        return self.ranking.top(
            limit,
            lexical=self.words * signals.lexical(1.0, self.ranking.ceiling),
            dense=self.meaning / (1.0 - self.floor),
        )

    def signals_of(self, rows: Sequence[int]) -> list[tuple[float, float] | None]:
        """The two signals of any rows, None for those that the question may not see."""
        # As in `everwhen.read.signals`, without a call for each of some hundreds.
        ceiling, floor = self.ranking.ceiling or 1.0, self.floor
        above = 1.0 - floor
        return [
            None if scores is None else (scores[0] / ceiling, (scores[1] - floor) / above)
            for scores in self.ranking.scores_of(rows)
        ]


def best_wanted(
    base: Base,
    asked: Asked,
    limit: int,
    fetch: Callable[[View, Sequence[int]], list[T]],
) -> list[T]:
    """The best items that pass the filter, looking as far down as it takes to find enough."""
    if asked.wanted is None:
        return fetch(asked.view, base.best(limit))
    found: list[T] = []
    rows = base.best(base.ranking.size)
    for start in range(0, len(rows), _BATCH):
        items = fetch(asked.view, rows[start : start + _BATCH])
        found.extend(item for item in items if asked.wanted(item))
        if len(found) >= limit:
            break
    return found[:limit]
