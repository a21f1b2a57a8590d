"""Unit vectors by position: exact ones, two bytes a number, and a narrow copy to look at first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]

NARROW_FROM = 25_000
"""Rows from which there is a narrow copy; fewer are scanned whole."""

_ONE = 32_767
"""Steps of 1.0 in an exact vector: as fine as the half precision in which vectors are stored."""

_PARTS, _SHARE = 4, 8
"""The narrow copy has so many parts, each one in so many of the dimensions."""

_ENOUGH = 0.65
"""As much of a query, squared, must lie in the parts that are looked at."""

_LARGEST = 65_504.0
"""The largest finite number in half precision; what seems to be larger is not finite."""

_WORTH = 128
"""Vectors of fewer dimensions are scanned whole."""

_SAMPLE = 4_096
_GROWTH = 1.3
_AT_ONCE = 1 << 18
_ALONE, _ALONE_SQUARED = 1 << 13, 1 << 18


def unit(vectors: Floats) -> Floats:
    """The rows scaled to length one; zero rows stay zero, and damaged ones become zero."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    usable = np.isfinite(lengths) & (lengths > 0.0)
    scaled: Floats = np.zeros_like(vectors)
    np.divide(vectors, lengths[:, None], out=scaled, where=usable[:, None])
    return scaled


def unpacked(stored: bytes, count: int) -> Floats:
    """So many rows of little-endian float16 as float32."""
    # What numpy's own cast does, four times as fast: the exponent is moved as it stands, and
    # the other bias made up for.
    bits = np.frombuffer(stored, dtype="<i2").astype(np.int32)
    bits <<= 13
    bits &= ~0x7000_2000
    vectors = bits.view(np.float32)
    vectors *= np.float32(2.0**112)
    if vectors.size and max(vectors.max(), -vectors.min()) > _LARGEST:
        vectors = np.frombuffer(stored, dtype="<f2").astype(np.float32)
    return vectors.reshape(count, -1)


def products(rows: NDArray[np.int16] | NDArray[np.int8], query: Floats) -> Floats:
    """The product of each row with the query, at the speed at which memory gives the rows."""
    count, width = rows.shape
    found = np.empty(count, dtype=np.float32)
    # BLAS puts several threads on larger products and waits for them, up to twenty times as
    # long on a busy machine; of a stack of small ones it makes each by itself.
    group = max(1, _ALONE // width)
    block = max(1, _AT_ONCE // (group * width)) * group
    buffer = np.empty((min(block, count), width), dtype=np.float32)
    for start in range(0, count, block):
        some = rows[start : start + block]
        taken, stop = buffer[: len(some)], start + len(some)
        taken[...] = some
        whole = len(some) // group * group
        stacked = found[start : start + whole].reshape(-1, group)
        np.matmul(taken[:whole].reshape(-1, group, width), query, out=stacked)
        if whole < len(some):
            np.matmul(taken[whole:], query, out=found[start + whole : stop])
    return found


def _apart(rows: Floats, by: Floats) -> Floats:
    """The matrix product, made of pieces so small that BLAS uses one thread; see `products`."""
    count, width = rows.shape
    group = max(1, _ALONE_SQUARED // by.size)
    whole = count // group * group
    found = np.empty((count, by.shape[1]), dtype=np.float32)
    stacked = found[:whole].reshape(-1, group, by.shape[1])
    np.matmul(rows[:whole].reshape(-1, group, width), by, out=stacked)
    if whole < count:
        np.matmul(rows[whole:], by, out=found[whole:])
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Narrow:
    """The vectors in the directions in which they differ most, a byte a number, in parts.

    `codes` are by part, position and direction. `steps` say what a code's one is worth, and
    `mean` what vectors are on average. Made of `made_of` rows; the directions fit those that
    come later as long as they are alike.
    """

    basis: Floats
    steps: Floats
    mean: Floats
    codes: NDArray[np.int8]
    made_of: int

    @classmethod
    def of(cls, exact: NDArray[np.int16], rows: int) -> Narrow:
        """A narrow copy of the first rows."""
        width = exact.shape[1] // _SHARE
        sample = exact[: rows : max(1, rows // _SAMPLE)].astype(np.float32) / _ONE
        _, directions = np.linalg.eigh(sample.T @ sample)
        basis = np.ascontiguousarray(directions[:, : -_PARTS * width - 1 : -1])
        seen = np.abs(sample @ basis).max(axis=0)
        made = cls(
            basis=basis,
            steps=np.maximum(seen, 1e-6) * (1.1 / 127),
            mean=sample.mean(axis=0),
            codes=np.zeros((_PARTS, len(exact), width), dtype=np.int8),
            made_of=rows,
        )
        for start in range(0, rows, _SAMPLE):
            stop = min(rows, start + _SAMPLE)
            made.codes[:, start:stop] = made.coded(exact[start:stop])
        return made

    def coded(self, exact: NDArray[np.int16]) -> NDArray[np.int8]:
        """Rows as they are kept here."""
        seen = _apart(exact.astype(np.float32), self.basis / (self.steps * _ONE))
        np.clip(np.rint(seen, out=seen), -127, 127, out=seen)
        return seen.astype(np.int8).reshape(len(exact), _PARTS, -1).transpose(1, 0, 2)

    def with_room(self, capacity: int, held: int) -> Narrow:
        """The same first rows with room for so many."""
        codes = np.zeros((_PARTS, capacity, self.codes.shape[2]), dtype=np.int8)
        codes[:, :held] = self.codes[:, :held]
        return replace(self, codes=codes)

    def cosines(self, query: Floats, rows: int) -> Floats | None:
        """About the cosines of the first rows, right on average; None where the query lies too
        far out of these directions for that to tell much."""
        seen: Floats = np.einsum("i,ij->j", query, self.basis)
        shares = (seen * seen).reshape(_PARTS, -1).sum(axis=1)
        order = np.argsort(-shares)
        needed = int(np.searchsorted(np.cumsum(shares[order]), _ENOUGH)) + 1
        if needed > _PARTS:
            return None
        left = query.copy()
        found = np.zeros(rows, dtype=np.float32)
        for part in order[:needed].tolist():
            chosen = slice(part * self.codes.shape[2], (part + 1) * self.codes.shape[2])
            found += products(self.codes[part, :rows], seen[chosen] * self.steps[chosen])
            left -= self.basis[:, chosen] @ seen[chosen]
        found += np.float32(left @ self.mean)
        return found


class Matrix:
    """Unit vectors by position. It grows in place, so that snapshots share it.

    A snapshot reads only its own first rows of it. Rows once used are not written again, except
    those that every snapshot so far holds to be without a vector.
    """

    def __init__(self, rows: int, dimensions: int, capacity: int | None = None) -> None:
        self._exact = np.zeros((rows if capacity is None else capacity, dimensions), dtype=np.int16)
        self._used = rows
        self.narrow: Narrow | None = None

    @property
    def dimensions(self) -> int:
        """Length of each vector, 0 while there is none."""
        return int(self._exact.shape[1])

    @property
    def size_bytes(self) -> int:
        """What it takes of memory, room for growth included."""
        narrow = self.narrow
        return self._exact.nbytes + (0 if narrow is None else narrow.codes.nbytes)

    @property
    def row_bytes(self) -> int:
        """What a row takes, without the narrow copy, and an exact scan reads of it."""
        return 2 * self.dimensions

    def extended(self, held: int, rows: int, dimensions: int, *, copy: bool) -> Matrix:
        """A matrix of `rows` rows that agrees with the first `held` of this one."""
        fits = self._used == held and rows <= len(self._exact)
        if fits and dimensions == self.dimensions and not copy:
            self._used = rows
            return self
        grown = Matrix(rows, dimensions, capacity=int(rows * _GROWTH) + 16)
        if self.dimensions == dimensions:
            grown._exact[:held] = self._exact[:held]
            if self.narrow is not None:
                grown.narrow = self.narrow.with_room(len(grown._exact), held)
        return grown

    def put(self, positions: Integers, vectors: Floats) -> None:
        """Write vectors, scaled to length one."""
        steps = unit(vectors)
        steps *= np.float32(_ONE)
        exact = np.rint(steps, out=steps).astype(np.int16)
        self._exact[positions] = exact
        if self.narrow is not None:
            self.narrow.codes[:, positions] = self.narrow.coded(exact)

    def clear(self, positions: Integers) -> None:
        """Let positions have no vector."""
        self._exact[positions] = 0
        if self.narrow is not None:
            self.narrow.codes[:, positions] = 0

    def settle(self) -> None:
        """Make the narrow copy when it is time for it, and again when there is twice as much."""
        rows = self._used
        if rows < NARROW_FROM or self.dimensions < _WORTH:
            return
        if self.narrow is None or rows >= 2 * self.narrow.made_of:
            self.narrow = Narrow.of(self._exact, rows)

    def cosines(self, query: Floats, rows: int) -> Floats:
        """The cosines of the first rows with a query of length one."""
        return products(self._exact[:rows], query / np.float32(_ONE))

    def cosines_at(self, positions: Integers, query: Floats) -> Floats:
        """The cosines at some positions."""
        return products(self._exact[positions], query / np.float32(_ONE))
