"""Several processes on one file: no loss, no lock error, no half-written transaction."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.model.records import Message, Role, Scope
from everwhen.ports import Moment, Reader
from everwhen.stores.sqlite import open_sqlite

AT = datetime(2026, 1, 1, tzinfo=UTC)
DANA = Scope(user_id="dana")

_PRELUDE = """
import os, signal, sys
from datetime import UTC, datetime
from everwhen.model.records import Message, Role, Scope
from everwhen.ports import Indexed
from everwhen.stores.sqlite import open_sqlite

AT = datetime(2026, 1, 1, tzinfo=UTC)
path, name = sys.argv[1:]

def say(writer, n, times=1):
    scope = Scope(user_id="dana")
    messages = [
        (f"{name} {n} {i}", Message(role=Role.USER, content=f"{name} {n}", at=AT), i)
        for i in range(times)
    ]
    stored = writer.add_episodes(scope, messages, AT, extracted=False)
    writer.index(writer.own(scope), [
        Indexed(row=each.row, kind="episode", terms={"word": 1, f"{name}{n}": 1}, length=2,
                vector=None)
        for each in stored
    ])
"""

_WRITE_200 = """
store = open_sqlite(path)
print("open", flush=True)
sys.stdin.readline()
for n in range(100):
    with store.write() as writer:
        say(writer, n, times=2)
store.close()
"""

_DIE = """
store = open_sqlite(path)
with store.write() as writer:
    say(writer, 0, times=50)
with store.write() as writer:
    say(writer, 1, times=500)
    writer.erase_owner(writer.own(Scope(user_id="erik")))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def start(code: str, path: Path, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _PRELUDE + code, str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ranked(reader: Reader, term: str = "word") -> int:
    moment = Moment(as_of=AT, known_at=AT)
    ranking = reader.rank(
        reader.view(DANA), "episode", terms={term: 1.0}, vector=None, moment=moment
    )
    scored = (ranking.scores(row) for row in ranking.best(9999, lexical=1.0, dense=0.0))
    return sum(pair is not None and pair[0] > 0.0 for pair in scored)


def test_two_processes_write_at_once_and_a_third_reads(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    writers = [start(_WRITE_200, path, name) for name in ("one", "two")]
    for process in writers:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
    for process in writers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    store = open_sqlite(path)
    seen = [0]
    while any(process.poll() is None for process in writers):
        with store.read() as reader:
            view = reader.view(DANA)
            stored = reader.counts()["episodes"]
            assert ranked(reader) == stored, "the ranking is of the same state as the rows"
            assert stored % 2 == 0, "a transaction is seen as a whole or not at all"
            assert len(reader.page_episodes(view, limit=9999)) == stored
            seen.append(stored)
    for process in writers:
        _, complaints = process.communicate()
        assert (process.returncode, complaints) == (0, "")
    assert seen == sorted(seen)
    with store.read() as reader:
        assert ranked(reader) == 400
        ids = {each.id for each in reader.page_episodes(reader.view(DANA), limit=9999)}
    assert ids == {
        f"{name} {n} {i}" for name in ("one", "two") for n in range(100) for i in range(2)
    }
    store.close()


def test_processes_may_make_the_same_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    code = "open_sqlite(path).close()\n"
    processes = [start(code, path, str(n)) for n in range(3)]
    for process in processes:
        _, complaints = process.communicate()
        assert (process.returncode, complaints) == (0, "")
    store = open_sqlite(path)
    with store.read() as reader:
        assert reader.counts()["schema"] >= 1
    store.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_transaction_leaves_the_state_before_it(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    store = open_sqlite(path)
    erik = Scope(user_id="erik")
    message = Message(role=Role.USER, content="here", at=AT)
    with store.write() as writer:
        writer.add_episodes(erik, [("e", message, 0)], AT, extracted=False)
    store.close()
    process = start(_DIE, path, "dying")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    store = open_sqlite(path)
    with store.read() as reader:
        assert ranked(reader) == 50
        assert ranked(reader, "dying1") == 0
        assert len(reader.page_episodes(reader.view(DANA), limit=9999)) == 50
        assert len(reader.page_episodes(reader.view(erik), limit=9)) == 1
    with store.write() as writer:
        (added,) = writer.add_episodes(DANA, [("after", message, 0)], AT, extracted=False)
        assert writer.page_episodes(writer.view(DANA), limit=9999)[-1] == added
    store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_uses_the_store_of_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    code = """
store = open_sqlite(path)
with store.write() as writer:
    say(writer, 0)
with store.read():
    child = os.fork()
    if child == 0:
        with store.write() as writer:
            say(writer, 1)
        with store.read() as reader:
            found = reader.page_episodes(reader.view(Scope(user_id="dana")), limit=9)
        os._exit(len(found))
    _, status = os.waitpid(child, 0)
with store.write() as writer:
    say(writer, 2)
with store.read() as reader:
    found = reader.page_episodes(reader.view(Scope(user_id="dana")), limit=9)
print(os.waitstatus_to_exitcode(status), len(found))
store.close()
"""
    process = start(code, path, "forking")
    answer, complaints = process.communicate()
    assert (answer, complaints) == ("2 3\n", "")
