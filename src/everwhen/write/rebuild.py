"""Everything derived, built again from episodes and claims: facts, log, full text, vectors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import micros
from everwhen.model.records import Decision, Episode, Fact, Scope, Slot
from everwhen.ports import Parts, Reader, View, Writer
from everwhen.write.indexing import (
    DIMENSIONS,
    EMBEDDER,
    Vectors,
    episode_entries,
    episode_vector_text,
    fact_entries,
    is_quick,
    vector_text,
)
from everwhen.write.judging.identities import claims_read, identities_of
from everwhen.write.reembed import stage, unstage
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
    can read meanwhile, but not write. The vectors of an embedder that is slow are made before
    that, while others read and write; what is there of them outlives a kill.
    """
    with parts.store.read() as reader:
        episodes, waiting = reader.counts()["episodes"], 0
        if not is_quick(parts.embedder):
            waiting = reader.count_unstaged()
    done = _Done(episodes + waiting, progress)
    if not is_quick(parts.embedder):
        stage(parts, done.more)
        done.reach(waiting)
    with parts.store.write() as writer:
        writer.clear_derived()
        writer.set_setting(EMBEDDER, parts.embedder.name)
        writer.set_setting(DIMENSIONS, str(parts.embedder.dimensions))
        for scope in writer.scopes():
            owner = writer.owner(scope)
            if owner is None:
                continue
            view = View(owners=(owner,))
            for batch in pages(writer, view):
                extracted = [episode for episode in batch if episode.extracted]
                index_episodes(writer, owner, extracted, Vectors(parts.embedder, staged=True))
                done.more(len(batch))
            slots = identities_of(writer, owner).connected(writer.slots(view))
            for some in _batches(sorted(slots, key=_slot_order)):
                vectors = Vectors(parts.embedder, staged=True)
                _rebuild_owner(parts, writer, scope, some, vectors)
        unstage(writer)


class _Done:
    """Tells how far the work is."""

    def __init__(self, whole: int, progress: Progress | None) -> None:
        self._done, self._whole, self._progress = 0, whole, progress

    def more(self, count: int) -> None:
        """So much more is done."""
        self.reach(self._done + count)

    def reach(self, done: int) -> None:
        """So much is done; more can have come up than was to do at the start."""
        self._done, self._whole = done, max(done, self._whole)
        if self._progress is not None:
            self._progress(self._done, self._whole)


def pages(reader: Reader, view: View) -> Iterator[list[Episode]]:
    """All episodes of a view, in order of time, some at once."""
    after: tuple[int, int] | None = None
    while batch := reader.page_episodes(view, limit=_BATCH, after=after):
        yield batch
        after = (micros(batch[-1].at), batch[-1].row)


def index_episodes(
    writer: Writer, owner: int, episodes: Sequence[Episode], vectors: Vectors
) -> None:
    """Put episodes into the index."""
    texts = [episode_vector_text(episode) for episode in episodes]
    vectors.recall(writer, owner, texts)
    vectors.prepare(texts)
    writer.index(owner, episode_entries(episodes, vectors))


def recall_slots(writer: Writer, slots: Iterable[Slot], vectors: Vectors) -> None:
    """Take what the store has of the words of slots, before it is erased to be built again."""
    if vectors.kept:
        for slot in slots:
            texts = [vector_text(claim.text) for claim in writer.claims(slot)]
            vectors.recall(writer, slot.owner, texts)


def rebuild_slots(
    parts: Parts, writer: Writer, slots: Iterable[Slot], vectors: Vectors
) -> tuple[int, int]:
    """Build the facts and decisions of slots, and of all connected to them by judgements, again,
    from their claims as these came and went.

    Gives the numbers of fact versions and of decisions written.
    """
    vectors.check(writer)
    scopes = {writer.owner(scope): scope for scope in writer.scopes()}
    facts = decisions = 0
    ordered = sorted(set(slots), key=_slot_order)
    for owner, group in itertools.groupby(ordered, key=lambda slot: slot.owner):
        if owner in scopes:
            mine = sorted(identities_of(writer, owner).connected(group), key=_slot_order)
            recall_slots(writer, mine, vectors)
            writer.erase(owner, episodes=[], claims=[], slots=mine)
            written = _rebuild_owner(parts, writer, scopes[owner], mine, vectors)
            facts += written[0]
            decisions += written[1]
    return facts, decisions


def _rebuild_owner(
    parts: Parts, writer: Writer, scope: Scope, slots: list[Slot], vectors: Vectors
) -> tuple[int, int]:
    written = logged = 0
    identities = identities_of(writer, slots[0].owner)
    for batch in _batches(slots):
        versions: list[Fact] = []
        decisions: list[Decision] = []
        for slot in batch:
            cardinality = parts.vocabulary.cardinality(slot.attribute)
            claims, moved = claims_read(writer, identities, slot)
            history = replay(scope, slot, cardinality, claims, moved)
            versions += history.versions
            decisions += history.decisions
        texts = [vector_text(fact.text) for fact in versions]
        vectors.recall(writer, batch[0].owner, texts)
        vectors.prepare(texts)
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


def _slot_order(slot: Slot) -> tuple[int, str, str]:
    return (slot.owner, slot.subject, slot.attribute)


def _written(fact: Fact) -> tuple[datetime, str]:
    return (fact.system_from, fact.id)
