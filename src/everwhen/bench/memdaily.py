"""MemDaily: short Chinese messages about a user's days, with the numbers of those that answer.

About nine messages belong to a question, so many trajectories of one kind share a scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from everwhen.bench.reading import Row, items, objects, read_rows, text, time, whole
from everwhen.bench.retrieval import TURN, Collection, Part, Question, Suite
from everwhen.bench.systems import Given

TOP_K: Final = 50
POOLED: Final = 50
"""Trajectories of one kind in a scope."""
_TIME = re.compile(r"(\d{4})年(\d{2})月(\d{2})日\D*(\d{2}:\d{2})")
_KIND = re.compile(r"\d+_(\w+)_[a-z]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trajectory:
    kind: str
    messages: tuple[tuple[int, Given], ...]
    questions: tuple[tuple[str, tuple[int, ...]], ...]


def read_memdaily(path: Path, pooled: int = POOLED) -> Suite:
    """Read trajectories and put `pooled` of a kind into each scope, in the order of the file;
    InputError if the file is something else."""
    read = read_rows(path, "MemDaily", lambda row, _: _trajectory(row))
    return Suite(
        title="MemDaily",
        collections=tuple(_pools(read, pooled)),
        measures={TURN: ("R@5", "R@10", "R@25", "any@5", "any@10", "MRR", "NDCG@10")},
        top_k=TOP_K,
        setting={"searched": f"messages of {pooled} trajectories of one kind"},
    )


def _trajectory(row: Row) -> _Trajectory:
    file = text(row["file"])
    kind = _KIND.fullmatch(file)
    if kind is None:
        raise ValueError(f"file {file!r} names no kind and level")
    return _Trajectory(
        kind=kind[1],
        messages=tuple(_message(one) for one in objects(row["message_list"])),
        questions=tuple(
            (text(one["question"]), tuple(whole(id) for id in items(one["target_step_id"])))
            for one in objects(row["question_list"])
        ),
    )


def _message(row: Row) -> tuple[int, Given]:
    said = _TIME.match(text(row["time"]))
    if said is None:
        raise ValueError(f"time {row['time']!r} of a message")
    at = time(f"{said[1]}-{said[2]}-{said[3]} {said[4]}", "%Y-%m-%d %H:%M")
    content = text(row["message"])
    return whole(row["mid"]), {"role": "user", "content": content, "at": at}


def _pools(trajectories: list[_Trajectory], pooled: int) -> Iterator[Collection]:
    by_kind = sorted(trajectories, key=lambda one: one.kind)
    for kind, group in groupby(by_kind, key=lambda one: one.kind):
        of_kind = list(group)
        for start in range(0, len(of_kind), pooled):
            yield _pool(f"{kind} {start // pooled}", of_kind[start : start + pooled])


def _pool(id: str, trajectories: list[_Trajectory]) -> Collection:
    messages: list[Given] = []
    questions: list[Question] = []
    for number, one in enumerate(trajectories):
        for mid, message in one.messages:
            place = {"session": f"t{number}", "turn": f"t{number}:{mid}"}
            messages.append({**message, "metadata": place})
        questions += [
            Question(text=asked, group=one.kind, turns=tuple(f"t{number}:{id}" for id in ids))
            for asked, ids in one.questions
        ]
    return Collection(id=id, parts=(Part(messages=tuple(messages), questions=tuple(questions)),))
