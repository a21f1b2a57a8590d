"""A file that can not be used gives a clear error and is not changed."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.errors import (
    ContentError,
    NewerSchemaError,
    NotADatabaseError,
    ReadOnlyError,
    SettingsError,
    StoreBusyError,
    StoreError,
    StoreFullError,
)
from everwhen.model.records import Message, Role, Scope
from everwhen.ports import Indexed, Store
from everwhen.stores.open import open_store
from everwhen.stores.sqlite import open_sqlite

AT = datetime(2026, 1, 1, tzinfo=UTC)
DANA = Scope(user_id="dana")


def say(store: Store, text: str, id: str = "e") -> None:
    with store.write() as writer:
        message = Message(role=Role.USER, content=text, at=AT)
        (episode,) = writer.add_episodes(DANA, [(id, message, 0)], AT, extracted=False)
        terms = dict.fromkeys(text[:200].lower().split(), 1)
        item = Indexed(row=episode.row, kind="episode", terms=terms, length=1, vector=None)
        writer.index(writer.own(DANA), [item])


def heard(store: Store) -> list[str]:
    with store.read() as reader:
        return [each.content for each in reader.page_episodes(reader.view(DANA), limit=99)]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


@pytest.fixture
def used(path: Path) -> Iterator[Path]:
    store = open_sqlite(path)
    say(store, "hello")
    store.close()
    return path


def test_a_text_file_is_refused(path: Path) -> None:
    path.write_bytes(b"Dear diary, today I learnt about databases.\n" * 50)
    before = files_in(path.parent)
    with pytest.raises(NotADatabaseError, match="not a database; name another file"):
        open_sqlite(path)
    assert files_in(path.parent) == before


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_database_of_another_program_is_refused(path: Path, mode: str) -> None:
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("CREATE TABLE notes (text)")
    other.close()
    before = files_in(path.parent)
    with pytest.raises(NotADatabaseError, match="of another program"):
        open_sqlite(path)
    assert files_in(path.parent) == before


def test_a_cut_off_file_is_refused(used: Path) -> None:
    used.write_bytes(used.read_bytes()[:60])
    before = files_in(used.parent)
    with pytest.raises(NotADatabaseError):
        open_sqlite(used)
    assert files_in(used.parent) == before


def test_a_damaged_file_is_refused(used: Path) -> None:
    data = used.read_bytes()
    used.write_bytes(data[:100] + os.urandom(len(data) - 100))
    with pytest.raises(NotADatabaseError, match="put a backup in its place"):
        open_sqlite(used)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADatabaseError, match="is a folder"):
        open_sqlite(tmp_path)


def test_a_device_is_refused_and_nothing_is_made_beside_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(NotADatabaseError, match="device or pipe"):
        open_sqlite(pipe)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_file_of_a_newer_schema_is_refused(used: Path) -> None:
    with sqlite3.connect(used) as raw:
        raw.execute("INSERT INTO migrations VALUES (9999, 'later', 0, '')")
    raw.close()
    before = files_in(used.parent)
    with pytest.raises(NewerSchemaError, match=r"schema 9999 .* upgrade everwhen"):
        open_sqlite(used)
    assert files_in(used.parent)[used.name] == before[used.name]


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    store = open_sqlite(path)
    say(store, "hello")
    store.close()
    assert path.stat().st_size > 0


def test_a_new_file_is_private(used: Path) -> None:
    if os.name == "posix":
        assert used.stat().st_mode & 0o077 == 0


def test_folders_are_made_for_a_new_file(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "some" / "where" / "memory.db")
    say(store, "hello")
    store.close()
    assert (tmp_path / "some" / "where" / "memory.db").is_file()


_AS_NOBODY = """
import os, sys
from everwhen.errors import StoreError
from everwhen.model.records import Scope
from everwhen.stores.sqlite import open_sqlite
open_sqlite(":memory:").close()  # imports everything while it still may
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
dana = Scope(user_id="dana")
try:
    store = open_sqlite(sys.argv[1])
    with store.read() as reader:
        print([each.content for each in reader.page_episodes(reader.view(dana), limit=9)])
    with store.write() as writer:
        writer.own(dana)
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def found_by_nobody(path: Path) -> str:
    """What a process finds that may read the file, but write neither it nor its folder."""
    path.parent.chmod(0o555)
    try:
        command = [sys.executable, "-c", _AS_NOBODY, str(path)]
        done = subprocess.run(command, capture_output=True, text=True)
    finally:
        path.parent.chmod(0o755)
    return done.stdout + done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_read_only_file_can_be_read_and_not_written(public: Path) -> None:
    path = public / "memory.db"
    store = open_sqlite(path)
    say(store, "hello")
    store.close()
    path.chmod(0o444)
    before = files_in(public)
    words, error = found_by_nobody(path).splitlines()
    assert words == "['hello']"
    assert error.startswith("ReadOnlyError")
    assert "can not be written" in error
    assert files_in(public) == before


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_no_file_can_be_made_in_a_read_only_folder(public: Path) -> None:
    found = found_by_nobody(public / "memory.db")
    assert found.startswith("ReadOnlyError")
    assert "can not be opened for writing" in found
    assert files_in(public) == {}


def test_a_full_database_changes_nothing(path: Path) -> None:
    store = open_sqlite(path)
    say(store, "hello")
    store.close()
    pages = path.stat().st_size // 4096 + 2
    store = open_sqlite(path, max_pages=pages)
    with pytest.raises(StoreFullError, match=r"no room left .* Free some disk space"):
        say(store, "x" * 100_000, "big")
    assert heard(store) == ["hello"]
    say(store, "small", "small")
    assert heard(store) == ["hello", "small"]
    store.close()


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk can not be mounted here")
    try:
        store = open_sqlite(disk / "memory.db")
        say(store, "hello")
        with pytest.raises(StoreFullError):
            for n in range(40):
                say(store, f"{n} " * 10_000, f"big {n}")
        stored = heard(store)
        store.close()
        store = open_sqlite(disk / "memory.db")
        assert heard(store) == stored
        assert stored[0] == "hello"
        store.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_text_beyond_the_limit_is_refused(path: Path) -> None:
    store = open_sqlite(path, max_text_bytes=1_000_000)
    say(store, "hello")
    with pytest.raises(ContentError, match=r"too large .* split the message"):
        say(store, "é" * 600_000, "big")
    say(store, "é" * 400_000, "fits")
    assert [len(text) for text in heard(store)] == [5, 400_000]
    store.close()


def test_another_writer_is_waited_for_and_then_named(used: Path) -> None:
    store = open_sqlite(used, busy_seconds=0.05)
    other = sqlite3.connect(used, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match=r"locked by another process .* Try again"):
        say(store, "more", "e2")
    assert heard(store) == ["hello"]
    other.execute("ROLLBACK")
    other.close()
    say(store, "more", "e2")
    assert heard(store) == ["hello", "more"]
    store.close()


@pytest.mark.parametrize("memory", [False, True])
def test_a_thread_that_keeps_a_transaction_open_is_named(path: Path, memory: bool) -> None:
    store = open_sqlite(":memory:" if memory else path, busy_seconds=0.05)
    caught: list[BaseException] = []

    def write() -> None:
        try:
            say(store, "more")
        except StoreBusyError as error:
            caught.append(error)

    with store.write() as writer:
        writer.own(DANA)
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert heard(store) == []
    store.close()


def test_a_write_within_a_write_is_refused_at_once(path: Path) -> None:
    store = open_sqlite(path)
    with store.write(), pytest.raises(StoreError, match="open in this thread already"):
        say(store, "more")
    store.close()


def test_a_read_within_a_write_sees_what_is_committed(path: Path) -> None:
    store = open_sqlite(path)
    say(store, "hello")
    with store.write() as writer:
        message = Message(role=Role.USER, content="more", at=AT)
        writer.add_episodes(DANA, [("e2", message, 0)], AT, extracted=False)
        assert heard(store) == ["hello"]
    assert heard(store) == ["hello", "more"]
    store.close()


def test_a_reader_keeps_the_state_that_it_began_with(path: Path) -> None:
    store = open_sqlite(path)
    say(store, "hello")
    with store.read() as reader:
        say(store, "more", "e2")
        view = reader.view(DANA)
        assert len(reader.page_episodes(view, limit=9)) == 1
        assert reader.history_characters(view) == len("hello")
        with store.read() as newer:
            assert newer.history_characters(view) == len("hellomore")
        assert reader.history_characters(view) == len("hello")
    store.close()


def test_a_reader_keeps_what_is_erased_meanwhile(path: Path) -> None:
    store = open_sqlite(path)
    say(store, "hello")
    say(store, "more", "e2")
    with store.read() as reader:
        view = reader.view(DANA)
        with store.write() as writer:
            writer.erase(writer.own(DANA), episodes=["e2"], claims=[], slots=[])
        with store.read() as newer:
            assert newer.history_characters(view) == len("hello")
        assert reader.history_characters(view) == len("hellomore")
        with store.read() as newer:
            assert newer.history_characters(view) == len("hello")
    store.close()


def test_opening_does_not_wait_for_a_writer(used: Path) -> None:
    other = sqlite3.connect(used, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_sqlite(used, busy_seconds=0.05)
    assert heard(store) == ["hello"]
    store.close()
    other.close()


@pytest.mark.parametrize("memory", [False, True])
def test_a_closed_store_says_so(path: Path, memory: bool) -> None:
    store = open_sqlite(":memory:" if memory else path)
    store.close()
    with pytest.raises(StoreError, match="has been closed"), store.read():
        pass
    with pytest.raises(StoreError, match="has been closed"), store.write():
        pass


def test_erased_words_are_in_no_file_after_a_scrub(path: Path) -> None:
    store = open_sqlite(path)
    for n in range(100):
        say(store, f"plain words {n} " * (n % 40 + 1), f"plain {n}")
        say(store, f"zanzibar{n:04d} quagmire " * (n % 60 + 1), f"secret {n}")
    with store.write() as writer:
        owner = writer.own(DANA)
        secret = [f"secret {n}" for n in range(100)]
        writer.erase(owner, episodes=secret, claims=[], slots=[])
    store.scrub()
    for name, data in files_in(path.parent).items():
        assert b"zanzibar" not in data.lower(), name
        assert b"quagmire" not in data.lower(), name
    assert len(heard(store)) == 99
    store.close()


def test_a_scrub_waits_for_readers_of_older_states(used: Path) -> None:
    store = open_sqlite(used, busy_seconds=0.05)
    other = sqlite3.connect(used, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM episodes").fetchall()
    with store.write() as writer:
        writer.erase_owner(writer.own(DANA))
    with pytest.raises(StoreBusyError, match="clears the journal"):
        store.scrub()
    other.close()
    store.scrub()
    assert not any(b"hello" in data for data in files_in(used.parent).values())
    store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://localhost/memory", "come in a later version"),
        ("mysql://localhost/memory", "no store for mysql"),
        ("sqlite://host/memory.db", "names a host"),
        ("  ", "is empty"),
        ("a\0b", "NUL"),
    ],
)
def test_a_url_that_names_no_store(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        open_store(url)


def test_urls_name_files(path: Path) -> None:
    open_store(f"sqlite:///{path}").close()
    assert path.exists()
    store = open_store("sqlite://" + "/")
    assert store.url == ":memory:"
    store.close()


def test_names_with_odd_characters(tmp_path: Path) -> None:
    path = tmp_path / "a b?mode=ro#é%41.db"
    store = open_sqlite(path)
    say(store, "hello")
    store.close()
    assert path.exists()


def test_nothing_is_written_to_a_file_that_was_removed_or_replaced(path: Path) -> None:
    store = open_sqlite(path)
    say(store, "hello")
    aside = path.with_name("aside.db")
    path.rename(aside)
    with pytest.raises(StoreError, match="was removed"):
        say(store, "more", "e2")
    path.touch()
    with pytest.raises(StoreError, match="was replaced"):
        say(store, "more", "e2")
    aside.replace(path)
    say(store, "more", "e2")
    store.close()


def test_writing_to_a_file_that_lost_its_folder_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    store = open_sqlite(folder / "memory.db")
    store.close()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.touch()
    with pytest.raises((ReadOnlyError, StoreError)):
        open_sqlite(folder / "memory.db")
