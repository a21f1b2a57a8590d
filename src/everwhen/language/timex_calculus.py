"""The calculus of time expressions: what each operation of a grammar means at an anchor.

All arithmetic is on wall-clock time in the speaker's zone. Choices that the language leaves open
are the constants here, and these:

- weeks begin on Monday; "last Tuesday" is the nearest Tuesday before the anchor's day and "next
  Friday" the first Friday after it; "this Friday" is the one of the current week, or the coming
  one if that is gone; "last weekend" is the latest that is over, "next weekend" that of next week;
- counted times ("two weeks ago") are the exact day counted to, with the unit as precision;
- a cyclic time ("in March", "on 14 April") is the past, the coming or the nearest one, as the
  words around it say; a bare weekday without such a hint is the coming one;
- seasons are those of the northern hemisphere, by whole months.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from everwhen.language.timex_grammar import Direction, Value
from everwhen.model.period import Precision

DAY_PARTS: Mapping[str, tuple[float, float]] = {  # hours of the day; night runs into the next day
    "morning": (5, 12),
    "noon": (12, 13),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (18, 30),
    "midnight": (0, 1),
}
SEASON_STARTS: Mapping[str, int] = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
EDGES: Mapping[str, tuple[float, float]] = {  # shares of the whole that they cover
    "start": (0, 1 / 6),
    "early": (0, 1 / 3),
    "mid": (1 / 3, 2 / 3),
    "late": (2 / 3, 1),
    "end": (5 / 6, 1),
    "firsthalf": (0, 1 / 2),
    "secondhalf": (1 / 2, 1),
}
CLOCK_WIDTH = timedelta(minutes=1)  # an interval must not be empty
CYCLES = range(-4, 5)  # occurrences looked at around the anchor; ±4 years hold a 29 February

SECONDS = {"second": 1, "minute": 60, "hour": 3600}
DAYS = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}
MONTHS = {"month": 1, "quarter": 3, "season": 3, "year": 12, "decade": 120}
_SMALLER = {"decade": "year", "year": "month", "month": "week", "week": "day", "day": "hour"}
UNIT_PRECISION: Mapping[str, Precision] = {
    "second": Precision.INSTANT,
    "minute": Precision.INSTANT,
    "hour": Precision.INSTANT,
    "day": Precision.DAY,
    "weekend": Precision.DAY,
    "week": Precision.WEEK,
    "fortnight": Precision.WEEK,
    "month": Precision.MONTH,
    "quarter": Precision.QUARTER,
    "season": Precision.SEASON,
    "year": Precision.YEAR,
    "decade": Precision.DECADE,
}


CYCLIC = frozenset(
    {"weekday", "month", "date", "day_range", "month_day", "season", "quarter", "holiday"}
)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of wall-clock time and how exactly it was told."""

    start: datetime
    end: datetime
    precision: Precision


@dataclass(frozen=True, slots=True)
class Ask:
    """What an expression is resolved against."""

    anchor: datetime
    zone: tzinfo
    month_first: bool = False
    want: Direction | None = None  # which occurrence of a cyclic time
    since: datetime | None = None  # or the first that begins at or after this
    before: datetime | None = None  # or the last that begins at or before this

    @property
    def today(self) -> date:
        return self.anchor.date()

    def at(self, day: date, hours: float = 0) -> datetime:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return midnight + timedelta(hours=hours) if hours else midnight


@dataclass(frozen=True, slots=True)
class Node:
    """A time found in a text: the operation, its values and where it stands."""

    op: str
    kind: str
    slots: Mapping[str, Value | Node]

    def number(self, name: str, default: int = 0) -> int:
        return int(self.amount(name, default))

    def amount(self, name: str, default: float = 0) -> float:
        value = self.slots.get(name, default)
        return default if isinstance(value, Node) else float(value)

    def word(self, name: str) -> str:
        value = self.slots.get(name, "")
        return value if isinstance(value, str) else ""

    def child(self, name: str) -> Node:
        value = self.slots[name]
        if not isinstance(value, Node):
            raise ValueError(f"{name} of {self.op} is not a time")
        return value

    @property
    def says_which(self) -> bool:
        """Whether no occurrence needs to be chosen: a year, "last", "next" or "ago" is told."""
        if "outer" in self.slots:
            return self.child("outer").says_which
        if self.op in CYCLIC and "which" not in self.slots and "year" not in self.slots:
            return False
        return all(v.says_which for v in self.slots.values() if isinstance(v, Node))


def add_units(moment: datetime, amount: float, unit: str) -> datetime:
    """Move by calendar units; the day is kept, or the last of a shorter month taken."""
    if unit in SECONDS:
        return moment + timedelta(seconds=amount * SECONDS[unit])
    if unit in DAYS:
        return moment + timedelta(days=amount * DAYS[unit])
    whole = amount * MONTHS[unit]
    months = moment.month - 1 + int(whole)
    year, month = moment.year + months // 12, months % 12 + 1
    moved = moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
    return moved + timedelta(days=(whole - int(whole)) * 30)


def whole_unit(ask: Ask, first: date, amount: int, unit: str) -> Span:
    start = ask.at(first)
    return Span(start, add_units(start, amount, unit), UNIT_PRECISION[unit])


def day_span(ask: Ask, day: date, part: str = "") -> Span:
    first, last = DAY_PARTS[part] if part else (0, 24)
    return Span(ask.at(day, first), ask.at(day, last), Precision.DAY)


def choose(ask: Ask, which: str, occurrences: Iterable[int], make: Callable[[int], Span]) -> Span:
    """The occurrence meant: by "last", "this" or "next", else by a range, else by direction."""
    spans = []
    for number in occurrences:
        try:
            spans.append(make(number))
        except (ValueError, OverflowError):
            continue
    anchor = ask.anchor
    if which == "last":
        spans = [span for span in spans if span.end <= anchor][-1:]
    elif which == "next":
        spans = [span for span in spans if span.start > anchor][:1]
    elif ask.since is not None:
        since = ask.since
        spans = [span for span in spans if span.start >= since][:1]
    elif ask.before is not None:
        before = ask.before
        spans = [span for span in spans if span.start <= before][-1:]
    elif ask.want == "past":
        spans = [span for span in spans if span.start <= anchor][-1:]
    elif ask.want == "future":
        spans = [span for span in spans if span.end > anchor][:1]
    else:
        spans = sorted(spans, key=lambda span: _distance(span, anchor))[:1]
    if not spans:
        raise ValueError("no such time near the anchor")
    return spans[0]


def _distance(span: Span, anchor: datetime) -> timedelta:
    return timedelta(0) if span.start <= anchor < span.end else abs(span.start - anchor)


def _year_of(node: Node) -> int | None:
    year = node.number("year")
    return year or None


def yearly(node: Node, ask: Ask, make: Callable[[int], Span]) -> Span:
    year = _year_of(node)
    if year is not None:
        return make(year)
    base = (ask.since or ask.before or ask.anchor).year
    return choose(ask, node.word("which"), CYCLES, lambda cycle: make(base + cycle))


def unit_start(day: date, unit: str) -> date:
    if unit in ("week", "fortnight"):
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit == "season":
        months = (day.month % 12) // 3 * 3 or 12
        return date(day.year - (1 if day.month < 3 else 0), months, 1)
    if unit == "year":
        return date(day.year, 1, 1)
    if unit == "decade":
        return date(day.year // 10 * 10, 1, 1)
    return day


def told_precision(unit: str, node: Node) -> Precision:
    """How exactly a count is told: halves of a unit are told in the next smaller one."""
    if "count2" in node.slots:
        unit = node.word("unit2") or _SMALLER.get(unit, unit)
    elif node.amount("count", 1) % 1:
        unit = _SMALLER.get(unit, unit)
    return UNIT_PRECISION[unit]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's method)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def holiday_day(rule: str, year: int) -> date:
    """The day of "12-25", "easter+39" or "11 thu 4" (the fourth Thursday; -1 is the last)."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule[6:] or 0))
    if "-" in rule[:3]:
        month, day = rule.split("-")
        return date(year, int(month), int(day))
    month, name, count = rule.split()
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name)
    return nth_weekday(date(year, int(month), 1), weekday, int(count))


def nth_weekday(month: date, weekday: int, count: int) -> date:
    length = monthrange(month.year, month.month)[1]
    if count > 0:
        day = 1 + (weekday - month.weekday()) % 7 + 7 * (count - 1)
    else:
        final = month.replace(day=length)
        day = length - (final.weekday() - weekday) % 7 + 7 * (count + 1)
    return month.replace(day=day)
