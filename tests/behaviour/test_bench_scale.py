"""The benchmark of growth: files of the size asked for, used again, and figures of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from everwhen import Memory
from everwhen.bench import scale
from everwhen.errors import InputError


def test_each_size_is_filled_once_and_measured(tmp_path: Path) -> None:
    report = scale.run([60, 120], folder=tmp_path)
    assert [row.count for row in report.rows] == [60, 120]
    for row in report.rows:
        timed = ("search p50 ms", "search p95 ms", "context p50 ms", "first ms", "scan GB/s")
        assert all(row.figures[name] for name in (*timed, "file MB", "loaded /s"))
        with Memory(tmp_path / f"scale-{row.count}.db") as memory:
            stored = memory.stats()
        assert stored.facts == row.count // 4
        assert stored.episodes == row.count * 3 // 4 + 20  # those after which is searched
    (again,) = scale.run([60], folder=tmp_path).rows
    assert "loaded /s" not in again.figures


def test_a_file_that_was_not_filled_to_its_end_is_not_measured(tmp_path: Path) -> None:
    scale.fill(tmp_path / "scale-400.db", 100)
    with pytest.raises(InputError, match="of 400 items"):
        scale.run([400], folder=tmp_path)
