"""The SQLite store: one file, write-ahead log, many readers and writing processes at once."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from everwhen.errors import (
    NotADatabaseError,
    ReadOnlyError,
    StoreBusyError,
    StoreError,
    StoreFullError,
)
from everwhen.model.period import micros
from everwhen.model.results import Problem
from everwhen.ports import Clock, Reader, Writer
from everwhen.stores.cache import CACHE_BYTES, IndexCache
from everwhen.stores.integrity import file_problems, row_problems
from everwhen.stores.migrate import check_known, migrate, migrations
from everwhen.stores.pool import Pool
from everwhen.stores.sql import SqlReader
from everwhen.stores.sql_writer import SqlWriter
from everwhen.stores.sqlite_driver import SqliteConnection, translated

MEMORY = ":memory:"
APPLICATION_ID = int.from_bytes(b"evwn", "big")
"""Marks our files, at offset 68 of the header."""

_MAGIC = b"SQLite format 3\x00"
_WAL_BYTES = 64 * 1024 * 1024
_STATEMENTS = 256
_PAGE_CACHE_KB = 16 * 1024
_READ_ONLY_ERRORS = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT}


def _now() -> datetime:
    return datetime.now(UTC)


def open_sqlite(
    path: str | Path,
    *,
    clock: Clock | None = None,
    busy_seconds: float = 10.0,
    max_text_bytes: int | None = None,
    max_pages: int | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> SqliteStore:
    """Open a file, made if it is missing, or ":memory:".

    A file that this process may not write, or whose folder it may not write, is opened for
    reading only: `write()` raises ReadOnlyError. `busy_seconds` is how long to wait for
    another writer before StoreBusyError. `max_text_bytes` refuses longer texts (SQLite itself
    refuses those of 1 GB) and `max_pages` a larger file (of 4096-byte pages). `cache_bytes`
    is what the ranking index may keep in memory.
    """
    return SqliteStore(
        str(path),
        clock=clock or _now,
        busy_seconds=busy_seconds,
        max_text_bytes=max_text_bytes,
        max_pages=max_pages,
        cache_bytes=cache_bytes,
    )


class SqliteStore:
    """A store on one SQLite file; see `everwhen.ports.Store`. Safe between threads and forks."""

    def __init__(
        self,
        path: str,
        *,
        clock: Clock,
        busy_seconds: float,
        max_text_bytes: int | None,
        max_pages: int | None,
        cache_bytes: int,
    ) -> None:
        self.url = path if path == MEMORY else os.path.abspath(path)
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._max_text_bytes = max_text_bytes
        self._max_pages = max_pages
        self._cache_bytes = cache_bytes
        self._closed = False
        self._only: SqliteConnection | None = None
        self._read_only = False
        self._has_turn = False
        self._pool = Pool(self._connect, url=self.url, patience=busy_seconds)
        self._reset()
        if path == MEMORY:
            self._only = self._connect()
        else:
            self._prepare(Path(self.url))
        self._set_up()
        if path != MEMORY:
            found = os.stat(self.url)
            self._identity = (found.st_dev, found.st_ino)
        _open_stores.add(self)

    def _reset(self) -> None:
        """Locks and cache as in a process that has just opened the store."""
        self._turn = threading.RLock()
        self._writer: int | None = None
        self._cache = IndexCache(self._cache_bytes)

    # opening

    def _prepare(self, path: Path) -> None:
        """Look at the file before SQLite may touch it; make it where it is missing."""
        try:
            if path.is_dir():
                raise NotADatabaseError(f"{self.url} is a folder; name a file")
            if path.exists() and not path.is_file():
                raise NotADatabaseError(f"{self.url} is a device or pipe; name a file")
            if path.exists() and path.stat().st_size:
                _identify(path, self.url)
            elif not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise _unopened(error, self.url) from error
        self._read_only = not (_writable(path) and _writable(path.parent))

    def _schema(self, connection: SqliteConnection) -> int:
        """The number of the file's schema, 0 where there is none yet."""
        if not connection.rows("SELECT 1 FROM sqlite_master WHERE name = 'migrations'"):
            return 0
        ((marked,),) = connection.rows("PRAGMA application_id")
        if marked != APPLICATION_ID:
            raise _foreign(self.url)
        ((number,),) = connection.rows("SELECT COALESCE(MAX(number), 0) FROM migrations")
        check_known(number, migrations("sqlite"), self.url)
        return int(number)

    def _set_up(self) -> None:
        known = migrations("sqlite")
        try:
            with self._lend() as connection:
                number = self._schema(connection)
            if number < known[-1].number:
                if self._read_only:
                    raise ReadOnlyError(
                        f"{self.url} has schema {number}, this version needs {known[-1].number}, "
                        "and the file can not be written; open it once where it can"
                    )
                migrate(self._schema_change, known, now=micros(self._clock()), url=self.url)
            if not self._read_only:
                with self._lend() as connection:
                    self._use_log(connection)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _schema_change(self) -> Iterator[SqliteConnection]:
        with self._lend() as connection, self._transaction(connection):
            ((number,),) = connection.rows("PRAGMA application_id")
            if number != APPLICATION_ID:
                if connection.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                    raise _foreign(self.url)
                connection.run(f"PRAGMA application_id = {APPLICATION_ID}")
            yield connection

    def _use_log(self, connection: SqliteConnection) -> None:
        """Turn the write-ahead log on; changing over does not wait for others by itself."""
        if self.url == MEMORY:
            return
        give_up = time.monotonic() + self._busy_seconds
        while True:
            try:
                ((mode,),) = connection.rows("PRAGMA journal_mode = WAL")
                break
            except StoreBusyError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise StoreError(
                f"{self.url} is on a file system where SQLite can not keep a write-ahead log; "
                "move it to a local disk"
            )

    def _target(self) -> str:
        """What to connect to: read-only files by a URI that never writes beside them."""
        if self.url == MEMORY:
            return MEMORY
        if not self._read_only:
            return f"{Path(self.url).as_uri()}?mode=rw"
        log = Path(f"{self.url}-wal")
        live = log.exists() and log.stat().st_size > 0
        return f"{Path(self.url).as_uri()}?{'mode=ro' if live else 'immutable=1'}"

    def _connect(self) -> SqliteConnection:
        target = self._target()
        with translated(self.url):
            raw = sqlite3.connect(
                target,
                uri=target != MEMORY,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
        connection = SqliteConnection(raw, self.url)
        try:
            if self._max_text_bytes is not None:
                raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._max_text_bytes)
            connection.run("PRAGMA foreign_keys = ON")
            connection.run("PRAGMA secure_delete = ON")
            connection.run("PRAGMA synchronous = FULL")
            connection.run(f"PRAGMA cache_size = -{_PAGE_CACHE_KB}")
            connection.run(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
            if self._max_pages is not None:
                connection.run(f"PRAGMA max_page_count = {int(self._max_pages)}")
        except BaseException:
            raw.close()
            raise
        return connection

    def _check_in_place(self) -> None:
        """Refuse to write where nobody would find it: the file was removed or replaced."""
        if self.url == MEMORY:
            return
        try:
            found = os.stat(self.url)
        except OSError as error:
            raise StoreError(
                f"{self.url} was removed while it was open ({error}); nothing was changed. Put it "
                "back, or open it again to begin a new one"
            ) from error
        if (found.st_dev, found.st_ino) != self._identity:
            raise StoreError(
                f"{self.url} was replaced by another file while it was open; nothing was changed. "
                "Open it again"
            )

    # lending connections

    @contextmanager
    def _lend(self) -> Iterator[SqliteConnection]:
        """A connection for one transaction."""
        if self._only is None:
            with self._pool.lend() as connection:
                yield connection
            return
        with self._turn:
            if self._closed:
                raise StoreError(f"{self.url} has been closed; open it again")
            yield self._only

    @contextmanager
    def _transaction(self, connection: SqliteConnection) -> Iterator[None]:
        connection.begin("IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time within the process; others wait as long as for a process."""
        if self._read_only:
            raise ReadOnlyError(
                f"{self.url} or its folder can not be written by this process; it was opened "
                "for reading only"
            )
        if self._writer == threading.get_ident():
            raise StoreError(
                "a write transaction is open in this thread already; end it before the next"
            )
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise StoreBusyError(
                f"another thread has kept a transaction on {self.url} open for more than "
                f"{self._busy_seconds:g} s; try again, and keep transactions short"
            )
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            self._turn.release()

    # the port

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent snapshot."""
        return self._read()

    @contextmanager
    def _read(self) -> Iterator[Reader]:
        with self._lend() as connection:
            within = self._only is not None and self._writer == threading.get_ident()
            reader = SqlReader(connection, clock=self._clock, cache=self._cache, private=within)
            if self._only is not None:
                yield reader
                return
            connection.begin("DEFERRED")
            try:
                connection.rows("SELECT 1 FROM migrations LIMIT 1")
                yield reader
            finally:
                connection.rollback()

    def write(self) -> AbstractContextManager[Writer]:
        """A write transaction, durable when the block ends; an exception rolls it back."""
        return self._write()

    @contextmanager
    def _write(self) -> Iterator[Writer]:
        with self._writing(), self._lend() as connection:
            self._check_in_place()
            writer = SqlWriter(connection, clock=self._clock, cache=self._cache)
            with self._transaction(connection):
                yield writer
            self._cache.forget(None if writer.cleared else writer.erased)

    def scrub(self) -> None:
        """Make erased words unreadable in the files too (free pages, journal).

        Rewrites the file, so it takes time and room in proportion to its size. Raises
        StoreBusyError while another process reads an older state; nothing is lost by trying
        again.
        """
        with self._writing(), self._lend() as connection:
            connection.run("VACUUM")
            ((busy, _, _),) = connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            if busy:
                raise StoreBusyError(
                    f"{self.url}: the erased rows are gone, but another process still reads an "
                    "older state from the journal. When it is done, the next time that something "
                    "is forgotten, or the file is closed everywhere, clears the journal too"
                )

    def check(self) -> list[Problem]:
        """Look for what is damaged or missing; reads the whole file, and changes nothing."""
        with self._lend() as connection:
            found = list(file_problems(connection))
            if found or self._only is not None:
                return found or list(row_problems(connection))
            connection.begin("DEFERRED")
            try:
                return list(row_problems(connection))
            finally:
                connection.rollback()

    def close(self) -> None:
        """Release everything; closing twice is fine."""
        self._pool.close()
        if self._only is not None:
            with self._turn:
                self._closed = True
                self._only.close()
        self._cache.forget(None)

    # forks

    def _hold(self) -> None:
        """Let no transaction be under way while the process forks, nor any connection open."""
        self._has_turn = self._only is not None and self._turn.acquire(timeout=self._busy_seconds)
        self._pool.before_fork()

    def _go_on(self, *, in_child: bool) -> None:
        self._pool.after_fork(in_child=in_child)
        if in_child:
            self._reset()
        elif self._has_turn:
            self._turn.release()


def _identify(path: Path, url: str) -> None:
    """Refuse what is not ours by looking only."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise NotADatabaseError(
            f"{url} exists and is not a database; name another file (it was not changed)"
        )
    if int.from_bytes(header[68:72], "big") == APPLICATION_ID:
        return
    with translated(url):
        raw = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
        try:
            tables = raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        finally:
            raw.close()
    if tables:
        raise _foreign(url)


def _writable(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=effective)


def _foreign(url: str) -> NotADatabaseError:
    return NotADatabaseError(
        f"{url} is a database of another program; name another file (it was not changed)"
    )


def _unopened(error: OSError, url: str) -> StoreError:
    if isinstance(error, PermissionError) or error.errno in _READ_ONLY_ERRORS:
        return ReadOnlyError(f"{url} can not be opened for writing: {error}; name another file")
    if error.errno in _FULL_ERRORS:
        return StoreFullError(f"there is no room left for {url}: {error}; free some disk space")
    return StoreError(f"{url} can not be opened: {error}; check the path")


_open_stores: weakref.WeakSet[SqliteStore] = weakref.WeakSet()
_forks = threading.RLock()
_held: list[SqliteStore] = []


def _before_fork() -> None:
    _forks.acquire()
    _held.extend(_open_stores)
    for store in _held:
        store._hold()


def _after_fork_in_parent() -> None:
    while _held:
        _held.pop()._go_on(in_child=False)
    _forks.release()


def _after_fork_in_child() -> None:
    global _forks
    _forks = threading.RLock()
    while _held:
        _held.pop()._go_on(in_child=True)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
