"""A whole memory as JSON lines, and back: episodes, claims, judgements; facts follow from them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from everwhen.errors import ContentError
from everwhen.language.redaction import Redacted, Redaction
from everwhen.model.judgements import Judgement
from everwhen.model.period import Precision, instant
from everwhen.model.records import (
    Claim,
    Episode,
    JsonValue,
    Message,
    Polarity,
    Role,
    Scope,
    Slot,
    Trust,
)
from everwhen.model.wire import to_wire
from everwhen.ports import Parts, Reader, View, Writer
from everwhen.write.indexing import Vectors
from everwhen.write.judging.identities import slots_judged
from everwhen.write.judging.reading import read_judgement
from everwhen.write.messages import read_metadata
from everwhen.write.policies import from_text, to_text
from everwhen.write.rebuild import index_episodes, pages, rebuild_slots
from everwhen.write.redact import clean_claim, clean_judgement, clean_message

_FORMAT: Final[dict[str, JsonValue]] = {"everwhen": "archive", "version": 1}
_CLAIM_TIMES = ("said_at", "recorded_at", "valid_from", "valid_to", "expires_at", "withdrawn_at")

_TEXT, _PERHAPS_TEXT = (str,), (str, type(None))
_CLAIM_KINDS: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("id", "episode_id", "subject", "attribute", "value"), _TEXT),
    **dict.fromkeys(("value_key", "text", "extractor"), _TEXT),
    **dict.fromkeys(("run_id", "replaces_key", "speaker"), _PERHAPS_TEXT),
    **dict.fromkeys(("start", "end"), (int,)),
    **dict.fromkeys(("past", "sensitive"), (bool,)),
    "confidence": (int, float),
}


def export(parts: Parts, path: Path) -> int:
    """Write every episode, claim and judgement of every scope; gives the number of lines.

    The file appears whole or not at all, readable by its owner alone.
    """
    draft = path.with_name(path.name + ".part")
    count = 0
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file, parts.store.read() as reader:
            for line in _lines(reader):
                # Escapes keep lone surrogates and control characters exact.
                file.write(json.dumps(line, ensure_ascii=True) + "\n")
                count += 1
        os.replace(draft, path)
    except OSError as error:
        raise ContentError(f"can not write the archive {path}: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
    return count


def _lines(reader: Reader) -> Iterator[JsonValue]:
    yield dict(_FORMAT)
    for scope in reader.scopes():
        owner = reader.owner(scope)
        if owner is None:
            continue
        view = View(owners=(owner,))
        policy = reader.policy(owner)
        if policy:
            yield {"record": "policy", **_scope_ids(scope), "policy": policy}
        for batch in pages(reader, view):
            for episode in batch:
                yield {"record": "episode", **_plain(episode)}
            for slot, claim in reader.claims_of_episodes(view, [item.id for item in batch]):
                yield {"record": "claim", **_scope_ids(scope), **_plain(claim)} | {
                    "subject": slot.subject,
                    "attribute": slot.attribute,
                }
        for judgement in reader.judgements(owner):
            yield {"record": "judgement", **_plain(judgement)}


def _plain(record: Episode | Claim | Judgement) -> dict[str, JsonValue]:
    plain = to_wire(record)
    assert isinstance(plain, dict)
    return plain


def _scope_ids(scope: Scope) -> dict[str, JsonValue]:
    return {"owner_user": scope.user_id, "owner_agent": scope.agent_id, "owner_run": scope.run_id}


def load(parts: Parts, path: Path) -> int:
    """Read an archive into this memory; gives the number of records that were new."""
    try:
        with path.open(encoding="utf-8") as file:
            lines = _parse(file, path)
            if next(lines, {}) != _FORMAT:
                raise ContentError(
                    f"{path} is not an archive of this version; `everwhen import` reads chats"
                )
            return _load_lines(parts, lines)
    except OSError as error:
        raise ContentError(f"can not read the archive {path}: {error}") from error


def _parse(file: Iterable[str], path: Path) -> Iterator[dict[str, JsonValue]]:
    for number, line in enumerate(_text_lines(file, path), 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ContentError(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict):
            raise ContentError(f"{path}, line {number}: not a JSON object")
        yield row


def _text_lines(file: Iterable[str], path: Path) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError as error:
        raise ContentError(f"{path} is not an archive: it is not text in UTF-8") from error


def _load_lines(parts: Parts, lines: Iterator[Mapping[str, JsonValue]]) -> int:
    fresh: dict[int, list[Episode]] = {}
    told: dict[str, Redacted] = {}
    touched: set[Slot] = set()
    judged: list[tuple[int, Judgement]] = []
    count = 0
    with parts.store.write() as writer:
        for row in lines:
            record = row.get("record")
            if record not in ("episode", "claim", "judgement", "policy"):
                raise ContentError(f"unknown record {record!r} in the archive")
            try:
                if record == "episode":
                    owner, episodes = _load_episode(parts.redaction, writer, row, told)
                    fresh.setdefault(owner, []).extend(episodes)
                    count += len(episodes)
                elif record == "policy":
                    count += _load_policy(writer, row)
                elif record == "judgement":
                    count += _load_judgement(parts.redaction, writer, row, judged, told)
                else:
                    count += _load_claim(parts.redaction, writer, row, touched, told)
            except (KeyError, TypeError, ValueError) as error:
                raise ContentError(f"a damaged {record} in the archive: {error!r}") from error
        for owner, episodes in fresh.items():
            extracted = [episode for episode in episodes if episode.extracted]
            index_episodes(writer, owner, extracted, Vectors(parts.embedder))
        touched |= {slot for owner, one in judged for slot in slots_judged(writer, owner, one)}
        rebuild_slots(parts, writer, sorted(touched, key=_slot_order), Vectors(parts.embedder))
    return count


def _slot_order(slot: Slot) -> tuple[int, str, str]:
    return (slot.owner, slot.subject, slot.attribute)


def _load_episode(
    redaction: Redaction,
    writer: Writer,
    row: Mapping[str, JsonValue],
    told: dict[str, Redacted],
) -> tuple[int, list[Episode]]:
    scope = Scope(
        user_id=_text(row, "user_id"), agent_id=_text(row, "agent_id"), run_id=_text(row, "run_id")
    )
    words = redaction.text(str(row["content"]))
    if words.edits:
        told[str(row["id"])] = words
    owner = writer.own(scope)
    if writer.episodes(View(owners=(owner,)), [str(row["id"])]):
        return owner, []
    message = Message(
        role=Role(str(row["role"])),
        content=str(row["content"]),
        at=instant(str(row["at"])),
        name=_text(row, "name"),
        metadata=read_metadata(row["metadata"], "an episode"),
        id=_text(row, "key"),
    )
    stored = writer.add_episodes(
        scope,
        [(str(row["id"]), clean_message(redaction, message), int(str(row["ordinal"])))],
        instant(str(row["recorded_at"])),
        extracted=bool(row["extracted"]),
    )
    return owner, [episode for episode in stored if episode.id == row["id"]]


def _load_policy(writer: Writer, row: Mapping[str, JsonValue]) -> int:
    """What is set here already stays."""
    owner = writer.own(_owner_of(row))
    if writer.policy(owner):
        return 0
    writer.set_policy(owner, to_text(from_text(str(row["policy"]))))
    return 1


def _owner_of(row: Mapping[str, JsonValue]) -> Scope:
    return Scope(
        user_id=_text(row, "owner_user"),
        agent_id=_text(row, "owner_agent"),
        run_id=_text(row, "owner_run"),
    )


def _load_claim(
    redaction: Redaction,
    writer: Writer,
    row: Mapping[str, JsonValue],
    touched: set[Slot],
    told: Mapping[str, Redacted],
) -> int:
    owner = writer.own(_owner_of(row))
    claim = read_claim(row)
    if redaction.on:
        claim = clean_claim(redaction, claim, told.get(claim.episode_id))
    if writer.claims_by_id(View(owners=(owner,)), [claim.id]):
        return 0
    writer.add_claims(owner, [claim])
    touched.add(Slot(owner=owner, subject=claim.subject, attribute=claim.attribute))
    return 1


def _load_judgement(
    redaction: Redaction,
    writer: Writer,
    row: Mapping[str, JsonValue],
    judged: list[tuple[int, Judgement]],
    told: Mapping[str, Redacted],
) -> int:
    judgement = clean_judgement(redaction, read_judgement(row), told)
    owner = writer.own(judgement.scope)
    if any(one.id == judgement.id for one in writer.judgements(owner)):
        return 0
    writer.add_judgements(owner, [judgement])
    judged.append((owner, judgement))
    return 1


def read_claim(row: Mapping[str, JsonValue]) -> Claim:
    """The claim that `to_wire` made the row from; TypeError or ValueError if it is none."""
    values: dict[str, object] = {
        field.name: row[field.name] for field in dataclasses.fields(Claim) if field.name in row
    }
    for name, kinds in _CLAIM_KINDS.items():
        if not isinstance(row[name], kinds):
            raise TypeError(f"{name} is {row[name]!r:.80}")
    for name in _CLAIM_TIMES:
        values[name] = _time(values.get(name))
    values["polarity"] = Polarity(str(row["polarity"]))
    values["precision"] = None if row["precision"] is None else Precision(str(row["precision"]))
    values["trust"] = Trust(int(str(row["trust"])))
    values["order"] = _whole_numbers(row["order"])
    values["targets"] = _texts(row["targets"])
    values["metadata"] = read_metadata(row["metadata"], "a claim")
    claim = Claim(**values)  # type: ignore[arg-type]
    if claim.withdrawn_at is not None and claim.withdrawn_at < claim.recorded_at:
        raise ValueError("withdrawn before it was recorded")
    if claim.run_id is not None:
        Scope(run_id=claim.run_id)
    return claim


def _whole_numbers(value: JsonValue) -> tuple[int, int]:
    match value:
        case [int(first), int(second)]:
            return first, second
        case _:
            raise TypeError(f"order is {value!r:.80}")


def _texts(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"targets is {value!r:.80}")
    return tuple(str(item) for item in value)


def _time(value: object) -> datetime | None:
    return None if value is None else instant(str(value))


def _text(row: Mapping[str, JsonValue], key: str) -> str | None:
    value = row[key]
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{key} is {value!r:.80}")
    return value
