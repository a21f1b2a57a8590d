"""A slot in memory: its claims come and go one at a time, each with the decision it makes."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from everwhen.model.records import Cardinality, Claim, Decision, Fact, Polarity, Scope, Slot
from everwhen.write.decide import difference, explain, explain_withdrawal
from everwhen.write.fold import fold, said_order
from everwhen.write.judging.identities import Moved
from everwhen.write.segment import Segment, fact_id, fact_of, short_hash
from everwhen.write.window import Line


class SlotState:
    """The claims held of one slot and the segments that they fold into.

    `claims` are those held so far, none of them withdrawn. Of a multi-valued slot they may be
    those of some values only, as `linked_keys` tells which belong together.
    """

    def __init__(
        self, scope: Scope, slot: Slot, cardinality: Cardinality, claims: Iterable[Claim] = ()
    ) -> None:
        self._scope = scope
        self._slot = slot
        self._cardinality = cardinality
        self._ids: dict[tuple[object, ...], str] = {}
        self._claims: dict[str, Claim] = {}
        self._by_key: dict[str, dict[str, Claim]] = {}
        self._links: dict[str, set[str]] = {}
        self._segments: dict[str, dict[str, Segment]] = {}
        self._changed: set[str] = set()
        self._line: Line | None = None if cardinality is Cardinality.MULTIPLE else Line(())
        for claim in claims:
            self._keep(claim)
        if self._claims:
            self._put(self._fold(list(self._claims.values())))

    def __contains__(self, claim_id: str) -> bool:
        return claim_id in self._claims

    def add(self, claim: Claim) -> Decision:
        """Take in one claim."""
        self._keep(claim)
        folded = self._windowed(claim)
        before, after = folded if folded is not None else self._again(claim)
        return explain(claim, before, after)

    def _windowed(self, claim: Claim) -> tuple[dict[str, Segment], dict[str, Segment]] | None:
        """Fold only the part of a single-valued slot that a new claim can bear on."""
        if self._line is None or claim.polarity is not Polarity.AFFIRM:
            return None
        gone, segments = self._line.insert(claim)
        before = {self._id(segment): segment for segment in gone}
        for id, segment in before.items():
            del self._segments[segment.value_key][id]
        return self._note(before, self._put(segments))

    def withdraw(self, claim: Claim, at: datetime) -> Decision:
        """Take one claim back."""
        keys, related = self._related(claim)
        del self._claims[claim.id]
        for key in self._links.pop(claim.id, ()):
            del self._by_key[key][claim.id]
        left = [c for c in related if c.id != claim.id]
        before, after = self._refold(keys, left)
        return explain_withdrawal(claim, at, before, after)

    def changes(self, at: datetime) -> dict[str, list[Fact]]:
        """The facts of each value that changed since the last call, as held from the instant."""
        changed, self._changed = self._changed, set()
        return {
            key: [
                fact_of(self._scope, self._slot, segment, at, id)
                for id, segment in self._segments.get(key, {}).items()
            ]
            for key in sorted(changed)
        }

    def _keep(self, claim: Claim) -> None:
        self._claims[claim.id] = claim
        if self._cardinality is Cardinality.MULTIPLE:
            targets = [self._claims[i].value_key for i in claim.targets if i in self._claims]
            keys = linked_keys(claim) | set(targets) or {""}
            self._links[claim.id] = keys
            for key in keys:
                self._by_key.setdefault(key, {})[claim.id] = claim

    def _again(self, claim: Claim) -> tuple[dict[str, Segment], dict[str, Segment]]:
        keys, related = self._related(claim)
        return self._refold(keys, related)

    def _related(self, claim: Claim) -> tuple[set[str] | None, Collection[Claim]]:
        """The values that a claim may touch (None for all), and the claims of these."""
        keys = self._links.get(claim.id, {""})
        if "" in keys:
            return None, list(self._claims.values())
        related: dict[str, Claim] = dict(self._by_key.get("", {}))
        waiting, seen = list(keys), set(keys)
        while waiting:
            for other in self._by_key.get(waiting.pop(), {}).values():
                related[other.id] = other
                new = self._links[other.id] - seen
                seen |= new
                waiting.extend(new)
        return seen, related.values()

    def _refold(
        self, keys: set[str] | None, claims: Collection[Claim]
    ) -> tuple[dict[str, Segment], dict[str, Segment]]:
        touched = list(self._segments) if keys is None else keys
        before: dict[str, Segment] = {}
        for key in touched:
            before |= self._segments.pop(key, {})
        return self._note(before, self._put(self._fold(claims)))

    def _fold(self, claims: Collection[Claim]) -> Sequence[Segment]:
        self._line = None
        if self._cardinality is Cardinality.MULTIPLE:
            return fold(claims, self._cardinality)
        if any(claim.polarity is Polarity.CORRECT for claim in claims):
            return fold(claims, self._cardinality)
        self._line = Line(claims)
        return self._line.segments

    def _note(
        self, before: dict[str, Segment], after: dict[str, Segment]
    ) -> tuple[dict[str, Segment], dict[str, Segment]]:
        for id, segment in after.items():
            if before.get(id) != segment:
                self._changed.add(segment.value_key)
        self._changed |= {segment.value_key for id, segment in before.items() if id not in after}
        return before, after

    def _put(self, segments: Sequence[Segment]) -> dict[str, Segment]:
        added: dict[str, Segment] = {}
        for segment in segments:
            id = self._id(segment)
            added[id] = segment
            self._segments.setdefault(segment.value_key, {})[id] = segment
        return added

    def _id(self, segment: Segment) -> str:
        key = (segment.value_key, segment.anchor.id, segment.review, segment.ordinal)
        id = self._ids.get(key)
        if id is None:
            id = self._ids[key] = fact_id(self._scope, self._slot, segment)
        return id


def linked_keys(claim: Claim) -> set[str]:
    """The values that a claim names: its own and the one that it replaces."""
    return {key for key in (claim.value_key, claim.replaces_key) if key}


_STAYED = Moved()
_NOT_MOVED: Mapping[int, Moved] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All versions that the facts of a slot ever had, and the decisions about them, in order."""

    versions: tuple[Fact, ...]
    decisions: tuple[Decision, ...]


def replay(
    scope: Scope,
    slot: Slot,
    cardinality: Cardinality,
    claims: Sequence[Claim],
    moved: Mapping[int, Moved] = _NOT_MOVED,
) -> History:
    """Go through a slot's claims as they were recorded and withdrawn.

    `claims` are all of the slot, withdrawn ones too, in the order in which they were added.
    `moved` tells by place which of them a judgement brought, or took away.
    """
    events = [(claim.recorded_at, 0, i) for i, claim in enumerate(claims)]
    said = sorted(range(len(claims)), key=lambda i: said_order(claims[i]))
    place = {i: at for at, i in enumerate(said)}
    events += [
        (claim.withdrawn_at, 1 + place[i], i)
        for i, claim in enumerate(claims)
        if claim.withdrawn_at is not None
    ]
    state = SlotState(scope, slot, cardinality)
    held: dict[str, dict[str, Fact]] = {}
    closed: list[Fact] = []
    decisions: list[Decision] = []
    for at, group in itertools.groupby(sorted(events), key=lambda event: event[0]):
        fresh: set[str] = set()
        for _, withdrawal, i in group:
            claim = replace(claims[i], withdrawn_at=None)
            if not withdrawal:
                fresh.add(claim.id)
            decision = state.withdraw(claim, at) if withdrawal else state.add(claim)
            move = moved.get(i, _STAYED)
            judgement = move.went if withdrawal else move.came
            decisions.append(decision if judgement is None else _judged(decision, judgement))
        for key, wanted in state.changes(at).items():
            of_value = held.setdefault(key, {})
            step = difference(of_value.values(), wanted, fresh)
            for old in step.closed:
                del of_value[old.id]
                closed.append(replace(old, system_to=at))
            of_value |= {new.id: new for new in (*step.opened, *step.amended)}
    current = [fact for of_value in held.values() for fact in of_value.values()]
    return History(versions=(*closed, *current), decisions=tuple(decisions))


def _judged(decision: Decision, judgement: str) -> Decision:
    """The decision that a claim makes because a judgement brought it to a slot or took it away."""
    return replace(
        decision,
        id="d_"
        + short_hash(
            decision.claim_id, judgement, decision.at, decision.subject, decision.attribute
        ),
        reason=f"judgement {judgement}: {decision.reason}",
    )
