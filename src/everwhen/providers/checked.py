"""From what a model gives to what the Embedder port promises, checked on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from everwhen.errors import ProviderError

Encode: TypeAlias = Callable[[list[str]], npt.ArrayLike]
"""One row of numbers a text, in the order of the texts."""

MAX_BYTES = 16_000
"""Of a text as UTF-8; what follows is not embedded. No more than 8,000 tokens in most scripts,
which is what the largest common models read."""

_PROBE = "dimensions"


class CheckedEmbedder:
    """An embedder over any function from texts to rows of numbers.

    `name` is what the file records and has to tell one model from another. `at_once` is how many
    texts the function gets at most. Blank texts have the zero vector and are not given to it.
    """

    def __init__(self, name: str, encode: Encode, *, at_once: int) -> None:
        self._name = name
        self._encode = encode
        self._at_once = at_once
        self._dimensions: int | None = None

    @property
    def name(self) -> str:
        """The spec that it was chosen by, without where the model runs."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of each vector; embeds a word to find out, where nothing was embedded yet."""
        return len(self._rows([_PROBE])[0]) if self._dimensions is None else self._dimensions

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text: little-endian float32, unit length or all zero."""
        written = {place: _written(text) for place, text in enumerate(texts) if text.strip()}
        places, given = list(written), list(written.values())
        found: dict[int, bytes] = {}
        for start in range(0, len(given), self._at_once):
            rows = self._rows(given[start : start + self._at_once])
            found |= zip(places[start:], (row.tobytes() for row in rows), strict=False)
        if len(found) == len(texts):
            return list(found.values())
        blank = bytes(4 * self.dimensions)
        return [found.get(place, blank) for place in range(len(texts))]

    def _rows(self, texts: list[str]) -> npt.NDArray[np.float32]:
        given = self._encode(texts)
        try:
            with np.errstate(over="ignore"):  # too large becomes infinite, told below
                rows = np.asarray(given, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise self._wrong(
                f"rows that are not numbers of one length ({error})", texts
            ) from error
        if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
            raise self._wrong(f"an array of the shape {rows.shape}", texts)
        if self._dimensions not in (None, rows.shape[1]):
            found = f"vectors of {rows.shape[1]} dimensions after ones of {self._dimensions}"
            raise self._wrong(found, texts)
        if not np.isfinite(rows).all():
            raise self._wrong("numbers that are not finite", texts)
        self._dimensions = rows.shape[1]
        wide = rows.astype(np.float64)
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        unit = np.divide(wide, lengths, out=np.zeros_like(wide), where=lengths > 0)
        vectors: npt.NDArray[np.float32] = unit.astype("<f4")
        return vectors

    def _wrong(self, found: str, texts: Sequence[str]) -> ProviderError:
        return ProviderError(
            f"{self._name!r} was given {len(texts)} texts to embed and gave {found}; it should "
            "give one vector for each. Check that it is a model for embeddings"
        )


def _written(text: str) -> str:
    """The beginning of a text that is read, without the lone surrogates that JSON can not hold."""
    return text[:MAX_BYTES].encode("utf-8", "replace")[:MAX_BYTES].decode("utf-8", "ignore")
