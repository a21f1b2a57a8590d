"""A judge over the wire: what it is asked, and that no reply changes more than it may.

`replies/judge.jsonl` holds, for each reply, what has to come of it: the `verdict` that is recorded
(None: nothing is, and the question stays open), why the answer was `rejected`, or what a failure
`told`. Each is about the same two: where Dana lives, and her home base.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from model_server import TOKENS_IN, TOKENS_OUT, ModelServer, answer, refused

from everwhen import AsyncMemory, Memory
from everwhen.errors import NotFoundError, ProviderError, SettingsError
from everwhen.model.records import Action
from everwhen.providers.tokens import EstimatedCounter
from everwhen.surfaces.cli import run
from everwhen.write.by_model.judge import judge_instructions, judge_schema

REPLIES = [
    json.loads(line)
    for line in (Path(__file__).parent / "replies" / "judge.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
PROTOCOLS = ("anthropic", "openai")
CASES = [
    pytest.param(case, PROTOCOLS[place % 2], id=f"{case['name']}, {PROTOCOLS[place % 2]}")
    for place, case in enumerate(REPLIES)
]
SAME = REPLIES[0]["reply"]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with ModelServer() as running:
        running.then(answer(SAME))
        yield running


def spec(server: ModelServer, protocol: str) -> str:
    address = server.root if protocol == "anthropic" else server.url
    return f"{protocol}:scripted@{address}"


def fill(memory: Memory, user_id: str = "dana") -> None:
    """A home, and a home base that may be one, too."""
    memory.remember(
        "I live in Lisbon", user_id=user_id, attribute="home", value="Lisbon",
        valid_from="2020-01-01T00:00:00Z",
    )  # fmt: skip
    memory.remember(
        "My home base is Porto", user_id=user_id, attribute="home base", value="Porto",
        valid_from="2024-01-01T00:00:00Z",
    )  # fmt: skip


def facts(memory: Memory, user_id: str = "dana") -> list[tuple[str, str, str, str]]:
    found = memory.timeline(user_id=user_id)
    return sorted((fact.id, fact.attribute, fact.value, str(fact.valid)) for fact in found)


@pytest.mark.parametrize(("case", "protocol"), CASES)
def test_a_reply_changes_nothing_but_by_a_verdict_that_is_borne_out(
    server: ModelServer, case: dict[str, Any], protocol: str
) -> None:
    failing = [refused(case["status"])] if "status" in case else []
    server.then(*failing * 9, answer(case["reply"], case.get("ended", "whole")))
    with Memory(":memory:", judge=spec(server, protocol)) as memory:
        fill(memory)
        before = facts(memory)
        if "told" in case:
            with pytest.raises(ProviderError, match=case["told"]):
                memory.judge(user_id="dana")
            use = memory.stats().judge
            assert use is not None
            assert (use.calls, use.failed) == (1, 1)
            assert case["told"] in use.last_failure
        else:
            judged = memory.judge(user_id="dana")
            assert [one.verdict for one in judged.decided] == [case["verdict"]] * bool(
                case["verdict"]
            )
            reasons = [one.reason for one in judged.refused]
            assert len(reasons) == ("rejected" in case)
            assert all(case["rejected"] in reason for reason in reasons)
        after = memory.judge(user_id="dana", ask=False)
        assert len(after.open) == (case["verdict"] is None)
        assert (facts(memory) == before) is (case["verdict"] != "same")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_the_same_is_read_as_one_and_undone_apart(
    server: ModelServer, protocol: str
) -> None:
    with Memory(":memory:", judge=spec(server, protocol)) as memory:
        fill(memory)
        before = facts(memory)
        (judgement,) = memory.judge(user_id="dana").decided
        assert [(f.value, str(f.valid_to)[:4]) for f in memory.timeline(user_id="dana")] == [
            ("Lisbon", "2024"), ("Porto", "None"),
        ]  # fmt: skip
        assert {fact.attribute for fact in memory.timeline(user_id="dana")} == {"home"}
        (porto,) = memory.list(user_id="dana").items
        log = memory.history(porto.id, user_id="dana")
        assert [judgement.id in one.reason for one in log] == [True]
        earlier = memory.list(user_id="dana", known_at=judgement.at - timedelta(microseconds=1))
        assert {fact.attribute for fact in earlier.items} == {"home", "home base"}  # type: ignore[union-attr]
        memory.judge(user_id="dana", undo=judgement.id)
        assert facts(memory) == before
        assert memory.judge(user_id="dana").decided == ()
        assert len(server.requests) == 1


def test_one_call_for_all_questions_of_an_owner_and_none_without_questions(
    server: ModelServer,
) -> None:
    with Memory(":memory:", judge=spec(server, "openai"), extractor="none") as memory:
        memory.add("I live in Lisbon", user_id="dana")
        memory.judge(user_id="dana")
        assert server.requests == []
        fill(memory)
        memory.remember("Sam likes tea", user_id="dana", subject="Sam", attribute="likes")
        memory.remember("Samuel is a nurse", user_id="dana", subject="Samuel", attribute="role")
        judged = memory.judge(user_id="dana")
        (request,) = server.requests
        question = request.body["messages"][1]["content"]
        assert [json.loads(line)["kind"] for line in question.splitlines()] == ["slot", "entity"]
        assert (len(judged.decided), len(judged.open)) == (1, 1)
        assert memory.add("I live in Faro", user_id="dana").decisions == ()
        assert len(server.requests) == 1
        use = memory.stats().judge
        assert use is not None
        assert (use.calls, use.tokens_in, use.tokens_out) == (1, TOKENS_IN, TOKENS_OUT)


def test_nobody_else_is_seen_or_changed(server: ModelServer) -> None:
    with Memory(":memory:", judge=spec(server, "anthropic")) as memory:
        fill(memory)
        fill(memory, "erik")
        memory.remember("Erik's secret is Rosebud", user_id="erik", attribute="home secret")
        theirs = facts(memory, "erik")
        (judgement,) = memory.judge(user_id="dana").decided
        assert "Rosebud" not in json.dumps([request.body for request in server.requests])
        assert facts(memory, "erik") == theirs
        assert memory.judge(user_id="erik", ask=False).judgements == ()
        with pytest.raises(NotFoundError):
            memory.judge(user_id="erik", undo=judgement.id)


def test_agents_of_one_user_are_asked_about_apart(server: ModelServer) -> None:
    with Memory(":memory:", judge=spec(server, "openai")) as memory:
        memory.remember("I live in Lisbon", user_id="dana", attribute="home", value="Lisbon")
        memory.remember(
            "My home base is Porto", user_id="dana", agent_id="a", attribute="home base"
        )
        assert memory.judge(user_id="dana").open == ()
    assert server.requests == []


def test_what_was_judged_from_forgotten_words_is_forgotten(
    server: ModelServer, tmp_path: Path
) -> None:
    path = tmp_path / "memory.db"
    told = json.loads(SAME)
    told["answers"][0]["reason"] = "Porto is where her heart is, like Lisbon: zanzibar."
    server.then(answer(json.dumps(told)))
    with Memory(path, judge=spec(server, "openai")) as memory:
        fill(memory)
        memory.judge(user_id="dana")
        (porto,) = memory.list(user_id="dana").items
        memory.forget(user_id="dana", id=porto.id)
        judged = memory.judge(user_id="dana", ask=False)
        assert (judged.judgements, judged.open) == ((), ())
        assert [fact.value for fact in memory.timeline(user_id="dana")] == ["Lisbon"]
        assert memory.timeline(user_id="dana")[0].valid_to is None
    kept = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert b"zanzibar" not in kept
    assert b"home base" not in kept


def test_an_answer_that_was_not_taken_is_in_the_log_without_words(server: ModelServer) -> None:
    server.then(answer(next(one["reply"] for one in REPLIES if one["name"] == "an invented quote")))
    with Memory(":memory:", judge=spec(server, "openai")) as memory:
        fill(memory)
        memory.judge(user_id="dana")
        said = memory.list(user_id="dana", kind="episode").items
        log = memory.history(said[1].id, user_id="dana")
        assert [one.action for one in log] == [Action.REJECT]
        assert "does not stand" in log[0].reason


def test_without_a_judge_nothing_is_asked(server: ModelServer) -> None:
    with Memory(":memory:") as memory:
        fill(memory)
        assert len(memory.judge(user_id="dana", ask=False).open) == 1
        with pytest.raises(SettingsError, match="EVERWHEN_JUDGE"):
            memory.judge(user_id="dana")
    with pytest.raises(SettingsError, match="unknown judge"):
        Memory(":memory:", judge="oracle")


def test_the_instructions_are_small() -> None:
    count = EstimatedCounter().count
    assert count(judge_instructions()) + count(json.dumps(judge_schema())) <= 700


async def judged_twice(memory: AsyncMemory) -> int:
    fill(memory.sync)
    found = await memory.judge(user_id="dana")
    await memory.judge(user_id="dana", undo=found.decided[0].id)
    return len((await memory.judge(user_id="dana", ask=False)).judgements)


def test_the_asynchronous_memory_judges_too(server: ModelServer) -> None:
    async def run() -> int:
        async with AsyncMemory(":memory:", judge=spec(server, "openai")) as memory:
            return await judged_twice(memory)

    assert asyncio.run(run()) == 1


def test_the_command_lists_asks_and_undoes(
    server: ModelServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVERWHEN_JUDGE", spec(server, "openai"))
    monkeypatch.setenv("EVERWHEN_URL", str(tmp_path / "memory.db"))

    def judge(*arguments: str) -> str:
        assert run(["judge", "--user", "dana", *arguments]) == 0
        return capsys.readouterr().out

    with Memory(tmp_path / "memory.db") as memory:
        fill(memory)
    assert "home base" in judge("--list")
    assert server.requests == []
    told = json.loads(judge("--json"))
    assert (len(told["decided"]), told["open"]) == (1, [])
    id = told["decided"][0]["id"]
    assert "same" in judge("--list")
    assert "undone" in judge("--undo", id)
    assert run(["judge", "--user", "dana", "--undo", id]) == 1
    assert "undone" in capsys.readouterr().err
    assert run(["judge", "--user", "erik", "--list"]) == 3
    assert run(["judge", "--user", "erik", "--undo", id]) == 3


def test_there_are_enough_of_them() -> None:
    assert len({case["name"] for case in REPLIES}) == len(REPLIES) >= 30


def test_what_is_never_kept_and_secrets_are_not_shown_to_a_judge(
    server: ModelServer, tmp_path: Path
) -> None:
    path, dana = tmp_path / "memory.db", {"user_id": "dana"}
    with Memory(path, redact=False) as memory:
        fill(memory)
        memory.remember(
            "My office is in Sé. I am allergic to nuts.", attribute="office", value="Sé", **dana
        )
        memory.remember("The Sé office is in Sé", attribute="Sé office", value="Sé", **dana)
        memory.remember("Bank: Alva", attribute="bank", value="Alva", **dana)
        told = "House bank Alva, PIN: 482133"
        memory.remember(told, attribute="house bank", value="Alva", **dana)
    with Memory(path, judge=spec(server, "openai")) as memory:
        named = {one.left.attribute for one in memory.judge(ask=False, **dana).open}
        assert named == {"home base", "sé office"}
        memory.set_policy(never="health", **dana)
        assert {one.left.attribute for one in memory.judge(ask=False, **dana).open} == {"home base"}
        memory.set_policy(never=["health", "home"], **dana)
        assert memory.judge(**dana).open == ()
        assert not server.requests
        memory.set_policy(**dana)
        memory.judge(**dana)
    (request,) = server.requests
    assert "482133" not in json.dumps(request.body)
    assert "nuts" in json.dumps(request.body)
