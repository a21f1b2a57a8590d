"""Index terms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.language.tokens import MAX_WORD, message_terms, stem, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which seat do I prefer?", ["seat", "prefer"]),
        ("She prefers the window seats", ["prefer", "window", "seat"]),
        ("I don't, you're not, they'll", []),
        ("Dana's cat and Dana’s dog", ["dana", "cat", "dana", "dog"]),
        ("CAFÉ in Łódź, straße", ["cafe", "lodz", "strass"]),
        ("2,000 dollars at 10:30", ["2000", "dollar", "10", "30"]),
        ("snake_case e-mail", ["snake", "case", "mail"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("我住在里斯本", ["我住", "住在", "在里", "里斯", "斯本"]),
        ("猫 is a cat", ["猫", "cat"]),
        ("iPhone手机壳", ["iphon", "手机", "机壳"]),
        ("한국어 공부", ["한국", "국어", "공부"]),
        ("живу в Москве", ["жив", "москв"]),
        ("", []),
        ("?! \x00\ud800 👍", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_stop_words_of_other_languages_leave_english_words_alone() -> None:
    assert terms("ich wohne in der Stadt") == ["wohn", "stadt"]
    assert terms("my son may die") == ["son", "may", "die"]


def test_a_stem_is_given_for_a_stop_word_too() -> None:
    assert stem("Where") == "where"
    assert stem("living") == stem("lives") == "live"


@given(st.text())
def test_any_text_gives_terms_that_are_storable_and_the_same_again(text: str) -> None:
    found = terms(text)
    assert found == terms(text)
    assert all(0 < len(term) <= MAX_WORD and term.encode("utf-8") for term in found)


def test_a_huge_text_takes_bounded_work() -> None:
    assert len(terms("word " * 2_000_000)) == 80_000
    assert len(words("x" * 1_000_000)) == 1


def test_a_message_is_found_by_its_speaker_and_day_too() -> None:
    at = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    found = message_terms("I ran a race", name="Caroline", at=at)
    assert found == ["carolin", "run", "race", "may", "2023", "8"]
    assert message_terms("I ran", name=None, at=at)[0] == "run"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("favourite colours", "favorite color"),
        ("organising neighbours", "organize neighbor"),
        ("grandchildren", "grandchild"),
        ("she bought a bike", "he buys bikes"),
    ],
)
def test_other_spellings_and_forms_of_a_word_are_the_same_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_words_that_only_look_alike_stay_apart() -> None:
    assert terms("four hours of flour") != terms("for hors of flor")
