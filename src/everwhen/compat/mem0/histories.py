"""The history of a memory, as rows of what it was before and after each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from everwhen.compat.mem0.items import Item, fields_of, memory_id, own_fields
from everwhen.compat.mem0.places import Places, ids_of
from everwhen.errors import NotFoundError
from everwhen.memory import Memory
from everwhen.model.period import iso
from everwhen.model.records import Fact

_KEPT = ("old_memory", "new_memory", "event", "created_at", "updated_at", "is_deleted")


def history(memory: Memory, places: Places, id: str) -> list[Item]:
    """What happened to a memory, oldest first; empty for an id that was never there."""
    found = places.first(id)
    if found is None:
        return []
    line = list(places.line(places.origin(found)))
    known = {fact.id: place for place, fact in enumerate(line)}
    decisions = {one.id: one for fact in line for one in places.decisions(fact)}
    brought = _brought(line[0], id)
    rows = list(brought)
    shown: Fact | None = None
    for at in sorted({one.at for one in decisions.values()}):
        held = _held(memory, line, at, shown)
        if held is shown is None:
            continue
        if held is not None and shown is not None:
            if held.id == shown.id:
                continue
            if known[held.id] < known[shown.id]:
                continue  # on its way out: what was corrected is taken back too
        if not (brought and shown is None):
            rows.append(_row(id, shown, held, at))
        shown = held
    return rows


def _held(memory: Memory, line: Sequence[Fact], at: datetime, shown: Fact | None) -> Fact | None:
    """Which of the facts was held just after an instant; None where the one shown has ended."""
    for fact in reversed(line):
        try:
            found = memory.get(fact.id, **ids_of(fact.scope), known_at=at)
        except NotFoundError:
            continue
        if isinstance(found, Fact):
            ended = found.valid_to is not None and found.valid_to <= at
            return None if ended and shown is not None and shown.id == found.id else found
    return None


def _row(id: str, before: Fact | None, after: Fact | None, at: datetime) -> Item:
    fact = after if after is not None else before
    fields = fields_of(fact, fact.scope) if fact is not None else {}
    event = "DELETE" if after is None else "ADD" if before is None else "UPDATE"
    return {
        "id": f"{id}:{iso(at)}",
        "memory_id": id,
        "old_memory": None if before is None else before.text,
        "new_memory": None if after is None else after.text,
        "event": event,
        "created_at": fields.get("created_at"),
        "updated_at": at.isoformat(),
        "is_deleted": after is None,
        "actor_id": fields.get("actor_id"),
        "role": fields.get("role"),
    }


def _brought(first: Fact, id: str) -> list[Item]:
    """The rows that an imported memory brought along."""
    kept = own_fields(first.metadata).get("history")
    if not isinstance(kept, list):
        return []
    fields = fields_of(first, first.scope)
    return [
        {
            "id": f"{memory_id(first)}:{place}",
            "memory_id": id,
            **{key: row.get(key) for key in _KEPT},
            "actor_id": fields.get("actor_id"),
            "role": fields.get("role"),
        }
        for place, row in enumerate(kept)
        if isinstance(row, dict)
    ]
