"""Facts by a language model over the wire: what it is asked, how often, and what becomes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, Reply, Request, answer, refused

from everwhen import Memory
from everwhen.asking import ChatModel
from everwhen.errors import NotFoundError, SettingsError
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.records import Action, Decision, Episode
from everwhen.providers.anthropic_chat import AnthropicChat, AnthropicModel
from everwhen.providers.openai_chat import OpenAIChat
from everwhen.providers.openai_endpoint import Endpoint
from everwhen.providers.tokens import EstimatedCounter
from everwhen.testing import check_extractor
from everwhen.write.by_model.extractor import MOST_MESSAGES, ModelExtractor

NONE = '{"claims": []}'
AT = "2024-06-10T18:00:00Z"
PROTOCOLS = ("anthropic", "openai")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with ModelServer() as running:
        running.then(answer(NONE))
        yield running


def spec(server: ModelServer, protocol: str) -> str:
    address = server.root if protocol == "anthropic" else server.url
    return f"{protocol}:scripted@{address}"


def asked(request: Request) -> tuple[str, list[dict[str, Any]]]:
    """The instructions of a request, and the lines of its question."""
    body = request.body
    if "system" in body:
        (block,), (question,) = body["system"], body["messages"]
        return block["text"], [json.loads(line) for line in question["content"].splitlines()]
    system, question = body["messages"]
    return system["content"], [json.loads(line) for line in question["content"].splitlines()]


def claim(n: int, quote: str, attribute: str, value: str, **more: str) -> dict[str, object]:
    return {"n": n, "quote": quote, "subject": "user", "attribute": attribute, "value": value} | {
        "kind": "holds", "replaces": "", "when": "", "from": "", "to": ""} | more  # fmt: skip


def claims(*said: dict[str, object]) -> str:
    return json.dumps({"claims": said})


def held(memory: Memory) -> list[str]:
    return sorted(str(fact.text) for fact in memory.list(user_id="dana").items)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_add_asks_once_however_many_messages_it_has(server: ModelServer, protocol: str) -> None:
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        memory.add([f"I have {n} cats." for n in range(MOST_MESSAGES)], user_id="dana", at=AT)
        assert len(server.requests) == 1
        memory.add("Rex is my dog.", user_id="dana", at=AT)
        assert len(server.requests) == 2
        memory.add({"role": "assistant", "content": "Nice to hear!"}, user_id="dana", at=AT)
        memory.add("👍", user_id="dana", at=AT)
        assert len(server.requests) == 2
        assert memory.stats().pending == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_asked_beyond_the_conversation_is_small(server: ModelServer, protocol: str) -> None:
    facts: list[Any] = [
        {"text": f"Dana has the hobby number {n}", "attribute": "hobby", "value": f"hobby {n}"}
        for n in range(200)
    ]
    said = ["I gave up hobby 7.", "I have a new car."]
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        memory.remember(facts, user_id="dana")
        memory.add(said, user_id="dana", at=AT)
    (request,) = server.requests
    whole = json.dumps(request.body, ensure_ascii=False)
    overhead = EstimatedCounter().count(whole) - EstimatedCounter().count("".join(said))
    assert 500 < overhead <= 1_200
    _, lines = asked(request)
    assert "user | hobby | hobby 7" in lines[0]["held"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_instructions_come_first_and_never_change(server: ModelServer, protocol: str) -> None:
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        memory.add("I live in Lisbon.", user_id="dana", at=AT)
        memory.add("Mein Hund heißt Rex.", user_id="erik")
    first, second = server.requests
    assert asked(first)[0] == asked(second)[0]
    if protocol == "anthropic":
        assert first.path == "/v1/messages"
        assert first.body["system"][0]["cache_control"] == {"type": "ephemeral"}
        assert first.body["output_config"]["format"]["type"] == "json_schema"
    else:
        assert first.path == "/v1/chat/completions"
        assert first.body["response_format"]["json_schema"]["strict"] is True


def test_the_model_is_told_dates_names_roles_and_what_came_before(server: ModelServer) -> None:
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        memory.remember("Dana", user_id="dana", attribute="name", value="Dana")
        memory.add("What a day.", user_id="dana", at="2024-06-10T17:00:00Z")
        memory.add(
            [
                {"role": "user", "content": 'Ich wohne in Lissabon.\n"Ja"', "at": AT},
                {"role": "assistant", "content": "Schön!", "at": AT},
                {"role": "user", "content": "Same here.", "name": "Erik", "at": AT},
            ],
            user_id="dana",
        )
    _, lines = asked(server.requests[-1])
    assert lines == [
        {"held": "user | name | Dana"},
        {"earlier": "What a day.", "from": "user"},
        {
            "n": 1,
            "at": "Monday 2024-06-10 18:00 UTC",
            "from": "user",
            "name": "Dana",
            "text": 'Ich wohne in Lissabon.\n"Ja"',
        },
        {"reply": "Schön!"},
        {"n": 3, "at": "Monday 2024-06-10 18:00 UTC", "from": "Erik", "text": "Same here."},
    ]


def test_facts_are_about_whom_the_message_is_from(server: ModelServer) -> None:
    server.then(
        answer(
            claims(
                claim(1, "I live in Lisbon", "home", "Lisbon"),
                claim(2, "I live in Porto", "home", "Porto"),
                claim(2, "Ana", "sister", "Ana", subject="Erik"),
            )
        )
    )
    messages = [
        {"role": "user", "content": "I live in Lisbon."},
        {"role": "user", "name": "Erik", "content": "I live in Porto, with Ana."},
    ]
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        memory.add(messages, user_id="dana", at=AT)
        assert held(memory) == ["Erik's home: Porto", "Erik's sister: Ana", "User's home: Lisbon"]


def test_somebody_is_kept_under_the_name_that_is_known(server: ModelServer) -> None:
    server.then(
        answer(
            claims(
                claim(1, "My sister is a nurse", "role", "nurse", subject="sister"),
                claim(1, "ana", "pet", "Rex", subject="ANA"),
                claim(1, "ana has Rex", "pet", "Rex", subject="ANA"),
            )
        )
    )
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        memory.remember("Ana", user_id="dana", attribute="sister", value="Ana")
        memory.remember("Ana, 30", user_id="dana", subject="Ana", attribute="age", value="30")
        memory.add("My sister is a nurse, and ana has Rex.", user_id="dana")
        assert {"Ana's role: nurse", "Ana's pet: Rex"} < set(held(memory))


def test_the_attribute_names_of_ones_own_vocabulary_are_told(
    server: ModelServer, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('["sourdough starter"]\ncardinality = "single"\n', encoding="utf-8")
    with Memory(":memory:", extractor=spec(server, "openai"), vocabulary=own) as memory:
        memory.add("Bubbles is my starter.", user_id="dana")
    assert ", sourdough starter" in asked(server.requests[0])[0]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_that_takes_no_schema_is_asked_without(server: ModelServer, protocol: str) -> None:
    def plain_only(request: Request) -> Reply:
        if {"response_format", "output_config"} & set(request.body):
            return refused(400, "Unknown parameter: response_format / output_config")
        return answer(claims(claim(1, "I live in Lisbon", "home", "Lisbon")))(request)

    server.then(plain_only)
    with Memory(":memory:", extractor=spec(server, protocol)) as memory:
        memory.add("I live in Lisbon.", user_id="dana")
        memory.add("I live in Lisbon.", user_id="erik")
        assert held(memory) == ["User's home: Lisbon"]
        assert memory.stats().pending == 0
    assert len(server.requests) == 3


def test_rules_go_first_and_the_model_is_asked_about_the_rest(server: ModelServer) -> None:
    server.then(
        answer(
            claims(
                claim(2, "The knee has been acting up", "injury", "knee"),
                claim(2, "I live in Porto", "home", "Oporto"),
                claim(2, "in Porto", "likes", "Porto"),
            )
        )
    )
    with Memory(":memory:", extractor=f"rules+{spec(server, 'openai')}") as memory:
        memory.add("I live in Lisbon.", user_id="dana", at=AT)
        assert server.requests == []
        memory.add(
            ["My name is Dana.", "I live in Porto. The knee has been acting up again, badly."],
            user_id="dana",
            at="2024-07-01T00:00:00Z",
        )
        _, lines = asked(server.requests[0])
        assert [line["n"] for line in lines if "n" in line] == [2]
        assert held(memory) == ["Dana lives in Porto", "Dana's injury: knee", "Dana's name is Dana"]
        assert memory.stats().extractor == "rules-1+openai:scripted"


def test_what_rules_found_is_there_while_the_model_is_down(server: ModelServer) -> None:
    said = "I live in Porto. The knee has been acting up again, badly."
    server.then(refused(400, "because"))
    with Memory(":memory:", extractor=f"rules+{spec(server, 'openai')}") as memory:
        added = memory.add(said, user_id="dana", at=AT)
        assert [decision.action for decision in added.decisions] == [Action.ADD]
        assert held(memory) == ["User lives in Porto"]
        assert memory.stats().pending == 1
        server.then(answer(claims(claim(1, "The knee", "injury", "knee"))))
        assert [decision.action for decision in memory.work()] == [Action.ADD]
        assert held(memory) == ["User lives in Porto", "User's injury: knee"]
        assert memory.stats().pending == 0
        memory.reindex()
        assert held(memory) == ["User lives in Porto", "User's injury: knee"]


def test_one_message_that_spoils_the_answer_does_not_hold_the_others_back(
    server: ModelServer,
) -> None:
    def choosy(request: Request) -> Reply:
        _, lines = asked(request)
        texts = [line["text"] for line in lines if "n" in line]
        return answer("No!" if any("poison" in text for text in texts) else NONE)(request)

    server.then(choosy)
    said = [f"I have read book {n}." for n in range(12)]
    said[4] = "I sell poison."
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        memory.add(said, user_id="dana")
        assert (memory.stats().pending, len(server.requests)) == (12, 1)
        memory.work()
        assert memory.stats().pending == 1
        (waiting,) = (
            e for e in memory.list(user_id="dana", kind="episode").items if not e.extracted
        )  # type: ignore[union-attr]
        assert waiting.text == "I sell poison."


def test_a_model_that_never_answers_usably_is_not_asked_for_every_message(
    server: ModelServer,
) -> None:
    server.then(answer("No!"))
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        memory.add([f"I have read book {n}." for n in range(60)], user_id="dana")
        memory.work()
        assert memory.stats().pending == 60
    assert len(server.requests) < 15


def test_scopes_are_never_asked_about_together(server: ModelServer) -> None:
    with Memory(":memory:", extractor=spec(server, "openai")) as memory:
        for user in ("dana", "erik", "dana"):
            memory.add(f"I am {user}, hello.", user_id=user, wait=False)
        memory.work()
        assert memory.stats().pending == 0
    told = [[line["text"] for line in asked(one)[1] if "n" in line] for one in server.requests]
    assert told == [["I am dana, hello."] * 2, ["I am erik, hello."]]


def test_what_was_not_taken_is_in_the_messages_history_until_it_is_forgotten(
    server: ModelServer, tmp_path: Path
) -> None:
    server.then(
        answer(
            claims(
                claim(1, "I live in Lisbon", "home", "Lisbon"),
                claim(1, "I live in Lisbon", "home", "Zanzibar"),
            )
        )
    )
    path = tmp_path / "memory.db"
    with Memory(path, extractor=spec(server, "openai")) as memory:
        (episode,) = memory.add("I live in Lisbon.", user_id="dana").episodes
        before = rejected(memory, episode)
        assert [one.reason for one in before] == [
            "a claim of the model is not taken: its value is not in its quote"
        ]
        memory.reindex()
        assert rejected(memory, episode) == before
        with pytest.raises(NotFoundError):
            memory.history(episode.id, user_id="erik")
        assert memory.check() == []
        receipt = memory.forget(id=episode.id, user_id="dana")
        assert receipt.decisions == 2
        assert memory.stats().decisions == 0
    assert b"Zanzibar" not in path.read_bytes()


def rejected(memory: Memory, episode: Episode) -> list[Decision]:
    return list(memory.history(episode.id, user_id="dana"))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_that_does_not_answer_in_time_leaves_the_message_waiting(
    server: ModelServer, protocol: str
) -> None:
    server.then(Reply(hangs=True))
    chat: ChatModel = OpenAIChat(Endpoint(model="m", url=server.url, timeout=0.1, retries=1))
    if protocol == "anthropic":
        chat = AnthropicChat(AnthropicModel(model="m", url=server.root, timeout=0.1, retries=1))
    with Memory(":memory:", extractor=ModelExtractor(chat, load_vocabulary())) as memory:
        memory.add("I live in Lisbon.", user_id="dana")
        stats = memory.stats()
    assert stats.pending == 1
    assert stats.model is not None
    assert "no answer within 0.1 s, 2 times" in stats.model.last_failure
    assert len(server.requests) == 2


def test_the_thoughts_of_a_model_are_not_its_answer(server: ModelServer) -> None:
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "scripted",
        "content": [
            {"type": "thinking", "thinking": "Porto?", "signature": "x"},
            {"type": "text", "text": claims(claim(1, "I live in Lisbon", "home", "Lisbon"))},
        ],
        "stop_reason": "end_turn",
        "usage": {
            "input_tokens": 10,
            "cache_read_input_tokens": 600,
            "cache_creation_input_tokens": 5,
            "output_tokens": 20,
        },
    }
    server.then(Reply(body=body))
    with Memory(":memory:", extractor=spec(server, "anthropic")) as memory:
        memory.add("I live in Lisbon.", user_id="dana")
        assert held(memory) == ["User's home: Lisbon"]
        use = memory.stats().model
    assert use is not None
    assert (use.tokens_in, use.tokens_cached, use.tokens_out) == (615, 600, 20)


def test_it_keeps_the_contract_of_the_port(server: ModelServer) -> None:
    with Memory(":memory:", extractor=f"rules+{spec(server, 'openai')}") as memory:
        assert memory.stats().extractor.startswith("rules")
    chat = OpenAIChat(Endpoint(model="m", url=server.url))
    check_extractor(ModelExtractor(chat, load_vocabulary()))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_that_was_closed_can_be_asked_again(server: ModelServer, protocol: str) -> None:
    chat: ChatModel = OpenAIChat(Endpoint(model="m", url=server.url))
    if protocol == "anthropic":
        chat = AnthropicChat(AnthropicModel(model="m", url=server.root))
    extractor = ModelExtractor(chat, load_vocabulary())
    for _ in range(2):
        with Memory(":memory:", extractor=extractor) as memory:
            memory.add("I live in Lisbon.", user_id="dana")
            assert memory.stats().pending == 0


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [
        ("anthropic:claude-any", "ANTHROPIC_API_KEY is not set"),
        ("rules+anthropic:claude-any", "ANTHROPIC_API_KEY is not set"),
        ("openai:gpt-any", "OPENAI_API_KEY is not set"),
        ("anthropic:", "unknown extractor"),
        ("anthropic:@http://127.0.0.1", "names no model"),
        ("rules+", "unknown extractor"),
        ("rules+none", "unknown extractor"),
        ("model:x", "'rules', 'anthropic:MODEL'"),
    ],
)
def test_what_can_not_work_is_told_before_anything_is_opened(
    server: ModelServer, tmp_path: Path, asked_for: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        Memory(tmp_path / "memory.db", extractor=asked_for)
    assert not (tmp_path / "memory.db").exists()


def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    program = (
        "import sys\n"
        "from everwhen import Memory\n"
        "for kind in ('openai', 'anthropic'):\n"
        "    Memory(':memory:', extractor=f'rules+{kind}:m@http://127.0.0.1:9').stats()\n"
        "print([name for name in ('openai', 'anthropic', 'httpx') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
