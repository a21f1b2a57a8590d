"""Fusion of signals, and messages folded into the facts that came from them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.errors import InputError
from everwhen.model.records import Episode, Fact, Role, Scope, Source
from everwhen.read.candidates import Found
from everwhen.read.fuse import WEIGHTS, Scale, weigh
from everwhen.read.retrieve import fold_sources

AT = datetime(2026, 3, 1, tzinfo=UTC)
SCOPE = Scope(user_id="u")


def episode(id: str, content: str, score: float) -> Found:
    item = Episode(
        id=id, row=int(id[1:]), scope=SCOPE, role=Role.USER, content=content, at=AT, recorded_at=AT
    )
    return Found(item=item, score=score, added={})


def fact(id: str, sources: list[tuple[str, int, int]], score: float) -> Found:
    item = Fact(
        id=id,
        row=int(id[1:]),
        scope=SCOPE,
        subject="user",
        attribute="home",
        value="Lisbon",
        text="User lives in Lisbon",
        valid_from=AT,
        valid_to=None,
        system_from=AT,
        system_to=None,
        sources=tuple(Source(episode_id=one, start=a, end=b) for one, a, b in sources),
    )
    return Found(item=item, score=score, added={})


def ids(found: list[Found]) -> list[tuple[str, float]]:
    return [(one.item.id, one.score) for one in found]


def test_every_signal_has_a_weight_and_silent_ones_are_not_shown() -> None:
    weights = WEIGHTS.episodes
    added = weigh({"lexical": 0.5, "speaker": -1.0, "date": 0.0}, weights)
    assert added == {"lexical": 0.5 * weights.lexical, "speaker": -weights.speaker}


def test_signals_can_be_turned_off_and_only_those_there_are() -> None:
    fewer = WEIGHTS.without(["lexical", "speaker"])
    assert fewer.episodes.lexical == fewer.episodes.speaker == fewer.facts.lexical == 0.0
    assert fewer.episodes.dense == WEIGHTS.episodes.dense
    assert weigh({"lexical": 0.5, "dense": 0.5}, fewer.episodes) == {
        "dense": 0.5 * WEIGHTS.episodes.dense
    }
    with pytest.raises(InputError, match=r"'lexicon'; the signals are .*lexical"):
        WEIGHTS.without(["lexicon"])


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_scores_are_between_0_and_1_and_in_the_order_of_the_sums(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = Scale(middle=5.0, spread=1.5)
    assert 0.0 <= scale.score(low) <= scale.score(high) <= 1.0
    assert scale.score(5.0) == 0.5


def test_a_message_that_a_fact_stands_for_is_not_listed_twice() -> None:
    said = episode("e1", "I live in Lisbon", 0.9)
    assert ids(fold_sources([fact("f2", [("e1", 0, 16)], 0.7)], [said])) == [("f2", 0.9)]


def test_a_message_that_says_more_and_fits_better_stays() -> None:
    said = episode("e1", "I live in Lisbon, and in spring we walked to Porto and back", 0.9)
    found = fold_sources([fact("f2", [("e1", 0, 16)], 0.7)], [said])
    assert ids(found) == [("e1", 0.9), ("f2", 0.7)]


def test_a_message_that_says_more_and_fits_worse_goes() -> None:
    said = episode("e1", "I live in Lisbon, and in spring we walked to Porto and back", 0.6)
    assert ids(fold_sources([fact("f2", [("e1", 0, 16)], 0.7)], [said])) == [("f2", 0.7)]


def test_equal_scores_have_one_order() -> None:
    found = fold_sources([fact("f2", [], 0.5)], [episode("e1", "a", 0.5), episode("e0", "b", 0.5)])
    assert [one.item.id for one in found] == ["f2", "e0", "e1"]
