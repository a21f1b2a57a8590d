"""Finding memories: by a question, or all that pass a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from everwhen.compat.mem0.arguments import log
from everwhen.compat.mem0.filters import Filter
from everwhen.compat.mem0.items import Item, fields_of, is_expired, item_of
from everwhen.compat.mem0.places import Places, ids_of
from everwhen.errors import ProviderError
from everwhen.memory import Memory
from everwhen.model.records import Episode, Fact, Scope
from everwhen.model.results import Hit
from everwhen.ports import Reranker


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search is for, besides the question."""

    filter: Filter
    top_k: int
    threshold: float
    today: date
    show_expired: bool
    explain: bool
    as_of: datetime | None


def search(memory: Memory, places: Places, query: str, wanted: Wanted) -> list[Item]:
    """The best items for a question, best first."""
    if wanted.top_k == 0:
        return []
    found: dict[object, tuple[Hit, Scope]] = {}
    for ids in wanted.filter.places:
        for scope in places.scopes(ids):
            for hit in _hits(memory, scope, query, wanted):
                found.setdefault(hit.id, (hit, scope))
    best = sorted(found.values(), key=lambda pair: -pair[0].score)[: wanted.top_k]
    items = []
    for hit, scope in best:
        item = {**item_of(hit, scope), "score": hit.score}
        if wanted.explain:
            item["score_details"] = _details(hit, wanted.threshold)
        items.append(item)
    return items


def _hits(memory: Memory, scope: Scope, query: str, wanted: Wanted) -> list[Hit]:
    """The hits in a scope. Only where expired ones come up is there a second search."""

    def ask(where: Callable[[Fact | Episode], bool] | None) -> list[Hit]:
        return memory.search(
            query,
            **ids_of(scope),
            top_k=wanted.top_k,
            kinds=("fact",),
            min_score=wanted.threshold,
            as_of=wanted.as_of,
            where=where,
        )

    passes = wanted.filter.passes
    hits = ask(None if passes is None else _test(passes, scope))
    if wanted.show_expired:
        return hits
    live = [hit for hit in hits if not is_expired(fields_of(hit, scope), wanted.today)]
    if len(live) == len(hits) or len(hits) < wanted.top_k:
        return live
    return ask(
        _test(
            lambda item: not is_expired(item, wanted.today) and (passes is None or passes(item)),
            scope,
        )
    )


def _test(passes: Callable[[Item], bool], scope: Scope) -> Callable[[Fact | Episode], bool]:
    return lambda item: isinstance(item, Fact) and passes(fields_of(item, scope))


def _details(hit: Hit, threshold: float) -> Item:
    signals = hit.signals
    about = sum(signals.get(name, 0.0) for name in ("subject", "attribute"))
    return {
        "semantic_score": signals.get("dense", 0.0),
        "bm25_score": signals.get("lexical", 0.0),
        "entity_boost": about,
        "raw_score": sum(signals.values()),
        "max_possible_score": 1.0,
        "final_score": hit.score,
        "threshold": threshold,
    }


def every(
    memory: Memory, places: Places, wanted: Filter, *, today: date, show_expired: bool
) -> Iterator[Item]:
    """All items that pass, in the order in which they became true."""
    seen = set()
    for ids in wanted.places:
        for scope in places.scopes(ids):
            for fact in places.facts(scope):
                if fact.id in seen:
                    continue
                item = fields_of(fact, scope)
                if not show_expired and is_expired(item, today):
                    continue
                if wanted.passes is None or wanted.passes(item):
                    seen.add(fact.id)
                    yield item_of(fact, scope)


def reranked(reranker: Reranker | None, query: str, items: Sequence[Item]) -> list[Item]:
    """The items in the order of the reranker's scores; as they were where there is none."""
    if reranker is None:
        log.warning("rerank=True does nothing without a reranker; give one to Memory(reranker=…)")
        return list(items)
    if not items:
        return []
    try:
        scores = reranker.rerank(query, [str(item["memory"]) for item in items])
    except ProviderError as error:
        log.warning("reranking failed, the order stays as it was: %s", error)
        return list(items)
    scored = [{**item, "rerank_score": score} for item, score in zip(items, scores, strict=True)]
    return sorted(scored, key=lambda item: -float(str(item["rerank_score"])))
