"""Mem0's configuration: what of it opens an everwhen file, and what is passed over and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import platformdirs

from everwhen.errors import SettingsError

Section: TypeAlias = Mapping[str, object]

_FOLDERS: Final = ("qdrant", "chroma", "faiss", "milvus")
_KNOWN: Final = (
    "vector_store",
    "llm",
    "embedder",
    "reranker",
    "history_db_path",
    "custom_instructions",
    "version",
)
_NO_MODEL: Final = "the rules take no instructions; a language model, as extractor=, does"
_WHY: Final = {
    "llm": "facts are worked out by rules, or by the extractor= that is given to Memory",
    "embedder": "vectors come from the table in the package, or from the embedder= given to Memory",
    "reranker": "give a reranker= to Memory, which is asked where a search says rerank=True",
    "history_db_path": "the history of a memory is in the same file as the memory",
    "custom_instructions": _NO_MODEL,
    "custom_fact_extraction_prompt": _NO_MODEL,
    "custom_update_memory_prompt": "what changes a fact is decided by when it was true",
    "graph_store": "there is no separate graph: facts have subjects and attributes",
    "enable_graph": "there is no separate graph: facts have subjects and attributes",
}
_OF_STORE: Final = {
    "embedding_model_dims": "the embedder says how long its vectors are",
    "on_disk": "the file is on disk, unless its path is ':memory:'",
}
INSTRUCTIONS: Final = ("custom_instructions", "custom_fact_extraction_prompt")
"""The keys that a language model is told."""

_SILENT: Final = {"path", "collection_name", "provider"}


@dataclass(frozen=True, kw_only=True)
class MemoryConfig:
    """The configuration as Mem0 names it; each section is a dict of `provider` and `config`."""

    vector_store: Section = field(default_factory=dict)
    llm: Section = field(default_factory=dict)
    embedder: Section = field(default_factory=dict)
    reranker: Section | None = None
    history_db_path: str | None = None
    custom_instructions: str | None = None
    version: str = "v1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The file to open, and the keys that were passed over with the reason."""

    url: str
    ignored: tuple[tuple[str, str], ...]
    instructions: str = ""


def read_config(config: MemoryConfig | Mapping[str, object] | object | None) -> Opening:
    """Read a MemoryConfig, a dict such as `from_config` takes, or Mem0's own model."""
    given = _as_mapping(config)
    store = _section(given, "vector_store")
    options = _section(store, "config", of="vector_store.")
    ignored = [
        (f"vector_store.config.{key}", _OF_STORE.get(key, "an everwhen memory is one local file"))
        for key, value in options.items()
        if key not in _SILENT and value is not None
    ]
    ignored += [
        (key, _WHY.get(key, "everwhen knows no such setting"))
        for key, value in given.items()
        if key not in ("vector_store", "version") and value is not None and value != {}
    ]
    provider = str(store.get("provider", "qdrant"))
    if provider not in _FOLDERS and options.get("path") is None:
        ignored.insert(0, ("vector_store.provider", f"{provider} is not used: {_LOCAL}"))
    told = [given.get(key) for key in INSTRUCTIONS]
    return Opening(
        url=_url(options),
        ignored=tuple(ignored),
        instructions="\n".join(one for one in told if isinstance(one, str)),
    )


_LOCAL: Final = "the memory is one local file; name its folder as vector_store.config.path"


def _as_mapping(config: object) -> Mapping[str, object]:
    if config is None:
        return {}
    if isinstance(config, Mapping):
        return config
    if isinstance(config, MemoryConfig):
        return {key: getattr(config, key) for key in _KNOWN}
    dumped = getattr(config, "model_dump", None)
    found = dumped() if callable(dumped) else None
    if not isinstance(found, Mapping):
        raise SettingsError(
            f"config is a {type(config).__name__}; give a dict as from_config takes it, or a "
            "MemoryConfig"
        )
    return found


def _section(given: Mapping[str, object], name: str, of: str = "") -> Mapping[str, object]:
    found = given.get(name)
    if found is None:
        return {}
    if isinstance(found, Mapping):
        return found
    dumped = getattr(found, "model_dump", None)
    plain = dumped() if callable(dumped) else None
    if not isinstance(plain, Mapping):
        raise SettingsError(f"{of}{name} is a {type(found).__name__}; give a dict")
    return plain


def _url(options: Mapping[str, object]) -> str:
    """The file: the collection's, in the folder that Mem0 would keep its store in."""
    name = str(options.get("collection_name") or "mem0")
    path = options.get("path")
    if path is None:
        return str(Path(platformdirs.user_data_dir("everwhen", appauthor=False)) / f"{name}.db")
    written = str(path)
    if written == ":memory:" or written.endswith((".db", ".sqlite", ".sqlite3")):
        return written
    return str(Path(written) / f"{name}.everwhen.db")
