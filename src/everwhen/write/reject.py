"""The log of claims that were not taken, without their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from everwhen.asking import Rejected
from everwhen.model.records import Action, Decision, Episode, Source
from everwhen.write.segment import short_hash


def rejections(episode: Episode, rejected: Sequence[Rejected], at: datetime) -> list[Decision]:
    """One decision for each. They rest on no claim and name no slot; a message's history has
    them, and they go when it is forgotten."""
    return [
        Decision(
            id="d_" + short_hash(episode.id, "rejected", place),
            action=Action.REJECT,
            at=at,
            claim_id=None,
            source=Source(episode_id=episode.id, start=one.start, end=one.end),
            subject="",
            attribute="",
            fact_ids=(),
            reason=one.reason,
        )
        for place, one in enumerate(rejected)
    ]
