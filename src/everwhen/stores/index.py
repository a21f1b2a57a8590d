"""What the ranking index holds of an owner: arrays read from rows and advanced by difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from everwhen.errors import EmbedderMismatchError
from everwhen.model.period import EARLIEST
from everwhen.ports import Kind
from everwhen.stores.connection import Connection, Row, queries
from everwhen.stores.rows import text
from everwhen.stores.vectors import Floats, Integers, Matrix, unpacked

KINDS: dict[Kind, int] = {"fact": 0, "episode": 1}
KIND_NAMES = {number: kind for kind, number in KINDS.items()}
EPISODE_COLUMNS = ("at", "recorded_at", "characters", "run", "role", "name")
FACT_COLUMNS = (
    "valid_from",
    "valid_to",
    "system_from",
    "system_to",
    "expires_at",
    "review",
)
_WORDS = frozenset({"run", "role", "name"})
_GROWTH = 1.3
_CHUNK = 400
_PAGE = 8_192
_NONE: Integers = np.zeros(0, dtype=np.int64)
Number = TypeVar("Number", bound=np.generic)


def pack_vector(vector: bytes) -> bytes:
    """Little-endian float32, as an embedder gives it, to float16 as stored."""
    return np.frombuffer(vector, dtype="<f4").astype("<f2").tobytes()


def unpack_vector(stored: bytes) -> bytes:
    """The other way round."""
    return np.frombuffer(stored, dtype="<f2").astype("<f4").tobytes()


class _Numbers(dict[str | bytes | None, int]):
    """The number of each stored word, a new one where it is new."""

    def __init__(self, words: list[str | None]) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, stored: str | bytes | None) -> int:
        if isinstance(stored, bytes):
            number = self[text(stored)]
        else:
            number = len(self._words)
            self._words.append(stored)
        self[stored] = number
        return number


class Words:
    """Numbers for names, roles and runs; it only grows, so a number keeps its meaning."""

    def __init__(self) -> None:
        self._words: list[str | None] = []
        self._numbers = _Numbers(self._words)

    def numbers(self, stored: Sequence[str | bytes | None]) -> Integers:
        """The numbers of stored words, new ones of those that are new."""
        return np.fromiter(map(self._numbers.__getitem__, stored), np.int64, len(stored))

    def find(self, word: str) -> int:
        """The number of a word, -1 if it has none."""
        return self._numbers.get(word, -1)

    def word(self, number: int) -> str | None:
        """The word of a number."""
        return self._words[number]


class Column(Generic[Number]):
    """Numbers by position. It grows in place as `Matrix` does, so that snapshots share it."""

    def __init__(self, values: NDArray[Number]) -> None:
        self._room = values
        self._used = len(values)

    def first(self, count: int) -> NDArray[Number]:
        """The numbers of the first positions."""
        return self._room[:count]

    def extended(
        self, held: int, more: NDArray[Number], at: Integers, changed: NDArray[Number]
    ) -> Column[Number]:
        """The first `held` of these numbers with more behind, and those at some of the first
        positions changed."""
        count = held + len(more)
        if not len(at) and not len(more):
            return self
        column = self
        if len(at) or self._used != held or count > len(self._room):
            column = Column(np.empty(int(count * _GROWTH) + 16, dtype=self._room.dtype))
            column._room[:held] = self._room[:held]
            column._room[at] = changed
        column._room[held:count] = more
        column._used = count
        return column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """One kind of an owner's items at a revision; positions are in order of row.

    `indexed` is the revision of an item's index entry, 0 where it has none. The first `same`
    positions are as in the snapshot of revision `follows`, and there were no more.
    """

    owner: int
    kind: int
    revision: int
    words: Words
    rows: Integers
    columns: Mapping[str, Integers]
    indexed: Integers
    lengths: Floats
    matrix: Matrix
    room: Mapping[str, Column[np.int64]]
    lengths_room: Column[np.float32]
    follows: int = -1
    same: int = 0

    @property
    def size_bytes(self) -> int:
        """What it takes of memory."""
        return self.matrix.size_bytes + len(self.rows) * (8 * len(self.room) + 4)

    def behind(self, count: int) -> Snapshot:
        """Only what comes after so many positions."""
        return replace(
            self,
            rows=self.rows[count:],
            columns={name: values[count:] for name, values in self.columns.items()},
            indexed=self.indexed[count:],
            lengths=self.lengths[count:],
        )

    def places(self, rows: Integers) -> tuple[Integers, NDArray[np.bool_]]:
        """Where each of these rows is, and whether it is there at all."""
        return places(self.rows, rows)

    def positions(self, rows: Integers) -> Integers:
        """Where these rows are, those that are there."""
        found, known = self.places(rows)
        kept: Integers = found[known]
        return kept


def places(rows: Integers, wanted: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Where each wanted row is in rising rows, and whether it is there at all."""
    if not len(rows):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    found = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
    return found, rows[found] == wanted


def empty(owner: int, kind: int, words: Words) -> Snapshot:
    """What is known before anything was read."""
    names = EPISODE_COLUMNS if kind == KINDS["episode"] else FACT_COLUMNS
    return _snapshot(
        owner=owner,
        kind=kind,
        revision=-1,
        words=words,
        count=0,
        room={name: Column(_NONE) for name in ("row", *names, "indexed")},
        lengths=Column(np.zeros(0, dtype=np.float32)),
        matrix=Matrix(0, 0),
    )


def _snapshot(
    *,
    owner: int,
    kind: int,
    revision: int,
    words: Words,
    count: int,
    room: Mapping[str, Column[np.int64]],
    lengths: Column[np.float32],
    matrix: Matrix,
    follows: int = -1,
    same: int = 0,
) -> Snapshot:
    first = {name: column.first(count) for name, column in room.items()}
    return Snapshot(
        owner=owner,
        kind=kind,
        revision=revision,
        words=words,
        rows=first.pop("row"),
        indexed=first.pop("indexed"),
        columns=first,
        lengths=lengths.first(count),
        matrix=matrix,
        room=room,
        lengths_room=lengths,
        follows=follows,
        same=same,
    )


def advance(connection: Connection, base: Snapshot, revision: int) -> Snapshot:
    """The snapshot at a later revision of the same epoch, reading only what has changed."""
    held = len(base.rows)
    cells = _cells(connection, base)
    fresh = cells["row"] > (base.rows[-1] if held else 0)
    old = ~fresh
    at, known = base.places(cells["row"][old])
    at = at[known]
    room = {
        name: base.room[name].extended(held, values[fresh], at, values[old][known])
        for name, values in cells.items()
    }
    rows = room["row"].first(held + int(np.count_nonzero(fresh)))
    entries = _items(connection, base)
    places_of, known = places(rows, entries[0])
    places_of, entries = places_of[known], entries[:, known]
    new = places_of >= held
    again = places_of[~new]
    room["indexed"] = _entered(base.room["indexed"], held, len(rows), places_of, entries[1])
    lengths = _entered(base.lengths_room, held, len(rows), places_of, entries[2].astype(np.float32))
    twice = bool((base.indexed[again] > 0).any())
    return _snapshot(
        owner=base.owner,
        kind=base.kind,
        revision=revision,
        words=base.words,
        count=len(rows),
        room=room,
        lengths=lengths,
        matrix=_matrix(connection, base, rows, entries[0], again=twice),
        follows=base.revision,
        same=0 if len(at) or len(again) else held,
    )


def _entered(
    column: Column[Number], held: int, count: int, at: Integers, values: NDArray[Number]
) -> Column[Number]:
    """A column of what index entries say, 0 where there is none, with new entries."""
    new = at >= held
    more = np.zeros(count - held, dtype=values.dtype)
    more[at[new] - held] = values[new]
    return column.extended(held, more, at[~new], values[~new])


def _cells(connection: Connection, base: Snapshot) -> dict[str, Integers]:
    """The new and the changed rows, and their columns, in order of row."""
    where = {"owner": base.owner}
    if base.kind == KINDS["episode"]:
        last = int(base.rows[-1]) if len(base.rows) else 0
        pages = _pages(connection, "cells_episodes", after=last, **where)
    elif base.revision < 0:
        pages = _pages(connection, "cells_facts", begins=EARLIEST - 1, **where)
    else:
        since = base.revision
        pages = iter([connection.rows(queries()["cells_facts_since"], revision=since, **where)])
    names = ("row", *base.columns)
    found = [
        [
            base.words.numbers(values) if name in _WORDS else np.array(values, dtype=np.int64)
            for name, values in zip(names, zip(*page, strict=True), strict=True)
        ]
        for page in pages
        if page
    ]
    parts = zip(*found, strict=True) if found else ((_NONE,) for _ in names)
    columns = [np.concatenate(part) for part in parts]
    order = np.argsort(columns[0], kind="stable")
    return {name: column[order] for name, column in zip(names, columns, strict=True)}


def _items(connection: Connection, base: Snapshot) -> Integers:
    """Row, revision and length of the index entries that are new to the snapshot."""
    where = {"owner": base.owner, "kind": base.kind}
    if base.revision < 0:
        pages = _pages(connection, "cells_items", **where)
    else:
        since = base.revision
        pages = iter([connection.rows(queries()["cells_items_since"], revision=since, **where)])
    found = [np.array(page, dtype=np.int64).T for page in pages if page]
    return np.concatenate([np.zeros((3, 0), dtype=np.int64), *found], axis=1)


def _pages(
    connection: Connection, name: str, *, after: int = 0, **where: int
) -> Iterator[list[Row]]:
    """What a query finds, some rows at a time, in the order of its index: by row, or by the
    second column and row."""
    sql = queries()[name]
    while found := connection.rows(sql, after=after, limit=_PAGE, **where):
        yield found
        after = found[-1][0]
        if "begins" in where:
            where["begins"] = found[-1][1]


def _matrix(
    connection: Connection, base: Snapshot, rows: Integers, changed: Integers, *, again: bool
) -> Matrix:
    """The vectors by position with the changed items' put in; `again` tells that some had one."""
    held, count, matrix = len(base.rows), len(rows), base.matrix
    pages = _vectors(connection, base, changed)
    first = next(pages, None)
    dimensions = matrix.dimensions if first is None else first[1].shape[1]
    _check(dimensions, matrix.dimensions or dimensions)
    matrix = matrix.extended(held, count, dimensions, copy=again)
    if base.revision >= 0:
        matrix.clear(places(rows, changed)[0])
    for found, vectors in () if first is None else chain((first,), pages):
        _check(dimensions, vectors.shape[1])
        at, known = places(rows, found)
        matrix.put(at[known], vectors if known.all() else vectors[known])
    matrix.settle()
    return matrix


def _check(one: int, other: int) -> None:
    if one != other:
        raise EmbedderMismatchError(
            f"the index holds vectors of {one} and of {other} dimensions; reindex() makes them anew"
        )


def _vectors(
    connection: Connection, base: Snapshot, changed: Integers
) -> Iterator[tuple[Integers, Floats]]:
    """Rows and vectors of the changed items, some at a time."""
    where = {"owner": base.owner, "kind": base.kind}
    if base.revision < 0:
        pages = _pages(connection, "cells_vectors", **where)
    else:
        sql = queries()["cells_vectors_of"]
        pages = (connection.rows(sql, rows=some, **where) for some in _chunks(changed.tolist()))
    for page in pages:
        if page:
            rows, vectors = zip(*page, strict=True)
            sizes = set(map(len, vectors))
            _check(min(sizes) // 2, max(sizes) // 2)
            yield np.array(rows, dtype=np.int64), unpacked(b"".join(vectors), len(rows))


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
