"""What must and must not come back, on made-up files of the forms of two data sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from everwhen.bench import amst, precision
from everwhen.bench.judged import Judged, rows
from everwhen.bench.metrics import Mean
from everwhen.bench.report import Row
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.ports import Clock


def belief(id: str, name: str, content: str, **other: object) -> dict[str, object]:
    return {
        "_id": id,
        "user_id": "test-user",
        "type": "entity",
        "canonical_name": name,
        "aliases": [],
        "content": content,
        "scope": ["domain:code"],
        "superseded_by": None,
        "resolved_at": None,
        "created_at": "2026-03-01T00:00:00Z",
    } | other


LATER = "2026-05-01T00:00:00Z"
BELIEFS = [
    belief("harbour", "harbour", "Ships sail from the old harbour.", aliases=["port"]),
    belief(
        "paint-new", "hull_paint", "The hull paint is green.", created_at="2026-05-01T00:00:00Z"
    ),
    belief("paint-old", "hull_paint_old", "The hull paint is red.", superseded_by="paint-new"),
    belief("other-scope", "hull_song", "The hull song is a shanty.", scope=["domain:writing"]),
    belief("other-user", "hull_secret", "The hull paint is gold.", user_id="somebody"),
]
CASES = [
    {
        "category": "Supersession",
        "scope": ["domain:code"],
        "query": "Which hull paint is it?",
        "expect": {"relevantBeliefs": {"shouldOnlyInclude": ["paint-new"]}},
    },
    {
        "category": "Alias",
        "scope": ["domain:code"],
        "query": "Where is the port?",
        "expect": {
            "pinnedFacts": {"mustInclude": ["harbour"]},
            "relevantBeliefs": {"shouldOnlyInclude": []},
        },
    },
    {
        "category": "Blank",
        "scope": ["domain:code"],
        "query": " ",
        "expect": {"relevantBeliefs": {"shouldOnlyInclude": []}},
    },
    {
        "category": "Blank",
        "scope": ["domain:code"],
        "query": "Which hull paint is it?",
        "budget": {"maxBeliefs": 0},
        "expect": {"relevantBeliefs": {"mustExclude": ["paint-new"]}},
    },
]
SESSION = {
    "turns": [
        {
            "scope": ["domain:writing"],
            "userMessage": "How does the hull song go?",
            "expect": {
                "relevantBeliefs": {"shouldOnlyInclude": ["other-scope"]},
                "noiseCheck": {"mustNotSurface": ["harbour"]},
            },
        },
        {"scope": ["domain:writing"], "userMessage": "Thanks."},
    ]
}


def unit(id: str, text: str, turn: str, **other: object) -> dict[str, object]:
    return {
        "memory_id": id,
        "content": text,
        "canonical_form": {"subject": "the engine oil"},
        "type": "user_fact",
        "valid_from": "2026-03-01T09:00:00Z",
        "valid_until": None,
        "should_write": True,
        "source_turn_ids": [turn],
    } | other


CASE = {
    "case_id": "c1",
    "gold_memory_units": [
        unit("old", "the engine oil is 5W30.", "t1", valid_until="2026-04-01T09:00:00Z"),
        unit("new", "the engine oil is 10W40.", "t2", valid_from="2026-04-01T09:00:00Z"),
        unit("secret", "the engine oil code is 4711.", "t3", should_write=False),
    ],
    "sessions": [
        {
            "timestamp": "2026-03-01T09:00:00Z",
            "turns": [{"turn_id": "t1", "role": "user", "content": "The engine oil is 5W30."}],
        },
        {
            "timestamp": "2026-04-01T09:00:00Z",
            "turns": [
                {"turn_id": "t2", "role": "user", "content": "The engine oil is now 10W40."},
                {"turn_id": "t3", "role": "user", "content": "The engine oil code is 4711."},
            ],
        },
    ],
    "queries": [
        {
            "prompt": "What is the engine oil?",
            "timestamp": "2026-05-01T09:00:00Z",
            "gold_memory_ids": ["new"],
            "forbidden_memory_ids": ["old", "secret"],
            "expected_behavior": {"should_refuse": False},
        },
        {
            "prompt": "What is 9 times 8?",
            "timestamp": "2026-05-01T09:00:00Z",
            "gold_memory_ids": [],
            "forbidden_memory_ids": [],
            "expected_behavior": {"should_refuse": False},
        },
    ],
}


def memory(clock: Clock) -> Memory:
    return Memory(":memory:", clock=clock)


def value(row: Row, name: str) -> float:
    figure = row.figures[name]
    return figure.value if isinstance(figure, Mean) else figure


def written(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_ended_beliefs_and_those_of_others_stay_away(tmp_path: Path) -> None:
    beliefs = precision.read_beliefs(written(tmp_path / "beliefs.json", BELIEFS))
    cases = precision.read_cases(written(tmp_path / "cases.json", CASES))
    found = {row.name: row for row in precision.run(cases, beliefs, memory).rows}
    assert found["all"].count == 4
    assert value(found["Supersession"], "passed") == 1.0
    assert value(found["Supersession"], "wanted") == 1.0
    assert value(found["all"], "forbidden") == 0.0


def test_what_belongs_in_another_section_is_not_judged_and_blanks_find_nothing(
    tmp_path: Path,
) -> None:
    beliefs = precision.read_beliefs(written(tmp_path / "beliefs.json", BELIEFS))
    cases = precision.read_cases(written(tmp_path / "cases.json", CASES))
    found = {row.name: row for row in precision.run(cases, beliefs, memory).rows}
    assert value(found["Alias"], "passed") == 1.0
    assert (found["Blank"].count, value(found["Blank"], "passed")) == (2, 1.0)
    assert value(found["Blank"], "empty") == 1.0


def test_turns_of_a_session_are_cases_where_they_expect_something(tmp_path: Path) -> None:
    (case,) = precision.read_cases(written(tmp_path / "sessions.json", [SESSION]))
    assert (case.wanted, case.forbidden, case.domains) == (
        {"other-scope"},
        {"harbour"},
        ("domain:writing",),
    )


def test_units_are_judged_by_the_facts_or_the_turns_that_hold_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "amst.jsonl"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    report = amst.run(amst.read_amst(path), memory)
    found = {(row.system, row.name): row for row in report.rows}
    assert value(found["given", "answer"], "wanted") == 1.0
    assert value(found["given", "no memory needed"], "empty") == 1.0
    told = found["told", "answer"]
    assert value(told, "wanted") == 1.0
    assert value(told, "forbidden") == 1.0  # what was said stays findable; nobody forgot it


def test_passing_asks_for_all_that_is_wanted_and_nothing_forbidden_or_extra() -> None:
    wanted = frozenset({"a", "b"})
    every = [
        Judged(group="g", wanted=wanted, returned=("a", "b", "x")),
        Judged(group="g", wanted=wanted, returned=("a", "b", "x"), exact=True),
        Judged(group="g", wanted=wanted, returned=("a", "b"), beside=frozenset({"x"}), exact=True),
        Judged(group="g", wanted=wanted, returned=("a",)),
        Judged(group="h", wanted=wanted, returned=("a", "b", "x"), forbidden=frozenset({"x"})),
    ]
    assert [one.passed for one in every] == [True, False, True, False, False]
    whole, first, second = rows(every)
    assert (whole.name, whole.count, first.count, second.count) == ("all", 5, 4, 1)
    assert value(whole, "precision") == 9 / 12
    assert value(whole, "forbidden") == 1.0
    assert "empty" not in whole.figures


@pytest.mark.parametrize("read", [precision.read_beliefs, precision.read_cases, amst.read_amst])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, read: object) -> None:
    path = written(tmp_path / "other.json", [{"category": "x", "query": 3}])
    assert callable(read)
    with pytest.raises(InputError, match=r"other\.json"):
        read(path)
