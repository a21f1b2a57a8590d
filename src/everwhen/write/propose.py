"""Episodes to claims: what the extractor is told besides the words, and what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from everwhen.language.keys import value_key
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import (
    SELF,
    Cardinality,
    Claim,
    Episode,
    Fact,
    Polarity,
    Proposal,
    Role,
    Scope,
    Slot,
)
from everwhen.ports import Reader, Surroundings
from everwhen.write.segment import short_hash

HELD = 300
"""How many facts that hold an extractor is told of at most."""

BEFORE = 3
"""How many messages before an episode its extractor sees."""


@dataclass(slots=True)
class People:
    """Who is who in one scope: its user's name, and other people by relation and name.

    Loaded once, then kept up to date with what is proposed, so that in one batch a later
    message is read with the names that an earlier one told.
    """

    name: str | None = None
    related: dict[str, list[str]] = field(default_factory=dict)
    held: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def load(cls, reader: Reader, scope: Scope, vocabulary: Vocabulary, now: datetime) -> People:
        """Those that the facts of a scope name which are true at the instant."""
        people = cls()
        owner = reader.owner(scope)
        if owner is None:
            return people
        for attribute in ("name", *vocabulary.relations()):
            slot = Slot(owner=owner, subject=SELF, attribute=attribute)
            for fact in reader.slot_facts(slot):
                if fact.review is None and fact.valid.contains(now):
                    people.learn(fact, vocabulary)
        view = reader.view(scope)
        for fact in reader.page_facts(view, known_at=now, as_of=now, limit=HELD):
            people.hold(fact, vocabulary)
        return people

    def hold(self, told: Fact | Proposal, vocabulary: Vocabulary) -> None:
        """Take in what a fact or proposal makes true, so that "cancelled it" finds its slot."""
        values = self.held.setdefault((told.subject, told.attribute), [])
        if isinstance(told, Proposal):
            if told.past or told.polarity is Polarity.END:
                values[:] = [v for v in values if told.value and v != told.value]
                return
            if told.replaces in values:
                values.remove(told.replaces)
        if told.value:
            self.texts[told.subject, told.attribute, told.value] = told.text
        if told.value in values or not told.value:
            return
        if vocabulary.cardinality(told.attribute) is Cardinality.SINGLE:
            values.clear()
        values.append(told.value)

    def learn(self, told: Fact | Proposal, vocabulary: Vocabulary) -> None:
        """Take in a fact, or what an episode proposes, if it names somebody of the user's."""
        if isinstance(told, Proposal):
            self.hold(told, vocabulary)
        if told.subject != SELF or not told.value:
            return
        ended = isinstance(told, Proposal) and told.polarity is Polarity.END
        attribute = vocabulary.attribute(told.attribute)
        if attribute.name == "name" and not ended:
            self.name = told.value
        elif attribute.inverse is not None:
            names = self.related.setdefault(attribute.name, [])
            if told.value in names:
                names.remove(told.value)
            if vocabulary.cardinality(attribute.name) is Cardinality.SINGLE:
                names.clear()
            if not ended:
                names.append(told.value)

    def known(self, vocabulary: Vocabulary) -> dict[str, str]:
        """Relations, under all their names, to the one name that they have; names to relations."""
        found: dict[str, str] = {}
        for relation, names in self.related.items():
            if len(names) == 1:
                aliases = vocabulary.attribute(relation).aliases
                found |= dict.fromkeys((relation, *aliases), names[0])
            found |= dict.fromkeys(names, relation)
        return found

    def surroundings(
        self, episode: Episode, before: Sequence[Episode], vocabulary: Vocabulary
    ) -> Surroundings:
        """What the extractor is told about an episode."""
        speaker = episode.name
        if speaker is None and episode.role is Role.USER:
            speaker = self.name
        slots = tuple(
            (subject, attribute, value)
            for (subject, attribute), values in self.held.items()
            for value in values
        )
        return Surroundings(
            before=tuple(before),
            speaker=speaker,
            known=self.known(vocabulary),
            slots=slots,
            texts=self.texts,
        )


def claims_of(
    episode: Episode, proposals: Sequence[Proposal], vocabulary: Vocabulary, extractor: str
) -> list[Claim]:
    """The proposals as claims, with ids that a second run gives again."""
    claims: dict[str, Claim] = {}
    for place, proposal in enumerate(proposals):
        claim = _claim(episode, place, proposal, vocabulary, extractor)
        claims.setdefault(claim.id, claim)
    return list(claims.values())


def claim_id(
    episode_id: str, span: tuple[int, int], slot: tuple[str, str], key: str, polarity: Polarity
) -> str:
    """The id of a claim, from where and what it says."""
    return "c_" + short_hash(episode_id, span, slot, key, polarity.value)


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
        speaker=proposal.speaker if proposal.speaker is not None else episode.name,
        extractor=extractor,
        metadata=proposal.metadata,
    )
