"""Records to rows and back; the order of values is the order in queries.sql."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from everwhen.errors import ContentError
from everwhen.model.period import (
    EARLIEST,
    FOREVER,
    Precision,
    end_micros,
    from_micros,
    micros,
    start_micros,
)
from everwhen.model.records import (
    EMPTY,
    Action,
    Claim,
    ClaimPlace,
    Decision,
    Episode,
    Fact,
    Held,
    Metadata,
    Polarity,
    Review,
    Role,
    Scope,
    Slot,
    Source,
    Trust,
)
from everwhen.stores.connection import Row, Value

_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_load = json.JSONDecoder().decode


def text(value: str | bytes) -> str:
    """Stored text as it was given; what is not Unicode comes as bytes."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def _text_or_none(value: str | bytes | None) -> str | None:
    return None if value is None else text(value)


def to_json(value: object) -> str:
    """Compact JSON text."""
    return _dump(value)


def from_json(value: str | bytes) -> Any:
    """The value of stored JSON text."""
    return _load(text(value))


def _from_metadata(metadata: Metadata) -> str:
    if not metadata:
        return "{}"
    try:
        return _dump(dict(metadata))
    except (TypeError, ValueError, RecursionError) as error:
        raise ContentError(
            f"metadata can not be stored: {error}; give strings, numbers, booleans, None, "
            "and lists and dicts of these"
        ) from error


def _to_metadata(value: str | bytes) -> Metadata:
    if value == "{}":
        return EMPTY
    found: dict[str, Any] = from_json(value)
    return found


@lru_cache(maxsize=4096)
def to_scope(user: str, agent: str, run: str) -> Scope:
    """The scope of stored ids, where '' is an absent one."""
    return Scope(user_id=user or None, agent_id=agent or None, run_id=run or None)


def _when(value: int | None) -> Any:
    return None if value is None else from_micros(value)


def _micros(value: Any) -> int | None:
    return None if value is None else micros(value)


def to_episode(row: Row) -> Episode:
    """An episode from its columns."""
    (number, id, user, agent, run, role, name, at, recorded, ordinal, key, done, extra, said) = row
    return Episode(
        id=text(id),
        row=number,
        scope=to_scope(user, agent, run),
        role=Role(role),
        content=text(said),
        at=from_micros(at),
        recorded_at=from_micros(recorded),
        ordinal=ordinal,
        name=_text_or_none(name),
        key=_text_or_none(key),
        metadata=_to_metadata(extra),
        extracted=done is not None,
    )


def from_episode(owner: int, episode: Episode) -> tuple[Value, ...]:
    """The columns of a new episode, for `episodes_add`."""
    recorded = micros(episode.recorded_at)
    return (
        episode.row,
        episode.id,
        owner,
        episode.scope.run_id or "",
        episode.role.value,
        episode.name,
        micros(episode.at),
        recorded,
        episode.ordinal,
        episode.key,
        recorded if episode.extracted else None,
        len(episode.content),
        _from_metadata(episode.metadata),
        episode.content,
    )


def to_claim(row: Row) -> tuple[Slot, Claim]:
    """A claim from its columns, with the slot that it is about."""
    slot = Slot(owner=row[0], subject=text(row[1]), attribute=text(row[2]))
    (key, replaces, value, words, episode, run, start, end) = row[4:12]
    (said, order, suborder, recorded, withdrawn, polarity, targets) = row[12:19]
    (since, until, precision, past, expires, confidence, trust, sensitive) = row[19:27]
    speaker, extractor, extra = row[27:]
    claim = Claim(
        id=text(row[3]),
        episode_id=text(episode),
        run_id=run or None,
        subject=slot.subject,
        attribute=slot.attribute,
        value=text(value),
        value_key=text(key),
        text=text(words),
        said_at=from_micros(said),
        recorded_at=from_micros(recorded),
        start=start,
        end=end,
        order=(order, suborder),
        polarity=Polarity(polarity),
        replaces_key=_text_or_none(replaces),
        targets=() if targets == "[]" else tuple(from_json(targets)),
        valid_from=_when(since),
        valid_to=_when(until),
        precision=None if precision is None else Precision(precision),
        past=bool(past),
        expires_at=_when(expires),
        confidence=confidence,
        trust=Trust(trust),
        sensitive=bool(sensitive),
        speaker=_text_or_none(speaker),
        extractor=text(extractor),
        metadata=_to_metadata(extra),
        withdrawn_at=_when(withdrawn),
    )
    return slot, claim


def to_place(row: Row) -> ClaimPlace:
    """Where a claim stands, from its columns."""
    owner, subject, attribute, id, episode, start, end, extractor, withdrawn, expires = row
    return ClaimPlace(
        slot=Slot(owner=owner, subject=text(subject), attribute=text(attribute)),
        claim_id=text(id),
        source=Source(episode_id=text(episode), start=start, end=end),
        extractor=text(extractor),
        withdrawn_at=_when(withdrawn),
        expires_at=_when(expires),
    )


def from_claim(row: int, owner: int, claim: Claim) -> tuple[Value, ...]:
    """The columns of a new claim, for `claims_add`."""
    return (
        row,
        claim.id,
        owner,
        claim.subject,
        claim.attribute,
        claim.value_key,
        claim.replaces_key,
        claim.value,
        claim.text,
        claim.episode_id,
        claim.run_id or "",
        claim.start,
        claim.end,
        micros(claim.said_at),
        *claim.order,
        micros(claim.recorded_at),
        _micros(claim.withdrawn_at),
        claim.polarity.value,
        to_json(claim.targets) if claim.targets else "[]",
        _micros(claim.valid_from),
        _micros(claim.valid_to),
        None if claim.precision is None else claim.precision.value,
        int(claim.past),
        _micros(claim.expires_at),
        claim.confidence,
        int(claim.trust),
        int(claim.sensitive),
        claim.speaker,
        claim.extractor,
        _from_metadata(claim.metadata),
    )


def to_sources(value: str | bytes) -> tuple[Source, ...]:
    """Sources from their stored form."""
    return tuple(
        Source(episode_id=episode, start=start, end=end) for episode, start, end in from_json(value)
    )


def from_sources(sources: Sequence[Source]) -> str:
    """Sources as stored."""
    return to_json([(source.episode_id, source.start, source.end) for source in sources])


def to_fact(row: Row) -> Fact:
    """A version of a fact from its columns."""
    (number, id, user, agent, run, subject, attribute, value, words) = row[:9]
    (since, until, held, dropped, expires, review, confidence, trust) = row[9:17]
    (precision, sensitive, speaker, sources, claims, extra) = row[17:]
    return Fact(
        id=text(id),
        row=number,
        scope=to_scope(user, agent, run),
        subject=text(subject),
        attribute=text(attribute),
        value=text(value),
        text=text(words),
        valid_from=None if since == EARLIEST else from_micros(since),
        valid_to=None if until == FOREVER else from_micros(until),
        system_from=from_micros(held),
        system_to=None if dropped == FOREVER else from_micros(dropped),
        sources=to_sources(sources),
        claim_ids=tuple(from_json(claims)),
        confidence=confidence,
        trust=Trust(trust),
        precision=None if precision is None else Precision(precision),
        sensitive=bool(sensitive),
        review=Review(review) if review else None,
        expires_at=None if expires == FOREVER else from_micros(expires),
        speaker=_text_or_none(speaker),
        metadata=_to_metadata(extra),
    )


def to_held(row: Row) -> Held:
    """What holds, from its columns."""
    subject, attribute, value, words, since, number = row
    if type(subject) is type(attribute) is type(value) is type(words) is str:
        return Held._make(row)
    return Held(text(subject), text(attribute), text(value), text(words), since, number)


def from_fact(
    row: int, owner: int, fact: Fact, *, value_key: str, revision: int
) -> tuple[Value, ...]:
    """The columns of a new version of a fact, for `facts_add`."""
    return (
        row,
        fact.id,
        owner,
        fact.subject,
        fact.attribute,
        value_key,
        fact.value,
        fact.text,
        start_micros(fact.valid_from),
        end_micros(fact.valid_to),
        micros(fact.system_from),
        end_micros(fact.system_to),
        end_micros(fact.expires_at),
        "" if fact.review is None else fact.review.value,
        revision,
        fact.confidence,
        int(fact.trust),
        None if fact.precision is None else fact.precision.value,
        int(fact.sensitive),
        fact.speaker,
        from_sources(fact.sources),
        to_json(fact.claim_ids),
        _from_metadata(fact.metadata),
    )


def amended(fact: Fact, revision: int) -> tuple[Value, ...]:
    """The columns that may change within a version, for `facts_amend`."""
    return (
        fact.text,
        revision,
        fact.confidence,
        int(fact.trust),
        None if fact.precision is None else fact.precision.value,
        from_sources(fact.sources),
        to_json(fact.claim_ids),
        _from_metadata(fact.metadata),
        fact.row,
    )


def to_decision(row: Row) -> Decision:
    """A decision from its columns."""
    (id, action, at, claim, episode, start, end) = row[:7]
    (subject, attribute, facts, closed, reason) = row[7:]
    source = None
    if episode is not None:
        source = Source(episode_id=text(episode), start=start, end=end)
    return Decision(
        id=text(id),
        action=Action(action),
        at=from_micros(at),
        claim_id=_text_or_none(claim),
        source=source,
        subject=text(subject),
        attribute=text(attribute),
        fact_ids=tuple(from_json(facts)),
        closed=tuple(from_json(closed)),
        reason=text(reason),
    )


def from_decision(row: int, owner: int, decision: Decision) -> tuple[Value, ...]:
    """The columns of a decision, for `decisions_add`."""
    source = decision.source
    return (
        row,
        decision.id,
        owner,
        decision.action.value,
        micros(decision.at),
        decision.claim_id,
        None if source is None else source.episode_id,
        None if source is None else source.start,
        None if source is None else source.end,
        decision.subject,
        decision.attribute,
        to_json(decision.fact_ids),
        to_json(decision.closed),
        decision.reason,
    )


_JSON = {"metadata", "targets", "sources", "evidence", "claim_ids", "fact_ids", "closed"}
_ENDS = {EARLIEST, FOREVER}
_PERIODS = {"valid_from", "valid_to", "system_from", "system_to", "expires_at"}


def to_export(names: Sequence[str], row: Row) -> Mapping[str, object]:
    """A row by column name: instants in microseconds, open ends and absent ids None."""
    plain: dict[str, object] = {}
    for name, value in zip(names, row, strict=True):
        if name in _JSON:
            plain[name] = from_json(value)
        elif name in _PERIODS and value in _ENDS:
            plain[name] = None
        elif isinstance(value, str | bytes):
            plain[name] = text(value) or (None if name.endswith("_id") else "")
        else:
            plain[name] = value
    return plain
