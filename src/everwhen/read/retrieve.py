"""Search: from a question to the facts and messages that answer it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from everwhen.errors import InputError
from everwhen.language.questions import Question, read_question
from everwhen.language.tokens import terms
from everwhen.model.period import Period
from everwhen.model.records import Episode, Fact, Scope
from everwhen.model.results import Hit
from everwhen.ports import Kind, Moment, Parts, Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Found
from everwhen.read.episodes import find_episodes
from everwhen.read.explain import RUNNERS_UP, explained
from everwhen.read.facts import find_facts
from everwhen.read.floor import unrelated_cosine
from everwhen.read.fuse import CUT_OFF, EPISODES, WEIGHTS, EpisodeWeights, Weights
from everwhen.read.naming import Names
from everwhen.read.outdated import COVERED, outdated
from everwhen.read.rerank import depth, reranked
from everwhen.read.where import Test, Where, compile_where

_TELLING = 4
"""A text of fewer terms says too little to be a copy of another."""
_COMPARED, _DISTINCT = 2_000, 60


def search(
    parts: Parts,
    scope: Scope,
    query: str,
    *,
    top_k: int = 10,
    moment: Moment,
    kinds: Sequence[Kind] = ("fact", "episode"),
    where: Where | None = None,
    min_score: float | None = None,
    without: Collection[str] = (),
    explain: bool = False,
) -> list[Hit]:
    """The facts and past messages that fit the question, best first; see Memory.search."""
    prepared = prepare(parts, query, moment=moment, where=where, without=without)
    lowest = CUT_OFF if min_score is None else min_score
    limit = depth(parts, top_k)
    others: list[Found] = []
    with parts.store.read() as reader:
        asked = ask(reader, scope, prepared)
        found = find(parts, reader, asked, kinds=kinds, limit=limit, lowest=lowest)
        if explain:
            more = limit + RUNNERS_UP
            others = find(parts, reader, asked, kinds=kinds, limit=more, lowest=0.0)
    ranked = reranked(parts, query, found)
    hits = [as_hit(one) for one in ranked[:top_k]]
    if not explain:
        return hits
    behind = [as_hit(one) for one in (*ranked[top_k:], *others)]
    return explained(hits, behind, prepared.question, top_k=top_k, lowest=lowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A query as read before the store is opened: no work on words holds a transaction up."""

    question: Question
    moment: Moment
    vector: bytes | None
    unrelated: float
    periods: tuple[Period, ...]
    wanted: Test | None
    weights: Weights


def prepare(
    parts: Parts,
    query: str,
    *,
    moment: Moment,
    where: Where | None = None,
    without: Collection[str] = (),
) -> Prepared:
    """Read the query."""
    if not query.strip():
        raise InputError("the query is empty; ask something")
    question = read_question(query)
    vector = _vector(parts, question)
    weights = WEIGHTS.without(without)
    return Prepared(
        question=question,
        moment=moment,
        vector=vector,
        unrelated=unrelated_cosine(parts.embedder),
        periods=signals.periods(question, moment.as_of),
        wanted=None if where is None else compile_where(where),
        weights=weights if vector else weights.by_words(),
    )


def ask(reader: Reader, scope: Scope, prepared: Prepared) -> Asked:
    """The query with what the store adds to it."""
    return Asked(
        question=prepared.question,
        view=reader.view(scope),
        moment=prepared.moment,
        vector=prepared.vector,
        unrelated=prepared.unrelated,
        periods=prepared.periods,
        wanted=prepared.wanted,
        names=Names(reader),
        weights=prepared.weights,
    )


def _vector(parts: Parts, question: Question) -> bytes | None:
    vector = parts.embedder.embed([parts.redaction.text(question.topic).text])[0]
    return vector if any(vector) else None


def find(
    parts: Parts,
    reader: Reader,
    asked: Asked,
    *,
    kinds: Sequence[Kind],
    limit: int,
    lowest: float = CUT_OFF,
) -> list[Found]:
    """Everything above the cut-off, best first, a message folded into the facts from it."""
    facts = find_facts(reader, asked, parts.vocabulary, limit, lowest) if "fact" in kinds else []
    episodes = find_episodes(reader, asked, limit, lowest) if "episode" in kinds else []
    if episodes and not asked.question.about_past:
        old = outdated(reader, asked, parts.vocabulary, facts, episodes[: 2 * limit])
        episodes = [
            _lowered(one, asked.weights.episodes) if one.item.id in old else one for one in episodes
        ]
        episodes = [one for one in episodes if one.score >= lowest]
    merged = fold_sources(facts, episodes)
    return merged if asked.question.asks_count else behind_copies(merged, limit)


def _lowered(found: Found, weights: EpisodeWeights) -> Found:
    added = {**found.added, **fuse.weigh({"superseded": -1.0}, weights)}
    return replace(found, added=added, score=EPISODES.score(sum(added.values())))


def fold_sources(facts: Sequence[Found], episodes: Sequence[Found]) -> list[Found]:
    """Leave out messages that only say what a found fact says; the fact gets the better score."""
    left = {one.item.id: one for one in episodes}
    merged = []
    for one in facts:
        best = one.score
        for id in _repeated(one, left):
            best = max(best, left[id].score)
        merged.append(replace(one, score=best))
    gone = {id for one in facts for id in _repeated(one, left)}
    kept = [one for id, one in left.items() if id not in gone]
    return sorted([*merged, *kept], key=_order)


def behind_copies(found: Sequence[Found], limit: int) -> list[Found]:
    """The same with messages that say nothing new put behind all others, as far as it matters
    for the first so many: ten ways to say one thing answer less than two things do. (Not for
    "how many": each time counts there.)"""
    seen: list[frozenset[str]] = []
    new: list[Found] = []
    copies: list[Found] = []
    for place, one in enumerate(found):
        if len(new) >= limit:
            return [*new, *found[place:], *copies]
        said = frozenset(terms(one.item.text[:_COMPARED]))
        copy = (
            isinstance(one.item, Episode)
            and len(said) >= _TELLING
            and any(said <= other for other in seen)
        )
        (copies if copy else new).append(one)
        if said and not copy and len(seen) < _DISTINCT:
            seen.append(said)
    return new + copies


def _repeated(found: Found, episodes: Mapping[str, Found]) -> list[str]:
    """Ids of episodes that a fact stands for: it fits better, or is most of what they say."""
    fact = found.item
    if not isinstance(fact, Fact):
        return []
    repeated = []
    for source in fact.sources:
        episode = episodes.get(source.episode_id)
        if episode is not None and isinstance(episode.item, Episode):
            share = (source.end - source.start) / max(1, len(episode.item.content))
            if found.score >= episode.score or share >= COVERED:
                repeated.append(source.episode_id)
    return repeated


def _order(found: Found) -> tuple[float, str, int]:
    return (-found.score, "ab"[found.item.kind == "episode"], found.item.row)


def as_hit(found: Found) -> Hit:
    """The hit as the caller gets it."""
    item = found.item
    if isinstance(item, Episode):
        return Hit(
            id=item.id,
            kind="episode",
            text=item.content,
            score=found.score,
            signals=found.added,
            metadata=item.metadata,
            at=item.at,
            role=str(item.role),
            name=item.name,
        )
    return Hit(
        id=item.id,
        kind="fact",
        text=item.text,
        score=found.score,
        signals=found.added,
        metadata=item.metadata,
        sources=item.sources,
        subject=item.subject,
        attribute=item.attribute,
        category=item.category,
        value=item.value,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        system_from=item.system_from,
        system_to=item.system_to,
    )
