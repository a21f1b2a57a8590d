"""LoCoMo: do searches over long chats find the turns that answer the questions?

Each conversation is a user of its own; its turns are added as messages with name, time and
`{"dia_id": …}`, images by their captions. The file's `observation`, `event_summary` and
`session_summary` are derived from the answers and are not read. Every question is searched
among the messages, and the turns found are compared with the labelled evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

from everwhen.bench import metrics
from everwhen.bench.report import Report, Row
from everwhen.errors import InputError
from everwhen.memory import Memory

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, how far it is and how far it goes."""

CATEGORIES = {
    1: "1 multi-hop",
    2: "2 temporal",
    3: "3 inference",
    4: "4 single-hop",
    5: "5 adversarial",
}
ANSWERABLE = (1, 2, 3, 4)
TOP_K = 25
DEPTHS = (5, 10, 25)
_TURN_SECONDS = 20
_EVIDENCE = re.compile(r"D\d+:\d+")
_SOURCE_ORDER = ("26", "30", "41", "42", "43", "44", "47", "48", "49", "50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with the ids of the turns that answer it."""

    text: str
    category: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as messages, with its questions."""

    id: str
    messages: tuple[dict[str, object], ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a search found for a question, and how long it took."""

    question: Question
    found: tuple[str, ...]
    seconds: float


def run(
    memory_factory: Callable[[], Memory],
    path: Path,
    *,
    audit: Path | None = None,
    extract: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Measure search on the file; with an `audit` file (locomo-audit's errors.json) the
    evidence that it corrects is taken from there. `extract` works out facts too."""
    conversations = read_locomo(path, audit)
    answered: list[Answered] = []
    adding = 0.0
    memory = memory_factory()
    try:
        for number, conversation in enumerate(conversations):
            _tell(progress, "conversations", number, len(conversations))
            start = perf_counter()
            memory.add(list(conversation.messages), user_id=conversation.id, extract=extract)
            adding += perf_counter() - start
            answered.extend(_ask(memory, conversation))
        _tell(progress, "conversations", len(conversations), len(conversations))
        embedder = memory.stats().embedder
    finally:
        memory.close()
    turns = sum(len(conversation.messages) for conversation in conversations)
    return Report(
        title=f"LoCoMo, {len(conversations)} conversations, {turns:,} turns",
        rows=_rows(answered, conversations),
        totals=_totals(answered, turns, adding),
        setting={
            "unit": "turn",
            "searched": "messages of one conversation",
            "embedder": embedder,
            "evidence": "as labelled" if audit is None else "audited",
        },
        notes=("Means over questions with evidence; 1-4 are the answerable categories.",),
    )


def _tell(progress: Progress | None, step: str, done: int, whole: int) -> None:
    if progress is not None:
        progress(step, done, whole)


def _ask(memory: Memory, conversation: Conversation) -> list[Answered]:
    answered = []
    for question in conversation.questions:
        start = perf_counter()
        hits = memory.search(
            question.text,
            user_id=conversation.id,
            kinds=("episode",),
            top_k=TOP_K,
            min_score=0,
        )
        seconds = perf_counter() - start
        found = tuple(str(hit.metadata["dia_id"]) for hit in hits)
        answered.append(Answered(question=question, found=found, seconds=seconds))
    return answered


def _rows(answered: Sequence[Answered], conversations: Sequence[Conversation]) -> list[Row]:
    rows = [
        _row("1-4", [one for one in answered if one.question.category in ANSWERABLE]),
    ]
    for category, name in CATEGORIES.items():
        of_category = [one for one in answered if one.question.category == category]
        if of_category:
            rows.append(_row(name, of_category))
    place = 0
    for conversation in conversations:
        of_one = answered[place : place + len(conversation.questions)]
        place += len(conversation.questions)
        answerable = [one for one in of_one if one.question.category in ANSWERABLE]
        rows.append(_row(f"1-4, {conversation.id}", answerable))
    return rows


def _row(name: str, answered: Sequence[Answered]) -> Row:
    scored = [(one.found, one.question.evidence) for one in answered if one.question.evidence]
    figures: dict[str, float | metrics.Mean] = {}
    for k in DEPTHS:
        figures[f"R@{k}"] = metrics.mean([metrics.fraction(*pair, k) for pair in scored])
    figures["any@10"] = metrics.mean([metrics.any_hit(*pair, 10) for pair in scored])
    figures["all@10"] = metrics.mean([metrics.all_hit(*pair, 10) for pair in scored])
    figures["MRR"] = metrics.mean([metrics.reciprocal_rank(*pair) for pair in scored])
    figures["NDCG@10"] = metrics.mean([metrics.ndcg(*pair, 10) for pair in scored])
    return Row(name=name, count=len(scored), figures=figures)


def _totals(answered: Sequence[Answered], turns: int, adding: float) -> dict[str, float]:
    times = [1000.0 * one.seconds for one in answered]
    return {
        "search p50 ms": metrics.percentile(times, 0.5),
        "search p95 ms": metrics.percentile(times, 0.95),
        "turns added per s": turns / adding if adding else 0.0,
    }


def read_locomo(path: Path, audit: Path | None = None) -> list[Conversation]:
    """Read the file; InputError if it is something else."""
    corrected = {} if audit is None else _read_audit(audit)
    try:
        samples = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(samples, list):
            raise ValueError("it is no list of conversations")
        return [_conversation(sample, number, corrected) for number, sample in enumerate(samples)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} can not be read as LoCoMo JSON: {error!r}") from error


def _read_audit(audit: Path) -> dict[str, tuple[str, ...]]:
    try:
        rows = json.loads(audit.read_text(encoding="utf-8"))
        return {
            row["question_id"]: tuple(_ids(row["correct_evidence"]))
            for row in rows
            if row["correct_evidence"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{audit} can not be read as an audit of LoCoMo: {error!r}") from error


def _conversation(
    sample: Mapping[str, object], number: int, corrected: Mapping[str, tuple[str, ...]]
) -> Conversation:
    id = str(sample["sample_id"])
    spoken = sample["conversation"]
    asked = sample["qa"]
    if not isinstance(spoken, dict) or not isinstance(asked, list):
        raise ValueError(f"{id} has no conversation or no qa")
    messages: list[dict[str, object]] = []
    sessions = sorted(int(key[8:]) for key in spoken if re.fullmatch(r"session_\d+", key))
    for session in sessions:
        at = _session_time(spoken[f"session_{session}_date_time"])
        messages.extend(
            _message(turn, at + timedelta(seconds=_TURN_SECONDS * place))
            for place, turn in enumerate(spoken[f"session_{session}"])
        )
    there = {dia_id(message) for message in messages}
    place = _source_place(id, number)
    questions = []
    for index, row in enumerate(asked):
        labelled = corrected.get(f"locomo_{place}_qa{index}", tuple(_ids(row["evidence"])))
        evidence = tuple(one for one in dict.fromkeys(labelled) if one in there)
        questions.append(
            Question(text=row["question"], category=row["category"], evidence=evidence)
        )
    return Conversation(id=id, messages=tuple(messages), questions=tuple(questions))


def _source_place(id: str, number: int) -> int:
    """The conversation's number in the source file, which the audit's ids use."""
    last = id.rpartition("-")[2]
    return _SOURCE_ORDER.index(last) if last in _SOURCE_ORDER else number


def dia_id(message: Mapping[str, object]) -> str:
    """The turn's id in the file."""
    metadata = message["metadata"]
    if not isinstance(metadata, dict):
        raise ValueError("a message without metadata")
    return str(metadata["dia_id"])


def _session_time(text: str) -> datetime:
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)


def _message(turn: Mapping[str, str], at: datetime) -> dict[str, object]:
    caption = turn.get("blip_caption")
    photo = f"[shares a photo: {caption}]" if caption else ""
    return {
        "role": "user",
        "name": turn["speaker"],
        "content": f"{turn['text']} {photo}".strip(),
        "at": at,
        "metadata": {"dia_id": turn["dia_id"]},
    }


def _ids(evidence: Sequence[str]) -> list[str]:
    return [id for text in evidence for id in _EVIDENCE.findall(text)]
