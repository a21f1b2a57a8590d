"""The errors that Mem0's interface has by name; both are a ValueError, as there."""

from __future__ import annotations

from collections.abc import Mapping

from everwhen.errors import InputError, NotFoundError


class ValidationError(InputError):
    """An argument is wrong; `error_code` tells which kind of wrong."""

    def __init__(
        self,
        message: str,
        error_code: str = "VALIDATION",
        details: Mapping[str, object] | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message if suggestion is None else f"{message} {suggestion}")
        self.message = message
        self.error_code = error_code
        self.details = dict(details or {})
        self.suggestion = suggestion


class MemoryNotFoundError(NotFoundError, ValueError):
    """No memory of that id, or not in the scope that the call names."""
