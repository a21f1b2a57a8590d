"""Filters: comparisons of metadata, or a function of what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, get_args

from everwhen.errors import InputError
from everwhen.language.categories import category_of
from everwhen.model.records import Episode, Fact, JsonValue, Metadata

Operator: TypeAlias = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "contains"]
Test: TypeAlias = Callable[[Fact | Episode], bool]
Where: TypeAlias = Mapping[str, JsonValue] | Test
"""Comparisons of metadata, or in Python a function that says which items pass."""

_OPERATORS = get_args(Operator)


def compile_where(where: Where | None) -> Test:
    """Turn `{"project": "apollo", "page": {"gte": 3}}` into a test of an item's metadata.

    Every key must pass. A key that an item does not have passes only "ne". The operators are
    eq, ne, gt, gte, lt, lte, in (the item's value is one of a list) and contains (the item's
    text or list holds it); anything else is an InputError. A function is its own test.
    """
    if where is None:
        return _anything
    if not isinstance(where, Mapping):
        if callable(where):
            return where
        raise InputError(f"where is a {type(where).__name__}; give a dict of metadata keys")
    tests = [
        (key, operator, wanted)
        for key, condition in where.items()
        for operator, wanted in _conditions(key, condition)
    ]

    def passes(item: Fact | Episode) -> bool:
        metadata: Metadata = item.metadata
        return all(
            _holds(operator, metadata[key], wanted) if key in metadata else operator == "ne"
            for key, operator, wanted in tests
        )

    return passes


def in_category(where: Where | None, category: str | None) -> Where | None:
    """The same filter, for facts of a category alone."""
    if category is None:
        return where
    passes = compile_where(where)

    def belongs(item: Fact | Episode) -> bool:
        return isinstance(item, Fact) and category_of(item.attribute) == category and passes(item)

    return belongs


def _anything(item: Fact | Episode) -> bool:
    return True


def _conditions(key: object, condition: JsonValue) -> list[tuple[Operator, JsonValue]]:
    if not isinstance(key, str):
        raise InputError(f"where has a key of type {type(key).__name__}; keys are text")
    if not isinstance(condition, Mapping):
        return [("eq", condition)]
    if not condition:
        raise InputError(f"where[{key!r}] is an empty dict; name an operator and a value")
    unknown = sorted(str(name) for name in condition if name not in _OPERATORS)
    if unknown:
        raise InputError(
            f"where[{key!r}] has unknown operators {', '.join(unknown)}; "
            f"known are {', '.join(_OPERATORS)}"
        )
    if "in" in condition and not isinstance(condition["in"], list | tuple):
        raise InputError(f"where[{key!r}]['in'] must be a list of values")
    return [(name, condition[name]) for name in _OPERATORS if name in condition]


def _holds(operator: Operator, value: JsonValue, wanted: JsonValue) -> bool:
    match operator:
        case "eq":
            return _same(value, wanted)
        case "ne":
            return not _same(value, wanted)
        case "in":
            return isinstance(wanted, list | tuple) and any(_same(value, one) for one in wanted)
        case "contains":
            return _contains(value, wanted)
        case "gt" | "gte" | "lt" | "lte":
            return _compares(operator, value, wanted)


def _same(value: JsonValue, wanted: JsonValue) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _contains(value: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    return isinstance(value, list | tuple) and any(_same(one, wanted) for one in value)


def _compares(operator: Operator, value: JsonValue, wanted: JsonValue) -> bool:
    """Numbers with numbers and texts with texts (ISO times compare as texts); else false."""
    order: int
    if isinstance(value, str) and isinstance(wanted, str):
        order = (value > wanted) - (value < wanted)
    elif _is_number(value) and _is_number(wanted):
        order = (value > wanted) - (value < wanted)  # type: ignore[operator]
    else:
        return False
    return {"gt": order > 0, "gte": order >= 0, "lt": order < 0, "lte": order <= 0}[operator]


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
