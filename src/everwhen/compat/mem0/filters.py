"""Mem0's filter language: a tree of conditions, as a test of items and the scopes to look in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Final, TypeAlias

from everwhen.compat.mem0.arguments import ENTITIES, read_entity
from everwhen.errors import InputError

Test: TypeAlias = Callable[[Mapping[str, object]], bool]
Ids: TypeAlias = Mapping[str, str]

_MISSING: Final = object()
_OPERATORS: Final = (
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "nin",
    "contains",
    "icontains",
)
_TEXT: Final = ("memory", "data", "keywords")
_BESIDE: Final = (
    *("id", "user_id", "agent_id", "run_id", "actor_id", "role", "attributed_to"),
    *("expiration_date", "created_at", "updated_at", "categories"),
)
_NO_SCOPE: Final = (
    "filters must contain at least one of: user_id, agent_id, run_id. "
    "Example: filters={'user_id': 'u1'}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Where to look, as ids that must match (any of these), and what passes there.

    `passes` is None where the ids are all that was asked for.
    """

    places: tuple[Ids, ...]
    passes: Test | None


def read_filters(filters: object) -> Filter:
    """Read a filter, which must say whose memories it is about."""
    if filters is None:
        raise InputError(_NO_SCOPE)
    if not isinstance(filters, Mapping):
        raise InputError(f"filters is a {type(filters).__name__}; give a dict")
    test = _all(filters)
    places = _places(filters)
    if any(not place for place in places):
        raise InputError(_NO_SCOPE)
    plain = all(key in ENTITIES and _is_id(value) for key, value in filters.items())
    distinct = {tuple(sorted(place.items())): place for place in places}
    return Filter(places=tuple(distinct.values()), passes=None if plain else test)


# -- whose ---------------------------------------------------------------------------------------


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and value != "*"


def _places(tree: Mapping[str, object]) -> list[dict[str, str]]:
    """The combinations of ids of which one must match; an empty one stands for no limit."""
    found: list[dict[str, str]] = [{}]
    for key, value in tree.items():
        found = _met(found, _places_of(key, value))
    return found


def _places_of(key: str, value: object) -> list[dict[str, str]]:
    if key in ENTITIES:
        return [{key: one} for one in _ids(key, value)] if _names(value) else [{}]
    if key == "AND":
        found: list[dict[str, str]] = [{}]
        for part in _parts(key, value):
            found = _met(found, _places(part))
        return found
    if key == "OR":
        return [place for part in _parts(key, value) for place in _places(part)]
    return [{}]


def _names(value: object) -> bool:
    """Whether a condition of an id says which ids may match."""
    if isinstance(value, Mapping):
        return "eq" in value or "in" in value
    return value is not None and value != "*"


def _ids(key: str, value: object) -> list[str]:
    if isinstance(value, Mapping):
        value = value["eq"] if "eq" in value else value["in"]
    each = value if isinstance(value, list | tuple) else [value]
    read = [read_entity(one, key) for one in each]
    return [one for one in read if one is not None]


def _met(ones: list[dict[str, str]], others: list[dict[str, str]]) -> list[dict[str, str]]:
    """The combinations that fit both."""
    return [
        {**one, **other}
        for one, other in product(ones, others)
        if all(one.get(key, value) == value for key, value in other.items())
    ]


# -- what passes ---------------------------------------------------------------------------------


def _parts(key: str, value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list | tuple) or (key != "AND" and not value):
        some = "a" if key == "AND" else "a non-empty"
        raise InputError(f"{key} operator requires {some} list of conditions")
    for part in value:
        if not isinstance(part, Mapping):
            raise InputError(f"{key} has a {type(part).__name__} among its conditions; give dicts")
    return list(value)


def _all(tree: Mapping[str, object]) -> Test:
    tests = [_condition(str(key), value) for key, value in tree.items()]
    return lambda item: all(test(item) for test in tests)


def _condition(key: str, value: object) -> Test:
    if key in ("AND", "OR", "NOT"):
        tests = [_all(part) for part in _parts(key, value)]
        if key == "AND":
            return lambda item: all(test(item) for test in tests)
        if key == "OR":
            return lambda item: any(test(item) for test in tests)
        return lambda item: not any(test(item) for test in tests)
    if key == "metadata" and isinstance(value, Mapping) and not set(value) <= set(_OPERATORS):
        return _all(value)
    tests_of_key = _tests(key, value)
    return lambda item: all(test(_value(item, key)) for test in tests_of_key)


def _tests(key: str, value: object) -> list[Callable[[object], bool]]:
    if value == "*":
        return [lambda found: found is not _MISSING and found is not None]
    if isinstance(value, Mapping):
        if not value:
            raise InputError(f"the filter of {key!r} is an empty dict; name an operator")
        return [_operation(str(name), wanted) for name, wanted in value.items()]
    if isinstance(value, list | tuple):
        return [_operation("in", value)]
    if key in ENTITIES and value is not None:
        value = read_entity(value, key)
    return [_operation("eq", value)]


def _value(item: Mapping[str, object], key: str) -> object:
    if key in _TEXT:
        return item["memory"]
    if key in _BESIDE and item.get(key) is not None:
        return item[key]
    metadata = item.get("metadata")
    return metadata.get(key, _MISSING) if isinstance(metadata, Mapping) else _MISSING


def _operation(name: str, wanted: object) -> Callable[[object], bool]:
    if name not in _OPERATORS:
        raise InputError(
            f"Unsupported metadata filter operator: {name}; known are {', '.join(_OPERATORS)}"
        )
    if name in ("in", "nin") and not isinstance(wanted, list | tuple | set):
        raise InputError(f"the operator {name!r} wants a list, not a {type(wanted).__name__}")
    if name in ("eq", "ne", "in", "nin"):
        many = name in ("in", "nin")
        values = list(wanted) if many else [wanted]  # type: ignore[call-overload]
        positive = name in ("eq", "in")
        return lambda found: any(_same(found, one) for one in values) is positive
    if name in ("contains", "icontains"):
        return lambda found: _contains(found, wanted, folded=name == "icontains")
    return lambda found: any(_compares(name, one, wanted) for one in _each(found))


def _each(found: object) -> Iterable[object]:
    if found is _MISSING or found is None:
        return ()
    return found if isinstance(found, list | tuple) else (found,)


def _same(found: object, wanted: object) -> bool:
    """Equal, or one of a list's elements is; None is equal to nothing at all."""
    if wanted is None:
        return found is _MISSING or found is None
    return _equal(found, wanted) or any(_equal(one, wanted) for one in _each(found))


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _contains(found: object, wanted: object, *, folded: bool) -> bool:
    if folded:
        found, wanted = _fold(found), _fold(wanted)
    if isinstance(found, str):
        return isinstance(wanted, str) and wanted in found
    wants = wanted if isinstance(wanted, list | tuple) else [wanted]
    return isinstance(found, list | tuple) and all(
        any(_equal(one, want) for one in found) for want in wants
    )


def _fold(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_fold(one) for one in value]
    return value.casefold() if isinstance(value, str) else value


def _compares(name: str, found: object, wanted: object) -> bool:
    """Numbers with numbers, times with times, other texts with texts; else false."""
    if _is_number(found) and _is_number(wanted):
        return _ordered(name, found, wanted)
    if not isinstance(found, str) or not isinstance(wanted, str | datetime):
        return False
    times = _time(found), _time(wanted)
    if times[0] is not None and times[1] is not None:
        return _ordered(name, *times)
    return isinstance(wanted, str) and _ordered(name, found, wanted)


def _ordered(name: str, one: object, other: object) -> bool:
    order = int(one > other) - int(one < other)  # type: ignore[operator]
    return {"gt": order > 0, "gte": order >= 0, "lt": order < 0, "lte": order <= 0}[name]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _time(value: str | datetime) -> datetime | None:
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
