"""What the ranking index holds of an owner: arrays read from rows and advanced by difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

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
    "subject",
    "attribute",
)
_WORDS = frozenset({"run", "role", "name", "subject", "attribute"})
_CHUNK = 400
_PAGE = 8_192


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
    """Numbers for names, roles, runs and slots; it only grows, so a number keeps its meaning."""

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

    def required(self, number: int) -> str:
        """The word of a number that stands for one."""
        return self._words[number] or ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """One kind of an owner's items at a revision; positions are in order of row.

    `indexed` is the revision of an item's index entry, 0 where it has none.
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
    size_bytes: int = field(default=0)

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
    nothing = np.zeros(0, dtype=np.int64)
    names = EPISODE_COLUMNS if kind == KINDS["episode"] else FACT_COLUMNS
    return Snapshot(
        owner=owner,
        kind=kind,
        revision=-1,
        words=words,
        rows=nothing,
        columns=dict.fromkeys(names, nothing),
        indexed=nothing,
        lengths=np.zeros(0, dtype=np.float32),
        matrix=Matrix(0, 0),
    )


def advance(connection: Connection, base: Snapshot, revision: int) -> Snapshot:
    """The snapshot at a later revision of the same epoch, reading only what has changed."""
    rows, columns = _merge(connection, base)
    changed = _items(connection, base)
    count = len(rows)
    indexed = np.zeros(count, dtype=np.int64)
    indexed[: len(base.rows)] = base.indexed
    lengths = np.zeros(count, dtype=np.float32)
    lengths[: len(base.rows)] = base.lengths
    at, known = places(rows, changed[0])
    at, changed = at[known], changed[:, known]
    again = bool((indexed[at] > 0).any())
    matrix = _matrix(connection, base, rows, changed[0], again=again)
    indexed[at] = changed[1]
    lengths[at] = changed[2]
    return Snapshot(
        owner=base.owner,
        kind=base.kind,
        revision=revision,
        words=base.words,
        rows=rows,
        columns=columns,
        indexed=indexed,
        lengths=lengths,
        matrix=matrix,
        size_bytes=matrix.size_bytes + count * 8 * (len(columns) + 3),
    )


def _merge(connection: Connection, base: Snapshot) -> tuple[Integers, Mapping[str, Integers]]:
    """Rows and columns with the new rows put behind and the changed ones in place."""
    found = _cells(connection, base)
    if found is None:
        return base.rows, base.columns
    rows, cells = found[0], found[1:]
    fresh = rows > (base.rows[-1] if len(base.rows) else 0)
    changed = base.positions(rows[~fresh])
    columns: dict[str, Integers] = {}
    for name, values in zip(base.columns, cells, strict=True):
        column = np.concatenate((base.columns[name], values[fresh]))
        column[changed] = values[~fresh]
        columns[name] = column
    return np.concatenate((base.rows, rows[fresh])), columns


def _cells(connection: Connection, base: Snapshot) -> list[Integers] | None:
    """The new and the changed rows, and their columns."""
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
    if not found:
        return None
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return [column[order] for column in columns]


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
