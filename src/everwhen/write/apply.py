"""Writes claims, and takes them back: each slot folded again, the difference written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Cardinality, Claim, Decision, Fact, Scope, Slot, changed
from everwhen.ports import Writer
from everwhen.write.decide import difference
from everwhen.write.indexing import Vectors, fact_entries, vector_text
from everwhen.write.judging.identities import Identities, as_in, claims_read, identities_of
from everwhen.write.replay import SlotState, linked_keys


@dataclass(slots=True)
class _Changes:
    """What is to be written for one owner."""

    claims: list[Claim] = field(default_factory=list)
    opened: list[Fact] = field(default_factory=list)
    amended: list[Fact] = field(default_factory=list)
    closed: dict[datetime, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """A slot as stored: its state, the versions held by value, and its latest instant."""

    state: SlotState
    held: dict[str, list[Fact]]
    ids: frozenset[str]
    latest: datetime | None


def apply_claims(
    writer: Writer,
    vocabulary: Vocabulary,
    vectors: Vectors,
    owned: Sequence[tuple[Scope, int, Claim]],
    now: datetime,
) -> list[Decision]:
    """Write (scope, owner, claim) in the order given and what follows from them.

    `now` is when they are recorded, or the latest instant of their slot where that is later.
    Claims that are stored already are passed over. The decisions come in the same order.
    """
    by_slot: dict[Slot, list[int]] = {}
    identities = {owner: identities_of(writer, owner) for owner in {each[1] for each in owned}}
    for i, (_, owner, claim) in enumerate(owned):
        slot = Slot(owner=owner, subject=claim.subject, attribute=claim.attribute)
        by_slot.setdefault(identities[owner].root(slot), []).append(i)
    decisions: dict[int, Decision] = {}
    changes: dict[int, _Changes] = {}
    for slot, places in by_slot.items():
        scope = owned[places[0]][0]
        new = [owned[i][2] for i in places]
        loaded = _load(writer, vocabulary, scope, slot, new, identities[slot.owner])
        at = now if loaded.latest is None else max(now, loaded.latest)
        change = changes.setdefault(slot.owner, _Changes())
        for i in places:
            claim = owned[i][2]
            if claim.id in loaded.ids or claim.id in loaded.state:
                continue
            stamped = changed(claim, recorded_at=at)
            change.claims.append(stamped)
            decisions[i] = loaded.state.add(as_in(slot, stamped))
        _collect(loaded, at, change)
    ordered = [decisions[i] for i in sorted(decisions)]
    by_owner: dict[int, list[Decision]] = {}
    for i in sorted(decisions):
        by_owner.setdefault(owned[i][1], []).append(decisions[i])
    _write(writer, vocabulary, vectors, changes, by_owner)
    return ordered


def withdraw_claims(
    writer: Writer,
    vocabulary: Vocabulary,
    vectors: Vectors,
    scope: Scope,
    slot: Slot,
    claims: Sequence[Claim],
    now: datetime,
) -> list[Decision]:
    """Take claims of one slot back, in the order given, and write what follows."""
    identities = identities_of(writer, slot.owner)
    loaded = _load(writer, vocabulary, scope, slot, claims, identities)
    at = now if loaded.latest is None else max(now, loaded.latest)
    decisions = [
        loaded.state.withdraw(as_in(slot, claim), at)
        for claim in claims
        if claim.id in loaded.state
    ]
    writer.withdraw_claims([claim.id for claim in claims], at)
    change = _Changes()
    _collect(loaded, at, change)
    _write(writer, vocabulary, vectors, {slot.owner: change}, {slot.owner: decisions})
    return decisions


def _load(
    writer: Writer,
    vocabulary: Vocabulary,
    scope: Scope,
    slot: Slot,
    claims: Iterable[Claim],
    identities: Identities,
) -> _Loaded:
    """The part of a slot that claims may touch, with what is read as its own."""
    cardinality = vocabulary.cardinality(slot.attribute)
    keys: set[str] | None = None
    if cardinality is Cardinality.MULTIPLE:
        keys = set()
        for claim in claims:
            own = linked_keys(claim)
            if not own:
                keys = None
                break
            keys |= own
    stored, keys = _connected(writer, slot, keys, identities)
    held: dict[str, list[Fact]] = {}
    by_id = {claim.id: claim for claim in stored}
    if stored:
        for fact in writer.slot_facts(slot, None if keys is None else sorted(keys)):
            held.setdefault(by_id[fact.claim_ids[0]].value_key, []).append(fact)
    instants = [c.recorded_at for c in stored]
    instants += [c.withdrawn_at for c in stored if c.withdrawn_at is not None]
    if identities.latest is not None:
        instants.append(identities.latest)
    live = [claim for claim in stored if claim.withdrawn_at is None]
    return _Loaded(
        state=SlotState(scope, slot, cardinality, live),
        held=held,
        ids=frozenset(by_id),
        latest=max(instants, default=None),
    )


def _connected(
    writer: Writer, slot: Slot, keys: set[str] | None, identities: Identities
) -> tuple[list[Claim], set[str] | None]:
    """The claims of these values (None: of all) and of those that corrections link to them."""
    if keys is None:
        return claims_read(writer, identities, slot)[0], None
    while True:
        # "" brings the ends that name no value
        stored, _ = claims_read(writer, identities, slot, ["", *sorted(keys)])
        found = keys.union(*(linked_keys(c) for c in stored if linked_keys(c) & keys))
        if found == keys:
            return stored, keys
        keys = found


def _collect(loaded: _Loaded, at: datetime, change: _Changes) -> None:
    fresh = {claim.id for claim in change.claims}
    for key, wanted in loaded.state.changes(at).items():
        step = difference(loaded.held.get(key, ()), wanted, fresh)
        change.opened += step.opened
        change.amended += step.amended
        if step.closed:
            change.closed.setdefault(at, []).extend(fact.row for fact in step.closed)


def _write(
    writer: Writer,
    vocabulary: Vocabulary,
    vectors: Vectors,
    changes: dict[int, _Changes],
    decisions: dict[int, list[Decision]],
) -> None:
    for owner, change in changes.items():
        vectors.recall(writer, owner, [vector_text(fact.text) for fact in change.opened])
    vectors.prepare(vector_text(f.text) for change in changes.values() for f in change.opened)
    for owner, change in changes.items():
        if change.claims:
            writer.add_claims(owner, change.claims)
        for at, rows in change.closed.items():
            writer.close_facts(rows, at)
        if change.amended:
            writer.amend_facts(change.amended)
        if change.opened:
            opened = writer.add_facts(owner, change.opened)
            writer.index(owner, fact_entries(opened, vectors, vocabulary))
        if decisions.get(owner):
            writer.add_decisions(owner, decisions[owner])
