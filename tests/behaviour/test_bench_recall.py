"""The benchmarks of retrieval on made-up files of their forms."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.bench import beam, locomo, longmemeval, memdaily, realmem
from everwhen.bench.baselines import baselines
from everwhen.bench.metrics import Mean
from everwhen.bench.report import Report, Row
from everwhen.bench.retrieval import SESSION, TURN, Suite
from everwhen.bench.suites import run
from everwhen.bench.systems import Everwhen
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.providers.choose import choose_embedder

HAYSTACK = {
    "question_id": "q1",
    "question_type": "knowledge-update",
    "question": "What is my violin called?",
    "question_date": "2023/05/30 (Tue) 23:40",
    "haystack_dates": ["2023/05/21 (Sun) 10:00", "2023/05/20 (Sat) 02:21"],
    "haystack_session_ids": ["answer_77", "filler"],
    "haystack_sessions": [
        [
            {"role": "user", "content": "My violin is called Rosa.", "has_answer": True},
            {"role": "assistant", "content": "What a lovely name."},
        ],
        [{"role": "user", "content": "Bake me a cake."}, {"role": "assistant", "content": " "}],
    ],
    "answer_session_ids": ["answer_77"],
}
ABSTAINING = HAYSTACK | {"question_id": "q2_abs", "question": "How old is my cat?"}
EVIDENCE = {
    "question_id": "e1",
    "question_type": "temporal-reasoning",
    "question": "Which bridge did I cross?",
    "question_date": "2023/06/01",
    "evidence_sessions": [
        {
            "date": "2023/05/21 (Sun) 19:50",
            "turns": [{"role": "user", "content": "I crossed the Vasco da Gama bridge."}],
        }
    ],
}
CHAT = {
    "conv_id": "3",
    "size": "100K",
    "chat": [
        {
            "batch_number": 1,
            "time_anchor": None,
            "turns": [
                [
                    {
                        "id": 0,
                        "role": "user",
                        "content": "The sprint ends on Friday. ->-> 1,1\nplan",
                        "time_anchor": "March-15-2024",
                    },
                    {"id": 1, "role": "assistant", "content": "Good luck with it."},
                ],
                [{"id": 2, "role": "user", "content": "My logo is green. ->-> 1,2"}],
            ],
        },
        {
            "batch_number": 2,
            "time_anchor": "April-10-2024",
            "turns": [[{"id": 3, "role": "user", "content": "The sprint ends on Monday."}]],
        },
    ],
    "probing_questions": {
        "knowledge_update": [
            {
                "question": "When does the sprint end?",
                "source_chat_ids": {"original_info": [0], "updated_info": [3], "note": "x"},
            }
        ],
        "abstention": [{"question": "Who drew my logo?"}],
    },
}
PERSONA = {
    "_metadata": {"person_name": "Ana"},
    "dialogues": [
        {
            "session_uuid": "one",
            "current_time": "2025-12-15 (Monday)",
            "dialogue_turns": [
                {"speaker": "User", "content": "My marathon is in Porto."},
                {"speaker": "Assistant", "content": "Noted."},
            ],
        },
        {
            "session_uuid": "two",
            "current_time": "2025-12-15 (Monday)",
            "dialogue_turns": [
                {
                    "speaker": "User",
                    "content": "Where was my marathon?",
                    "is_query": True,
                    "category_name": "Dynamic Updating",
                },
                {
                    "speaker": "Assistant",
                    "content": "Porto.",
                    "memory_session_uuids": ["one", "two"],
                },
            ],
        },
    ],
}


def trajectory(file: str, place: str) -> dict[str, object]:
    return {
        "file": file,
        "message_list": [
            {"mid": 0, "message": "今天天气很好。", "time": "2024年04月01日 周一 08:30"},
            {"mid": 1, "message": f"我的办公室在{place}。", "time": "2024年04月02日 周二 09:00"},
        ],
        "question_list": [{"question": f"{place}有什么?", "target_step_id": [1]}],
    }


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: object) -> Path:
        path = tmp_path / "rows.jsonl.gz"
        path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
        return path

    return write


def measured(suite: Suite, *against: str) -> Report:
    others = baselines(against, lambda: choose_embedder("static"))
    return run(suite, [lambda: Everwhen(Memory(":memory:", extractor="none")), *others])


def figure(row: Row, name: str) -> float:
    value = row.figures[name]
    assert isinstance(value, Mean)
    return value.value


def test_haystacks_are_told_in_order_of_time_under_names_that_give_nothing_away(
    written: Callable[..., Path],
) -> None:
    suite = longmemeval.read_longmemeval(written(HAYSTACK, ABSTAINING))
    first = suite.collections[0]
    assert [message["content"] for message in first.messages] == [
        "Bake me a cake.",
        "My violin is called Rosa.",
        "What a lovely name.",
    ]
    assert "answer" not in repr(first.messages)
    (question,) = first.questions
    assert (question.sessions, question.turns) == (("s1",), ("s1:0",))
    assert question.at == datetime(2023, 5, 30, 23, 40, tzinfo=UTC)
    assert [one.questions[0].answerable for one in suite.collections] == [True, False]
    rows = {(row.unit, row.name): row for row in measured(suite).rows}
    assert figure(rows[SESSION, "all"], "any@1") == 1.0
    assert rows[SESSION, "all"].count == 1
    assert rows[SESSION, "abstention"].count == 1


def test_corrected_haystacks_may_turn_out_to_answer_nothing(
    written: Callable[..., Path], tmp_path: Path
) -> None:
    corrections = tmp_path / "corrections.jsonl"
    row = {"question_id": "q1", "corrected_answer_session_ids": []}
    corrections.write_text(json.dumps(row), encoding="utf-8")
    suite = longmemeval.read_longmemeval(written(HAYSTACK), corrections)
    (question,) = suite.collections[0].questions
    assert (question.answerable, question.group, question.sessions) == (False, "abstention", ())


def test_evidence_makes_one_pool_in_which_a_shared_turn_is_there_once(
    written: Callable[..., Path],
) -> None:
    twin = EVIDENCE | {"question_id": "e1_abs", "question": "Which ferry did I take?"}
    suite = longmemeval.read_longmemeval(written(EVIDENCE, twin))
    (pool,) = suite.collections
    assert len(pool.messages) == 1
    assert [question.turns for question in pool.questions] == [("q0s0:0",), ("q0s0:0",)]
    assert [question.answerable for question in pool.questions] == [True, False]


def test_haystacks_and_evidence_are_not_mixed(written: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="apart"):
        longmemeval.read_longmemeval(written(HAYSTACK, EVIDENCE))


def test_chats_lose_the_marks_of_their_plan_and_get_the_times_of_their_batches(
    written: Callable[..., Path],
) -> None:
    suite = beam.read_beam(written(CHAT))
    messages = suite.collections[0].messages
    assert messages[0] == {
        "role": "user",
        "content": "The sprint ends on Friday.",
        "at": datetime(2024, 3, 15, tzinfo=UTC),
        "metadata": {"session": "b0", "turn": "0"},
    }
    assert messages[2]["content"] == "My logo is green."
    assert messages[3]["at"] == datetime(2024, 4, 10, tzinfo=UTC)
    asked, abstaining = suite.collections[0].questions
    assert asked.turns == ("0", "3")
    assert (abstaining.turns, abstaining.answerable) == ((), False)
    rows = {row.name: row for row in measured(suite).rows}
    assert figure(rows["all"], "R@5") == 1.0
    assert "abstention" not in rows


def test_a_query_sees_the_sessions_before_its_own_alone(written: Callable[..., Path]) -> None:
    suite = realmem.read_realmem(written(PERSONA))
    asked = suite.collections[0].parts[1]
    assert [message["content"] for message in asked.messages] == [
        "My marathon is in Porto.",
        "Noted.",
    ]
    assert asked.questions[0].sessions == ("one",)
    rows = {row.name: row for row in measured(suite).rows}
    assert figure(rows["all"], "any@1") == 1.0


def test_trajectories_of_a_kind_share_a_scope(written: Callable[..., Path]) -> None:
    rows = [
        trajectory("01_simple_events", "上海大厦"),
        trajectory("06_noisy_events", "北京饭店"),
        trajectory("01_simple_roles", "杭州西湖"),
    ]
    suite = memdaily.read_memdaily(written(*rows))
    assert [(one.id, len(one.messages)) for one in suite.collections] == [
        ("noisy 0", 2),
        ("simple 0", 4),
    ]
    assert [q.turns for q in suite.collections[1].questions] == [("t0:1",), ("t1:1",)]
    assert len(memdaily.read_memdaily(written(*rows), pooled=1).collections) == 3
    report = measured(suite, "bm25")
    assert {figure(row, "R@5") for row in report.rows} == {1.0}


def test_baselines_stand_beside_it_and_whole_sessions_have_no_turns(
    written: Callable[..., Path],
) -> None:
    suite = longmemeval.read_longmemeval(written(HAYSTACK))
    report = measured(suite, "bm25", "bm25-session", "vector")
    seen = {(row.system, row.unit) for row in report.rows}
    assert seen == {
        *((system, unit) for system in ("everwhen", "bm25", "vector") for unit in (TURN, SESSION)),
        ("bm25-session", SESSION),
    }
    assert all(figure(row, "MRR") == 1.0 for row in report.rows)
    assert report.as_json()["rows"]
    with pytest.raises(InputError, match="dense"):
        baselines(["dense"], lambda: choose_embedder("static"))


@pytest.mark.parametrize(
    "read",
    [
        locomo.read_locomo,
        longmemeval.read_longmemeval,
        beam.read_beam,
        realmem.read_realmem,
        memdaily.read_memdaily,
    ],
)
@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"sample_id": 3}]', "\xff", "[", '"words"'])
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, read: Callable[[Path], Suite], text: str
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"other\.json"):
        read(path)


def test_a_first_part_of_a_suite_is_named_as_such(written: Callable[..., Path]) -> None:
    suite = longmemeval.read_longmemeval(written(HAYSTACK, ABSTAINING))
    assert suite.first(5) is suite
    part = suite.first(1)
    assert len(part.collections) == 1
    assert "the first 1 of 2" in part.title


def test_a_cut_off_is_judged_by_what_it_turns_away_and_what_it_costs(
    written: Callable[..., Path],
) -> None:
    unlike = ABSTAINING | {"question": "Zweihundert Kilometer gegen Wind?"}
    suite = longmemeval.read_longmemeval(written(HAYSTACK, unlike))
    trade = measured(suite, "bm25").further[0]
    rows = {(row.system, row.name): row for row in trade.rows}
    for system in ("everwhen", "bm25"):
        point = rows[system, "95% of recall kept"]
        assert (point.count, point.figures["recall kept"], figure(point, "empty")) == (1, 1.0, 1.0)
    default = rows["everwhen", "default cut-off"]
    assert (default.figures["recall kept"], figure(default, "empty")) == (1.0, 1.0)
    assert ("bm25", "default cut-off") not in rows
    assert {point["system"] for point in trade.points} == {"everwhen", "bm25"}
