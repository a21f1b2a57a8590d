"""The same work by Mem0 and by everwhen with Mem0's interface, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from everwhen.bench.speed import installed_mb, machine
from everwhen.errors import ProviderError

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, how far it is and how far it goes."""

_WORKLOAD: Final = Path(__file__).with_name("mem0_workload.py")
_MARK: Final = "installed_mb"
_BIGGER: Final = {"/s", "of 1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to do: memories in all, those added one by one first, and questions."""

    memories: int = 10_000
    singles: int = 1_000
    together: int = 100
    searches: int = 100
    budget_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure of both, and how many times better everwhen's is."""

    name: str
    unit: str
    mem0: float
    everwhen: float

    @property
    def times(self) -> float | None:
        """Above 1 where everwhen is faster or smaller."""
        if not (self.mem0 and self.everwhen):
            return None
        if self.unit in _BIGGER:
            return self.everwhen / self.mem0
        return self.mem0 / self.everwhen


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All figures, with the machine and Mem0's version."""

    machine: Mapping[str, str | int]
    mem0: str
    size: Size
    rows: tuple[Row, ...]


def run(
    size: Size, *, environment: Path | None = None, progress: Progress | None = None
) -> Compared:
    """Install Mem0 in an environment of its own, and measure one after the other.

    `environment` is kept, and used again; without it a temporary one is made and removed.
    """
    say = progress or _silent
    with tempfile.TemporaryDirectory(prefix="everwhen-mem0-") as name:
        place = Path(name)
        home = environment if environment is not None else place / "environment"
        say("installing mem0ai", 0, 3)
        python, version, installed = install(home)
        say("mem0", 1, 3)
        theirs = _work(python, "mem0", place / "mem0", size)
        say("everwhen", 2, 3)
        ours = _work(Path(sys.executable), "everwhen.compat.mem0", place / "everwhen", size)
        say("done", 3, 3)
    theirs["installed_mb"], ours["installed_mb"] = installed, installed_mb()
    return Compared(machine=machine(), mem0=version, size=size, rows=compare(theirs, ours))


def install(home: Path) -> tuple[Path, str, float]:
    """Python of an environment with mem0ai in it, which version, and the megabytes it added."""
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    mark = home / _MARK
    if not mark.is_file():
        _run([sys.executable, "-m", "venv", str(home)], "making an environment")
        before = _size_mb(home)
        _run([str(python), "-m", "pip", "install", "--quiet", "mem0ai"], "installing mem0ai")
        mark.write_text(str(_size_mb(home) - before))
    told = "from importlib.metadata import version; print(version('mem0ai'))"
    return (
        python,
        _run([str(python), "-c", told], "asking its version").strip(),
        float(mark.read_text()),
    )


def compare(mem0: Mapping[str, object], everwhen: Mapping[str, object]) -> tuple[Row, ...]:
    """The figures of both, side by side."""
    rows = [
        ("add, one by one", "/s", "add", "one_by_one_per_s"),
        ("add, one by one, processor", "ms", "add", "one_by_one_cpu_ms"),
        ("add, in lists", "/s", "add", "in_lists_per_s"),
        ("add, in lists, processor", "ms", "add", "in_lists_cpu_ms"),
        ("search, p50", "ms", "search", "p50_ms"),
        ("search, p95", "ms", "search", "p95_ms"),
        ("search, processor", "ms", "search", "cpu_ms"),
        ("search, found among 20", "of 1", "search", "found"),
        ("get, p50", "ms", "get", "p50_ms"),
        ("get_all, p50", "ms", "get_all", "p50_ms"),
        ("update, p50", "ms", "update", "p50_ms"),
        ("delete, p50", "ms", "delete", "p50_ms"),
        ("import", "s", "import_s", ""),
        ("memory at most", "MB", "peak_mb", ""),
        ("on disk", "MB", "disk_mb", ""),
        ("installed, with dependencies", "MB", "installed_mb", ""),
    ]
    return tuple(
        Row(
            name=name,
            unit=unit,
            mem0=_figure(mem0, group, key),
            everwhen=_figure(everwhen, group, key),
        )
        for name, unit, group, key in rows
    )


def _figure(figures: Mapping[str, object], group: str, key: str) -> float:
    found = figures[group]
    value = found[key] if isinstance(found, Mapping) else found
    return float(str(value))


def _work(python: Path, library: str, folder: Path, size: Size) -> dict[str, object]:
    folder.mkdir()
    options = {
        "count": size.memories,
        "singles": size.singles,
        "list": size.together,
        "searches": size.searches,
        "budget": size.budget_s,
    }
    # Neither sees this folder, and Mem0 nothing but its own environment.
    apart = "-I" if library == "mem0" else "-P"
    printed = _run(
        [str(python), apart, str(_WORKLOAD), library, str(folder), json.dumps(options)],
        f"the work with {library}",
    )
    read = json.loads(printed.splitlines()[-1])
    if not isinstance(read, dict):
        raise ProviderError(f"the work with {library} printed {printed!r:.200} and no figures")
    return read


def _run(command: list[str], what: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProviderError(f"{what} failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return done.stdout


def _size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _silent(step: str, done: int, whole: int) -> None:
    pass
