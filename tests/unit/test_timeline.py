"""The order of episodes, kept up to date by what comes in, is that of sorting them all anew."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from everwhen.stores.index import KINDS, Snapshot, Words, empty
from everwhen.stores.timeline import SESSION_GAP, Timeline, timeline

MINUTE = 60_000_000


def _snapshot(said: list[tuple[int, int]]) -> Snapshot:
    run, at = (np.array(values, dtype=np.int64) for values in zip(*said, strict=True))
    snapshot = empty(1, KINDS["episode"], Words())
    return replace(snapshot, rows=np.arange(1, len(said) + 1), columns={"run": run, "at": at})


def _as_told(line: Timeline) -> list[list[int]]:
    columns = (line.order, line.run, line.at, line.place, line.session, line.starts)
    return [column.tolist() for column in columns]


@pytest.mark.parametrize("seed", range(6))
def test_new_messages_find_their_place(seed: int) -> None:
    dice = random.Random(seed)
    said, clock, line = [(0, 0)], 0, None
    kept: list[tuple[Timeline, list[list[int]]]] = []
    for _ in range(40):
        for _ in range(dice.choice((1, 1, 2, 5))):
            clock += dice.choice((0, MINUTE, 5 * MINUTE, SESSION_GAP + MINUTE))
            late = dice.random() < 0.2
            said.append((dice.randrange(3), dice.randrange(clock + 1) if late else clock))
        snapshot = _snapshot(said)
        line = timeline(snapshot, line)
        told = _as_told(line)
        assert told == _as_told(timeline(snapshot, None))
        kept.append((line, told))
    assert all(_as_told(line) == told for line, told in kept)
