"""The LoCoMo benchmark on a made-up file of its form."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.bench import locomo
from everwhen.bench.metrics import Mean
from everwhen.bench.suites import run
from everwhen.bench.systems import Everwhen
from everwhen.memory import Memory

SAMPLE = {
    "sample_id": "conv-26",
    "conversation": {
        "speaker_a": "Ana",
        "speaker_b": "Ben",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ana", "dia_id": "D1:1", "text": "I bought a cello yesterday."},
            {
                "speaker": "Ben",
                "dia_id": "D1:2",
                "text": "",
                "blip_caption": "a photo of a sailing boat",
            },
        ],
        "session_2_date_time": "9:00 am on 1 June, 2023",
        "session_2": [{"speaker": "Ben", "dia_id": "D2:1", "text": "My tomatoes are ripe."}],
        "session_3_date_time": "9:00 am on 2 June, 2023",
    },
    "qa": [
        {"question": "When did Ana buy a cello?", "evidence": ["D1:1"], "category": 2},
        {"question": "What boat did Ben show?", "evidence": ["D9:9; D1:2"], "category": 4},
        {"question": "What is ripe?", "evidence": ["D1:1"], "category": 4},
        {"question": "What did nobody say?", "evidence": [], "category": 1},
        {"question": "Does Ben play the cello?", "evidence": ["D1:1"], "category": 5},
    ],
    "observation": {"session_1_observation": {"Ana": [["secret", "D1:1"]]}},
}
AUDIT = [{"question_id": "locomo_0_qa2", "correct_evidence": ["D2:1"]}]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "locomo.json"
    path.write_text(json.dumps([SAMPLE]), encoding="utf-8")
    return path


def test_turns_become_messages_with_their_words_times_and_captions(file: Path) -> None:
    (found,) = locomo.read_locomo(file).collections
    assert found.messages[0] == {
        "role": "user",
        "name": "Ana",
        "content": "I bought a cello yesterday.",
        "at": datetime(2023, 5, 8, 13, 56, tzinfo=UTC),
        "metadata": {"session": "D1", "turn": "D1:1"},
    }
    assert found.messages[1]["content"] == "[shares a photo: a photo of a sailing boat]"
    assert "secret" not in repr(found)
    assert [question.turns for question in found.questions] == [
        ("D1:1",),
        ("D1:2",),
        ("D1:1",),
        (),
        ("D1:1",),
    ]


def test_the_report_counts_questions_with_evidence_and_uses_the_audit(
    file: Path, tmp_path: Path
) -> None:
    audit = tmp_path / "audit.json"
    audit.write_text(json.dumps(AUDIT), encoding="utf-8")
    steps: list[tuple[str, int, int]] = []
    report = run(
        locomo.read_locomo(file, audit),
        [lambda: Everwhen(Memory(":memory:", extractor="none"))],
        progress=lambda *step: steps.append(step),
    )
    rows = {(row.unit, row.name): row for row in report.rows}
    turns, sessions = rows["turn", "1-4"], rows["session", "1-4"]
    assert (turns.count, sessions.count) == (3, 3)
    for recall in (turns.figures["R@5"], sessions.figures["any@1"]):
        assert isinstance(recall, Mean)
        assert recall.value == 1.0
    assert steps[-1] == ("everwhen", 1, 1)
    assert report.setting["evidence"] == "audited"
    read = json.loads(json.dumps(report.as_json()))
    assert (read["rows"][0]["count"], read["rows"][0]["unit"]) == (3, "turn")
