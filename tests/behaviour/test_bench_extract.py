"""What is taken from labelled messages, on made-up files of the forms of four data sets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from everwhen.bench import extraction
from everwhen.bench.labelled import LabelledSet, read_labelled
from everwhen.bench.metrics import Mean
from everwhen.bench.relations import RELATIONS, belongs
from everwhen.bench.report import Report, Row
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Clock, Surroundings
from everwhen.surfaces.cli import run

MSC = {
    "dialog": [
        {"id": "bot_0", "text": "I live in Lisbon.", "persona_text": "I live in Lisbon."},
        {"id": "bot_1", "text": "How nice! Is it warm there?"},
        {"id": "bot_0", "text": "Warm enough, as ever.", "persona_text": "I like it warm."},
        {"id": "bot_1", "text": "My name is Rui.", "problem_data": {"task_time": "x"}},
        {"id": "bot_1", "text": "I work at the harbour."},
    ]
}
PERSONAEXT = [
    {"triplets": [{"tokens": ["i", "have", "a", "dog"], "tail": [3], "label": "have_pet"}]},
    {"triplets": [{"tokens": ["i", "live", "in", "rome"], "tail": [3], "label": "like_food"}]},
    {"triplets": [{"tokens": ["hello", "there"], "tail": [0], "label": "other"}]},
]
HALUMEM = {
    "persona_info": "Name: Ana Costa; Gender: Female",
    "sessions": [
        {
            "end_time": "Mar 01, 2029, 10:00:40",
            "dialogue": [
                {
                    "role": "user",
                    "content": "I moved to Porto.",
                    "timestamp": "Mar 01, 2029, 10:00:00",
                },
                {
                    "role": "assistant",
                    "content": "You always said that Madrid is home.",
                    "timestamp": "Mar 01, 2029, 10:00:20",
                },
            ],
            "memory_points": [
                {"memory_source": "secondary", "memory_content": "Ana Costa moved to Porto."},
                {
                    "memory_source": "interference",
                    "memory_content": "Ana Costa moved to Madrid.",
                    "reference_memory_content": "Ana Costa moved to Porto.",
                },
            ],
        }
    ],
}
REALMEM = {
    "_metadata": {"person_name": "Ana"},
    "dialogues": [
        {
            "current_time": "2025-12-15 (Monday)",
            "extracted_memory": [{"source_content_snapshot": "I live in Lisbon."}],
            "dialogue_turns": [
                {"speaker": "User", "content": "I live in Lisbon."},
                {"speaker": "Assistant", "content": "Noted."},
                {"speaker": "User", "content": "Thanks!"},
            ],
        },
        {
            "current_time": "2025-12-16 (Tuesday)",
            "extracted_memory": [],
            "dialogue_turns": [{"speaker": "User", "content": "I live in a sonnet."}],
        },
    ],
}


class Everything:
    """Takes every message for a fact, as a whole."""

    name = "everything"

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        whole = episode.content
        return [
            Proposal(
                subject="user", attribute="note", value=whole, text=whole, start=0, end=len(whole)
            )
        ]


def written(path: Path, rows: Sequence[object]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(lines.encode()))
    return path


def by_rules(clock: Clock) -> Memory:
    return Memory(":memory:", clock=clock, extractor="rules")


def by_everything(clock: Clock) -> Memory:
    return Memory(":memory:", clock=clock, extractor=Everything())


def labelled(path: Path, *rows: object) -> LabelledSet:
    return read_labelled([written(path, rows)])


def found(report: Report) -> dict[str, Row]:
    return {row.name: row for row in report.rows}


def value(row: Row, name: str) -> float:
    figure = row.figures[name]
    return figure.value if isinstance(figure, Mean) else figure


def test_turns_are_held_against_what_annotators_found(tmp_path: Path) -> None:
    some = labelled(tmp_path / "msc_session3_dev.jsonl.gz", MSC)
    report = extraction.run(some, by_rules)
    row = found(report)["session 3"]
    assert (row.count, row.figures["state a fact"]) == (4, 2)
    assert (value(row, "precision"), value(row, "recall"), value(row, "F1")) == (0.5, 0.5, 0.5)
    assert "1 turns that no annotator looked at" in report.notes[0]


def test_an_extractor_that_takes_everything_has_all_recall_and_little_precision(
    tmp_path: Path,
) -> None:
    some = labelled(tmp_path / "msc.jsonl.gz", MSC)
    row = found(extraction.run(some, by_everything))["all turns"]
    assert (value(row, "recall"), value(row, "precision")) == (1.0, 0.5)


def test_values_are_looked_for_in_facts_and_their_attributes(tmp_path: Path) -> None:
    rows = found(extraction.run(labelled(tmp_path / "pe.jsonl.gz", *PERSONAEXT), by_rules))
    assert (value(rows["have_pet"], "value"), value(rows["have_pet"], "attribute")) == (1.0, 1.0)
    assert (value(rows["like_food"], "value"), value(rows["like_food"], "attribute")) == (1.0, 0.0)
    assert (rows["covered relations"].count, rows["other relations"].count) == (2, 1)
    assert value(rows["other (other)"], "any fact") == 0.0


def test_interference_counts_as_stored_only_if_facts_tell_what_sets_it_apart(
    tmp_path: Path,
) -> None:
    some = labelled(tmp_path / "halumem.jsonl.gz", HALUMEM)
    careful, careless = (found(extraction.run(some, how)) for how in (by_rules, by_everything))
    assert (value(careful["interference"], "stored"), value(careful["secondary"], "stored")) == (
        0.0,
        1.0,
    )
    assert value(careful["interference"], "said") == 1.0
    assert value(careless["interference"], "stored") == 1.0


def test_sessions_without_memories_are_not_counted_and_roles_are_told_apart(
    tmp_path: Path,
) -> None:
    rows = found(extraction.run(labelled(tmp_path / "realmem.jsonl.gz", REALMEM), by_rules))
    assert (rows["all turns"].count, rows["user"].count, rows["assistant"].count) == (3, 2, 1)
    assert value(rows["user"], "F1") == 1.0


def test_a_limit_is_spread_over_the_set(tmp_path: Path) -> None:
    whole = labelled(tmp_path / "pe.jsonl.gz", *PERSONAEXT)
    assert list(whole.spread(2).items) == [whole.items[0], whole.items[1]]
    assert whole.spread(1).items == whole.items[:1]
    assert whole.spread(None) == whole.spread(9) == whole


def test_files_of_several_sets_or_of_none_are_refused(tmp_path: Path) -> None:
    msc, pe = written(tmp_path / "msc", [MSC]), written(tmp_path / "pe", PERSONAEXT)
    with pytest.raises(InputError, match="MSC and PersonaExt; give those of one data set"):
        read_labelled([msc, pe])
    with pytest.raises(InputError, match=r"row 0 is not of .* its keys are question, and MSC has"):
        read_labelled([written(tmp_path / "other", [{"question": "?"}])])
    broken = {"triplets": [{"tokens": ["i"], "tail": [4], "label": "other"}]}
    with pytest.raises(InputError, match=r"row 0 .* the place 4 in a sentence of 1 words"):
        read_labelled([written(tmp_path / "broken", [broken])])


def test_an_attribute_belongs_to_a_relation_by_whole_words() -> None:
    assert belongs("favorite color", "favorite_color")
    assert belongs("food preference", "like_food")
    assert not belongs("hobbyhorse", "like_activity")
    assert all(RELATIONS.values())


def test_the_command_measures_the_extractor_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(written(tmp_path / "msc_session1.jsonl.gz", [MSC, MSC]))
    assert run(["bench", "extract", path, "--extractor", "none", "--limit", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["setting"], told["rows"][0]["recall"]) == ({"extractor": "none", "items": 1}, 0.0)
    assert run(["bench", "extract", path, "--limit", "1", "--all"]) == 2
