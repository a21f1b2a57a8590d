"""Messages as callers give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from everwhen.errors import ContentError, InputError, TimeError
from everwhen.model.records import EMPTY, Message, Role
from everwhen.write.messages import read_messages

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ticking() -> Callable[[], datetime]:
    seconds = iter(range(1000))
    return lambda: NOW + timedelta(seconds=next(seconds))


def read(given: object, at: datetime | None = None, zone: str | None = None) -> list[Message]:
    return read_messages(
        given,  # type: ignore[arg-type]
        at=at,
        metadata=EMPTY,
        tick=ticking(),
        tz=None if zone is None else ZoneInfo(zone),
    )


def test_a_text_a_dict_and_a_list_of_either_are_messages() -> None:
    assert read("Hi.") == [Message(role=Role.USER, content="Hi.", at=NOW)]
    assert read({"role": "assistant", "content": "Hi."})[0].role is Role.ASSISTANT
    two = read(["One.", {"content": "Two.", "name": "Dana"}])
    assert [(m.content, m.name) for m in two] == [("One.", None), ("Two.", "Dana")]
    assert two[0].at < two[1].at


def test_a_messages_own_time_wins_over_the_calls() -> None:
    at = NOW - timedelta(days=1)
    first, second = read([{"content": "a", "at": "2026-02-01T10:00:00+01:00"}, "b"], at=at)
    assert first.at == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert second.at == at


def test_a_naive_time_is_read_in_the_named_zone_and_refused_without_one() -> None:
    given = {"content": "a", "at": "2026-07-01T10:00:00"}
    assert read(given, zone="Europe/Lisbon")[0].at == datetime(2026, 7, 1, 9, tzinfo=UTC)
    with pytest.raises(TimeError, match="has no time zone"):
        read(given)


def test_parts_of_text_are_joined_and_other_roles_have_known_names() -> None:
    parts = [{"type": "text", "text": "One."}, {"type": "input_text", "text": "Two."}]
    assert read({"role": "developer", "content": parts})[0] == Message(
        role=Role.SYSTEM, content="One.\nTwo.", at=NOW
    )
    assert read({"role": "function", "content": "x"})[0].role is Role.TOOL


def test_text_is_kept_exactly() -> None:
    text = "\x00 tab\t\r\n\ud800 \u202e 🎉 " + "é" * 1000
    assert read(text)[0].content == text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "messages is empty"),
        (b"bytes", "messages is a bytes"),
        (7, "messages is a int"),
        (["ok", 7], "message 1 is a int"),
        ({"content": ""}, "empty content"),
        ({"content": None}, "content of type NoneType"),
        ({"content": [{"type": "image_url"}]}, "content of type list"),
        ({"content": "a", "role": "narrator"}, "role 'narrator'; use one of user"),
        ({"content": "a", "text": "b"}, "unknown keys text"),
        ({"content": "a", "name": " "}, "name=' '"),
        ({"content": "a", "id": 5}, "id=5"),
        ({"content": "a", "metadata": ["x"]}, "metadata of type list"),
        ({"content": "a", "metadata": {"x": float("nan")}}, "not JSON"),
        ({"content": "a", "metadata": {5: "x"}}, "keys that are not text"),
        ({"content": "a", "at": "yesterday"}, "not an ISO 8601 time"),
        ({"content": "a", "at": 1700000000}, "at of the message is a int"),
    ],
)
def test_what_is_wrong_is_named(given: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(given)


def test_metadata_is_copied() -> None:
    own = {"tags": ["a"]}
    message = read({"content": "a", "metadata": own})[0]
    own["tags"].append("b")
    assert message.metadata == {"tags": ["a"]}


def test_nothing_is_read_if_one_message_is_wrong() -> None:
    with pytest.raises(ContentError):
        read(["fine", {"content": ""}])
