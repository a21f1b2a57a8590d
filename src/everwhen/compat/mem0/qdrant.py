"""Mem0's local store: Qdrant's SQLite file with pickled points, and the history beside it.

A pickle can run whatever its writer liked. Here it can name nothing but the few inert classes
below; anything else makes the point unreadable, and that is reported.
"""

from __future__ import annotations

import io
import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final
from urllib.request import pathname2url

from everwhen.errors import ContentError, InputError
from everwhen.model.records import JsonValue

_LARGEST: Final = 64 * 1024 * 1024
_NO_MEMORIES: Final = ("_entities", "-entities", "mem0migrations")
_ROWS: Final = (
    "SELECT memory_id, event, old_memory, new_memory, created_at, updated_at, is_deleted "
    "FROM history ORDER BY memory_id, created_at, updated_at, rowid"
)
_FIELDS: Final = ("event", "old_memory", "new_memory", "created_at", "updated_at", "is_deleted")

History = Mapping[str, list[JsonValue]]
"""Rows of changes by the memory's id."""


class _Inert:
    """Stands in for a class of the writer's: it keeps its fields and can do nothing."""

    def __init__(self, *_: object) -> None:
        self.fields: dict[str, object] = {}

    def __setstate__(self, state: object) -> None:
        plain = state[0] if isinstance(state, tuple) and state else state
        if isinstance(plain, dict):
            inner = plain.get("__dict__", plain)
            self.fields = inner if isinstance(inner, dict) else {}


_SAFE: Final[Mapping[tuple[str, str], type]] = {
    ("qdrant_client.http.models.models", "PointStruct"): _Inert,
    ("qdrant_client.http.models.models", "SparseVector"): _Inert,
    ("uuid", "UUID"): _Inert,
    ("builtins", "set"): set,
    ("datetime", "date"): date,
    ("datetime", "datetime"): datetime,
    ("datetime", "timedelta"): timedelta,
    ("datetime", "timezone"): timezone,
}


class _Reader(pickle.Unpickler):
    """Builds plain values and inert stand-ins; every other name is refused before it is used."""

    def find_class(self, module: str, name: str) -> type:
        """The class that a name may stand for here."""
        if (module, name) in _SAFE:
            return _SAFE[module, name]
        if module.split(".")[0] == "numpy":
            return _Inert
        raise pickle.UnpicklingError(f"it names {module}.{name}")


def read_points(folder: Path) -> Iterator[tuple[str, Mapping[str, object] | str]]:
    """Where each point of a Qdrant folder stands, with its payload, or why it is unreadable.

    The payload has the point's id under "id".
    """
    for path in sorted(folder.glob("collection/*/storage.sqlite")):
        name = path.parent.name
        if name.endswith(_NO_MEMORIES):
            continue
        for row, blob in _rows(path, "SELECT rowid, point FROM points ORDER BY rowid"):
            place = f"{name}, point {row}"
            try:
                yield place, _payload(blob)
            except ContentError as error:
                yield place, str(error)


def is_store(path: Path) -> bool:
    """Whether a folder is Qdrant's."""
    return path.is_dir() and any(path.glob("collection/*/storage.sqlite"))


def read_history(path: Path) -> History:
    """The changes of memories that changed, from history.db."""
    found: dict[str, list[JsonValue]] = {}
    for memory_id, *values in _rows(path, _ROWS):
        row: JsonValue = dict(zip(_FIELDS, map(_plain, values), strict=True))
        found.setdefault(str(memory_id), []).append(row)
    return {id: rows for id, rows in found.items() if len(rows) > 1}


def _plain(value: object) -> JsonValue:
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _rows(path: Path, sql: str) -> Iterator[tuple[object, ...]]:
    try:
        uri = f"file:{pathname2url(str(path.resolve()))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            yield from connection.execute(sql)
    except sqlite3.Error as error:
        raise InputError(
            f"{path} can not be read as Mem0's ({error}); is it the right file, and no program "
            "writing it?"
        ) from error


def _payload(blob: object) -> Mapping[str, object]:
    if not isinstance(blob, bytes) or len(blob) > _LARGEST:
        raise ContentError("it is no point, or too large for one")
    try:
        point = _Reader(io.BytesIO(blob)).load()
    except _BROKEN as error:
        raise ContentError(f"it can not be read safely: {error}") from error
    payload = point.fields.get("payload") if isinstance(point, _Inert) else None
    if not isinstance(payload, dict):
        raise ContentError("it has no payload")
    return {**payload, "id": _id(point.fields.get("id"))}


def _id(value: object) -> str | None:
    if isinstance(value, _Inert):
        number = value.fields.get("int")
        if not isinstance(number, int) or not 0 <= number < 1 << 128:
            return None
        plain = f"{number:032x}"
        return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return str(value) if isinstance(value, str | int) else None


_BROKEN: Final[tuple[type[Exception], ...]] = (
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, KeyError),
    *(IndexError, OverflowError, MemoryError, RecursionError, ImportError),
)
"""What a pickle that is none raises, or one whose parts do not fit together."""
