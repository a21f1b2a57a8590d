"""A stretch of valid time that a fold found, and the fact that it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from everwhen.model.period import Precision
from everwhen.model.records import Claim, Fact, Review, Scope, Slot, Source, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of valid time over which one value holds, or waits for review.

    `claims` are those that it rests on, in said order; the first is the `anchor`, which words
    it and gives it its id together with `ordinal` (0 for the first stretch of an anchor).
    """

    value_key: str
    valid_from: datetime | None
    valid_to: datetime | None
    anchor: Claim
    claims: tuple[Claim, ...]
    review: Review | None = None
    ordinal: int = 0

    @property
    def trust(self) -> Trust:
        """That of the most trusted claim."""
        return max(claim.trust for claim in self.claims)

    @property
    def precision(self) -> Precision | None:
        """How exactly the first claim that tells a time told it."""
        return next((c.precision for c in self.claims if c.precision is not None), None)

    @property
    def confidence(self) -> float:
        """That of the surest claim."""
        return max(claim.confidence for claim in self.claims)

    @property
    def sensitive(self) -> bool:
        """Whether any claim is."""
        return any(claim.sensitive for claim in self.claims)

    @property
    def expires_at(self) -> datetime | None:
        """When the last claim lapses; None if any stays."""
        moments = [c.expires_at for c in self.claims if c.expires_at is not None]
        return max(moments) if len(moments) == len(self.claims) else None


def short_hash(*parts: object) -> str:
    """Twenty hexadecimal digits that stay the same for the same parts."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def fact_id(scope: Scope, slot: Slot, segment: Segment) -> str:
    """The id of the fact that a segment is: the same whenever the same claims say it."""
    review = segment.review.value if segment.review is not None else None
    return "f_" + short_hash(
        scope.owner,
        slot.subject,
        slot.attribute,
        segment.value_key,
        segment.anchor.id,
        review,
        segment.ordinal,
    )


def facts(scope: Scope, slot: Slot, segments: Iterable[Segment], at: datetime) -> tuple[Fact, ...]:
    """The segments of a slot as facts held from `at` on."""
    return tuple(fact_of(scope, slot, segment, at) for segment in segments)


def fact_of(
    scope: Scope, slot: Slot, segment: Segment, at: datetime, id: str | None = None
) -> Fact:
    """One segment as a fact held from `at` on; `row` is left for the store."""
    anchor = segment.anchor
    if scope.run_id is not None:
        user_id, agent_id, run_id = scope.owner
        scope = Scope(user_id=user_id, agent_id=agent_id, run_id=run_id)
    return Fact(
        id=id if id is not None else fact_id(scope, slot, segment),
        row=0,
        scope=scope,
        subject=slot.subject,
        attribute=slot.attribute,
        value=anchor.value,
        text=anchor.text,
        valid_from=segment.valid_from,
        valid_to=segment.valid_to,
        system_from=at,
        system_to=None,
        sources=tuple(
            Source(episode_id=c.episode_id, start=c.start, end=c.end) for c in segment.claims
        ),
        claim_ids=tuple(c.id for c in segment.claims),
        confidence=segment.confidence,
        trust=segment.trust,
        precision=segment.precision,
        sensitive=segment.sensitive,
        review=segment.review,
        expires_at=segment.expires_at,
        speaker=anchor.speaker,
        metadata=anchor.metadata,
    )
