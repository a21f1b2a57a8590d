"""A memory with Mem0's interface, in RAM, with a clock that ticks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from everwhen.compat.mem0 import Memory


class Ticking:
    """A second passes each time somebody looks; `day` may be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def m(clock: Ticking) -> Iterator[Memory]:
    with Memory(path=":memory:", clock=clock) as opened:
        yield opened
