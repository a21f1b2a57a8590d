"""No secret reaches the file, the log, the embedder or a model."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from everwhen import AsyncMemory, Memory
from everwhen.asking import Reply, Schema
from everwhen.compat.mem0 import Memory as Mem0
from everwhen.errors import SettingsError
from everwhen.language.secrets import Secret
from everwhen.language.vocabulary import load_vocabulary
from everwhen.providers.local import StaticEmbedder
from everwhen.write.by_model.extractor import ModelExtractor

KEY = "sk-proj-Zq1B2c3D4e5F6g7H8i9J0k1L2"
PIECE = "Zq1B2c3D4e5F"
PASSWORD = "Xylofon4711"
CARD = "4111111111111111"
SECRETS = (PIECE, PASSWORD, CARD)
SAID = f"My key is {KEY}, my password is {PASSWORD}, my card is {CARD}. I live in Lisbon."


def files_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def assert_clean(data: bytes) -> None:
    folded = data.lower().replace(b" ", b"")
    for secret in SECRETS:
        assert secret.lower().encode() not in folded


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A file that has to be clean at the end, while it is open and after."""
    yield tmp_path / "memory.db"
    assert_clean(files_of(tmp_path / "memory.db"))


class Listening:
    """A model and an embedder that keep what they are told."""

    name = "listening"
    dimensions = 256

    def __init__(self) -> None:
        self.told: list[str] = []
        self._embedder = StaticEmbedder()

    def ask(self, instructions: str, question: str, schema: Schema) -> Reply:
        self.told.append(question)
        return Reply(text='{"claims": []}')

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.told += texts
        return self._embedder.embed(texts)

    def close(self) -> None:
        pass


def test_no_way_in_leaves_a_secret_anywhere(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ears = Listening()
    model = ModelExtractor(ears, load_vocabulary())
    scope = {"user_id": "dana"}
    metadata = {"password": PASSWORD, "deep": [{"note": f"key {KEY}", CARD: 1}]}
    with Memory(path, extractor=model, embedder=ears) as memory:
        for role in ("user", "assistant", "system", "tool"):
            message = {"role": role, "name": f"Dana {KEY}", "content": SAID, "metadata": metadata}
            added = memory.add([message], **scope, metadata={"apiKey": KEY})
            counted = {"api key": 4, "password": 2, "card number": 2}
            assert added.redacted == counted
        memory.add(f"{SAID}\n" + "words and more words. " * 250_000, **scope, extract=False)
        memory.add(SAID, **scope, wait=False)
        fact = memory.remember(SAID, **scope, subject=KEY, attribute=KEY, metadata=metadata)
        memory.correct(fact.id, **scope, text=f"No: {SAID}", metadata=metadata)
        fact = memory.remember(
            f"It is {PASSWORD}", **scope, attribute="password", value=PASSWORD, metadata=metadata
        )
        assert (fact.value, fact.text) == ("[redacted: password]", "It is [redacted: password]")
        memory.correct(fact.id, **scope, value=f"{PASSWORD}!")
        memory.remember([{"text": SAID, "name": KEY, "value": KEY}], **scope)
        memory.search(f"What is {KEY}?", **scope)
        assert_clean(files_of(path))
        memory.work()
        memory.reindex()
        memory.export(path.with_name("memory.db.export"))
    assert_clean("".join(ears.told).encode())
    assert_clean(caplog.text.encode())


def test_evidence_points_into_what_is_stored() -> None:
    with Memory(":memory:") as memory:
        added = memory.add(SAID, user_id="dana")
        (fact,) = memory.list(user_id="dana").items
        (source,) = fact.sources
        assert "Lisbon" in added.episodes[0].content[source.start : source.end]
        assert fact.text == "User lives in Lisbon"
        refused = [one for one in added.decisions if one.action == "reject"]
        assert {one.reason for one in refused} <= {"its value was a secret, and is redacted"}


def test_the_same_message_twice_is_one() -> None:
    with Memory(":memory:") as memory:
        given = {"role": "user", "content": SAID, "id": "m1"}
        first, second = (memory.add(given, user_id="dana") for _ in range(2))
        assert (first.new, second.new, second.decisions) == (1, 0, ())
        assert first.redacted == second.redacted
        assert memory.stats().episodes == 1


def test_an_archive_with_secrets_is_read_without_them(path: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    with Memory(":memory:", redact=False) as before:
        before.add([{"content": SAID, "metadata": {"pin": 4821}}], user_id="dana")
        before.remember(SAID, user_id="dana", attribute="password", value=PASSWORD)
        assert any(PASSWORD in fact.text for fact in before.list(user_id="dana").items)
        before.export(archive)
    with Memory(path) as after:
        assert after.load(archive) > 0
        assert after.load(archive) == 0
        facts = {fact.attribute: fact for fact in after.list(user_id="dana").items}
        (source,) = facts["home"].sources
        episode = after.get(source.episode_id, user_id="dana")
        assert "Lisbon" in episode.text[source.start : source.end]
        assert episode.metadata == {"pin": "[redacted: pin]"}
        assert facts["password"].value == "[redacted: password]"
        after.reindex()


def test_mem0s_calls_take_secrets_out_too(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Mem0(path=str(path)) as memory:
        memory.add(SAID, user_id="dana", metadata={"password": PASSWORD})
        memory.add([{"content": SAID}, {"role": "user", "content": SAID}], user_id="dana")
        (kept,) = memory.add(SAID, user_id="dana", infer=False)["results"]
        assert "[redacted: api key]" in str(kept["memory"])
        memory.update(str(kept["id"]), text=f"{SAID} More.", metadata={"x": KEY})
        memory.add(SAID, agent_id="a", memory_type="procedural_memory")
        assert_clean(json.dumps(memory.get_all(filters={"user_id": "dana"})).encode())
        assert_clean(json.dumps(memory.history(str(kept["id"]))).encode())
    assert_clean(caplog.text.encode())


def test_it_can_be_chosen_and_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(**options: object) -> str:
        with Memory(":memory:", **options) as memory:  # type: ignore[arg-type]
            return memory.add("My pin is 4821, badge EMP-77.", user_id="d").episodes[0].content

    own = Secret(kind="badge", pattern=r"EMP-\d+")
    assert kept() == "My pin is [redacted: pin], badge EMP-77."
    assert kept(redact=False) == kept(redact="off") == "My pin is 4821, badge EMP-77."
    assert kept(redact=own) == "My pin is 4821, badge [redacted: badge]."
    assert kept(redact=["secrets", own]) == "My pin is [redacted: pin], badge [redacted: badge]."
    monkeypatch.setenv("EVERWHEN_REDACT", "password, card number")
    assert kept() == "My pin is 4821, badge EMP-77."
    with Memory(":memory:") as memory:
        assert memory.stats().redact == "password, card number"
    monkeypatch.setenv("EVERWHEN_REDACT", "pasword")
    with pytest.raises(SettingsError, match="known are"):
        kept()


def test_for_asyncio_too() -> None:
    async def redacted() -> Mapping[str, int]:
        async with AsyncMemory(":memory:", redact="pin") as memory:
            return (await memory.add("My pin is 4821.", user_id="dana")).redacted

    assert asyncio.run(redacted()) == {"pin": 1}
