"""Tokens as Anthropic's count_tokens tells them, through its SDK, from a server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from model_server import ModelServer, Reply, Request, refused

from everwhen import Memory
from everwhen.errors import ProviderError, SettingsError

AROUND = 7
"""Tokens that the server counts for a message around its text."""


def counted(request: Request) -> Reply:
    """A token for each word, and those of the message."""
    assert request.path.endswith("/v1/messages/count_tokens")
    (message,) = request.body["messages"]
    return Reply(body={"input_tokens": AROUND + len(message["content"].split())})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with ModelServer() as server:
        yield server


def spec(server: ModelServer) -> str:
    return f"anthropic:claude-scripted@{server.url.removesuffix('/v1')}"


def test_a_context_is_counted_by_the_endpoint_in_a_few_requests(server: ModelServer) -> None:
    server.then(counted)
    said = [f"The red bicycle number {n} stands in the cellar." for n in range(40)]
    with Memory(":memory:", counter=spec(server)) as memory:
        memory.add([{"role": "user", "content": one} for one in said], user_id="u", extract=False)
        found = memory.context("bicycle", user_id="u", budget_tokens=120)
        assert found.counter == "anthropic:claude-scripted"
        assert 60 < found.tokens == len(found.text.split()) <= 120
        assert found.full_history_tokens == sum(len(one.split()) for one in said)
        asked = len(server.requests)
        memory.context("bicycle", user_id="u", budget_tokens=120)
    assert asked <= 6
    assert len(server.requests) == asked
    assert server.requests[0].body["model"] == "claude-scripted"


def test_a_call_may_name_it(server: ModelServer) -> None:
    server.then(counted)
    with Memory(":memory:") as memory:
        memory.add("I live in Lisbon.", user_id="u")
        found = memory.context("Where do I live?", user_id="u", model=spec(server))
        assert (found.counter, found.tokens) == (
            "anthropic:claude-scripted",
            len(found.text.split()),
        )


def test_what_fails_is_told_and_nothing_is_made_up(server: ModelServer) -> None:
    server.then(refused(404, "no such model"))
    with Memory(":memory:", counter=spec(server)) as memory:
        memory.add("I live in Lisbon.", user_id="u")
        with pytest.raises(ProviderError, match="how many tokens a text has and answered 404"):
            memory.context("Where do I live?", user_id="u")
    with pytest.raises(SettingsError, match="ANTHROPIC_API_KEY is not set"):
        Memory(":memory:", counter="anthropic:claude-scripted")
