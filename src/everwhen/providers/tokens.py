"""Counting tokens offline, by an estimate."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_PIECE = re.compile(
    rf"[A-Za-z]{{1,12}}|\d{{1,2}}|[^\w\s]{{1,3}}|\n+|[{_WIDE}]|[^\x00-\x7f\s]{{1,3}}|_"
)


@dataclass(frozen=True, slots=True)
class EstimatedCounter:
    """About what current models count: a token for each word, two digits, sign or line break.

    Long words are several, and so are those of other scripts than the Latin one; a character of
    Chinese, Japanese or Korean is one. How far it is from real tokenizers is in docs/tokens.md.
    """

    @property
    def within(self) -> int:
        """Per cent by which it is off at most for 95 of 100 stretches of English chat."""
        return 15

    @property
    def name(self) -> str:
        """Printed beside figures, so that nobody takes them for exact ones."""
        return f"estimate, ~ within {self.within} %"

    def count(self, text: str) -> int:
        """Tokens in the text."""
        return len(_PIECE.findall(text))
