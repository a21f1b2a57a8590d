"""The comparison with Mem0: the work itself on everwhen, and the table of two results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from everwhen.bench import beside_mem0 as bench
from everwhen.bench import mem0_workload as workload


def test_the_work_is_done_by_everwhen_as_by_mem0(tmp_path: Path) -> None:
    options = {"count": 60, "singles": 10, "list": 25, "searches": 5, "budget": 60}
    done = subprocess.run(
        [sys.executable, workload.__file__, "everwhen.compat.mem0", str(tmp_path),
         json.dumps(options)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures = json.loads(done.stdout)
    assert figures["search"]["found"] == 1.0
    assert figures["search"]["calls"] == 5
    rows = {row.name: row for row in bench.compare(
        {**figures, "installed_mb": 200.0}, {**figures, "installed_mb": 50.0}
    )}  # fmt: skip
    assert rows["installed, with dependencies"].times == 4.0
    assert all(row.times == 1.0 for row in rows.values() if row.mem0 == row.everwhen != 0)


def test_a_rate_counts_the_other_way_round() -> None:
    assert bench.Row(name="add", unit="/s", mem0=10.0, everwhen=50.0).times == 5.0
    assert bench.Row(name="search", unit="ms", mem0=10.0, everwhen=50.0).times == 0.2
    assert bench.Row(name="get", unit="ms", mem0=0.0, everwhen=1.0).times is None


def test_texts_are_the_same_each_time_and_all_different() -> None:
    texts = workload.sentences(300)
    assert texts == workload.sentences(300)
    assert len(set(texts)) == 300
