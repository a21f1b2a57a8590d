"""Mem0's configuration: what of it opens an everwhen file, and what is passed over and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import platformdirs

from everwhen.asking import NO_LABELS, ChatModel, Labels
from everwhen.compat.mem0.models import Ignored, Named, named_chat, named_embedder
from everwhen.errors import SettingsError
from everwhen.ports import Embedder

T = TypeVar("T")
Section: TypeAlias = Mapping[str, object]

_FOLDERS: Final = ("qdrant", "chroma", "faiss", "milvus")
_KNOWN: Final = (
    "vector_store",
    "llm",
    "embedder",
    "reranker",
    "history_db_path",
    "custom_instructions",
    "custom_categories",
    "version",
)
_WHY: Final = {
    "reranker": "give a reranker= to Memory, which is asked where a search says rerank=True",
    "history_db_path": "the history of a memory is in the same file as the memory",
    "custom_update_memory_prompt": "what changes a fact is decided by when it was true",
    "graph_store": "there is no separate graph: facts have subjects and attributes",
    "enable_graph": "there is no separate graph: facts have subjects and attributes",
}
_OF_STORE: Final = {
    "embedding_model_dims": "the embedder says how long its vectors are",
    "on_disk": "the file is on disk, unless its path is ':memory:'",
}
CATEGORIES: Final = "custom_categories"
"""The key of labels of one's own."""

_INSTRUCTIONS: Final = ("custom_instructions", "custom_fact_extraction_prompt")
_READ: Final = ("vector_store", "version", "llm", "embedder", CATEGORIES, *_INSTRUCTIONS)
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
    custom_categories: Sequence[Mapping[str, str] | str] | Mapping[str, str] | None = None
    version: str = "v1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The file to open, what the configuration names to open it with, and the keys that are
    passed over whatever is given beside it."""

    url: str
    ignored: Ignored
    told: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=lambda: NO_LABELS)
    chat: Named[ChatModel] = field(default_factory=Named)
    embedder: Named[Embedder] = field(default_factory=Named)

    @property
    def instructions(self) -> str:
        """What a language model is told."""
        return "\n".join(self.told.values())


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
        if key not in _READ and value is not None and value != {}
    ]
    provider = str(store.get("provider", "qdrant"))
    if provider not in _FOLDERS and options.get("path") is None:
        ignored.insert(0, ("vector_store.provider", f"{provider} is not used: {_LOCAL}"))
    told = {key: given[key] for key in _INSTRUCTIONS if isinstance(given.get(key), str)}
    return Opening(
        url=_url(options),
        ignored=tuple(ignored),
        told={key: str(words) for key, words in told.items() if str(words).strip()},
        labels=_labels(given.get(CATEGORIES)),
        chat=_named(given, "llm", named_chat),
        embedder=_named(given, "embedder", named_embedder),
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


def _named(given: Section, name: str, find: Callable[[str, Section], Named[T]]) -> Named[T]:
    section = _section(given, name)
    if not section:
        return Named()
    return find(str(section.get("provider", "openai")), _section(section, "config", of=f"{name}."))


def _labels(given: object) -> Labels:
    """Categories as the platform takes them: a list of names, or of {name: what it means}."""
    if given is None:
        return NO_LABELS
    listed = [given] if isinstance(given, Mapping) else given
    labels: dict[str, str] = {}
    for one in listed if isinstance(listed, list | tuple) else [None]:
        named = {one: ""} if isinstance(one, str) else one
        if not isinstance(named, Mapping):
            raise SettingsError(
                f"{CATEGORIES} has {one!r:.60}; give a list of {{name: what it means}}"
            )
        labels |= {str(name): str(means) for name, means in named.items()}
    return labels


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
