"""Models that run on this machine: found, loaded once, and missed in plain words."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Generic, TypeVar

from everwhen.errors import MissingExtraError, ProviderError

T = TypeVar("T")


def require(package: str, *, extra: str, asked: str) -> None:
    """Say which extra to install, where a package is missing; nothing is imported yet."""
    if find_spec(package) is None:
        raise MissingExtraError(
            f"{asked!r} needs the package {package}, which is not installed; run: "
            f'pip install "everwhen[{extra}]"'
        )


class Once(Generic[T]):
    """What is loaded at the first use, by one thread, and kept."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock, self._process = threading.Lock(), os.getpid()
        self._loaded: T | None = None

    def __call__(self) -> T:
        """The one thing, loaded now if it is not yet."""
        found = self._loaded
        if found is None:
            if self._process != os.getpid():
                # Forked: the thread that held the lock is not here to give it back.
                self._lock, self._process = threading.Lock(), os.getpid()
            with self._lock:
                found = self._loaded = self._load() if self._loaded is None else self._loaded
        return found

    def drop(self) -> T | None:
        """Forget the thing, which the caller may close; the next use loads it anew."""
        found, self._loaded = self._loaded, None
        return found


@contextmanager
def running(asked: str, doing: str) -> Iterator[None]:
    """Tell what was asked of which model, where its library fails."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, TypeError, LookupError) as error:
        said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise ProviderError(
            f"{asked!r} could not {doing}: {said:.300}. A model has to be on this machine, or its "
            "hub within reach at the first use; check the name, download it where there is a "
            "network, or name another"
        ) from error
