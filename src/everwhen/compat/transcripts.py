"""Transcripts of conversations, read into messages: JSON lines, a JSON array, or written chats."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal, TypeAlias

from everwhen.compat.chat_text import ROLE_WORDS, read_chat
from everwhen.errors import ContentError, InputError, TimeError
from everwhen.model.period import instant, zone
from everwhen.model.records import EMPTY, Message
from everwhen.model.wire import to_wire
from everwhen.write.messages import read_messages

Format: TypeAlias = Literal["jsonl", "json", "text"]
FORMATS: Final[tuple[Format, ...]] = ("jsonl", "json", "text")

_AT = ("at", "timestamp", "created_at", "time", "date")
_NAME = ("name", "speaker", "author")
_CONTENT = ("content", "text", "message")
_KEPT = ("role", "id", "metadata")
_SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What could not be read; `place` is a line of the file or a message of a JSON array."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A file's messages, ready for `Memory.add`, and what could not be read."""

    path: str
    format: Format
    messages: tuple[dict[str, object], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How to read: the zone of naive times, the time of undated messages, who is the agent."""

    tz: tzinfo | None
    at: datetime | None
    assistants: frozenset[str]


@dataclass(slots=True)
class _Draft:
    """Messages with their place and their time as written there, and what went wrong."""

    messages: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_transcript(
    path: str | Path,
    *,
    form: Format | None = None,
    tz: str | None = None,
    at: datetime | str | None = None,
    assistants: Iterable[str] = (),
    skip_bad: bool = False,
) -> list[dict[str, object]]:
    """The messages of a transcript file, as `Memory.add` takes them.

    Each has an id that follows from its words and place, so adding the same file twice changes
    nothing, and adding a longer version of it adds what is new. The format is told from the
    content, unless `form` says it; naive times are in `tz`; messages without a time are said
    at `at` (else when they are added). `assistants` names speakers whose words are the
    agent's. A line that can not be read is a ContentError, unless `skip_bad`.
    """
    found = parse_transcript(
        _bytes(Path(path)), path=str(path), form=form, tz=tz, at=at, assistants=assistants
    )
    check(found, skip_bad=skip_bad)
    return list(found.messages)


def check(found: Transcript, *, skip_bad: bool) -> None:
    """Raise ContentError if the transcript has unreadable parts or holds nothing."""
    if found.problems and not skip_bad:
        shown = "; ".join(map(str, found.problems[:_SHOWN_PROBLEMS]))
        more = len(found.problems) - _SHOWN_PROBLEMS
        tail = f"; and {more} more" if more > 0 else ""
        raise ContentError(f"{found.path}, {shown}{tail}. Mend this, or skip it with --skip-bad")
    if not found.messages and not found.problems:
        raise ContentError(
            f"{found.path} holds no messages; a transcript is JSON lines or an array of "
            '{"role": …, "content": …, "at": …}, or a chat of lines such as "User: …"'
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from error


def parse_transcript(
    data: bytes,
    *,
    path: str = "the transcript",
    form: Format | None = None,
    tz: str | None = None,
    at: datetime | str | None = None,
    assistants: Iterable[str] = (),
) -> Transcript:
    """Read a transcript as far as it can be read; see `read_transcript`."""
    text = decode(data, path)
    here = None if tz is None else zone(tz)
    reading = _Reading(
        tz=here,
        at=None if at is None else instant(at, name="at", tz=here),
        assistants=frozenset(name.casefold() for name in assistants),
    )
    kind = form or detect(text)
    readers: dict[Format, Callable[[str, _Reading], _Draft]] = {
        "jsonl": _read_lines,
        "json": _read_array,
        "text": _read_text,
    }
    draft = readers[kind](text, reading)
    _name_each(draft)
    return Transcript(
        path=path,
        format=kind,
        messages=tuple(message for *_, message in draft.messages),
        problems=tuple(draft.problems),
    )


def decode(data: bytes, path: str) -> str:
    """UTF-8 or UTF-16 text, with or without a byte order mark; every line ends in \\n."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif len(data) >= 4 and len(data) % 2 == 0 and 0 in data[:4]:
        encoding = "utf-16-le" if data[1] == 0 else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ContentError(
            f"{path} is not text in UTF-8 or UTF-16 (byte {error.start}); convert it first"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect(text: str) -> Format:
    """Tell the format from the content."""
    start = text.lstrip()
    if re.match(r"\[\s*(\{|\]\s*$)", start):
        return "json"
    if not start.startswith("{"):
        return "text"
    if not _is_json(start.split("\n", 1)[0]):
        return "json" if _is_json(start) else "jsonl"
    return "json" if re.match(r'\{\s*"messages"\s*:', start) and "\n{" not in start else "jsonl"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _why(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "nested too deeply" if isinstance(error, RecursionError) else "a number too long"


# -- JSON ------------------------------------------------------------------------------------


def _read_lines(text: str, reading: _Reading) -> _Draft:
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            draft.problems.append(Problem(place=place, reason=f"not JSON ({_why(error)})"))
            continue
        _take(draft, item, place, reading)
    return draft


def _read_array(text: str, reading: _Reading) -> _Draft:
    draft = _Draft()
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "line 1"
        reason = f"not JSON ({_why(error)}), so nothing can be read"
        draft.problems.append(Problem(place=place, reason=reason))
        return draft
    if isinstance(items, dict) and isinstance(items.get("messages"), list):
        items = items["messages"]
    if not isinstance(items, list):
        reason = 'neither an array of messages nor an object with "messages"'
        draft.problems.append(Problem(place="line 1", reason=reason))
        return draft
    for number, item in enumerate(items, 1):
        _take(draft, item, f"message {number}", reading)
    return draft


def _take(draft: _Draft, item: object, place: str, reading: _Reading) -> None:
    try:
        if not isinstance(item, Mapping):
            raise ContentError(f"{item!r:.40} is no object with role and content")
        fields = _fields(item, reading)
        message = _message(fields, reading)
    except TimeError as error:
        draft.problems.append(Problem(place=place, reason=_about_time(error)))
        return
    except InputError as error:
        reason = str(error).removeprefix("the message ")
        draft.problems.append(Problem(place=place, reason=reason))
        return
    draft.messages.append((place, str(fields.get("at")), message))


def _about_time(error: TimeError) -> str:
    reason = str(error).removeprefix("at of the message=")
    return re.sub(r"; add one .*", ", and --tz names none (such as --tz UTC)", reason)


def _fields(item: Mapping[str, object], reading: _Reading) -> dict[str, object]:
    """The message's own keys under their usual names; what else there is goes to metadata."""
    fields: dict[str, object] = {key: item[key] for key in _KEPT if item.get(key) is not None}
    used = set(_KEPT)
    for name, keys in (("at", _AT), ("name", _NAME), ("content", _CONTENT)):
        for key in keys:
            if item.get(key) is not None:
                fields[name] = item[key]
                used.add(key)
                break
    if "content" not in fields and "role" not in fields:
        found = ", ".join(map(str, list(item)[:6])) or "none"
        raise ContentError(f"no message: it has no role and content (keys: {found})")
    if isinstance(fields.get("at"), str):
        fields["at"] = _readable(str(fields["at"]), reading)
    if isinstance(fields.get("at"), int | float) and not isinstance(fields["at"], bool):
        fields["at"] = _from_seconds(fields["at"])
    if "role" not in fields:
        fields["role"] = _role(str(fields.get("name", "user")), reading)
    extra = {key: value for key, value in item.items() if key not in used and value is not None}
    if extra:
        own = fields.get("metadata", {})
        if not isinstance(own, Mapping):
            raise ContentError(f"the message has metadata of type {type(own).__name__}")
        fields["metadata"] = {**extra, **own}
    return fields


def _from_seconds(value: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(value)), UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ContentError(f"the message has at={value!r}, which is no time") from error


# -- written chats ---------------------------------------------------------------------------


def _read_text(text: str, reading: _Reading) -> _Draft:
    draft = _Draft()
    spoken, problems = read_chat(text)
    draft.problems += [Problem(place=f"line {number}", reason=why) for number, why in problems]
    for said in spoken:
        if not said.content:
            continue
        fields: dict[str, object] = {"role": _role(said.name, reading), "content": said.content}
        if _plain(said.name) not in ROLE_WORDS:
            fields["name"] = said.name
        if said.at is not None:
            fields["at"] = _readable(said.at, reading)
        _take(draft, fields, f"line {said.line}", reading)
    return draft


def _role(name: str, reading: _Reading) -> str:
    if name.casefold() in reading.assistants:
        return "assistant"
    return ROLE_WORDS.get(_plain(name), "user")


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _readable(stamp: str, reading: _Reading) -> str:
    """A stamp as ISO 8601; a date alone, where no zone is given, is its midnight in UTC."""
    written = re.sub(r"(?<=\d)[T ,]+(?=\d)", "T", stamp.strip().replace("UTC", "Z"))
    written = re.sub(r"T(\d):", r"T0\1:", re.sub(r"\s+(?=[Z+-])", "", written))
    if reading.tz is None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return written + "T00:00:00Z"
    return written


# -- both ------------------------------------------------------------------------------------


def _message(fields: dict[str, object], reading: _Reading) -> dict[str, object]:
    """Check a message as `Memory.add` would, and give it back in that form."""
    undated = fields.get("at") is None and reading.at is None
    stand_in = datetime(1970, 1, 1, tzinfo=UTC)
    read: Message = read_messages(
        fields, at=reading.at, metadata=EMPTY, tick=lambda: stand_in, tz=reading.tz
    )[0]
    message: dict[str, object] = {"role": read.role.value, "content": read.content}
    if read.name is not None:
        message["name"] = read.name
    if not undated:
        message["at"] = read.at
    if read.metadata:
        message["metadata"] = to_wire(read.metadata)
    if read.id is not None:
        message["id"] = read.id
    return message


def _name_each(draft: _Draft) -> None:
    """Give ids to the messages without one: each follows from the words up to and with it."""
    chain = b""
    seen: dict[str, object] = {}
    kept = []
    for place, written, message in draft.messages:
        parts = (message["role"], message.get("name"), written, message["content"])
        chain = blake2b(
            chain + repr(parts).encode("utf-8", "surrogatepass"), digest_size=12
        ).digest()
        key = message.setdefault("id", f"import-{chain.hex()}")
        if seen.setdefault(str(key), message["content"]) != message["content"]:
            reason = f"id {key!r} stands on another message before it"
            draft.problems.append(Problem(place=place, reason=reason))
            continue
        kept.append((place, written, message))
    draft.messages = kept
