"""Adapters are chosen by a spec; what is missing is told before anything is opened."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from everwhen import Memory
from everwhen.errors import MissingExtraError, SettingsError
from everwhen.providers.local import StaticEmbedder


def is_missing(package: str) -> bool:
    return find_spec(package) is None


@pytest.mark.parametrize("spec", ["best", "static:x", "openai", "openai:", "fastembed:", "auto:x"])
def test_an_unknown_spec_lists_the_known(spec: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"unknown embedder .* use 'static', 'auto', 'openai:"):
        Memory(tmp_path / "memory.db", embedder=spec)
    assert not (tmp_path / "memory.db").exists()


@pytest.mark.parametrize("package", ["fastembed", "sentence_transformers"])
def test_a_missing_package_is_named_with_its_extra(package: str, tmp_path: Path) -> None:
    if not is_missing(package):
        pytest.skip(f"{package} is installed here")
    extra = package.replace("_", "-")
    with pytest.raises(MissingExtraError, match=rf'pip install "everwhen\[{extra}\]"'):
        Memory(tmp_path / "memory.db", embedder=f"{extra}:any/model")
    assert not (tmp_path / "memory.db").exists()


@pytest.mark.skipif(
    not (is_missing("fastembed") and is_missing("sentence_transformers")),
    reason="a package that runs models is installed here",
)
def test_auto_is_the_table_where_nothing_better_is_at_hand() -> None:
    with Memory(":memory:", embedder="auto") as memory:
        assert memory.stats().embedder == StaticEmbedder().name
