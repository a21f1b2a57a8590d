"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.language.questions import MAX_QUERY, MAX_TERMS, read_question


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("When did I move?", {"when", "past", "self"}),
        ("How many cats do we have?", {"count", "self"}),
        ("where does Ana live", set()),
        ("What did you recommend for dinner?", {"told"}),
        ("Wo habe ich früher gewohnt?", {"past", "self"}),
        ("¿Cuándo es la cita?", {"when"}),
        ("我以前住在哪里", {"past", "self"}),
        ("Which dishes whenever", set()),
    ],
)
def test_kinds_of_questions(text: str, kinds: set[str]) -> None:
    found = read_question(text)
    assert kinds == {
        name
        for name, asked in (
            ("when", found.asks_when),
            ("count", found.asks_count),
            ("past", found.about_past),
            ("self", found.about_self),
            ("told", found.about_told),
        )
        if asked
    }


def test_the_person_asked_about_is_no_part_of_the_topic() -> None:
    assert "Caroline" not in read_question("When did Caroline paint a sunrise?").topic
    assert "Caroline" not in read_question("What is Caroline's job?").topic
    assert read_question("What did Ana").topic == "What did Ana", "nothing would be left"
    assert read_question("Is this in Paris or Rome?").topic.startswith("Is this in Paris")


def test_a_question_of_any_length_is_bounded() -> None:
    text = " ".join(f"word{number}" for number in range(50_000)) + " at the end"
    found = read_question(text)
    assert len(found.text) <= MAX_QUERY + 1
    assert len(found.terms) <= MAX_TERMS
    assert found.text.endswith("at the end")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert read_question(text) == read_question(text)
