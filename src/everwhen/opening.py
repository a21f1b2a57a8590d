"""Puts a memory together: from settings, specs and objects to its parts."""

from __future__ import annotations

import uuid
from pathlib import Path

from everwhen.language.vocabulary import load_vocabulary
from everwhen.ports import Clock, Embedder, Extractor, Parts, Reranker, TokenCounter
from everwhen.providers.choose import choose_counter, choose_embedder
from everwhen.settings import Settings
from everwhen.stores.open import open_store
from everwhen.write.extractors import choose_extractor


def open_parts(
    settings: Settings,
    *,
    embedder: str | Embedder | None,
    extractor: str | Extractor | None,
    counter: str | TokenCounter | None,
    reranker: Reranker | None,
    clock: Clock,
) -> Parts:
    """The parts; an object that is given wins over the spec in the settings.

    The store is opened last, so nothing is touched when something else is wrong.
    """
    words = load_vocabulary(Path(settings.vocabulary) if settings.vocabulary else None)
    if embedder is None or isinstance(embedder, str):
        embedder = choose_embedder(settings.embedder)
    if extractor is None or isinstance(extractor, str):
        extractor = choose_extractor(settings.extractor, words)
    if counter is None or isinstance(counter, str):
        counter = choose_counter(counter)
    return Parts(
        store=open_store(settings.url),
        embedder=embedder,
        extractor=extractor,
        counter=counter,
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        vocabulary=words,
        reranker=reranker,
    )
