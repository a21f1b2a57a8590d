"""Mem0's filter language, every operator alone and in combination, in search and get_all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from everwhen.compat.mem0 import Memory

ROWS: dict[str, dict[str, object]] = {
    "a": {"cat": "work", "p": 1, "tags": ["x", "y"], "done": True},
    "b": {"cat": "work", "p": 5, "tags": ["y"], "day": "2026-02-01"},
    "c": {"cat": "home", "p": 9, "tags": [], "day": "2026-03-01T10:00:00Z", "none": None},
    "d": {"note": "Workshop in May"},
}
ALL = "abcd"


@pytest.fixture(scope="module")
def filled() -> Iterator[Memory]:
    with Memory(path=":memory:") as memory:
        for name, metadata in ROWS.items():
            memory.add(
                f"shelf {name}", user_id="u", agent_id=f"agent-{name}", run_id=f"run-{name}",
                infer=False, metadata=metadata,
            )  # fmt: skip
        memory.add("shelf of eve", user_id="eve", infer=False, metadata={"cat": "work", "p": 1})
        yield memory


CASES: list[tuple[dict[str, object], str]] = [
    ({}, ALL),
    ({"cat": "work"}, "ab"),
    ({"cat": "work", "p": 5}, "b"),
    ({"cat": "nowhere"}, ""),
    ({"cat": ["home", "work"]}, "abc"),
    ({"cat": {"eq": "work"}}, "ab"),
    ({"p": {"eq": 5}}, "b"),
    ({"p": {"eq": "5"}}, ""),
    ({"done": True}, "a"),
    ({"done": 1}, ""),
    ({"p": {"ne": 5}}, "acd"),
    ({"cat": {"ne": "work"}}, "cd"),
    ({"p": {"gt": 1}}, "bc"),
    ({"p": {"gte": 5}}, "bc"),
    ({"p": {"lt": 5}}, "a"),
    ({"p": {"lte": 5}}, "ab"),
    ({"p": {"gt": 1, "lt": 9}}, "b"),
    ({"p": {"gt": 1, "ne": 9}}, "b"),
    ({"p": {"eq": 5, "ne": 5}}, ""),
    ({"p": {"gt": "a"}}, ""),
    ({"day": {"gt": "2026-02-15"}}, "c"),
    ({"day": {"lte": "2026-03-01T11:00:00+01:00"}}, "bc"),
    ({"p": {"in": [1, 9]}}, "ac"),
    ({"p": {"in": []}}, ""),
    ({"p": {"nin": [1, 9]}}, "bd"),
    ({"p": {"nin": []}}, ALL),
    ({"cat": {"contains": "or"}}, "ab"),
    ({"cat": {"contains": "WOR"}}, ""),
    ({"cat": {"icontains": "WOR"}}, "ab"),
    ({"note": {"icontains": "workshop IN"}}, "d"),
    ({"tags": {"contains": "x"}}, "a"),
    ({"tags": {"contains": ["x", "y"]}}, "a"),
    ({"tags": {"icontains": "Y"}}, "ab"),
    ({"tags": "y"}, "ab"),
    ({"tags": {"in": ["x", "z"]}}, "a"),
    ({"tags": {"nin": ["x"]}}, "bcd"),
    ({"cat": "*"}, "abc"),
    ({"none": "*"}, ""),
    ({"cat": None}, "d"),
    ({"cat": {"ne": None}}, "abc"),
    ({"AND": [{"cat": "work"}, {"p": 5}]}, "b"),
    ({"AND": [{"cat": "work"}, {"cat": "home"}]}, ""),
    ({"AND": []}, ALL),
    ({"OR": [{"cat": "home"}, {"p": 1}]}, "ac"),
    ({"OR": [{"cat": "work", "p": 1}, {"cat": "home", "p": 1}]}, "a"),
    ({"NOT": [{"cat": "work"}]}, "cd"),
    ({"NOT": [{"cat": "work"}, {"cat": "home"}]}, "d"),
    ({"NOT": [{"cat": "work", "p": 5}]}, "acd"),
    ({"AND": [{"OR": [{"p": 1}, {"p": 9}]}, {"OR": [{"p": 1}, {"p": 5}]}]}, "a"),
    ({"AND": [{"NOT": [{"p": 1}]}, {"NOT": [{"p": 5}]}]}, "cd"),
    ({"OR": [{"AND": [{"cat": "work"}, {"NOT": [{"p": 5}]}]}, {"note": "*"}]}, "ad"),
    ({"NOT": [{"OR": [{"p": 1}, {"NOT": [{"cat": "*"}]}]}]}, "bc"),
    ({"cat": "work", "OR": [{"p": 1}, {"p": 9}], "NOT": [{"done": True}]}, ""),
    ({"agent_id": "agent-c"}, "c"),
    ({"agent_id": {"in": ["agent-a", "agent-d"]}}, "ad"),
    ({"agent_id": "*"}, ALL),
    ({"agent_id": {"ne": "agent-a"}}, "bcd"),
    ({"run_id": "run-b"}, "b"),
    ({"run_id": {"in": ["run-b", "run-c"]}, "cat": "home"}, "c"),
    ({"OR": [{"agent_id": "agent-a"}, {"run_id": "run-d"}]}, "ad"),
    ({"role": "user"}, ALL),
    ({"actor_id": "*"}, ""),
    ({"created_at": {"gte": "2020-01-01"}}, ALL),
    ({"created_at": {"lt": "2020-01-01"}}, ""),
    ({"metadata": {"cat": "home"}}, "c"),
    ({"memory": {"contains": "shelf d"}}, "d"),
]


def _names(memory: Memory, filters: dict[str, object], how: str) -> str:
    if how == "search":
        found = memory.search("shelf", filters=filters, threshold=0)["results"]
    else:
        found = memory.get_all(filters=filters)["results"]  # type: ignore[assignment]
    return "".join(sorted(str(one["memory"]).removeprefix("shelf ") for one in found))


@pytest.mark.parametrize("how", ["search", "get_all"])
@pytest.mark.parametrize(("condition", "passing"), CASES, ids=lambda value: str(value)[:60])
def test_a_filter(filled: Memory, how: str, condition: dict[str, object], passing: str) -> None:
    assert _names(filled, {"user_id": "u", **condition}, how) == passing
    assert _names(filled, {"AND": [{"user_id": "u"}, condition]}, how) == passing


@pytest.mark.parametrize("how", ["search", "get_all"])
@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        ({"agent_id": "agent-b"}, "b"),
        ({"run_id": "run-c"}, "c"),
        ({"agent_id": "agent-b", "run_id": "run-c"}, ""),
        ({"user_id": {"in": ["u", "eve"]}, "cat": "work"}, "abof eve"),
        ({"user_id": ["eve", "nobody"]}, "of eve"),
        ({"OR": [{"user_id": "eve"}, {"user_id": "u", "p": 9}]}, "cof eve"),
        ({"AND": [{"user_id": "u"}, {"user_id": "eve"}]}, ""),
        ({"user_id": "nobody"}, ""),
    ],
)
def test_whose_memories(filled: Memory, how: str, filters: dict[str, object], passing: str) -> None:
    assert _names(filled, filters, how) == passing


@pytest.mark.parametrize("how", ["search", "get_all"])
@pytest.mark.parametrize(
    "filters",
    [
        None,
        {},
        {"cat": "work"},
        {"user_id": "*"},
        {"user_id": {"ne": "u"}},
        {"NOT": [{"user_id": "u"}]},
        {"OR": [{"user_id": "u"}, {"cat": "work"}]},
        {"user_id": None},
    ],
)
def test_a_filter_that_leaves_open_whose_is_refused(
    filled: Memory, how: str, filters: dict[str, object] | None
) -> None:
    with pytest.raises(ValueError, match="filters must contain at least one of"):
        _names(filled, filters, how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"p": {"near": 3}}, "Unsupported metadata filter operator: near"),
        ({"p": {}}, "empty dict"),
        ({"p": {"in": 3}}, "wants a list"),
        ({"AND": {"p": 1}}, "AND operator requires a list"),
        ({"OR": []}, "OR operator requires a non-empty list"),
        ({"NOT": []}, "NOT operator requires a non-empty list"),
        ({"NOT": {"p": 1}}, "NOT operator requires a non-empty list"),
        ({"OR": ["p"]}, "give dicts"),
        ({"run_id": "a b"}, "cannot contain whitespace"),
    ],
)
def test_what_is_no_filter_is_refused(
    filled: Memory, condition: dict[str, object], says: str
) -> None:
    for how in ("search", "get_all"):
        with pytest.raises(ValueError, match=says):
            _names(filled, {"user_id": "u", **condition}, how)


def test_filters_is_a_dict(filled: Memory) -> None:
    with pytest.raises(ValueError, match="give a dict"):
        filled.get_all(filters=["user_id"])  # type: ignore[arg-type]
