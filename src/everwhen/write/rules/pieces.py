"""Pieces of a sentence that belong together: "from March 2" and "I'm on nights"."""

from __future__ import annotations

import re

Piece = tuple[int, int, str, str]
"""Where it begins and ends, its words, and the words that it was cut at."""

OWN = re.compile(
    r"^(?:(?:since|today|now|so|and|but|from|in|on|then)\b[\w ]{0,20}? )?(?:i|i'm|im|i've|"
    r"ive|my|our|we|we're|we've)\b",
    re.I,
)


def joined(pieces: list[Piece], text: str, start: int) -> list[Piece]:
    """The pieces of a sentence that begins at `start`, those that are one clause put together."""
    return _with_times(_paired(pieces, text, start), text, start)


_TIME_LEAD = re.compile(
    (
        r"(?:since|in|from|on|until|back in|last|next|this|by|as of|starting|today|"
        r"yesterday|before|after|for|(?:about |around |some |just |only |almost |over )*"
        r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|several|couple)"
        r"(?: few| couple| of)* (?:days?|weeks?|months?|years?|yrs?|hours?) (?:ago|back|later))\b"
    ),
    re.IGNORECASE,
)


def _paired(pieces: list[Piece], text: str, start: int) -> list[Piece]:
    """ "Lena and I broke up" is one clause."""
    if len(pieces) < 2 or len(pieces[0][2].split()) > 5:
        return pieces
    pair = (
        pieces[1][3] == "and"
        and re.match(r"(?:I|me)\b", pieces[1][2], re.IGNORECASE)
        and _SPEAKER.match(pieces[0][2]) is None
    )
    timed = pieces[1][3] == "" and _TIME_LEAD.match(pieces[0][2])
    if not timed and (not pair or len(pieces[0][2].split()) > 3):
        return pieces
    return _merged(pieces, 0, text, start)


_SPEAKER = re.compile(r"(?:I|I'm|im|I've|ive|we|we're) ", re.IGNORECASE)
_ONLY_TIME = re.compile(
    r"(?:and |but )?(?:since|from|as of|starting|effective|until|by|on) [\w ]{2,25}$", re.IGNORECASE
)


def _with_times(pieces: list[Piece], text: str, start: int) -> list[Piece]:
    """A piece that only tells when belongs to the next one: "from March 2" and "I'm on nights"."""
    for number in range(len(pieces) - 2, -1, -1):
        alone = len(pieces[number][2].split()) <= 5 and _ONLY_TIME.match(pieces[number][2])
        if alone and pieces[number + 1][3] == "" and OWN.match(pieces[number + 1][2]):
            pieces = _merged(pieces, number, text, start)
    return pieces


def _merged(pieces: list[Piece], number: int, text: str, start: int) -> list[Piece]:
    first, second = pieces[number : number + 2]
    one = (first[0], second[1], text[first[0] - start : second[1] - start], first[3])
    return [*pieces[:number], one, *pieces[number + 2 :]]
