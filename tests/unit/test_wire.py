"""The one JSON shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from everwhen.model.records import Episode, Review, Role, Scope, Source, Trust
from everwhen.model.results import Page
from everwhen.model.wire import dumps, to_wire

AT = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))


def episode(content: str = "Hi.") -> Episode:
    return Episode(
        id="e1",
        row=5,
        scope=Scope(user_id="dana", run_id="r1"),
        role=Role.USER,
        content=content,
        at=AT,
        recorded_at=AT + timedelta(microseconds=5),
    )


def test_a_record_becomes_plain_values_without_the_stores_row_number() -> None:
    assert to_wire(episode()) == {
        "id": "e1",
        "user_id": "dana",
        "agent_id": None,
        "run_id": "r1",
        "role": "user",
        "content": "Hi.",
        "at": "2026-03-01T10:00:00Z",
        "recorded_at": "2026-03-01T10:00:00.000005Z",
        "ordinal": 0,
        "name": None,
        "key": None,
        "metadata": {},
        "extracted": False,
        "kind": "episode",
    }


def test_collections_enumerations_and_mappings_nest() -> None:
    page = Page(items=(Source(episode_id="e1", start=0, end=3),), cursor=None)
    assert to_wire(page) == {
        "items": [{"episode_id": "e1", "start": 0, "end": 3}],
        "cursor": None,
    }
    assert to_wire([Review.CONFLICT, Trust.STATED]) == ["conflict", 3]
    assert to_wire(MappingProxyType({"at": datetime(2026, 1, 1, tzinfo=UTC)})) == {
        "at": "2026-01-01T00:00:00Z"
    }


@pytest.mark.parametrize("content", ["é 🎉 日本", "\x00\x1b[31m", "lone \ud800 surrogate"])
def test_any_stored_text_can_be_printed_and_comes_back(content: str) -> None:
    text = dumps(episode(content))
    text.encode("utf-8")
    assert json.loads(text)["content"] == content


def test_what_has_no_json_shape_is_an_error() -> None:
    with pytest.raises(TypeError, match="object has no JSON shape"):
        to_wire(object())
