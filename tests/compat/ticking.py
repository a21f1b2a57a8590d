"""A clock that moves on each time somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Ticking:
    """A second passes each time somebody looks."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now
