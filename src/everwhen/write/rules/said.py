"""The claims of one message in the order they were made, found by what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSequence
from typing import overload

from everwhen.language.keys import value_key
from everwhen.model.records import Polarity, Proposal

_Key = tuple[str, str, Polarity, str]


class Said(MutableSequence[Proposal]):
    """A list of claims that finds those of the same slot, polarity and value without a search."""

    __slots__ = ("_claims", "_places")

    def __init__(self, claims: Iterable[Proposal] = ()) -> None:
        self._claims = list(claims)
        self._places: dict[_Key, list[int]] | None = None

    def alike(self, new: Proposal) -> list[int]:
        """The places, in order, of the claims that say the same, whatever their period."""
        if self._places is None:
            self._places = {}
            for number, claim in enumerate(self._claims):
                self._places.setdefault(_key(claim), []).append(number)
        return self._places.get(_key(new), [])

    @overload
    def __getitem__(self, place: int) -> Proposal: ...
    @overload
    def __getitem__(self, place: slice) -> list[Proposal]: ...
    def __getitem__(self, place: int | slice) -> Proposal | list[Proposal]:
        return self._claims[place]

    @overload
    def __setitem__(self, place: int, claim: Proposal) -> None: ...
    @overload
    def __setitem__(self, place: slice, claim: Iterable[Proposal]) -> None: ...
    def __setitem__(self, place: int | slice, claim: Proposal | Iterable[Proposal]) -> None:
        if isinstance(place, int) and isinstance(claim, Proposal):
            if self._places is not None and _key(self._claims[place]) != _key(claim):
                self._places = None
            self._claims[place] = claim
        elif isinstance(place, slice) and not isinstance(claim, Proposal):
            self._places = None
            self._claims[place] = claim
        else:
            raise TypeError("one claim goes to one place, several to a slice")

    def __delitem__(self, place: int | slice) -> None:
        self._places = None
        del self._claims[place]

    def __len__(self) -> int:
        return len(self._claims)

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self._claims)

    def __reversed__(self) -> Iterator[Proposal]:
        return reversed(self._claims)

    def insert(self, index: int, value: Proposal) -> None:
        """Put a claim before that place."""
        self._places = None
        self._claims.insert(index, value)

    def append(self, value: Proposal) -> None:
        """Put a claim behind the others."""
        if self._places is not None:
            self._places.setdefault(_key(value), []).append(len(self._claims))
        self._claims.append(value)

    def clear(self) -> None:
        """Take all claims out."""
        self._places = None
        self._claims.clear()


def _key(claim: Proposal) -> _Key:
    return (claim.subject, claim.attribute, claim.polarity, value_key(claim.value))


def without_repeats(claims: Iterable[Proposal]) -> list[Proposal]:
    """The claims in order, each once."""
    kept: list[Proposal] = []
    seen: dict[tuple[object, ...], list[Proposal]] = {}
    for claim in claims:
        key = (claim.subject, claim.attribute, claim.value, claim.text, claim.start)
        same = seen.setdefault(key, [])
        if claim not in same:
            same.append(claim)
            kept.append(claim)
    return kept
