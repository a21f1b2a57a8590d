"""Retrieval: collections of messages with questions, and how well systems find the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import TypeAlias

from everwhen.bench import metrics
from everwhen.bench.report import Report, Row
from everwhen.bench.systems import Given, Place, System, SystemFactory

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, how far it is and how far it goes."""

TURN, SESSION = "turn", "session"
DRAWN = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50)
"""Depths at which recall is kept for drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with the ids of what answers it; unanswerable ones may name what misleads.

    `at` is when it is asked, where the data say so and nothing in its collection comes later.
    """

    text: str
    group: str
    turns: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    answerable: bool = True
    at: datetime | None = None

    def wanted(self, unit: str) -> tuple[str, ...]:
        """The evidence in that unit."""
        return self.turns if unit == TURN else self.sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Messages, and the questions that are asked when these and all before are there."""

    messages: tuple[Given, ...]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What one user said, and what is asked about it."""

    id: str
    parts: tuple[Part, ...]

    @property
    def messages(self) -> tuple[Given, ...]:
        """All of them, in order."""
        return tuple(one for part in self.parts for one in part.messages)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them, in order."""
        return tuple(one for part in self.parts for one in part.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A data set as collections, and what is reported of it: measures by unit, how many
    messages are asked for, and the name of the row over all answerable questions."""

    title: str
    collections: tuple[Collection, ...]
    measures: Mapping[str, tuple[str, ...]]
    top_k: int
    whole: str = "all"
    by_collection: bool = False
    setting: Mapping[str, str | int | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def first(self, limit: int | None) -> Suite:
        """Only so many collections, for a quick run."""
        if limit is None or limit >= len(self.collections):
            return self
        return Suite(
            title=f"{self.title}, the first {limit} of {len(self.collections)}",
            collections=self.collections[:limit],
            measures=self.measures,
            top_k=self.top_k,
            whole=self.whole,
            by_collection=self.by_collection,
            setting=self.setting,
            notes=self.notes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a system found for a question. `sure` is what its own cut-off leaves, None if it has
    none or was not asked."""

    collection: str
    question: Question
    places: tuple[Place, ...]
    sure: tuple[Place, ...] | None
    seconds: float

    def found(self, unit: str) -> tuple[str, ...]:
        """Ids in that unit, best first; a session stands where its best message does."""
        return ids_of(self.places, unit)


def ids_of(places: Iterable[Place], unit: str) -> tuple[str, ...]:
    """The ids of turns, or of sessions by their best turn, in the order of the places."""
    ids = (place.turn if unit == TURN else place.session for place in places)
    return tuple(dict.fromkeys(id for id in ids if id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All outcomes of one system, and how long it took to add the messages."""

    system: str
    outcomes: tuple[Outcome, ...]
    adding: float
    messages: int


def measure(suite: Suite, factory: SystemFactory, *, progress: Progress | None = None) -> Measured:
    """Take each collection in, ask its questions, and free it again."""
    sure = any(not q.answerable for one in suite.collections for q in one.questions)
    outcomes: list[Outcome] = []
    adding, count = 0.0, 0
    system = factory()
    try:
        for number, collection in enumerate(suite.collections):
            if progress is not None:
                progress(system.name, number, len(suite.collections))
            for part in collection.parts:
                start = perf_counter()
                if part.messages:
                    system.add(collection.id, part.messages)
                adding += perf_counter() - start
                count += len(part.messages)
                outcomes += [
                    _ask(system, collection.id, question, suite.top_k, sure)
                    for question in part.questions
                ]
            system.drop(collection.id)
        if progress is not None:
            progress(system.name, len(suite.collections), len(suite.collections))
    finally:
        system.close()
    return Measured(system=system.name, outcomes=tuple(outcomes), adding=adding, messages=count)


def _ask(system: System, scope: str, question: Question, limit: int, sure: bool) -> Outcome:
    start = perf_counter()
    places = system.find(scope, question.text, limit=limit, at=question.at)
    seconds = perf_counter() - start
    kept = system.find_sure(scope, question.text, limit=limit, at=question.at) if sure else None
    return Outcome(
        collection=scope,
        question=question,
        places=tuple(places),
        sure=None if kept is None else tuple(kept),
        seconds=seconds,
    )


def report(suite: Suite, measured: Sequence[Measured], further: Sequence[Report] = ()) -> Report:
    """Rows by system, unit and group of questions; further tables, and the times taken."""
    messages = sum(len(one.messages) for one in suite.collections)
    several = len(measured) > 1
    rows = [row for one in measured for row in _rows(suite, one, one.system if several else "")]
    return Report(
        title=f"{suite.title}: {messages:,} messages",
        rows=rows,
        setting={"collections": len(suite.collections), **suite.setting},
        notes=suite.notes,
        points=list(_points(suite, measured)),
        further=[*further, _times(measured)],
    )


def _points(suite: Suite, measured: Sequence[Measured]) -> Iterator[Mapping[str, str | float]]:
    """Recall over all answerable questions at each depth, by system and unit."""
    for one in measured:
        answerable = [o for o in one.outcomes if o.question.answerable]
        for unit in suite.measures:
            pairs = [(o.found(unit), o.question.wanted(unit)) for o in answerable]
            scored = [pair for pair in pairs if pair[1]]
            if any(found for found, _ in scored):
                for k in (k for k in DRAWN if k <= suite.top_k):
                    recall = sum(metrics.fraction(*pair, k) for pair in scored) / len(scored)
                    yield {"system": one.system, "unit": unit, "k": k, "R": recall}


def _times(measured: Sequence[Measured]) -> Report:
    return Report(
        title="Time taken",
        rows=[
            Row(name=one.system, count=len(one.outcomes), figures=_speed(one)) for one in measured
        ],
    )


def _rows(suite: Suite, measured: Measured, system: str) -> list[Row]:
    outcomes = measured.outcomes
    groups = sorted({one.question.group for one in outcomes})
    answerable = [one for one in outcomes if one.question.answerable]
    chosen = [(suite.whole, answerable)]
    if len(groups) > 1:
        chosen += [(name, [o for o in outcomes if o.question.group == name]) for name in groups]
    if suite.by_collection:
        chosen += [
            (f"{suite.whole}, {one.id}", [o for o in answerable if o.collection == one.id])
            for one in suite.collections
        ]
    unit_names = list(suite.measures)
    made = []
    for unit in unit_names:
        label = unit if len(unit_names) > 1 else ""
        for name, some in chosen:
            scored = [o for o in some if o.question.wanted(unit)]
            if scored and not (unit == TURN and not any(o.found(unit) for o in outcomes)):
                made.append(_row(name, scored, unit, suite.measures[unit], system, label))
    return made


def _row(
    name: str,
    scored: Sequence[Outcome],
    unit: str,
    measures: Sequence[str],
    system: str,
    label: str,
) -> Row:
    pairs = [(one.found(unit), one.question.wanted(unit)) for one in scored]
    figures: dict[str, float | metrics.Mean] = {}
    for figure in measures:
        calculate = metrics.measure(figure)
        figures[figure] = metrics.mean([calculate(*pair) for pair in pairs])
    return Row(name=name, count=len(scored), figures=figures, system=system, unit=label)


def _speed(measured: Measured) -> dict[str, float]:
    times = [1000.0 * one.seconds for one in measured.outcomes]
    return {
        "p50 ms": metrics.percentile(times, 0.5),
        "p95 ms": metrics.percentile(times, 0.95),
        "messages added per s": measured.messages / measured.adding if measured.adding else 0.0,
    }
