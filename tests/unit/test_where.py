"""Filters on metadata."""

from __future__ import annotations

import pytest

from everwhen.errors import InputError
from everwhen.model.records import JsonValue
from everwhen.read.where import compile_where

ITEM: dict[str, JsonValue] = {
    "project": "apollo",
    "page": 3,
    "done": True,
    "tags": ["a", "b"],
    "on": "2026-03-01",
}


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        (None, True),
        ({}, True),
        ({"project": "apollo", "page": 3}, True),
        ({"project": "apollo", "page": 4}, False),
        ({"missing": None}, False),
        ({"done": 1}, False),
        ({"page": {"gte": 3, "lt": 4}}, True),
        ({"page": {"gt": 3}}, False),
        ({"page": {"lte": "3"}}, False),
        ({"on": {"gt": "2026-02-28"}}, True),
        ({"project": {"in": ["gemini", "apollo"]}}, True),
        ({"page": {"in": []}}, False),
        ({"tags": {"contains": "a"}}, True),
        ({"project": {"contains": "poll"}}, True),
        ({"page": {"contains": 3}}, False),
        ({"project": {"ne": "gemini"}}, True),
        ({"missing": {"ne": "gemini"}}, True),
        ({"missing": {"gt": 1}}, False),
        ({"tags": ["a", "b"]}, True),
    ],
)
def test_conditions(where: dict[str, JsonValue] | None, passes: bool) -> None:
    assert compile_where(where)(ITEM) is passes


@pytest.mark.parametrize(
    "where", [{"page": {"near": 3}}, {"page": {}}, {"page": {"in": 3}}, {3: 3}, "page"]
)
def test_what_is_no_condition_is_refused(where: object) -> None:
    with pytest.raises(InputError):
        compile_where(where)  # type: ignore[arg-type]
