"""An open memory: its parts, its clock and zone, and letting go of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeAlias

from everwhen.arguments import Tick
from everwhen.asking import BatchExtractor, ChatModel
from everwhen.counting import DistantCounter
from everwhen.language.redaction import Redact
from everwhen.model.period import instant, zone
from everwhen.model.policy import Policy
from everwhen.model.results import Problem
from everwhen.opening import open_parts, read_clock, read_embedder, read_settings
from everwhen.ports import Clock, Embedder, Extractor, Judge, Moment, Reranker, TokenCounter
from everwhen.write import rebuild

Instant: TypeAlias = datetime | str

_ALL_TIME = datetime.max.replace(tzinfo=UTC)


class Opened:
    """What `Memory` is before it has any verbs."""

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
        settings = read_settings(
            url,
            embedder=embedder,
            extractor=extractor,
            counter=counter,
            reranker=reranker,
            judge=judge,
            tz=tz,
            vocabulary=vocabulary,
            redact=redact,
        )
        self._tz = None if settings.tz is None else zone(settings.tz)
        self._clock = read_clock(clock)
        self._tick = Tick(self._now)
        self._parts = open_parts(
            settings,
            embedder=embedder,
            extractor=extractor,
            counter=counter,
            reranker=reranker,
            redact=redact,
            policy=policy,
            judge=judge,
            clock=self._now,
        )
        try:
            self._embedder_in_file = rebuild.recorded_embedder(self._parts)
        except BaseException:
            self._parts.store.close()
            raise

    def check(self) -> list[Problem]:
        """Look for what is damaged or missing in the file; empty if all is well.

        It reads everything and changes nothing; `everwhen doctor` tells the same and more.
        """
        return self._parts.store.check()

    def close(self) -> None:
        """Release the file, and connections to a model. Closing twice is fine."""
        if isinstance(self._parts.extractor, BatchExtractor):
            self._parts.extractor.close()
        if isinstance(self._parts.counter, DistantCounter):
            self._parts.counter.close()
        if self._parts.judge is not None:
            self._parts.judge.close()
        self._parts.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._parts.store.url!r})"

    def _now(self) -> datetime:
        return instant(self._clock(), name="the clock's time", tz=None)

    def _instant(self, value: Instant | None, name: str) -> datetime | None:
        return None if value is None else instant(value, name=name, tz=self._tz)

    def _moment(self, as_of: Instant | None, known_at: Instant | None) -> Moment:
        valid = self._instant(as_of, "as_of")
        return Moment(
            as_of=self._tick.latest() if valid is None else valid,
            known_at=self._instant(known_at, "known_at") or _ALL_TIME,
            said_by=valid,
        )

    def _reindex(
        self, embedder: str | Embedder | None, *, progress: Callable[[int, int], None] | None
    ) -> None:
        parts = self._parts
        if embedder is not None:
            parts = replace(parts, embedder=read_embedder(embedder))
        rebuild.reindex(parts, progress=progress)
        self._parts, self._embedder_in_file = parts, parts.embedder.name

    def _check_embedder(self) -> None:
        rebuild.require_embedder(self._parts, self._embedder_in_file)
