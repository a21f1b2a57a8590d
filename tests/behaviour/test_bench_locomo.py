"""The LoCoMo benchmark on a made-up file of its form."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.bench import locomo
from everwhen.bench.metrics import Mean
from everwhen.errors import InputError
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


def memory() -> Memory:
    return Memory(":memory:", extractor="none")


def test_turns_become_messages_with_their_words_times_and_captions(file: Path) -> None:
    (found,) = locomo.read_locomo(file)
    assert found.messages[0] == {
        "role": "user",
        "name": "Ana",
        "content": "I bought a cello yesterday.",
        "at": datetime(2023, 5, 8, 13, 56, tzinfo=UTC),
        "metadata": {"dia_id": "D1:1"},
    }
    assert found.messages[1]["content"] == "[shares a photo: a photo of a sailing boat]"
    assert "secret" not in repr(found)
    assert [question.evidence for question in found.questions] == [
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
    report = locomo.run(memory, file, audit=audit, progress=lambda *step: steps.append(step))
    whole = report.rows[0]
    assert (whole.name, whole.count) == ("1-4", 3)
    recall = whole.figures["R@5"]
    assert isinstance(recall, Mean)
    assert recall.value == 1.0
    assert steps[-1] == ("conversations", 1, 1)
    assert report.setting["evidence"] == "audited"
    assert json.loads(json.dumps(report.as_json()))["rows"][0]["count"] == 3
    assert report.table().row_count == len(report.rows)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"sample_id": "x"}]'])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        locomo.read_locomo(path)
