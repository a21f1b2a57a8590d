"""Embeddings over the wire: the real SDK against a server on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from model_server import ModelServer, Reply, embeddings, letters, refused, vectors

from everwhen import Memory
from everwhen.errors import ProviderError, SettingsError
from everwhen.model.records import Action
from everwhen.providers.checked import MAX_BYTES, CheckedEmbedder
from everwhen.providers.openai_embeddings import AT_ONCE, openai_embedder
from everwhen.providers.openai_endpoint import Endpoint
from everwhen.testing import check_embedder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with ModelServer() as running:
        running.then(embeddings(letters))
        yield running


def embedder_at(server: ModelServer, *, timeout: float = 20.0, retries: int = 1) -> CheckedEmbedder:
    return openai_embedder(
        Endpoint(model="letters", url=server.url, timeout=timeout, retries=retries)
    )


def numbers(vector: bytes) -> list[float]:
    found: list[float] = np.frombuffer(vector, "<f4").tolist()
    return found


def test_it_keeps_the_contract_of_the_port(server: ModelServer) -> None:
    check_embedder(embedder_at(server))


def test_vectors_come_in_the_order_of_their_numbers_at_unit_length(server: ModelServer) -> None:
    first, second = embedder_at(server).embed(["abb", "z"])
    assert numbers(first)[:2] == pytest.approx([1 / 5**0.5, 2 / 5**0.5])
    assert numbers(second)[25] == 1.0
    (request,) = server.requests
    assert request.path == "/v1/embeddings"
    assert request.body == {"model": "letters", "input": ["abb", "z"], "encoding_format": "float"}


def test_the_key_is_sent_and_an_endpoint_of_ones_own_needs_none(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder_at(server).embed(["a"])
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    embedder_at(server).embed(["a"])
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer none", "Bearer secret"]
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY is not set"):
        Memory(":memory:", embedder="openai:text-embedding-3-small")


@pytest.mark.parametrize(
    ("spec", "model", "url"),
    [
        ("text-embedding-3-small", "text-embedding-3-small", None),
        ("bge-m3:latest@http://127.0.0.1:11434/v1", "bge-m3:latest", "http://127.0.0.1:11434/v1"),
        ("@cf/baai/bge@https://host/v1", "@cf/baai/bge", "https://host/v1"),
    ],
)
def test_a_spec_names_model_and_address(spec: str, model: str, url: str | None) -> None:
    read = Endpoint.read(spec)
    assert (read.model, read.url) == (model, url)


def test_an_address_without_a_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="names no model"):
        Memory(":memory:", embedder="openai:@http://127.0.0.1/v1")


def test_blank_texts_are_not_sent_and_long_ones_are_cut(server: ModelServer) -> None:
    blank, broken, long = embedder_at(server).embed([" \n", "a\ud800", "é" * MAX_BYTES])
    assert not any(numbers(blank))
    assert numbers(broken)[0] == 1.0
    assert len(numbers(long)) == len(numbers(blank)) == 26
    (request,) = server.requests
    assert request.body["input"] == ["a?", "é" * (MAX_BYTES // 2)]


def test_many_texts_are_sent_in_several_requests(server: ModelServer) -> None:
    texts = ["a" * number for number in range(1, 2 * AT_ONCE + 2)]
    assert len(embedder_at(server).embed(texts)) == len(texts)
    assert [len(request.body["input"]) for request in server.requests] == [AT_ONCE, AT_ONCE, 1]


def test_an_endpoint_that_takes_fewer_texts_gets_fewer_from_then_on(server: ModelServer) -> None:
    def choosy(request: object) -> Reply:
        many = len(server.requests[-1].body["input"]) > 50
        return refused(413, "batch too large") if many else answer(server.requests[-1])

    answer = embeddings(letters)
    server.then(choosy)
    found = embedder_at(server).embed(["a"] * 60 + ["b"] * 60)
    assert [numbers(vector)[0] for vector in found] == [1.0] * 60 + [0.0] * 60
    assert [len(request.body["input"]) for request in server.requests] == [120, 60, 30, 30, 30, 30]


def test_one_that_is_busy_or_fails_for_a_moment_is_asked_again(server: ModelServer) -> None:
    server.then(refused(429), refused(500), embeddings(letters))
    assert numbers(embedder_at(server, retries=2).embed(["a"])[0])[0] == 1.0
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "check the model's name"),
        (401, "check OPENAI_API_KEY"),
        (404, "check the model's name"),
        (429, "ask for a higher limit"),
        (500, "try again later"),
        (503, "try again later"),
    ],
)
def test_an_error_says_what_was_asked_what_came_and_what_to_do(
    server: ModelServer, status: int, remedy: str
) -> None:
    server.then(refused(status, "because"))
    with pytest.raises(ProviderError) as caught:
        embedder_at(server).embed(["a", "b"])
    message = str(caught.value)
    for part in ("'letters'", server.url, "embeddings of 2 texts", str(status), "because", remedy):
        assert part in message
    assert len(server.requests) == (2 if status in (429, 500, 503) else 1)


def test_a_password_in_the_address_is_not_repeated(server: ModelServer) -> None:
    server.then(refused(404))
    endpoint = Endpoint(model="letters", url=server.url.replace("//", "//ana:hunter2@"))
    with pytest.raises(ProviderError) as caught:
        openai_embedder(endpoint).embed(["a"])
    assert "hunter2" not in str(caught.value)


def test_one_that_does_not_answer_is_given_up(server: ModelServer) -> None:
    server.then(Reply(hangs=True))
    with pytest.raises(ProviderError, match=r"no answer within 0\.1 s, 1 times"):
        embedder_at(server, timeout=0.1, retries=0).embed(["a"])


def test_one_that_is_not_there_is_told() -> None:
    with ModelServer() as gone:
        url = gone.url
    with pytest.raises(ProviderError, match="could not be reached"):
        openai_embedder(Endpoint(model="letters", url=url, retries=0)).embed(["a"])


HTML = Reply(raw=b"<html>Welcome</html>", headers={"content-type": "text/html"})
BROKEN = Reply(raw=b'{"data": [')


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (HTML, "answered with something else"),
        (BROKEN, "answered with something else"),
        (Reply(body={"error": "no such model"}), "answered with something else"),
        (Reply(body={"data": [{"index": 0}, {"index": 1}]}), "shape"),
        (Reply(body={"data": [{"index": 0, "embedding": "AA"}, {"index": 1}]}), "not numbers"),
        (Reply(body=["x"]), "answered with something else"),
        (vectors([[1.0, 0.0]]), "1 vectors, numbered"),
        (vectors([[1.0], [1.0], [1.0]]), "3 vectors, numbered"),
        (vectors([[1.0, 0.0], [1.0]]), "not numbers of one length"),
        (vectors([[], []]), "shape"),
        (vectors([[1.0, 0.0], [float("nan"), 1.0]]), "not finite"),
        (vectors([[1.0, 0.0], [1e300, 1.0]]), "not finite"),
    ],
)
def test_what_is_not_one_vector_a_text_is_refused(
    server: ModelServer, reply: Reply, told: str
) -> None:
    server.then(reply)
    with pytest.raises(ProviderError, match=told):
        embedder_at(server).embed(["a", "b"])


def test_dimensions_may_not_change_from_one_request_to_the_next(server: ModelServer) -> None:
    embedder = embedder_at(server)
    assert embedder.dimensions == 26
    server.then(vectors([[1.0, 0.0]]))
    with pytest.raises(ProviderError, match="2 dimensions after ones of 26"):
        embedder.embed(["a"])


def test_a_memory_opens_without_asking_and_remembers_with_it(server: ModelServer) -> None:
    with Memory(":memory:", embedder=f"openai:letters@{server.url}") as memory:
        memory.stats()
        assert server.requests == []
        memory.add("I live in Lisbon.", user_id="dana")
        assert memory.search("Where do I live?", user_id="dana")
        assert memory.stats().embedder == "openai:letters"
    assert server.requests


def test_nothing_said_is_lost_while_the_endpoint_is_down(server: ModelServer) -> None:
    server.then(refused(400))
    with Memory(":memory:", embedder=f"openai:letters@{server.url}") as memory:
        added = memory.add("I live in Lisbon.", user_id="dana")
        assert (len(added.episodes), added.decisions) == (1, ())
        assert memory.stats().pending == 1
        server.then(embeddings(letters))
        assert [decision.action for decision in memory.work()] == [Action.ADD]
        assert memory.stats().pending == 0


def test_nothing_heavy_is_imported_before_the_first_text() -> None:
    program = (
        "import sys\n"
        "from everwhen import Memory\n"
        "Memory(':memory:', embedder='openai:m@http://127.0.0.1:9/v1').stats()\n"
        "print([name for name in ('openai', 'httpx', 'torch') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
