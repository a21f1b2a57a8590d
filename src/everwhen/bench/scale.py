"""Growth: what searches cost in one scope of a thousand to a million items, and the scan alone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, TypeAlias

import numpy as np

from everwhen.bench.chatter import Chatter
from everwhen.bench.metrics import percentile
from everwhen.bench.report import Report, Row
from everwhen.bench.speed import machine
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Surroundings
from everwhen.stores.vectors import Matrix

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, how far it is and how far it goes."""

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_USER: Final = "dana"
_FACTS: Final = 4
"""One item in so many is a fact, the others are messages."""
_BATCH: Final = 4_000
_BEGAN: Final = datetime(2015, 1, 1, tzinfo=UTC)
_SESSION: Final = 20
_WARMING: Final = 50
_SEARCHES: Final = 200
_CONTEXTS: Final = 50
_WRITES: Final = 20
_SCANS: Final = 21
_TOLD: Final = {
    "home": " lives in ",
    "employer": " works at ",
    "allergy": " is allergic to ",
    "likes": " likes ",
}


class Told:
    """An extractor of the statements that the loading makes, and of nothing else: it stands in
    for the rules, which are not what is measured here and would take most of the loading."""

    @property
    def name(self) -> str:
        """Identity."""
        return "bench-scale"

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """The one fact of a statement."""
        for attribute, middle in _TOLD.items():
            subject, found, value = episode.content.removesuffix(".").partition(middle)
            if found:
                return [
                    Proposal(
                        subject=subject,
                        attribute=attribute,
                        value=value,
                        text=episode.content,
                        start=0,
                        end=len(episode.content),
                    )
                ]
        return []


def run(
    sizes: Sequence[int] = SIZES, *, folder: Path | None = None, progress: Progress | None = None
) -> Report:
    """Measure each size in a process of its own, so that its memory is its own.

    With a `folder` the files stay there, and those of an earlier run are used again.
    """
    say = progress or _silent
    with _place(folder) as place:
        rows = [_measure(place / f"scale-{size}.db", size, say) for size in sizes]
    return Report(
        title="One scope as it grows",
        rows=rows,
        setting={**machine(), "facts": f"one item in {_FACTS}", "questions": _SEARCHES},
        notes=(
            "first: the first search after opening; after a write: the first search after one "
            "message was added; memory: what the process has grown by, opened to measured",
            "scan: exact cosines with as many vectors as there are messages, in bytes of them a "
            "second; copy: numpy copying as many bytes",
        ),
    )


def _silent(step: str, done: int, whole: int) -> None:
    pass


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="everwhen-scale-") as name:
        yield Path(name)


def _measure(path: Path, size: int, say: Progress) -> Row:
    rate = fill(path, size, say)
    say(f"searching among {size:,}", 0, 1)
    done = subprocess.run(
        [sys.executable, "-m", "everwhen.bench.scale", str(path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures = json.loads(done.stdout)
    file = path.stat().st_size
    return Row(
        name="items",
        count=size,
        figures={
            **figures,
            "memory kB/item": 1e3 * figures["memory MB"] / size,
            "file MB": file / 1e6,
            "file kB/item": file / 1e3 / size,
            **({} if rate is None else {"loaded /s": rate}),
        },
    )


# loading


def fill(path: Path, size: int, say: Progress = _silent) -> float | None:
    """Make a file with one scope of that many items; how many a second, None if it was there.

    Messages are stored for recall alone. Facts come from statements among them, by an
    extractor that reads nothing else: rows as any other way of adding makes them.
    """
    facts = size // _FACTS
    with Memory(path, extractor=Told()) as memory:
        stored = memory.stats()
        if stored.episodes:
            if stored.episodes + stored.facts < size:
                raise InputError(
                    f"{path} holds {stored.episodes + stored.facts:,} of {size:,} items: the run "
                    "that made it was broken off. Remove it, and measure again"
                )
            return None
        start = perf_counter()
        for first in range(0, size - facts, _BATCH):
            _add(memory, first, min(_BATCH, size - facts - first), facts / (size - facts))
            say(f"adding {size:,}", first, size)
        _tell(memory, max(0, facts - memory.stats().facts), seed=size, first=size)
        return size / (perf_counter() - start)


def _add(memory: Memory, first: int, count: int, share: float) -> None:
    """A stretch of the talk, that share of it statements."""
    told = round(count * share)
    talk = Chatter(seed=first).messages(count - told)
    for place, message in enumerate(talk):
        message["at"] = _said(first + place)
    memory.add(talk, user_id=_USER, extract=False)
    _tell(memory, told, seed=first, first=first + len(talk))


def _said(place: int) -> datetime:
    """When the message at a place was said: twenty in a row, then a pause."""
    return _BEGAN + place * timedelta(seconds=20) + place // _SESSION * timedelta(minutes=35)


def _tell(memory: Memory, count: int, *, seed: int, first: int) -> None:
    statements = Chatter(seed=seed).statements(count)
    if not statements:
        return
    memory.add(
        [
            {"role": "user", "content": text, "at": _said(first + place)}
            for place, text in enumerate(statements)
        ],
        user_id=_USER,
    )


# reading


def read(path: Path) -> dict[str, float]:
    """What searches in a file cost, in milliseconds and megabytes."""
    with Memory(path, extractor=Told()) as memory:
        memory.search("Hello?", user_id="nobody")
        before = _resident()
        warming = list(Chatter(seed=1).questions(_WARMING))
        asked = list(Chatter(seed=2).questions(_SEARCHES))
        first = _times(lambda q: memory.search(q, user_id=_USER), warming[:1])
        _times(lambda q: memory.search(q, user_id=_USER), warming)
        busy = process_time()
        searches = _times(lambda q: memory.search(q, user_id=_USER), asked)
        busy = process_time() - busy
        contexts = _times(lambda q: memory.context(q, user_id=_USER), asked[:_CONTEXTS])
        after = _resident()
        written = []
        for question in asked[:_WRITES]:
            memory.add("Let us go on with it tomorrow.", user_id=_USER, extract=False)
            written += _times(lambda q: memory.search(q, user_id=_USER), [question])
        size = memory.stats().episodes
    return {
        "search p50 ms": percentile(searches, 0.5),
        "search p95 ms": percentile(searches, 0.95),
        "search CPU ms": 1e3 * busy / len(asked),
        "context p50 ms": percentile(contexts, 0.5),
        "first ms": first[0],
        "after a write p50 ms": percentile(written, 0.5),
        "memory MB": (after - before) / 1e6,
        **scan(size),
    }


def scan(size: int, dimensions: int = 256) -> dict[str, float]:
    """The exact cosines with so many vectors, against a copy of as many bytes."""
    matrix = Matrix(size, dimensions)
    some = np.random.default_rng(1).standard_normal((_BATCH, dimensions), dtype=np.float32)
    for first in range(0, size, _BATCH):
        positions = np.arange(first, min(size, first + _BATCH))
        matrix.put(positions, some[: len(positions)])
    matrix.settle()
    query = some[0] / np.linalg.norm(some[0])
    read = size * matrix.row_bytes
    source, target = np.ones(read, dtype=np.uint8), np.zeros(read, dtype=np.uint8)
    times = _turns(lambda: matrix.cosines(query, size), lambda: np.copyto(target, source))
    scanned, copied = (percentile(each, 0.5) for each in times)
    return {
        "scan ms": 1e3 * scanned,
        "scan GB/s": read / scanned / 1e9,
        "copy GB/s": read / copied / 1e9,
    }


def _turns(*calls: Callable[[], object]) -> list[list[float]]:
    """Seconds of each of the calls, made in turns so that a busy moment meets all of them."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(_SCANS):
        for call, taken in zip(calls, times, strict=True):
            start = perf_counter()
            call()
            taken.append(perf_counter() - start)
    return times


def _times(call: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    times = []
    for question in questions:
        start = perf_counter()
        call(question)
        times.append(1e3 * (perf_counter() - start))
    return times


def _resident() -> int:
    """Bytes of memory that the process has; where the system does not tell, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]))))
