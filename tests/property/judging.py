"""A judge that says what it is told to say, with the words that it is shown as quotes."""

from __future__ import annotations

from collections.abc import Sequence

from everwhen.model.judgements import Opinion, Question, Refused, Verdict
from everwhen.model.results import ModelUse


class Saying:
    """Answers every question with `verdict`; keeps what it was asked."""

    name = "saying"
    use = ModelUse()

    def __init__(self, verdict: Verdict = Verdict.SAME, confidence: float = 0.9) -> None:
        self.verdict = verdict
        self.confidence = confidence
        self.asked: list[Sequence[Question]] = []

    def judge(self, questions: Sequence[Question]) -> list[Opinion | Refused]:
        self.asked.append(questions)
        return [self._opinion(question) for question in questions]

    def _opinion(self, question: Question) -> Opinion:
        return Opinion(
            question_id=question.id,
            verdict=self.verdict,
            confidence=self.confidence,
            reason="they say so",
            quotes=(question.left.exhibits[0].quote, question.right.exhibits[0].quote),
        )

    def close(self) -> None:
        """Nothing to let go of."""
