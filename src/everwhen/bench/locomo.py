"""LoCoMo: long chats between two people, with questions whose evidence is given as turns.

Each conversation is a user of its own; its turns are messages with name and time, images by
their captions. The file's `observation`, `event_summary` and `session_summary` are derived from
the answers and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from everwhen.bench.reading import Row, items, mapping, objects, read_rows, text, texts, time
from everwhen.bench.retrieval import SESSION, TURN, Collection, Part, Question, Suite
from everwhen.bench.systems import Given

CATEGORIES: Final = {
    1: "1 multi-hop",
    2: "2 temporal",
    3: "3 inference",
    4: "4 single-hop",
    5: "5 adversarial",
}
UNANSWERABLE: Final = 5
MEASURES: Final = {
    TURN: ("R@5", "R@10", "R@25", "any@10", "all@10", "MRR", "NDCG@10"),
    SESSION: ("R@5", "R@10", "any@1", "any@5", "any@10", "MRR"),
}
TOP_K: Final = 50
_TURN = timedelta(seconds=20)
_EVIDENCE = re.compile(r"D\d+:\d+")
_SOURCE_ORDER = ("26", "30", "41", "42", "43", "44", "47", "48", "49", "50")


def read_locomo(path: Path, audit: Path | None = None) -> Suite:
    """Read the file; InputError if it is something else. With an `audit` file (locomo-audit's
    errors.json) the evidence that it corrects is taken from there."""
    corrected = {} if audit is None else _read_audit(audit)
    return Suite(
        title="LoCoMo",
        collections=tuple(
            read_rows(path, "LoCoMo", lambda row, number: _conversation(row, number, corrected))
        ),
        measures=MEASURES,
        top_k=TOP_K,
        whole="1-4",
        by_collection=True,
        setting={
            "searched": "messages of one conversation",
            "evidence": "as labelled" if audit is None else "audited",
        },
        notes=("Means over questions with evidence; 1-4 are the answerable categories.",),
    )


def _read_audit(audit: Path) -> dict[str, tuple[str, ...]]:
    rows = read_rows(
        audit,
        "an audit of LoCoMo",
        lambda row, _: (text(row["question_id"]), tuple(_ids(texts(row["correct_evidence"])))),
    )
    return {id: evidence for id, evidence in rows if evidence}


def _conversation(sample: Row, number: int, corrected: Mapping[str, tuple[str, ...]]) -> Collection:
    id = text(sample["sample_id"])
    spoken = mapping(sample["conversation"])
    messages: list[Given] = []
    for session in sorted(int(key[8:]) for key in spoken if re.fullmatch(r"session_\d+", key)):
        at = time(spoken[f"session_{session}_date_time"], "%I:%M %p on %d %B, %Y")
        messages.extend(
            _message(turn, session) | {"at": at + place * _TURN}
            for place, turn in enumerate(objects(spoken[f"session_{session}"]))
        )
    sessions = {turn: session for session, turn in map(_place, messages)}
    source = _source_place(id, number)
    questions = tuple(
        _question(row, sessions, corrected.get(f"locomo_{source}_qa{index}"))
        for index, row in enumerate(objects(sample["qa"]))
    )
    return Collection(id=id, parts=(Part(messages=tuple(messages), questions=questions),))


def _question(row: Row, sessions: Mapping[str, str], corrected: tuple[str, ...] | None) -> Question:
    labelled = _ids(str(one) for one in items(row["evidence"])) if corrected is None else corrected
    turns = tuple(one for one in dict.fromkeys(labelled) if one in sessions)
    category = row["category"]
    if not isinstance(category, int) or category not in CATEGORIES:
        raise ValueError(f"category {category!r}")
    return Question(
        text=text(row["question"]),
        group=CATEGORIES[category],
        turns=turns,
        sessions=tuple(dict.fromkeys(sessions[one] for one in turns)),
        answerable=category != UNANSWERABLE,
    )


def _place(message: Given) -> tuple[str, str]:
    metadata = mapping(message["metadata"])
    return text(metadata["session"]), text(metadata["turn"])


def _source_place(id: str, number: int) -> int:
    """The conversation's number in the source file, which the audit's ids use."""
    last = id.rpartition("-")[2]
    return _SOURCE_ORDER.index(last) if last in _SOURCE_ORDER else number


def _message(turn: Row, session: int) -> dict[str, object]:
    caption = turn.get("blip_caption")
    photo = f"[shares a photo: {caption}]" if caption else ""
    return {
        "role": "user",
        "name": text(turn["speaker"]),
        "content": f"{turn['text']} {photo}".strip(),
        "metadata": {"session": f"D{session}", "turn": text(turn["dia_id"])},
    }


def _ids(evidence: Iterable[str]) -> list[str]:
    return _EVIDENCE.findall(" ".join(evidence))
