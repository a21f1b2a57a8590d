"""Vectors that a store keeps by the text that they are of: what there is to ask it for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["fact", "episode"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The vector of an item in the index, and the digest of the text that was embedded."""

    kind: Kind
    row: int
    digest: int
    vector: bytes


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where an item of the index is."""

    owner: int
    kind: Kind
    row: int


class KeptVectors(Protocol):
    """Part of a reader. What is staged was made by another embedder than the index is in use with,
    and waits until all is there."""

    def vectors_of(
        self, owner: int, digests: Sequence[int], *, staged: bool = False
    ) -> Mapping[int, bytes]:
        """Vectors of an owner's items by the digest of their text, as little-endian float32."""
        ...

    def unstaged(self, limit: int, after: Place | None = None) -> list[Place]:
        """Items of the index without a staged vector, in order, those behind `after`."""
        ...

    def count_unstaged(self) -> int:
        """How many those are."""
        ...


class StagedVectors(Protocol):
    """Part of a writer."""

    def stage(self, owner: int, items: Sequence[Embedded]) -> None:
        """Put vectors aside; those of items that are no longer in the index are left out."""
        ...

    def stage_indexed(self) -> None:
        """Put aside all vectors of the index that have a digest."""
        ...

    def clear_staged(self) -> None:
        """Drop everything that was put aside."""
        ...
