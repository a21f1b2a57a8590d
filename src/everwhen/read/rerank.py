"""Reranking: a slower, closer look at the best of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite

from everwhen.errors import ProviderError
from everwhen.model.records import Episode
from everwhen.ports import Parts, Reranker
from everwhen.read.candidates import Found

DEPTH = 40
"""As many of the best are looked at again."""

PATIENCE = timedelta(seconds=1)
"""After so long no further texts are given to the reranker. Its first few are not counted in, as
they may wait for a model to be loaded."""

_AT_ONCE = 8
_READ = 2_000


def depth(parts: Parts, limit: int) -> int:
    """How many to find, so that `limit` of them can be the best."""
    return limit if parts.reranker is None else max(limit, DEPTH)


def reranked(parts: Parts, query: str, found: Sequence[Found]) -> list[Found]:
    """The same, those that were looked at again first, best first, the others as they were.

    Only the order changes. The score, and so the cut-off, stays the fused one: a reranker's
    own scores have no common scale. They are shown as the signal "rerank".
    """
    if parts.reranker is None:
        return list(found)
    query = parts.redaction.text(query).text
    scores: list[float] = []
    deadline: datetime | None = None
    for start in range(0, min(DEPTH, len(found)), _AT_ONCE):
        now = parts.clock()
        if start == _AT_ONCE:
            deadline = now + PATIENCE
        if deadline is not None and now > deadline:
            break
        scores += _scores(parts.reranker, query, found[start : min(DEPTH, start + _AT_ONCE)])
    seen = [
        replace(one, added={**one.added, "rerank": score})
        for one, score in zip(found, scores, strict=False)
    ]
    seen.sort(key=lambda one: -one.added["rerank"])
    return [*seen, *found[len(seen) :]]


def _scores(reranker: Reranker, query: str, found: Sequence[Found]) -> list[float]:
    scores = reranker.rerank(query, [_text(one) for one in found])
    if len(scores) != len(found) or not all(map(isfinite, scores)):
        raise ProviderError(
            f"the reranker {reranker.name} gave {scores!r:.200} for {len(found)} texts; it should "
            "give one finite number for each. Search without it until it does"
        )
    return scores


def _text(found: Found) -> str:
    item = found.item
    if isinstance(item, Episode):
        words = item.content[:_READ]
        return f"{item.name}: {words}" if item.name else words
    return item.text[:_READ]
