"""Replies of models over the wire, good, bad and hostile: nothing invented stays, nothing is lost.

`replies/replies.jsonl` holds, for each reply, what was said, what the model answers, and what has
to come of it: `stored` (subject, attribute, value and, where dates are meant, from and to) and
`rejected` (a part of each reason), or `pending` and `told` (a part of the failure's words).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import TOKENS_IN, TOKENS_OUT, ModelServer, Reply, answer, refused

from everwhen import Memory
from everwhen.model.records import Action

REPLIES = [
    json.loads(line)
    for line in (Path(__file__).parent / "replies" / "replies.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
AT = "2024-06-10T18:00:00Z"
PROTOCOLS = ("anthropic", "openai")


def over_the_wire(case: dict[str, Any]) -> bool:
    """Whether a case is about more than an answer's text, so that each protocol shows it."""
    return case["reply"] is None or not {"ended", "status", "raw"}.isdisjoint(case)


CASES = [
    pytest.param(case, protocol, id=f"{case['name']}, {protocol}")
    for place, case in enumerate(REPLIES)
    for protocol in (PROTOCOLS if over_the_wire(case) else PROTOCOLS[place % 2 :][:1])
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with ModelServer() as running:
        yield running


def spec(server: ModelServer, protocol: str) -> str:
    address = server.root if protocol == "anthropic" else server.url
    return f"{protocol}:scripted@{address}"


def script(server: ModelServer, case: dict[str, Any]) -> None:
    if "raw" in case:
        server.then(Reply(raw=case["raw"].encode()))
        return
    failing = [refused(case["status"], "because")] * case["times"] if "status" in case else []
    server.then(*failing, answer(case["reply"], case.get("ended", "whole")))


def day(found: Any) -> str | None:
    return None if found is None else found.isoformat()[:10]


def facts(memory: Memory, wanted: list[list[str | None]]) -> list[list[str | None]]:
    """The facts, those that ended long ago too, in as much detail as is wanted of the first."""
    dated = bool(wanted) and len(wanted[0]) > 3
    found = memory.timeline(user_id="dana") if dated else memory.list(user_id="dana").items
    return sorted(
        [
            [fact.subject, fact.attribute, fact.value]
            + ([day(fact.valid_from), day(fact.valid_to)] if dated else [])
            for fact in found
        ],
        key=str,
    )


@pytest.mark.parametrize(("case", "protocol"), CASES)
def test_nothing_invented_is_stored_and_nothing_is_lost(
    server: ModelServer, case: dict[str, Any], protocol: str
) -> None:
    script(server, case)
    messages = case["said"]
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        added = memory.add(messages, user_id="dana", at=AT)
        said = [one if isinstance(one, str) else one["content"] for one in messages]
        kept = memory.list(user_id="dana", kind="episode").items
        assert [episode.content for episode in kept] == said  # type: ignore[union-attr]
        stats = memory.stats()
        assert stats.model is not None
        if case.get("pending"):
            assert (stats.pending, stats.facts, stats.claims) == (len(messages), 0, 0)
            assert stats.model.failed == 1
            assert case["told"] in stats.model.last_failure
            server.then(answer('{"claims": []}'))
            memory.work()
            assert memory.stats().pending == 0
            return
        assert (stats.pending, stats.model.failed) == (0, 0)
        assert facts(memory, case["stored"]) == sorted(case["stored"], key=str)
        reasons = [one.reason for one in added.decisions if one.action is Action.REJECT]
        expected = case.get("rejected", [])
        assert len(reasons) == len(expected) == stats.model.rejected
        assert all(part in reason for part, reason in zip(expected, reasons, strict=True))
        quoted(memory)


def quoted(memory: Memory) -> None:
    """Every fact names words of its message, and its value stands in what was said."""
    said = {one.id: one for one in memory.list(user_id="dana", kind="episode").items}
    everything = " ".join(one.text for one in said.values())
    for fact in memory.list(user_id="dana").items:
        assert fact.value in everything  # type: ignore[union-attr]
        assert fact.sources  # type: ignore[union-attr]
        for source in fact.sources:  # type: ignore[union-attr]
            assert said[source.episode_id].text[source.start : source.end].strip()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_cost_is_counted(server: ModelServer, protocol: str) -> None:
    server.then(answer('{"claims": []}'))
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        for _ in range(3):
            memory.add("I live in Lisbon.", user_id="dana")
        use = memory.stats().model
    assert use is not None
    assert (use.calls, use.tokens_in, use.tokens_out) == (3, 3 * TOKENS_IN, 3 * TOKENS_OUT)
    assert use.seconds > 0.0
    assert len(server.requests) == 3


def test_there_are_enough_of_them() -> None:
    assert len({case["name"] for case in REPLIES}) == len(REPLIES) >= 40
