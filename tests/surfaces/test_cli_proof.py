"""What memory saves, shown on a transcript: everwhen proof."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import Everwhen

from everwhen.providers.tokens import EstimatedCounter

TALK = [
    f"The weather in the valley was fine on day {n}, and we went for a walk." for n in range(60)
]
HOMES = {10: "I live in Porto.", 50: "I moved to Lisbon."}


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    lines = [
        {
            "role": "user",
            "content": HOMES.get(n, text),
            "at": f"2024-03-01T{n // 6:02}:{n % 6}0:00Z",
        }
        for n, text in enumerate(TALK)
    ]
    path = tmp_path / "chat.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def test_it_tells_tokens_before_and_after_with_the_evidence(everwhen: Everwhen, chat: Path) -> None:
    ran = everwhen(
        "proof", str(chat), "--question", "Where do I live?", "--budget", "100", "--json"
    )
    found = ran.json
    said = [HOMES.get(n, text) for n, text in enumerate(TALK)]
    assert found["history"] == sum(map(EstimatedCounter().count, said))
    assert (found["messages"], found["counter"]) == (60, EstimatedCounter().name)
    (answer,) = found["answers"]
    assert 0 < answer["tokens"] <= 100 < found["history"]
    first = answer["evidence"][0]
    assert "Lisbon" in first["line"] and first["said"].startswith("I moved to Lisbon")
    assert first["at"] == "2024-03-01T08:20:00Z"
    assert [step["messages"] for step in found["steps"]] == list(range(3, 61, 3))
    assert found["steps"][-1]["history"] == found["history"]


def test_it_says_when_memory_has_nothing_and_names_the_counter(
    everwhen: Everwhen, chat: Path
) -> None:
    ran = everwhen("proof", str(chat), "--question", "What is the mass of Jupiter?")
    assert ran.code == 0
    assert "memory has nothing that answers it" in ran.out
    assert "by estimate, ~ within" in ran.out


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")
@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG")])
def test_it_draws(everwhen: Everwhen, chat: Path, tmp_path: Path, name: str, start: bytes) -> None:
    picture = tmp_path / name
    ran = everwhen("proof", str(chat), "--question", "Where do I live?", "--plot", str(picture))
    assert ran.code == 0
    assert picture.read_bytes().startswith(start)


@pytest.mark.skipif(find_spec("matplotlib") is not None, reason="matplotlib is installed")
def test_without_matplotlib_it_says_what_to_install(everwhen: Everwhen, chat: Path) -> None:
    ran = everwhen("proof", str(chat), "--question", "Where?", "--plot", "a.svg")
    assert (ran.code, "everwhen[plots]" in ran.err) == (1, True)


def test_what_can_not_be_is_refused_before_anything_is_read(everwhen: Everwhen, chat: Path) -> None:
    ran = everwhen("proof", str(chat), "--question", "Where?", "--plot", "a.pdf")
    assert (ran.code, "in .svg or .png" in ran.err) == (1, True)
    ran = everwhen("proof", str(chat), "--question", " ")
    assert (ran.code, "--question is empty" in ran.err) == (1, True)
