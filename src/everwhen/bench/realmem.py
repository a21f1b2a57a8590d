"""RealMem: projects of one user over many sessions; which earlier sessions does a query need?

A query is asked when all sessions before its own have been said, and none of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from everwhen.bench.reading import Row, mapping, objects, read_rows, text, texts, time
from everwhen.bench.retrieval import SESSION, Collection, Part, Question, Suite
from everwhen.bench.systems import Given

TOP_K: Final = 100
_TURN = timedelta(seconds=20)
_SESSION = timedelta(hours=2)
_ROLES: Final = {"User": "user", "Assistant": "assistant"}


def read_realmem(path: Path) -> Suite:
    """Read personas; InputError if the file is something else."""
    return Suite(
        title="RealMem",
        collections=tuple(read_rows(path, "RealMem", lambda row, _: _persona(row))),
        measures={SESSION: ("any@1", "any@5", "any@10", "any@20", "R@10", "MRR", "NDCG@10")},
        top_k=TOP_K,
        setting={"searched": "messages of the sessions before the query's"},
    )


def _persona(row: Row) -> Collection:
    parts: list[Part] = []
    days: Counter[str] = Counter()
    earlier: list[str] = []
    said: tuple[Given, ...] = ()
    latest = None
    for session in objects(row["dialogues"]):
        id, day = text(session["session_uuid"]), text(session["current_time"])[:10]
        at = time(day, "%Y-%m-%d") + days[day] * _SESSION
        latest = at if latest is None else max(latest, at)
        days[day] += 1
        turns = objects(session["dialogue_turns"])
        questions = tuple(_questions(turns, set(earlier), latest))
        parts.append(Part(messages=said, questions=questions))
        said = tuple(_messages(turns, id, at))
        latest += len(turns) * _TURN
        earlier.append(id)
    return Collection(id=text(mapping(row["_metadata"])["person_name"]), parts=tuple(parts))


def _messages(turns: Sequence[Row], session: str, at: datetime) -> Iterator[Given]:
    for place, turn in enumerate(turns):
        content = text(turn["content"])
        if content.strip():
            yield {
                "role": _ROLES[text(turn["speaker"])],
                "content": content,
                "at": at + place * _TURN,
                "metadata": {"session": session, "turn": f"{session}:{place}"},
            }


def _questions(turns: Sequence[Row], earlier: set[str], at: datetime) -> Iterator[Question]:
    """Queries with the sessions that the answer after them used."""
    for turn, answer in pairwise(turns):
        if turn.get("is_query"):
            used = texts(answer.get("memory_session_uuids") or [])
            yield Question(
                text=text(turn["content"]),
                group=text(turn["category_name"]),
                sessions=tuple(one for one in dict.fromkeys(used) if one in earlier),
                at=at,
            )
