"""LongMemEval: questions about what a user told an assistant, in whole haystacks or in one pool.

Session ids tell which ones hold the answer, so sessions are numbered in order of time instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from everwhen.bench.reading import Row, items, objects, read_rows, text, texts, time
from everwhen.bench.retrieval import SESSION, TURN, Collection, Part, Question, Suite
from everwhen.bench.systems import Given
from everwhen.errors import InputError

ABSTAINING: Final = "abstention"
TOP_K: Final = 100
POOL: Final = "pool"
_SESSIONS = ("any@1", "any@5", "all@5", "any@10", "all@10", "R@5", "R@10", "MRR", "NDCG@10")
_TURNS = ("any@5", "any@10", "R@5", "R@10", "MRR", "NDCG@10")
_TURN = timedelta(seconds=20)
_TIME = "%Y/%m/%d (%a) %H:%M"


def read_longmemeval(path: Path, corrections: Path | None = None) -> Suite:
    """Read haystacks (`haystack_sessions`) or evidence turns (`evidence_sessions`); InputError
    if the file is something else. With a file of `corrections` the evidence sessions are taken
    from there, and a question that nothing answers counts as unanswerable."""
    corrected = {} if corrections is None else _read_corrections(corrections)
    setting = {"evidence": "as labelled" if corrections is None else "audited"}
    cases = read_rows(path, "LongMemEval", lambda row, _: _case(row, corrected))
    if any(case.id == POOL for case in cases):
        if not all(case.id == POOL for case in cases):
            raise InputError(f"{path} has haystacks and evidence in one file; measure them apart")
        return Suite(
            title="LongMemEval, evidence turns of all questions as one pool",
            collections=(_pooled(cases),),
            measures={TURN: _TURNS},
            top_k=TOP_K,
            setting={"searched": "the pool"} | setting,
        )
    return Suite(
        title="LongMemEval, whole haystacks",
        collections=tuple(cases),
        measures={SESSION: _SESSIONS, TURN: _TURNS},
        top_k=TOP_K,
        setting={"searched": "messages of one haystack"} | setting,
    )


def _read_corrections(path: Path) -> dict[str, tuple[str, ...]]:
    return dict(
        read_rows(
            path,
            "corrections of LongMemEval",
            lambda row, _: (
                text(row["question_id"]),
                tuple(texts(row["corrected_answer_session_ids"])),
            ),
        )
    )


def _case(row: Row, corrected: Mapping[str, tuple[str, ...]]) -> Collection:
    if "evidence_sessions" in row:
        return _evidence(row)
    id = text(row["question_id"])
    dates = [time(one, _TIME) for one in items(row["haystack_dates"])]
    ids = texts(row["haystack_session_ids"])
    sessions = [objects(one) for one in items(row["haystack_sessions"])]
    ordered = sorted(
        zip(dates, ids, sessions, strict=True),
        key=lambda one: one[0],
    )
    answering = corrected.get(id, tuple(texts(row["answer_session_ids"])))
    messages: list[Given] = []
    gold_turns: list[str] = []
    gold_sessions: list[str] = []
    for number, (at, session_id, turns) in enumerate(ordered):
        name = f"s{number}"
        made = _messages(turns, name, at)
        messages += made
        if session_id in answering:
            gold_sessions.append(name)
            gold_turns += [
                f"{name}:{place}"
                for place, turn in enumerate(turns)
                if turn.get("has_answer") is True
            ]
    last = ordered[-1][0] + len(ordered[-1][2]) * _TURN
    question = Question(
        text=text(row["question"]),
        group=_group(row, bool(answering)),
        turns=tuple(gold_turns),
        sessions=tuple(gold_sessions),
        answerable=bool(answering) and not id.endswith("_abs"),
        at=max(time(row["question_date"], _TIME), last),
    )
    return Collection(id=id, parts=(Part(messages=tuple(messages), questions=(question,)),))


def _group(row: Row, answered: bool) -> str:
    abstaining = text(row["question_id"]).endswith("_abs") or not answered
    return ABSTAINING if abstaining else text(row["question_type"])


def _messages(turns: Sequence[Row], session: str, at: datetime) -> list[Given]:
    return [
        {
            "role": text(turn["role"]),
            "content": text(turn["content"]),
            "at": at + place * _TURN,
            "metadata": {"session": session, "turn": f"{session}:{place}"},
        }
        for place, turn in enumerate(turns)
        if text(turn["content"]).strip()
    ]


def _evidence(row: Row) -> Collection:
    """One question with its evidence turns alone, still with session numbers of its own."""
    messages: list[Given] = []
    for number, session in enumerate(objects(row["evidence_sessions"])):
        messages += _messages(objects(session["turns"]), f"s{number}", time(session["date"], _TIME))
    question = Question(
        text=text(row["question"]),
        group=_group(row, True),
        turns=tuple(_turn(one) for one in messages),
        answerable=not text(row["question_id"]).endswith("_abs"),
    )
    return Collection(id=POOL, parts=(Part(messages=tuple(messages), questions=(question,)),))


def _turn(message: Given) -> str:
    metadata = message["metadata"]
    return str(metadata["turn"]) if isinstance(metadata, dict) else ""


def _pooled(cases: Sequence[Collection]) -> Collection:
    """One collection of all messages; a text that several questions rest on is there once."""
    known: dict[object, Given] = {}
    questions: list[Question] = []
    for number, case in enumerate(cases):
        turns: list[str] = []
        for message in case.messages:
            session, _, place = _turn(message).partition(":")
            name = f"q{number}{session}"
            own = {**message, "metadata": {"session": name, "turn": f"{name}:{place}"}}
            kept = known.setdefault(message["content"], own)
            turns.append(_turn(kept))
        questions += [replace(one, turns=tuple(turns)) for one in case.questions]
    messages = sorted(known.values(), key=lambda one: str(one["at"]))
    return Collection(id=POOL, parts=(Part(messages=tuple(messages), questions=tuple(questions)),))
