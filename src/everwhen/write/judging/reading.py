"""Judgements from their JSON shape."""

from __future__ import annotations

from collections.abc import Mapping

from everwhen.model.judgements import Judgement, Matter, Verdict
from everwhen.model.period import instant
from everwhen.model.records import JsonValue, Scope, Source

_TEXTS = (
    "id", "question_id", "subject", "attribute", "into_subject", "into_attribute", "reason",
    "judge",
)  # fmt: skip


def read_judgement(row: Mapping[str, JsonValue]) -> Judgement:
    """The judgement that `to_wire` made the row from; TypeError or ValueError if it is none."""
    for name in _TEXTS:
        if not isinstance(row[name], str):
            raise TypeError(f"{name} is {row[name]!r:.80}")
    confidence = row["confidence"]
    if not isinstance(confidence, int | float) or isinstance(confidence, bool):
        raise TypeError(f"confidence is {confidence!r:.80}")
    at = instant(str(row["at"]))
    undone_at = None if row["undone_at"] is None else instant(str(row["undone_at"]))
    if undone_at is not None and undone_at < at:
        raise ValueError("undone before it was decided")
    matter = Matter(str(row["matter"]))
    if matter is Matter.SLOT and row["subject"] != row["into_subject"]:
        raise ValueError("a slot of one subject is read as one of another")
    return Judgement(
        scope=Scope(
            user_id=_id(row["user_id"]), agent_id=_id(row["agent_id"]), run_id=_id(row["run_id"])
        ),
        matter=matter,
        verdict=Verdict(str(row["verdict"])),
        confidence=float(confidence),
        at=at,
        undone_at=undone_at,
        evidence=tuple(map(_source, _list(row["evidence"]))),
        claim_ids=tuple(map(_text, _list(row["claim_ids"]))),
        **{name: str(row[name]) for name in _TEXTS},
    )


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r:.80}")
    return value


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r:.80}")
    return value


def _id(value: JsonValue) -> str | None:
    return None if value is None else _text(value)


def _source(value: JsonValue) -> Source:
    match value:
        case {"episode_id": str(episode), "start": int(start), "end": int(end)}:
            return Source(episode_id=episode, start=start, end=end)
        case _:
            raise TypeError(f"evidence is {value!r:.80}")
