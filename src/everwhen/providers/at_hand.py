"""`auto`: the best embedder that is installed and on disk already."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir

from everwhen.errors import ProviderError
from everwhen.ports import Embedder
from everwhen.providers.checked import CheckedEmbedder
from everwhen.providers.local import StaticEmbedder
from everwhen.providers.local_models import with_fastembed, with_sentence_transformers

_log = logging.getLogger("everwhen")

MODELS = (
    "BAAI/bge-base-en-v1.5",
    "BAAI/bge-small-en-v1.5",
    "sentence-transformers/all-MiniLM-L6-v2",
)
"""Best first. Each is looked for with fastembed, then each with sentence-transformers."""


def best_at_hand(recorded: str | None) -> Embedder:
    """The embedder of a file, if that is at hand and one of these; else the best of them.

    Nothing is downloaded. Where no model is found it is the table that comes with the package.
    """
    static = StaticEmbedder()
    if recorded is not None:
        if recorded == static.name:
            return static
        for name, make in _candidates():
            if name == recorded and (found := _loaded(make)):
                return found
    for _, make in _candidates():
        if found := _loaded(make):
            return found
    return static


def _candidates() -> Iterator[tuple[str, Callable[[], CheckedEmbedder]]]:
    """Models on disk, by name; the packages say so without loading any."""
    if find_spec("fastembed"):
        for model in filter(_fastembed_has, MODELS):
            yield f"fastembed:{model}", partial(with_fastembed, model, download=False)
    if find_spec("sentence_transformers"):
        for model in filter(_hub_cache_has, MODELS):
            make = partial(with_sentence_transformers, model, download=False)
            yield f"sentence-transformers:{model}", make


def _fastembed_has(model: str) -> bool:
    from fastembed import TextEmbedding

    folder = os.environ.get("FASTEMBED_CACHE_PATH") or Path(gettempdir()) / "fastembed_cache"
    for one in TextEmbedding.list_supported_models():
        source = one["sources"]["hf"]
        if one["model"].lower() == model.lower() and source:
            return _cached(source, one["model_file"], folder)
    return False


def _hub_cache_has(model: str) -> bool:
    return _cached(model, "modules.json", None)


def _cached(repository: str, file: str, folder: str | Path | None) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(repository, file, cache_dir=folder), str)


def _loaded(make: Callable[[], CheckedEmbedder]) -> CheckedEmbedder | None:
    """The embedder, unless what is on disk of it can not be used."""
    try:
        found = make()
        found.embed(["."])
    except ProviderError as error:
        _log.warning("not used for embedder='auto': %s", error)
        return None
    return found
