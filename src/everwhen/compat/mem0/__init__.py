"""Mem0's interface on an everwhen memory: change the import, keep the calls.

    from everwhen.compat.mem0 import Memory        # was: from mem0 import Memory

docs/mem0.md has the table of what maps to what, and where the two differ.
"""

from __future__ import annotations

from everwhen.compat.mem0.aio import AsyncMemory
from everwhen.compat.mem0.client import Memory
from everwhen.compat.mem0.config import MemoryConfig
from everwhen.compat.mem0.exceptions import MemoryNotFoundError, ValidationError

__all__ = ["AsyncMemory", "Memory", "MemoryConfig", "MemoryNotFoundError", "ValidationError"]
