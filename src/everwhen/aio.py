"""AsyncMemory: the same verbs for asyncio, run in worker threads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from everwhen.asking import ChatModel
from everwhen.language.redaction import Redact
from everwhen.memory import Memory
from everwhen.model.policy import Policy
from everwhen.ports import Clock, Embedder, Extractor, Judge, Reranker, TokenCounter

P = ParamSpec("P")
R = TypeVar("R")


def _in_thread(
    verb: Callable[Concatenate[Memory, P], R],
) -> Callable[Concatenate[AsyncMemory, P], Coroutine[Any, Any, R]]:
    @wraps(verb)
    async def call(self: AsyncMemory, /, *args: P.args, **kwargs: P.kwargs) -> R:
        import asyncio  # a fifth of the time to import everwhen, and most do without it

        return await asyncio.to_thread(partial(verb, self.sync, *args, **kwargs))

    return call


class AsyncMemory:
    """Memory for asyncio. Takes what `Memory` takes; `sync` is the memory underneath."""

    def __init__(
        self,
        url: str | Path | None = None,
        *,
        embedder: str | Embedder | None = None,
        extractor: str | Extractor | ChatModel | None = None,
        counter: str | TokenCounter | None = None,
        reranker: str | Reranker | None = None,
        judge: str | Judge | None = None,
        clock: Clock | None = None,
        tz: str | None = None,
        vocabulary: str | Path | None = None,
        redact: Redact | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.sync = Memory(
            url,
            embedder=embedder,
            extractor=extractor,
            counter=counter,
            reranker=reranker,
            judge=judge,
            clock=clock,
            tz=tz,
            vocabulary=vocabulary,
            redact=redact,
            policy=policy,
        )

    add = _in_thread(Memory.add)
    remember = _in_thread(Memory.remember)
    correct = _in_thread(Memory.correct)
    end = _in_thread(Memory.end)
    retract = _in_thread(Memory.retract)
    forget = _in_thread(Memory.forget)
    search = _in_thread(Memory.search)
    context = _in_thread(Memory.context)
    ask = _in_thread(Memory.ask)
    get = _in_thread(Memory.get)
    list = _in_thread(Memory.list)
    timeline = _in_thread(Memory.timeline)
    history = _in_thread(Memory.history)
    scopes = _in_thread(Memory.scopes)
    policy = _in_thread(Memory.policy)
    set_policy = _in_thread(Memory.set_policy)
    work = _in_thread(Memory.work)
    judge = _in_thread(Memory.judge)
    reindex = _in_thread(Memory.reindex)
    export = _in_thread(Memory.export)
    load = _in_thread(Memory.load)
    stats = _in_thread(Memory.stats)
    check = _in_thread(Memory.check)
    close = _in_thread(Memory.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
