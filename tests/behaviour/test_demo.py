"""The demo shows what it promises, computed as it runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from everwhen import InputError, Memory
from everwhen.surfaces.demo import Demo, play
from everwhen.surfaces.demo_show import scenes
from everwhen.surfaces.show import plain


@pytest.fixture(scope="module")
def told() -> Demo:
    return play()


@pytest.fixture(scope="module")
def printed(told: Demo) -> str:
    return "\n".join(plain(piece) for piece in scenes(told))


def test_seven_facts_after_the_first_session_each_from_its_turn(told: Demo) -> None:
    assert len(told.facts_after_session_1) == 7
    taken = [[f.attribute for c in turn.changes for f in c.facts] for turn in told.session_1]
    assert taken == [
        ["name", "home"],
        ["seat preference", "diet"],
        ["favorite color"],
        ["employer", "budget"],
    ]


def test_the_seat_is_found_first_and_nothing_unrelated_is_injected(told: Demo) -> None:
    asked = told.session_2
    assert "prefers window seats" in asked.hits[0].text
    assert "window" not in asked.without_memory
    assert "prefers window seats" in asked.context.text
    for other in ("Lisbon", "vegetarian", "blue", "Helios", "2000"):
        assert other not in asked.context.text
    assert asked.context.tokens < asked.context.full_history_tokens


def test_green_takes_the_place_of_blue_and_seven_facts_are_current(told: Demo) -> None:
    assert len(told.facts_after_change) == 7
    colors = [f.value for f in told.facts_after_change if f.attribute == "favorite color"]
    assert colors == ["green"]
    assert told.after_change.hits[0].value == "green"
    assert "green" in told.after_change.context.text
    assert "blue" not in told.after_change.context.text
    (change,) = [change for change in told.change.changes if change.closed]
    assert [fact.value for fact in change.closed] == ["blue"]


def test_the_past_is_answered_with_its_source_and_the_log(told: Demo) -> None:
    past = told.past
    assert past.hits[0].value == "blue"
    assert [fact.value for fact in past.held_before] == ["blue"]
    assert past.held_before[0].valid_to is None
    assert past.source.content == "By the way my favorite color is blue."
    assert "blue" in past.words
    assert [line.decision.action.value for line in past.log] == ["add", "update"]
    assert [fact.value for fact in past.timeline] == ["blue", "green"]


def test_forgetting_leaves_no_byte_of_the_word(told: Demo) -> None:
    gone = told.forgotten
    assert gone.in_file_before > 0
    assert gone.in_file_after == 0
    assert gone.receipt.remaining == 0
    assert gone.current_facts == 5


def test_everything_is_printed_in_lines_that_fit(told: Demo, printed: str) -> None:
    for shown in (
        "Dana prefers window seats",
        "7 facts, each with its source",
        "7 facts are current",
        "what the model sees without memory",
        "what the model sees with memory",
        f"{told.session_2.context.tokens} tokens injected",
        "Dana's favorite color is blue",
        "“my favorite color is blue”",
        "decision log",
        "-> 0",
    ):
        assert shown in printed, shown
    assert max(map(len, printed.splitlines())) <= 100
    assert not re.search(r"\x1b", printed)


def test_a_kept_file_is_a_memory_to_look_around_in(tmp_path: Path) -> None:
    path = tmp_path / "dana.db"
    assert play(path).kept
    with Memory(path) as memory:
        assert memory.list(user_id="dana").items
    with pytest.raises(InputError, match="is there already"):
        play(path)
