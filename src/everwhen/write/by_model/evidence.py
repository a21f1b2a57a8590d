"""Whether a message bears out what is claimed of it: the quote, and the words of the parts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from everwhen.language.tokens import fold, is_stop_word, stem, words

_SPACE = re.compile(r"\s+")
_MARKS = {"'": "['’‘ʼ`´]", '"': '["“”„«»]', "-": "[-‐‑–—]", "…": r"(?:…|\.\.\.)"}
_MARK_OF = {
    **dict.fromkeys("'’‘ʼ`´", _MARKS["'"]),
    **dict.fromkeys('"“”„«»', _MARKS['"']),
    **dict.fromkeys("-‐‑–—", _MARKS["-"]),
    "…": _MARKS["…"],
}
_NOT = (
    "no not never none nor without cannot cant dont doesnt isnt wont didnt wasnt nothing nobody "
    "nicht kein keine nie ohne nunca sin pas jamais sans nao sem non"
)
_NEGATING = frozenset(_NOT.split())
_MOST_QUOTE = 2_000


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quote stands in a text: word for word, but for white space, case and the form of
    quotation marks and dashes."""
    wanted = quote.strip()
    if not wanted or len(wanted) > _MOST_QUOTE:
        return None
    at = text.find(wanted)
    if at >= 0:
        return at, at + len(wanted)
    pattern = r"\s+".join(
        "".join(_MARK_OF.get(mark) or re.escape(mark) for mark in part)
        for part in _SPACE.split(wanted)
    )
    found = re.search(pattern, text, re.IGNORECASE)
    return None if found is None else found.span()


def is_in(claimed: str, text: str) -> bool:
    """Whether every word that means something in what is claimed is a word of the text, in any
    of its forms; words that say "not" count."""
    folded, inside = fold(claimed).strip(), fold(text)
    if not folded:
        return False
    meaning = [word for word in words(claimed) if means(word)]
    if (not meaning or not all(map(str.isascii, meaning))) and _whole(folded, inside):
        return True
    said = set(map(stem, words(text)))
    return bool(meaning) and all(stem(word) in said for word in meaning)


def means(word: str) -> bool:
    """Whether a word counts as evidence."""
    return _plain(word) in _NEGATING or not is_stop_word(word)


def shares_word(names: Iterable[str], text: str) -> bool:
    """Whether a text has a word of one of the names."""
    said = set(map(stem, words(text)))
    return any(stem(word) in said for name in names for word in words(name) if means(word))


def _plain(word: str) -> str:
    return word.replace("’", "").replace("'", "")


def _whole(part: str, text: str) -> bool:
    """Whether a part stands in a text; between its words where these are parted by spaces."""
    edges = (r"(?<!\w)", r"(?!\w)") if part.isascii() else ("", "")
    return re.search(edges[0] + re.escape(part) + edges[1], text) is not None
