"""Questions that a judge is asked, and what it decided: is this the same slot, the same entity?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from everwhen.model.records import Scope, Source


class Matter(StrEnum):
    """What a question is about."""

    SLOT = "slot"
    """Whether two attributes of one subject are one and the same."""
    ENTITY = "entity"
    """Whether two names are of one and the same."""


class Verdict(StrEnum):
    """What a judge may say. Only `SAME` has an effect."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One claim that a judge is shown: the words of its message, and when it holds."""

    claim_id: str
    source: Source
    quote: str
    said_at: datetime
    attribute: str
    value: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that a question is about. `attribute` is empty where it is an entity."""

    subject: str
    attribute: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whether `left` is the same as `right`, and is to be read as it.

    The `id` is the same for the same two, whichever is asked about first.
    """

    id: str
    matter: Matter
    scope: Scope
    left: Side
    right: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a judge says to a question; nothing of it is proven. `quotes` are from the exhibits."""

    question_id: str
    verdict: Verdict
    confidence: float
    reason: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An answer that was not taken, and why, without its words; None where it is not told what
    it answers."""

    question_id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A decision of a judge. With `SAME`, from `at` until `undone_at` what is claimed of
    (subject, attribute) is read as claimed of (into_subject, into_attribute); no claim changes.

    Of entities both attributes are empty. `evidence` is where the words stand that the judge
    quoted, `claim_ids` are all claims that it was shown: when one of them is forgotten, so is
    the judgement.
    """

    id: str
    scope: Scope
    question_id: str
    matter: Matter
    subject: str
    attribute: str
    into_subject: str
    into_attribute: str
    verdict: Verdict
    confidence: float
    reason: str
    judge: str
    at: datetime
    evidence: tuple[Source, ...] = ()
    claim_ids: tuple[str, ...] = ()
    undone_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it has an effect now."""
        return self.verdict is Verdict.SAME and self.undone_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a call of a judge did: what it `decided` or undid, the answers that were `refused`;
    all `judgements` of the scope, oldest first, and the `open` questions that are left."""

    decided: tuple[Judgement, ...]
    refused: tuple[Refused, ...]
    judgements: tuple[Judgement, ...]
    open: tuple[Question, ...]
