"""AsyncMemory: Mem0's asynchronous class, run in worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from everwhen.asking import ChatModel
from everwhen.compat.mem0.client import Memory
from everwhen.compat.mem0.config import MemoryConfig
from everwhen.language.redaction import Redact
from everwhen.ports import Clock, Embedder, Extractor, Reranker

P = ParamSpec("P")
R = TypeVar("R")


def _in_thread(
    call: Callable[Concatenate[Memory, P], R],
) -> Callable[Concatenate[AsyncMemory, P], Coroutine[Any, Any, R]]:
    @wraps(call)
    async def wait(self: AsyncMemory, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(partial(call, self.sync, *args, **kwargs))

    return wait


class AsyncMemory:
    """Mem0's `AsyncMemory`: the calls of `Memory` as coroutines. `sync` is that memory."""

    def __init__(
        self,
        config: MemoryConfig | Mapping[str, object] | None = None,
        *,
        path: str | None = None,
        embedder: str | Embedder | None = None,
        extractor: str | Extractor | ChatModel | None = None,
        reranker: str | Reranker | None = None,
        redact: Redact | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.sync = Memory(
            config,
            path=path,
            embedder=embedder,
            extractor=extractor,
            reranker=reranker,
            redact=redact,
            clock=clock,
        )

    @classmethod
    def from_config(cls, config_dict: Mapping[str, object]) -> Self:
        """A memory with such a configuration; no coroutine, as with Mem0."""
        return cls(config_dict)

    add = _in_thread(Memory.add)
    get = _in_thread(Memory.get)
    get_all = _in_thread(Memory.get_all)
    search = _in_thread(Memory.search)
    update = _in_thread(Memory.update)
    delete = _in_thread(Memory.delete)
    delete_all = _in_thread(Memory.delete_all)
    history = _in_thread(Memory.history)
    reset = _in_thread(Memory.reset)
    chat = _in_thread(Memory.chat)
    close = _in_thread(Memory.close)
    batch_update = _in_thread(Memory.batch_update)
    batch_delete = _in_thread(Memory.batch_delete)
    users = _in_thread(Memory.users)
    create_memory_export = _in_thread(Memory.create_memory_export)
    get_memory_export = _in_thread(Memory.get_memory_export)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()
