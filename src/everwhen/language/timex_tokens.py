"""Cut a text into the tokens that time grammars are written in: one symbol for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"(?P<iso>(?<![\w.-])\d{4}-\d\d-\d\d"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]))"
    r"|(?P<number>\d{1,2}h\d\d(?!\w)|\d(?:[\d.,:/–-]*\d)?[^\W\d_]*)"
    r"|(?P<word>[^\W\d_]\w*(?:['’]\w+)*)"
    r"|(?P<mark>[^\w\s]|\n)"
)
MARKS = frozenset(".,-–:;/()@&$'\"?!\n")

# Symbols of numeric tokens; every known word has a symbol of its own in the private-use area.
UP_TO_12, UP_TO_24, UP_TO_31, UP_TO_99, YEAR, BIG = "a", "b", "c", "d", "y", "x"
ORDINAL, DECADE, DECIMAL = "o", "e", "f"
CLOCK, BARE_CLOCK = "k", "h"  # 3pm, 10:30pm | 10:30
ISO, FULL_DATE, SHORT_DATE, YEAR_MONTH = "i", "s", "m", "u"  # | 5/6/2025 | 5/6 | 2025-06
WORD, OTHER = "w", "j"

NUMERIC_CLASSES: Mapping[str, str] = {
    "day": "abc",
    "hour": "ab",
    "int": "abcdx",
    "year": "y",
    "ordinal": "o",
    "decade": "e",
    "decimal": "f",
    "clock": "k",
    "bareclock": "h",
    "iso": "i",
    "fulldate": "s",
    "shortdate": "m",
    "yearmonth": "u",
    "word": "w",
    "other": "wj",
}
MIN_YEAR, MAX_YEAR = 1900, 2100
OLDEST_SHORT_DECADE = 50  # "the 60s" are years; "20s" to "40s" are nearly always ages
SHORT_YEAR_PIVOT = 50  # '49 is 2049, '50 is 1950

_SPLIT = re.compile(r"(\d{1,4})([-–])(\d{1,4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?(h|am|pm|a|p|uhr)?")
_FULL_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d\d)")
_SHORT_DATE = re.compile(r"\d{1,2}/\d{1,2}")
_YEAR_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_DECIMAL = re.compile(r"\d{1,2}[.,]\d")
_MONEY = frozenset("$€£¥₹#%")


@dataclass(slots=True)
class Tokens:
    """Parallel lists: symbol, character span and normalized word of each token."""

    symbols: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def put(self, symbol: str, start: int, end: int, word: str) -> None:
        self.symbols.append(symbol)
        self.starts.append(start)
        self.ends.append(end)
        self.words.append(word)


def fold(word: str) -> str:
    """Lower case, without accents and with a plain apostrophe."""
    word = word.lower().replace("’", "'")
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word)
    return "".join(c for c in parts if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Cuts text, knowing a language's words (`lexicon`: word to symbol) and ordinal endings."""

    lexicon: Mapping[str, str]
    ordinal_endings: frozenset[str]
    abbreviations: frozenset[str]  # the full stop of "Sept. 2023" belongs to the word
    unit_endings: frozenset[str]  # "4yrs" is cut into "4" and "yrs"

    def cut(self, text: str) -> Tokens:
        tokens = Tokens()
        lexicon = self.lexicon
        symbols, starts = tokens.symbols.append, tokens.starts.append
        ends, words = tokens.ends.append, tokens.words.append
        for match in TOKEN.finditer(text):
            group = match.lastgroup
            start, end = match.span()
            if group == "word":
                word = match[0].lower()
                symbol = lexicon.get(word) or (WORD if word.isascii() and word.isalnum() else None)
                if symbol is None:
                    self._unusual_word(tokens, word, start, end)
                else:
                    symbols(symbol)
                    starts(start)
                    ends(end)
                    words(word)
            elif group == "mark":
                mark = match[0]
                if mark == "." and self._abbreviates(tokens, text, end):
                    tokens.ends[-1] = end
                    continue
                mark = "'" if mark == "’" else mark
                tokens.put(mark if mark in MARKS else OTHER, start, end, mark)
            elif group == "iso":
                tokens.put(ISO, start, end, match[0])
            else:
                self._number(tokens, text, start, end)
        return tokens

    def _abbreviates(self, tokens: Tokens, text: str, end: int) -> bool:
        known = bool(tokens.words) and tokens.words[-1] in self.abbreviations
        return known and tokens.ends[-1] == end - 1 and text[end : end + 2].strip().isdigit()

    def _unusual_word(self, tokens: Tokens, word: str, start: int, end: int) -> None:
        """A word with an accent or an apostrophe ("sábado", "new year's", "Friday's")."""
        folded = fold(word)
        stem, apostrophe, rest = folded.partition("'")
        candidates = [folded, folded.replace("'", "")]
        if apostrophe and rest == "s":
            candidates.append(stem)
        for known in candidates:
            symbol = self.lexicon.get(known)
            if symbol is not None:
                tokens.put(
                    symbol, start, end if known != stem or not apostrophe else end - 2, known
                )
                return
        rest = rest.replace("'", "")
        if apostrophe and rest in self.lexicon:  # "d'octobre", "jusqu'à"
            cut = start + len(word.replace("’", "'").partition("'")[0]) + 1
            tokens.put(self.lexicon.get(stem, WORD), start, cut, stem)
            tokens.put(self.lexicon[rest], cut, end, rest)
            return
        tokens.put(WORD, start, end, word)

    def _number(self, tokens: Tokens, text: str, start: int, end: int) -> None:
        chunk = text[start:end].lower()
        if chunk in self.lexicon:  # "2day"
            tokens.put(self.lexicon[chunk], start, end, chunk)
            return
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        glued = before == "-" and len(tokens.symbols) > 1 and _is_name(tokens, start)
        if before in _MONEY or after in _MONEY or glued or before == "_" or after == "_":
            tokens.put(OTHER, start, end, chunk)
            return
        short = before in "'’" and len(chunk.rstrip("s'")) == 2
        if short and (start < 2 or not text[start - 2].isalnum()):
            start -= 1
            if tokens.starts and tokens.starts[-1] == start:
                _drop_last(tokens)
            if chunk.isdecimal():
                century = 2000 if int(chunk) < SHORT_YEAR_PIVOT else 1900
                tokens.put(YEAR, start, end, str(century + int(chunk)))
                return
        pair = _SPLIT.fullmatch(chunk)
        if pair and not _YEAR_MONTH.fullmatch(chunk):
            for part in (1, 2, 3):
                first, last = start + pair.start(part), start + pair.end(part)
                symbol = "-" if part == 2 else _integer(pair[part])
                tokens.put(symbol, first, last, pair[part])
            return
        digits = len(chunk.rstrip("abcdefghijklmnopqrstuvwxyzºªéèô"))
        ending = fold(chunk[digits:])
        if ending in self.unit_endings and 0 < digits <= 4 and chunk[:digits].isdecimal():
            middle = start + digits
            tokens.put(_integer(chunk[:digits]), start, middle, chunk[:digits])
            tokens.put(self.lexicon[ending], middle, end, ending)
            return
        symbol = self._shape(chunk, chunk[:digits], ending)
        tokens.put(symbol, start, end, chunk)

    def _shape(self, chunk: str, number: str, ending: str) -> str:
        if not ending and len(number) <= 4 and number.isdecimal():
            return _integer(number)
        if ending in self.ordinal_endings and number.isdecimal() and len(number) <= 2:
            return ORDINAL if 1 <= int(number) <= 31 else OTHER
        if ending == "s" and number.isdecimal() and number.endswith("0"):
            if len(number) == 4 and MIN_YEAR <= int(number) <= MAX_YEAR:
                return DECADE
            return DECADE if len(number) == 2 and int(number) >= OLDEST_SHORT_DECADE else OTHER
        if clock_time(chunk) is not None:
            return BARE_CLOCK if not ending else CLOCK
        for pattern, symbol in (
            (_FULL_DATE, FULL_DATE),
            (_SHORT_DATE, SHORT_DATE),
            (_YEAR_MONTH, YEAR_MONTH),
            (_DECIMAL, DECIMAL),
        ):
            if pattern.fullmatch(chunk):
                return symbol
        return OTHER


def clock_time(chunk: str) -> tuple[int, int] | None:
    """Hour and minute of "3pm", "10:30", "10.30am", "17h" or "17h30", else None."""
    match = _CLOCK.fullmatch(chunk)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is None and (match[2] is None or "." in chunk):
        return None
    if half in ("am", "a", "pm", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def _integer(digits: str) -> str:
    if not digits.isascii():
        return OTHER
    value = int(digits)
    if len(digits) == 4:
        return YEAR if MIN_YEAR <= value <= MAX_YEAR else BIG
    for limit, symbol in ((0, UP_TO_99), (12, UP_TO_12), (24, UP_TO_24), (31, UP_TO_31)):
        if value <= limit:
            return symbol
    return UP_TO_99 if value < 100 else BIG


def _is_name(tokens: Tokens, start: int) -> bool:
    """Whether a number after a hyphen belongs to a name ("COVID-19", "B-52")."""
    hyphen_glued = tokens.ends[-1] == start and tokens.ends[-2] == tokens.starts[-1]
    return hyphen_glued and tokens.symbols[-2] in (WORD, OTHER)


def _drop_last(tokens: Tokens) -> None:
    for column in (tokens.symbols, tokens.starts, tokens.ends, tokens.words):
        column.pop()
