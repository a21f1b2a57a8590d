"""The difference of two folds of a slot, and the decision that explains it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from everwhen.model.records import Action, Claim, Decision, Fact, Polarity, Review, Source
from everwhen.write.segment import Segment, short_hash
from everwhen.write.span import ALWAYS

Segments: TypeAlias = Mapping[str, Segment]
"""The segments of a slot by fact id."""

_REASONS = {
    Review.CONFLICT: "kept for review: it contradicts a period told for another value",
    Review.UNTRUSTED: "kept for review: a source of higher trust says otherwise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What to write so that the facts held become others.

    `opened` are new versions, `closed` held ones to end, `amended` held ones (by row) that go
    on with more sources.
    """

    opened: tuple[Fact, ...]
    closed: tuple[Fact, ...]
    amended: tuple[Fact, ...]


def difference(
    held: Iterable[Fact], wanted: Iterable[Fact], fresh: Container[str] = ()
) -> Difference:
    """Compare the versions held of a slot with the facts that its claims now add up to.

    A version goes on if all that changed is that `fresh` claims, recorded at this instant, came
    to it: what it rested on before can then be told by when its claims were recorded.
    """
    before = {fact.id: fact for fact in held}
    opened, amended = [], []
    for fact in wanted:
        old = before.get(fact.id)
        if old is None or _version(old) != _version(fact) or _regrounded(old, fact, fresh):
            opened.append(fact)
            continue
        del before[fact.id]
        if _grounds(old) != _grounds(fact):
            amended.append(replace(fact, row=old.row, system_from=old.system_from))
    return Difference(opened=tuple(opened), closed=tuple(before.values()), amended=tuple(amended))


def _version(fact: Fact) -> tuple[object, ...]:
    return (fact.valid_from, fact.valid_to, fact.review, fact.expires_at, fact.sensitive)


def _regrounded(old: Fact, new: Fact, fresh: Container[str]) -> bool:
    """Whether a fact lost a source, or came to rest on one that was there before."""
    if old.claim_ids == new.claim_ids:
        return False
    had, has = set(old.claim_ids), set(new.claim_ids)
    return not had <= has or any(id not in fresh for id in has - had)


def _grounds(fact: Fact) -> tuple[object, ...]:
    return (fact.claim_ids, fact.sources, fact.confidence, fact.trust, fact.precision)


def explain(claim: Claim, before: Segments, after: Segments) -> Decision:
    """The decision that a claim, coming to a slot, makes."""
    before, after = _in_order(before), _in_order(after)
    if claim.polarity is Polarity.END or not claim.value_key:
        return _explain_removal(claim, before, after)
    own = {i: s for i, s in after.items() if s.review is None and _rests(s, claim)}
    lost = [
        i
        for i, s in before.items()
        if s.review is None and s.value_key != claim.value_key and _moved(i, s, after)
    ]
    corrects = claim.polarity is Polarity.CORRECT
    same = [i for i, s in before.items() if s.review is None and s.value_key == claim.value_key]
    replaced = [i for i in same if i not in after]
    if not own:
        return _explain_no_effect(claim, lost, before, after)
    named = [*own, *(i for i in after if i not in before and i not in own)]
    if lost:
        reason = (
            "corrects what was held, which counts as never true"
            if corrects
            else "takes the place of what was held for that time"
        )
        return _decision(claim, Action.UPDATE, named, [*lost, *replaced], reason)
    if any(i in own for i in same) or replaced:
        if replaced and corrects:
            reason = "corrects what was held, which counts as never true"
            return _decision(claim, Action.UPDATE, named, replaced, reason)
        if _periods(same, before) == _periods(own, after):
            return _decision(
                claim, Action.NOOP, named, replaced, "one more source for what is held"
            )
        reason = "one more source, which tells more of the period"
        return _decision(claim, Action.UPDATE, named, replaced, reason)
    return _decision(claim, Action.ADD, named, (), "new, and nothing held contradicts it")


def _explain_no_effect(
    claim: Claim, lost: list[str], before: Segments, after: Segments
) -> Decision:
    kept = {i: s for i, s in after.items() if s.review is not None and _rests(s, claim)}
    named = [*kept, *(i for i in after if i not in before and i not in kept)]
    if lost:
        reason = "ends what was held, and is over itself by then"
        return _decision(claim, Action.INVALIDATE, named, lost, reason)
    if kept:
        review = next(iter(kept.values())).review
        reason = _REASONS[review] if review is not None else ""
        return _decision(claim, Action.REJECT, named, (), reason)
    reason = "no effect: other claims hold, or end it, over all of its period"
    return _decision(claim, Action.REJECT, named, (), reason)


def _explain_removal(claim: Claim, before: Segments, after: Segments) -> Decision:
    closed = [i for i, s in before.items() if _moved(i, s, after)]
    left = [i for i, s in after.items() if _moved(i, s, before)]
    if not closed and not left:
        return _decision(claim, Action.REJECT, (), (), "no effect: nothing of it was held")
    if claim.polarity is Polarity.END:
        reason = "what was held ends, and nothing replaces it"
        return _decision(claim, Action.INVALIDATE, left, closed, reason)
    returning = [i for i in left if after[i].review is None]
    action = Action.UPDATE if returning else Action.INVALIDATE
    reason = "what was held is taken back and counts as never true"
    return _decision(claim, action, left, closed, reason)


def explain_withdrawal(claim: Claim, at: datetime, before: Segments, after: Segments) -> Decision:
    """The decision that taking a claim back makes."""
    before, after = _in_order(before), _in_order(after)
    closed = [i for i, s in before.items() if _moved(i, s, after)]
    opened = [i for i, s in after.items() if _moved(i, s, before)]
    if not closed and not opened:
        resting = [i for i, s in before.items() if _rests(s, claim)]
        action, reason = Action.NOOP, "taken back; other sources still say it"
        return _decision(claim, action, resting, (), reason, at, "withdrawn")
    if any(after[i].review is None for i in opened):
        action, reason = Action.UPDATE, "taken back; what the other sources say holds"
    else:
        action, reason = Action.INVALIDATE, "taken back; no other source says it"
    return _decision(claim, action, opened, closed, reason, at, "withdrawn")


def _in_order(segments: Segments) -> Segments:
    """By time, so that a decision names facts in the same order however they were loaded."""
    if len(segments) < 2:
        return segments
    return dict(sorted(segments.items(), key=_place))


def _place(item: tuple[str, Segment]) -> tuple[datetime, str, str, str]:
    id, segment = item
    return (segment.valid_from or ALWAYS, segment.review or "", segment.value_key, id)


def _rests(segment: Segment, claim: Claim) -> bool:
    return segment.value_key == claim.value_key and any(c.id == claim.id for c in segment.claims)


def _moved(id: str, segment: Segment, others: Segments) -> bool:
    other = others.get(id)
    return (
        other is None
        or other.valid_from != segment.valid_from
        or other.valid_to != segment.valid_to
    )


def _periods(ids: Iterable[str], segments: Segments) -> set[tuple[datetime | None, ...]]:
    return {(segments[i].valid_from, segments[i].valid_to) for i in ids}


def _decision(
    claim: Claim,
    action: Action,
    facts: Iterable[str],
    closed: Iterable[str],
    reason: str,
    at: datetime | None = None,
    event: str = "said",
) -> Decision:
    return Decision(
        id="d_" + short_hash(claim.id, event),
        action=action,
        at=at if at is not None else claim.recorded_at,
        claim_id=claim.id,
        source=Source(episode_id=claim.episode_id, start=claim.start, end=claim.end),
        subject=claim.subject,
        attribute=claim.attribute,
        fact_ids=tuple(facts),
        closed=tuple(closed),
        reason=reason,
    )
