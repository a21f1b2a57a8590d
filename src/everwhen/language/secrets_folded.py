"""A text as secrets are looked for in it: look-alikes and hidden characters undone."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_HIDDEN_ONE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_HIDDEN = re.compile(rf"\x1b\[[0-9;]*[A-Za-z]|{_HIDDEN_ONE.pattern}")
_ALIKE = dict(zip("аеорсухіѕјһԁвкмнтАЕОРСУХІЅЈВКМНТαορντΑΒΕΗΙΚΜΝΟΡΤΧ",
                  "aeopcyxisjhdbkmhtAEOPCYXISJBKMHTaopvtABEHIKMNOPTX", strict=True))  # fmt: skip
_MIXED = re.compile(f"(?<=[A-Za-z0-9_-])[{''.join(_ALIKE)}]|[{''.join(_ALIKE)}](?=[A-Za-z0-9_-])")
_DASHES = "‐‑‒–—―−﹣－"
_FEWEST_DIGITS = 2
_LEAST_ENTROPY = 2.8
_LEAST_RUN = re.compile(r"[A-Za-z0-9]{8,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """The text to look in, the same in lower case, and where its characters stood."""

    text: str
    lower: str
    places: Sequence[int] | None = None

    def place(self, at: int) -> int:
        """Where a character of the folded text stands in the text itself."""
        return at if self.places is None else self.places[at]


def fold(text: str) -> Folded:
    """Undo wide and styled letters, dashes and letters of another script among Latin ones, and
    leave out what does not show."""
    places: list[int] | None = None
    if not text.isascii():
        text = text.translate(_plain())
        text = _MIXED.sub(lambda match: _ALIKE[match[0]], text)
    if _HIDDEN_ONE.search(text) is not None:
        places, pieces, last = [], [], 0
        for hidden in _HIDDEN.finditer(text):
            places += range(last, hidden.start())
            pieces.append(text[last : hidden.start()])
            if hidden[0].startswith("\x1b["):
                places.append(hidden.start())
                pieces.append(" ")
            last = hidden.end()
        places += range(last, len(text))
        pieces.append(text[last:])
        text = "".join(pieces)
    return Folded(text=text, lower=text.lower(), places=places)


@cache
def _plain() -> dict[int, str]:
    """Single characters for wide, styled and otherwise compatible ones."""
    table = dict.fromkeys(map(ord, _DASHES), "-") | {ord("İ"): "I", ord("’"): "'"}
    ranges = ((0xA0, 0xA1), (0x2000, 0x200B), (0x2070, 0x2150), (0x2460, 0x24F0),
              (0xFF01, 0xFF5F), (0x1D400, 0x1D800), (0x1FBF0, 0x1FBFA))  # fmt: skip
    for start, end in ranges:
        for code in range(start, min(end, sys.maxunicode)):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table.setdefault(code, plain)
    return table


def looks_random(text: str) -> bool:
    """Whether a run of characters is a key rather than words put together."""
    if sum(map(text.count, "0123456789")) < _FEWEST_DIGITS:
        return False
    if not any(_has_digit(run[0]) for run in _LEAST_RUN.finditer(text)):
        return False
    counts, length = Counter(text), len(text)
    entropy = -sum(n / length * math.log2(n / length) for n in counts.values())
    return entropy >= _LEAST_ENTROPY


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
