"""What each operation of a time grammar means: from a node found in a text to a span.

The choices that language leaves open are told in `timex_calculus`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from everwhen.language.timex_calculus import (
    CLOCK_WIDTH,
    CYCLES,
    EDGES,
    SEASON_STARTS,
    SECONDS,
    UNIT_PRECISION,
    Ask,
    Node,
    Span,
    add_units,
    choose,
    day_span,
    holiday_day,
    told_precision,
    unit_start,
    whole_unit,
    yearly,
)
from everwhen.language.timex_tokens import SHORT_YEAR_PIVOT, clock_time
from everwhen.model.period import Precision


def resolve(node: Node, ask: Ask) -> Span:
    """The span that a node means; ValueError or OverflowError if there is no such time."""
    return OPERATIONS[node.op](node, ask)


def _op_now(node: Node, ask: Ask) -> Span:
    return Span(ask.anchor, ask.anchor + CLOCK_WIDTH, Precision.INSTANT)


def _op_day(node: Node, ask: Ask) -> Span:
    """ "yesterday", "tomorrow morning", "last night", "tonight"."""
    return day_span(ask, ask.today + timedelta(days=node.number("offset")), node.word("part"))


def _op_weekday(node: Node, ask: Ask) -> Span:
    """ "Friday", "last Tuesday", "next Sunday morning", "this Saturday"."""
    which, part = node.word("which"), node.word("part")
    away = (node.number("weekday") - ask.today.weekday()) % 7
    day = ask.today + timedelta(days=away)
    if ask.since is not None and not which:
        first = ask.since.date()
        day = first + timedelta(days=(node.number("weekday") - first.weekday()) % 7)
    elif ask.before is not None and not which:
        last = ask.before.date()
        day = last - timedelta(days=(last.weekday() - node.number("weekday")) % 7)
    elif which == "last" or (not which and ask.want == "past"):
        day -= timedelta(days=7)
    elif which == "this":
        if ask.want == "past" and away:
            day -= timedelta(days=7)
    elif away == 0:
        day += timedelta(days=7)
    return day_span(ask, day + timedelta(days=7 * node.number("weeks")), part)


_STEPS = {"beforelast": -2, "last": -1, "this": 0, "next": 1, "afternext": 2}


def _op_unit(node: Node, ask: Ask) -> Span:
    """ "last week", "this month", "next year", "the weekend"."""
    unit, which = node.word("unit"), node.word("which")
    step = _STEPS.get(which, 0)
    if unit == "weekend":
        saturday = unit_start(ask.today, "week") + timedelta(days=5 + 7 * step)
        if step == 0 and ask.want == "past" and saturday > ask.today:
            saturday -= timedelta(days=7)
        return Span(ask.at(saturday), ask.at(saturday + timedelta(days=2)), Precision.DAY)
    if unit in SECONDS:
        raise ValueError(f"no calendar unit: {unit}")
    start = add_units(ask.at(unit_start(ask.today, unit)), step, unit)
    return Span(start, add_units(start, 1, unit), UNIT_PRECISION[unit])


def _op_part_of(node: Node, ask: Ask) -> Span:
    """ "earlier this week", "later this year": the unit up to, or from, the anchor."""
    span = _op_unit(node, ask)
    if node.word("half") == "earlier":
        return replace(span, end=min(max(ask.anchor, span.start + CLOCK_WIDTH), span.end))
    return replace(span, start=ask.anchor)


def _op_month(node: Node, ask: Ask) -> Span:
    month = node.number("month")
    return yearly(node, ask, lambda year: whole_unit(ask, date(year, month, 1), 1, "month"))


def _op_date(node: Node, ask: Ask) -> Span:
    month, day = node.number("month"), node.number("day")
    if "weekday" in node.slots and "year" not in node.slots:
        weekday = node.number("weekday")
        years = (ask.anchor.year + step for step in (-1, 0, 1))
        fitting = [y for y in years if _falls_on(y, month, day, weekday)]
        if len(fitting) == 1:  # "Friday, 1 May" tells its year
            return day_span(ask, date(fitting[0], month, day))
    return yearly(node, ask, lambda year: day_span(ask, date(year, month, day)))


def _falls_on(year: int, month: int, day: int, weekday: int) -> bool:
    try:
        return date(year, month, day).weekday() == weekday
    except ValueError:
        return False


def _op_day_range(node: Node, ask: Ask) -> Span:
    """ "3-7 June"."""
    month, day = node.number("month"), node.number("day")
    last = node.number("lastday")
    if last < day:
        raise ValueError("a range of days that ends before it begins")

    def make(year: int) -> Span:
        start, end = ask.at(date(year, month, day)), ask.at(date(year, month, last))
        return Span(start, end + timedelta(days=1), Precision.DAY)

    return yearly(node, ask, make)


def _op_month_day(node: Node, ask: Ask) -> Span:
    """ "the 14th", "the 14th of last month"."""
    day = node.number("day")
    base = (ask.since or ask.before or ask.anchor).date().replace(day=1)
    if node.word("which"):
        step = _STEPS[node.word("which")]
        return day_span(ask, add_units(ask.at(base), step, "month").date().replace(day=day))

    def make(cycle: int) -> Span:
        month = add_units(ask.at(base), cycle, "month").date()
        return day_span(ask, month.replace(day=day))

    return choose(ask, "", CYCLES, make)


def _op_year(node: Node, ask: Ask) -> Span:
    return whole_unit(ask, date(node.number("year"), 1, 1), 1, "year")


def _op_decade(node: Node, ask: Ask) -> Span:
    decade = node.number("decade")
    decade = 1900 + decade if decade < 100 else decade
    return whole_unit(ask, date(decade, 1, 1), 1, "decade")


def _op_season(node: Node, ask: Ask) -> Span:
    """ "last summer", "in spring", "winter 2019" (which runs into 2020)."""
    month = SEASON_STARTS[node.word("season")]
    if node.word("which") == "this":
        node = Node(node.op, node.kind, {**node.slots, "which": ""})
    return yearly(node, ask, lambda year: whole_unit(ask, date(year, month, 1), 1, "season"))


def _op_quarter(node: Node, ask: Ask) -> Span:
    month = 3 * node.number("quarter") - 2
    return yearly(node, ask, lambda year: whole_unit(ask, date(year, month, 1), 1, "quarter"))


def _op_holiday(node: Node, ask: Ask) -> Span:
    rule = node.word("holiday")
    return yearly(node, ask, lambda year: day_span(ask, holiday_day(rule, year), node.word("part")))


def _op_shift(node: Node, ask: Ask) -> Span:
    """ "two weeks ago", "in 3 days", "half a year ago"."""
    unit = node.word("unit")
    if unit == "weekend":
        weeks = timedelta(days=7 * node.number("sign", 1) * node.number("count"))
        there = replace(ask, anchor=ask.anchor + weeks, want=None)
        return _op_unit(Node("unit", node.kind, {"unit": unit}), there)
    moment = ask.anchor
    for amount, name in (("count", unit), ("count2", node.word("unit2") or unit)):
        moment = add_units(moment, node.number("sign", 1) * node.amount(amount), name)
    return _counted(ask, moment, unit, node)


def _counted(ask: Ask, moment: datetime, unit: str, node: Node) -> Span:
    if unit in SECONDS:
        return Span(moment, moment + CLOCK_WIDTH, Precision.INSTANT)
    precision = Precision.DAY if node.number("exact") else told_precision(unit, node)
    return replace(day_span(ask, moment.date()), precision=precision)


def _op_stretch(node: Node, ask: Ask) -> Span:
    """ "the last 3 weeks", "for six years" (back from the anchor), "the next month or so"."""
    unit, sign = node.word("unit"), node.number("sign", -1)
    other = add_units(ask.anchor, sign * node.amount("count", 1), unit)
    if "count2" in node.slots:
        other = add_units(other, sign * node.amount("count2"), node.word("unit2") or unit)
    start, end = min(ask.anchor, other), max(ask.anchor, other)
    return Span(start, end, told_precision(unit, node))


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
        return day_span(ask, day, node.word("part"))
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
    first, last = EDGES[node.word("edge")]
    length = whole.end - whole.start
    unit, count = _grain(length)
    if not unit:
        return Span(whole.start + length * first, whole.start + length * last, whole.precision)
    begin = round(count * first)
    start = add_units(whole.start, begin, unit)
    end = add_units(whole.start, max(round(count * last), begin + 1), unit)
    return Span(start, end, whole.precision)


def _grain(length: timedelta) -> tuple[str, int]:
    """In which whole units a stretch is divided: years by months, months and weeks by days."""
    if length.days >= 85:
        return "month", round(length.days / 30.44)
    return ("day", length.days) if length.days > 1 else ("", 0)


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


def _op_neighbour(node: Node, ask: Ask) -> Span:
    """ "the week before Easter", "the month after next March": a whole calendar unit."""
    base, unit = resolve(node.child("of"), ask), node.word("unit")
    moved = add_units(base.start, node.number("step"), unit)
    return _op_unit(Node("unit", node.kind, {"unit": unit}), replace(ask, anchor=moved, want=None))


def _op_iso(node: Node, ask: Ask) -> Span:
    text = node.word("iso")
    if len(text) == 10:
        return day_span(ask, date.fromisoformat(text))
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
        return whole_unit(ask, date(numbers[0], numbers[1], 1), 1, "month")
    first, second = numbers[:2]
    month_first = (ask.month_first or second > 12) and first <= 12
    month, day = (first, second) if month_first else (second, first)
    if len(numbers) == 2:
        slots = {"month": month, "day": day}
        return _op_date(Node("date", node.kind, slots), ask)
    year = numbers[2]
    if year < 100:
        year += 2000 if year < SHORT_YEAR_PIVOT else 1900
    return day_span(ask, date(year, month, day))


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
    "neighbour": _op_neighbour,
    "iso": _op_iso,
    "figures": _op_figures,
}
