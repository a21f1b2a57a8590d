"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


def _silent(done: int, whole: int) -> None:
    pass


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give a callback that takes what is done and the whole; it draws only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole)

        yield advance


@contextmanager
def steps(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """The same for work of several steps, each named."""
    with ExitStack() as stack:
        current: dict[str, Callable[[int, int], None]] = {}

        def advance(step: str, done: int, whole: int) -> None:
            if step not in current:
                stack.pop_all().close()
                current.clear()
                current[step] = stack.enter_context(progress(step, quiet=quiet))
            current[step](done, whole)

        yield advance
