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
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from everwhen.language.timex_grammar import Direction, Value
from everwhen.language.timex_tokens import SHORT_YEAR_PIVOT, clock_time
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

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}
_MONTHS = {"month": 1, "quarter": 3, "season": 3, "year": 12, "decade": 120}
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
        if self.op in _CYCLIC and "which" not in self.slots and "year" not in self.slots:
            return False
        return all(v.says_which for v in self.slots.values() if isinstance(v, Node))


def resolve(node: Node, ask: Ask) -> Span:
    """The span that a node means; ValueError or OverflowError if there is no such time."""
    return OPERATIONS[node.op](node, ask)


def add_units(moment: datetime, amount: float, unit: str) -> datetime:
    """Move by calendar units; the day is kept, or the last of a shorter month taken."""
    if unit in _SECONDS:
        return moment + timedelta(seconds=amount * _SECONDS[unit])
    if unit in _DAYS:
        return moment + timedelta(days=amount * _DAYS[unit])
    whole = amount * _MONTHS[unit]
    months = moment.month - 1 + int(whole)
    year, month = moment.year + months // 12, months % 12 + 1
    moved = moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
    return moved + timedelta(days=(whole - int(whole)) * 30)


def _whole(ask: Ask, first: date, amount: int, unit: str) -> Span:
    start = ask.at(first)
    return Span(start, add_units(start, amount, unit), UNIT_PRECISION[unit])


def _day(ask: Ask, day: date, part: str = "") -> Span:
    first, last = DAY_PARTS[part] if part else (0, 24)
    return Span(ask.at(day, first), ask.at(day, last), Precision.DAY)


def _choose(ask: Ask, which: str, occurrences: Iterable[int], make: Callable[[int], Span]) -> Span:
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
    if span.start <= anchor < span.end:
        return timedelta(0)
    return min(abs(span.start - anchor), abs(span.end - anchor))


def _year_of(node: Node) -> int | None:
    year = node.number("year")
    return year or None


def _yearly(node: Node, ask: Ask, make: Callable[[int], Span]) -> Span:
    year = _year_of(node)
    if year is not None:
        return make(year)
    base = ask.anchor.year
    if ask.since is not None:
        base = ask.since.year
    return _choose(ask, node.word("which"), CYCLES, lambda cycle: make(base + cycle))


def _op_now(node: Node, ask: Ask) -> Span:
    return Span(ask.anchor, ask.anchor + CLOCK_WIDTH, Precision.INSTANT)


def _op_day(node: Node, ask: Ask) -> Span:
    """ "yesterday", "tomorrow morning", "last night", "tonight"."""
    return _day(ask, ask.today + timedelta(days=node.number("offset")), node.word("part"))


def _op_weekday(node: Node, ask: Ask) -> Span:
    """ "Friday", "last Tuesday", "next Sunday morning", "this Saturday"."""
    which, part = node.word("which"), node.word("part")
    away = (node.number("weekday") - ask.today.weekday()) % 7
    day = ask.today + timedelta(days=away)
    if ask.since is not None and not which:
        first = ask.since.date()
        day = first + timedelta(days=(node.number("weekday") - first.weekday()) % 7)
    elif which == "last" or (not which and ask.want == "past"):
        day -= timedelta(days=7)
    elif which == "this":
        if ask.want == "past" and away:
            day -= timedelta(days=7)
    elif away == 0:
        day += timedelta(days=7)
    return _day(ask, day + timedelta(days=7 * node.number("weeks")), part)


def _unit_start(day: date, unit: str) -> date:
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


_STEPS = {"beforelast": -2, "last": -1, "this": 0, "next": 1, "afternext": 2}


def _op_unit(node: Node, ask: Ask) -> Span:
    """ "last week", "this month", "next year", "the weekend"."""
    unit, which = node.word("unit"), node.word("which")
    step = _STEPS.get(which, 0)
    if unit == "weekend":
        saturday = _unit_start(ask.today, "week") + timedelta(days=5 + 7 * step)
        if step == 0 and ask.want == "past" and saturday > ask.today:
            saturday -= timedelta(days=7)
        return Span(ask.at(saturday), ask.at(saturday + timedelta(days=2)), Precision.DAY)
    if unit in _SECONDS:
        raise ValueError(f"no calendar unit: {unit}")
    start = add_units(ask.at(_unit_start(ask.today, unit)), step, unit)
    return Span(start, add_units(start, 1, unit), UNIT_PRECISION[unit])


def _op_part_of(node: Node, ask: Ask) -> Span:
    """ "earlier this week", "later this year": the unit up to, or from, the anchor."""
    span = _op_unit(node, ask)
    if node.word("half") == "earlier":
        return replace(span, end=min(max(ask.anchor, span.start + CLOCK_WIDTH), span.end))
    return replace(span, start=ask.anchor)


def _op_month(node: Node, ask: Ask) -> Span:
    month = node.number("month")
    return _yearly(node, ask, lambda year: _whole(ask, date(year, month, 1), 1, "month"))


def _op_date(node: Node, ask: Ask) -> Span:
    month, day, part = node.number("month"), node.number("day"), node.word("part")
    return _yearly(node, ask, lambda year: _day(ask, date(year, month, day), part))


def _op_day_range(node: Node, ask: Ask) -> Span:
    """ "3-7 June"."""
    month, day = node.number("month"), node.number("day")
    last = node.number("lastday")
    if last < day:
        raise ValueError("a range of days that ends before it begins")

    def make(year: int) -> Span:
        start, end = ask.at(date(year, month, day)), ask.at(date(year, month, last))
        return Span(start, end + timedelta(days=1), Precision.DAY)

    return _yearly(node, ask, make)


def _op_month_day(node: Node, ask: Ask) -> Span:
    """ "the 14th"."""
    day = node.number("day")
    base = (ask.since or ask.anchor).date().replace(day=1)

    def make(cycle: int) -> Span:
        month = add_units(ask.at(base), cycle, "month").date()
        return _day(ask, month.replace(day=day))

    return _choose(ask, "", CYCLES, make)


def _op_year(node: Node, ask: Ask) -> Span:
    return _whole(ask, date(node.number("year"), 1, 1), 1, "year")


def _op_decade(node: Node, ask: Ask) -> Span:
    decade = node.number("decade")
    decade = 1900 + decade if decade < 100 else decade
    return _whole(ask, date(decade, 1, 1), 1, "decade")


def _op_season(node: Node, ask: Ask) -> Span:
    """ "last summer", "in spring", "winter 2019" (which runs into 2020)."""
    month = SEASON_STARTS[node.word("season")]
    if node.word("which") == "this":
        node = Node(node.op, node.kind, {**node.slots, "which": ""})
    return _yearly(node, ask, lambda year: _whole(ask, date(year, month, 1), 1, "season"))


def _op_quarter(node: Node, ask: Ask) -> Span:
    month = 3 * node.number("quarter") - 2
    return _yearly(node, ask, lambda year: _whole(ask, date(year, month, 1), 1, "quarter"))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's method)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _holiday(rule: str, year: int) -> date:
    """The day of "12-25", "easter+39" or "11 thu 4" (the fourth Thursday; -1 is the last)."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule[6:] or 0))
    if "-" in rule[:3]:
        month, day = rule.split("-")
        return date(year, int(month), int(day))
    month, name, count = rule.split()
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name)
    return _nth_weekday(date(year, int(month), 1), weekday, int(count))


def _nth_weekday(month: date, weekday: int, count: int) -> date:
    length = monthrange(month.year, month.month)[1]
    if count > 0:
        day = 1 + (weekday - month.weekday()) % 7 + 7 * (count - 1)
    else:
        final = month.replace(day=length)
        day = length - (final.weekday() - weekday) % 7 + 7 * (count + 1)
    return month.replace(day=day)


def _op_holiday(node: Node, ask: Ask) -> Span:
    rule = node.word("holiday")
    return _yearly(node, ask, lambda year: _day(ask, _holiday(rule, year), node.word("part")))


def _op_shift(node: Node, ask: Ask) -> Span:
    """ "two weeks ago", "in 3 days", "half a year ago"."""
    unit = node.word("unit")
    moment = ask.anchor
    for amount, name in (("count", unit), ("count2", node.word("unit2") or unit)):
        moment = add_units(moment, node.number("sign", 1) * node.amount(amount), name)
    return _counted(ask, moment, unit, node)


def _counted(ask: Ask, moment: datetime, unit: str, node: Node) -> Span:
    if unit in _SECONDS:
        return Span(moment, moment + CLOCK_WIDTH, Precision.INSTANT)
    precision = Precision.DAY if node.number("exact") else _told(unit, node)
    return replace(_day(ask, moment.date()), precision=precision)


def _told(unit: str, node: Node) -> Precision:
    """How exactly a count is told: halves of a unit are told in the next smaller one."""
    if "count2" in node.slots:
        unit = node.word("unit2") or _SMALLER.get(unit, unit)
    elif node.amount("count", 1) % 1:
        unit = _SMALLER.get(unit, unit)
    return UNIT_PRECISION[unit]


def _op_stretch(node: Node, ask: Ask) -> Span:
    """ "the last 3 weeks", "for six years" (back from the anchor), "the next month or so"."""
    unit, sign = node.word("unit"), node.number("sign", -1)
    other = add_units(ask.anchor, sign * node.amount("count", 1), unit)
    if "count2" in node.slots:
        other = add_units(other, sign * node.amount("count2"), node.word("unit2") or unit)
    start, end = min(ask.anchor, other), max(ask.anchor, other)
    return Span(start, end, _told(unit, node))


def _clock(node: Node) -> tuple[int, int]:
    if "clock" in node.slots:
        time = clock_time(node.word("clock"))
        if time is None:
            raise ValueError("no time of day")
        hour, minute = time
    else:
        hour, minute = node.number("hour"), node.number("minute")
    half = node.word("half")
    if (half == "pm" and hour < 12) or (half == "evening" and hour < 12):
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    if not half and "clock" not in node.slots and node.kind == "hour" and hour < 8:
        hour += 12  # "at 5 on Friday" is the afternoon
    return hour, minute


def _op_clock(node: Node, ask: Ask) -> Span:
    hour, minute = _clock(node)
    start = ask.at(ask.today, hour) + timedelta(minutes=minute)
    return Span(start, start + CLOCK_WIDTH, Precision.INSTANT)


def _op_clock_on(node: Node, ask: Ask) -> Span:
    """ "3pm on Friday", "tomorrow at 10:30"."""
    day = resolve(node.child("on"), ask)
    return _op_clock(node.child("time"), replace(ask, anchor=ask.at(day.start.date())))


def _op_part_on(node: Node, ask: Ask) -> Span:
    """ "the night of 5 May", "the weekend of the 14th"."""
    day = resolve(node.child("on"), ask).start.date()
    if "part" in node.slots:
        return _day(ask, day, node.word("part"))
    return _op_unit(node, replace(ask, anchor=ask.at(day), want=None))


def _op_inside(node: Node, ask: Ask) -> Span:
    """ "Tuesday last week", "Q3 last year", "March next year"."""
    outer = resolve(node.child("outer"), ask)
    inner = resolve(node.child("inner"), replace(ask, anchor=outer.start, since=outer.start))
    if inner.start >= outer.end:
        raise ValueError("no such time within the other")
    return inner


def _op_edge(node: Node, ask: Ask) -> Span:
    """ "early March", "mid-2021", "the end of August", "the second half of last year"."""
    whole = resolve(node.child("of"), ask) if "of" in node.slots else _op_unit(node, ask)
    days = (whole.end - whole.start).days
    first, last = EDGES[node.word("edge")]
    start = whole.start + timedelta(days=round(days * first))
    end = whole.start + timedelta(days=max(round(days * last), round(days * first) + 1))
    if days <= 1:
        length = whole.end - whole.start
        start, end = whole.start + length * first, whole.start + length * last
    return Span(start, end, whole.precision)


def _op_nth(node: Node, ask: Ask) -> Span:
    """ "the first week of June", "the last Friday in March", "the second Monday of next month"."""
    outer = OPERATIONS[
        "month" if node.number("month") else "year" if node.number("year") else "unit"
    ]
    whole = outer(node, ask)
    count, inner = node.number("nth"), node.slots["inner"]
    if isinstance(inner, int) or inner == "weekend":
        weekday, width = (inner, 1) if isinstance(inner, int) else (5, 2)
        first = whole.start.date()
        if count > 0:
            day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
        else:
            final = (whole.end - timedelta(days=1)).date()
            day = final - timedelta(days=(final.weekday() - weekday) % 7)
        return Span(ask.at(day), ask.at(day + timedelta(days=width)), Precision.DAY)
    unit = str(inner)
    start = add_units(whole.start, count - 1, unit) if count > 0 else add_units(whole.end, -1, unit)
    if start >= whole.end:
        raise ValueError("no such time within the other")
    return Span(start, add_units(start, 1, unit), UNIT_PRECISION[unit])


def _op_offset(node: Node, ask: Ask) -> Span:
    """ "two days before Christmas", "a week from Friday", "the day after 5 May"."""
    base, unit, sign = resolve(node.child("of"), ask), node.word("unit"), node.number("sign", 1)
    moment = add_units(base.start, sign * node.amount("count", 1), unit)
    return _counted(ask, moment, unit, node)


def _op_iso(node: Node, ask: Ask) -> Span:
    text = node.word("iso")
    if len(text) == 10:
        return _day(ask, date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    start = moment.replace(tzinfo=ask.zone) if moment.tzinfo is None else moment
    start = start.astimezone(ask.zone)
    return Span(start, start + CLOCK_WIDTH, Precision.INSTANT)


def _op_figures(node: Node, ask: Ask) -> Span:
    """ "5/6/2025", "5.6.25", "2025-06", "5/6"."""
    numbers = [
        int(part) for part in node.word("date").replace(".", "/").replace("-", "/").split("/")
    ]
    if len(numbers) == 2 and numbers[0] > 31:
        return _whole(ask, date(numbers[0], numbers[1], 1), 1, "month")
    first, second = numbers[:2]
    month_first = (ask.month_first or second > 12) and first <= 12
    month, day = (first, second) if month_first else (second, first)
    if len(numbers) == 2:
        slots = {"month": month, "day": day}
        return _op_date(Node("date", node.kind, slots), ask)
    year = numbers[2]
    if year < 100:
        year += 2000 if year < SHORT_YEAR_PIVOT else 1900
    return _day(ask, date(year, month, day))


_CYCLIC = frozenset(
    {"weekday", "month", "date", "day_range", "month_day", "season", "quarter", "holiday"}
)

OPERATIONS: Mapping[str, Callable[[Node, Ask], Span]] = {
    "now": _op_now,
    "day": _op_day,
    "weekday": _op_weekday,
    "unit": _op_unit,
    "part_of": _op_part_of,
    "month": _op_month,
    "date": _op_date,
    "day_range": _op_day_range,
    "month_day": _op_month_day,
    "year": _op_year,
    "decade": _op_decade,
    "season": _op_season,
    "quarter": _op_quarter,
    "holiday": _op_holiday,
    "shift": _op_shift,
    "stretch": _op_stretch,
    "clock": _op_clock,
    "clock_on": _op_clock_on,
    "part_on": _op_part_on,
    "inside": _op_inside,
    "edge": _op_edge,
    "nth": _op_nth,
    "offset": _op_offset,
    "iso": _op_iso,
    "figures": _op_figures,
}
