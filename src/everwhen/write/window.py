"""Folds a growing slot piece by piece, so that one more claim costs what it changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate

from everwhen.model.records import Claim, Polarity
from everwhen.write.fold import ALWAYS, Placed, ended_at, fold_placed, start_of
from everwhen.write.rough import latest
from everwhen.write.segment import Segment


class Line:
    """A single-valued slot without corrections, its claims laid out in valid time.

    Where an instant parts the slot (see `fold_placed`), a claim that starts after it leaves all
    before it as it was, so only what comes after is folded again. The segments are always those
    of the whole fold; a property test compares them.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        given = list(claims)
        self._stops = [claim for claim in given if claim.polarity is Polarity.END]
        self._placed: list[Placed] = []
        self._starts: list[datetime] = []
        self._reaches: list[datetime] = []
        self._segments: list[Segment] = []
        self._segment_starts: list[datetime] = []
        segments, placed = fold_placed(given) if given else ((), [])
        self._extend(placed, segments)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What the claims add up to."""
        return tuple(self._segments)

    def insert(self, claim: Claim) -> tuple[list[Segment], tuple[Segment, ...]]:
        """Take in one AFFIRM claim; the segments that are gone, and those in their place."""
        own = start_of(claim)
        at = bisect_left(self._starts, own)
        while at > 0 and not self._parted(at, own):
            at -= 1
        part = self._starts[at] if at > 0 else ALWAYS
        claims = [place.claim for place in self._placed[at:]]
        first = bisect_left(self._segment_starts, part)
        gone = self._segments[first:]
        for column in (self._placed, self._starts, self._reaches):
            del column[at:]
        del self._segments[first:], self._segment_starts[first:]
        segments, placed = fold_placed(
            [*claims, claim, *(stop for stop in self._stops if _last(stop) >= part)]
        )
        self._extend(placed, segments)
        return gone, segments

    def _parted(self, at: int, start: datetime) -> bool:
        """Whether the slot is parted where the claim at this place starts, before `start`."""
        if at >= len(self._starts):
            return False
        part = self._starts[at]
        return part < start and self._starts[at - 1] < part and self._reaches[at - 1] <= part

    def _extend(self, placed: list[Placed], segments: Iterable[Segment]) -> None:
        top = self._reaches[-1:]
        reaches = accumulate([*top, *(place.reach for place in placed)], max)
        self._reaches += list(reaches)[len(top) :]
        self._placed += placed
        self._starts += [place.start for place in placed]
        for segment in segments:
            self._segments.append(segment)
            self._segment_starts.append(segment.valid_from or ALWAYS)


def _last(stop: Claim) -> datetime:
    """The last instant at which an END claim may end its value."""
    return latest(stop, stop.valid_to) or ended_at(stop)
