"""Mem0's configurations over the wire: the model and the embedder that they name are asked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from model_server import ModelServer, Request, answer, embeddings, letters, refused

from everwhen.compat.mem0 import Memory

KEYS = ("OPENAI", "ANTHROPIC", "GROQ", "DEEPSEEK", "TOGETHER", "XAI", "VLLM")
HOME = {
    "n": 1,
    "quote": "I live in Lisbon",
    "subject": "user",
    "attribute": "home",
    "value": "Lisbon",
    "kind": "holds",
    "replaces": "",
    "when": "",
    "from": "",
    "to": "",
}
U = {"user_id": "u"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in KEYS:
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
        monkeypatch.delenv(f"{name}_BASE_URL", raising=False)
    with ModelServer() as running:
        running.then(answer(said(HOME)))
        yield running


def said(*claims: dict[str, object]) -> str:
    return json.dumps({"claims": claims})


def opened(config: dict[str, object]) -> Memory:
    store = {"provider": "qdrant", "config": {"path": ":memory:"}}
    return Memory.from_config({"vector_store": store, **config})


def llm(server: ModelServer, **config: object) -> dict[str, object]:
    options = {"model": "gpt-any", "api_key": "sk-mine", "openai_base_url": server.url, **config}
    return {"provider": "openai", "config": options}


def wishes(request: Request) -> str:
    first = json.loads(request.body["messages"][1]["content"].splitlines()[0])
    found: str = first.get("wishes", "")
    return found


def test_the_usual_configuration_takes_facts_with_its_model_and_its_embedder(
    server: ModelServer,
) -> None:
    embed = embeddings(letters)
    claim = answer(said(HOME))
    server.then(lambda request: (embed if "embed" in request.path else claim)(request))
    config = {
        "llm": llm(server, temperature=0.1, max_tokens=2000),
        "embedder": {
            "provider": "openai",
            "config": {"model": "letters", "api_key": "sk-mine", "openai_base_url": server.url},
        },
        "version": "v1.1",
    }
    with opened(config) as m:
        assert [key for key, _ in m.ignored] == ["llm.config.temperature", "llm.config.max_tokens"]
        (added,) = m.add("I live in Lisbon.", user_id="u")["results"]
        assert (added["event"], added["memory"]) == ("ADD", "User's home: Lisbon")
        stats = m.everwhen.stats()
        assert (stats.extractor, stats.embedder) == ("openai:gpt-any", "openai:letters")
    paths = {request.path for request in server.requests}
    assert paths == {"/v1/chat/completions", "/v1/embeddings"}
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-mine"}


@pytest.mark.parametrize(
    ("provider", "url_key", "sent"),
    [
        ("ollama", "ollama_base_url", "Bearer none"),
        ("lmstudio", "lmstudio_base_url", "Bearer none"),
        ("vllm", "vllm_base_url", "Bearer none"),
        ("groq", "groq_base_url", "Bearer from-groq"),
        ("openai", "openai_base_url", "Bearer from-openai"),
    ],
)
def test_a_key_goes_to_the_provider_that_it_is_of_alone(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, provider: str, url_key: str, sent: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-openai")
    monkeypatch.setenv("GROQ_API_KEY", "from-groq")
    url = server.root if provider == "ollama" else server.url
    section = {"provider": provider, "config": {"model": "any:8b", url_key: url}}
    with opened({"llm": section}) as m:
        assert m.ignored == ()
        assert len(m.add("I live in Lisbon.", user_id="u")["results"]) == 1
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body["model"] == "any:8b"
    assert request.headers["authorization"] == sent


def test_anthropic_is_asked_with_its_own_protocol(server: ModelServer) -> None:
    options = {"model": "claude-any", "api_key": "sk-ant", "anthropic_base_url": server.root}
    with opened({"llm": {"provider": "anthropic", "config": options}}) as m:
        assert len(m.add("I live in Lisbon.", user_id="u")["results"]) == 1
    (request,) = server.requests
    assert request.path == "/v1/messages"
    # the SDK's versions send it under the one or the other name
    assert "sk-ant" in request.headers.get("x-api-key", request.headers.get("authorization", ""))


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ({"provider": "openai", "config": {"model": "gpt-any"}}, "OPENAI_API_KEY is not set"),
        ({"provider": "groq", "config": {"model": "any"}}, "GROQ_API_KEY"),
        ({"provider": "openai", "config": {"api_key": "sk-mine"}}, "names no model"),
        ({"provider": "aws_bedrock", "config": {"model": "any"}}, "aws_bedrock is not known"),
    ],
)
def test_where_a_model_can_not_be_asked_the_rules_are_used_and_that_is_said(
    server: ModelServer, section: dict[str, object], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened({"llm": section, "custom_instructions": "Only hobbies."}) as m:
        assert [key for key, _ in m.ignored] == ["llm", "custom_instructions"]
        assert m.add("I live in Lisbon.", user_id="u")["results"][0]["memory"] == (
            "User lives in Lisbon"
        )
    assert why in caplog.text
    assert "facts are worked out by rules" in caplog.text


def test_instructions_and_the_prompt_of_a_call_are_told_to_the_model(server: ModelServer) -> None:
    told = {"custom_instructions": "Only homes.", "custom_fact_extraction_prompt": "No gossip."}
    with opened({"llm": llm(server), **told}) as m:
        assert m.ignored == ()
        m.add("I live in Lisbon.", user_id="u")
        m.add("I live in Lisbon.", user_id="u", prompt="Nothing of today.")
        m.add("I live in Lisbon.", user_id="u")
        (home,) = m.get_all(filters=U)["results"]
        assert home["metadata"] is None
    assert [wishes(request) for request in server.requests] == [
        "Only homes.\nNo gossip.",
        "Only homes.\nNo gossip.\nNothing of today.",
        "Only homes.\nNo gossip.",
    ]


def test_a_message_that_waited_is_asked_about_with_the_prompt_of_its_call(
    server: ModelServer,
) -> None:
    server.then(refused(400))
    with opened({"llm": llm(server)}) as m:
        for prompt in ("Only homes.", "Only homes.", None, "No homes."):
            m.add("I live in Lisbon.", user_id="u", prompt=prompt)
        server.then(answer('{"claims": []}'))
        asked = len(server.requests)
        m.everwhen.work()
        assert m.everwhen.stats().pending == 0
    later = [(wishes(request), request.body) for request in server.requests[asked:]]
    assert [told for told, _ in later] == ["Only homes.", "", "No homes."]
    assert later[0][1]["messages"][1]["content"].count('"n"') == 2


def test_categories_of_ones_own_are_given_by_the_model(server: ModelServer) -> None:
    own = [{"places": "where somebody is at home"}, {"people": "who they know"}]
    server.then(answer(said({**HOME, "label": "places"})))
    with opened({"llm": llm(server), "custom_categories": own}) as m:
        assert m.ignored == ()
        m.add("I live in Lisbon.", user_id="u")
        (home,) = m.get_all(filters={"AND": [U, {"categories": {"contains": "places"}}]})["results"]
        assert home["categories"] == ["places"]
        m.add("I live in Lisbon.", user_id="v", categories=["mine"])
        (home,) = m.get_all(filters={"user_id": "v"})["results"]
        assert home["categories"] == ["mine"]
        server.then(answer(said({**HOME, "label": "elsewhere"})))
        m.add("I live in Lisbon.", user_id="w")
        (home,) = m.get_all(filters={"user_id": "w"})["results"]
        assert home["categories"] == ["personal_details"]
    request = server.requests[0]
    assert "places (where somebody is at home); people (who they know)" in wishes(request)
    form = request.body["response_format"]["json_schema"]["schema"]
    claim = form["properties"]["claims"]["items"]
    assert claim["properties"]["label"]["enum"] == ["places", "people", ""]
    assert "label" in claim["required"]


def test_with_rules_categories_of_ones_own_are_passed_over_and_that_is_said() -> None:
    with opened({"custom_categories": [{"places": "homes"}]}) as m:
        assert [key for key, _ in m.ignored] == ["custom_categories"]


def test_what_the_call_gives_wins_over_the_configuration(server: ModelServer) -> None:
    with Memory({"llm": llm(server)}, path=":memory:", extractor="rules") as m:
        assert m.ignored == ()
        m.add("I live in Lisbon.", user_id="u")
    assert not server.requests


def test_an_embedder_that_can_not_be_had_is_said_with_what_is_used(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    section = {"provider": "openai", "config": {"model": "text-embedding-3-small"}}
    with opened({"embedder": section}) as m:
        assert [key for key, _ in m.ignored] == ["embedder"]
        assert m.everwhen.stats().embedder != "openai:text-embedding-3-small"
    assert "vectors come from static" in caplog.text
    local = {"provider": "ollama", "config": {"model": "letters", "ollama_base_url": server.root}}
    server.then(embeddings(letters))
    with opened({"embedder": {**local, "config": {**local["config"], "embedding_dims": 26}}}) as m:
        assert [key for key, _ in m.ignored] == ["embedder.config.embedding_dims"]
        m.add("I live in Lisbon.", user_id="u", infer=False)
        assert m.search("Lisbon", filters=U)["results"]
    assert server.requests[0].path == "/v1/embeddings"
