"""The command line, run in this process on a database of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import Everwhen, Ran

from everwhen.surfaces.cli import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, without settings from outside."""
    for name in [name for name in os.environ if name.startswith("EVERWHEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def everwhen(home: Path, capsys: pytest.CaptureFixture[str]) -> Everwhen:
    """Run a command; gives its exit code and what it printed."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture
def dana(everwhen: Everwhen, monkeypatch: pytest.MonkeyPatch) -> Everwhen:
    """The same for Dana, who moved from Lisbon to Porto in 2026."""
    monkeypatch.setenv("EVERWHEN_USER", "dana")
    monkeypatch.setenv("EVERWHEN_URL", "dana.db")
    for city, year in (("Lisbon", 2024), ("Porto", 2026)):
        done = everwhen(
            *("remember", f"Dana lives in {city}.", "--attribute", "home", "--value", city),
            *("--from", f"{year}-01-01"),
        )
        assert done.code == 0, done.err
    return everwhen
