"""A reranker changes the order of what a search finds, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from everwhen import Memory
from everwhen.errors import MissingExtraError, ProviderError, SettingsError
from everwhen.read.rerank import DEPTH

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DRINKS = ("green tea", "black tea", "tea with milk", "iced tea", "no tea at night")


class Shortest:
    """Prefers short texts, and takes `seconds` of the clock's time for each call."""

    name = "shortest"

    def __init__(self, seconds: float = 0.0) -> None:
        self.seen: list[str] = []
        self.calls = 0
        self.seconds = seconds

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        self.calls += 1
        self.seen += texts
        return [-float(len(text)) for text in texts]

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.calls * self.seconds)


class Wrong:
    """Gives whatever it was made with."""

    name = "wrong"

    def __init__(self, scores: list[float]) -> None:
        self._scores = scores

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        return self._scores


def drinks(memory: Memory) -> Memory:
    for drink in DRINKS:
        memory.remember(f"User drinks {drink}", user_id="dana")
    return memory


def test_the_order_is_the_rerankers_and_the_score_stays() -> None:
    reranker = Shortest()
    with (
        drinks(Memory(":memory:", clock=lambda: NOW)) as plain,
        drinks(Memory(":memory:", clock=lambda: NOW, reranker=reranker)) as other,
    ):
        usual = plain.search("Which tea?", user_id="dana", min_score=0)
        hits = other.search("Which tea?", user_id="dana", min_score=0)
        assert [hit.text for hit in hits] == sorted((h.text for h in usual), key=len)
        assert {h.text: h.score for h in hits} == {h.text: h.score for h in usual}
        assert all(hit.signals["rerank"] == -len(hit.text) for hit in hits)
        assert other.search("Which tea?", user_id="dana", top_k=1)[0].text == hits[0].text
        assert other.search("Quantum chromodynamics?", user_id="dana") == []
        lines = other.context("Which tea?", user_id="dana").sections[0].lines
        assert [len(line) for line in lines] == sorted(len(line) for line in lines)


def test_a_slow_one_is_left_after_a_while_and_the_rest_follows_as_it_was() -> None:
    quick, slow = Shortest(), Shortest(seconds=0.9)
    found = {}
    for reranker in (quick, slow):
        with Memory(":memory:", clock=reranker.clock, reranker=reranker) as memory:
            for number in range(DEPTH + 10):
                memory.remember(f"User owns lamp {number}{'!' * number}", user_id="dana")
            reranker.seen.clear()
            hits = memory.search("Which lamp?", user_id="dana", top_k=DEPTH + 10, min_score=0)
            found[reranker] = hits
    assert len(quick.seen) == DEPTH
    assert 8 < len(slow.seen) < DEPTH
    rest = found[slow][len(slow.seen) :]
    assert rest
    assert not any("rerank" in hit.signals for hit in rest)
    assert [hit.score for hit in rest] == sorted((hit.score for hit in rest), reverse=True)


@pytest.mark.parametrize("scores", [[], [0.5], [float("nan")] * len(DRINKS)])
def test_one_that_does_not_score_every_text_is_named(scores: list[float]) -> None:
    with (
        drinks(Memory(":memory:", reranker=Wrong(scores))) as memory,
        pytest.raises(ProviderError, match="reranker wrong gave"),
    ):
        memory.search("Which tea?", user_id="dana", min_score=0)


def test_the_spec_names_it_and_errors_say_what_to_do() -> None:
    with pytest.raises(SettingsError, match="unknown reranker 'best'; use 'none'"):
        Memory(":memory:", reranker="best")
    with Memory(":memory:", reranker="none") as memory:
        assert memory.search("tea", user_id="dana") == []


@pytest.mark.parametrize(
    ("spec", "package", "extra"),
    [
        ("cross-encoder:any/model", "sentence_transformers", "sentence-transformers"),
        ("fastembed:any/model", "fastembed", "fastembed"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(spec: str, package: str, extra: str) -> None:
    try:
        __import__(package)
    except ImportError:
        with pytest.raises(MissingExtraError, match=rf'pip install "everwhen\[{extra}\]"'):
            Memory(":memory:", reranker=spec)
    else:
        pytest.skip(f"{package} is installed here")
