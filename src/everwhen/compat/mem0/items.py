"""A fact as the item that Mem0's calls return, and the fields that are kept with it for that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import md5
from typing import Final, TypeAlias

from everwhen.compat.mem0.arguments import OWN
from everwhen.compat.mem0.categories import labels_of
from everwhen.model.records import Fact, JsonValue, Scope
from everwhen.model.results import Hit

Item: TypeAlias = dict[str, object]

PROMOTED: Final = (
    "user_id",
    "agent_id",
    "run_id",
    "actor_id",
    "role",
    "attributed_to",
    "expiration_date",
)
"""What an item has beside its metadata, where it is set."""


def own_fields(metadata: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """What this interface keeps with a fact; empty for facts that came otherwise."""
    found = metadata.get(OWN)
    return found if isinstance(found, Mapping) else {}


def memory_id(fact: Fact | Hit) -> str:
    """The id that callers know the memory by: it outlasts updates."""
    given = own_fields(fact.metadata).get("id")
    return given if isinstance(given, str) else fact.id


def fields_of(fact: Fact | Hit, scope: Scope) -> Item:
    """An item without hash and score: all that filters look at."""
    own = own_fields(fact.metadata)
    created = _created(fact, own)
    metadata = {key: value for key, value in fact.metadata.items() if key != OWN}
    item: Item = {
        "id": memory_id(fact),
        "memory": fact.text,
        "metadata": metadata or None,
        "created_at": _written(created),
        "updated_at": _written(_updated(fact, own, created)),
    }
    where = fact.scope if isinstance(fact, Fact) else scope
    known = {"user_id": where.user_id, "agent_id": where.agent_id, "run_id": scope.run_id}
    for key in PROMOTED:
        value = own.get(key, known.get(key))
        if value is not None:
            item[key] = value
    categories = labels_of(fact.attribute, metadata.get("categories"))
    if categories:
        item["categories"] = categories
    return item


def item_of(fact: Fact | Hit, scope: Scope) -> Item:
    """The item as calls return it."""
    item = fields_of(fact, scope)
    digest = md5(fact.text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return {"id": item["id"], "memory": fact.text, "hash": digest.hexdigest(), **item}


def is_expired(item: Mapping[str, object], today: date) -> bool:
    """Whether its last day is over."""
    last = item.get("expiration_date")
    return isinstance(last, str) and last < today.isoformat()


def _created(fact: Fact | Hit, own: Mapping[str, JsonValue]) -> datetime | None:
    at = own.get("at")
    if isinstance(at, str):
        return datetime.fromisoformat(at)
    return fact.valid_from if own else fact.system_from


def _updated(
    fact: Fact | Hit, own: Mapping[str, JsonValue], created: datetime | None
) -> datetime | None:
    if own.get("updated"):
        return fact.system_from
    at = own.get("updated_at")
    return datetime.fromisoformat(at) if isinstance(at, str) else created


def _written(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
