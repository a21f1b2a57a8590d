"""The last instant of a slot at which several claims begin together, folded claim by claim."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from datetime import datetime

from everwhen.model.records import Claim, Polarity, Review
from everwhen.write.fold import ALWAYS, NEVER, said_order
from everwhen.write.segment import Segment


def is_open(claim: Claim) -> bool:
    """Whether a claim says that its value holds until further notice, and nothing else."""
    return (
        claim.polarity is Polarity.AFFIRM
        and claim.valid_to is None
        and claim.expires_at is None
        and not claim.past
        and claim.value_key != ""
    )


class Tie:
    """Open claims of one trust that all start at one instant, after which nothing starts.

    The one said last wins, values other than its own are kept for review: so one more claim
    changes at most two segments. `elsewhere` are values whose segments before that instant
    reach up to it; a claim of these is for the whole fold.
    """

    def __init__(self, start: datetime, claims: Iterable[Claim], elsewhere: set[str]) -> None:
        self.start = start
        self._elsewhere = elsewhere
        self._claims: dict[str, list[tuple[object, Claim]]] = {}
        heard = sorted(claims, key=said_order)
        for claim in heard:
            self._claims.setdefault(claim.value_key, []).append((said_order(claim), claim))
        self._trust = heard[-1].trust
        self._latest = said_order(heard[-1])
        self._winner = heard[-1].value_key
        self._segments = {value: self._segment(value) for value in self._claims}

    @property
    def segments(self) -> list[Segment]:
        """What the claims add up to, in the order of a fold."""
        return sorted(self._segments.values(), key=_place)

    def takes(self, claim: Claim, start: datetime) -> bool:
        """Whether a claim that starts then is one of these."""
        return (
            start == self.start
            and claim.trust is self._trust
            and claim.value_key not in self._elsewhere
            and is_open(claim)
        )

    def insert(self, claim: Claim) -> tuple[list[Segment], tuple[Segment, ...]]:
        """Take in one claim; the segments that are gone, and those in their place."""
        said, touched = said_order(claim), [claim.value_key]
        insort(self._claims.setdefault(claim.value_key, []), (said, claim))
        if said > self._latest:
            if self._winner != claim.value_key:
                touched.append(self._winner)
            self._winner, self._latest = claim.value_key, said
        gone = [self._segments[value] for value in touched if value in self._segments]
        for value in touched:
            self._segments[value] = self._segment(value)
        new = sorted((self._segments[value] for value in touched), key=_place)
        return sorted(gone, key=_place), tuple(new)

    def _segment(self, value: str) -> Segment:
        claims = tuple(claim for _, claim in self._claims[value])
        return Segment(
            value_key=value,
            valid_from=None if self.start == ALWAYS else self.start,
            valid_to=None,
            anchor=claims[0],
            claims=claims,
            review=None if value == self._winner else Review.CONFLICT,
        )


def _place(segment: Segment) -> tuple[str, str]:
    return (segment.review or "", segment.value_key)


def tie_of(start: datetime, claims: Iterable[Claim], before: Iterable[Segment]) -> Tie | None:
    """The tie that all claims from an instant on are, `before` being the segments that start
    earlier; None if they are none."""
    together = list(claims)
    if not together or start == NEVER:
        return None
    trust = together[0].trust
    if not all(is_open(claim) and claim.trust is trust for claim in together):
        return None
    elsewhere = {s.value_key for s in before if s.valid_to is None or s.valid_to >= start}
    if not elsewhere.isdisjoint({claim.value_key for claim in together}):
        return None
    return Tie(start, together, elsewhere)
