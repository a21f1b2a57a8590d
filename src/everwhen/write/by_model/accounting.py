"""What a language model was asked, counted and logged."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from everwhen.asking import Reply
from everwhen.model.results import ModelUse


class Account:
    """Counts what one model was asked; safe between threads."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._use = ModelUse()

    @property
    def use(self) -> ModelUse:
        """What it was asked so far."""
        with self._lock:
            return self._use

    def count(
        self, reply: Reply, began: float, *, rejected: int = 0, failure: str | None = None
    ) -> None:
        """Count one question, asked at `began` of the monotonic clock."""
        import logging  # only once something was asked

        seconds = time.monotonic() - began
        logging.getLogger("everwhen").info(
            "%s: %d tokens in (%d cached), %d out, %.1f s, %d refused%s", self._model,
            reply.tokens_in, reply.tokens_cached, reply.tokens_out, seconds, rejected,
            "" if failure is None else f", failed: {failure}",
        )  # fmt: skip
        with self._lock:
            use = self._use
            self._use = replace(
                use,
                calls=use.calls + 1,
                failed=use.failed + (failure is not None),
                rejected=use.rejected + rejected,
                tokens_in=use.tokens_in + reply.tokens_in,
                tokens_cached=use.tokens_cached + reply.tokens_cached,
                tokens_out=use.tokens_out + reply.tokens_out,
                seconds=use.seconds + seconds,
                last_failure=use.last_failure if failure is None else failure,
            )
