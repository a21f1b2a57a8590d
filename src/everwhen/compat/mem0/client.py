"""Memory: Mem0's synchronous class, on an everwhen memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from itertools import islice
from typing import Final, Self

from everwhen import memory as engine
from everwhen.asking import ChatModel
from everwhen.compat.mem0 import finding, histories
from everwhen.compat.mem0.adding import (
    NOTE,
    PROCEDURAL,
    Adding,
    add_given,
    add_inferred,
    add_procedure,
)
from everwhen.compat.mem0.arguments import (
    OWN,
    log,
    read_day,
    read_entities,
    read_instant,
    read_messages,
    read_metadata,
    read_query,
    read_threshold,
    read_top_k,
    refuse_entities,
)
from everwhen.compat.mem0.choosing import choose
from everwhen.compat.mem0.config import MemoryConfig, read_config
from everwhen.compat.mem0.exceptions import ValidationError
from everwhen.compat.mem0.filters import read_filters
from everwhen.compat.mem0.items import Item, item_of, own_fields
from everwhen.compat.mem0.platform import Platform
from everwhen.errors import InputError
from everwhen.language.redaction import Redact
from everwhen.model.period import now
from everwhen.model.records import Fact, Scope
from everwhen.ports import Clock, Embedder, Extractor, Reranker
from everwhen.providers.choose import choose_reranker

_UNSET: Final = object()


class Memory(Platform):
    """Mem0's `Memory`, with the same calls, items and errors; docs/mem0.md has the differences.

    `config` is what Mem0 takes; `ignored` says which of its keys mean nothing here, and why,
    and each is logged once. `path` names the file outright. `embedder`, `extractor`,
    `reranker`, `redact` and `clock` are everwhen's. `everwhen` is the memory underneath.
    """

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
        opening = read_config(config)
        chosen = choose(opening, extractor=extractor, embedder=embedder, reranker=reranker)
        self.config = config
        self.ignored = chosen.ignored
        self._asks = chosen.asks
        for key, why in self.ignored:
            log.warning("the setting %s is passed over: %s", key, why)
        self.reranker = choose_reranker(reranker) if isinstance(reranker, str) else reranker
        self._now = now if clock is None else clock
        opened = engine.Memory(
            opening.url if path is None else path,
            embedder=chosen.embedder,
            extractor=chosen.extractor,
            redact=redact,
            policy=chosen.policy,
            clock=clock,
        )
        super().__init__(opened)

    @classmethod
    def from_config(cls, config_dict: Mapping[str, object]) -> Self:
        """A memory with such a configuration."""
        return cls(config_dict)

    def add(
        self,
        messages: object,
        *,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
        metadata: Mapping[str, object] | None = None,
        timestamp: object = None,
        expiration_date: object = None,
        infer: bool = True,
        memory_type: str | None = None,
        prompt: str | None = None,
        categories: list[str] | None = None,
    ) -> dict[str, list[Item]]:
        """Remember messages: facts worked out from them, or with `infer=False` each as given.

        `timestamp` is when they were said, for conversations of the past. `prompt` is told to a
        language model that takes the facts, with the configuration's instructions.
        """
        ids = read_entities(user_id, agent_id, run_id)
        if not ids:
            raise ValidationError(
                "At least one of 'user_id', 'agent_id', or 'run_id' must be provided.",
                "VALIDATION_001",
                {"provided_ids": {"user_id": user_id, "agent_id": agent_id, "run_id": run_id}},
                "Please provide at least one identifier to scope the memory operation.",
            )
        if memory_type not in (None, PROCEDURAL):
            raise ValidationError(
                f"Invalid 'memory_type'. Please pass {PROCEDURAL} to create procedural memories.",
                "VALIDATION_002",
                {"provided_type": memory_type, "valid_type": PROCEDURAL},
            )
        said = read_messages(messages)
        if prompt is not None and not self._asks:
            log.warning("prompt= is passed over: no language model is asked that would follow it")
        at = read_instant(timestamp, "timestamp")
        kept = read_metadata(metadata, "add()")
        if categories is not None:
            kept["categories"] = list(categories)
        own = {**ids, "expiration_date": read_day(expiration_date)}
        adding = Adding(
            scope=Scope(**ids),
            at=at,
            metadata=kept,
            own={key: value for key, value in own.items() if value is not None},
        )
        if memory_type == PROCEDURAL and "agent_id" in ids:
            return {"results": add_procedure(self.everwhen, self._places, adding, said)}
        if not infer:
            return {"results": add_given(self.everwhen, self._places, adding, said)}
        stamped = Adding(
            scope=adding.scope,
            at=at,
            metadata=kept,
            own={**adding.own, "at": (at or self._now()).astimezone(UTC).isoformat()},
        )
        told = (prompt or None) if self._asks else None
        return {"results": add_inferred(self.everwhen, self._places, stamped, said, told)}

    def get(
        self,
        memory_id: str,
        *,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
    ) -> Item | None:
        """A memory by id, None if there is none, or none of the ids that are given."""
        fact = self._fact(memory_id, read_entities(user_id, agent_id, run_id))
        return None if fact is None else {**item_of(fact, fact.scope), "score": None}

    def get_all(
        self,
        /,
        *,
        filters: Mapping[str, object] | None = None,
        top_k: int | None = 20,
        show_expired: bool = False,
        page: int | None = None,
        page_size: int | None = None,
        **unknown: object,
    ) -> Item:
        """The memories that pass the filter, the oldest first: `top_k` of them, or a page.

        With `page` (from 1) or `page_size` (100) the answer has `count`, `next` and `previous`.
        """
        refuse_entities(unknown, "get_all")
        most = read_top_k(top_k)
        found = finding.every(
            self.everwhen,
            self._places,
            read_filters(filters),
            today=self._today(),
            show_expired=show_expired,
        )
        if page is None and page_size is None:
            return {"results": list(islice(found, most))}
        return self._page(list(found), 1 if page is None else page, page_size)

    def search(
        self,
        /,
        query: str,
        *,
        top_k: int | None = 20,
        filters: Mapping[str, object] | None = None,
        threshold: float | None = 0.1,
        rerank: bool = False,
        explain: bool = False,
        reference_date: object = None,
        show_expired: bool = False,
        **unknown: object,
    ) -> dict[str, list[Item]]:
        """The memories that fit a question best, with a `score` between 0 and 1.

        `reference_date` asks what was true then.
        """
        refuse_entities(unknown, "search")
        wanted = finding.Wanted(
            threshold=read_threshold(threshold),
            top_k=read_top_k(top_k),
            filter=read_filters(filters),
            today=self._today(),
            show_expired=show_expired,
            explain=explain,
            as_of=read_instant(reference_date, "reference_date"),
        )
        asked = read_query(query)
        found = finding.search(self.everwhen, self._places, asked, wanted)
        return {"results": finding.reranked(self.reranker, asked, found) if rerank else found}

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: Mapping[str, object] | None = None,
        expiration_date: object = _UNSET,
        data: str | None = None,
        *,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
    ) -> dict[str, str]:
        """Change a memory's text, metadata (over what it has) or expiration date; its id stays."""
        if data is not None:
            log.warning("update(data=…) is Mem0's old name of text=")
            text = data if text is None else text
        if text is None and metadata is None and expiration_date is _UNSET:
            raise InputError("At least one of text, metadata, or expiration_date must be provided.")
        if text is not None and (not isinstance(text, str) or not text.strip()):
            raise InputError(f"text={text!r:.80} must be a non-empty string")
        fact = self._there(memory_id, read_entities(user_id, agent_id, run_id))
        own = {**own_fields(fact.metadata), "id": memory_id, "updated": True}
        if fact.attribute != NOTE or "at" in own:
            own.setdefault("at", fact.system_from.isoformat())
        if expiration_date is not _UNSET:
            own["expiration_date"] = read_day(expiration_date)
        kept = {**fact.metadata, **read_metadata(metadata, "update()"), OWN: own}
        keyed = fact.attribute == NOTE and fact.value != fact.text
        self.everwhen.correct(
            fact.id,
            **self._whose(fact),
            text=text,
            value=fact.value if keyed and text is not None else None,
            metadata={**kept, OWN: {key: one for key, one in own.items() if one is not None}},
        )
        return {"message": "Memory updated successfully!"}

    def delete(
        self,
        memory_id: str,
        *,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
    ) -> dict[str, str]:
        """Take a memory back. Its history stays; `delete_all` erases words for good."""
        fact: Fact | None = self._there(memory_id, read_entities(user_id, agent_id, run_id))
        while fact is not None:
            # Without a correction what it corrected would hold again.
            self.everwhen.retract(fact.id, **self._whose(fact))
            fact = self._places.fact(memory_id)
        return {"message": "Memory deleted successfully!"}

    def delete_all(
        self, user_id: object = None, agent_id: object = None, run_id: object = None
    ) -> dict[str, str]:
        """Erase all memories with these ids for good: words, indexes and history."""
        ids = read_entities(user_id, agent_id, run_id)
        if not ids:
            raise InputError(
                "At least one filter is required to delete all memories. If you want to delete "
                "all memories, use the `reset()` method."
            )
        self._erase(self._places.scopes(ids))
        return {"message": "Memories deleted successfully!"}

    def history(self, memory_id: str) -> list[Item]:
        """What happened to a memory, oldest first; empty for an id that was never there."""
        return histories.history(self.everwhen, self._places, str(memory_id))

    def reset(self) -> None:
        """Erase every memory in the file, of everybody."""
        log.warning("Resetting all memories")
        self._erase(self.everwhen.scopes())

    def close(self) -> None:
        """Let go of the file."""
        self.everwhen.close()

    def chat(self, query: str) -> None:
        """Not part of Mem0's library either."""
        raise NotImplementedError("Chat function not implemented yet.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
