"""Programs that write to a memory and are killed, for test_kill.py. Nothing in everwhen is patched.

    python dying.py steps JOB FOLDER    the job in a copy of FOLDER/start.db for N = 1, 2, 3 …,
                                        killed just before SQLite runs its Nth statement (queries,
                                        and further rows of one insertion, are not counted), until
                                        it ends
    python dying.py reembed FOLDER      600 texts on their way to another embedder, killed by its
                                        third call; prints how many it was given when run again
    python dying.py loop FOLDER ROUNDS  a fast writer, killed with SIGKILL in mid-flight, again and
                                        again; prints what it was told to be durable

The statements are counted by the trace callback of every connection; Python tells of a new one
by an audit event.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack
from types import FrameType
from typing import ClassVar

from everwhen import Memory
from everwhen.model.records import Episode, Polarity, Proposal
from everwhen.ports import Surroundings

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "quibberfrost"
"""A word that one message holds, and that forgetting has to remove."""

FIRST = [
    {"id": "m1", "role": "user", "content": f"home=lisbon {SECRET}", "at": "2026-01-01T00:00Z"},
    {"id": "m2", "role": "user", "content": "pet=rex pet=tom", "at": "2026-01-02T00:00Z"},
]
SECOND = [
    {"id": "m3", "role": "user", "content": "home=porto -pet=tom", "at": "2026-02-01T00:00Z"},
    {"id": "m4", "role": "user", "content": "!home=faro", "at": "2026-02-02T00:00Z"},
]


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = DAY

    def __call__(self) -> datetime:
        return self.now


class Letters:
    """An embedder that counts letters, and dies at the call before which there were so many."""

    dimensions = 8

    def __init__(self, name: str = "letters", last_call: int = -1) -> None:
        self.name = name
        self.given = 0
        self._calls_left = last_call

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        if self._calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._calls_left -= 1
        self.given += len(texts)
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> bytes:
        counts = [1.0] * self.dimensions
        for letter in text:
            counts[ord(letter) % self.dimensions] += 1.0
        length = sum(count * count for count in counts) ** 0.5
        return pack(f"<{self.dimensions}f", *(count / length for count in counts))


class Equations:
    """Reads "home=lisbon" as a claim, "-pet=tom" as its end, "!home=faro" as a correction."""

    name = "equations"
    signs: ClassVar = {"": Polarity.AFFIRM, "-": Polarity.END, "!": Polarity.CORRECT}

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        return [
            Proposal(
                subject="user",
                attribute=found[2],
                value=found[3],
                text=found[0],
                start=found.start(),
                end=found.end(),
                polarity=self.signs[found[1]],
            )
            for found in re.finditer(r"([-!]?)(\w+)=(\w+)", episode.content)
        ]


def opened(path: Path, clock: SetClock, embedder: str = "letters") -> Memory:
    return Memory(path, embedder=Letters(embedder), extractor=Equations(), clock=clock)


# Jobs: each can be run again after any interruption.


def make(memory: Memory, clock: SetClock) -> None:
    """Only the new file itself."""


def add_all(memory: Memory, clock: SetClock) -> None:
    """Two calls on two days; made again, each does what is left to do of it."""
    memory.add(FIRST, user_id="ana")
    clock.now = DAY + timedelta(days=1)
    memory.add(SECOND, user_id="ana")
    assert memory.work() == []


def add_later(memory: Memory, clock: SetClock) -> None:
    """Durable first, the facts worked out in a second step."""
    memory.add(FIRST + SECOND, user_id="ana", wait=False)
    memory.work()


def one_fact(memory: Memory, value: str) -> str:
    return next(fact.id for fact in memory.timeline(user_id="ana") if fact.value == value)


def on_third_day(clock: SetClock) -> None:
    clock.now = DAY + timedelta(days=2)


def remember(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.remember("Ana lives in Braga", user_id="ana", attribute="home", value="braga")


def correct(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.correct(one_fact(memory, "rex"), user_id="ana", value="max")


def end(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.end(one_fact(memory, "rex"), user_id="ana")


def retract(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.retract(one_fact(memory, "faro"), user_id="ana")


def forget(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.forget(user_id="ana", query=SECRET)


def reindex(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.reindex()


def reembed(memory: Memory, clock: SetClock) -> None:
    on_third_day(clock)
    memory.reindex(embedder=Letters("others"))


Job = Callable[[Memory, SetClock], None]
JOBS: dict[str, Job] = {
    job.__name__: job
    for job in (
        *(make, add_all, add_later, remember, correct, end, retract, forget, reindex),
        reembed,
    )
}


def run(job: str, path: Path) -> None:
    clock = SetClock()
    with opened(path, clock) as memory:
        JOBS[job](memory, clock)


# Dying


def die_before_statement(number: int) -> None:
    """From now on, SIGKILL to this process just before SQLite runs its Nth changing statement."""
    seen = 0
    last = ""

    def count(statement: str) -> None:
        nonlocal seen, last
        same, last = statement.partition(" VALUES ")[0] == last, statement.partition(" VALUES ")[0]
        # A query leaves no trace, and a thousand rows of one table are alike.
        if same or statement.lstrip().startswith("SELECT"):
            return
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event != "sqlite3.connect/handle" or not isinstance(arguments[0], sqlite3.Connection):
            return
        connection = arguments[0]

        def adopt(frame: FrameType, event: str, argument: object) -> None:
            # The first thing to happen after this hook: now the connection is ready.
            if frame.f_code is not watch.__code__:
                sys.setprofile(None)
                connection.set_trace_callback(count)

        sys.setprofile(adopt)

    sys.addaudithook(watch)


def in_child(work: Callable[[], None]) -> int:
    """Fork, do the work there, and give the child's id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    return child


def warm_up(job: str) -> None:
    """Load and cache what a process needs once, so that the children need not."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("add_all", job):
            run(name, Path(folder) / "warm.db")


def steps(job: str, folder: Path) -> None:
    """Print how many statements there are, having left FOLDER/N.db behind for each N."""
    warm_up(job)
    number = 0
    while True:
        number += 1
        path = folder / f"{number}.db"
        if (folder / "start.db").exists():
            shutil.copyfile(folder / "start.db", path)

        def work(number: int = number, path: Path = path) -> None:
            die_before_statement(number)
            run(job, path)

        _, status = os.waitpid(in_child(work), 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status):
                sys.exit(f"{job} failed before statement {number}")
            print(number - 1)
            return


def reembed_in_two_goes(folder: Path) -> None:
    """Print how many texts the embedder was given in the second."""
    path = folder / "memory.db"
    with opened(path, SetClock()) as memory:
        memory.add([f"note {number}" for number in range(600)], user_id="ana", extract=False)

    def work() -> None:
        with opened(path, SetClock()) as memory:
            memory.reindex(embedder=Letters("others", last_call=2))

    _, status = os.waitpid(in_child(work), 0)
    if not os.WIFSIGNALED(status):
        sys.exit("it was not killed")
    again = Letters("others")
    with opened(path, SetClock()) as memory:
        memory.reindex(embedder=again)
    print(again.given)


def write_on(path: Path, first: int, acknowledge: int) -> None:
    with opened(path, SetClock()) as memory:
        for number in range(first, first + 10_000):
            memory.add(
                {"role": "user", "content": f"pet=p{number}", "id": f"m{number}"}, user_id="ana"
            )
            os.write(acknowledge, b".")


def loop(folder: Path, rounds: int) -> None:
    """Print after how many messages each round was killed."""
    chance = random.Random(11)
    done = 0
    for _ in range(rounds):
        reading, writing = os.pipe()
        first = done

        def work(first: int = first, writing: int = writing) -> None:
            write_on(folder / "loop.db", first, writing)

        child = in_child(work)
        os.close(writing)
        done += len(os.read(reading, 1))
        for _ in range(chance.randrange(8)):
            done += len(os.read(reading, 1))
        sum(range(chance.randrange(200_000)))  # so that it is hit anywhere in the next call
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reading, 4096):
            done += len(more)
        os.close(reading)
        print(done)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["steps", job, folder]:
            steps(job, Path(folder))
        case ["reembed", folder]:
            reembed_in_two_goes(Path(folder))
        case ["loop", folder, rounds]:
            loop(Path(folder), int(rounds))
        case _:
            sys.exit(__doc__)
