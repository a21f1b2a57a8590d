"""The ranking index: compact vectors and cached arrays for exact search within an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from everwhen.model.records import Turn
from everwhen.ports import Kind, Moment, Ranking, View
from everwhen.stores.connection import Connection

KINDS: dict[Kind, int] = {"fact": 0, "episode": 1}


def pack_vector(vector: bytes) -> bytes:
    """Little-endian float32, as an embedder gives it, to float16 as stored."""
    return np.frombuffer(vector, dtype="<f4").astype("<f2").tobytes()


class IndexCache:
    """Arrays of the owners read last, kept in step with the database."""

    def forget(self, owners: Collection[int] | None) -> None:
        """Drop what is cached of these owners, or of all."""

    def rank(
        self,
        connection: Connection,
        view: View,
        kind: Kind,
        *,
        terms: Mapping[str, float],
        vector: bytes | None,
        moment: Moment,
    ) -> Ranking:
        """BM25 and cosine of every item that the view and the moment allow."""
        raise NotImplementedError

    def turns(self, connection: Connection, view: View, rows: Iterable[int]) -> dict[int, Turn]:
        """Episodes by row with their neighbours and session."""
        raise NotImplementedError

    def characters(self, connection: Connection, view: View) -> int:
        """Characters of all episodes of the view."""
        raise NotImplementedError
