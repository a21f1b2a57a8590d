"""Episodes to claims: what the extractor is told besides the words, and what it proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from everwhen.language.keys import value_key
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.policy import NO_POLICY, Policy
from everwhen.model.records import (
    SELF,
    SELF_MARK,
    Cardinality,
    Claim,
    Episode,
    Metadata,
    Polarity,
    Proposal,
    Role,
    Scope,
)
from everwhen.ports import Reader, Surroundings
from everwhen.write.policies import TOLD
from everwhen.write.segment import short_hash

HELD = 300
"""How many facts that hold an extractor is told of at most: those that changed last."""

BEFORE = 3
"""How many messages before an episode its extractor sees."""

Holding: TypeAlias = tuple[str, str, str]
"""Subject, attribute and value of a fact that holds."""


@dataclass(slots=True)
class People:
    """What is known in one scope: its user's name, other people by relation and name, and what
    holds, as far as it changed last.

    Loaded once, then kept up to date with what is proposed, so that in one batch a later
    message is read with the names that an earlier one told. What it hands out is made again
    only where something changed.
    """

    vocabulary: Vocabulary
    name: str | None = None
    related: dict[str, dict[str, None]] = field(default_factory=dict)
    held: dict[tuple[str, str], dict[Holding, None]] = field(default_factory=dict)
    texts: dict[Holding, str] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    policy: Policy = NO_POLICY
    _known: dict[str, str] | None = None
    _slots: tuple[Holding, ...] | None = None

    @classmethod
    def load(cls, reader: Reader, scope: Scope, vocabulary: Vocabulary, at: datetime) -> People:
        """What the facts of a scope say which are true at the instant."""
        people = cls(vocabulary)
        owner = reader.owner(scope)
        if owner is None:
            return people
        latest = reader.held(owner, at, HELD)
        told = ("name", *vocabulary.relations())
        naming = since = sorted(latest, key=itemgetter(4, 5))
        if len(latest) == HELD:
            naming = reader.held(owner, at, HELD, subject=SELF, attributes=told)
            naming.sort(key=itemgetter(4, 5))
        named: dict[str, list[str]] = {attribute: [] for attribute in told}
        for one in naming:
            if one[0] == SELF and one[1] in named:
                named[one[1]].append(one[2])
        for attribute, values in named.items():
            for value in values:
                people._name(attribute, value, ended=False)
        people.texts = {one[:3]: one[3] for one in reversed(latest)}
        for one in since:
            people._hold(one[:3])
        return people

    def learn(self, proposal: Proposal) -> None:
        """Take in what an episode proposes: what holds now, and who somebody is."""
        slot, value = (proposal.subject, proposal.attribute), proposal.value
        ended = proposal.polarity is Polarity.END
        if ended or proposal.past:
            for gone in tuple(self.held.get(slot, ())):
                if not value or gone[2] == value:
                    self._drop(gone)
        else:
            if proposal.replaces:
                self._drop((*slot, proposal.replaces))
            if value:
                # at the end of the texts is what changed last
                if self.texts.pop((*slot, value), proposal.text) != proposal.text:
                    self.kept = {}
                self.texts[*slot, value] = proposal.text
                self._hold((*slot, value))
                if len(self.texts) > HELD:
                    self._drop(next(iter(self.texts)))
        if proposal.subject == SELF and value:
            self._name(proposal.attribute, value, ended=ended)

    def _hold(self, holding: Holding) -> None:
        """Note that a value holds, so that "cancelled it" finds its slot."""
        if not holding[2]:
            return
        of_slot = self.held.get(holding[:2])
        if of_slot is None:
            self._slots = None
            self.held[holding[:2]] = {holding: None}
            return
        if holding in of_slot:
            return
        self._slots = None
        if of_slot and self.vocabulary.cardinality(holding[1]) is Cardinality.SINGLE:
            for gone in of_slot:
                self.texts.pop(gone, None)
            of_slot.clear()
        of_slot[holding] = None

    def _drop(self, holding: Holding) -> None:
        self.texts.pop(holding, None)
        of_slot = self.held.get(holding[:2], {})
        of_slot.pop(holding, None)
        if not of_slot:
            self.held.pop(holding[:2], None)
        self._slots = None

    def _name(self, attribute: str, value: str, *, ended: bool) -> None:
        """Take in what the user is called, or somebody of the user's."""
        known = self.vocabulary.attribute(attribute)
        if known.name == "name" and not ended:
            self.name = value
        elif known.inverse is not None:
            self._known = None
            names = self.related.setdefault(known.name, {})
            names.pop(value, None)
            if known.cardinality is Cardinality.SINGLE:
                names.clear()
            if not ended:
                names[value] = None

    def known(self) -> Mapping[str, str]:
        """Relations, under all their names, to the one name that they have; names to relations."""
        if self._known is None:
            found: dict[str, str] = {}
            for relation, names in self.related.items():
                if len(names) == 1:
                    aliases = self.vocabulary.attribute(relation).aliases
                    found |= dict.fromkeys((relation, *aliases), next(iter(names)))
                found |= dict.fromkeys(names, relation)
            self._known = found
        return self._known

    def surroundings(self, episode: Episode, before: Sequence[Episode]) -> Surroundings:
        """What the extractor is told about an episode."""
        speaker = episode.name
        if speaker is None and episode.role is Role.USER:
            speaker = self.name
        if self._slots is None:
            self._slots = tuple(chain.from_iterable(self.held.values()))
        return Surroundings(
            before=tuple(before),
            speaker=speaker,
            known=self.known(),
            slots=self._slots,
            texts=self.texts,
            kept=self.kept,
        )


def claims_of(
    episode: Episode, proposed: Sequence[tuple[str, Proposal]], vocabulary: Vocabulary
) -> list[Claim]:
    """The proposals, each with its extractor, as claims, with ids that a second run gives again."""
    claims: dict[str, Claim] = {}
    for place, (extractor, proposal) in enumerate(proposed):
        claim = _claim(episode, place, proposal, vocabulary, extractor)
        claims.setdefault(claim.id, claim)
    return list(claims.values())


def claim_id(
    episode_id: str, span: tuple[int, int], slot: tuple[str, str], key: str, polarity: Polarity
) -> str:
    """The id of a claim, from where and what it says."""
    return "c_" + short_hash(episode_id, span, slot, key, polarity.value)


def _speaker(episode: Episode, proposal: Proposal) -> str | None:
    """Who says it; SELF_MARK for the user whom the message does not name, in place of a name that
    another message told and that may be forgotten with it."""
    if episode.name is None and episode.role is Role.USER:
        return SELF_MARK
    return proposal.speaker if proposal.speaker is not None else episode.name


def _claim(
    episode: Episode, place: int, proposal: Proposal, vocabulary: Vocabulary, extractor: str
) -> Claim:
    attribute = vocabulary.attribute(proposal.attribute)
    subject = " ".join(proposal.subject.split()) or SELF
    key = value_key(proposal.value.strip())
    start = max(0, min(proposal.start, len(episode.content)))
    end = max(start, min(proposal.end, len(episode.content)))
    slot = (subject, attribute.name)
    return Claim(
        id=claim_id(episode.id, (start, end), slot, key, proposal.polarity),
        episode_id=episode.id,
        run_id=episode.scope.run_id,
        subject=subject,
        attribute=attribute.name,
        value=proposal.value,
        value_key=key,
        text=proposal.text,
        said_at=episode.at,
        recorded_at=episode.recorded_at,
        start=start,
        end=end,
        order=(episode.ordinal, place),
        polarity=proposal.polarity,
        replaces_key=value_key(proposal.replaces.strip()) or None if proposal.replaces else None,
        valid_from=proposal.valid_from,
        valid_to=proposal.valid_to,
        precision=proposal.precision,
        past=proposal.past,
        confidence=proposal.confidence,
        trust=proposal.trust,
        sensitive=proposal.sensitive or attribute.sensitive,
        speaker=_speaker(episode, proposal),
        extractor=extractor,
        metadata=_kept_with(episode, proposal),
    )


def _kept_with(episode: Episode, proposal: Proposal) -> Metadata:
    """A claim has the metadata of its message, so that both are found with the same filter."""
    own = episode.metadata
    if TOLD in own:
        own = {key: value for key, value in own.items() if key != TOLD}
    return {**own, **proposal.metadata} if proposal.metadata else own
