"""What a judge must offer, and what a store keeps of its decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from everwhen.model.judgements import Judgement, Opinion, Question, Refused
from everwhen.model.results import ModelUse


@runtime_checkable
class Judge(Protocol):
    """Says whether two slots, or two names, are the same. It proposes; it never changes a fact."""

    @property
    def name(self) -> str:
        """Identity, recorded with each judgement."""
        ...

    @property
    def use(self) -> ModelUse:
        """What it was asked so far."""
        ...

    def judge(self, questions: Sequence[Question]) -> list[Opinion | Refused]:
        """What it says to questions, all of one owner; some may be left without an answer.
        ProviderError, and nothing of it is taken, if no answer can be had."""
        ...

    def close(self) -> None:
        """Let go of connections; a question after that makes new ones."""
        ...


class KeptJudgements(Protocol):
    """Part of a reader."""

    def judgements(self, owner: int) -> list[Judgement]:
        """All judgements about an owner's memory, also undone ones, in order of (at, id)."""
        ...


class WrittenJudgements(KeptJudgements, Protocol):
    """Part of a writer."""

    def add_judgements(self, owner: int, judgements: Sequence[Judgement]) -> None:
        """Record judgements; one whose id is already there is left as it is."""
        ...

    def undo_judgement(self, owner: int, id: str, at: datetime) -> None:
        """From the instant on a judgement has no effect; one undone earlier stays so."""
        ...

    def erase_judgements(self, owner: int, ids: Sequence[str]) -> None:
        """Remove judgements for good."""
        ...
