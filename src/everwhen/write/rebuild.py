"""Everything derived, built again from episodes and claims: facts, log, full text, vectors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import micros
from everwhen.model.records import Decision, Episode, Fact, Scope, Slot
from everwhen.ports import Parts, Reader, View, Writer
from everwhen.write.indexing import (
    EMBEDDER,
    Vectors,
    check_embedder,
    episode_entries,
    episode_vector_text,
    fact_entries,
    vector_text,
)
from everwhen.write.replay import replay

Progress: TypeAlias = Callable[[int, int], None]

_BATCH = 500


def recorded_embedder(parts: Parts) -> str:
    """The embedder that the vectors in the store came from; in a new store this one, from now."""
    with parts.store.read() as reader:
        recorded = reader.setting(EMBEDDER)
    if recorded is not None:
        return recorded
    with parts.store.write() as writer:
        recorded = writer.setting(EMBEDDER)
        if recorded is None:
            writer.set_setting(EMBEDDER, parts.embedder.name)
    return recorded or parts.embedder.name


def require_embedder(parts: Parts, recorded: str) -> None:
    """Refuse to go on with vectors that are not this embedder's."""
    here = parts.embedder.name
    if recorded != here:
        raise EmbedderMismatchError(
            f"the vectors in {parts.store.url} were made by {recorded!r}, and this memory uses "
            f"{here!r}; open it with the first, or re-embed everything with Memory.reindex() or "
            "`everwhen reindex`"
        )


def reindex(parts: Parts, *, progress: Progress | None = None) -> None:
    """Drop everything derived and build it again, in one transaction.

    Facts come out with the same ids, periods and decisions, and the index with the embedder
    now in use, which is recorded. If that fails, everything stays as it was. Other processes
    can read meanwhile, but not write.
    """
    with parts.store.write() as writer:
        writer.clear_derived()
        writer.set_setting(EMBEDDER, parts.embedder.name)
        total = writer.counts()["episodes"]
        done = 0
        for scope in writer.scopes():
            owner = writer.owner(scope)
            if owner is None:
                continue
            view = View(owners=(owner,))
            for batch in pages(writer, view):
                index_episodes(parts, writer, owner, [e for e in batch if e.extracted])
                done += len(batch)
                if progress is not None:
                    progress(done, total)
            _rebuild_owner(parts, writer, scope, list(writer.slots(view)))


def pages(reader: Reader, view: View) -> Iterator[list[Episode]]:
    """All episodes of a view, in order of time, some at once."""
    after: tuple[int, int] | None = None
    while batch := reader.page_episodes(view, limit=_BATCH, after=after):
        yield batch
        after = (micros(batch[-1].at), batch[-1].row)


def index_episodes(parts: Parts, writer: Writer, owner: int, episodes: list[Episode]) -> None:
    """Put episodes into the index."""
    vectors = Vectors(parts.embedder)
    vectors.prepare(episode_vector_text(episode) for episode in episodes)
    writer.index(owner, episode_entries(episodes, vectors))


def rebuild_slots(parts: Parts, writer: Writer, slots: Iterable[Slot]) -> tuple[int, int]:
    """Build the facts and decisions of slots again, from their claims as these came and went.

    Gives the numbers of fact versions and of decisions written.
    """
    check_embedder(writer, parts.embedder)
    scopes = {writer.owner(scope): scope for scope in writer.scopes()}
    facts = decisions = 0
    ordered = sorted(set(slots), key=lambda s: (s.owner, s.subject, s.attribute))
    for owner, group in itertools.groupby(ordered, key=lambda slot: slot.owner):
        if owner in scopes:
            mine = list(group)
            writer.erase(owner, episodes=[], claims=[], slots=mine)
            written = _rebuild_owner(parts, writer, scopes[owner], mine)
            facts += written[0]
            decisions += written[1]
    return facts, decisions


def _rebuild_owner(
    parts: Parts, writer: Writer, scope: Scope, slots: list[Slot]
) -> tuple[int, int]:
    written = logged = 0
    for batch in _batches(slots):
        versions: list[Fact] = []
        decisions: list[Decision] = []
        for slot in batch:
            cardinality = parts.vocabulary.cardinality(slot.attribute)
            history = replay(scope, slot, cardinality, writer.claims(slot))
            versions += history.versions
            decisions += history.decisions
        vectors = Vectors(parts.embedder)
        vectors.prepare(vector_text(fact.text) for fact in versions)
        versions.sort(key=_written)
        opened = writer.add_facts(batch[0].owner, versions)
        writer.index(batch[0].owner, fact_entries(opened, vectors, parts.vocabulary))
        writer.add_decisions(batch[0].owner, decisions)
        written += len(versions)
        logged += len(decisions)
    return written, logged


def _batches(slots: list[Slot]) -> Iterator[list[Slot]]:
    for first in range(0, len(slots), _BATCH):
        yield slots[first : first + _BATCH]


def _written(fact: Fact) -> tuple[datetime, str]:
    return (fact.system_from, fact.id)
