"""Starts and ends told by the day, month or year, set right by what was told before: step 3."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from everwhen.model.period import Precision
from everwhen.model.records import Cardinality, Claim
from everwhen.write.span import Span, Stop

_DAYS: Final = {Precision.DAY: 1, Precision.WEEK: 7}
_MONTHS: Final = {
    Precision.MONTH: 1,
    Precision.QUARTER: 3,
    Precision.SEASON: 3,
    Precision.YEAR: 12,
    Precision.DECADE: 120,
}
_LEAST: Final = timedelta(microseconds=1)


def latest(claim: Claim, stated: datetime | None) -> datetime | None:
    """The last instant that what a claim states so roughly can mean; None if it is exact.

    What has happened when it is told has happened by then.
    """
    if stated is None or claim.precision is None or claim.precision is Precision.INSTANT:
        return None
    last = min(_after(stated, claim.precision) - _LEAST, claim.said_at)
    return last if last > stated else None


def _after(start: datetime, precision: Precision) -> datetime:
    """The end of the day, month, … that begins at the instant."""
    if precision in _DAYS:
        return start + timedelta(days=_DAYS[precision])
    # A month of local time begins at another hour of a neighbouring day of UTC.
    month = start.year * 12 + start.month - 1 + _MONTHS[precision]
    year, place = divmod(month, 12)
    day = min(start.day, calendar.monthrange(year, place + 1)[1])
    return start.replace(year=year, month=place + 1, day=day)


def settled_starts(spans: list[Span]) -> list[Span]:
    """Spans of a single-valued slot, those begun in a period within which another value was told
    to hold begun after that."""
    rough = {
        i: last
        for i, span in enumerate(spans)
        if span.open and span.dated and (last := latest(span.claim, span.claim.valid_from))
    }
    if not rough:
        return spans
    told = [span for span in spans if span.told is not None]
    settled = list(spans)
    for i, last in rough.items():
        span = spans[i]
        if any(c.value != span.value and _within(c, span.start, last, span) for c in told):
            place = span.claim.order if last == span.claim.said_at else None
            settled[i] = span._replace(start=last, told=place)
    return settled


def settled_ends(spans: Sequence[Span], stops: list[Stop], cardinality: Cardinality) -> list[Stop]:
    """Ends told so, those of what began or was told to hold within the period after that.

    Values that stand side by side bear nothing on one another, so an end that names none of them
    stays where it is.
    """
    several = cardinality is Cardinality.MULTIPLE
    rough = {
        i: last
        for i, stop in enumerate(stops)
        if not (several and not stop.value) and (last := latest(stop.claim, stop.claim.valid_to))
    }
    if not rough:
        return stops
    settled = list(stops)
    for i, last in rough.items():
        stop = stops[i]
        ended = (c for c in spans if stop.value in ("", c.value) and c.trust <= stop.trust)
        if any(_within(c, stop.at, last, stop) for c in ended):
            settled[i] = stop._replace(at=last)
    return settled


def _within(span: Span, first: datetime, last: datetime, later: Span | Stop) -> bool:
    """Whether something begins within a period, and was told before that."""
    return span.said < later.said and first < span.start <= last
