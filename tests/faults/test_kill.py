"""A process killed at any step of a write loses nothing, repeats nothing, and leaves no half."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dying import DAY, FIRST, SECOND, SECRET, SetClock, opened, run

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import iso
from everwhen.model.records import Decision, Fact, Source

IN_MEMORY = Path("/dev/shm")
"""A kill loses nothing of what the system has taken, so no disk is needed, where there is this."""

USER = "ana"
STATES = {
    "add_all": {(0, 0), (2, 2), (2, 0), (4, 2), (4, 0)},
    "add_later": {(0, 0), (4, 4), (4, 0)},
}
"""What can be found after a kill: (episodes, those of them still to be worked out)."""


CHANGES = ["remember", "correct", "end", "retract", "forget", "reindex"]
Dump = dict[str, list[object]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder, on a file system that is quick to sync."""
    with TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as name:
        yield Path(name)


def dying(*arguments: str | Path) -> list[int]:
    """Run dying.py; the numbers that it prints."""
    program = Path(__file__).with_name("dying.py")
    done = subprocess.run(
        [sys.executable, program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


def dump(path: Path, embedder: str = "letters") -> Dump:
    """All that a file holds, with words instead of ids."""
    clock = SetClock()
    clock.now = DAY + timedelta(days=9)
    with opened(path, clock, embedder) as memory:
        episodes = memory.list(kind="episode", user_id=USER).items
        names = {episode.id: f"{episode.content} ({episode.key})" for episode in episodes}

        def said(sources: tuple[Source, ...]) -> list[object]:
            return sorted([names[s.episode_id], s.start, s.end] for s in sources)

        def plain(fact: Fact) -> list[object]:
            times = (fact.valid_from, fact.valid_to, fact.system_from, fact.system_to)
            return [fact.attribute, fact.value, fact.text, *map(iso, times), said(fact.sources)]

        def decided(decision: Decision) -> list[object]:
            where = said(() if decision.source is None else (decision.source,))
            sizes = [len(decision.fact_ids), len(decision.closed)]
            return [decision.action, iso(decision.at), decision.reason, *sizes, where]

        facts: list[object] = []
        log: dict[str, object] = {}
        for day in range(-1, 4):
            known_at = DAY + timedelta(days=day)
            held = memory.timeline(user_id=USER, known_at=known_at)
            facts.append([day, sorted(map(plain, held), key=str)])
            for fact in held:
                log |= {item.id: decided(item) for item in memory.history(fact.id, user_id=USER)}
        archive = path.with_suffix(".jsonl")
        memory.export(archive)
        stats = memory.stats()
        found = [
            sorted(names.get(s.episode_id, "") for s in hit.sources) or names[hit.id]
            for hit in memory.search("pet rex home faro", user_id=USER, min_score=0)
        ]
    return {
        "episodes": [[names[e.id], iso(e.at), iso(e.recorded_at), e.extracted] for e in episodes],
        "claims": sorted(map(claimed, archive.read_text().splitlines())),
        "facts": facts,
        "decisions": sorted(log.values(), key=str),
        "counts": [stats.episodes, stats.pending, stats.claims, stats.facts, stats.decisions],
        "found": sorted(found, key=str),
    }


def claimed(line: str) -> str:
    """An archive's line less the ids that differ from run to run."""
    record = json.loads(line)
    ids = {"id", "episode_id", "targets"}
    return json.dumps({key: value for key, value in record.items() if key not in ids})


def tables(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master"))


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    return answer == [("ok",)] and broken == []


def test_killed_while_making_a_file_the_next_one_makes_it(folder: Path) -> None:
    [statements] = dying("steps", "make", folder)
    assert statements > 10
    run("make", folder / "whole.db")
    whole = tables(folder / "whole.db")
    for number in range(1, statements + 1):
        path = folder / f"{number}.db"
        run("make", path)
        assert is_sound(path), number
        assert tables(path) == whole, number


@pytest.mark.parametrize("job", ["add_all", "add_later"])
def test_killed_before_any_statement_then_run_again_is_as_never_interrupted(
    job: str, folder: Path
) -> None:
    run(job, folder / "whole.db")
    whole = dump(folder / "whole.db")
    assert len(whole["episodes"]) == len(FIRST) + len(SECOND)
    run("make", folder / "start.db")
    [statements] = dying("steps", job, folder)
    left_to_do = set()
    for number in range(1, statements + 1):
        path = folder / f"{number}.db"
        with opened(path, SetClock()) as memory:
            left_to_do.add((memory.stats().episodes, memory.stats().pending))
        run(job, path)
        assert is_sound(path), number
        assert dump(path) == whole, number
    assert left_to_do == STATES[job]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "start.db"
    run("add_all", path)
    return path


@pytest.mark.parametrize("job", CHANGES)
def test_killed_before_any_statement_a_change_has_happened_or_not(
    job: str, filled: Path, folder: Path
) -> None:
    before = dump(filled)
    assert holds(filled)
    whole = folder / "whole.db"
    shutil.copyfile(filled, whole)
    run(job, whole)
    after = dump(whole)
    assert (before == after) == (job == "reindex")
    shutil.copyfile(filled, folder / "start.db")
    [statements] = dying("steps", job, folder)
    seen = Counter[bool]()
    for number in range(1, statements + 1):
        path = folder / f"{number}.db"
        left = dump(path)
        assert is_sound(path), number
        assert left in (before, after), number
        seen[left == after] += 1
        if job == "forget":
            run(job, path)
            assert not holds(path), number
    assert seen[False] or job == "reindex"


def test_killed_on_the_way_to_another_embedder_the_file_has_one_of_them_and_goes_on(
    filled: Path, folder: Path
) -> None:
    before = dump(filled)
    shutil.copyfile(filled, folder / "start.db")
    [statements] = dying("steps", "reembed", folder)
    seen = Counter[str]()
    for number in range(1, statements + 2):
        path = folder / f"{number}.db"
        assert is_sound(path), number
        try:
            left, embedder = dump(path), "letters"
        except EmbedderMismatchError:
            left, embedder = dump(path, "others"), "others"
        assert left == before, number
        seen[embedder] += 1
        run("reembed", path)
        assert number % 4 or dump(path, "others") == before, number
    assert seen["others"] == 1
    assert set(seen) == {"letters", "others"}


def test_killed_in_the_middle_of_embedding_only_the_rest_is_embedded_again(folder: Path) -> None:
    [given] = dying("reembed", folder)
    assert given == 600 - 2 * 256


def holds(path: Path) -> bool:
    """Tell whether the word is in the file, its log or anything beside it."""
    return any(SECRET.encode() in other.read_bytes() for other in path.parent.glob(f"{path.name}*"))


def test_what_was_acknowledged_is_there_once_after_kills_at_random(tmp_path: Path) -> None:
    counts = dying("loop", tmp_path, "12")
    path = tmp_path / "loop.db"
    assert is_sound(path)
    with opened(path, SetClock()) as memory:
        memory.work()
        kept = Counter(
            episode.key for episode in memory.list(kind="episode", user_id=USER, limit=10_000).items
        )
        pets = Counter(fact.value for fact in memory.timeline(user_id=USER))
    assert set(kept.values()) == {1}
    assert set(kept) >= {f"m{number}" for number in range(counts[-1])}
    assert pets == Counter(f"p{number}" for number in range(len(kept)))
