"""Cut a message into sentences and clauses, each with its exact place in the message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SENTENCE = 600
"""Characters of one sentence that are looked at; people do not state facts in longer ones."""

_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\t": " ",
    }
)
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_EMOJI = (
    "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u2300-\u23ff\ufe0f\u200d"
    "\U000e0000-\U000e007f"
)
_END = re.compile(
    rf"[.!?…]+[\"')\]]*(?=\s|$|[{_EMOJI}])|\.\.+|…|\?(?=[A-Za-z])|\n+|[{_EMOJI}]+"
    r"|(?<=\s)(?::-?[)(DPp3]|;-?\)|<3|[xX]D)(?=\s|$)"
)
# the same where there are neither emoji nor smileys, which most texts are tested for in vain
_PLAIN_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\.\.+|\?(?=[A-Za-z])|\n+")
_SMILES = re.compile(r"[:;]|<3|[xX]D")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|prof|sr|jr|vs|etc|e\.g|i\.e|approx|no|nr|bzw|z\.b|ca|[A-Z])\.$",
    re.IGNORECASE,
)
_DAY_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.(?:\d{1,2}\.)?$")
_NEW_SENTENCE = re.compile(
    r"\s+(?:I|I'm|I've|I'd|I'll|We|We're|My|Our|He|She|They|It|It's|You|And|But|So|The|That|This|"
    r"What|How|Who|When|Ich|Wir|Mein|Meine|Er|Sie|Es|Das ist|Und|Aber)\b"
)
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters [start, end) of the message; `asks` tells a question mark at the end."""

    start: int
    end: int
    text: str
    asks: bool
    mark: str


def plain(text: str) -> str:
    """The text with typographic quotes made plain and code blanked, of the same length."""
    swapped = text.translate(_QUOTES)
    if "```" in swapped:
        swapped = _FENCE.sub(lambda match: "\n" * len(match[0]), swapped)
    return swapped


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text made by `plain`, in order.

    Line ends, emoji, ellipses and runs of punctuation end one; abbreviations, initials and
    decimal points do not.
    """
    start = 0
    ends = _PLAIN_END if text.isascii() and _SMILES.search(text) is None else _END
    for match in ends.finditer(text):
        mark = match[0]
        if mark[0] == "." and len(mark) == 1:
            head = text[max(start, match.end() - 12) : match.end()]
            if _ABBREVIATION.search(head) or (
                _DAY_ORDINAL.search(head)
                and text[match.end() : match.end() + 2].strip().isalpha()
                and _NEW_SENTENCE.match(text, match.end()) is None
            ):
                continue
        found = _sentence(text, start, match.start(), mark)
        if found is not None:
            yield found
        start = match.end()
    found = _sentence(text, start, len(text), "")
    if found is not None:
        yield found


def _sentence(text: str, start: int, end: int, mark: str) -> Sentence | None:
    end = min(end, start + MAX_SENTENCE)
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped or not _LETTER.search(stripped):
        return None
    start += len(piece) - len(piece.lstrip())
    return Sentence(start, start + len(stripped), stripped, "?" in mark, mark)


def split(text: str, start: int, breaks: re.Pattern[str]) -> list[tuple[int, int, str, str]]:
    """Cut a sentence at every match: (start, end, clause, the words it was cut at)."""
    pieces: list[tuple[int, int, str, str]] = []
    at, joint = 0, ""
    for match in breaks.finditer(text):
        if match.end() == at:
            continue
        _piece(pieces, text, start, at, match.start(), joint)
        at, joint = match.end(), match[0]
    _piece(pieces, text, start, at, len(text), joint)
    return pieces


def _piece(
    pieces: list[tuple[int, int, str, str]],
    text: str,
    start: int,
    at: int,
    end: int,
    joint: str,
) -> None:
    piece = text[at:end]
    stripped = piece.strip(" ,")
    if stripped and _LETTER.search(stripped):
        lead = len(piece) - len(piece.lstrip(" ,"))
        begin = start + at + lead
        pieces.append((begin, begin + len(stripped), stripped, joint.strip(" ,").lower()))
