"""The messages just before the one that is read: what they told, as far as somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from everwhen.model.records import Episode, Proposal

if TYPE_CHECKING:
    from everwhen.write.rules.cast import Who

_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a message was about: its claims, and whom a pronoun may mean."""

    said: tuple[Proposal, ...] = ()
    person: Who | None = None
    pet: Who | None = None
    thing: tuple[Who, str] | None = None


class Recall:
    """Reads the messages before, the latest first and each at most once, when it matters.

    `before` tells which of them may matter, in order of time; `read` what one of them told.
    """

    __slots__ = ("_before", "_episodes", "_read", "_said", "_told")

    def __init__(
        self, before: Callable[[], Sequence[Episode]], read: Callable[[Episode], Earlier]
    ) -> None:
        self._before = before
        self._read = read
        self._episodes: list[Episode] | None = None
        self._told: list[Earlier] = []
        self._said: tuple[Proposal, ...] | None = None

    def _latest_first(self) -> Iterator[Earlier]:
        yield from self._told
        if self._episodes is None:
            self._episodes = list(self._before())
        while self._episodes:
            self._told.append(self._read(self._episodes.pop()))
            yield self._told[-1]

    @property
    def said(self) -> tuple[Proposal, ...]:
        """Their last claims, in order."""
        if self._said is None:
            every = [claim for told in reversed([*self._latest_first()]) for claim in told.said]
            self._said = tuple(every[-_MOST:])
        return self._said

    def said_any(self) -> bool:
        """Whether they made claims."""
        return any(told.said for told in self._latest_first())

    @property
    def person(self) -> Who | None:
        """The person mentioned last."""
        return next((told.person for told in self._latest_first() if told.person), None)

    @property
    def pet(self) -> Who | None:
        """The animal mentioned last, unless a person was mentioned after that message."""
        last = next((told for told in self._latest_first() if told.pet or told.person), None)
        return last.pet if last is not None else None

    @property
    def thing(self) -> tuple[Who, str] | None:
        """The thing mentioned last."""
        return next((told.thing for told in self._latest_first() if told.thing), None)


def nothing_before() -> Recall:
    """Of a message with nothing before it."""
    return Recall(tuple, _unread)


def _unread(episode: Episode) -> Earlier:
    return Earlier()
