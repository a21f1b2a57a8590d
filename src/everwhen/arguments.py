"""Arguments of Memory's calls, read once at the edge; and the instants that calls are made at."""

from __future__ import annotations

import math
import os
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from everwhen.errors import InputError
from everwhen.language.categories import categories
from everwhen.model.period import MICROSECOND
from everwhen.model.records import Scope
from everwhen.ports import Kind

_KINDS: tuple[Kind, ...] = ("fact", "episode")
_MAX_COUNT = 10_000
_MAX_ID = 512
_UNWRITABLE = re.compile(r"[\0\ud800-\udc7f\udd00-\udfff]")
"""NUL, and lone surrogates other than those that stand for odd bytes in names of files."""
_NUDGE_LIMIT = 1_000_000 * MICROSECOND


class Tick:
    """The clock's time, nudged forward a microsecond where needed to keep the order of calls."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._last: datetime | None = None

    def __call__(self) -> datetime:
        """An instant later than the last one given, unless the clock was set back by more."""
        if self._process != os.getpid():
            # Forked: the thread that held the lock is not here to give it back.
            self._lock, self._process = threading.Lock(), os.getpid()
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


def read_id(value: object, name: str = "id") -> str:
    """The id of something stored, as a call gave it."""
    if not isinstance(value, str):
        raise InputError(f"{name} is a {type(value).__name__}; give an id as a call returned it")
    if len(value) > _MAX_ID:
        raise InputError(f"{name} is {len(value)} characters long; give one as a call returned it")
    return value


def read_count(value: object, name: str) -> int:
    """A whole number within the limit of what one call gives."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_COUNT:
        raise InputError(f"{name}={value!r:.80}; give a whole number from 1 to {_MAX_COUNT}")
    return value


def read_whole(value: object, name: str) -> int:
    """A whole number that is not negative."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InputError(f"{name}={value!r:.80}; give a whole number, 0 or more")
    return value


def read_flag(value: object, name: str) -> bool:
    """True or False, and nothing that merely counts as one: "no" would count as True."""
    if not isinstance(value, bool):
        raise InputError(f"{name}={value!r:.80}; give True or False")
    return value


def read_score(value: object, name: str) -> float | None:
    """A number to compare scores with, or nothing."""
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or math.isnan(value):  # type: ignore[arg-type]
        raise InputError(f"{name}={value!r:.80}; give a number, or None for the usual cut-off")
    return value  # type: ignore[return-value]


def read_progress(value: Callable[[int, int], None] | None) -> Callable[[int, int], None] | None:
    """A callback, or nothing."""
    if value is not None and not callable(value):
        raise InputError(f"progress is a {type(value).__name__}; give a function of (done, whole)")
    return value


def read_category(value: object) -> str | None:
    """The name of a category, or nothing."""
    if value is not None and (not isinstance(value, str) or value not in categories()):
        raise InputError(f"category={value!r:.80}; use one of {', '.join(categories())}")
    return value


def read_path(value: object, name: str) -> Path:
    """The path of a file."""
    if not isinstance(value, str | os.PathLike):
        raise InputError(f"{name} is a {type(value).__name__}; give the path of a file")
    written = os.fspath(value)
    if not isinstance(written, str) or not written.strip() or _UNWRITABLE.search(written):
        raise InputError(f"{name}={written!r:.80} is not the path of a file; name one")
    return Path(written)


def read_kinds(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The kinds of item that a search is for."""
    given: Iterable[object] = [kinds] if isinstance(kinds, str) else kinds
    listed = list(given) if isinstance(given, Iterable) else [given]
    if not listed or any(kind not in _KINDS for kind in listed):
        raise InputError(f"kinds={kinds!r:.80}; use one or more of {', '.join(_KINDS)}")
    return tuple(kind for kind in _KINDS if kind in listed)


def read_names(names: Iterable[str], what: str) -> tuple[str, ...]:
    """Some names; one of them also without a list around it."""
    given: object = [names] if isinstance(names, str) else names
    listed = list(given) if isinstance(given, Iterable) else [given]
    found = tuple(name for name in listed if isinstance(name, str))
    if len(found) < len(listed):
        raise InputError(f"{what}={names!r:.80}; give a list of names")
    return found
