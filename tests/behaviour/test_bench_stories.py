"""The benchmarks of stories and speed measure what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from everwhen.bench.speed import Size, run
from everwhen.bench.stories import read_stories, report, tell
from everwhen.errors import InputError

OWN = Path(__file__).parent / "stories" / "own_a.jsonl"

STORY = {
    "id": "move-01",
    "category": "update-single",
    "level": "explicit",
    "user": "dana",
    "messages": [
        {"role": "user", "content": "I live in Lisbon.", "at": "2024-03-01T09:00:00Z"},
        {"role": "user", "content": "I moved to Porto.", "at": "2024-06-01T09:00:00Z"},
    ],
    "checks": [
        {
            "kind": "search",
            "query": "Where do I live?",
            "as_of": None,
            "known_at": None,
            "top_k": 3,
            "expect": ["porto"],
            "reject": ["lisbon"],
        },
        {
            "kind": "search",
            "query": "Where do I live?",
            "as_of": "2024-04-01T00:00:00Z",
            "known_at": "2024-04-01T00:00:00Z",
            "top_k": 3,
            "expect": ["lisbon"],
            "reject": ["porto"],
        },
        {"kind": "list", "expect": ["porto"], "reject": ["lisbon"]},
    ],
}


def write(path: Path, *stories: object) -> Path:
    path.write_text("\n".join(json.dumps(story) for story in stories), encoding="utf-8")
    return path


def test_a_story_passes_if_all_of_its_checks_do(tmp_path: Path) -> None:
    wrong = {**STORY, "id": "move-02", "category": "not-facts", "level": "natural"}
    wrong["checks"] = [
        {"kind": "list", "expect": ["porto"], "reject": []},
        {"kind": "list", "expect": ["madrid"], "reject": ["por.o"]},
    ]
    path = write(tmp_path / "stories.jsonl", STORY, wrong)
    told = tell(read_stories(path))
    assert [one.passed for one in told] == [True, False]
    failed = told[1].checks[1]
    assert (failed.missing, failed.wrong) == (("madrid",), ("por.o",))
    assert told[1].stored_wrongly
    plain = report(told, path).as_json()
    assert plain["totals"] == {
        "checks": 5.0,
        "checks passed": 0.8,
        "non-facts stored, of all": 0.5,
        "non-facts stored, of not-facts": 1.0,
    }
    rows = plain["rows"]
    assert isinstance(rows, list)
    shares = {row["name"]: row["stories"]["mean"] for row in rows}  # type: ignore[index,call-overload]
    assert shares == {
        "all": 0.5,
        "explicit": 1.0,
        "natural": 0.0,
        "not-facts": 0.0,
        "update-single": 1.0,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": "easy"}, "line 1: level 'easy'"),
        ({"messages": []}, "line 1: messages is not an array with something in it"),
        ({"messages": STORY["messages"][::-1]}, "not in order of time"),  # type: ignore[index]
        ({"checks": [{"kind": "guess"}]}, "kind 'guess' of a check"),
        ({"checks": [{"kind": "list", "expect": ["("]}]}, "line 1: missing"),
        ({"checks": [{"kind": "search", "expect": ["x"]}]}, "'query' is missing"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = write(tmp_path / "stories.jsonl", {**STORY, **change})
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_stories(path)


def test_repeated_ids_and_empty_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stand there twice"):
        read_stories(write(tmp_path / "stories.jsonl", STORY, STORY))
    with pytest.raises(InputError, match="holds no stories"):
        read_stories(write(tmp_path / "stories.jsonl"))


def test_the_projects_own_stories_are_well_formed() -> None:
    for letter in "abghi":
        assert len(read_stories(OWN.with_name(f"own_{letter}.jsonl"))) == 70


def test_speed_measures_on_files_and_leaves_none(tmp_path: Path) -> None:
    measured = run(Size(messages=60, facts=40, durable=5, questions=5, starts=1), folder=tmp_path)
    assert measured.stored["episodes"] >= 61
    assert measured.stored["facts"] >= 40
    figures = {figure.name: figure.value for figure in measured.figures}
    assert all(value > 0 for value in figures.values())
    assert {"add, in bulk", "search, p50", "context, p95", "size on disk"} <= set(figures)
    assert not list(tmp_path.iterdir())
