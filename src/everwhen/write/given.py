"""Many facts given by hand at once: each with its words and claim, in few transactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TypeAlias

from everwhen.errors import ContentError, InputError
from everwhen.model.period import instant
from everwhen.model.records import Claim, Decision, Fact, Metadata, Scope, Slot
from everwhen.ports import Parts, View, Writer
from everwhen.write.apply import apply_claims
from everwhen.write.indexing import (
    episode_entries,
    episode_vector_text,
    prepared,
    vector_text,
)
from everwhen.write.judging.identities import identities_of
from everwhen.write.messages import read_messages
from everwhen.write.policies import refuse_barred
from everwhen.write.revise import Given, Words, claim_of, foremost, told_in, words_of

GivenFacts: TypeAlias = Sequence[Mapping[str, object]]

_AT_ONCE = 500
_OF_MESSAGE = ("role", "name", "at", "metadata", "id")
_WORDS = ("subject", "attribute", "value")
_TIMES = ("valid_from", "valid_to", "expires_at")
_KEYS = ("text", *_WORDS, *_TIMES, *_OF_MESSAGE)


def read_given(
    given: GivenFacts,
    *,
    metadata: Metadata,
    tick: Callable[[], datetime],
    tz: tzinfo | None,
) -> list[Given]:
    """Read texts, or dicts of a text with the arguments of `Memory.remember` and of a message."""
    if isinstance(given, bytes | Mapping) or not isinstance(given, Sequence):
        raise ContentError(
            f"what to remember is a {type(given).__name__}; give a text, or a list of texts or "
            "dicts with text"
        )
    return [
        _read(item, f"fact {number}", metadata=metadata, tick=tick, tz=tz)
        for number, item in enumerate(given)
    ]


def _read(
    item: object,
    where: str,
    *,
    metadata: Metadata,
    tick: Callable[[], datetime],
    tz: tzinfo | None,
) -> Given:
    fields: Mapping[str, object] = {"text": item} if isinstance(item, str) else item  # type: ignore[assignment]
    if not isinstance(fields, Mapping):
        raise ContentError(f"{where} is a {type(item).__name__}; give a text or a dict with text")
    unknown = sorted(str(key) for key in fields if key not in _KEYS)
    if unknown:
        raise ContentError(
            f"{where} has unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))} "
            "(put the rest under metadata)"
        )
    said = {key: fields[key] for key in _OF_MESSAGE if fields.get(key) is not None}
    try:
        (message,) = read_messages(
            {"content": fields.get("text"), **said}, at=None, metadata=metadata, tick=tick, tz=tz
        )
    except InputError as error:
        raise type(error)(str(error).replace("the message", where, 1)) from error
    if not message.content.strip():
        raise ContentError(f"{where} has an empty text; leave it out")
    times = {
        name: None if fields.get(name) is None else _instant(fields[name], f"{name} of {where}", tz)
        for name in _TIMES
    }
    texts = {name: _text(fields.get(name), f"{name} of {where}") for name in _WORDS}
    return Given(message=message, **texts, **times)  # type: ignore[arg-type]


def _instant(value: object, name: str, tz: tzinfo | None) -> datetime:
    return instant(value, name=name, tz=tz)  # type: ignore[arg-type]


def _text(value: object, name: str) -> str | None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ContentError(f"{name} is {value!r:.80}; give a non-empty text or leave it out")
    return value


def remember_all(
    parts: Parts,
    scope: Scope,
    given: Sequence[Given],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fact]:
    """Store facts as given, some hundred in a transaction; the facts, in order.

    One whose message id the scope has seen is not stored again: it gives the fact that rests
    on it now, and nothing if that was corrected or taken back since.
    """
    words = [words_of(parts, scope, one, place) for place, one in enumerate(given)]
    refuse_barred(parts, scope, told_in(parts, words))
    facts: list[Fact] = []
    for start in range(0, len(words), _AT_ONCE):
        chunk = words[start : start + _AT_ONCE]
        facts += _keep(parts, scope, chunk)
        if progress is not None:
            progress(start + len(chunk), len(words))
    return facts


def _keep(parts: Parts, scope: Scope, words: Sequence[Words]) -> list[Fact]:
    texts = [episode_vector_text(one.message) for one in words]
    texts += [vector_text(one.text) for one in words]
    vectors = prepared(parts, {scope: texts})
    with parts.store.write() as writer:
        vectors.check(writer)
        now = parts.clock()
        ids = [parts.new_id() for _ in words]
        episodes = writer.add_episodes(
            scope,
            [(id, one.message, one.order[0]) for id, one in zip(ids, words, strict=True)],
            now,
            extracted=True,
        )
        owner = writer.own(scope)
        known = {episode.id for episode in episodes}.difference(ids)
        fresh = {episode.id: episode for episode in episodes if episode.id not in known}
        writer.index(owner, episode_entries(list(fresh.values()), vectors))
        claims: dict[str, tuple[Slot, Claim]] = {}
        for one, episode in zip(words, episodes, strict=True):
            if episode.id in fresh and episode.id not in claims:
                slot = Slot(owner=owner, subject=one.subject, attribute=one.attribute)
                claims[episode.id] = (slot, claim_of(one, episode))
        made = apply_claims(
            writer,
            parts.vocabulary,
            vectors,
            [(scope, owner, claim) for _, claim in claims.values()],
            now,
        )
        resting = _resting(writer, list(claims.values()))
        _check_all(claims, resting, made)
        if known:
            stored = writer.claims_of_episodes(View(owners=(owner,)), sorted(known))
            claims |= {claim.episode_id: (slot, claim) for slot, claim in stored}
            resting |= _resting(writer, stored)
    order = dict.fromkeys(episode.id for episode in episodes)
    return [resting[claims[id][1].id] for id in order if claims[id][1].id in resting]


def _resting(writer: Writer, claims: Sequence[tuple[Slot, Claim]]) -> dict[str, Fact]:
    """The facts that rest on claims, by the claim's id."""
    by_slot: dict[Slot, list[Claim]] = {}
    owners = {slot.owner: identities_of(writer, slot.owner) for slot, _ in claims}
    for slot, claim in claims:
        by_slot.setdefault(owners[slot.owner].root(slot), []).append(claim)
    found: dict[str, Fact] = {}
    for slot, those in by_slot.items():
        facts = writer.slot_facts(slot, [claim.value_key for claim in those])
        by_claim: dict[str, list[Fact]] = {}
        for fact in facts:
            for id in fact.claim_ids:
                by_claim.setdefault(id, []).append(fact)
        for claim in those:
            fact_of_claim = foremost(by_claim.get(claim.id, ()), claim.id)
            if fact_of_claim is not None:
                found[claim.id] = fact_of_claim
    return found


def _check_all(
    claims: Mapping[str, tuple[Slot, Claim]],
    resting: Mapping[str, Fact],
    made: Sequence[Decision],
) -> None:
    """Refuse what would have no effect, as for a single fact."""
    for _, claim in claims.values():
        if claim.id not in resting:
            why = next((f" ({one.reason})" for one in made if one.claim_id == claim.id), "")
            raise InputError(f"{claim.text!r:.80} was not stored: it would have no effect{why}")
