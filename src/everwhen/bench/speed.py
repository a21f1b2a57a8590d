"""Speed: durable writes, bulk writes, search and context in a full scope, opening, sizes."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from re import match
from time import perf_counter
from typing import Final, TypeAlias

import everwhen
from everwhen.bench.chatter import Chatter
from everwhen.bench.metrics import percentile
from everwhen.memory import Memory
from everwhen.version import __version__

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, how far it is and how far it goes."""

_USER: Final = "dana"
_FSYNCS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to do."""

    messages: int
    facts: int
    durable: int
    questions: int
    starts: int = 5


FULL: Final = Size(messages=10_000, facts=10_000, durable=500, questions=200)
QUICK: Final = Size(messages=1_000, facts=1_000, durable=100, questions=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """All figures, with the machine that they are from."""

    machine: dict[str, str | int]
    stored: dict[str, int]
    figures: tuple[Figure, ...]


def run(
    size: Size = FULL, *, folder: Path | None = None, progress: Progress | None = None
) -> Speed:
    """Measure on files in a temporary folder below `folder` (default: the system's)."""
    say = progress or _silent
    with tempfile.TemporaryDirectory(prefix="everwhen-speed-", dir=folder) as name:
        place = Path(name)
        disk = _fsync_rate(place)
        durable = _durable_rate(place / "durable.db", size, say)
        full = place / "full.db"
        figures = [
            Figure(name="disk: writes made durable", value=disk, unit="/s"),
            Figure(name="add, durable, one by one", value=durable, unit="messages/s"),
            Figure(name="the same per write of the disk", value=durable / disk, unit=""),
        ]
        with Memory(full) as memory:
            figures += _fill(memory, size, say)
        figures += _read(full, size, say)
        with Memory(full) as memory:
            stats = memory.stats()
        taken = sum(file.stat().st_size for file in place.glob("full.db*"))
    figures += [
        Figure(name="size on disk", value=taken / 1e6, unit="MB"),
        Figure(name="size per message", value=taken / 1e3 / max(1, stats.episodes), unit="kB"),
        Figure(name="import everwhen", value=_import_ms(size.starts), unit="ms"),
        Figure(name="installed, with dependencies", value=installed_mb(), unit="MB"),
    ]
    return Speed(
        machine=machine(),
        stored={"episodes": stats.episodes, "facts": stats.current_facts},
        figures=tuple(figures),
    )


def _silent(step: str, done: int, whole: int) -> None:
    pass


def _fsync_rate(place: Path) -> float:
    """How often in a second this disk makes a page durable: what bounds every durable write."""
    with open(place / "probe", "wb", buffering=0) as file:
        start = perf_counter()
        for _ in range(_FSYNCS):
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
        return _FSYNCS / (perf_counter() - start)


def _durable_rate(path: Path, size: Size, say: Progress) -> float:
    with Memory(path) as memory:
        memory.add("Hello.", user_id=_USER)
        messages = Chatter(seed=3).messages(size.durable)
        start = perf_counter()
        for done, message in enumerate(messages):
            memory.add(message, user_id=_USER)
            say("one by one", done + 1, size.durable)
        return size.durable / (perf_counter() - start)


def _fill(memory: Memory, size: Size, say: Progress) -> Iterator[Figure]:
    """Fill a scope: four in five of the messages are the usual mix, and measured; the rest are
    dense with facts, and where those are too few, facts given as such make up for it."""
    mix = size.messages * 4 // 5
    memory.add("Hello.", user_id=_USER)
    messages = Chatter().messages(mix)
    start = perf_counter()
    memory.add(messages, user_id=_USER, progress=lambda done, of: say("in bulk", done, of))
    yield Figure(name="add, in bulk", value=mix / (perf_counter() - start), unit="messages/s")
    dense = Chatter(seed=8).messages(size.messages - mix, dense=True)
    memory.add(dense, user_id=_USER, progress=lambda done, of: say("more facts", done, of))
    missing = size.facts - memory.stats().current_facts
    for number in range(missing):
        memory.remember(
            f"Shelf {number} holds {number * 7919 % 10007} boxes.",
            user_id=_USER,
            subject=f"shelf {number}",
            attribute="contents",
            value=f"{number * 7919 % 10007} boxes",
        )
        say("still more facts", number + 1, missing)


def _read(path: Path, size: Size, say: Progress) -> Iterator[Figure]:
    start = perf_counter()
    memory = Memory(path)
    yield Figure(name="open", value=1e3 * (perf_counter() - start), unit="ms")
    with memory:
        questions = list(Chatter().questions(size.questions))
        yield Figure(
            name="first search after it",
            value=_each(lambda q: memory.search(q, user_id=_USER), questions[:1])[0],
            unit="ms",
        )
        searches = _each(lambda q: memory.search(q, user_id=_USER), questions)
        say("search", 1, 2)
        contexts = _each(lambda q: memory.context(q, user_id=_USER), questions)
        say("context", 2, 2)
    for name, times in (("search", searches), ("context", contexts)):
        yield Figure(name=f"{name}, p50", value=percentile(times, 0.5), unit="ms")
        yield Figure(name=f"{name}, p95", value=percentile(times, 0.95), unit="ms")


def _each(call: Callable[[str], object], questions: list[str]) -> list[float]:
    times = []
    for question in questions:
        start = perf_counter()
        call(question)
        times.append(1e3 * (perf_counter() - start))
    return times


def _import_ms(starts: int) -> float:
    """What `import everwhen` adds to the start of Python, the median of some starts."""
    return _start_ms("import everwhen", starts) - _start_ms("pass", starts)


def _start_ms(code: str, starts: int) -> float:
    times = []
    for _ in range(starts):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(1e3 * (perf_counter() - start))
    return percentile(times, 0.5)


def installed_mb() -> float:
    """Size of the package and of all that it depends on, without extras."""
    package = Path(everwhen.__file__).parent
    size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
    for name in _dependencies("everwhen", set()):
        for file in distribution(name).files or ():
            path = Path(str(file.locate()))
            size += path.stat().st_size if path.is_file() else 0
    return size / 1e6


def _dependencies(name: str, seen: set[str]) -> set[str]:
    try:
        required = distribution(name).requires or []
    except PackageNotFoundError:
        return seen
    for requirement in required:
        found = match(r"[A-Za-z0-9._-]+", requirement)
        if found is None or ";" in requirement or found[0].lower() in seen:
            continue
        try:
            distribution(found[0])
        except PackageNotFoundError:
            continue
        seen.add(found[0].lower())
        _dependencies(found[0], seen)
    return seen


def machine() -> dict[str, str | int]:
    return {
        "cores": os.cpu_count() or 0,
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "everwhen": __version__,
    }
