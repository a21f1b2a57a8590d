"""The signals, one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.language.questions import read_question
from everwhen.language.tokens import stem
from everwhen.language.vocabulary import Attribute
from everwhen.model.records import Role
from everwhen.read import signals

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_base_signals_are_absolute() -> None:
    assert signals.lexical(3.0, 6.0) == 0.5
    assert signals.lexical(0.0, 0.0) == 0.0
    assert signals.dense(0.3, 0.3) == 0.0
    assert signals.dense(1.0, 0.3) == 1.0


def test_the_one_speaker_that_is_named_is_the_one_asked_about() -> None:
    names = ["Ana Reis", "Ben", None]
    one = signals.speakers_named(read_question("what did ana say about it?"), names)
    assert one == {"Ana Reis"}
    assert [signals.speaker(name, one) for name in names] == [0.0, -1.0, 0.0]
    both = signals.speakers_named(read_question("When did Ana meet Ben?"), names)
    assert [signals.speaker(name, both) for name in names] == [0.0, 0.0, 0.0]
    assert signals.speakers_named(read_question("What about Ben's car?"), names) == {"Ben"}


def test_what_was_said_in_a_time_that_is_named() -> None:
    wanted = signals.periods(read_question("What did we plan in February 2026?"), AT)
    assert signals.date(datetime(2026, 2, 14, tzinfo=UTC), wanted) == 1.0
    assert signals.date(AT, wanted) == 0.0
    assert signals.periods(read_question("What did we plan?"), AT) == ()
    german = signals.periods(read_question("Was haben wir im Februar 2026 geplant?"), AT)
    assert german == wanted


def test_what_the_assistant_said_counts_where_it_is_asked_for() -> None:
    about_me, told = read_question("Where do I live?"), read_question("What did you suggest?")
    assert signals.role(Role.USER, about_me) == signals.role(Role.ASSISTANT, told) == 0.0
    assert signals.role(Role.ASSISTANT, about_me) == signals.role(Role.TOOL, about_me) == -1.0


def test_a_turn_that_goes_on_with_the_talk_is_about_what_was_said_last() -> None:
    turn = read_question("That went well. What do we do next?")
    assert [signals.recent(age, turn) for age in (0, 3)] == [0.0, -0.5]
    assert signals.recent(3, read_question("What did we plan for the garden?")) == 0.0
    assert signals.recent(3, read_question("garden plans")) == 0.0


def test_told_times() -> None:
    when = read_question("When did you go?")
    assert signals.time_told(when, "I went last Tuesday.", AT) == 1.0
    assert signals.time_told(when, "I went.", AT) == 0.0
    assert signals.time_told(when, "Ich bin letzten Dienstag gegangen.", AT) == 1.0
    assert signals.time_told(read_question("Did you go?"), "I went last Tuesday.", AT) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Where do I work?", 1.0), ("Where is it?", 0.3), ("What do I eat?", 0.0)],
)
def test_words_that_ask_for_an_attribute(text: str, expected: float) -> None:
    about = Attribute(name="employer", words=("work", "company", "where"))
    assert signals.attribute(read_question(text), about) == expected


def test_whom_a_fact_is_about() -> None:
    mine, hers = read_question("Where do I live?"), read_question("Where does my sister live?")
    theirs = read_question("Where does Dana live?")
    assert signals.subjects_named(hers, ["user", "sister"]) == {"sister"}
    named = frozenset({"sister"})
    assert signals.subject(hers, "sister", named, None) == signals.NAMED
    assert signals.subject(hers, "user", named, None) == -1.0
    assert signals.subjects_named(mine, ["user", "sister"]) == frozenset()
    assert signals.subject(mine, "user", frozenset(), None) == 0.0
    assert signals.subject(mine, "sister", frozenset(), None) == -1.0
    assert signals.subject(theirs, "sister", frozenset(), "Dana") == -1.0
    assert signals.subject(theirs, "sister", frozenset(), None) == 0.0


def test_an_attribute_that_is_only_a_name() -> None:
    asking = read_question("Which songs did she sing at the opening of 2019?")
    assert signals.attribute(asking, Attribute(name="favorite song")) == 1.0
    assert signals.attribute(asking, Attribute(name="singing")) == 1.0
    assert signals.attribute(asking, Attribute(name="year 2019")) == 1.0
    assert signals.attribute(asking, Attribute(name="place of birth")) == 0.3
    assert signals.attribute(asking, Attribute(name="shoe size")) == 0.0


@given(st.text("abcdegilmnorstuyz", min_size=1, max_size=12))
def test_stems_begin_like_their_words(word: str) -> None:
    assert stem(word)[: 1 if len(word) <= 5 else 2] == word[: 1 if len(word) <= 5 else 2]
