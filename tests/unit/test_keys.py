"""Which values count as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.language.keys import value_key


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (["Lisbon", "  lisbon. ", "LISBON!"], "lisbon"),
        (["São Paulo", "sao paulo", "Sa\u0303o  Paulo"], "sao paulo"),
        (["the window seat", "Window-seat", "a window seat", "window_seat"], "window seat"),
        (["2,000", "2000", "2000.00"], "2000"),
        (["$2,000", "2000 dollars", "$2k", "2,000 USD", "$ 2000."], "2000 dollars"),
        (["C++", "c++"], "c++"),
        (["C", "c"], "c"),
        (["C#"], "c#"),
        (["The The"], "the"),
        (["a"], "a"),
        (["O’Brien", "O'Brien"], "obrien"),
        (["3.5%"], "3.5%"),
        (["-5 degrees"], "-5 degrees"),
        (["東京", " 東京。"], "東京"),
        (["が"], "が"),
        (["हिन्दी"], "हिन्दी"),
        (["🎉"], "🎉"),
        (["..."], "..."),
        (["   "], "   "),
        ([""], ""),
    ],
)
def test_equal_values_have_one_key(texts: list[str], key: str) -> None:
    assert {value_key(text) for text in texts} == {key}


def test_different_values_keep_apart() -> None:
    values = [
        "c",
        "c++",
        "c#",
        "2000",
        "20.00",
        "-5",
        "5",
        "5%",
        "か",
        "が",
        "हिन्दी",
        "हन्दा",
        "win",
        "wine",
    ]
    assert len({value_key(value) for value in values}) == len(values)


@given(st.text())
def test_a_key_is_never_empty(text: str) -> None:
    key = value_key(text)
    assert bool(key) == bool(text)
