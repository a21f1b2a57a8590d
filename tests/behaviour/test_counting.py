"""Counting tokens: the estimate, tokenizers on this machine, and counters that are far away."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from everwhen import Memory
from everwhen.counting import DistantCounter, EstimatingCounter
from everwhen.errors import ProviderError, SettingsError
from everwhen.providers.tokens import EstimatedCounter

SAID = [f"The red bicycle number {n} stands in the cellar of the old house." for n in range(40)]


@pytest.fixture
def tokenizer(tmp_path: Path) -> str:
    """A tokenizer to which every word and every sign is a token."""
    words = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    path = tmp_path / "tokenizer.json"
    words.save(str(path))
    return str(path)


class FarAway:
    """Counts two tokens for each one that is estimated, and how often it was asked."""

    name = "far away"
    rough = EstimatedCounter()

    def __init__(self) -> None:
        self.asked = 0

    def count(self, text: str) -> int:
        self.asked += 1
        return 2 * self.rough.count(text)

    def close(self) -> None:
        """There is nothing to close."""


def filled(memory: Memory) -> Memory:
    memory.add([{"role": "user", "content": one} for one in SAID], user_id="u", extract=False)
    return memory


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("I moved to Lisbon.", 5),
        ("internationalization", 2),
        ("call 5551234", 5),
        ("我住在里斯本", 6),
        ("Привет", 2),
        ("one\n\n\ntwo", 3),
    ],
)
def test_the_estimate_counts_words_signs_and_characters(text: str, tokens: int) -> None:
    assert EstimatedCounter().count(text) == tokens


def test_the_estimate_says_how_far_off_it_may_be_wherever_it_is_named() -> None:
    counter = EstimatedCounter()
    assert isinstance(counter, EstimatingCounter)
    with filled(Memory(":memory:")) as memory:
        found = memory.context("bicycle", user_id="u")
        assert found.counter == counter.name == memory.stats().counter
    assert f"~ within {counter.within} %" in counter.name


def test_a_file_of_a_tokenizer_counts_exactly(tokenizer: str) -> None:
    spec = f"tokenizers:{tokenizer}"
    with filled(Memory(":memory:", counter=spec)) as memory:
        found = memory.context("bicycle", user_id="u", budget_tokens=60)
        words = Tokenizer.from_file(tokenizer).encode(found.text).ids
        assert (found.counter, found.tokens) == (spec, len(words))
        assert 0 < found.tokens <= 60
        assert found.full_history_tokens == 14 * len(SAID)
    with filled(Memory(":memory:")) as memory:
        assert memory.context("bicycle", user_id="u", model=spec).counter == spec


def test_the_counter_may_be_named_in_the_environment(
    tokenizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVERWHEN_COUNTER", f"tokenizers:{tokenizer}")
    with Memory(":memory:") as memory:
        assert memory.stats().counter == f"tokenizers:{tokenizer}"


def test_what_is_no_tokenizer_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="names no file"):
        Memory(":memory:", counter=f"tokenizers:{tmp_path / 'nothing.json'}")
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    with (
        filled(Memory(":memory:", counter=f"tokenizers:{other}")) as memory,
        pytest.raises(ProviderError, match=r"other\.json can not be read as a tokenizer"),
    ):
        memory.context("bicycle", user_id="u")
    with pytest.raises(SettingsError, match="unknown token counter 'abacus'"):
        Memory(":memory:", counter="abacus")


def test_tiktoken_is_never_let_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match="would download, and it is not in"):
        Memory(":memory:", counter="tiktoken:o200k_base")
    with pytest.raises(SettingsError, match="is no encoding that is known"):
        Memory(":memory:", counter="tiktoken:rot13")
    with filled(Memory(":memory:")) as memory:
        found = memory.context("bicycle", user_id="u", model="gpt-4o")
        assert found.counter == EstimatedCounter().name


def test_a_counter_that_is_far_away_is_asked_a_few_times_and_keeps_the_budget() -> None:
    counter = FarAway()
    assert isinstance(counter, DistantCounter)
    with filled(Memory(":memory:", counter=counter)) as memory:
        found = memory.context("bicycle", user_id="u", budget_tokens=200)
        assert 100 < found.tokens == 2 * EstimatedCounter().count(found.text) <= 200
        assert found.left_out
        assert counter.asked <= 6
        assert memory.context("bicycle", user_id="u", budget_tokens=3).text == ""


def test_the_first_messages_of_a_long_history_stand_for_all() -> None:
    with filled(Memory(":memory:")) as memory:
        for _ in range(9):
            filled(memory)
        exact = 10 * sum(map(EstimatedCounter().count, SAID))
        found = memory.context("bicycle", user_id="u").full_history_tokens
    assert found == pytest.approx(exact, rel=0.02)
