"""Facts given or changed by hand: remember, correct, end, retract.

Each is an episode of its own, whose metadata says `{"via": "remember"}` and so on, with one
claim; nothing is changed in place. An end, or a correction that gives a value alone, is worded
by the fact that it is about (never with the user's name, which may be forgotten), and says so:
`{"repeats": true}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from everwhen.errors import InputError, NotFoundError, ProviderError
from everwhen.language.keys import value_key
from everwhen.model.period import iso
from everwhen.model.records import (
    EMPTY,
    MANUAL,
    SELF,
    SELF_MARK,
    Claim,
    Decision,
    Episode,
    Fact,
    Message,
    Metadata,
    Polarity,
    Proposal,
    Role,
    Scope,
    Slot,
    unmarked,
)
from everwhen.ports import Parts, Reader, Surroundings, View, Writer
from everwhen.write.apply import apply_claims, withdraw_claims
from everwhen.write.indexing import (
    Vectors,
    check_embedder,
    episode_entries,
    episode_vector_text,
    prepared,
    vector_text,
)
from everwhen.write.judging.identities import identities_of
from everwhen.write.policies import refuse_barred
from everwhen.write.propose import claim_id
from everwhen.write.redact import clean_message, clean_value

NOTE = "note"
"""The attribute of what is remembered without naming one."""

_REPEATS = "repeats"
"""Set in the metadata of episodes that are worded by the fact that they are about."""

_WORDED: Metadata = {_REPEATS: True}
_UNNAMED = "User"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said by hand: an episode to be, and the claim that it makes."""

    scope: Scope
    message: Message
    subject: str
    attribute: str
    value: str
    text: str
    polarity: Polarity = Polarity.AFFIRM
    replaces_key: str | None = None
    targets: tuple[str, ...] = ()
    order: tuple[int, int] = (0, 0)
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    expires_at: datetime | None = None
    metadata: Metadata = field(default_factory=lambda: EMPTY)


def remember(
    parts: Parts,
    scope: Scope,
    text: str,
    *,
    said_at: datetime | None = None,
    subject: str | None = None,
    attribute: str | None = None,
    value: str | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    expires_at: datetime | None = None,
    metadata: Metadata = EMPTY,
) -> Fact:
    """Store a fact as given, with no extraction; its text is its own episode and evidence.

    Without a subject it is about the scope's user, without an attribute a note (of which there
    may be many), and without a value the text is the value. PolicyError if the scope's policy
    never keeps such a fact.
    """
    said = said_at if said_at is not None else parts.clock()
    given = Given(
        message=Message(role=Role.USER, content=text, at=said, metadata=metadata),
        subject=subject,
        attribute=attribute,
        value=value,
        valid_from=valid_from,
        valid_to=valid_to,
        expires_at=expires_at,
    )
    words = words_of(parts, scope, given)
    refuse_barred(parts, scope, told_in(parts, [words]))
    return _say(parts, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A fact as a call gives it: the words that say it, and what of it is told apart."""

    message: Message
    subject: str | None = None
    attribute: str | None = None
    value: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    expires_at: datetime | None = None


def words_of(parts: Parts, scope: Scope, given: Given, place: int = 0) -> Words:
    """What is said where a fact is given; `place` is that among those of the same call."""
    redaction = parts.redaction
    said, attribute = given.message.at, redaction.text(given.attribute or NOTE).text
    value, text = clean_value(redaction, attribute, given.value, given.message.content)
    message = replace(clean_message(redaction, given.message), content=text or "")
    start, stop, lapse = given.valid_from, given.valid_to, given.expires_at
    if start is not None and stop is not None and start >= stop:
        raise InputError(
            f"valid_from={iso(start)} is not before valid_to={iso(stop)}; "
            "the fact would never be true"
        )
    begins = start if start is not None else said if stop is None else None
    if lapse is not None and begins is not None and lapse <= begins:
        raise InputError(f"expires_at={iso(lapse)} is not after the fact begins ({iso(begins)})")
    return Words(
        scope=scope,
        message=replace(message, metadata={**message.metadata, "via": "remember"}),
        subject=" ".join(unmarked(redaction.text(given.subject or "").text).split()) or SELF,
        attribute=parts.vocabulary.canonical(attribute),
        value=unmarked(message.content if value is None else value),
        text=unmarked(message.content),
        order=(place, 0),
        valid_from=start,
        valid_to=stop,
        expires_at=lapse,
        metadata=message.metadata,
    )


def correct(
    parts: Parts,
    scope: Scope,
    fact_id: str,
    *,
    said_at: datetime | None = None,
    text: str | None = None,
    value: str | None = None,
    metadata: Metadata | None = None,
) -> Fact:
    """Replace a fact that was never true by one that was, over the same time.

    With a value alone, the fact is worded as before with the value replaced. With a text
    alone, the value is the one that the extractor finds in it, else the old one where the
    text still has it, else the text. With metadata alone, it reads as before. PolicyError if
    the scope's policy never keeps such a fact.
    """
    if text is None and value is None and metadata is None:
        raise InputError("nothing to correct to: give value=, text=, metadata= or some of them")
    with parts.store.read() as reader:
        fact = _held(reader, scope, fact_id)
        targets = _claims(reader, fact)
    value, text = clean_value(parts.redaction, fact.attribute, value, text)
    metadata = metadata if metadata is None else parts.redaction.metadata(metadata)
    new = fact.value
    if value is not None:
        new = unmarked(value)
    elif text is not None:
        new = _value_in(parts, fact, unmarked(text))
    wording = fact.text
    if text is not None:
        wording = unmarked(text)
    elif value is not None:
        wording = _reworded(fact, new)
    content = text if text is not None else repeated(wording, Polarity.CORRECT)
    said, order = _after(said_at if said_at is not None else parts.clock(), targets)
    subject, attribute = _said_in(fact, targets)
    if text is not None or value is not None:
        refuse_barred(parts, scope, {fact.attribute, attribute})
    words = Words(
        scope=_within(fact.scope, scope),
        message=_message(content, said, "correct", EMPTY if text is not None else _WORDED),
        subject=subject,
        attribute=attribute,
        value=new,
        text=wording,
        polarity=Polarity.CORRECT,
        replaces_key=targets[0].value_key,
        targets=fact.claim_ids,
        order=order,
        expires_at=fact.expires_at,
        metadata=fact.metadata if metadata is None else metadata,
    )
    return _say(parts, words, corrected=fact)


def end(
    parts: Parts,
    scope: Scope,
    fact_id: str,
    *,
    said_at: datetime | None = None,
    at: datetime | None = None,
) -> Fact:
    """End a fact at an instant (now, if none is given); what it was until then stays.

    A fact that has ended by then is given back as it is.
    """
    with parts.store.read() as reader:
        fact = _held(reader, scope, fact_id)
        targets = _claims(reader, fact)
    said, order = _after(said_at if said_at is not None else parts.clock(), targets)
    until = at if at is not None else said
    if fact.valid_to is not None and fact.valid_to <= until:
        return fact
    if fact.valid_from is not None and until <= fact.valid_from:
        raise InputError(
            f"the fact {fact.id!r} begins at {iso(fact.valid_from)} and can not end at "
            f"{iso(until)}; if it was never true, correct() or retract() it"
        )
    subject, attribute = _said_in(fact, targets)
    words = Words(
        scope=_within(fact.scope, scope),
        message=_message(repeated(fact.text, Polarity.END), said, "end", _WORDED),
        subject=subject,
        attribute=attribute,
        value=fact.value,
        text=fact.text,
        polarity=Polarity.END,
        targets=fact.claim_ids,
        order=order,
        valid_to=until,
    )
    return _say(parts, words, corrected=fact)


def repeated(text: str, polarity: Polarity) -> str:
    """What an episode that is worded by a fact, or a claim, says."""
    words = text.replace(SELF_MARK, _UNNAMED)
    return f"Ended: {words}" if polarity is Polarity.END else words


def repeats(episode: Episode) -> bool:
    """Whether an episode by hand is worded by the fact that it is about."""
    return episode.metadata.get(_REPEATS) is True


def retract(parts: Parts, scope: Scope, fact_id: str) -> tuple[Decision, ...]:
    """Take back what a fact rests on: from now on it counts as never said.

    What other claims say of its time comes back. Reads with an earlier `known_at` still see it.
    """
    with parts.store.write() as writer:
        check_embedder(writer, parts.embedder)
        fact = _held(writer, scope, fact_id)
        claims = _claims(writer, fact)
        owner = writer.own(fact.scope)
        decisions = withdraw_claims(
            writer,
            parts.vocabulary,
            Vectors(parts.embedder),
            fact.scope,
            Slot(owner=owner, subject=fact.subject, attribute=fact.attribute),
            claims,
            parts.clock(),
        )
    return tuple(decisions)


def _say(parts: Parts, words: Words, corrected: Fact | None = None) -> Fact:
    """Store the words and their claim in one transaction; the fact that the claim supports."""
    texts = [episode_vector_text(words.message), vector_text(words.text)]
    vectors = prepared(parts, {words.scope: texts})
    with parts.store.write() as writer:
        if corrected is not None:
            fresh = _held(writer, words.scope, corrected.id)
            if fresh.claim_ids != corrected.claim_ids:
                raise InputError(
                    f"the fact {corrected.id!r} changed meanwhile; look at it again, and repeat"
                )
        vectors.check(writer)
        now = parts.clock()
        (episode,) = writer.add_episodes(
            words.scope, [(parts.new_id(), words.message, 0)], now, extracted=True
        )
        owner = writer.own(words.scope)
        writer.index(owner, episode_entries([episode], vectors))
        claim = claim_of(words, episode)
        made = apply_claims(writer, parts.vocabulary, vectors, [(words.scope, owner, claim)], now)
        if words.polarity is Polarity.END and corrected is not None:
            return _ended(writer, words.scope, corrected, until=words.valid_to)
        said = Slot(owner=owner, subject=words.subject, attribute=words.attribute)
        slot = identities_of(writer, owner).root(said)
        return _supported(writer, slot, claim, made)


def _ended(writer: Writer, scope: Scope, fact: Fact, *, until: datetime | None) -> Fact:
    """The fact as it is now that it ends."""
    ended = writer.fact(writer.view(scope), fact.id)
    if (
        ended is not None
        and until is not None
        and (ended.valid_to is None or ended.valid_to > until)
    ):
        raise InputError(
            f"the fact {fact.id!r} can not end at {iso(until)}: another source says that it "
            "holds after that; end it later, or retract() it"
        )
    if ended is None or ended.system_to is not None:
        raise InputError(
            f"nothing would be left of the fact {fact.id!r} if it ended at {iso(until)}; if it "
            "was never true, correct() or retract() it"
        )
    return ended


def _supported(writer: Writer, slot: Slot, claim: Claim, made: Sequence[Decision]) -> Fact:
    fact = foremost(writer.slot_facts(slot, [claim.value_key]), claim.id)
    if fact is None:
        why = f" ({made[0].reason})" if made else ""
        raise InputError(f"nothing was stored: it would have no effect{why}")
    return fact


def foremost(facts: Iterable[Fact], claim_id: str) -> Fact | None:
    """Of the facts that rest on a claim the one that counts and goes on, if there is one."""
    resting = [fact for fact in facts if claim_id in fact.claim_ids]
    return min(
        resting,
        key=lambda f: (f.review is not None, f.valid_to is not None, f.id),
        default=None,
    )


def claim_of(words: Words, episode: Episode) -> Claim:
    """The claim that the words make."""
    key = value_key(words.value.strip())
    span = (0, len(episode.content))
    slot = (words.subject, words.attribute)
    return Claim(
        id=claim_id(episode.id, span, slot, key, words.polarity),
        episode_id=episode.id,
        run_id=episode.scope.run_id,
        subject=words.subject,
        attribute=words.attribute,
        value=words.value,
        value_key=key,
        text=words.text,
        said_at=episode.at,
        recorded_at=episode.recorded_at,
        start=span[0],
        end=span[1],
        order=words.order,
        polarity=words.polarity,
        replaces_key=words.replaces_key,
        targets=words.targets,
        valid_from=words.valid_from,
        valid_to=words.valid_to,
        expires_at=words.expires_at,
        speaker=episode.name,
        extractor=MANUAL,
        metadata=words.metadata,
    )


def _message(content: str, at: datetime, via: str, metadata: Metadata) -> Message:
    role = Role.SYSTEM if via == "end" else Role.USER
    return Message(role=role, content=content, at=at, metadata={**metadata, "via": via})


def _held(reader: Reader, scope: Scope, id: str) -> Fact:
    """A fact that is still held."""
    fact = reader.fact(reader.view(scope), id)
    if fact is None:
        raise NotFoundError(f"no fact {id!r} in this scope; list or search gives the ids")
    if fact.system_to is not None:
        raise InputError(
            f"the fact {id!r} is no longer held since {iso(fact.system_to)}; there is nothing "
            "to change about it, see its history"
        )
    return fact


def _claims(reader: Reader, fact: Fact) -> list[Claim]:
    """The claims that a fact rests on, in said order."""
    owner = reader.owner(fact.scope)
    if owner is None:
        return []
    found = reader.claims_by_id(View(owners=(owner,)), fact.claim_ids)
    claims = {claim.id: claim for _, claim in found}
    return [claims[id] for id in fact.claim_ids]


def _said_in(fact: Fact, targets: Sequence[Claim]) -> tuple[str, str]:
    """Subject and attribute of words about a fact: those under which it was said, so that they go
    with it where a judgement about them is undone; the fact's, if it was said under several."""
    said = {(claim.subject, claim.attribute) for claim in targets}
    return said.pop() if len(said) == 1 else (fact.subject, fact.attribute)


def _within(owner: Scope, scope: Scope) -> Scope:
    """The scope of new words about a fact of an owner, said in the run of the call."""
    run_id = scope.run_id if scope.run_id is not None else owner.run_id
    return Scope(user_id=owner.user_id, agent_id=owner.agent_id, run_id=run_id)


def _after(said_at: datetime, targets: Sequence[Claim]) -> tuple[datetime, tuple[int, int]]:
    """A said time and order after those of the targets, which may lie in the future."""
    latest = max((claim.said_at for claim in targets), default=said_at)
    if latest < said_at:
        return said_at, (0, 0)
    return latest, (max(c.order[0] for c in targets if c.said_at == latest) + 1, 0)


def _value_in(parts: Parts, fact: Fact, text: str) -> str:
    """The value that a corrected wording tells."""
    if fact.value == fact.text:
        return text
    for proposal in read_alone(parts, fact.scope, text, fact.system_from):
        if (
            proposal.value
            and parts.vocabulary.canonical(proposal.attribute) == fact.attribute
            and proposal.polarity is not Polarity.END
        ):
            return proposal.value
    old = f" {value_key(fact.value)} "
    return fact.value if old in f" {value_key(text)} " else text


def read_alone(parts: Parts, scope: Scope, text: str, at: datetime) -> list[Proposal]:
    """What the extractor takes from words by themselves; a language model is not asked."""
    draft = Episode(id="", row=0, scope=scope, role=Role.USER, content=text, at=at, recorded_at=at)
    try:
        return list(parts.extractor.extract(draft, Surroundings()))
    except ProviderError:
        return []


def told_in(parts: Parts, given: Iterable[Words]) -> Iterator[str]:
    """The attributes that words by hand tell of, those that are read in a note among them."""
    for words in given:
        yield words.attribute
        if words.attribute == NOTE:
            for one in read_alone(parts, words.scope, words.text, words.message.at):
                yield parts.vocabulary.canonical(one.attribute)


def _reworded(fact: Fact, value: str) -> str:
    at = fact.text.casefold().find(fact.value.casefold())
    if fact.value and at >= 0 and len(fact.text) == len(fact.text.casefold()):
        return fact.text[:at] + value + fact.text[at + len(fact.value) :]
    who = SELF_MARK if fact.subject == SELF else fact.subject
    return f"{who}: {fact.attribute} is {value}"
