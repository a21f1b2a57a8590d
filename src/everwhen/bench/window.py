"""The window: what a context costs against re-sending everything, and what evidence is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from everwhen.bench.metrics import fraction, mean
from everwhen.bench.report import Report, Row
from everwhen.bench.retrieval import TURN, Collection, Progress, Question, Suite
from everwhen.bench.systems import Given, place_of
from everwhen.memory import Memory
from everwhen.model.records import Episode, Fact
from everwhen.model.results import Context

BUDGETS: Final = (150, 300, 600, 1000, 2000)
USUAL: Final = 1000
_PROBES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One context: its tokens, those of the whole history, and the share of the evidence that
    stands in it, as a quote or as a fact taken from it."""

    question: Question
    tokens: int
    history: int
    recall: float


def run(
    suite: Suite,
    memory_factory: Callable[[], Memory],
    *,
    budgets: Sequence[int] = BUDGETS,
    extract: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Ask for the context of every answerable question at each budget, when all has been said;
    and of a few of them after every session, to see how cost grows."""
    costs: dict[int, list[Cost]] = {budget: [] for budget in budgets}
    points: list[Mapping[str, str | int | float]] = []
    counter = ""
    memory = memory_factory()
    try:
        for number, collection in enumerate(suite.collections):
            if progress is not None:
                progress("conversations", number, len(suite.collections))
            turns: dict[str, str] = {}
            asked = [q for q in collection.questions if q.answerable and q.turns]
            points.extend(_told(memory, collection, asked, turns, extract))
            for budget in budgets:
                for question in asked:
                    context = _context(memory, collection.id, question, budget)
                    counter = context.counter
                    costs[budget].append(_cost(memory, collection.id, question, context, turns))
            memory.forget(user_id=collection.id, everything=True)
    finally:
        memory.close()
    if progress is not None:
        progress("conversations", len(suite.collections), len(suite.collections))
    return Report(
        title=f"{suite.title}, what a context costs and holds",
        rows=[_row(f"budget {budget:,}", of_budget) for budget, of_budget in costs.items()],
        setting={"tokens": counter, "facts": "worked out" if extract else "none"},
        notes=("Recall: the share of the evidence turns that the context quotes or has facts of.",),
        points=points,
    )


def _told(
    memory: Memory,
    collection: Collection,
    asked: Sequence[Question],
    turns: dict[str, str],
    extract: bool,
) -> Iterator[Mapping[str, str | int | float]]:
    """Tell it session by session; after each, the mean cost of a context at the usual budget."""
    probes = asked[:: max(1, len(asked) // _PROBES)][:_PROBES]
    sessions = groupby(collection.messages, key=_session)
    for number, (_, said) in enumerate(sessions, 1):
        added = memory.add([dict(one) for one in said], user_id=collection.id, extract=extract)
        turns |= {episode.id: str(episode.metadata["turn"]) for episode in added.episodes}
        found = [_context(memory, collection.id, question, USUAL) for question in probes]
        if found:
            tokens = sum(one.tokens for one in found) / len(found)
            yield {
                "collection": collection.id,
                "sessions": number,
                "history tokens": found[0].full_history_tokens,
                "context tokens": tokens,
            }


def _session(message: Given) -> str:
    metadata = message["metadata"]
    return place_of(metadata)[0] if isinstance(metadata, dict) else ""


def _context(memory: Memory, user: str, question: Question, budget: int) -> Context:
    return memory.context(question.text, user_id=user, budget_tokens=budget, as_of=question.at)


def _cost(
    memory: Memory, user: str, question: Question, context: Context, turns: Mapping[str, str]
) -> Cost:
    held = [turn for id in _ids(context) for turn in _turns(memory, user, id, turns)]
    return Cost(
        question=question,
        tokens=context.tokens,
        history=context.full_history_tokens,
        recall=fraction(held, question.wanted(TURN), len(held)),
    )


def _ids(context: Context) -> list[str]:
    return [id for section in context.sections for id in section.ids]


def _turns(memory: Memory, user: str, id: str, turns: Mapping[str, str]) -> list[str]:
    """The turns that an item of a context is, or rests on."""
    if id in turns:
        return [turns[id]]
    item: Fact | Episode = memory.get(id, user_id=user)
    sources = item.sources if isinstance(item, Fact) else ()
    return [turns[source.episode_id] for source in sources if source.episode_id in turns]


def _row(name: str, costs: Sequence[Cost]) -> Row:
    shares = [one.tokens / one.history for one in costs if one.history]
    return Row(
        name=name,
        count=len(costs),
        figures={
            "recall": mean([one.recall for one in costs]),
            "tokens": mean([float(one.tokens) for one in costs]),
            "of history": mean(shares),
        },
    )
