"""A sentence as phrase frames see it: plain letters, times as signs, marks behind listed words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from everwhen.language.timex import Role, TimeExpression, find_times
from everwhen.language.timex_grammar import Direction
from everwhen.model.period import Precision
from everwhen.write.rules import periods
from everwhen.write.rules.phrase_grammar import TIME, Marks, PhraseBook

_WORD = re.compile(r"\w(?:[\w'.&+/#-]*[\w+#])?")
_MARKS = re.compile("[\U000f0000-\U000fffff]")
_OPEN = f" ,:!{TIME}"
_MOST_STARTS = 40
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:(?P<d>\d+) )?(?P<m>{_MONTHS})(?: (?P<y>\d{{4}}))?(?: at (?P<c>\d\d:\d\d))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence as typed (`text`), which begins at `start` of the message, and as `seen`.

    `marks` are the places of the marks in what is seen; places of `times` are those in `text`.
    """

    text: str
    seen: str
    start: int
    times: tuple[TimeExpression, ...]
    marks: Sequence[int]

    def place(self, seen: int) -> int:
        """The place in the text of a place in what is seen."""
        return seen - bisect_left(self.marks, seen)

    def groups(self, match: re.Match[str]) -> dict[str, str]:
        """The named parts of a match, as typed."""
        return {
            name: self.text[self.place(match.start(name)) : self.place(match.end(name))]
            for name in match.re.groupindex
            if match[name] is not None
        }


def unmarked(seen: str) -> str:
    """What is seen, without marks and times, as words with single spaces between."""
    return " ".join(_MARKS.sub("", seen).replace(TIME, " ").split())


def read_line(
    text: str, seen: str, start: int, book: PhraseBook, at: datetime, *, money: bool
) -> Line:
    """A sentence whose plain letters are `seen`. With `money`, bare numbers are no years."""
    times = find_times(text, anchor=at, language=book.language)
    if times and money:
        times = tuple(time for time in times if time.precision is not Precision.YEAR)
    named = book.patterns["no_time"].search(seen) if times else None
    if named is not None:
        times = tuple(time for time in times if not named.start() < time.end <= named.end())
    for time in times:
        if time.role is Role.DURATION and time.text[:1].isalnum():
            continue
        seen = seen[: time.start] + TIME * (time.end - time.start) + seen[time.end :]
    marked, places = _marked(seen, book.marks)
    return Line(text=text, seen=marked, start=start, times=times, marks=places)


def _marked(seen: str, marks: Marks) -> tuple[str, list[int]]:
    phrases = [match.span() for match in marks.phrase.finditer(seen)]
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in _WORD.finditer(seen):
        word, end = match[0], match.end()
        mark = marks.words.get(word)
        if phrases and any(first <= match.start() and end <= last for first, last in phrases):
            mark = marks.phrases.get(word, mark)
        if mark is not None:
            parts.append(seen[done:end])
            parts.append(mark)
            places.append(end + len(places))
            done = end
    parts.append(seen[done:])
    return "".join(parts), places


def starts(line: Line, book: PhraseBook) -> Iterator[tuple[int, int]]:
    """Where clauses may begin, each with a place after the words that open it."""
    known: set[int] = set()
    seen = line.seen
    places = [0, *(match.end() for match in book.patterns["boundary"].finditer(seen))]
    for place in places[:_MOST_STARTS]:
        lead = book.patterns["lead"].match(seen, _begun(seen, place))
        for begin in (place, lead.end() if lead is not None else place):
            begin = _begun(seen, begin)
            if begin not in known:
                known.add(begin)
                yield place, begin


def _begun(seen: str, place: int) -> int:
    while place < len(seen) and (seen[place] in _OPEN or seen[place] >= "\U000f0000"):
        place += 1
    return place


def end_of_clause(line: Line, end: int, book: PhraseBook) -> int:
    """Where the clause ends in which `end` is."""
    found = book.patterns["boundary"].search(line.seen, end)
    return found.start() if found is not None else len(line.seen)


def times_of(
    line: Line,
    clause: tuple[int, int],
    match: re.Match[str],
    direction: Direction | None,
    book: PhraseBook,
    at: datetime,
) -> list[TimeExpression]:
    """The times of a clause, but those that are its value ("5 Tage die Woche", an age).

    Places are those within the clause. `direction` tells those that could be either.
    """
    named = next((name for name in ("v", "n") if name in match.re.groupindex), None)
    value = match.span(named) if named is not None else (0, 0)
    start, end, first, last = map(line.place, (*clause, *value))
    times: Sequence[TimeExpression] = line.times
    if times and direction is not None:
        spans = {(time.start, time.end) for time in times}
        again = find_times(line.text, anchor=at, language=book.language, direction=direction)
        times = [time for time in again if (time.start, time.end) in spans]
    return [
        replace(time, start=time.start - start, end=time.end - start)
        for time in times
        if start <= time.start < end
        and not (time.role is Role.DURATION and first <= time.start < last)
    ]


def time_named(
    line: Line, start: int, times: Sequence[TimeExpression], match: re.Match[str]
) -> TimeExpression | None:
    """The time that a pattern reads as {t}, of those of a clause from `start` on."""
    if "t" not in match.re.groupindex or match["t"] is None:
        return None
    place = line.place(match.end("t") - 1) - line.place(start)
    return next((time for time in times if time.start <= place < time.end), None)


def written(time: TimeExpression, at: datetime, book: PhraseBook, *, yearly: bool) -> str:
    """A time as a date in the language of the message."""
    texts = book.texts
    match = _DATE.fullmatch(periods.written(time, at, yearly=yearly))
    if match is None:
        return time.text
    month = texts["months"].split()[_MONTHS.split("|").index(match["m"])]
    if match["d"] is None:
        return f"{month} {match['y']}" if match["y"] else month
    if match["y"] is None:
        return texts["day"].format(d=match["d"], m=month)
    day = texts["date"].format(d=match["d"], m=month, y=match["y"])
    return day + texts["clock"].format(c=match["c"]) if match["c"] else day
