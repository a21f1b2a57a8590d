"""One's own questions over one's own memory: is the answer found, where, and for how many tokens?

A row of the file is {"question": …, "expect": […]}; what is expected is the id of a message or
fact, or a pattern that the text has to match (case does not matter). "user_id", "agent_id" and
"run_id" say whose memory, where it is not the one of the command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

from everwhen.bench.metrics import Mean, mean
from everwhen.bench.reading import Row as Given
from everwhen.bench.reading import read_rows, text, texts
from everwhen.bench.report import Report, Row
from everwhen.memory import Memory
from everwhen.model.results import Hit

DEPTHS: Final = (1, 5, 10)
NOWHERE: Final = "not found"


class Whose(TypedDict):
    """A scope as arguments for Memory."""

    user_id: str | None
    agent_id: str | None
    run_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One question, with what a hit has to be or to say: any of these will do."""

    text: str
    expect: tuple[str, ...]
    whose: Whose

    def accepts(self, hit: Hit) -> bool:
        """Whether the hit is what is expected, comes from it or says it."""
        ids = {hit.id, *(source.episode_id for source in hit.sources)}
        return any(one in ids or _says(one, hit.text) for one in self.expect)


def _says(pattern: str, said: str) -> bool:
    return re.search(pattern, said, re.IGNORECASE) is not None


def read_own(path: Path, whose: Whose) -> list[Own]:
    """Read questions from JSON lines; InputError names the row that is wrong and why."""
    return read_rows(path, "questions", lambda row, _: _own(row, whose))


def _own(row: Given, whose: Whose) -> Own:
    expect = tuple(texts(row["expect"]))
    if not expect:
        raise ValueError("expect is empty; give a word, a pattern or an id")
    for one in expect:
        try:
            re.compile(one)
        except re.error as error:
            raise ValueError(f"the pattern {one!r} can not be read: {error}") from error
    own: Whose = {
        "user_id": _given(row, "user_id"),
        "agent_id": _given(row, "agent_id"),
        "run_id": _given(row, "run_id"),
    }
    named = any(value is not None for value in own.values())
    return Own(text=text(row["question"]), expect=expect, whose=own if named else whose)


def _given(row: Given, name: str) -> str | None:
    value = row.get(name)
    return None if value is None else text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back for a question: the place of the first hit expected (0 if there is none)
    and its kind, and whether the context holds it."""

    question: Own
    place: int
    kind: str
    in_context: bool
    tokens: int
    history: int


def run(memory: Memory, questions: Sequence[Own], *, budget_tokens: int = 1000) -> Report:
    """Search and ask for a context once each, as an agent would."""
    answered = [_ask(memory, question, budget_tokens) for question in questions]
    figures: dict[str, int | float | Mean] = {
        f"hit@{k}": mean([float(0 < one.place <= k) for one in answered]) for k in DEPTHS
    }
    figures["in context"] = mean([float(one.in_context) for one in answered])
    figures["tokens before"] = mean([float(one.history) for one in answered])
    figures["tokens after"] = mean([float(one.tokens) for one in answered])
    return Report(
        title="Your own questions",
        rows=[Row(name="all", count=len(answered), figures=figures)],
        setting={"budget": budget_tokens, "tokens": memory.stats().counter},
        notes=("Tokens before: everything said; after: the context for the question.",),
        further=[_each(answered)],
    )


def _each(answered: Sequence[Answered]) -> Report:
    rows = [
        Row(
            name=one.question.text,
            count=1,
            unit=one.kind,
            figures={
                "place": one.place,
                "in context": int(one.in_context),
                "tokens before": one.history,
                "tokens after": one.tokens,
            },
        )
        for one in answered
    ]
    note = f"Place 0: not among the first {max(DEPTHS)} hits."
    return Report(title="Where what was expected was found first", rows=rows, notes=(note,))


def _ask(memory: Memory, question: Own, budget: int) -> Answered:
    hits = memory.search(question.text, top_k=max(DEPTHS), **question.whose)
    places = [place for place, hit in enumerate(hits, 1) if question.accepts(hit)]
    place = places[0] if places else 0
    context = memory.context(question.text, budget_tokens=budget, **question.whose)
    held = {id for section in context.sections for id in section.ids}
    held |= {s.episode_id for hit in hits if hit.id in held for s in hit.sources}
    return Answered(
        question=question,
        place=place,
        kind=hits[place - 1].kind if place else NOWHERE,
        in_context=any(one in held or _says(one, context.text) for one in question.expect),
        tokens=context.tokens,
        history=context.full_history_tokens,
    )
