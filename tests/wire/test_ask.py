"""Answers from memory: a model on loopback is asked through the vendors' own SDKs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer, answer, refused

from everwhen import Memory
from everwhen.errors import ProviderError, SettingsError
from everwhen.read.answer import NO_NOTE, NOT_KNOWN, NOTHING
from everwhen.surfaces.cli import run

ASKED = "Where do I live?"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with ModelServer() as server:
        yield server


@pytest.fixture
def memory() -> Iterator[Memory]:
    with Memory(":memory:") as memory:
        memory.add("I moved to Lisbon.", user_id="u", at="2026-03-01T10:00:00Z")
        yield memory


def specs(server: ModelServer) -> dict[str, str]:
    plain = server.url.removesuffix("/v1")
    return {"anthropic": f"anthropic:scripted@{plain}", "openai": f"openai:scripted@{server.url}"}


def said(known: bool = True, text: str = "In Lisbon.", notes: object = (1,)) -> str:
    return json.dumps({"known": known, "answer": text, "notes": notes})


@pytest.mark.parametrize("vendor", ["anthropic", "openai"])
def test_an_answer_names_the_facts_that_it_rests_on(
    server: ModelServer, memory: Memory, vendor: str
) -> None:
    server.then(answer(said()))
    found = memory.ask(ASKED, user_id="u", model=specs(server)[vendor])
    (fact,) = memory.list(user_id="u").items
    assert (found.text, found.cites, found.abstained) == ("In Lisbon.", (fact.id,), "")
    assert found.model == f"{vendor}:scripted"
    assert found.tokens_in > 0 < found.tokens_out
    (request,) = server.requests
    sent = request.body["messages"][-1]["content"]
    assert "[1] User lives in Lisbon" in sent and sent.endswith(f"Question: {ASKED}")


def test_without_anything_in_memory_no_model_is_asked(server: ModelServer, memory: Memory) -> None:
    for whose, question in (("nobody", ASKED), ("u", "What is the mass of Jupiter?")):
        found = memory.ask(question, user_id=whose, model=specs(server)["openai"])
        assert (found.text, found.cites, found.abstained) == ("", (), NOTHING)
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (said(known=False, text=""), NOT_KNOWN),
        (said(text=" "), NOT_KNOWN),
        (said(notes=[]), NO_NOTE),
        (said(notes=[99, 0, -1, True, "1"]), NO_NOTE),
        (said(notes=None), NO_NOTE),
    ],
)
def test_an_answer_without_ground_is_no_answer(
    server: ModelServer, memory: Memory, reply: str, why: str
) -> None:
    server.then(answer(reply))
    found = memory.ask(ASKED, user_id="u", model=specs(server)["openai"])
    assert (found.text, found.cites, found.abstained) == ("", (), why)


def test_prose_and_thoughts_around_the_answer_do_no_harm(
    server: ModelServer, memory: Memory
) -> None:
    server.then(answer(f"<think>{said(text='Rome')}</think> Sure {{x}}: {said(notes=[1, 1])} Bye"))
    found = memory.ask(ASKED, user_id="u", model=specs(server)["anthropic"])
    assert (found.text, len(found.cites)) == ("In Lisbon.", 1)


@pytest.mark.parametrize(
    ("text", "ended", "told"),
    [
        ("In Lisbon.", "whole", "not of the form asked for"),
        ("", "whole", "not of the form asked for"),
        ('{"known": true, "answer": "In Li', "cut", "cut off"),
        ("No.", "refused", "refused to answer"),
    ],
)
def test_a_reply_that_is_no_answer_is_an_error(
    server: ModelServer, memory: Memory, text: str, ended: str, told: str
) -> None:
    server.then(answer(text, ended))
    with pytest.raises(ProviderError, match=told):
        memory.ask(ASKED, user_id="u", model=specs(server)["openai"])


def test_failures_and_unknown_models_are_told(server: ModelServer, memory: Memory) -> None:
    server.then(refused(401))
    with pytest.raises(ProviderError, match="was asked for an answer and answered 401"):
        memory.ask(ASKED, user_id="u", model=specs(server)["openai"])
    with pytest.raises(SettingsError, match="unknown model 'oracle'"):
        memory.ask(ASKED, user_id="u", model="oracle")


def test_the_command_prints_the_answer_with_its_ground(
    server: ModelServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVERWHEN_URL", str(tmp_path / "ask.db"))
    monkeypatch.setenv("EVERWHEN_MODEL", specs(server)["openai"])
    server.then(answer(said()))
    assert run(["add", "I moved to Lisbon.", "--user", "u"]) == 0
    capsys.readouterr()
    assert run(["ask", ASKED, "--user", "u"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("In Lisbon.\n  User lives in Lisbon")
    assert run(["ask", "What is the mass of Jupiter?", "--user", "u"]) == 3
    assert NOTHING in capsys.readouterr().out


def test_a_secret_that_was_kept_before_is_not_shown_to_a_model(
    server: ModelServer, tmp_path: Path
) -> None:
    with Memory(tmp_path / "memory.db", redact=False) as memory:
        memory.remember("The gate at home opens with PIN 4821", user_id="u")
    server.then(answer(said(text="With a PIN.")))
    with Memory(tmp_path / "memory.db") as memory:
        asked = "What opens the gate at home? Is it my PIN: 4822?"
        found = memory.ask(asked, user_id="u", model=specs(server)["openai"])
    assert found.text == "With a PIN."
    sent = json.dumps(server.requests[0].body)
    assert "opens with PIN [redacted: pin]" in sent
    assert "482" not in sent
