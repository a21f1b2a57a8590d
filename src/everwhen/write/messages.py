"""Messages as callers give them, read once into the closed type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import TypeAlias

from everwhen.errors import ContentError
from everwhen.model.period import instant
from everwhen.model.records import EMPTY, Message, Metadata, Role

GivenMessages: TypeAlias = "str | Mapping[str, object] | Sequence[str | Mapping[str, object]]"

_KEYS = {"role", "content", "name", "at", "metadata", "id"}
_MAX_DEPTH = 100
_ROLES = {"developer": Role.SYSTEM, "function": Role.TOOL} | {role.value: role for role in Role}


def read_messages(
    given: GivenMessages,
    *,
    at: datetime | None,
    metadata: Metadata,
    tick: Callable[[], datetime],
    tz: tzinfo | None,
) -> list[Message]:
    """Read a text, a message dict or a list of them.

    Messages that name no time are said at `at`, else at the instant that `tick` gives, which
    must be later at every call. Their own metadata goes over the `metadata` of the call.
    """
    items = _as_list(given)
    messages = []
    for number, item in enumerate(items):
        where = f"message {number}" if len(items) > 1 else "the message"
        fields = {"content": item} if isinstance(item, str) else item
        if not isinstance(fields, Mapping):
            raise ContentError(
                f"{where} is a {type(item).__name__}; give a text or a dict with role and content"
            )
        messages.append(_message(fields, where, at, metadata, tick, tz))
    return messages


def _as_list(given: object) -> Sequence[object]:
    if isinstance(given, str | Mapping):
        return [given]
    if isinstance(given, bytes) or not isinstance(given, Sequence):
        raise ContentError(
            f"messages is a {type(given).__name__}; give a text, a dict with role and content, "
            "or a list of them"
        )
    if not given:
        raise ContentError("messages is empty; there is nothing to remember")
    return given


def _message(
    fields: Mapping[str, object],
    where: str,
    at: datetime | None,
    metadata: Metadata,
    tick: Callable[[], datetime],
    tz: tzinfo | None,
) -> Message:
    unknown = sorted(str(key) for key in fields if key not in _KEYS)
    if unknown:
        raise ContentError(
            f"{where} has unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))} "
            "(put the rest under metadata)"
        )
    said = fields.get("at")
    if said is not None:
        when = instant(said, name=f"at of {where}", tz=tz)  # type: ignore[arg-type]
    else:
        when = at if at is not None else tick()
    return Message(
        role=_role(fields.get("role", "user"), where),
        content=_content(fields.get("content"), where),
        at=when,
        name=_text(fields.get("name"), "name", where),
        metadata=read_metadata(fields.get("metadata"), where, under=metadata),
        id=_text(fields.get("id"), "id", where),
    )


def _role(value: object, where: str) -> Role:
    role = _ROLES.get(value.lower()) if isinstance(value, str) else None
    if role is None:
        raise ContentError(f"{where} has role {value!r:.80}; use one of {', '.join(Role)}")
    return role


def _content(value: object, where: str) -> str:
    if isinstance(value, list) and value:
        parts = [
            part.get("text")
            for part in value
            if isinstance(part, Mapping) and part.get("type") in {"text", "input_text"}
        ]
        if len(parts) == len(value) and all(isinstance(part, str) for part in parts):
            value = "\n".join(str(part) for part in parts)
    if not isinstance(value, str):
        raise ContentError(
            f"{where} has content of type {type(value).__name__}; give text, or a list of "
            '{"type": "text", "text": …} parts'
        )
    if not value:
        raise ContentError(f"{where} has empty content; leave it out")
    return value


def _text(value: object, key: str, where: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise ContentError(f"{where} has {key}={value!r:.80}; give a text, or leave it out")
    return value


def read_metadata(value: object, where: str, *, under: Metadata = EMPTY) -> Metadata:
    """Check that metadata is a JSON object, and lay it over the call's."""
    if value is None:
        return under
    if not isinstance(value, Mapping):
        raise ContentError(f"{where} has metadata of type {type(value).__name__}; give a dict")
    try:
        read = json.loads(json.dumps(value, allow_nan=False, ensure_ascii=True))
    except (TypeError, ValueError, RecursionError) as error:
        raise ContentError(f"{where} has metadata that is not JSON: {error}") from error
    if set(read) != set(value):
        raise ContentError(f"{where} has metadata keys that are not text")
    if _is_deeper(read, _MAX_DEPTH):
        raise ContentError(f"{where} has metadata nested more than {_MAX_DEPTH} deep; flatten it")
    return MappingProxyType({**under, **read})


def _is_deeper(value: object, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(layer)
