"""Filters on metadata."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from everwhen.errors import InputError
from everwhen.model.records import Episode, JsonValue, Role, Scope
from everwhen.read.where import compile_where

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = Episode(
    id="e", row=1, scope=Scope(user_id="dana"), role=Role.USER, content="Launch on Monday.",
    at=NOW, recorded_at=NOW,
    metadata={"project": "apollo", "page": 3, "done": True, "tags": ["a", "b"], "on": "2026-03-01"},
)  # fmt: skip


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


def test_a_function_sees_the_whole_item() -> None:
    assert compile_where(lambda item: item.text.startswith("Launch"))(ITEM)
    assert not compile_where(lambda item: item.scope.user_id == "eve")(ITEM)


@pytest.mark.parametrize(
    "where", [{"page": {"near": 3}}, {"page": {}}, {"page": {"in": 3}}, {3: 3}, "page"]
)
def test_what_is_no_condition_is_refused(where: object) -> None:
    with pytest.raises(InputError):
        compile_where(where)  # type: ignore[arg-type]
