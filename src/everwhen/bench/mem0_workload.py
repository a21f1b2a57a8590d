"""One memory library put through the same work as another: run as a script, prints JSON.

    python mem0_workload.py mem0|everwhen.compat.mem0 FOLDER OPTIONS

It stands alone, so that it runs in an environment that has only the library under test. Both
get the same embedder, a feature hash of words, and no model: `infer=False`, default store.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import os
import random
import re
import resource
import statistics
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

DIMENSIONS = 256
USER = "dana"
_WORD = re.compile(r"[a-z0-9']+")
_SYLLABLES = [c + v for c in "bdklmnrst" for v in "aeiou"]


class Hashing:
    """Words hashed into signed buckets, a unit vector."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, float]] = {}

    def vector(self, text: str) -> list[float]:
        """The vector of a text."""
        found = [0.0] * DIMENSIONS
        for word in _WORD.findall(text.lower()):
            place = self._known.get(word)
            if place is None:
                number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
                place = self._known[word] = (number % DIMENSIONS, 1.0 if number >> 40 & 1 else -1.0)
            found[place[0]] += place[1]
        length = sqrt(sum(one * one for one in found)) or 1.0
        return [one / length for one in found]


class ForEverwhen(Hashing):
    """The embedder as everwhen's port wants it."""

    name = f"hashing-{DIMENSIONS}"
    dimensions = DIMENSIONS
    quick = True

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text."""
        return [array("f", self.vector(text)).tobytes() for text in texts]


def open_everwhen(folder: Path) -> Any:
    """everwhen with Mem0's interface, on a file in the folder."""
    module = importlib.import_module("everwhen.compat.mem0")
    return module.Memory(path=str(folder / "memory.db"), embedder=ForEverwhen())


def open_mem0(folder: Path) -> Any:
    """Mem0 with its default store in the folder; it takes no embedder but by its factory."""
    factory = importlib.import_module("mem0.utils.factory")
    main = importlib.import_module("mem0.memory.main")
    base = importlib.import_module("mem0.embeddings.base").EmbeddingBase

    class ForMem0(base):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__()
            self.config.embedding_dims = DIMENSIONS
            self.hashing = Hashing()

        def embed(self, text: str, memory_action: str | None = None) -> list[float]:
            return self.hashing.vector(text)

    class NoModel:
        class config:
            enable_vision = False

    for holder in (factory, main):
        holder.EmbedderFactory.create = classmethod(lambda cls, *_, **__: ForMem0())
        holder.LlmFactory.create = classmethod(lambda cls, *_, **__: NoModel())
    return main.Memory.from_config(
        {
            "vector_store": {
                "provider": "qdrant",
                "config": {
                    "path": str(folder / "qdrant"),
                    "embedding_model_dims": DIMENSIONS,
                    "on_disk": True,
                },
            },
            "history_db_path": str(folder / "history.db"),
        }
    )


def sentences(count: int) -> list[str]:
    """Made-up memories, the same each time."""
    rng = random.Random(7)

    def word(syllables: int) -> str:
        return "".join(rng.choice(_SYLLABLES) for _ in range(syllables))

    nouns = [word(3) for _ in range(4_000)]
    names = [word(2).capitalize() for _ in range(900)]
    verbs = ["likes", "bought", "visited", "moved", "booked", "finished", "dropped", "met"]
    return [
        f"{rng.choice(names)} {rng.choice(verbs)} {rng.choice(nouns)} {rng.choice(nouns)} with "
        f"{rng.choice(names)} in {rng.choice(names)} because of the {rng.choice(nouns)}, item {n}"
        for n in range(count)
    ]


def timed(call: Callable[[int], object], count: int, budget: float) -> dict[str, float]:
    """Milliseconds of a call: median, 95th percentile, and the processor's share."""
    times: list[float] = []
    began, processor = time.perf_counter(), time.process_time()
    for number in range(count):
        start = time.perf_counter()
        call(number)
        times.append(1e3 * (time.perf_counter() - start))
        if time.perf_counter() - began > budget:
            break
    times.sort()
    return {
        "calls": len(times),
        "p50_ms": statistics.median(times),
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))],
        "cpu_ms": 1e3 * (time.process_time() - processor) / len(times),
    }


def add_all(
    memory: Any, texts: Sequence[str], singles: int, size: int, budget: float
) -> tuple[list[str], dict[str, float]]:
    """Add: the first `singles` with a call each, the rest in lists; ids and rates."""
    ids: list[str] = []
    rates: dict[str, float] = {}
    for name, start, stop, step in (
        ("one_by_one", 0, singles, 1),
        ("in_lists", singles, len(texts), size),
    ):
        began, processor, done = time.perf_counter(), time.process_time(), 0
        for place in range(start, stop, step):
            some = texts[place : min(stop, place + step)]
            given = [{"role": "user", "content": text} for text in some]
            added = memory.add(given if step > 1 else given[0], user_id=USER, infer=False)
            ids += [one["id"] for one in added["results"]]
            done += len(some)
            if time.perf_counter() - began > budget:
                break
        if done < stop - start:
            raise SystemExit(f"{name}: {done} of {stop - start} in {budget} s; give more --budget")
        rates[f"{name}_per_s"] = done / (time.perf_counter() - began)
        rates[f"{name}_cpu_ms"] = 1e3 * (time.process_time() - processor) / done
    return ids, rates


def measure(memory: Any, options: dict[str, float]) -> dict[str, Any]:
    """All figures of one library."""
    texts = sentences(int(options["count"]))
    rng = random.Random(3)
    ids, add = add_all(
        memory, texts, int(options["singles"]), int(options["list"]), options["budget"]
    )
    asked = [rng.randrange(len(texts)) for _ in range(int(options["searches"]))]
    found = 0

    def search(number: int) -> None:
        nonlocal found
        place = asked[number]
        query = " ".join(texts[place].split()[:8])
        results = memory.search(query, filters={"user_id": USER})["results"]
        found += ids[place] in [one["id"] for one in results]

    searches = timed(search, len(asked), options["budget"])
    return {
        "add": add,
        "search": {**searches, "found": found / searches["calls"]},
        "get": timed(lambda n: memory.get(ids[asked[n]]), len(asked), 20),
        "get_all": timed(lambda n: memory.get_all(filters={"user_id": USER}), 20, 20),
        "update": timed(lambda n: memory.update(ids[n], text=f"{texts[n]} (edited)"), 20, 20),
        "delete": timed(lambda n: memory.delete(ids[-1 - n]), 20, 20),
    }


def main(arguments: Sequence[str]) -> None:
    """Run the work and print the figures."""
    name, folder, given = arguments[0], Path(arguments[1]), json.loads(arguments[2])
    # Otherwise each process posts to its maker's server.
    os.environ |= {"MEM0_TELEMETRY": "False", "MEM0_DIR": str(folder / "home")}
    logging.disable(logging.WARNING)
    began = time.perf_counter()
    importlib.import_module(name)
    imported = time.perf_counter() - began
    memory = open_mem0(folder) if name == "mem0" else open_everwhen(folder)
    figures = measure(memory, given)
    memory.close()
    files = [file for file in folder.rglob("*") if file.is_file()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures |= {
        "import_s": imported,
        "peak_mb": peak / (1e6 if sys.platform == "darwin" else 1e3),
        "disk_mb": sum(file.stat().st_size for file in files) / 1e6,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
