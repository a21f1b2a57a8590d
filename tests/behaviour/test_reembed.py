"""A slow embedder is asked once for a text, and a file changes embedders bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from struct import pack

import pytest

from everwhen import Memory
from everwhen.errors import EmbedderMismatchError, ProviderError
from everwhen.write.indexing import digest

SECRET = "I am allergic to quibberfrost."


class Slow:
    """Counts letters, keeps what it was asked, and does `meanwhile` at each call."""

    def __init__(self, name: str = "slow", dimensions: int = 8) -> None:
        self.name = name
        self.dimensions = dimensions
        self.asked: list[str] = []
        self.down = False
        self.meanwhile: Callable[[], object] = list

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.meanwhile()
        if self.down:
            raise ProviderError("it is down")
        self.asked += texts
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> bytes:
        counts = [0.1] * self.dimensions
        for letter in text:
            counts[ord(letter) % self.dimensions] += 1.0
        length = sum(count * count for count in counts) ** 0.5
        return pack(f"<{self.dimensions}f", *(count / length for count in counts))


def filled(path: Path | str, embedder: Slow) -> Memory:
    memory = Memory(path, embedder=embedder)
    memory.add(["I live in Lisbon.", "I work as a nurse."], user_id="dana")
    memory.add(SECRET, user_id="dana")
    memory.remember("User lives in Porto", user_id="dana", attribute="home", value="Porto")
    memory.add("I live in Lisbon.", user_id="erik", extract=False)
    return memory


def test_a_text_that_is_there_is_not_embedded_again() -> None:
    embedder = Slow()
    with filled(":memory:", embedder) as memory:
        before = len(embedder.asked)
        for extract in (True, False):
            memory.add(["I live in Lisbon.", "I work as a nurse."], user_id="dana", extract=extract)
        memory.remember("User lives in Porto", user_id="dana", attribute="home", value="Porto")
        (job,) = (f for f in memory.timeline(user_id="dana") if f.value == "nurse")
        memory.retract(job.id, user_id="dana")
        assert embedder.asked[before:] == []
        memory.add("I work as a nurse.", user_id="erik", extract=False)
        assert embedder.asked[before:] == ["I work as a nurse."]


def test_a_rebuild_with_the_same_embedder_asks_it_nothing() -> None:
    embedder = Slow()
    with filled(":memory:", embedder) as memory:
        found = memory.search("Where do I live?", user_id="dana", min_score=0)
        embedder.asked.clear()
        for _ in range(2):
            memory.reindex()
        assert embedder.asked == []
        again = memory.search("Where do I live?", user_id="dana", min_score=0)
        assert [(hit.text, hit.score) for hit in again] == [(hit.text, hit.score) for hit in found]


def test_a_quick_embedder_is_not_looked_up() -> None:
    embedder = Slow()
    embedder.quick = True  # type: ignore[attr-defined]
    with filled(":memory:", embedder) as memory:
        before = len(embedder.asked)
        memory.add("I live in Lisbon.", user_id="dana")
        assert len(embedder.asked) > before


def test_a_file_changes_to_another_embedder_and_the_first_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    other = Slow("other", dimensions=12)
    told: list[tuple[int, int]] = []
    with filled(path, Slow()) as memory:
        memory.reindex(embedder=other, progress=lambda done, whole: told.append((done, whole)))
        assert memory.stats().embedder == "other"
        assert memory.search("Where do I live?", user_id="dana", min_score=0)
        assert "I work as a nurse." in other.asked
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1]
        memory.add("I have a dog.", user_id="dana")
    with Memory(path, embedder=Slow()) as memory, pytest.raises(EmbedderMismatchError):
        memory.search("anything", user_id="dana")
    with Memory(path, embedder=Slow("other", dimensions=12)) as memory:
        assert memory.search("Where do I live?", user_id="dana", min_score=0)


def test_one_that_fails_half_way_changes_nothing_and_goes_on_where_it_was() -> None:
    with Memory(":memory:", embedder=Slow()) as memory:
        memory.add([f"note {number}" for number in range(600)], user_id="dana", extract=False)
        other = Slow("other")
        other.meanwhile = lambda: setattr(other, "down", len(other.asked) > 300)
        with pytest.raises(ProviderError, match="down"):
            memory.reindex(embedder=other)
        assert memory.stats().embedder == "slow"
        assert memory.search("note 7", user_id="dana", min_score=0)
        other.meanwhile, other.down = list, False
        memory.reindex(embedder=other)
        assert len(other.asked) == len(set(other.asked)) == 600


def test_another_length_under_the_same_name_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "memory.db", Slow()).close()
    with Memory(tmp_path / "memory.db", embedder=Slow(dimensions=12)) as memory:
        with pytest.raises(ProviderError, match=r"\[12\] dimensions now, and those in the file"):
            memory.remember("User has a dog", user_id="dana")
        assert memory.add("I have a cat.", user_id="dana").decisions == ()
        memory.reindex()
        assert memory.work()
        assert memory.search("Where do I live?", user_id="dana", min_score=0)


def test_forgetting_needs_no_embedder(tmp_path: Path) -> None:
    embedder = Slow()
    with filled(tmp_path / "memory.db", embedder) as memory:
        memory.add("I live in Braga.", user_id="dana")
        embedder.asked.clear()
        embedder.down = True
        assert memory.forget(user_id="dana", query="Braga").episodes == 1
        assert "Porto" in [fact.value for fact in memory.timeline(user_id="dana")]
        assert memory.forget(user_id="dana", query="quibberfrost").episodes == 1
        embedder.down = False
        assert memory.search("Where do I live?", user_id="dana", min_score=0)


@pytest.mark.parametrize("half_way", [False, True])
def test_forgetting_leaves_no_digest_and_no_vector(tmp_path: Path, half_way: bool) -> None:
    path = tmp_path / "memory.db"
    other = Slow("other")

    def traces() -> list[bytes]:
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        mark = digest(SECRET).to_bytes(8, "big", signed=True)
        return [found for found in (mark, b"quibberfrost") if found in stored]

    with filled(path, Slow()) as memory:
        if half_way:
            other.meanwhile = lambda: setattr(other, "down", bool(other.asked))
            memory.add([f"note {n}" for n in range(300)], user_id="zoe", extract=False)
            with pytest.raises(ProviderError):
                memory.reindex(embedder=other)
        assert len(traces()) == 2
        memory.forget(user_id="dana", query="quibberfrost")
        assert traces() == []
    assert traces() == []


def test_what_is_forgotten_while_it_is_embedded_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    other = Slow("other")
    with filled(path, Slow()) as memory, Memory(path, embedder=Slow()) as second:

        def forget() -> None:
            other.meanwhile = list
            assert second.forget(user_id="dana", query="quibberfrost").episodes == 1

        other.meanwhile = forget
        memory.reindex(embedder=other)
        assert any("quibberfrost" in text for text in other.asked)
        assert not any(
            "quibberfrost" in hit.text
            for hit in memory.search("allergic", user_id="dana", min_score=0)
        )
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert digest(SECRET).to_bytes(8, "big", signed=True) not in stored
