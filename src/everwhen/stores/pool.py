"""The connections of a process to one file, lent for a transaction each; none outlives a fork."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from everwhen.errors import StoreError
from everwhen.stores.sqlite_driver import SqliteConnection

_IDLE: Final = 6
_torn: Final[set[str]] = set()
_abandoned: Final[list[SqliteConnection]] = []


class Pool:
    """Lends connections to threads, and keeps a few of those that are given back.

    SQLite notes for the whole process which locks it has on a file. A forked child inherits
    the note but not the locks, and its parent would then remove the journal that the child
    writes to. So there is no connection while the process forks: those of other threads are
    waited for, up to `patience` seconds. Where a transaction was open all the same, the child
    is refused the file.
    """

    def __init__(self, connect: Callable[[], SqliteConnection], *, url: str, patience: float):
        self._connect = connect
        self._url = url
        self._patience = patience
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._changed = threading.Condition()
        self._idle: list[SqliteConnection] = []
        self._lent: Counter[int] = Counter()
        self._forking = False

    @contextmanager
    def lend(self) -> Iterator[SqliteConnection]:
        """A connection for one transaction."""
        thread = threading.get_ident()
        lent = self._lent
        connection = self._take(thread)
        try:
            yield connection
        finally:
            if lent is self._lent:
                self._give_back(thread, connection)
            else:
                # Taken before a fork: not this process's to close.
                _abandoned.append(connection)

    def close(self) -> None:
        """Close what is not lent, now, and the rest when it is given back."""
        with self._changed:
            self._closed = True
            self._close_idle()

    def before_fork(self) -> None:
        """Wait for other threads' transactions, close all connections and lend none."""
        self._changed.acquire()
        self._forking = True
        self._changed.wait_for(self._is_quiet, timeout=self._patience)
        self._close_idle()

    def after_fork(self, *, in_child: bool) -> None:
        """Lend again."""
        if in_child:
            if self._lent.total():
                _torn.add(self._url)
            self._start()
            return
        self._forking = False
        self._changed.notify_all()
        self._changed.release()

    def _is_quiet(self) -> bool:
        return self._lent.total() == self._lent[threading.get_ident()]

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _take(self, thread: int) -> SqliteConnection:
        with self._changed:
            # A thread that has one already may hold up the fork until it gets another.
            self._changed.wait_for(lambda: not self._forking or self._lent[thread] > 0)
            if self._closed:
                raise StoreError(f"{self._url} has been closed; open it again")
            if self._url in _torn:
                raise StoreError(
                    f"this process was forked in the middle of a transaction on {self._url}, and "
                    "can not use it safely; fork between calls, or start processes with spawn"
                )
            self._lent[thread] += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self._connect()
        except BaseException:
            self._give_back(thread, None)
            raise

    def _give_back(self, thread: int, connection: SqliteConnection | None) -> None:
        with self._changed:
            self._lent[thread] -= 1
            if not self._lent[thread]:
                del self._lent[thread]
            keep = not (self._closed or self._forking) and len(self._idle) < _IDLE
            if connection is not None:
                if keep:
                    self._idle.append(connection)
                else:
                    connection.close()
            if self._forking:
                self._changed.notify_all()
