"""What Mem0's documentation promises of `search`, `get_all` and `get`, in our own words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from everwhen.compat.mem0 import Memory
from everwhen.errors import ProviderError

U = {"user_id": "u"}
SHELVES = ("Ana collects stamps", "The boiler is in the cellar", "Ana plays the cello")


@pytest.fixture
def filled(m: Memory) -> Memory:
    for text in SHELVES:
        m.add(text, user_id="u", infer=False)
    m.add("Eve plays the cello", user_id="eve", infer=False)
    return m


def found(memory: Memory, query: str, **more: object) -> list[object]:
    given: dict[str, object] = {"filters": U, **more}
    return [one["memory"] for one in memory.search(query, **given)["results"]]  # type: ignore[arg-type]


# -- search --------------------------------------------------------------------------------------


def test_the_best_comes_first_with_its_score(filled: Memory) -> None:
    results = filled.search("Who plays the cello?", filters=U)["results"]
    assert results[0]["memory"] == "Ana plays the cello"
    scores = [float(str(one["score"])) for one in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_search_sees_its_own_user_alone(filled: Memory) -> None:
    assert "Eve plays the cello" not in found(filled, "cello", threshold=0)
    assert found(filled, "cello", filters={"user_id": "nobody"}) == []


@pytest.mark.parametrize("top_k", [0, 1, 2, 99])
def test_top_k_is_the_most_that_comes(filled: Memory, top_k: int) -> None:
    assert len(found(filled, "Ana", top_k=top_k, threshold=0)) == min(top_k, 3)


def test_twenty_is_the_most_by_default(m: Memory) -> None:
    for number in range(30):
        m.add(f"shelf {number}", user_id="u", infer=False)
    assert len(found(m, "shelf")) == 20
    assert len(m.get_all(filters=U)["results"]) == 20  # type: ignore[arg-type]
    assert len(found(m, "shelf", top_k=None)) == 20


def test_the_threshold_is_the_lowest_score_that_comes(filled: Memory) -> None:
    every = filled.search("cello", filters=U, threshold=0)["results"]
    middle = float(str(every[1]["score"]))
    kept = filled.search("cello", filters=U, threshold=middle)["results"]
    assert [one["score"] for one in kept] == [one["score"] for one in every[:2]]
    assert found(filled, "cello", threshold=1.0) == []
    assert found(filled, "cello", threshold=None) == found(filled, "cello", threshold=0.1)


@pytest.mark.parametrize("bad", [-0.1, 1.1, "0.5", True])
def test_a_threshold_outside_of_0_to_1_is_refused(filled: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="threshold"):
        filled.search("cello", filters=U, threshold=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [-1, 1.5, "3", True])
def test_a_top_k_that_is_no_count_is_refused(filled: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="top_k"):
        filled.search("cello", filters=U, top_k=bad)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="top_k"):
        filled.get_all(filters=U, top_k=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["", "  ", None, 3])
def test_a_query_says_something(filled: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="Invalid query"):
        filled.search(bad, filters=U)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["user_id", "agent_id", "run_id"])
def test_ids_belong_into_the_filters(filled: Memory, name: str) -> None:
    for call in (
        lambda: filled.search("cello", **{name: "u"}),
        lambda: filled.get_all(**{name: "u"}),
    ):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=f"{name} are not supported.*Use filters="):
            call()


def test_a_misspelt_argument_is_not_swallowed(filled: Memory) -> None:
    with pytest.raises(ValueError, match="search\\(\\) has no limit"):
        filled.search("cello", filters=U, limit=1)
    with pytest.raises(ValueError, match="get_all\\(\\) has no limit"):
        filled.get_all(filters=U, limit=1)


def test_explain_tells_what_the_score_is_made_of(filled: Memory) -> None:
    best = filled.search("Who plays the cello?", filters=U, explain=True)["results"][0]
    details = best["score_details"]
    assert isinstance(details, dict)
    assert set(details) == {
        "semantic_score", "bm25_score", "entity_boost", "raw_score", "max_possible_score",
        "final_score", "threshold",
    }  # fmt: skip
    assert details["final_score"] == best["score"]
    assert details["bm25_score"] > 0
    plain = filled.search("Who plays the cello?", filters=U)["results"][0]
    assert "score_details" not in plain


class Longest:
    """A reranker that likes long texts, until it breaks."""

    name = "longest"

    def __init__(self) -> None:
        self.broken = False

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        if self.broken:
            raise ProviderError("no model")
        return [float(len(text)) for text in texts]


def test_a_reranker_gives_the_order_only_where_it_is_asked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reranker = Longest()
    with Memory(path=":memory:", reranker=reranker) as memory:
        for text in SHELVES:
            memory.add(text, user_id="u", infer=False)
        plain = found(memory, "cello", threshold=0)
        assert plain[0] == "Ana plays the cello"
        best = memory.search("cello", filters=U, threshold=0, rerank=True)["results"]
        assert best[0]["memory"] == max(SHELVES, key=len)
        assert best[0]["rerank_score"] == float(len(max(SHELVES, key=len)))
        reranker.broken = True
        assert found(memory, "cello", threshold=0, rerank=True) == plain
        assert "reranking failed" in caplog.text


def test_rerank_without_a_reranker_changes_nothing_and_says_so(
    filled: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    assert found(filled, "cello", rerank=True) == found(filled, "cello")
    assert "without a reranker" in caplog.text


def test_a_reference_date_asks_what_was_true_then(m: Memory) -> None:
    m.add("I live in Lisbon.", user_id="u", timestamp="2024-01-01")
    m.add("I live in Porto.", user_id="u", timestamp="2025-01-01")
    asked = "Where do I live?"
    assert found(m, asked, reference_date="2024-06-01") == ["User lives in Lisbon"]
    assert found(m, asked) == ["User lives in Porto"]
    with pytest.raises(ValueError, match="reference_date"):
        found(m, asked, reference_date="then")


def test_expired_memories_do_not_crowd_out_live_ones(m: Memory) -> None:
    for number in range(100):
        m.add(f"old shelf {number}", user_id="u", infer=False, expiration_date="2020-01-01")
    for number in range(10):
        m.add(f"shelf {number}", user_id="u", infer=False)
    assert len(found(m, "shelf", top_k=10)) == 10
    assert not [one for one in found(m, "old shelf") if "old" in str(one)]
    assert len(m.get_all(filters=U)["results"]) == 10  # type: ignore[arg-type]
    assert len(found(m, "shelf", top_k=200, threshold=0, show_expired=True)) == 110
    every = m.get_all(filters=U, top_k=200, show_expired=True)["results"]
    assert len(every) == 110  # type: ignore[arg-type]


def test_an_expired_memory_is_still_had_by_id(m: Memory) -> None:
    (added,) = m.add("x y", user_id="u", infer=False, expiration_date="2020-01-01")["results"]
    item = m.get(str(added["id"]))
    assert item is not None
    assert item["expiration_date"] == "2020-01-01"


# -- get_all -------------------------------------------------------------------------------------


def test_all_come_in_the_order_in_which_they_came(filled: Memory) -> None:
    listed = [one["memory"] for one in filled.get_all(filters=U)["results"]]  # type: ignore[attr-defined]
    assert listed == list(SHELVES)
    assert "score" not in filled.get_all(filters=U)["results"][0]  # type: ignore[index]


@pytest.mark.parametrize("top_k", [0, 1, 2])
def test_get_all_gives_as_many_as_wanted(filled: Memory, top_k: int) -> None:
    assert len(filled.get_all(filters=U, top_k=top_k)["results"]) == top_k  # type: ignore[arg-type]


def test_pages_have_a_count_and_say_whether_there_are_more(m: Memory) -> None:
    for number in range(5):
        m.add(f"shelf {number}", user_id="u", infer=False)
    pages = [m.get_all(filters=U, page=page, page_size=2) for page in (1, 2, 3, 4)]
    assert [len(page["results"]) for page in pages] == [2, 2, 1, 0]  # type: ignore[arg-type]
    assert {page["count"] for page in pages} == {5}
    assert pages[0]["next"] == "?page=2&page_size=2"
    assert (pages[0]["previous"], pages[2]["next"]) == (None, None)
    assert pages[2]["previous"] == "?page=2&page_size=2"
    ids = [one["id"] for page in pages for one in page["results"]]  # type: ignore[attr-defined]
    assert len(set(ids)) == 5


@pytest.mark.parametrize(("page", "size"), [(0, 2), (1, 0), (-1, 2), (1.5, 2), (True, 2)])
def test_a_page_that_can_not_be_is_refused(m: Memory, page: object, size: object) -> None:
    with pytest.raises(ValueError, match="page"):
        m.get_all(filters=U, page=page, page_size=size)  # type: ignore[arg-type]


# -- get -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id", ["nothing", "", "f_0", "5f2b8c1e-0000-4000-8000-000000000000", None, 7]
)
def test_an_id_that_is_nowhere_is_none(filled: Memory, id: object) -> None:
    assert filled.get(id) is None  # type: ignore[arg-type]


def test_get_checks_the_ids_where_they_are_given(m: Memory) -> None:
    (added,) = m.add("x y", user_id="u", run_id="r", infer=False)["results"]
    id = str(added["id"])
    assert m.get(id) == m.get(id, user_id="u") == m.get(id, user_id="u", run_id="r")
    assert m.get(id) is not None
    assert m.get(id, user_id="eve") is None
    assert m.get(id, user_id="u", run_id="s") is None
    assert m.get(id, agent_id="a") is None


# -- whose ---------------------------------------------------------------------------------------


def test_ids_that_are_not_given_may_be_any(m: Memory) -> None:
    m.add("shelf 1", user_id="u", agent_id="a", run_id="r", infer=False)
    m.add("shelf 2", user_id="u", infer=False)
    m.add("shelf 3", user_id="v", agent_id="a", infer=False)
    m.add("shelf 4", run_id="r", infer=False)

    def seen(**filters: str) -> set[object]:
        return {one["memory"] for one in m.get_all(filters=filters)["results"]}  # type: ignore[attr-defined]

    assert seen(user_id="u") == {"shelf 1", "shelf 2"}
    assert seen(user_id="u", agent_id="a") == {"shelf 1"}
    assert seen(agent_id="a") == {"shelf 1", "shelf 3"}
    assert seen(run_id="r") == {"shelf 1", "shelf 4"}
    assert seen(agent_id="a", run_id="r") == {"shelf 1"}
    assert seen(user_id="v", run_id="r") == set()
    assert set(found(m, "shelf", filters={"run_id": "r"}, threshold=0)) == {"shelf 1", "shelf 4"}
