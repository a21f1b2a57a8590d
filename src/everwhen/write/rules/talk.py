"""What a message has said so far: who was mentioned, what was claimed, what is being corrected."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from everwhen.language.keys import value_key
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF, Cardinality, Polarity, Proposal
from everwhen.write.rules import periods
from everwhen.write.rules.cast import Cast, Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.grammar import Grammar
from everwhen.write.rules.held import Held
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.said import Said
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_HEADS = words_of(
    "budget deadline plan membership subscription lead manager owner launch release "
    "date password "
    "limit goal target rate price rent size number address supplier version tier package pass "
    "meeting appointment exam interview code role"
)


@dataclass(slots=True)
class Talk:
    """The state of reading one message. `texts` are the wordings of what is held, `kept` what is
    worked out once for the messages of a batch, `generic` counts the claims that no frame made.
    `topic` is what was told to have changed, `since` when: "I switched banks a week ago.",
    `next_home` is the place of a home that was just found."""

    grammar: Grammar
    vocabulary: Vocabulary
    cast: Cast
    at: datetime
    speaker: str | None
    held: Sequence[Held]
    said: Said = field(default_factory=Said)
    correcting: bool = False
    confidence: float = 1.0
    retracted: list[Proposal] = field(default_factory=list)
    moment: datetime | None = None
    message: str = ""
    words: set[str] = field(default_factory=set)
    subject: Subject | None = None
    texts: Mapping[Held, str] = field(default_factory=dict)
    kept: MutableMapping[str, object] = field(default_factory=dict)
    generic: int = 0
    topic: str = ""
    since: datetime | None = None
    next_home: str = ""

    @property
    def earlier(self) -> tuple[Proposal, ...]:
        """The claims of the messages just before, as far as they may matter."""
        return self.cast.recall.said

    @property
    def earlier_any(self) -> bool:
        """Whether there are such claims; quicker than `earlier`."""
        return self.cast.recall.said_any()

    @property
    def me(self) -> Who:
        """The one who speaks."""
        return self.cast.me

    def claim(
        self,
        clause: Clause,
        who: Who,
        attribute: str,
        value: str,
        text: str,
        *,
        stated: Stated = periods.NOTHING,
        polarity: Polarity = Polarity.AFFIRM,
        replaces: str | None = None,
        confidence: float = 0.9,
        sensitive: bool = False,
        subject: str = "",
    ) -> None:
        """Add a claim, unless it was made already in this message."""
        attribute = self.attribute(attribute, subject or who.key)
        value = value.strip()
        if "\u2063" in value:
            return
        closed = stated.past or (stated.valid_to is not None and stated.valid_to <= self.at)
        if polarity is Polarity.AFFIRM and (replaces or (self.correcting and not closed)):
            polarity = Polarity.CORRECT
            replaces = replaces or self._replaced(subject or who.key, attribute, value)
        if not value and polarity is not Polarity.END and replaces is None:
            return
        proposal = Proposal(
            subject=subject or who.key,
            attribute=attribute,
            value=value,
            text=" ".join(text.split()),
            start=clause.start,
            end=clause.end,
            polarity=polarity,
            replaces=replaces,
            valid_from=stated.valid_from,
            valid_to=stated.valid_to,
            precision=stated.precision,
            past=stated.past,
            confidence=round(confidence * self.confidence, 2),
            sensitive=sensitive or self.vocabulary.attribute(attribute).sensitive,
            speaker=self.speaker,
        )
        self._add(proposal)
        told = stated.valid_to if polarity is Polarity.END else stated.valid_from
        if told is not None:
            self.moment = told

    def _add(self, new: Proposal) -> None:
        for number in self.said.alike(new):
            old = self.said[number]
            if old.valid_from is None and old.valid_to is None and not old.past:
                if new.valid_from is not None or new.valid_to is not None:
                    self.said[number] = replace(
                        old,
                        valid_from=new.valid_from,
                        valid_to=new.valid_to,
                        precision=new.precision,
                    )
                return
            if (old.valid_from, old.valid_to, old.past) == (
                new.valid_from,
                new.valid_to,
                new.past,
            ) or (new.valid_from is None and new.valid_to is None and not new.past):
                return
        self.said.append(new)

    def end(
        self,
        clause: Clause,
        who: Who,
        attribute: str,
        value: str,
        text: str,
        stated: Stated = periods.NOTHING,
        *,
        subject: str = "",
    ) -> None:
        """Add a claim that something stops holding."""
        self.claim(
            clause,
            who,
            attribute,
            value,
            text,
            stated=replace(stated, valid_from=None),
            polarity=Polarity.END,
            subject=subject,
        )

    def attribute(self, attribute: str, subject: str = SELF, *, loose: bool = False) -> str:
        """The attribute's name as already in use: "kitchen budget" for "kitchen renovation
        budget" where that is what is held."""
        name = self.vocabulary.canonical(attribute)
        head = name.rpartition(" ")[2]
        if head not in _HEADS:
            return name
        words = set(name.split())
        best, least = name, 99
        used = [(s, a) for s, a, _ in self.held] + [(p.subject, p.attribute) for p in self.said]
        for held_subject, held in used:
            if held == name and held_subject == subject:
                return name
            other = set(held.split())
            if held_subject != subject or held.rpartition(" ")[2] != head:
                continue
            if head == "role" and name == head:
                continue
            if (held == head or name == head) and not (loose or self.correcting or name == head):
                continue
            if (words <= other or other <= words) and abs(len(words) - len(other)) < least:
                best, least = held, abs(len(words) - len(other))
        return best

    def is_single(self, attribute: str) -> bool:
        """Whether the attribute has one value at a time."""
        return self.vocabulary.cardinality(attribute) is Cardinality.SINGLE

    def _replaced(self, subject: str, attribute: str, value: str) -> str | None:
        if self.is_single(attribute):
            return None
        for claims in (reversed(self.said), reversed(self.earlier)):
            for old in claims:
                if (
                    old.value
                    and old.attribute == attribute
                    and value_key(old.value) != value_key(value)
                ):
                    return old.value
        held = [v for s, a, v in self.held if (s, a) == (subject, attribute) and v != value]
        return held[-1] if len(held) == 1 else None

    def find_held(self, words: str, *, attribute: str = "") -> Held | None:
        """The held fact of the user's whose value these words name, if there is one."""
        wanted = set(value_key(words).split())
        if not wanted:
            return None
        best: Held | None = None
        score = 0.0
        held = [
            (p.subject, p.attribute, p.value)
            for p in (*self.earlier, *self.said)
            if p.polarity is not Polarity.END
        ]
        for fact in (*self.held, *held):
            subject, name, value = fact
            if attribute and name != attribute:
                continue
            have = set(value_key(value).split())
            shared = wanted & have
            if not shared or subject not in (SELF, self.me.key):
                continue
            if wanted <= have or have <= wanted:
                match = len(shared) / max(len(wanted | have), 1) + (0.01 if subject == SELF else 0)
                if match >= score:
                    best, score = fact, match
        return best

    def held_of(self, attribute: str, subject: str = "") -> list[str]:
        """The values held of an attribute of the user."""
        subject = subject or self.me.key
        return [v for s, a, v in self.held if s == subject and a == attribute]


def when(frame_aspect: str, predicate: Predicate, clause: Clause, talk: Talk) -> Stated | None:
    """The period that a clause states; None if it only announces something without a date."""
    if frame_aspect == "end":
        stated = periods.ending(clause.times, talk.at)
        if predicate.tense == "future" and not stated.future:
            return None
        return stated
    if frame_aspect == "lasting":
        return periods.state(clause.times, talk.at, predicate.tense)
    if frame_aspect == "start":
        return _start(predicate, clause, talk)
    tense = predicate.tense
    if tense == "perfect" and not predicate.progressive and predicate.lemma != "be":
        lasting = any(t.role.value in ("since", "duration", "until") for t in clause.times)
        if not lasting and "always" not in predicate.cues and predicate.lemma in _LASTING:
            tense = "past"
    if predicate.lemma in ACQUIRING and tense == "past" and "used to" not in predicate.cues:
        return periods.beginning(clause.times, talk.at)
    begins = predicate.lemma in ACQUIRING and predicate.lemma != "foster"
    if begins and predicate.progressive and tense in ("present", "none"):
        return _start(predicate, clause, talk)
    if clause.before and tense == "past" and not periods.usable(clause.times):
        return _before_that(talk)
    stated = _since_then(clause, talk, periods.state(clause.times, talk.at, tense))
    if clause.before and tense == "past" and stated.valid_from and stated.valid_to is None:
        stated = replace(stated, valid_to=_before_that(talk).valid_to or talk.moment, past=False)
    if tense == "future" and not stated.future:
        return None
    return stated


ACQUIRING = words_of(
    "switch change transfer renew treat go become turn get buy adopt rescue rent start begin join "
    "pick "
    "welcome bring purchase foster "
    "develop be-diagnose sign register enrol enroll subscribe install inherit lease"
) | {"be diagnose", "be raise"}
_LASTING = words_of("live work study teach intern reside drive own date speak play")


def _since_then(clause: Clause, talk: Talk, stated: Stated) -> Stated:
    """ "Since then": from when the change told before happened."""
    after = clause.after or "ever since" in clause.raw.lower()
    if not after or stated.valid_from is not None or talk.moment is None:
        return stated
    return replace(stated, valid_from=talk.moment)


def _start(predicate: Predicate, clause: Clause, talk: Talk) -> Stated | None:
    stated = _since_then(clause, talk, periods.beginning(clause.times, talk.at))
    coming = predicate.tense == "future" or (
        predicate.progressive and predicate.tense in ("present", "none")
    )
    if coming and not stated.future:
        today = any(
            t.interval_start is not None
            and t.interval_start <= talk.at
            and (t.interval_end is None or talk.at < t.interval_end)
            for t in clause.times
        )
        return stated if today or stated.valid_from is not None else None
    return stated


def _before_that(talk: Talk) -> Stated:
    starts = [p.valid_from for p in talk.said if p.valid_from is not None and not p.past]
    if starts and starts[-1] <= talk.at:
        return Stated(valid_to=starts[-1], past=False)
    return Stated(past=True)
