"""Slips mended with a star: "dr hanna weiss", then "*weisz"; "in 4th grude. *grade"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from everwhen.model.records import Polarity, Proposal

_ALONE = re.compile(
    r"^\s*(?:\*+\s?(?P<a>[\w'’-]{2,30}(?: [\w'’-]{2,30})?)\*?|(?P<b>[\w'’-]{2,30})\*+)\s*[.!]?\s*$"
)
_WITHIN = re.compile(r"(?P<gap>[.!,]?\s+)\*(?P<w>[\w'’-]{3,30})(?=$|[\s.,!?])")
_WORD = re.compile(r"[\w'’-]+")


def distance(one: str, two: str) -> int:
    """How many letters differ between two words, as far as it matters."""
    if abs(len(one) - len(two)) > 3:
        return 9
    row = list(range(len(two) + 1))
    for number, left in enumerate(one, 1):
        last, row[0] = row[0], number
        for place, right in enumerate(two, 1):
            last, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, last + (left != right)),
            )
    return row[-1]


def _alike(one: str, two: str) -> bool:
    one, two = one.lower(), two.lower()
    return one != two and distance(one, two) <= max(1, min(3, len(two) // 2))


def mended(text: str) -> str:
    """The text with words put right that a starred word behind them mends, of the same length
    or shorter."""
    match = _WITHIN.search(text)
    if match is None or "**" in text:
        return text
    before = list(_WORD.finditer(text, 0, match.start()))
    for word in reversed(before[-8:]):
        if _alike(word[0], match["w"]):
            head, tail = text[: word.start()], text[word.end() : match.start()]
            return f"{head}{match['w']}{tail}{match['gap'].rstrip()}{text[match.end() :]}"
    return text


def correction(text: str, earlier: Sequence[Proposal]) -> list[Proposal]:
    """What a message that is only a starred word puts right of what was said before."""
    match = _ALONE.match(text)
    if match is None:
        return []
    right = match["a"] or match["b"]
    for old in reversed(earlier):
        for word in _WORD.findall(old.value):
            if old.polarity is not Polarity.END and _alike(word, right):
                shown = right if word.islower() else right[:1].upper() + right[1:]
                return [_corrected(old, word, shown, len(text.rstrip()))]
    return []


def _corrected(old: Proposal, word: str, right: str, end: int) -> Proposal:
    return replace(
        old,
        value=old.value.replace(word, right),
        text=old.text.replace(word, right),
        polarity=Polarity.CORRECT,
        replaces=old.value,
        start=0,
        end=end,
    )
