"""What is measured: anything that takes messages in and finds some of them for a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol, TypeAlias

from everwhen.memory import Memory

Given: TypeAlias = Mapping[str, object]
"""A message as `Memory.add` takes it, with {"session": …, "turn": …} in its metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a found message stands, and how well it fits. A system that finds whole sessions
    leaves the turn empty."""

    session: str
    turn: str
    score: float


class System(Protocol):
    """One way of finding messages. Scopes do not see one another."""

    @property
    def name(self) -> str:
        """As in the table."""
        ...

    def add(self, scope: str, messages: Sequence[Given]) -> None:
        """Take messages in."""
        ...

    def find(self, scope: str, query: str, *, limit: int, at: datetime | None) -> list[Place]:
        """The best messages, best first, without any cut-off; `at` is when it is asked."""
        ...

    def find_sure(
        self, scope: str, query: str, *, limit: int, at: datetime | None
    ) -> list[Place] | None:
        """The same with the system's own cut-off; None if it has none."""
        ...

    def drop(self, scope: str) -> None:
        """Free what the scope takes."""
        ...

    def close(self) -> None:
        """Free everything."""
        ...


SystemFactory: TypeAlias = Callable[[], System]


def place_of(metadata: Mapping[str, object]) -> tuple[str, str]:
    """The ids of session and turn that a message carries."""
    return str(metadata["session"]), str(metadata["turn"])


def _session(message: Given) -> str:
    metadata = message["metadata"]
    return str(metadata["session"]) if isinstance(metadata, Mapping) else ""


class Everwhen:
    """This package: `Memory.add` and `Memory.search` among messages."""

    name = "everwhen"

    def __init__(self, memory: Memory, *, extract: bool = False) -> None:
        self._memory = memory
        self._extract = extract

    def add(self, scope: str, messages: Sequence[Given]) -> None:
        """Take messages in, each session as a run, with their facts if so set."""
        for session, said in groupby(messages, key=_session):
            given = [dict(one) for one in said]
            self._memory.add(given, user_id=scope, run_id=session, extract=self._extract)

    def find(self, scope: str, query: str, *, limit: int, at: datetime | None) -> list[Place]:
        """Search among messages, with the cut-off turned off."""
        return self._search(scope, query, limit, at, 0.0)

    def find_sure(
        self, scope: str, query: str, *, limit: int, at: datetime | None
    ) -> list[Place] | None:
        """Search among messages as it is by default."""
        return self._search(scope, query, limit, at, None)

    def _search(
        self, scope: str, query: str, limit: int, at: datetime | None, least: float | None
    ) -> list[Place]:
        hits = self._memory.search(
            query, user_id=scope, kinds=("episode",), top_k=limit, as_of=at, min_score=least
        )
        places = []
        for hit in hits:
            session, turn = place_of(hit.metadata)
            places.append(Place(session=session, turn=turn, score=hit.score))
        return places

    def drop(self, scope: str) -> None:
        """Forget the scope."""
        self._memory.forget(user_id=scope, everything=True)

    def close(self) -> None:
        """Close the memory."""
        self._memory.close()
