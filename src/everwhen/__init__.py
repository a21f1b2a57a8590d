"""everwhen: long-term memory for agents on language models.

It keeps what was said, works out the facts, knows when each was true and when it was learnt,
and gives the model the few lines that the next turn needs.
"""

from __future__ import annotations

from everwhen.aio import AsyncMemory
from everwhen.errors import EverwhenError, InputError, NotFoundError, StoreError
from everwhen.memory import Memory
from everwhen.model.policy import Policy
from everwhen.model.records import Decision, Episode, Fact, Message, Scope, Source
from everwhen.model.results import Added, Context, Hit, Page, Receipt
from everwhen.version import __version__

__all__ = [
    "Added",
    "AsyncMemory",
    "Context",
    "Decision",
    "Episode",
    "EverwhenError",
    "Fact",
    "Hit",
    "InputError",
    "Memory",
    "Message",
    "NotFoundError",
    "Page",
    "Policy",
    "Receipt",
    "Scope",
    "Source",
    "StoreError",
    "__version__",
]
