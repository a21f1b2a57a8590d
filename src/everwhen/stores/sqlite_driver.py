"""One SQLite connection: parameters, faithful text, and its errors in our own tree."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import length_hint

from everwhen.errors import (
    ContentError,
    EverwhenError,
    NotADatabaseError,
    ReadOnlyError,
    StoreBusyError,
    StoreError,
    StoreFullError,
)
from everwhen.stores.connection import PARAMETER, Parameter, Row, Value

_MANY = 512
"""A longer list of numbers goes to the statement as one JSON value."""


def translate(error: sqlite3.Error | OverflowError, url: str) -> EverwhenError:
    """What an error of SQLite means for the caller, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, OverflowError) or code == sqlite3.SQLITE_TOOBIG:
        return ContentError(
            f"a text or number is too large for {url} ({error}); split the message into parts"
        )
    if code is None:
        return StoreError(f"{url} could not do it: {error}; is the store closed?")
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return _full(error, url)
    makers = {
        sqlite3.SQLITE_BUSY: _busy,
        sqlite3.SQLITE_LOCKED: _busy,
        sqlite3.SQLITE_READONLY: _read_only,
        sqlite3.SQLITE_PERM: _read_only,
        sqlite3.SQLITE_CANTOPEN: _read_only,
        sqlite3.SQLITE_FULL: _full,
        sqlite3.SQLITE_CORRUPT: _damaged,
        sqlite3.SQLITE_NOTADB: _damaged,
        sqlite3.SQLITE_CONSTRAINT: _conflict,
    }
    return makers.get(code & 0xFF, _failed)(error, url)


def _busy(error: Exception, url: str) -> EverwhenError:
    return StoreBusyError(
        f"{url} is locked by another process ({error}); nothing was changed. Try again, or look "
        "for a process that keeps a transaction open"
    )


def _read_only(error: Exception, url: str) -> EverwhenError:
    return ReadOnlyError(
        f"{url} can not be written ({error}); give this process the right to write the file and "
        "its folder, or name another file"
    )


def _full(error: Exception, url: str) -> EverwhenError:
    return StoreFullError(
        f"there is no room left for {url} ({error}); nothing was changed. Free some disk space "
        "and try again"
    )


def _damaged(error: Exception, url: str) -> EverwhenError:
    return NotADatabaseError(
        f"{url} is not an everwhen database, or is damaged ({error}); name another file, or put "
        "a backup in its place"
    )


def _conflict(error: Exception, url: str) -> EverwhenError:
    return StoreError(
        f"{url} refuses a row that contradicts another ({error}); nothing was changed. Ids must "
        "be new, and owners must exist"
    )


def _failed(error: Exception, url: str) -> EverwhenError:
    return StoreError(
        f"{url} could not do it ({error}); nothing was changed. Check the disk, and the file "
        "with: sqlite3 FILE 'PRAGMA integrity_check'"
    )


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise errors of SQLite as our own."""
    try:
        yield
    except (sqlite3.Error, OverflowError) as error:
        raise translate(error, url) from error


def encoded(value: Value) -> Value:
    """Text that is not Unicode (it has lone surrogates) as bytes, the rest as it is."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
    return value


def _width(count: int) -> int:
    """Placeholders for so many values: few distinct widths keep few statements prepared."""
    width = 1
    while width < count:
        width *= 2
    return width


@lru_cache(maxsize=1024)
def _prepared(sql: str, lists: tuple[tuple[str, int], ...]) -> tuple[str, tuple[str, ...]]:
    """SQLite's text of a statement, and the names of its placeholders in order."""
    widths = dict(lists)
    names: list[str] = []

    def placeholder(match: re.Match[str]) -> str:
        name = match[1]
        names.append(name)
        if name not in widths:
            return "?"
        if widths[name] < 0:
            return "(SELECT value FROM json_each(?))"
        return "(" + ",".join("?" * widths[name]) + ")"

    return PARAMETER.sub(placeholder, sql), tuple(names)


def _spread(sql: str, parameters: Mapping[str, Parameter]) -> tuple[str, list[Value]]:
    values: dict[str, list[Value]] = {}
    lists: list[tuple[str, int]] = []
    for name, given in parameters.items():
        if given is None or isinstance(given, str | bytes | int | float):
            values[name] = [given]
        elif not given:
            values[name] = []
            lists.append((name, 0))
        elif len(given) > _MANY and isinstance(given[0], int):
            values[name] = [json.dumps(list(given))]
            lists.append((name, -1))
        else:
            width = _width(len(given))
            values[name] = [*given, *[given[-1]] * (width - len(given))]
            lists.append((name, width))
    text, names = _prepared(sql, tuple(lists))
    return text, [value for name in names for value in values[name]]


class SqliteConnection:
    """A connection of `sqlite3` as `everwhen.stores.connection.Connection` wants it."""

    def __init__(self, raw: sqlite3.Connection, url: str) -> None:
        self.raw = raw
        self._url = url

    def _execute(self, sql: str, parameters: Mapping[str, Parameter]) -> sqlite3.Cursor:
        text, values = _spread(sql, parameters)
        try:
            try:
                return self.raw.execute(text, values)
            except UnicodeEncodeError:
                return self.raw.execute(text, [encoded(value) for value in values])
        except (sqlite3.Error, OverflowError) as error:
            raise translate(error, self._url) from error

    def rows(self, sql: str, **parameters: Parameter) -> list[Row]:
        """Every row of a query."""
        cursor = self._execute(sql, parameters)
        try:
            return cursor.fetchall()
        except sqlite3.Error as error:
            raise translate(error, self._url) from error

    def run(self, sql: str, **parameters: Parameter) -> int:
        """Run a statement; how many rows it changed."""
        return self._execute(sql, parameters).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement for each row."""
        text, _ = _prepared(sql, ())
        every = list(rows)
        coming = iter(every)
        with translated(self._url):
            while True:
                try:
                    self.raw.executemany(text, coming)
                    return
                except UnicodeEncodeError:
                    # The rows before this one are in: go on behind it.
                    latest = every[len(every) - length_hint(coming) - 1]
                    self.raw.execute(text, [encoded(value) for value in latest])

    def allocate(self, table: str, count: int) -> int:
        """The first of `count` new row numbers; AUTOINCREMENT remembers the last one used."""
        if count < 1:
            return 0
        found = self.rows("SELECT seq FROM sqlite_sequence WHERE name = :table", table=table)
        return int(found[0][0]) + 1 if found else 1

    def size_bytes(self) -> int:
        """Bytes of the main file's pages."""
        ((pages,),) = self.rows("PRAGMA page_count")
        ((size,),) = self.rows("PRAGMA page_size")
        return int(pages) * int(size)

    def begin(self, mode: str) -> None:
        """Open a transaction: DEFERRED or IMMEDIATE."""
        self.run(f"BEGIN {mode}")

    def commit(self) -> None:
        """Make the transaction durable; one that can not be is rolled back."""
        try:
            self.run("COMMIT")
        except EverwhenError:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Undo the transaction, if SQLite has not done so already."""
        if self.raw.in_transaction:
            self.run("ROLLBACK")

    def close(self) -> None:
        """Release the connection."""
        self.raw.close()
