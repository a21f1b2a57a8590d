"""Arguments of Mem0's calls, read once at the edge, with its rules for ids, dates and counts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from everwhen.compat.mem0.exceptions import ValidationError
from everwhen.errors import InputError

ENTITIES: Final = ("user_id", "agent_id", "run_id")
OWN: Final = "_mem0"
"""The key of a fact's metadata under which the fields of Mem0's interface are kept."""

log = logging.getLogger("everwhen.compat.mem0")

_IDENTITY: Final = (*ENTITIES, "actor_id")
_MOST: Final = 10_000


def read_entity(value: object, name: str) -> str | None:
    """An id as Mem0 takes it: numbers become text, blanks around it go, blanks in it do not."""
    if value is None:
        return None
    if isinstance(value, list | tuple | dict | set | bytes):
        raise InputError(f"Invalid {name}: {value!r:.80} is a {type(value).__name__}; give text")
    trimmed = str(value).strip()
    if not trimmed:
        raise InputError(f"Invalid {name}: it cannot be empty or whitespace-only; give an id")
    if any(character.isspace() for character in trimmed):
        raise InputError(f"Invalid {name}: {trimmed!r:.80} cannot contain whitespace")
    return trimmed


def read_entities(user_id: object, agent_id: object, run_id: object) -> dict[str, str]:
    """Those of the three that are given."""
    given = {"user_id": user_id, "agent_id": agent_id, "run_id": run_id}
    read = {name: read_entity(value, name) for name, value in given.items()}
    return {name: value for name, value in read.items() if value is not None}


def refuse_entities(given: Mapping[str, object], call: str) -> None:
    """Say where ids belong, and which keywords a call does not know."""
    found = sorted(set(ENTITIES) & set(given))
    if found:
        raise InputError(
            f"Top-level entity parameters {', '.join(found)} are not supported in {call}(). "
            f"Use filters={{{found[0]!r}: ...}} instead."
        )
    if given:
        raise InputError(f"{call}() has no {', '.join(sorted(given))}; see its signature")


def read_top_k(value: object) -> int:
    """How many to return."""
    if value is None:
        return 20
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"top_k must be a valid integer, not {value!r:.80}")
    if value < 0:
        raise InputError(f"Invalid top_k: {value}. Must be a non-negative integer.")
    return min(value, _MOST)


def read_threshold(value: object) -> float:
    """The lowest score wanted; None is Mem0's 0.1."""
    if value is None:
        return 0.1
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InputError(f"threshold must be a valid number, not {value!r:.80}")
    if not 0 <= value <= 1:
        raise InputError(f"Invalid threshold: {value}. Must be between 0 and 1 (inclusive).")
    return float(value)


def read_query(value: object) -> str:
    """A question with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise InputError("Invalid query: it must be a non-empty string")
    return value.strip()


def read_day(value: object) -> str | None:
    """An expiration date as YYYY-MM-DD."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputError(
            f"expiration_date={value!r:.80} must be a valid date in YYYY-MM-DD format"
        ) from error


def read_instant(value: object, name: str) -> datetime | None:
    """Seconds since 1970, a datetime or ISO 8601; without a zone it is UTC."""
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        read = value if isinstance(value, datetime) else None
        if isinstance(value, date) and read is None:
            read = datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(f"{name}={value!r:.80} is no time: {error}") from error
    if read is None:
        raise InputError(f"{name} is a {type(value).__name__}; give a datetime or ISO 8601")
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def read_metadata(value: object, call: str) -> dict[str, object]:
    """Metadata without the keys that say whose a memory is: those come from the ids alone."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValidationError(
            f"metadata must be a dict, not a {type(value).__name__}.", "VALIDATION_003"
        )
    clean = {str(key): one for key, one in value.items()}
    for key in (*_IDENTITY, OWN):
        if key in clean:
            log.warning("%s: metadata[%r] is passed over; ids are arguments of add()", call, key)
            del clean[key]
    return clean


def read_messages(messages: object) -> list[dict[str, object]]:
    """Messages that say something, with role, content and name; others are logged and skipped."""
    given: Iterable[object]
    if isinstance(messages, str):
        given = [{"role": "user", "content": messages}]
    elif isinstance(messages, Mapping):
        given = [messages]
    elif isinstance(messages, list):
        given = messages
    else:
        raise ValidationError(
            "messages must be str, dict, or list[dict].",
            "VALIDATION_003",
            {
                "provided_type": type(messages).__name__,
            },
            "Convert the input to one of them.",
        )
    read = [message for one in given if (message := _message(one)) is not None]
    if not read:
        raise ValidationError(
            "messages hold nothing to remember.", "VALIDATION_003", {"messages": messages}
        )
    return read


def _message(given: object) -> dict[str, object] | None:
    if isinstance(given, str):
        given = {"role": "user", "content": given}
    if not isinstance(given, Mapping) or given.get("role") is None:
        log.warning("skipped: a %s is no message with role and content", type(given).__name__)
        return None
    content = _content(given.get("content"))
    if not content.strip():
        log.warning("skipped: a message without text in its content")
        return None
    message: dict[str, object] = {"role": given["role"], "content": content}
    name = given.get("name")
    if isinstance(name, str) and name.strip():
        message["name"] = name
    return message


def _content(given: object) -> str:
    if isinstance(given, str):
        return given
    parts = given if isinstance(given, list) else [given]
    texts = [one["text"] for one in parts if isinstance(one, Mapping) and "text" in one]
    if len(texts) < len(parts):
        log.warning("of a message's content only the text is kept; images are not looked at")
    return "\n".join(one for one in texts if isinstance(one, str))
