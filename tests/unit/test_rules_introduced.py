"""Introductions by name, and what only looks like one."""

from __future__ import annotations

import pytest

from everwhen import Memory


def texts(message: str) -> set[str]:
    with Memory(":memory:") as memory:
        memory.add(message, user_id="u")
        return {fact.text for fact in memory.list(user_id="u").items}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("I'm Mara.", {"Mara's name is Mara"}),
        ("Hi, I'm Mara and I live in Rome.", {"Mara's name is Mara", "Mara lives in Rome"}),
        (
            "I'm Priya, 34, from Pune.",
            {"Priya's name is Priya", "Priya is 34 years old", "Priya is from Pune"},
        ),
        ("Hey there, Tom here. I have a dog.", {"Tom's name is Tom", "Tom has a dog"}),
        ("Hello, this is Ida Lund speaking.", {"Ida Lund's name is Ida Lund"}),
    ],
)
def test_a_name_is_read_with_what_follows_it(message: str, said: set[str]) -> None:
    assert texts(message) == said


@pytest.mark.parametrize(
    "message",
    ["I'm German.", "I'm Vegan.", "I'm Buddhist.", "This is Sparta.", "I'm Fine, thanks.",
     "Typo here.", "I'm Single and happy."],
)  # fmt: skip
def test_what_one_is_is_no_name(message: str) -> None:
    assert not any("name is" in text for text in texts(message))
