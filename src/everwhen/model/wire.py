"""The one JSON shape of every record and result, for the command line, exports and servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum

from everwhen.model.period import iso
from everwhen.model.records import JsonValue, Scope

_INTERNAL = {"row"}


def to_wire(value: object) -> JsonValue:
    """Turn a record or result, or a collection of them, into plain JSON values.

    Instants become ISO 8601 in UTC with a Z, enumerations their value, scopes their ids.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return to_wire(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return {str(key): to_wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_wire(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    raise TypeError(f"{type(value).__name__} has no JSON shape")


def _record(value: object) -> dict[str, JsonValue]:
    plain: dict[str, JsonValue] = {}
    for field in fields(value):  # type: ignore[arg-type]
        item = getattr(value, field.name)
        if field.name in _INTERNAL:
            continue
        if isinstance(item, Scope):
            plain |= {
                "user_id": item.user_id,
                "agent_id": item.agent_id,
                "run_id": item.run_id,
            }
        else:
            plain[field.name] = to_wire(item)
    return plain


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON text of `to_wire`; lone surrogates are escaped, so any stored text can be printed."""
    plain = to_wire(value)
    try:
        text = json.dumps(plain, ensure_ascii=False, indent=indent)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(plain, ensure_ascii=True, indent=indent)
    return text
