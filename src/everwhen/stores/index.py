"""What the ranking index holds of an owner: arrays read from rows and advanced by difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from everwhen.errors import EmbedderMismatchError
from everwhen.ports import Kind
from everwhen.stores.connection import Connection, Row, queries
from everwhen.stores.rows import text

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]

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
_GROWTH = 1.3
_CHUNK = 400


def pack_vector(vector: bytes) -> bytes:
    """Little-endian float32, as an embedder gives it, to float16 as stored."""
    return np.frombuffer(vector, dtype="<f4").astype("<f2").tobytes()


def unpack_vector(stored: bytes) -> bytes:
    """The other way round."""
    return np.frombuffer(stored, dtype="<f2").astype("<f4").tobytes()


def unit(vectors: Floats) -> Floats:
    """The rows scaled to length one; zero rows stay zero, and damaged ones become zero."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    usable = np.isfinite(lengths) & (lengths > 0.0)
    scaled: Floats = np.zeros_like(vectors)
    np.divide(vectors, lengths[:, None], out=scaled, where=usable[:, None])
    return scaled


class Words:
    """Numbers for names, roles, runs and slots; it only grows, so a number keeps its meaning."""

    def __init__(self) -> None:
        self._words: list[str | None] = []
        self._numbers: dict[str | None, int] = {}

    def number(self, word: str | bytes | None) -> int:
        """The number of a stored word, a new one if it is new."""
        plain = None if word is None else text(word)
        known = self._numbers.get(plain)
        if known is None:
            known = self._numbers[plain] = len(self._words)
            self._words.append(plain)
        return known

    def find(self, word: str) -> int:
        """The number of a word, -1 if it has none."""
        return self._numbers.get(word, -1)

    def word(self, number: int) -> str | None:
        """The word of a number."""
        return self._words[number]

    def required(self, number: int) -> str:
        """The word of a number that stands for one."""
        return self._words[number] or ""


class Matrix:
    """Unit vectors by position. It grows in place, so that snapshots share it.

    A snapshot reads only its own first rows of it. Rows once used are not written again, except
    those that every snapshot so far holds to be without a vector.
    """

    def __init__(self, rows: int, dimensions: int, capacity: int | None = None) -> None:
        self.values: Floats = np.zeros(
            (rows if capacity is None else capacity, dimensions), dtype=np.float32
        )
        self.used = rows

    @property
    def dimensions(self) -> int:
        """Length of each vector, 0 while there is none."""
        return int(self.values.shape[1])

    def extended(self, held: int, rows: int, dimensions: int, *, copy: bool) -> Matrix:
        """A matrix of `rows` rows that agrees with the first `held` of this one."""
        fits = self.used == held and rows <= self.values.shape[0]
        if fits and dimensions == self.dimensions and not copy:
            self.used = rows
            return self
        grown = Matrix(rows, dimensions, capacity=int(rows * _GROWTH) + 16)
        if self.dimensions == dimensions:
            grown.values[:held] = self.values[:held]
        return grown


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

    @property
    def vectors(self) -> Floats:
        """The unit vectors, one row a position."""
        return self.matrix.values[: len(self.rows)]

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
    rows, columns = _merge(base, _cells(connection, base))
    changed = _items(connection, base)
    count = len(rows)
    indexed = np.zeros(count, dtype=np.int64)
    indexed[: len(base.rows)] = base.indexed
    lengths = np.zeros(count, dtype=np.float32)
    lengths[: len(base.rows)] = base.lengths
    at, known = places(rows, changed[0])
    at, changed = at[known], changed[:, known]
    vector_rows, vectors = _vectors(connection, base, changed[0])
    matrix = base.matrix.extended(
        len(base.rows),
        count,
        vectors.shape[1] or base.matrix.dimensions,
        copy=bool((indexed[at] > 0).any()),
    )
    if len(at):
        matrix.values[at] = 0.0
        indexed[at] = changed[1]
        lengths[at] = changed[2]
    if len(vector_rows):
        at, known = places(rows, vector_rows)
        matrix.values[at[known]] = vectors if known.all() else vectors[known]
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
        size_bytes=matrix.values.nbytes + count * 8 * (len(columns) + 3),
    )


def _cells(connection: Connection, base: Snapshot) -> list[Row]:
    sql = queries()
    if base.kind == KINDS["episode"]:
        last = int(base.rows[-1]) if len(base.rows) else 0
        return connection.rows(sql["cells_episodes"], owner=base.owner, after=last)
    if base.revision < 0:
        return connection.rows(sql["cells_facts"], owner=base.owner)
    return connection.rows(sql["cells_facts_since"], owner=base.owner, revision=base.revision)


def _merge(base: Snapshot, found: list[Row]) -> tuple[Integers, Mapping[str, Integers]]:
    """Rows and columns with the new rows put behind and the changed ones in place."""
    if not found:
        return base.rows, base.columns
    given = list(zip(*found, strict=True))
    rows = np.array(given[0], dtype=np.int64)
    fresh = rows > (base.rows[-1] if len(base.rows) else 0)
    changed = base.positions(rows[~fresh])
    columns: dict[str, Integers] = {}
    for name, values in zip(base.columns, given[1:], strict=True):
        if name in _WORDS:
            number = base.words.number
            cells = np.array([number(value) for value in values], dtype=np.int64)
        else:
            cells = np.array(values, dtype=np.int64)
        column = np.concatenate((base.columns[name], cells[fresh]))
        column[changed] = cells[~fresh]
        columns[name] = column
    return np.concatenate((base.rows, rows[fresh])), columns


def _items(connection: Connection, base: Snapshot) -> Integers:
    """Row, revision and length of the index entries that are new to the snapshot."""
    sql = queries()
    if base.revision < 0:
        found = connection.rows(sql["cells_items"], owner=base.owner, kind=base.kind)
    else:
        found = connection.rows(
            sql["cells_items_since"], owner=base.owner, kind=base.kind, revision=base.revision
        )
    if not found:
        return np.zeros((3, 0), dtype=np.int64)
    return np.array(list(zip(*found, strict=True)), dtype=np.int64)


def _vectors(connection: Connection, base: Snapshot, changed: Integers) -> tuple[Integers, Floats]:
    sql = queries()
    where = {"owner": base.owner, "kind": base.kind}
    if base.revision < 0:
        found = connection.rows(sql["cells_vectors"], **where)
    else:
        found = [
            row
            for chunk in _chunks(changed.tolist())
            for row in connection.rows(sql["cells_vectors_of"], rows=chunk, **where)
        ]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
    rows = np.array([row for row, _ in found], dtype=np.int64)
    sizes = {len(vector) // 2 for _, vector in found}
    if base.matrix.dimensions:
        sizes.add(base.matrix.dimensions)
    if len(sizes) > 1:
        raise EmbedderMismatchError(
            f"the index holds vectors of {sorted(sizes)} dimensions; reindex() makes them anew"
        )
    packed = np.frombuffer(b"".join(vector for _, vector in found), dtype="<f2")
    return rows, unit(packed.astype(np.float32).reshape(len(rows), -1))


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
