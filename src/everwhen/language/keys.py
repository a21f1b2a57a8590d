"""Values as they are compared: "the Window Seat", "window seat." and "Window-seat" are one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["value_key"]

_COMBINING = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("'’ʼ`´", "")
)
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees"}
_NAMES = {
    "dollar": "dollars", "usd": "dollars", "euro": "euros", "eur": "euros",
    "pound": "pounds", "gbp": "pounds", "rupee": "rupees", "inr": "rupees", "jpy": "yen",
}  # fmt: skip
_MONEY = re.compile(r"([$€£¥₹])\s*(\d[\d,.]*)\s*(k\b|m\b)?")
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_WHOLE = re.compile(r"(?<![\d.])(\d+)\.00(?![\d.])")
_SCALES = {"k": 1_000, "m": 1_000_000}
_LETTER = r"[^\s!-/:-@\[-`{-~]"
# A word may end in + or # (C++, F#), a number may have a sign before and a percent behind.
_TOKEN = re.compile(
    r"(?<!\S)-?\d+(?:\.\d+)*%?|\d+(?:\.\d+)*%?|" + rf"{_LETTER}+(?:[+#]+(?!{_LETTER}))?"
)
_DETERMINERS = frozenset(
    "a an the my our your his her their its some this that these those".split()  # noqa: SIM905
)


@lru_cache(maxsize=1 << 14)
def value_key(text: str) -> str:
    """The value with case, accents, punctuation, white space and leading determiners folded.

    "2,000" and "$2k" become "2000" and "2000 dollars". Equal for equal values and the same in
    every version and place; never empty, unless the text is.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        parted = _COMBINING.sub("", unicodedata.normalize("NFD", plain))
        plain = unicodedata.normalize("NFC", parted)
    plain = plain.translate(_LETTERS)
    plain = _MONEY.sub(_spelled, plain)
    plain = _THOUSANDS.sub(lambda found: found.group().replace(",", ""), plain)
    plain = _WHOLE.sub(r"\1", plain)
    words = [_NAMES.get(word, word) for word in _TOKEN.findall(_bare(plain))]
    while len(words) > 1 and words[0] in _DETERMINERS:
        del words[0]
    return " ".join(words) or " ".join(plain.split()) or text


def _bare(text: str) -> str:
    """Without symbols and punctuation beyond ASCII; vowel signs and the like belong to words."""
    if text.isascii():
        return text
    return "".join(
        char if char.isascii() or unicodedata.category(char)[0] in "LMN" else " " for char in text
    )


def _spelled(found: re.Match[str]) -> str:
    """An amount with its currency as a word behind it."""
    sign, digits, scale = found.groups()
    number = digits.replace(",", "").rstrip(".")
    if scale is not None:
        try:
            number = f"{float(number) * _SCALES[scale]:.0f}"
        except ValueError:
            number += scale
    return f" {number} {_CURRENCIES[sign]} "
