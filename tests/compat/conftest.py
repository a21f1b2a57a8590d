"""A memory with Mem0's interface, in RAM, with a clock that ticks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ticking import Ticking

from everwhen.compat.mem0 import Memory


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def m(clock: Ticking) -> Iterator[Memory]:
    with Memory(path=":memory:", clock=clock) as opened:
        yield opened
