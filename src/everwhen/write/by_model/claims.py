"""From what a model says to proposals, each borne out by the message that it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from everwhen.asking import NO_LABELS, Completed, Labels, Reading, Rejected
from everwhen.language.keys import value_key
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import (
    EMPTY,
    SELF,
    SELF_MARK,
    Episode,
    Metadata,
    Polarity,
    Proposal,
    Role,
)
from everwhen.write.by_model.dates import Stated, read_dates
from everwhen.write.by_model.evidence import find_quote, is_in, shares_word
from everwhen.write.by_model.prompt import MOST_CHARACTERS
from everwhen.write.by_model.reply import Malformed, Said

CONFIDENCE = 0.8
"""Of what a model reads: its words are in the message, its understanding is its own."""

LABELS = "categories"
"""The key of metadata under which a fact's labels are kept."""

_ATTRIBUTE = re.compile(r"[^\W\d_][\w' /+-]{0,39}")
_MOST_WORDS = 4
_MOST_VALUE = 300
_SHORT_ANSWER = 120
_OWN = re.compile(r"^(?:my|the user'?s|user'?s|i|me|myself|the user)\b\s*", re.IGNORECASE)
_PRONOUN = (
    "he she it they we you him her them us his its their this that these those who "
    "someone somebody everyone everybody"
)
_PRONOUNS = frozenset(_PRONOUN.split())


class _RefusedError(Exception):
    """A claim without evidence."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected.reason)
        self.rejected = rejected


def borne_out(
    said: Sequence[Said | Malformed],
    readings: Sequence[Reading],
    asked: Sequence[int],
    vocabulary: Vocabulary,
    labels: Labels = NO_LABELS,
) -> list[Completed]:
    """What is taken of an answer, for each reading. Of a claim whose message can not be told the
    first of those asked about is told."""
    taken: list[list[Proposal]] = [[] for _ in readings]
    rejected: list[list[Rejected]] = [[] for _ in readings]
    wanted = set(asked)
    for claim in said:
        place = (claim.n or 0) - 1
        if place not in wanted:
            reason = "it does not name one of the messages"
            if isinstance(claim, Malformed):
                reason = claim.reason
            rejected[asked[0]].append(_rejected(reason))
            continue
        if isinstance(claim, Malformed):
            rejected[place].append(_rejected(claim.reason))
            continue
        before = tuple(one for group in taken[: place + 1] for one in group)
        known = _Known(
            readings=readings, place=place, vocabulary=vocabulary, said=before, labels=labels
        )
        try:
            proposal, notes = known.proposal(claim)
        except _RefusedError as refused:
            rejected[place].append(refused.rejected)
            continue
        rejected[place] += notes
        if not _settled(proposal, readings[place].proposals) and proposal not in taken[place]:
            taken[place].append(proposal)
    return [
        Completed(proposals=tuple(own), rejected=tuple(refused))
        for own, refused in zip(taken, rejected, strict=True)
    ]


def _rejected(reason: str, span: tuple[int, int] = (0, 0)) -> Rejected:
    return Rejected(
        reason=f"a claim of the model is not taken: {reason}", start=span[0], end=span[1]
    )


def _settled(proposal: Proposal, first: Sequence[Proposal]) -> bool:
    """Whether what was read without a model covers the words."""
    return any(one.start < proposal.end and proposal.start < one.end for one in first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A message and everything around it that a claim may rest on."""

    readings: Sequence[Reading]
    place: int
    vocabulary: Vocabulary
    said: tuple[Proposal, ...]
    labels: Labels

    @property
    def episode(self) -> Episode:
        """The message."""
        return self.readings[self.place].episode

    def proposal(self, said: Said) -> tuple[Proposal, list[Rejected]]:
        """The claim as far as it is borne out, with what of it is not."""
        text = self.episode.content[:MOST_CHARACTERS]
        span = find_quote(said.quote, text)
        if span is None:
            raise _RefusedError(_rejected("its quote is not in the message"))
        quote = text[span[0] : span[1]]
        attribute = self._attribute(said, span)
        subject = self._subject(said, span)
        self._check_value(said, attribute, quote, span)
        value = _as_said(said.value, text)
        replaces = self._replaced(said, subject, attribute, span)
        stated, notes = self._dates(said, text, span)
        return (
            Proposal(
                subject=subject,
                attribute=attribute,
                value=value,
                text=_worded(subject, attribute, value, said),
                start=span[0],
                end=span[1],
                polarity=_polarity(said),
                replaces=replaces,
                valid_from=None if said.kind == "ended" else stated.start,
                valid_to=(stated.end if stated.start is None else stated.start)
                if said.kind == "ended"
                else stated.end,
                precision=stated.precision,
                past=said.kind == "past",
                confidence=CONFIDENCE,
                metadata=self._label(said),
            ),
            notes,
        )

    def _label(self, said: Said) -> Metadata:
        """The label as metadata, where it is one of those asked for; given ones come first."""
        if said.label not in self.labels or LABELS in self.episode.metadata:
            return EMPTY
        return {LABELS: [said.label]}

    def _attribute(self, said: Said, span: tuple[int, int]) -> str:
        name = " ".join(said.attribute.split())
        if not _ATTRIBUTE.fullmatch(name) or len(name.split()) > _MOST_WORDS:
            raise _RefusedError(_rejected("its attribute is no short name", span))
        return self.vocabulary.canonical(name)

    def _subject(self, said: Said, span: tuple[int, int]) -> str:
        """Whom it is about, if the message or what is known names them."""
        named = " ".join(said.subject.split())
        own = self.episode.name
        bare = _OWN.sub("", named)
        if not bare or named.casefold() == SELF:
            return own or SELF
        if own is not None and value_key(bare) == value_key(own):
            return own
        around = self.readings[self.place].surroundings
        if around.speaker is not None and value_key(bare) == value_key(around.speaker):
            return SELF
        if len(bare) > _MOST_VALUE or bare.casefold() in _PRONOUNS:
            raise _RefusedError(_rejected("its subject is no name", span))
        if not any(is_in(bare, text) for text in self._texts()):
            raise _RefusedError(_rejected("nothing said names whom it is about", span))
        return self._as_known(bare)

    def _as_known(self, named: str) -> str:
        """Somebody under the name under which facts are kept: "Ana" for "sister Ana", and for
        "sister" if she is known."""
        around = self.readings[self.place].surroundings
        first, _, rest = named.partition(" ")
        if rest and self._is_relation(first):
            named = rest
        elif self._is_relation(named):
            named = around.known.get(self.vocabulary.canonical(named), named)
        held = (slot[0] for slot in around.slots if value_key(slot[0]) == value_key(named))
        return next(held, named)

    def _is_relation(self, name: str) -> bool:
        return self.vocabulary.canonical(name) in self.vocabulary.relations()

    def _texts(self) -> Iterator[str]:
        """Everything that may name somebody: the messages, who wrote them, what is held."""
        reading = self.readings[self.place]
        yield self.episode.content
        for other in self.readings[: self.place]:
            yield other.episode.content
            yield other.episode.name or ""
        for before in reading.surroundings.before:
            yield before.content
            yield before.name or ""
        yield from (slot[0] for slot in reading.surroundings.slots)
        yield from (slot[2] for slot in reading.surroundings.slots if slot[0] == SELF)
        yield from reading.surroundings.known
        yield from (one.value for one in self.said)

    def _check_value(self, said: Said, attribute: str, quote: str, span: tuple[int, int]) -> None:
        value = said.value.strip()
        if len(value) > _MOST_VALUE:
            raise _RefusedError(_rejected("its value is too long to be one", span))
        if not value:
            if said.kind != "ended":
                raise _RefusedError(_rejected("it has no value", span))
            if not shares_word(self._names_of(attribute), quote):
                raise _RefusedError(_rejected("its quote does not say what ended", span))
            return
        if is_in(value, quote) or self._was_asked(value, quote):
            return
        raise _RefusedError(_rejected("its value is not in its quote", span))

    def _names_of(self, attribute: str) -> tuple[str, ...]:
        known = self.vocabulary.attribute(attribute)
        return (known.name, *known.aliases, *known.words)

    def _was_asked(self, value: str, quote: str) -> bool:
        """Whether the message is a short answer to a question of the assistant with the value."""
        text = self.episode.content.strip()
        if len(text) > _SHORT_ANSWER or value_key(text) != value_key(quote):
            return False
        if self.place:
            previous = self.readings[self.place - 1].episode
        else:
            before = self.readings[0].surroundings.before
            if not before:
                return False
            previous = before[-1]
        asks = previous.role is Role.ASSISTANT and "?" in previous.content
        return asks and is_in(value, f"{previous.content} {quote}")

    def _replaced(
        self, said: Said, subject: str, attribute: str, span: tuple[int, int]
    ) -> str | None:
        if said.kind != "corrects" or not said.replaces.strip():
            return None
        wrong = said.replaces.strip()
        held = [
            slot[2]
            for slot in self.readings[self.place].surroundings.slots
            if slot[0] == subject and self.vocabulary.canonical(slot[1]) == attribute
        ]
        held += [p.value for p in self.said if (p.subject, p.attribute) == (subject, attribute)]
        if value_key(wrong) in map(value_key, held) or is_in(wrong, self.episode.content):
            return wrong
        raise _RefusedError(_rejected("what it corrects was not said", span))

    def _dates(self, said: Said, text: str, span: tuple[int, int]) -> tuple[Stated, list[Rejected]]:
        """The stated period; where the dates have no evidence the claim stands without them."""
        if not (said.first.strip() or said.last.strip()):
            return Stated(), []
        place = find_quote(said.when, text) if said.when.strip() else None
        found: Stated | str = "no words of the message tell its dates"
        if place is not None:
            found = read_dates(text[place[0] : place[1]], said.first, said.last, self.episode.at)
        if isinstance(found, Stated):
            return found, []
        reason = f"dates of a claim of the model are not taken: {found}"
        return Stated(), [Rejected(reason=reason, start=span[0], end=span[1])]


def _as_said(value: str, text: str) -> str:
    """The value as it stands in the message, else without marks that the message does not have."""
    place = find_quote(value, text)
    if place is not None:
        return " ".join(text[place[0] : place[1]].split())
    kept = (mark for mark in value if mark.isalnum() or mark in " '-" or mark in text)
    return " ".join("".join(kept).split())


def _polarity(said: Said) -> Polarity:
    match said.kind:
        case "holds" | "past":
            return Polarity.AFFIRM
        case "ended":
            return Polarity.END
        case "corrects":
            return Polarity.CORRECT
        case _:
            assert_never(said.kind)


def _worded(subject: str, attribute: str, value: str, said: Said) -> str:
    """The fact as a line that reads alone, of words that were all checked."""
    whose = f"{SELF_MARK if subject == SELF else subject}'s {attribute}"
    if said.kind == "ended":
        return f"{whose}: no longer {value}" if value else f"{whose}: no longer"
    return f"{whose}: formerly {value}" if said.kind == "past" else f"{whose}: {value}"
