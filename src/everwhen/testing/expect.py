"""What the checks are written with: expectations, and short ways to make records."""

from __future__ import annotations

import array
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

from everwhen.model.records import (
    Claim,
    Episode,
    Fact,
    Message,
    Role,
    Scope,
    Slot,
    Source,
)
from everwhen.ports import Indexed, Kind, Moment, Writer

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DANA = Scope(user_id="dana")
ERIK = Scope(user_id="erik")


def expect(condition: bool, promise: str) -> None:
    """Raise AssertionError with the promise unless the condition holds."""
    if not condition:
        raise AssertionError(f"broken: {promise}")


def same(found: object, expected: object, promise: str) -> None:
    """Raise AssertionError with both values unless they are equal."""
    if found != expected:
        raise AssertionError(f"broken: {promise}\n  expected {expected!r}\n  found    {found!r}")


def refuses(error: type[Exception], action: object, promise: str) -> None:
    """Raise AssertionError unless calling the action raises the error."""
    try:
        action()  # type: ignore[operator]
    except error:
        return
    raise AssertionError(f"broken: {promise}; {error.__name__} was not raised")


def after(minutes: float) -> datetime:
    """An instant so long after the start of the checks' time."""
    return START + timedelta(minutes=minutes)


def now(minutes: float = 1_000_000, *, known: float | None = None) -> Moment:
    """A moment of the checks' time, the far end of it by default."""
    return Moment(as_of=after(minutes), known_at=after(minutes if known is None else known))


class MessageFields(TypedDict, total=False):
    """What `say` passes on to Message."""

    role: Role
    name: str | None
    metadata: Mapping[str, object]
    id: str | None


def say(
    writer: Writer,
    scope: Scope,
    *texts: str,
    minutes: float = 0,
    step: float = 1,
    recorded: float | None = None,
    **fields: Unpack[MessageFields],
) -> list[Episode]:
    """Store texts as messages of a scope, a minute apart; ids are made from text and time."""
    fields.setdefault("role", Role.USER)
    messages = [
        Message(content=text, at=after(minutes + n * step), **fields)  # type: ignore[arg-type]
        for n, text in enumerate(texts)
    ]
    ids = [f"{scope.owner}/{scope.run_id}/{message.at}/{message.content}" for message in messages]
    return writer.add_episodes(
        scope,
        [(id, message, n) for n, (id, message) in enumerate(zip(ids, messages, strict=True))],
        after(minutes if recorded is None else recorded),
        extracted=False,
    )


def claim_of(episode: Episode, value: str, attribute: str = "home", **more: object) -> Claim:
    """A claim that the episode says about its user."""
    fields: dict[str, object] = {
        "id": f"claim {attribute}={value} of {episode.id}",
        "episode_id": episode.id,
        "run_id": episode.scope.run_id,
        "subject": "user",
        "attribute": attribute,
        "value": value,
        "value_key": value.lower(),
        "text": f"\ue000: {attribute} {value}",
        "said_at": episode.at,
        "recorded_at": episode.recorded_at,
        "start": 0,
        "end": len(episode.content),
    }
    return Claim(**(fields | more))  # type: ignore[arg-type]


def fact_of(claim: Claim, scope: Scope, **more: object) -> Fact:
    """A fact that rests on the claim, true and held since it was said and stored."""
    user, agent, run = scope.owner
    fields: dict[str, object] = {
        "id": f"fact {claim.attribute}={claim.value} of {scope.owner}",
        "row": 0,
        "scope": Scope(user_id=user, agent_id=agent, run_id=run),
        "subject": claim.subject,
        "attribute": claim.attribute,
        "value": claim.value,
        "text": claim.text,
        "valid_from": claim.said_at,
        "valid_to": None,
        "system_from": claim.recorded_at,
        "system_to": None,
        "sources": (Source(episode_id=claim.episode_id, start=claim.start, end=claim.end),),
        "claim_ids": (claim.id,),
    }
    return Fact(**(fields | more))  # type: ignore[arg-type]


def learn(
    writer: Writer, episode: Episode, value: str, attribute: str = "home", **more: object
) -> Fact:
    """Store a claim of the episode and the fact that it adds up to."""
    owner = writer.own(episode.scope)
    claim = claim_of(episode, value, attribute)
    writer.add_claims(owner, [claim])
    (fact,) = writer.add_facts(owner, [fact_of(claim, episode.scope, **more)])
    return fact


def slot(owner: int, attribute: str = "home", subject: str = "user") -> Slot:
    """A slot of the user."""
    return Slot(owner=owner, subject=subject, attribute=attribute)


def vector(*values: float) -> bytes:
    """Little-endian float32 of the values."""
    packed = array.array("f", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def entry(row: int, kind: Kind, words: str, values: Sequence[float] | None = None) -> Indexed:
    """An index entry whose terms are the words."""
    terms: dict[str, int] = {}
    for word in words.split():
        terms[word] = terms.get(word, 0) + 1
    return Indexed(
        row=row,
        kind=kind,
        terms=terms,
        length=len(words.split()),
        vector=None if values is None else vector(*values),
    )
