"""Kinds of token counters that a context is made with in another way."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from everwhen.ports import TokenCounter


@runtime_checkable
class EstimatingCounter(TokenCounter, Protocol):
    """A counter that estimates; for a long history a part of it is counted and stands for all."""

    @property
    def within(self) -> int:
        """Per cent by which it is off at most, as a rule; its name says it too."""
        ...


@runtime_checkable
class DistantCounter(TokenCounter, Protocol):
    """A counter that takes long for each text, such as one over a network: parts are fitted by
    another one, and it is asked about the whole, a few times."""

    @property
    def rough(self) -> TokenCounter:
        """What parts are fitted by."""
        ...

    def close(self) -> None:
        """Let go of connections; the next text may open them anew."""
        ...
