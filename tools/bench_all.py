"""Run every benchmark and keep its result under docs/benchmarks, with tables and pictures.

    python tools/bench_all.py --data folder [--only locomo,window]

`bench_all.toml` says what is run, and on which files of the folder. Each result is written as
JSON with its command, its data with checksums, and the machine; then the tables and, where
matplotlib is installed, the pictures are made again from all results.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import bench_tables

ROOT = Path(__file__).resolve().parent.parent
_FLAT = re.compile(r"\{\s+([^{}\[\]]*?)\s+\}")
RESULTS = ROOT / "docs" / "benchmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One benchmark: its name, the words of its command, and what its data are."""

    name: str
    words: tuple[str, ...]
    data: str

    def on(self, folder: Path) -> list[str]:
        """The words with the folder in its place."""
        return [word.replace("{data}", str(folder)) for word in self.words]

    def files(self, folder: Path) -> list[Path]:
        """The data files that it reads."""
        given = zip(self.on(folder), self.words, strict=True)
        return [Path(word) for word, raw in given if "{data}" in raw]

    @property
    def shown(self) -> str:
        """The command as a reader would type it, with file names alone."""
        plain = (word.rpartition("/")[2] if "{data}" in word else word for word in self.words)
        return shlex.join(["everwhen", *plain])


def read_runs() -> list[Run]:
    """What is to run, in order."""
    with (Path(__file__).parent / "bench_all.toml").open("rb") as file:
        rows = tomllib.load(file)["run"]
    return [
        Run(name=r["name"], words=tuple(shlex.split(r["command"])), data=r["data"]) for r in rows
    ]


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description="Run every benchmark and keep the results.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--only", default="", help="names of runs, with commas")
    given = parser.parse_args()
    only = {name for name in given.only.split(",") if name}
    runs = read_runs()
    unknown = only - {run.name for run in runs}
    if unknown:
        parser.error(f"no run is called {', '.join(sorted(unknown))}")
    RESULTS.mkdir(exist_ok=True)
    failed = [run.name for run in runs if not only or run.name in only if not _run(run, given.data)]
    bench_tables.main()
    if importlib.util.find_spec("matplotlib") is None:
        print("matplotlib is not installed: the pictures stay as they are (make bench-plots)")
    else:
        subprocess.run([sys.executable, Path(__file__).parent / "bench_plots.py"], check=True)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _run(run: Run, folder: Path) -> bool:
    """Measure one and write it down; False if that was not possible."""
    missing = [path.name for path in run.files(folder) if not path.is_file()]
    if missing:
        print(f"{run.name}: {', '.join(missing)} is not in the folder", flush=True)
        return False
    start = datetime.now(UTC)
    command = [sys.executable, "-m", "everwhen.surfaces.cli", *run.on(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(f"{run.name}: {done.stderr.strip() or done.stdout.strip()}", flush=True)
        return False
    seconds = round((datetime.now(UTC) - start).total_seconds())
    result = {
        "command": run.shown,
        "data": run.data,
        "files": {path.name: _digest(path) for path in run.files(folder)},
        "date": f"{start:%Y-%m-%d}",
        "machine": _machine(),
        "everwhen": _commit(),
        "seconds": seconds,
        "result": json.loads(done.stdout),
    }
    (RESULTS / f"{run.name}.json").write_text(_written(result) + "\n", encoding="utf-8")
    print(f"{run.name}: {seconds} s", flush=True)
    return True


def _written(result: object) -> str:
    """JSON with an object a line, where it holds no others."""
    text = json.dumps(result, indent=1, ensure_ascii=False)
    return _FLAT.sub(lambda found: "{" + " ".join(found[1].split()) + "}", text)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _machine() -> dict[str, str | int]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _commit() -> str:
    """The commit that is measured, with a mark where the code differs from it."""
    commit = _git("rev-parse", "--short", "HEAD")
    return commit + "-dirty" * bool(_git("status", "--porcelain", "--", "src"))


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
