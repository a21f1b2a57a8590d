"""The proof: what a question costs with all of a transcript before it, and with its memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from everwhen.bench.judged import Standing
from everwhen.counting import DistantCounter
from everwhen.memory import Memory
from everwhen.model.period import now
from everwhen.model.records import Episode
from everwhen.model.results import Context
from everwhen.ports import Clock, TokenCounter

Message = Mapping[str, object]

_USER = "proof"
_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A line of a context, with what was said for it: when, by whom, in which words."""

    section: str
    line: str
    at: datetime | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What memory gives for a question: the context, its cost, and what stands behind it."""

    question: str
    tokens: int
    text: str
    evidence: tuple[Evidence, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The costs when so many messages had been said; `context` is the mean over the questions."""

    messages: int
    history: int
    context: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Tokens before each question without memory (`history`) and with it, as `counter` counts."""

    messages: int
    history: int
    counter: str
    budget: int
    answers: tuple[Answered, ...]
    steps: tuple[Step, ...]


def prove(
    messages: Sequence[Message],
    questions: Sequence[str],
    *,
    counter: TokenCounter,
    make: Callable[[Clock], Memory],
    budget: int = 1000,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Tell the messages to a fresh memory, some at a time, and ask at each stop.

    The clock stands at the last message that says when it was, if any does.
    """
    stamps = [at for message in messages if isinstance(at := message.get("at"), datetime)]
    clock = Standing(at=max(stamps) if stamps else now())
    history, steps = 0, []
    with make(clock) as memory:
        for start, end in pairwise(_stops(messages)):
            some = messages[start:end]
            memory.add([dict(one) for one in some], user_id=_USER)
            history += _tokens([str(one["content"]) for one in some], counter)
            found = [memory.context(one, user_id=_USER, budget_tokens=budget) for one in questions]
            mean = sum(one.tokens for one in found) / len(found)
            steps.append(Step(messages=end, history=history, context=mean))
            if progress is not None:
                progress(end, len(messages))
        answers = [_answered(memory, *pair) for pair in zip(questions, found, strict=True)]
    return Proof(
        messages=len(messages),
        history=history,
        counter=counter.name,
        budget=budget,
        answers=tuple(answers),
        steps=tuple(steps),
    )


def _stops(messages: Sequence[Message]) -> Iterator[int]:
    """0, then after how many messages to ask: some twenty times, and at the end."""
    size = max(1, -(-len(messages) // _STEPS))
    yield from range(0, len(messages), size)
    yield len(messages)


def _tokens(texts: Sequence[str], counter: TokenCounter) -> int:
    if isinstance(counter, DistantCounter):
        return counter.count("\n".join(texts))
    return sum(counter.count(text) for text in texts)


def _answered(memory: Memory, question: str, context: Context) -> Answered:
    return Answered(
        question=question,
        tokens=context.tokens,
        text=context.text,
        evidence=tuple(_evidence(memory, context)),
        left_out=len(context.left_out),
    )


def _evidence(memory: Memory, context: Context) -> Iterator[Evidence]:
    for section in context.sections:
        for line, id in zip(section.lines, section.ids, strict=True):
            source = _source(memory, id)
            yield Evidence(
                section=section.title,
                line=line,
                at=None if source is None else source[0].at,
                said="" if source is None else source[1],
            )


def _source(memory: Memory, id: str) -> tuple[Episode, str] | None:
    """The message behind a line, and which words of it."""
    found = memory.get(id, user_id=_USER)
    if isinstance(found, Episode):
        return found, found.content
    if not found.sources:
        return None
    source = found.sources[0]
    said = memory.get(source.episode_id, user_id=_USER)
    if not isinstance(said, Episode):
        return None
    return said, said.content[source.start : source.end] or said.content
