"""What is taken of a judge's answers: those in form, to what was asked, borne out by quotes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from everwhen.language.tokens import words
from everwhen.model.judgements import Exhibit, Opinion, Question, Refused, Side, Verdict
from everwhen.model.records import Source, unmarked
from everwhen.write.by_model.evidence import find_quote, means

SURE = 0.7
"""Below this confidence, two are not taken to be the same."""

_MOST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An answer that was taken, with the places of its quotes."""

    question: Question
    verdict: Verdict
    confidence: float
    reason: str
    evidence: tuple[Source, ...]


def accepted(
    questions: Sequence[Question], opinions: Iterable[Opinion | Refused]
) -> tuple[list[Accepted], list[Refused]]:
    """The answers that are taken, in the order of the questions, and those that are not."""
    asked = {question.id: question for question in questions}
    taken: dict[str, Accepted] = {}
    refused: list[Refused] = []
    answers = list(opinions)
    often = Counter(answer.question_id for answer in answers if isinstance(answer, Opinion))
    for answer in answers:
        if isinstance(answer, Refused):
            known = answer.question_id if answer.question_id in asked else None
            refused.append(Refused(question_id=known, reason=answer.reason))
            continue
        question = asked.get(answer.question_id)
        if question is None:
            refused.append(Refused(question_id=None, reason="it answers what was not asked"))
        elif often[question.id] > 1:
            refused.append(Refused(question_id=question.id, reason="it is answered twice"))
        else:
            verdict = _checked(question, answer)
            if isinstance(verdict, Accepted):
                taken[question.id] = verdict
            else:
                refused.append(Refused(question_id=question.id, reason=verdict))
    return [taken[one.id] for one in questions if one.id in taken], list(dict.fromkeys(refused))


def _checked(question: Question, opinion: Opinion) -> Accepted | str:
    """What is taken of an answer, or why it is not."""
    if not (math.isfinite(opinion.confidence) and 0 <= opinion.confidence <= 1):
        return "its confidence is not between 0 and 1"
    if not opinion.reason.strip():
        return "it has no reason"
    left: list[Source] = []
    right: list[Source] = []
    for quote in opinion.quotes:
        here, there = _places(quote, question.left), _places(quote, question.right)
        if not here and not there:
            return "a quote does not stand in what was shown"
        if not any(means(word) for word in words(quote)):
            return "a quote has no word that means something"
        left += here
        right += there
    if opinion.verdict is Verdict.SAME and not (left and right):
        return "it says that two are the same without a quote for each of them"
    if opinion.verdict is Verdict.DIFFERENT and not (left or right):
        return "it says that two are different without a quote"
    unsure = opinion.verdict is Verdict.SAME and opinion.confidence < SURE
    return Accepted(
        question=question,
        verdict=Verdict.UNSURE if unsure else opinion.verdict,
        confidence=opinion.confidence,
        reason=" ".join(unmarked(opinion.reason).split())[:_MOST_REASON],
        evidence=tuple(dict.fromkeys((*left, *right))),
    )


def _places(quote: str, side: Side) -> list[Source]:
    found = (_place(quote, exhibit) for exhibit in side.exhibits)
    return [place for place in found if place is not None]


def _place(quote: str, exhibit: Exhibit) -> Source | None:
    span = find_quote(quote, unmarked(exhibit.quote))
    if span is None:
        return None
    start = exhibit.source.start
    return Source(episode_id=exhibit.source.episode_id, start=start + span[0], end=start + span[1])
