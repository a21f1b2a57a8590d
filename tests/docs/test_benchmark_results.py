"""docs/benchmarks: the page is made from the results, and the results tell nothing of a place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESULTS = sorted((ROOT / "docs" / "benchmarks").glob("*.json"))


def test_the_page_is_what_the_results_make() -> None:
    code = "import bench_tables, sys; sys.stdout.buffer.write(bench_tables.page().encode())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "tools", capture_output=True, check=True
    )
    page = ROOT / "docs" / "benchmarks" / "README.md"
    assert page.read_text(encoding="utf-8") == done.stdout.decode()


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_says_how_it_was_made_and_nothing_of_where(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert kept["command"].startswith("everwhen bench ")
    assert kept["data"]
    assert set(kept["machine"]) == {"cpu", "cores", "system", "python"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in kept["files"].values())
    assert not re.search(r"(?<![\w.])/(?:home|Users|tmp|root|mnt|var)/", text)
