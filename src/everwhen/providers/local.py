"""The default embedder: a table of word vectors that comes with the package.

A text's vector is the sum of the vectors of its words, at unit length. There is no model to
run, nothing to download and nothing but numpy to import. Where the table comes from, its
licence and its measured quality are told in docs/embedder.md and in static_table/LICENSE.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from everwhen.errors import ProviderError

TABLE = Path(__file__).parent / "static_table"
"""The table that is shipped: vocabulary.txt, rows.npy and scales.npy."""

MAX_WORDS = 2_000
"""Words of a text that count; what follows them is ignored."""

MAX_CHARACTERS = 40_000
"""Characters of a text that are read at all, to find those words."""

MAX_WORD_LENGTH = 64
"""Longer runs of letters and digits (keys, hashes, encoded data) carry no meaning here."""

_READING = b"2"  # changes with how texts are read, and the name with it
_BATCH = 2_048  # word vectors summed at once: 2 MB of float32, which stays in the cache

# Scripts that are written without spaces are read one character at a time.
_ALONE = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    index: dict[str, int]
    rows: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    checksum: int  # of vocabulary and scales, which no two trained tables share, and of _READING


class StaticEmbedder:
    """Sums of word vectors from the table in the package, or from another in the same form.

    The table is read on first use. An instance may be shared by threads. A text without a
    known word, the empty text among them, has the zero vector. Only the first `MAX_WORDS`
    words within the first `MAX_CHARACTERS` characters count. Words are folded to lower case
    without accents; one that is not in the vocabulary is put together from its longest
    known pieces. The vocabulary is English: see docs/embedder.md for other languages.
    """

    quick = True

    def __init__(self, folder: Path = TABLE) -> None:
        self._folder = folder
        self._lock, self._process = threading.Lock(), os.getpid()
        self._table: _Table | None = None

    @property
    def name(self) -> str:
        """Identity: dimensions and a checksum, so that another table has another name."""
        return f"everwhen-static-{self.dimensions}-{self._loaded().checksum:08x}"

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return int(self._loaded().rows.shape[1])

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text: little-endian float32, unit length or all zero."""
        return [
            vector.tobytes()
            for start, stop, ids in self._batches(texts)
            for vector in self._sums(ids, stop - start)
        ]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[int, int, list[list[int]]]]:
        """Runs of texts with the row numbers of their words, each run of bounded size."""
        index = self._loaded().index
        seen: dict[str, list[int]] = {}  # for this call only: words of texts are not kept
        start, held = 0, 0
        batch: list[list[int]] = []
        for position, text in enumerate(texts):
            ids = _row_numbers(text, index, seen)
            batch.append(ids)
            held += len(ids)
            if held >= _BATCH:
                yield start, position + 1, batch
                start, held, batch = position + 1, 0, []
        if batch:
            yield start, len(texts), batch

    def _sums(self, ids: list[list[int]], count: int) -> npt.NDArray[np.float32]:
        table = self._loaded()
        sums = np.zeros((count, table.rows.shape[1]), np.float32)
        lengths = np.fromiter(map(len, ids), np.int64, count)
        filled = np.flatnonzero(lengths)
        if not len(filled):
            return sums
        flat = np.fromiter((i for row in ids for i in row), np.int64, int(lengths.sum()))
        vectors = table.rows[flat].astype(np.float32)
        vectors *= table.scales[flat, None]
        starts = (np.cumsum(lengths) - lengths)[filled]
        totals = np.add.reduceat(vectors, starts, axis=0)
        norms = np.sqrt(np.einsum("ij,ij->i", totals, totals))[:, None]
        sums[filled] = np.divide(totals, norms, out=np.zeros_like(totals), where=norms > 0)
        return sums.astype("<f4", copy=False)

    def _loaded(self) -> _Table:
        table = self._table
        if table is None:
            if self._process != os.getpid():
                # Forked: the thread that held the lock is not here to give it back.
                self._lock, self._process = threading.Lock(), os.getpid()
            with self._lock:
                table = self._table = self._table or _load(self._folder)
        return table


def words(text: str) -> list[str]:
    """The words of a text that count, folded to lower case without accents.

    None of a text that is mostly in another script than Latin: the few of its characters that
    are known say less about its meaning than nothing does.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())[:MAX_WORDS]
    folded = unicodedata.normalize("NFKD", text).lower()
    bare = "".join([c for c in folded if not unicodedata.combining(c)])
    found = _WORD.findall(bare)[:MAX_WORDS]
    other = sum(1 for word in found if not word.isascii())
    return [] if 2 * other > len(found) else found


def pieces(word: str, index: dict[str, int]) -> list[int]:
    """Rows of the longest known pieces of a word, left to right; none if it can not be made."""
    if len(word) > MAX_WORD_LENGTH:
        return []
    found: list[int] = []
    start = 0
    while start < len(word):
        prefix = "##" if start else ""
        for stop in range(len(word), start, -1):
            row = index.get(prefix + word[start:stop])
            if row is not None:
                found.append(row)
                start = stop
                break
        else:
            return []
    return found


def _row_numbers(text: str, index: dict[str, int], seen: dict[str, list[int]]) -> list[int]:
    numbers: list[int] = []
    for word in words(text):
        row = index.get(word)
        if row is not None:
            numbers.append(row)
            continue
        parts = seen.get(word)
        if parts is None:
            parts = seen[word] = pieces(word, index)
        numbers += parts
    return numbers


def _load(folder: Path) -> _Table:
    try:
        listed = (folder / "vocabulary.txt").read_text(encoding="utf-8")
        rows = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
        scales = np.load(folder / "scales.npy", allow_pickle=False).astype(np.float32)
    except (OSError, ValueError) as error:
        raise ProviderError(
            f"The embedder's table in {folder} can not be read ({error}). "
            "Reinstall everwhen, or name another embedder."
        ) from error
    vocabulary = listed.removesuffix("\n").split("\n")
    if not len(vocabulary) == len(rows) == len(scales) or rows.dtype != np.int8:
        raise ProviderError(
            f"The embedder's table in {folder} does not fit together: {len(vocabulary)} words, "
            f"{len(rows)} rows of {rows.dtype}, {len(scales)} scales. Reinstall everwhen."
        )
    index = {word: row for row, word in enumerate(vocabulary)}
    checksum = zlib.crc32(scales.astype("<f4").tobytes(), zlib.crc32(_READING + listed.encode()))
    return _Table(index=index, rows=np.asarray(rows), scales=scales, checksum=checksum)
