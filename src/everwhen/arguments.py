"""Arguments of Memory's calls, read once at the edge; and the instants that calls are made at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from everwhen.errors import InputError
from everwhen.model.period import MICROSECOND
from everwhen.model.records import Scope
from everwhen.ports import Kind

_KINDS: tuple[Kind, ...] = ("fact", "episode")
_MAX_COUNT = 10_000
_NUDGE_LIMIT = 1_000_000 * MICROSECOND


class Tick:
    """The clock's time, nudged forward a microsecond where needed to keep the order of calls."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: datetime | None = None

    def __call__(self) -> datetime:
        """An instant later than the last one given, unless the clock was set back by more."""
        with self._lock:
            now = self._clock()
            if self._last is not None and self._last >= now and now + _NUDGE_LIMIT > self._last:
                now = self._last + MICROSECOND
            self._last = now
            return now

    def latest(self) -> datetime:
        """Now, or the last instant given if that is a nudge later."""
        now = self._clock()
        last = self._last
        return last if last is not None and now < last < now + _NUDGE_LIMIT else now


def read_scope(user_id: str | None, agent_id: str | None, run_id: str | None) -> Scope:
    """The scope that the ids of a call name."""
    return Scope(user_id=user_id, agent_id=agent_id, run_id=run_id)


def read_words(value: object, name: str) -> str:
    """A text that must hold something."""
    if not isinstance(value, str):
        raise InputError(f"{name} is a {type(value).__name__}; give text")
    if not value.strip():
        raise InputError(f"{name} is empty; give some words")
    return value


def read_optional_words(value: str | None, name: str) -> str | None:
    """The same, or nothing."""
    return None if value is None else read_words(value, name)


def read_count(value: object, name: str) -> int:
    """A whole number within the limit of what one call gives."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_COUNT:
        raise InputError(f"{name}={value!r}; give a whole number from 1 to {_MAX_COUNT}")
    return value


def read_kinds(kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """The kinds of item that a search is for."""
    given: Sequence[str] = [kinds] if isinstance(kinds, str) else kinds
    wrong = [kind for kind in given if kind not in _KINDS]
    if wrong or not given:
        raise InputError(f"kinds={kinds!r}; use one or more of {', '.join(_KINDS)}")
    return tuple(kind for kind in _KINDS if kind in given)
