"""Small sets of words, written as one text."""

from __future__ import annotations

from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(text.split())


def has_any(text: str, parts: Iterable[str]) -> bool:
    """Whether a text holds one of these: much cheaper than a pattern that most texts fail."""
    for part in parts:  # noqa: SIM110 - a generator costs more than the test
        if part in text:
            return True
    return False
