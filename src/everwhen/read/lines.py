"""Lines of a context: stored words made safe to show, dated, and shortened around the match."""

from __future__ import annotations

import re
from datetime import datetime

from everwhen.language.questions import Question
from everwhen.language.tokens import terms
from everwhen.model.period import Precision
from everwhen.model.records import Episode, Fact, Role

MAX_FACT = 300
MAX_QUOTE = 320
_READ = 20_000
"""Characters of a message in which the words to quote are looked for."""

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_SENTENCE = re.compile(r".+?(?:[.!?。！？]+(?=\s|$|[\"'”’)])|$|(?<=[。！？]))", re.DOTALL)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def plain(text: str) -> str:
    """Stored words on one line, without the marks that frame them: data can not pose as layout."""
    return _BLANKS.sub(" ", text).replace("“", '"').replace("”", '"').strip()


def day(at: datetime) -> str:
    """A day in words."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def told(at: datetime, precision: Precision | None) -> str:
    """An instant in words, as exactly as it was told."""
    match precision:
        case Precision.MONTH:
            return f"{_MONTHS[at.month - 1]} {at.year}"
        case Precision.QUARTER:
            number = ("first", "second", "third", "last")[(at.month - 1) // 3]
            return f"the {number} quarter of {at.year}"
        case Precision.SEASON:
            return f"{_MONTHS[at.month - 1]} {at.year}"
        case Precision.YEAR | Precision.DECADE:
            return str(at.year)
        case _:
            return day(at)


def fact_line(fact: Fact) -> str:
    """A fact with the time that it holds for."""
    return f"- {_cut(plain(fact.text), MAX_FACT)}{_when(fact)}"


def _when(fact: Fact) -> str:
    start, end = fact.valid_from, fact.valid_to
    if start is None and end is None:
        return ""
    if end is None and start is not None:
        since = "as of" if fact.precision is None else "since"
        return f" ({since} {told(start, fact.precision)})"
    until = "" if end is None else told(end, fact.precision)
    return (
        f" (until {until})"
        if start is None
        else (f" (from {told(start, fact.precision)} to {until})")
    )


def quote(episode: Episode, question: Question, user: str | None) -> str:
    """What somebody said, with who and when."""
    begun = episode.content.lstrip()
    words = shortened(plain(begun[:_READ]), question, MAX_QUOTE)
    if len(begun) > _READ and not words.endswith("…"):
        words += " …"
    return f"- {day(episode.at)}, {plain(_who(episode, user))}: “{words}”"


def _who(episode: Episode, user: str | None) -> str:
    if episode.name:
        return episode.name[:80]
    if episode.role is Role.USER:
        return user or "User"
    return {Role.ASSISTANT: "Assistant", Role.SYSTEM: "System", Role.TOOL: "Tool"}[episode.role]


def shortened(text: str, question: Question, most: int) -> str:
    """The text, or where it is too long the sentences of it that hold the question's terms."""
    if len(text) <= most:
        return text
    spans = [(match.start(), match.end()) for match in _SENTENCE.finditer(text)]
    weights = [len(set(terms(text[start:end])) & question.terms.keys()) for start, end in spans]
    best = max(range(len(spans)), key=lambda at: (weights[at], -at))
    first = last = best
    while True:
        grown = _grow(spans, weights, first, last, most)
        if grown == (first, last):
            break
        first, last = grown
    start, end = spans[first][0], spans[last][1]
    words = _cut(text[start:end].strip(), most)
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) and not words.endswith("…") else ""
    return f"{before}{words}{after}"


def _grow(
    spans: list[tuple[int, int]], weights: list[int], first: int, last: int, most: int
) -> tuple[int, int]:
    """One sentence more on the side that says more, if it fits."""
    options = []
    if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= most:
        options.append((weights[last + 1], 1, (first, last + 1)))
    if first > 0 and spans[last][1] - spans[first - 1][0] <= most:
        options.append((weights[first - 1], 0, (first - 1, last)))
    return max(options)[2] if options else (first, last)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most // 2 else head) + "…"
