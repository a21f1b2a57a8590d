"""Measures of retrieval."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.bench import metrics
from everwhen.bench.metrics import all_hit, any_hit, fraction, ndcg, percentile, reciprocal_rank

FOUND = ["a", "b", "c", "d"]


def test_recalls_at_k() -> None:
    assert any_hit(FOUND, ["x", "b"], 2) == 1.0
    assert any_hit(FOUND, ["b"], 1) == 0.0
    assert fraction(FOUND, ["a", "d", "x"], 3) == pytest.approx(1 / 3)
    assert fraction(FOUND, ["a", "a", "d"], 4) == 1.0
    assert all_hit(FOUND, ["a", "b"], 2) == 1.0
    assert all_hit(FOUND, ["a", "x"], 4) == 0.0
    assert all_hit(FOUND, [], 4) == 0.0


def test_reciprocal_rank_is_of_the_first_wanted() -> None:
    assert reciprocal_rank(FOUND, ["c", "b"]) == 0.5
    assert reciprocal_rank(FOUND, ["x"]) == 0.0


def test_ndcg_is_measured_against_all_wanted_and_not_only_those_found() -> None:
    assert ndcg(["a", "b"], ["a", "b"]) == 1.0
    assert ndcg(["b", "x", "a"], ["a", "b", "c"], 3) == pytest.approx(
        (1 + 1 / 2) / (1 + 1 / log2(3) + 1 / 2)
    )
    assert ndcg(["a"], ["a", "b"], 1) == 1.0, "the ideal is cut at k as well"
    assert ndcg(["a", "a"], ["a", "b"]) < 1.0


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9), min_size=1), st.integers(1, 10))
def test_measures_stay_within_bounds_and_in_order(
    found: list[int], wanted: list[int], k: int
) -> None:
    values = [all_hit(found, wanted, k), fraction(found, wanted, k), any_hit(found, wanted, k)]
    assert values == sorted(values)
    assert 0.0 <= ndcg(found, wanted, k) <= 1.0 + 1e-9


def test_the_interval_of_a_mean_holds_it_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0] * 50
    found = metrics.mean(values)
    assert found == metrics.mean(values)
    assert found.low < found.value == 0.5 < found.high
    assert 0.15 < found.high - found.low < 0.25
    assert metrics.mean([]).count == 0


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([], 0.5) == 0.0
