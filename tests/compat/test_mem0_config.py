"""Mem0's configurations: what of them opens a file, and what is passed over and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from everwhen.compat.mem0 import Memory, MemoryConfig
from everwhen.compat.mem0.config import read_config
from everwhen.errors import SettingsError


@pytest.mark.parametrize("provider", ["qdrant", "chroma", "faiss"])
def test_a_store_on_disk_is_a_file_in_its_folder(tmp_path: Path, provider: str) -> None:
    config = {
        "vector_store": {
            "provider": provider,
            "config": {"path": str(tmp_path / "store"), "collection_name": "notes"},
        }
    }
    with Memory.from_config(config) as m:
        m.add("I like tea", user_id="u", infer=False)
        assert m.ignored == ()
    assert (tmp_path / "store" / "notes.everwhen.db").is_file()


def test_two_collections_are_two_memories(tmp_path: Path) -> None:
    for name in ("one", "two"):
        config = {"vector_store": {"config": {"path": str(tmp_path), "collection_name": name}}}
        with Memory.from_config(config) as m:
            assert m.get_all(filters={"user_id": "u"}) == {"results": []}
            m.add("I like tea", user_id="u", infer=False)


def test_without_a_path_it_is_in_the_user_s_data_folder_and_not_in_tmp(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    opening = read_config(None)
    assert opening.url.endswith("mem0.db")
    assert "everwhen" in opening.url
    assert opening.ignored == ()


@pytest.mark.parametrize("path", [":memory:", "a/b.db", "x.sqlite3"])
def test_a_path_that_names_a_file_is_that_file(path: str) -> None:
    assert read_config({"vector_store": {"config": {"path": path}}}).url == path


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"llm": {"provider": "openai", "config": {"model": "gpt-x"}}}, "llm"),
        ({"embedder": {"provider": "ollama"}}, "embedder"),
        ({"embedder": {"provider": "vertexai", "config": {"model": "any"}}}, "embedder"),
        ({"reranker": {"provider": "cohere"}}, "reranker"),
        ({"history_db_path": "/x/history.db"}, "history_db_path"),
        ({"custom_categories": [{"fun": "what is fun"}]}, "custom_categories"),
        ({"custom_instructions": "Only hobbies."}, "custom_instructions"),
        ({"custom_fact_extraction_prompt": "Only hobbies."}, "custom_fact_extraction_prompt"),
        ({"graph_store": {"provider": "neo4j"}}, "graph_store"),
        ({"bogus": 1}, "bogus"),
        (
            {"vector_store": {"config": {"embedding_model_dims": 3}}},
            "vector_store.config.embedding_model_dims",
        ),
        (
            {"vector_store": {"config": {"host": "localhost"}}},
            "vector_store.config.host",
        ),
        ({"vector_store": {"provider": "pgvector"}}, "vector_store.provider"),
    ],
)
def test_what_is_passed_over_is_named_with_the_reason(
    config: dict[str, object],
    key: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Memory({**config}, path=":memory:") as m:
        assert [name for name, _ in m.ignored] == [key]
        assert all(why for _, why in m.ignored)
    assert f"the setting {key} is passed over" in caplog.text


def test_a_part_given_as_an_object_is_not_called_ignored() -> None:
    config = {"llm": {"provider": "openai"}, "embedder": {"provider": "openai"}}
    with Memory(config, path=":memory:", extractor="none", embedder="static") as m:
        assert m.ignored == ()
        assert m.add("I live in Lisbon.", user_id="u") == {"results": []}


def test_the_configuration_class_takes_the_same_sections() -> None:
    config = MemoryConfig(vector_store={"config": {"path": ":memory:"}}, history_db_path="x")
    with Memory(config) as m:
        assert [key for key, _ in m.ignored] == ["history_db_path"]


class Model:
    """Something with the method that pydantic's models have."""

    def model_dump(self) -> dict[str, object]:
        return {"vector_store": {"provider": "qdrant", "config": {"path": ":memory:"}}}


def test_a_pydantic_model_is_read() -> None:
    assert read_config(Model()).url == ":memory:"


@pytest.mark.parametrize(
    "config",
    [
        7,
        "x",
        {"custom_categories": 7},
        {"llm": 7},
        {"vector_store": 7},
        {"vector_store": {"config": 7}},
    ],
)
def test_what_is_no_configuration_is_refused(config: object) -> None:
    with pytest.raises(SettingsError, match="give a"):
        read_config(config)
