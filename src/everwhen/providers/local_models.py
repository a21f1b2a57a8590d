"""`fastembed:MODEL` and `sentence-transformers:MODEL`: embedding models run on this machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy.typing as npt

from everwhen.providers.checked import CheckedEmbedder, Encode
from everwhen.providers.model_files import Once, require, running

AT_ONCE = 64
"""Texts a batch."""


def with_fastembed(model: str, *, download: bool = True) -> CheckedEmbedder:
    """A model that fastembed lists; loaded at the first text."""
    spec = f"fastembed:{model}"
    require("fastembed", extra="fastembed", asked=spec)

    def load() -> Encode:
        from fastembed import TextEmbedding

        found = TextEmbedding(model, local_files_only=not download)
        return lambda texts: list(found.embed(texts, batch_size=AT_ONCE))

    return _embedder(spec, load)


def with_sentence_transformers(model: str, *, download: bool = True) -> CheckedEmbedder:
    """A model by its name on the hub, or a folder; loaded at the first text."""
    spec = f"sentence-transformers:{model}"
    require("sentence_transformers", extra="sentence-transformers", asked=spec)

    def load() -> Encode:
        from sentence_transformers import SentenceTransformer

        found = SentenceTransformer(model, local_files_only=not download)

        def encode(texts: list[str]) -> npt.ArrayLike:
            rows: npt.ArrayLike = found.encode(
                texts, batch_size=AT_ONCE, show_progress_bar=False, convert_to_numpy=True
            )
            return rows

        return encode

    return _embedder(spec, load)


def _embedder(spec: str, load: Callable[[], Encode]) -> CheckedEmbedder:
    model = Once(load)

    def encode(texts: list[str]) -> npt.ArrayLike:
        with running(spec, "load its model"):
            found = model()
        with running(spec, f"embed {len(texts)} texts"):
            return found(texts)

    return CheckedEmbedder(spec, encode, at_once=AT_ONCE)
