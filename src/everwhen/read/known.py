"""Facts as they were known at an instant: without the sources that came later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from everwhen.model.records import Claim, Fact
from everwhen.ports import Reader, View

_ALL_TIME = datetime.max.replace(tzinfo=UTC)


def as_known(reader: Reader, view: View, facts: Sequence[Fact], known_at: datetime) -> list[Fact]:
    """Versions held at the instant, resting on what had been stored by then.

    A version goes on when it gets one more source; whatever it loses would have ended it.
    """
    if known_at == _ALL_TIME:
        return list(facts)
    ids = list(dict.fromkeys(id for fact in facts for id in fact.claim_ids))
    found = reader.claims_by_id(View(owners=view.owners), ids)
    known = {claim.id: claim for _, claim in found if claim.recorded_at <= known_at}
    return [_resting_on(fact, known) for fact in facts]


def _resting_on(fact: Fact, known: Mapping[str, Claim]) -> Fact:
    places = [place for place, id in enumerate(fact.claim_ids) if id in known]
    if len(places) == len(fact.claim_ids):
        return fact
    claims = [known[fact.claim_ids[place]] for place in places]
    return replace(
        fact,
        sources=tuple(fact.sources[place] for place in places),
        claim_ids=tuple(claim.id for claim in claims),
        confidence=max(claim.confidence for claim in claims),
        trust=max(claim.trust for claim in claims),
        precision=next((c.precision for c in claims if c.precision is not None), None),
    )
