"""Vectors for a reindex, made in batches beside those in use, and kept over a kill."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from everwhen.errors import StoreError
from everwhen.ports import Parts, Reader, View, Writer
from everwhen.vectors import Embedded, Place
from everwhen.write.indexing import (
    DIMENSIONS,
    EMBEDDER,
    Vectors,
    digest,
    episode_vector_text,
    vector_text,
)

_STAGED = "staged"
"""The setting that tells whose vectors are put aside."""

_BATCH = 256


def stage(parts: Parts, tick: Callable[[int], None]) -> None:
    """Put a vector aside for every item of the index; what is aside already, or in use, stays.

    Each batch is embedded outside of any transaction and written in one of its own. `tick` is
    told how many items a batch had.
    """
    whose = f"{parts.embedder.name} {parts.embedder.dimensions}"
    with parts.store.write() as writer:
        if writer.setting(_STAGED) != whose:
            writer.clear_staged()
            writer.set_setting(_STAGED, whose)
        if f"{writer.setting(EMBEDDER)} {writer.setting(DIMENSIONS)}" == whose:
            writer.stage_indexed()
    after: Place | None = None
    while True:
        with parts.store.read() as reader:
            waiting = reader.unstaged(_BATCH, after)
            texts = _texts(reader, waiting)
            vectors = Vectors(parts.embedder, staged=True)
            for owner, places in itertools.groupby(texts, key=lambda place: place.owner):
                vectors.recall(reader, owner, [texts[place] for place in places])
        if not waiting:
            return
        vectors.prepare(texts.values())
        with parts.store.write() as writer:
            if writer.setting(_STAGED) != whose:
                raise StoreError(
                    f"another process began to re-embed {parts.store.url} with another embedder; "
                    "this one stops. Let it end, or stop it and reindex again"
                )
            for owner, places in itertools.groupby(texts, key=lambda place: place.owner):
                items = [_embedded(place, texts[place], vectors) for place in places]
                writer.stage(owner, [item for item in items if item is not None])
        after = waiting[-1]
        tick(len(waiting))


def unstage(writer: Writer) -> None:
    """Drop what was put aside: it is in use, or of no use any more."""
    writer.clear_staged()
    if writer.setting(_STAGED):
        writer.set_setting(_STAGED, "")


def _embedded(place: Place, text: str, vectors: Vectors) -> Embedded | None:
    vector = vectors[text]
    if vector is None:
        return None
    return Embedded(kind=place.kind, row=place.row, digest=digest(text), vector=vector)


def _texts(reader: Reader, places: Sequence[Place]) -> dict[Place, str]:
    """What is embedded of each item."""
    found: dict[Place, str] = {}
    for (owner, kind), group in itertools.groupby(places, key=lambda p: (p.owner, p.kind)):
        view, rows = View(owners=(owner,)), [place.row for place in group]
        if kind == "fact":
            texts = {fact.row: vector_text(fact.text) for fact in reader.fact_rows(view, rows)}
        else:
            said = reader.episode_rows(view, rows)
            texts = {episode.row: episode_vector_text(episode) for episode in said}
        for row, text in texts.items():
            found[Place(owner=owner, kind=kind, row=row)] = text
    return found
