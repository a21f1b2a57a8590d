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

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

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
    scored = (ranking.scores(row) for row in ranking.top(9999, lexical=1.0, dense=0.0))
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


def forked(code: str, path: Path) -> None:
    process = start(code, path, "forking")
    answer, complaints = process.communicate()
    assert (answer, complaints) == ("done\n", "")


_FORKED = """
def found(store):
    with store.read() as reader:
        return len(reader.page_episodes(reader.view(Scope(user_id="dana")), limit=9))

def add(store, n):
    with store.write() as writer:
        say(writer, n)

def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

store = open_sqlite(path, busy_seconds=1.0)
add(store, 0)
"""


@needs_fork
def test_a_forked_child_uses_the_store_of_its_parent(tmp_path: Path) -> None:
    code = """
child = os.fork()
if child == 0:
    add(store, 1)
    os._exit(found(store))
assert ended(child) == 2
add(store, 2)
assert found(store) == 3
store.close()
print("done")
"""
    forked(_FORKED + code, tmp_path / "memory.db")


@needs_fork
def test_what_a_child_adds_outlasts_the_closing_of_its_parents_store(tmp_path: Path) -> None:
    code = """
began, begin = os.pipe()
go_on, go = os.pipe()
child = os.fork()
if child == 0:
    add(store, 1)
    os.write(begin, b".")
    os.read(go_on, 1)
    add(store, 2)
    os._exit(0)
os.read(began, 1)
store.close()
other = open_sqlite(path)
add(other, 3)
os.write(go, b".")
assert ended(child) == 0
assert found(other) == 4
other.close()
print("done")
"""
    forked(_FORKED + code, tmp_path / "memory.db")


@needs_fork
def test_a_fork_waits_for_the_transactions_of_other_threads(tmp_path: Path) -> None:
    code = """
import threading
writing, forking = threading.Event(), threading.Event()

def write():
    with store.write() as writer:
        writing.set()
        forking.wait()
        say(writer, 1)
        with store.read():
            pass

thread = threading.Thread(target=write)
thread.start()
writing.wait()
os.register_at_fork(before=forking.set)
child = os.fork()
if child == 0:
    add(store, 2)
    os._exit(0)
thread.join()
assert ended(child) == 0
assert found(store) == 3
store.close()
print("done")
"""
    forked(_FORKED + code, tmp_path / "memory.db")


@needs_fork
def test_a_child_forked_in_the_middle_of_a_transaction_is_refused_the_file(tmp_path: Path) -> None:
    code = """
from everwhen.errors import StoreError
with store.read():
    child = os.fork()
    if child == 0:
        for use in (lambda: add(store, 1), lambda: found(open_sqlite(path))):
            try:
                use()
            except StoreError as error:
                assert "forked in the middle" in str(error)
            else:
                os._exit(1)
        os._exit(0)
    assert ended(child) == 0
add(store, 1)
assert found(store) == 2
store.close()
print("done")
"""
    forked(_FORKED + code, tmp_path / "memory.db")
