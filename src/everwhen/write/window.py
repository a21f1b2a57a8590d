"""Folds a growing slot piece by piece, so that one more claim costs what it changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

from everwhen.model.records import Claim, Polarity
from everwhen.write.fold import ALWAYS, NEVER, Placed, ended_at, fold_placed, start_of
from everwhen.write.segment import Segment
from everwhen.write.ties import Tie, is_open, tie_of


class Line:
    """A single-valued slot without corrections, its claims laid out in valid time.

    Where an instant parts the slot (see `fold_placed`), a claim that starts after it leaves all
    before it as it was, so only what comes after is folded again. Where the last claims all
    start together, one more among them is taken in by their `Tie`, which holds their segments
    as long as it lasts. The segments are always those of the whole fold; a test compares them.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        given = list(claims)
        self._stops = [claim for claim in given if claim.polarity is Polarity.END]
        self._placed: list[Placed] = []
        self._starts: list[datetime] = []
        self._reaches: list[datetime] = []
        self._segments: list[Segment] = []
        self._segment_starts: list[datetime] = []
        self._tie: Tie | None = None
        segments, placed = fold_placed(given) if given else ((), [])
        self._extend(placed, segments)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What the claims add up to."""
        return (*self._segments, *(self._tie.segments if self._tie is not None else ()))

    def insert(self, claim: Claim) -> tuple[list[Segment], tuple[Segment, ...]]:
        """Take in one AFFIRM claim; the segments that are gone, and those in their place."""
        own = start_of(claim)
        if self._tie is not None and not self._tie.takes(claim, own):
            self._untie()
        at = self._part(own) if self._tie is None else 0
        part = self._starts[at] if at > 0 else ALWAYS
        first = bisect_left(self._segment_starts, part)
        if self._tie is None:
            self._tie = self._tied(claim, own, first)
        if self._tie is not None:
            self._note_place(Placed(own, NEVER, claim))
            return self._tie.insert(claim)
        claims = [place.claim for place in self._placed[at:]]
        gone = self._segments[first:]
        for column in (self._placed, self._starts, self._reaches):
            del column[at:]
        del self._segments[first:], self._segment_starts[first:]
        segments, placed = fold_placed(
            [*claims, claim, *(stop for stop in self._stops if ended_at(stop) >= part)]
        )
        self._extend(placed, segments)
        return gone, segments

    def _part(self, start: datetime) -> int:
        """The place of the claim that starts where the slot is parted last before `start`."""
        at = bisect_left(self._starts, start)
        while at > 0 and not self._parted(at, start):
            at -= 1
        return at

    def _tied(self, claim: Claim, start: datetime, first: int) -> Tie | None:
        """The tie of which a claim that starts then would be one, if there is such a one.

        What starts before it lies in the segments from the place `first` on."""
        if not is_open(claim) or not self._starts or self._starts[-1] != start:
            return None
        at = bisect_left(self._starts, start)
        if at > 0 and self._reaches[at - 1] > start:
            return None
        if any(ended_at(stop) >= start for stop in self._stops):
            return None
        until = bisect_left(self._segment_starts, start)
        claims = (place.claim for place in self._placed[at:])
        tie = tie_of(start, claims, self._segments[first:until])
        if tie is None or not tie.takes(claim, start):
            return None
        del self._segments[until:], self._segment_starts[until:]
        return tie

    def _untie(self) -> None:
        """Take the segments of the tie back."""
        if self._tie is not None:
            self._note_segments(self._tie.segments)
            self._tie = None

    def _parted(self, at: int, start: datetime) -> bool:
        """Whether the slot is parted where the claim at this place starts, before `start`."""
        if at >= len(self._starts):
            return False
        part = self._starts[at]
        return part < start and self._starts[at - 1] < part and self._reaches[at - 1] <= part

    def _extend(self, placed: list[Placed], segments: Iterable[Segment]) -> None:
        for place in placed:
            self._note_place(place)
        self._note_segments(segments)

    def _note_place(self, place: Placed) -> None:
        self._placed.append(place)
        self._starts.append(place.start)
        reach = place.reach
        self._reaches.append(max(self._reaches[-1], reach) if self._reaches else reach)

    def _note_segments(self, segments: Iterable[Segment]) -> None:
        for segment in segments:
            self._segments.append(segment)
            self._segment_starts.append(segment.valid_from or ALWAYS)
