"""AMST (AutoMemoryBench): which memories are required for a query, and which are forbidden?

Each case is measured twice: *given*, its memory units remembered as facts with their periods,
without those that the data say not to store; and *told*, its turns added as messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from everwhen.bench.judged import Judged, Standing, rows
from everwhen.bench.reading import Row, mapping, objects, read_rows, text, texts
from everwhen.bench.report import Report
from everwhen.bench.retrieval import Progress
from everwhen.memory import Memory
from everwhen.model.period import instant
from everwhen.model.results import Hit
from everwhen.ports import Clock

TOP_K: Final = 10
GIVEN, TOLD = "given", "told"
_TURN = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One memory, with the turns that it comes from."""

    id: str
    text: str
    subject: str
    kind: str
    since: datetime
    until: datetime | None
    stored: bool
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A prompt with the memories that it needs and those that must not be used."""

    prompt: str
    group: str
    at: datetime
    wanted: frozenset[str]
    forbidden: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One user."""

    id: str
    units: tuple[Unit, ...]
    messages: tuple[Mapping[str, object], ...]
    queries: tuple[Query, ...]


def run(
    cases: Sequence[Case],
    memory_factory: Callable[[Clock], Memory],
    *,
    progress: Progress | None = None,
) -> Report:
    """Enter each case in both ways and judge what searches bring back."""
    judged: dict[str, list[Judged]] = {GIVEN: [], TOLD: []}
    clock = Standing()
    with memory_factory(clock) as memory:
        for number, case in enumerate(cases):
            if progress is not None:
                progress("cases", number, len(cases))
            for way, enter in ((GIVEN, _give), (TOLD, _tell)):
                named = enter(memory, case, clock)
                judged[way] += [_judge(memory, case, query, named, clock) for query in case.queries]
                memory.forget(user_id=case.id, everything=True)
    return Report(
        title=f"AMST, {len(cases)} cases, {len(judged[GIVEN])} queries",
        rows=[row for way, of_way in judged.items() for row in rows(of_way, system=way)],
        setting={"searched": f"facts and messages, at most {TOP_K}"},
        notes=(
            "Passed: all that is wanted and nothing forbidden. Precision: of all that came back.",
            "Forbidden: queries for which something forbidden came back.",
        ),
    )


def _give(memory: Memory, case: Case, clock: Standing) -> dict[str, str]:
    """Remember the units, in order of time; gives the unit of each fact and its words."""
    named: dict[str, str] = {}
    for unit in sorted(case.units, key=lambda unit: unit.since):
        if unit.stored:
            clock.at = unit.since
            fact = memory.remember(
                unit.text,
                user_id=case.id,
                subject=unit.subject,
                attribute=unit.kind,
                value=unit.text,
                valid_from=unit.since,
                valid_to=unit.until,
            )
            named[fact.id] = unit.id
            named |= {source.episode_id: unit.id for source in fact.sources}
    return named


def _tell(memory: Memory, case: Case, clock: Standing) -> dict[str, str]:
    """Add the turns; gives the unit of each message."""
    by_turn = {turn: unit.id for unit in case.units for turn in unit.turns}
    clock.at = max(instant(str(one["at"])) for one in case.messages)
    added = memory.add([dict(one) for one in case.messages], user_id=case.id)
    turns = {episode.id: str(episode.metadata["turn"]) for episode in added.episodes}
    return {id: by_turn[turn] for id, turn in turns.items() if turn in by_turn}


def _judge(
    memory: Memory, case: Case, query: Query, named: Mapping[str, str], clock: Standing
) -> Judged:
    clock.at = query.at
    hits = memory.search(query.prompt, user_id=case.id, top_k=TOP_K)
    returned = [_unit(hit, named) for hit in hits]
    return Judged(
        group=query.group,
        wanted=query.wanted,
        forbidden=query.forbidden,
        returned=tuple(dict.fromkeys(returned)),
        silent=not query.wanted,
    )


def _unit(hit: Hit, named: Mapping[str, str]) -> str:
    """The unit that a hit is or comes from, else its own id."""
    ids = (hit.id, *(source.episode_id for source in hit.sources))
    return next((named[id] for id in ids if id in named), hit.id)


# -- reading the file ------------------------------------------------------------------------


def read_amst(path: Path) -> list[Case]:
    """Read cases; InputError if the file is something else."""
    return read_rows(path, "AMST", lambda row, _: _case(row))


def _case(row: Row) -> Case:
    return Case(
        id=text(row["case_id"]),
        units=tuple(_memory(one) for one in objects(row["gold_memory_units"])),
        messages=tuple(
            {
                "role": text(turn["role"]),
                "content": text(turn["content"]),
                "at": instant(text(session["timestamp"])) + place * _TURN,
                "metadata": {"turn": text(turn["turn_id"])},
            }
            for session in objects(row["sessions"])
            for place, turn in enumerate(objects(session["turns"]))
        ),
        queries=tuple(_query(one) for one in objects(row["queries"])),
    )


def _memory(row: Row) -> Unit:
    until = row.get("valid_until")
    return Unit(
        id=text(row["memory_id"]),
        text=text(row["content"]),
        subject=text(mapping(row["canonical_form"])["subject"]),
        kind=text(row["type"]),
        since=instant(text(row["valid_from"])),
        until=None if until is None else instant(text(until)),
        stored=row["should_write"] is True,
        turns=tuple(texts(row["source_turn_ids"])),
    )


def _query(row: Row) -> Query:
    wanted = frozenset(texts(row["gold_memory_ids"]))
    refused = mapping(row["expected_behavior"])["should_refuse"] is True
    return Query(
        prompt=text(row["prompt"]),
        group="answer" if wanted else "refuse" if refused else "no memory needed",
        at=instant(text(row["timestamp"])),
        wanted=wanted,
        forbidden=frozenset(texts(row["forbidden_memory_ids"])),
    )
