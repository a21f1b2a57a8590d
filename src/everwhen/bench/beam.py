"""BEAM: long chats between a user and an assistant, with questions for ten abilities.

User messages end in marks of the plan that they were made by (`->-> 1,25`), which are cut off.
Messages have no times: a batch begins at the anchor that its first anchored message names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from everwhen.bench.reading import Row, items, mapping, objects, read_rows, text, time, whole
from everwhen.bench.retrieval import TURN, Collection, Part, Question, Suite
from everwhen.bench.systems import Given

ABSTAINING: Final = "abstention"
TOP_K: Final = 50
_MARK = re.compile(r"\s*->->.*\Z", re.DOTALL)
_MESSAGE = timedelta(seconds=40)
_ANCHOR = "%B-%d-%Y"
_UNDATED = datetime(2024, 1, 1, tzinfo=UTC)
_BATCH = timedelta(days=30)


def read_beam(path: Path) -> Suite:
    """Read chats; InputError if the file is something else."""
    chats = tuple(read_rows(path, "BEAM", lambda row, _: _chat(row)))
    sizes = dict.fromkeys(chat.id.partition("-")[0] for chat in chats)
    return Suite(
        title=f"BEAM {', '.join(sizes)}",
        collections=chats,
        measures={TURN: ("R@5", "R@10", "R@25", "any@5", "any@10", "MRR", "NDCG@10")},
        top_k=TOP_K,
        setting={"searched": "messages of one chat"},
        notes=("Questions of the group abstention have no evidence.",),
    )


def _chat(row: Row) -> Collection:
    messages = tuple(_messages(row))
    there = {str(one["id"]) for one in messages}
    plain = tuple({name: one[name] for name in one if name != "id"} for one in messages)
    questions = tuple(
        _question(question, ability, there)
        for ability, asked in mapping(row["probing_questions"]).items()
        for question in objects(asked)
    )
    return Collection(
        id=f"{text(row['size'])}-{text(row['conv_id'])}",
        parts=(Part(messages=plain, questions=questions),),
    )


def _messages(row: Row) -> Iterator[Given]:
    at = _UNDATED - _BATCH
    for batch, spoken in enumerate(objects(row["chat"])):
        turns = [mapping(one) for turn in items(spoken["turns"]) for one in items(turn)]
        anchors = [spoken.get("time_anchor"), *(one.get("time_anchor") for one in turns)]
        anchor = next((one for one in anchors if one), None)
        at = at + _BATCH if anchor is None else time(anchor, _ANCHOR)
        for place, message in enumerate(turns):
            content = _MARK.sub("", text(message["content"]))
            if content.strip():
                id = str(whole(message["id"]))
                yield {
                    "id": id,
                    "role": text(message["role"]),
                    "content": content,
                    "at": at + place * _MESSAGE,
                    "metadata": {"session": f"b{batch}", "turn": id},
                }


def _question(row: Row, ability: str, there: set[str]) -> Question:
    named = dict.fromkeys(str(one) for one in _ids(row.get("source_chat_ids")))
    return Question(
        text=text(row["question"]),
        group=ability,
        turns=tuple(one for one in named if one in there),
        answerable=ability != ABSTAINING,
    )


def _ids(given: object) -> Iterator[int]:
    """Message ids in a list or in a dict of lists; notes in words are passed over."""
    if isinstance(given, int):
        yield given
    elif isinstance(given, list):
        for one in given:
            yield from _ids(one)
    elif isinstance(given, dict):
        for one in given.values():
            yield from _ids(one)
