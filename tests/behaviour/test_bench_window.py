"""What contexts cost and hold, on a made-up conversation and on one's own questions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.bench import mine, window
from everwhen.bench.metrics import Mean
from everwhen.bench.report import Row
from everwhen.bench.retrieval import TURN, Collection, Part, Question, Suite
from everwhen.errors import InputError
from everwhen.memory import Memory

TALK = [
    ("s1", "Nice to see you again, how was the trip?"),
    ("s1", "I live in Lisbon."),
    ("s2", "My telescope is a Dobsonian of ten inches, made of birch plywood."),
    ("s2", "That sounds like a lot of work."),
]
SUITE = Suite(
    title="Talk",
    collections=(
        Collection(
            id="dana",
            parts=(
                Part(
                    messages=tuple(
                        {
                            "role": "user",
                            "content": text,
                            "at": datetime(2025, 3, place + 1, tzinfo=UTC),
                            "metadata": {"session": session, "turn": f"t{place}"},
                        }
                        for place, (session, text) in enumerate(TALK)
                    ),
                    questions=(
                        Question(text="Where do I live?", group="a", turns=("t1",)),
                        Question(text="Which telescope do I have?", group="a", turns=("t2",)),
                        Question(text="What is my car?", group="b", answerable=False),
                    ),
                ),
            ),
        ),
    ),
    measures={TURN: ("R@5",)},
    top_k=10,
)


def value(row: Row, name: str) -> float:
    figure = row.figures[name]
    return figure.value if isinstance(figure, Mean) else figure


@pytest.mark.parametrize("extract", [False, True])
def test_evidence_counts_where_it_is_quoted_or_stands_as_a_fact(extract: bool) -> None:
    report = window.run(SUITE, lambda: Memory(":memory:"), budgets=(1, 200), extract=extract)
    tiny, usual = report.rows
    assert (tiny.count, value(tiny, "recall"), value(tiny, "tokens")) == (2, 0.0, 0.0)
    assert value(usual, "recall") == 1.0
    assert 0 < value(usual, "tokens") <= 200


def test_costs_are_followed_session_by_session() -> None:
    report = window.run(SUITE, lambda: Memory(":memory:"), budgets=(200,))
    first, second = report.points
    assert (first["sessions"], second["sessions"]) == (1, 2)
    assert float(first["history tokens"]) < float(second["history tokens"])


@pytest.fixture
def memory() -> Memory:
    memory = Memory(":memory:")
    for _, text in TALK:
        memory.add(text, user_id="dana", at="2025-03-01T12:00:00Z")
    return memory


def own(path: Path, *rows: object) -> list[mine.Own]:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return mine.read_own(path, {"user_id": "dana", "agent_id": None, "run_id": None})


def test_own_questions_tell_the_place_the_kind_and_the_tokens(
    memory: Memory, tmp_path: Path
) -> None:
    telescope = memory.search("telescope", user_id="dana", kinds=("episode",))[0].id
    questions = own(
        tmp_path / "mine.jsonl",
        {"question": "Where do I live?", "expect": [r"\blisbon\b"]},
        {"question": "Which telescope do I have?", "expect": [telescope]},
        {"question": "What is my car?", "expect": ["volvo"]},
        {"question": "Where do I live?", "expect": ["lisbon"], "user_id": "somebody else"},
    )
    with memory:
        report = mine.run(memory, questions, budget_tokens=200)
    whole = report.rows[0]
    assert (value(whole, "hit@1"), value(whole, "in context")) == (0.5, 0.5)
    home, scope, car, other = report.further[0].rows
    assert (home.unit, home.figures["place"]) == ("fact", 1)
    assert (scope.figures["place"], scope.figures["in context"]) == (1, 1)
    assert (car.unit, car.figures["place"]) == ("not found", 0)
    assert other.figures["tokens before"] == 0
    assert value(home, "tokens before") > 0


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"question": "Where?"}, "expect"),
        ({"question": "Where?", "expect": []}, "empty"),
        ({"question": "Where?", "expect": ["("]}, "pattern"),
        ({"question": 3, "expect": ["x"]}, "text"),
    ],
)
def test_a_row_that_asks_nothing_is_refused(
    tmp_path: Path, row: dict[str, object], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        own(tmp_path / "mine.jsonl", row)
