"""The judge that asks a language model, once for several questions."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from functools import lru_cache

from everwhen.asking import ChatModel, Reply, Schema
from everwhen.errors import ProviderError
from everwhen.model.judgements import Exhibit, Opinion, Question, Refused, Side, Verdict
from everwhen.model.records import SELF, unmarked
from everwhen.model.results import ModelUse
from everwhen.write.by_model.accounting import Account
from everwhen.write.by_model.prompt import prompt
from everwhen.write.by_model.reply import read_list

_VALUE_CHARACTERS = 120


@lru_cache(maxsize=1)
def judge_schema() -> Schema:
    """The form of an answer."""
    found: dict[str, object] = json.loads(prompt("judge.json"))
    return found


def judge_instructions() -> str:
    """What is the same in every question to a model, so that an endpoint can cache it."""
    return prompt("judge.txt")


class ModelJudge:
    """Asks a language model. What it answers is not believed: it is checked against what it was
    shown before anything is recorded."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._account = Account(model.name)

    @property
    def name(self) -> str:
        """The model."""
        return self._model.name

    @property
    def use(self) -> ModelUse:
        """What the model was asked so far."""
        return self._account.use

    def judge(self, questions: Sequence[Question]) -> list[Opinion | Refused]:
        """Ask the model about all of the questions at once."""
        began = time.monotonic()
        reply = Reply(text="")
        try:
            reply = self._model.ask(judge_instructions(), _asked(questions), judge_schema())
            answers = read_list(reply, "answers")
        except ProviderError as error:
            self._account.count(reply, began, failure=str(error))
            raise
        found = [_read(answer, questions) for answer in answers]
        self._account.count(reply, began, rejected=sum(isinstance(f, Refused) for f in found))
        return found

    def close(self) -> None:
        """Let go of the model's connections."""
        self._model.close()


def _asked(questions: Sequence[Question]) -> str:
    lines = [
        {
            "q": number,
            "kind": question.matter.value,
            "left": _side(question.left),
            "right": _side(question.right),
        }
        for number, question in enumerate(questions, 1)
    ]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


def _side(side: Side) -> dict[str, object]:
    named: dict[str, object] = {"subject": "the user" if side.subject == SELF else side.subject}
    if side.attribute:
        named["attribute"] = side.attribute
    return {**named, "facts": [_fact(exhibit) for exhibit in side.exhibits]}


def _fact(exhibit: Exhibit) -> dict[str, object]:
    told: dict[str, object] = {
        "message": unmarked(exhibit.quote),
        "said": f"{exhibit.said_at:%Y-%m-%d}",
        "attribute": exhibit.attribute,
        "value": unmarked(exhibit.value)[:_VALUE_CHARACTERS],
    }
    if exhibit.valid_from is not None:
        told["since"] = f"{exhibit.valid_from:%Y-%m-%d}"
    if exhibit.valid_to is not None:
        told["until"] = f"{exhibit.valid_to:%Y-%m-%d}"
    return told


def _read(answer: object, questions: Sequence[Question]) -> Opinion | Refused:
    """An answer in its closed form, or what is wrong with it."""
    if not isinstance(answer, dict):
        return Refused(question_id=None, reason=f"it is a {type(answer).__name__}, no object")
    number = answer.get("q")
    if not isinstance(number, int) or isinstance(number, bool):
        return Refused(question_id=None, reason="it does not say which question it answers")
    if not 1 <= number <= len(questions):
        return Refused(question_id=None, reason="it answers what was not asked")
    id = questions[number - 1].id
    verdict, reason = answer.get("verdict"), answer.get("reason")
    confidence, quotes = answer.get("confidence"), answer.get("quotes")
    if verdict not in list(Verdict):
        return Refused(question_id=id, reason=f"its verdict is none of {', '.join(Verdict)}")
    if not isinstance(confidence, int | float) or isinstance(confidence, bool):
        return Refused(question_id=id, reason="its confidence is no number")
    if not isinstance(reason, str):
        return Refused(question_id=id, reason="its reason is no text")
    if not isinstance(quotes, list) or not all(isinstance(quote, str) for quote in quotes):
        return Refused(question_id=id, reason="its quotes are no list of texts")
    return Opinion(
        question_id=id,
        verdict=Verdict(verdict),
        confidence=float(confidence) if abs(confidence) <= 1 else 2.0,
        reason=reason,
        quotes=tuple(quotes),
    )
