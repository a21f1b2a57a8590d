"""Claims as stretches of valid time, before any of them bears on another: steps 1 and 2's terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from everwhen.model.records import Claim

# Unknown and open ends as instants that compare.
ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

Place: TypeAlias = tuple[int, int]
Said: TypeAlias = tuple[datetime, Place, str, str]


class Span(NamedTuple):
    """An AFFIRM claim (or a correction that became one) with its interval, before any cut.

    `until` is the end that it states, if any; `dated` tells that it states its start. `told` is
    its place within the instant of its start, where it starts because it was said then.
    """

    claim: Claim
    value: str
    start: datetime
    end: datetime
    said: Said
    trust: int
    until: datetime | None
    dated: bool
    told: Place | None

    @property
    def open(self) -> bool:
        """Whether it goes on until something else is said."""
        return self.until is None and not self.claim.past

    def told_before(self, other: Span) -> bool:
        """Whether both start at one instant as they were told then, and the other came later."""
        return (
            self.told is not None
            and other.told is not None
            and self.start == other.start
            and self.told < other.told
        )


class Stop(NamedTuple):
    """An END claim: the value that it ends ("" for whatever holds) and when."""

    claim: Claim
    value: str
    at: datetime
    said: Said
    trust: int


def said_order(claim: Claim) -> Said:
    """What sorts claims into the order in which they were said."""
    return (claim.said_at, claim.order, claim.value_key, claim.id)


def span_of(claim: Claim) -> Span:
    """The interval that an AFFIRM claim states."""
    if claim.valid_from is not None:
        return spanning(claim, claim.valid_from, claim.valid_to, dated=True, told=None)
    over = claim.valid_to is not None and claim.valid_to <= claim.said_at
    if claim.past or over:
        return spanning(claim, ALWAYS, claim.valid_to, dated=False, told=None)
    return spanning(claim, claim.said_at, claim.valid_to, dated=False, told=claim.order)


def spanning(
    claim: Claim, start: datetime, until: datetime | None, *, dated: bool, told: Place | None
) -> Span:
    """A claim over an interval, as far as it lasts and does not expire."""
    end = until
    if end is None:
        end = claim.said_at if claim.past else NEVER
    if claim.expires_at is not None and claim.expires_at < end:
        end = claim.expires_at
    said = said_order(claim)
    return Span(claim, claim.value_key, start, end, said, int(claim.trust), until, dated, told)


def in_place_of(claim: Claim, struck: Iterable[Span]) -> Span:
    """A correction over the interval of the claims that it strikes out, but for what it states."""
    spans = list(struck)
    start, told = claim.valid_from, None
    if start is None:
        start = min(span.start for span in spans)
        places = [span.told for span in spans if span.start == start]
        known = [place for place in places if place is not None]
        told = min(known) if len(known) == len(places) else None
    until = claim.valid_to
    if until is None:
        limits = [span.until for span in spans if span.until is not None]
        until = max(limits) if len(limits) == len(spans) else None
    return spanning(claim, start, until, dated=start != ALWAYS, told=told)
