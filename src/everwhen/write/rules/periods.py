"""From the time expressions in a clause to the period that its claim states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from everwhen.language.timex import Role, TimeExpression
from everwhen.model.period import Precision

_FINE = frozenset({Precision.INSTANT, Precision.DAY})
_LONG = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A stated period; `past` where something is told as over without saying when."""

    valid_from: datetime | None = None
    valid_to: datetime | None = None
    precision: Precision | None = None
    past: bool = False
    future: bool = False


NOTHING = Stated()


def usable(times: Sequence[TimeExpression]) -> list[TimeExpression]:
    """The expressions that place something: not habits, and not clock times."""
    return [
        time
        for time in times
        if time.role is not Role.RECURRING
        and (time.interval_start is not None or time.interval_end is not None)
    ]


def _is_now(time: TimeExpression, at: datetime) -> bool:
    start, end = time.interval_start, time.interval_end
    return (
        time.role in (Role.AT, Role.SINCE)
        and time.precision in _FINE
        and start is not None
        and start <= at
        and (end is None or at < end + timedelta(hours=1) or time.role is Role.SINCE)
        and at - start < _LONG
        and start.date() == at.date()
    )


_HOW_LONG = re.compile(
    r"(?:for|over|the (?:last|past)|these|this|almost|nearly|about|around)\b|.*\b(?:now|already)$",
    re.IGNORECASE,
)


def state(times: Sequence[TimeExpression], at: datetime, tense: str) -> Stated:
    """When something holds or held that is told as a state ("lives", "worked", "will be")."""
    if tense == "past":
        return _past_state(times, at)
    start: datetime | None = None
    end: datetime | None = None
    precision: Precision | None = None
    for time in usable(times):
        role = time.role
        if role is Role.UNTIL or role is Role.BEFORE:
            end, precision = _until(time), precision or time.precision
        elif role is Role.BETWEEN:
            start, end, precision = time.interval_start, time.interval_end, time.precision
        elif role in (Role.SINCE, Role.AFTER, Role.DURATION):
            if role is Role.DURATION and tense == "present" and not _HOW_LONG.match(time.text):
                continue
            if not _is_now(time, at):
                start, precision = time.interval_start, time.precision
        elif role is Role.AT and time.interval_start is not None:
            placed = _present_at(time, at, tense)
            if placed is not None:
                start, end = placed
                precision = time.precision
    return Stated(
        valid_from=start,
        valid_to=end,
        precision=precision,
        future=start is not None and start > at,
    )


def _present_at(
    time: TimeExpression, at: datetime, tense: str
) -> tuple[datetime | None, datetime | None] | None:
    """What "in Q1" or "on 1 June" says of a state told in the present, if anything."""
    start, end = time.interval_start, time.interval_end
    if start is None:
        return None
    if start > at:
        return (start, None) if tense == "future" or time.start < 2 else None
    if time.precision not in _FINE and end is not None and at < end:
        framed = time.precision in (Precision.QUARTER, Precision.SEASON)
        return (start, end) if framed else None
    return (start, None) if tense == "perfect" else None


def _until(time: TimeExpression) -> datetime | None:
    if time.role is Role.BEFORE:
        return time.interval_end if time.interval_end is not None else time.interval_start
    return time.interval_end if time.interval_end is not None else time.interval_start


def _past_state(times: Sequence[TimeExpression], at: datetime) -> Stated:
    start: datetime | None = None
    end: datetime | None = None
    precision: Precision | None = None
    for time in usable(times):
        precision = precision or time.precision
        if time.role in (Role.AT, Role.BETWEEN):
            if time.interval_start is not None and time.interval_start > at:
                continue
            start, end = time.interval_start, time.interval_end
        elif time.role in (Role.UNTIL, Role.BEFORE):
            end = _until(time)
        elif time.role in (Role.SINCE, Role.AFTER):
            start = time.interval_start
    if end is not None and end > at:
        end = None
    if start is None and end is None:
        return Stated(past=True)
    return Stated(valid_from=start, valid_to=end, precision=precision, past=end is None)


def beginning(times: Sequence[TimeExpression], at: datetime) -> Stated:
    """When something began or will begin that is told as a change ("moved", "joined")."""
    for time in usable(times):
        if time.role is Role.DURATION or time.interval_start is None:
            continue
        if time.role is Role.BETWEEN:
            return Stated(
                valid_from=time.interval_start,
                valid_to=time.interval_end,
                precision=time.precision,
                future=time.interval_start > at,
            )
        if time.role is Role.UNTIL:
            continue
        if _is_now(time, at):
            return NOTHING
        if time.role is Role.AT and time.precision is not Precision.YEAR and _contains(time, at):
            return NOTHING
        return Stated(
            valid_from=time.interval_start,
            precision=time.precision,
            future=time.interval_start > at,
        )
    return NOTHING


def _contains(time: TimeExpression, at: datetime) -> bool:
    start, end = time.interval_start, time.interval_end
    return start is not None and end is not None and start <= at < end


def ending(times: Sequence[TimeExpression], at: datetime, *, last_day: bool = False) -> Stated:
    """When something ended or will end ("quit", "last day is 30 April")."""
    for time in usable(times):
        if time.role is Role.DURATION:
            continue
        end = time.interval_start
        if last_day or time.role is Role.UNTIL:
            end = time.interval_end if time.interval_end is not None else time.interval_start
        if time.role is Role.BETWEEN:
            end = time.interval_end
        if end is None or (_is_now(time, at) and not last_day):
            return NOTHING
        if (
            time.role is Role.AT
            and end <= at
            and time.interval_end is not None
            and at < time.interval_end
        ):
            return NOTHING
        return Stated(valid_to=end, precision=time.precision, future=end > at)
    return NOTHING


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def written(time: TimeExpression, at: datetime, *, yearly: bool = False) -> str:
    """A time expression as a date that reads alone ("5 May 2026"), as far as it is known."""
    start = time.interval_start if time.interval_start is not None else time.interval_end
    if start is None:
        return time.text
    if (
        time.role in (Role.UNTIL, Role.BY)
        and time.interval_end is not None
        and (time.precision in _FINE)
    ):
        start = time.interval_end - timedelta(microseconds=1)
    month = _MONTHS[start.month - 1]
    if yearly:
        return f"{start.day} {month}"
    match time.precision:
        case Precision.INSTANT | Precision.DAY:
            clock = f" at {start:%H:%M}" if time.precision is Precision.INSTANT else ""
            return f"{start.day} {month} {start.year}{clock}"
        case Precision.WEEK:
            return f"the week of {start.day} {month} {start.year}"
        case Precision.MONTH:
            return f"{month} {start.year}"
        case Precision.QUARTER:
            return f"Q{(start.month + 2) // 3} {start.year}"
        case Precision.YEAR:
            return str(start.year)
        case _:
            return f"{time.text} ({month} {start.year})"
