"""Text to index terms: folded, stemmed words, and pairs of characters where there are no spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["fold", "is_stop_word", "message_terms", "stem", "terms", "words"]

MAX_CHARACTERS = 400_000
"""Of one text; what follows is kept and embedded by its beginning, but has no terms."""
MAX_WORD = 64

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]{1,3}\b)?")
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_UNSPACED = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003134f]+"
)
# "colour", "favourite", "organise": which words are wrongly among them does not matter, as texts
# and questions are read alike.
_BRITISH = re.compile(
    r"(?<=\w\w\w)our(?=s?$|ed$|ing$|ites?$|ful$|able$|al$|ly$|hood$)|(?<=\w\w\w\w)is(?=e[drs]?$|ing$|ations?$|ers$)"
)
_COMBINING = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_SCRIPTS = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "russian"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0900", "\u097f", "hindi"),
)


def terms(text: str) -> list[str]:
    """The terms of a text in order, as indexed and as looked up.

    Lower case, without accents, stemmed, without stop words; Chinese, Japanese and Korean as
    pairs of characters. Any text will do, and one of any size takes bounded work.
    """
    found: list[str] = []
    for word in words(text):
        if word.isascii():
            if term := _latin(word):
                found.append(term)
        elif _UNSPACED.search(word):
            found.extend(_mixed(word))
        elif term := _other(word):
            found.append(term)
    return found


def message_terms(content: str, *, name: str | None, at: datetime) -> list[str]:
    """The terms of a message: what was said, by whom, and the day it was said on (UTC)."""
    day = f"{_MONTHS[at.month - 1]} {at.year} {at.day}"
    return [*terms(f"{name or ''} {content[:MAX_CHARACTERS]}"), *_day_terms(day)]


@lru_cache(maxsize=1 << 12)
def _day_terms(day: str) -> tuple[str, ...]:
    return tuple(terms(day))


def words(text: str) -> list[str]:
    """The words of a text in order: lower case and with accents folded, nothing left out."""
    text = text[:MAX_CHARACTERS]
    text = text.lower() if text.isascii() else fold(text)
    if "," in text:
        text = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    return [word[:MAX_WORD] for word in _WORD.findall(text)]


def fold(text: str) -> str:
    """The text in lower case with compatibility forms unified and accents removed."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    parted = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", _COMBINING.sub("", parted)).translate(_LETTERS)


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The term of one word, also of a stop word."""
    folded = fold(word)[:MAX_WORD]
    if folded.isascii() and folded[-1:].isdigit():
        return folded  # no ending to take off
    return _english(_bare(folded)) if folded.isascii() else _other(folded) or folded


@lru_cache(maxsize=1 << 16)
def _latin(word: str) -> str:
    bare = _bare(word)
    if bare in _stop_words():
        return ""
    return bare if bare.isdigit() else _english(bare)


def _bare(word: str) -> str:
    """Without a possessive or the apostrophe of a contraction."""
    plain = word.replace("’", "'")
    if plain.endswith("'s"):
        plain = plain[:-2]
    return plain.replace("'", "")


@lru_cache(maxsize=1 << 14)
def _other(word: str) -> str:
    bare = _bare(word)
    if bare in _stop_words():
        return ""
    for first, last, language in _SCRIPTS:
        if first <= bare[0] <= last:
            return _stemmer(language)(bare)
    return _english(bare)


def _mixed(word: str) -> list[str]:
    """A word with unspaced script in it: its pairs, and its other stretches as words."""
    found: list[str] = []
    position = 0
    for match in _UNSPACED.finditer(word):
        found.extend(terms(word[position : match.start()]))
        run = match.group()
        if len(run) == 1:
            found.append(run)
        found.extend(run[at : at + 2] for at in range(len(run) - 1))
        position = match.end()
    found.extend(terms(word[position:]))
    return found


def is_stop_word(word: str) -> bool:
    """Whether the index leaves this folded word out."""
    return _bare(word) in _stop_words()


@cache
def _stop_words() -> frozenset[str]:
    found: set[str] = set()
    for name in ("stopwords.en.txt", "stopwords.other.txt"):
        text = files("everwhen.language").joinpath("data", name).read_text(encoding="utf-8")
        for line in text.splitlines():
            if not line.startswith("#"):
                found.update(fold(line).split())
    return frozenset(found)


def _english(word: str) -> str:
    """The stem of an English word, of whatever spelling and form."""
    form = _forms().get(word, word)
    return _stemmer("english")(_BRITISH.sub(_american, form))


def _american(match: re.Match[str]) -> str:
    return "or" if match.group() == "our" else "iz"


@cache
def _forms() -> Mapping[str, str]:
    text = files("everwhen.language").joinpath("data", "forms.en.txt").read_text(encoding="utf-8")
    return dict(line.split() for line in text.splitlines() if not line.startswith("#"))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(language).stemWord
    return stem_word
