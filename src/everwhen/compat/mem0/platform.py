"""What Mem0's hosted platform has beside its library: pages, batches, users and exports."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from everwhen.compat.mem0 import finding
from everwhen.compat.mem0.exceptions import MemoryNotFoundError
from everwhen.compat.mem0.filters import read_filters
from everwhen.compat.mem0.items import Item, fields_of, own_fields
from everwhen.compat.mem0.places import Places, Whose, ids_of
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.records import Fact, Scope

_BATCH: Final = 1_000
_PAGE: Final = 100


class Platform:
    """The parts that `Memory` stands on, and the platform's calls."""

    _now: Callable[[], datetime]

    def __init__(self, everwhen: Memory) -> None:
        self.everwhen = everwhen
        self._places = Places(everwhen)
        self._exports: dict[str, Item] = {}

    def batch_update(self, memories: Sequence[Mapping[str, object]]) -> dict[str, str]:
        """Update up to 1,000 memories, each a dict of `memory_id`, `text` and `metadata`.

        All ids are looked up first: if one is not there, nothing is changed.
        """
        read = _batch(memories)
        for one in read:
            unknown = sorted(set(one) - {"memory_id", "text", "metadata", "expiration_date"})
            if unknown:
                raise InputError(f"batch_update() knows no {', '.join(unknown)} of a memory")
            self._there(str(one["memory_id"]), {})
        for one in read:
            self.update(**one)  # type: ignore[attr-defined]
        return {"message": f"Successfully updated {len(read)} memories"}

    def batch_delete(self, memories: Sequence[Mapping[str, object] | str]) -> dict[str, str]:
        """Delete up to 1,000 memories, given by id; if one is not there, none is deleted."""
        ids = list(dict.fromkeys(str(one["memory_id"]) for one in _batch(memories)))
        for id in ids:
            self._there(id, {})
        for id in ids:
            self.delete(id)  # type: ignore[attr-defined]
        return {"message": f"Successfully deleted {len(ids)} memories"}

    def users(self) -> dict[str, list[Item]]:
        """The users, agents and runs that have memories, with how many."""
        counts: dict[tuple[str, str], int] = {}
        for scope in self.everwhen.scopes():
            held = sum(fact.scope == scope for fact in self._places.facts(scope))
            for kind, name in ids_of(scope).items():
                if isinstance(name, str):
                    key = (kind.removesuffix("_id"), name)
                    counts[key] = counts.get(key, 0) + held
        return {
            "results": [
                {"id": name, "name": name, "type": kind, "total_memories": count}
                for (kind, name), count in sorted(counts.items())
            ]
        }

    def create_memory_export(
        self,
        schema: Mapping[str, object] | None = None,
        filters: Mapping[str, object] | None = None,
    ) -> dict[str, str]:
        """Gather memories for `get_memory_export`: all that pass, or as a schema asks for them.

        A schema is a JSON schema: each property gets what is held under an attribute of that
        name ("home"), else a metadata key of that name.
        """
        found = list(self._every(filters))
        held: Item = {"memories": found}
        if schema is not None:
            held = _shaped(schema, found, self._attributes(filters))
        id = str(uuid.uuid4())
        self._exports[id] = held
        return {"message": "Memory export request received.", "id": id}

    def get_memory_export(
        self, memory_export_id: str | None = None, filters: Mapping[str, object] | None = None
    ) -> Item:
        """An export by its id, or all memories that pass the filter."""
        if memory_export_id is None:
            return {"memories": list(self._every(filters))}
        found = self._exports.get(memory_export_id)
        if found is None:
            raise MemoryNotFoundError(
                f"no export {memory_export_id!r}: exports last as long as the object that made them"
            )
        return found

    def _every(self, filters: Mapping[str, object] | None) -> Iterable[Item]:
        return finding.every(
            self.everwhen,
            self._places,
            read_filters(filters),
            today=self._today(),
            show_expired=True,
        )

    def _attributes(self, filters: Mapping[str, object] | None) -> dict[str, list[str]]:
        """The values held, by attribute."""
        found: dict[str, list[str]] = {}
        for ids in read_filters(filters).places:
            for scope in self._places.scopes(ids):
                for fact in self._places.facts(scope):
                    found.setdefault(fact.attribute, []).append(fact.value)
        return found

    def _page(self, items: list[Item], page: object, page_size: object) -> Item:
        size = _PAGE if page_size is None else page_size
        for name, value in (("page", page), ("page_size", size)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InputError(f"{name}={value!r:.80}; give a whole number from 1 on")
        assert isinstance(page, int)
        assert isinstance(size, int)
        start = (page - 1) * size
        more = start + size < len(items)
        return {
            "count": len(items),
            "next": f"?page={page + 1}&page_size={size}" if more else None,
            "previous": f"?page={page - 1}&page_size={size}" if page > 1 else None,
            "results": items[start : start + size],
        }

    def _today(self) -> date:
        return self._now().astimezone(UTC).date()

    def _fact(self, memory_id: object, ids: Mapping[str, str]) -> Fact | None:
        """The fact behind an id, if its ids are those that are given."""
        fact = self._places.fact(memory_id) if isinstance(memory_id, str) else None
        if fact is None:
            return None
        fields = fields_of(fact, fact.scope)
        return fact if all(fields.get(key) == value for key, value in ids.items()) else None

    def _there(self, memory_id: object, ids: Mapping[str, str]) -> Fact:
        fact = self._fact(memory_id, ids)
        if fact is None:
            raise MemoryNotFoundError(
                f"Memory with id {memory_id} not found. Please provide a valid 'memory_id'"
            )
        return fact

    def _whose(self, fact: Fact) -> Whose:
        """The scope to change a fact in: that of its owner, and the run that it is of."""
        run_id = own_fields(fact.metadata).get("run_id", fact.scope.run_id)
        known = ids_of(fact.scope)
        return {**known, "run_id": run_id if isinstance(run_id, str) else None}

    def _erase(self, scopes: Iterable[Scope]) -> None:
        for scope in scopes:
            self.everwhen.forget(**ids_of(scope), everything=True)
        self._places.forget_all()


def _batch(memories: object) -> list[dict[str, object]]:
    if isinstance(memories, str | Mapping) or not isinstance(memories, Sequence):
        raise InputError(f"memories is a {type(memories).__name__}; give a list of dicts")
    if not 1 <= len(memories) <= _BATCH:
        raise InputError(f"memories has {len(memories)} items; give 1 to {_BATCH}")
    read = [{"memory_id": one} if isinstance(one, str) else one for one in memories]
    for one in read:
        if not isinstance(one, Mapping) or not isinstance(one.get("memory_id"), str):
            raise InputError(f"{one!r:.80} has no memory_id")
    return [dict(one) for one in read]


def _shaped(
    schema: Mapping[str, object], items: Sequence[Item], held: Mapping[str, Sequence[str]]
) -> Item:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        raise InputError("the schema has no properties; give a JSON schema of an object")
    return {str(name): _filled(str(name), form, items, held) for name, form in properties.items()}


def _filled(
    name: str, form: object, items: Sequence[Item], held: Mapping[str, Sequence[str]]
) -> object:
    values: list[object] = list(held.get(name.replace("_", " ").lower(), ()))
    if not values:
        kept = [item["metadata"] for item in items if isinstance(item["metadata"], Mapping)]
        values = [metadata[name] for metadata in kept if name in metadata]
    if isinstance(form, Mapping) and form.get("type") == "array":
        return values
    return values[-1] if values else None
