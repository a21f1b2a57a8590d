"""Folds the claims of a slot into the periods over which its values hold: docs/time.md as code."""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from everwhen.model.records import Cardinality, Claim, Polarity, Review
from everwhen.write.rough import latest, settled_ends, settled_starts
from everwhen.write.segment import Segment, facts
from everwhen.write.span import (
    ALWAYS,
    NEVER,
    Said,
    Span,
    Stop,
    in_place_of,
    said_order,
    span_of,
)
from everwhen.write.succession import succeeded

__all__ = [
    "ALWAYS", "Placed", "Segment", "ended_at", "facts", "fold", "fold_placed", "said_order",
    "start_of", "visible",
]  # fmt: skip


class _Stretch(NamedTuple):
    start: datetime
    end: datetime
    span: int


def start_of(claim: Claim) -> datetime:
    """When what an AFFIRM claim says begins; ALWAYS if that is not known."""
    return span_of(claim).start


def ended_at(claim: Claim) -> datetime:
    """When an END claim ends its value."""
    return claim.valid_to if claim.valid_to is not None else claim.said_at


def visible(claim: Claim, known_at: datetime | None) -> bool:
    """Whether a claim was held at the instant; None is now: everything not withdrawn."""
    if known_at is None:
        return claim.withdrawn_at is None
    return claim.recorded_at <= known_at and (
        claim.withdrawn_at is None or known_at < claim.withdrawn_at
    )


def fold(
    claims: Iterable[Claim], cardinality: Cardinality, known_at: datetime | None = None
) -> tuple[Segment, ...]:
    """What the claims of one slot add up to, in order of time.

    Only claims held at `known_at` count (by default all that are not withdrawn). The order in
    which they are given does not matter. In a multi-valued slot, claims of values that no
    correction connects may be left out without changing the rest.
    """
    heard = sorted((c for c in claims if visible(c, known_at)), key=said_order)
    spans, stops = _resolve(heard, cardinality)
    if not spans:
        return ()
    if cardinality is Cardinality.MULTIPLE:
        return _side_by_side(spans, _ended(spans, settled_ends(spans, stops, cardinality)))
    spans = settled_starts(spans)
    ends = _ended(spans, settled_ends(spans, stops, cardinality))
    cuts, flags = succeeded(spans, ends)
    return _one_at_a_time(spans, ends, cuts, flags)


class Placed(NamedTuple):
    """Where a claim lies in valid time: from its start to the last instant that it bears on."""

    start: datetime
    reach: datetime
    claim: Claim


def fold_placed(claims: Iterable[Claim]) -> tuple[tuple[Segment, ...], list[Placed]]:
    """Fold a single-valued slot, and tell where its claims lie, in order of their starts.

    An instant that no claim with an earlier start reaches beyond parts the slot: claims that
    start on one side of it have no effect on the other.
    """
    stated, stops = _resolve(sorted(claims, key=said_order), Cardinality.SINGLE)
    spans = settled_starts(stated)
    ends = _ended(spans, settled_ends(spans, stops, Cardinality.SINGLE))
    cuts, flags = succeeded(spans, ends)
    segments = _one_at_a_time(spans, ends, cuts, flags)
    reach = {
        span.claim.id: max(cuts[i], ends[i]) if span.until is not None else cuts[i]
        for i, span in enumerate(spans)
    }
    for segment in segments:
        end = segment.valid_to or NEVER
        for claim in segment.claims:
            reach[claim.id] = max(reach[claim.id], end)
    for span in stated:
        last = latest(span.claim, span.claim.valid_from) if span.open else None
        over = [at for stop in stops if (at := latest(stop.claim, stop.claim.valid_to))]
        reach[span.claim.id] = max(
            reach[span.claim.id],
            last or ALWAYS,
            *(at for at in over if span.start < at),
        )
    placed = [Placed(span.start, reach[span.claim.id], span.claim) for span in stated]
    return segments, sorted(placed, key=lambda place: place.start)


# Steps 1 and 2: corrections and intervals


def _resolve(heard: Sequence[Claim], cardinality: Cardinality) -> tuple[list[Span], list[Stop]]:
    spans: list[Span] = []
    stops: list[Stop] = []
    for claim in heard:
        if claim.polarity is Polarity.AFFIRM:
            spans.append(span_of(claim))
        elif claim.polarity is Polarity.END:
            stops.append(
                Stop(claim, claim.value_key, ended_at(claim), said_order(claim), int(claim.trust))
            )
        else:
            spans = _corrected(claim, spans, stops, cardinality)
    return spans, stops


def _corrected(
    claim: Claim, spans: list[Span], stops: list[Stop], cardinality: Cardinality
) -> list[Span]:
    """The claims said so far, after a correction."""
    targets = _targets(claim, spans, stops, cardinality)
    if not claim.value_key:
        return [s for s in spans if s.claim.id not in targets]
    stated = claim.valid_from is not None or claim.valid_to is not None or claim.past
    struck = [s for s in spans if s.claim.id in targets]
    agrees = not claim.targets and not stated and any(s.value == claim.value_key for s in struck)
    if not struck or agrees:
        return [*spans, span_of(claim)]
    kept = [s for s in spans if s.claim.id not in targets]
    return [*kept, in_place_of(claim, struck)]


def _targets(
    claim: Claim, spans: list[Span], stops: list[Stop], cardinality: Cardinality
) -> set[str]:
    within = [s for s in spans if s.trust <= claim.trust]
    if claim.targets:
        return {s.claim.id for s in within} & set(claim.targets)
    value = claim.replaces_key
    if not value:
        if cardinality is Cardinality.MULTIPLE or not spans:
            return set()
        value = _holding(spans, stops, claim.said_at)
        if value is None:
            value = spans[-1].value
    return {s.claim.id for s in within if s.value == value}


def _holding(spans: list[Span], stops: list[Stop], at: datetime) -> str | None:
    """The value that wins at an instant."""
    spans = settled_starts(spans)
    cuts, _ = succeeded(spans, _ended(spans, settled_ends(spans, stops, Cardinality.SINGLE)))
    covering = [i for i, s in enumerate(spans) if s.start <= at < cuts[i]]
    return spans[max(covering, key=lambda i: _rank(spans[i]))].value if covering else None


# Step 4: ends


def _ended(spans: Sequence[Span], stops: Sequence[Stop]) -> list[datetime]:
    """Each span's end after the END claims."""
    if not stops:
        return [span.end for span in spans]
    # by (value, trust), in order of (instant, said): the first one after a span's own
    # (start, said) is the earliest that may end it
    sorted_stops: dict[tuple[str, int], list[tuple[datetime, Said]]] = {}
    for stop in stops:
        insort(sorted_stops.setdefault((stop.value, stop.trust), []), (stop.at, stop.said))
    levels = sorted({stop.trust for stop in stops})
    ends = []
    for span in spans:
        end = span.end
        for trust in levels:
            if trust < span.trust:
                continue
            for value in (span.value, ""):
                found = sorted_stops.get((value, trust), ())
                at = bisect_right(found, (span.start, span.said))
                if at < len(found) and found[at][0] < end:
                    end = found[at][0]
        ends.append(end)
    return ends


# Step 6: winners and what is kept for review


def _rank(span: Span) -> tuple[int, datetime, Said]:
    return (span.trust, span.start, span.said)


def _winners(spans: Sequence[Span], cuts: Sequence[datetime]) -> list[_Stretch]:
    """Who wins when, in order of time, a stretch a winner."""
    live = [i for i, span in enumerate(spans) if span.start < cuts[i]]
    starting = sorted(live, key=lambda i: spans[i].start)
    if all(cuts[one] <= spans[two].start for one, two in itertools.pairwise(starting)):
        return [_Stretch(spans[i].start, cuts[i], i) for i in starting]
    ranked = sorted(live, key=lambda i: _rank(spans[i]), reverse=True)
    place = {i: at for at, i in enumerate(ranked)}
    points = sorted({spans[i].start for i in live} | {cuts[i] for i in live})
    heap: list[int] = []
    stretches: list[_Stretch] = []
    arrived = 0
    for point, following in itertools.pairwise(points):
        while arrived < len(starting) and spans[starting[arrived]].start == point:
            heapq.heappush(heap, place[starting[arrived]])
            arrived += 1
        while heap and cuts[ranked[heap[0]]] <= point:
            heapq.heappop(heap)
        if not heap:
            continue
        winner = ranked[heap[0]]
        if stretches and stretches[-1].span == winner and stretches[-1].end == point:
            stretches[-1] = _Stretch(stretches[-1].start, following, winner)
        else:
            stretches.append(_Stretch(point, following, winner))
    return stretches


def _verdict(loser: Span, end: datetime, winner: Span) -> Review | None:
    """Why a span that covers a stretch without winning it is kept for review, if it is."""
    if loser.trust < winner.trust:
        return Review.UNTRUSTED
    if loser.start == winner.start and not loser.told_before(winner):
        return Review.CONFLICT
    crossing = winner.until is not None and winner.until > end
    known = loser.until is not None and loser.start != ALWAYS
    return Review.CONFLICT if crossing and known else None


def _reviews(
    spans: Sequence[Span],
    ends: Sequence[datetime],
    cuts: Sequence[datetime],
    flags: dict[int, datetime],
    stretches: Sequence[_Stretch],
) -> dict[tuple[str, Review], list[_Stretch]]:
    """The stretches kept for review, by value and kind."""
    starts = [stretch.start for stretch in stretches]
    kept: dict[tuple[str, Review], list[_Stretch]] = {}
    for i, span in enumerate(spans):
        if span.start < cuts[i]:
            for at in range(max(bisect_right(starts, span.start) - 1, 0), len(stretches)):
                stretch = stretches[at]
                if stretch.start >= cuts[i]:
                    break
                winner = spans[stretch.span]
                if stretch.end <= span.start or winner.value == span.value:
                    continue
                kind = _verdict(span, cuts[i], winner)
                if kind is not None:
                    part = (max(stretch.start, span.start), min(stretch.end, cuts[i]))
                    kept.setdefault((span.value, kind), []).append(_Stretch(*part, i))
        if i in flags:
            own = [s for s in stretches if spans[s.span].value == span.value]
            for start, end in _without(flags[i], ends[i], own):
                kept.setdefault((span.value, Review.CONFLICT), []).append(_Stretch(start, end, i))
    return kept


def _without(
    start: datetime, end: datetime, taken: Iterable[_Stretch]
) -> list[tuple[datetime, datetime]]:
    """The parts of [start, end) outside some stretches that are in order of time."""
    parts = []
    for stretch in taken:
        if start < end and start < stretch.start:
            parts.append((start, min(end, stretch.start)))
        start = max(start, stretch.end)
    if start < end:
        parts.append((start, end))
    return parts


# Step 7: facts


def _merged(stretches: Iterable[_Stretch]) -> list[tuple[datetime, datetime, list[int]]]:
    """Adjacent or overlapping stretches joined, each with the spans behind it."""
    joined: list[tuple[datetime, datetime, list[int]]] = []
    for start, end, span in sorted(stretches):
        if joined and start <= joined[-1][1]:
            first, last, behind = joined[-1]
            behind.append(span)
            joined[-1] = (first, max(last, end), behind)
        else:
            joined.append((start, end, [span]))
    return joined


def _segment(
    spans: Sequence[Span],
    start: datetime,
    end: datetime,
    behind: Iterable[int],
    review: Review | None,
    counts: dict[str, int],
) -> Segment:
    said = [spans[i] for i in sorted(set(behind))]
    if len(said) > 1:
        said.sort(key=lambda span: span.said)
    anchor = said[0].claim
    ordinal = counts.get(anchor.id, 0)
    counts[anchor.id] = ordinal + 1
    return Segment(
        value_key=said[0].value,
        valid_from=None if start == ALWAYS else start,
        valid_to=None if end == NEVER else end,
        anchor=anchor,
        claims=tuple(span.claim for span in said),
        review=review,
        ordinal=ordinal,
    )


def _in_order(segments: list[Segment]) -> tuple[Segment, ...]:
    if len(segments) > 1:
        segments.sort(key=lambda s: (s.valid_from or ALWAYS, s.review or "", s.value_key))
    return tuple(segments)


def _side_by_side(spans: Sequence[Span], ends: Sequence[datetime]) -> tuple[Segment, ...]:
    by_value: dict[str, list[_Stretch]] = {}
    for i, span in enumerate(spans):
        if span.start < ends[i]:
            by_value.setdefault(span.value, []).append(_Stretch(span.start, ends[i], i))
    counts: dict[str, int] = {}
    return _in_order(
        [
            _segment(spans, start, end, behind, None, counts)
            for stretches in by_value.values()
            for start, end, behind in _merged(stretches)
        ]
    )


def _one_at_a_time(
    spans: Sequence[Span],
    ends: Sequence[datetime],
    cuts: Sequence[datetime],
    flags: dict[int, datetime],
) -> tuple[Segment, ...]:
    stretches = _winners(spans, cuts)
    by_value: dict[str, list[_Stretch]] = {}
    for stretch in stretches:
        by_value.setdefault(spans[stretch.span].value, []).append(stretch)
    cover: dict[str, list[int]] = {}
    for i, span in enumerate(spans):
        if span.start < cuts[i]:
            cover.setdefault(span.value, []).append(i)
    counts: dict[str, int] = {}
    segments = [
        _segment(
            spans,
            start,
            end,
            [i for i in cover[value] if spans[i].start < end and start < cuts[i]],
            None,
            counts,
        )
        for value, won in by_value.items()
        for start, end, _ in _merged(won)
    ]
    if flags or len(cover) > 1:
        kept = _reviews(spans, ends, cuts, flags, stretches)
        for (_, review), lost in kept.items():
            counts = {}
            segments += [
                _segment(spans, start, end, behind, review, counts)
                for start, end, behind in _merged(lost)
            ]
    return _in_order(segments)
