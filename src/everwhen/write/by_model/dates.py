"""Days that a model reckons from words of a message, as far as the words bear them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from everwhen.language.detect import detect
from everwhen.language.timex import Role, find_times
from everwhen.model.period import Precision

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")
_ROOM = timedelta(days=1)
_ENDING = (Role.UNTIL, Role.BY, Role.BEFORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A stated period, half-open; both ends empty where nothing is stated."""

    start: datetime | None = None
    end: datetime | None = None
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that a date means, half-open."""

    start: datetime
    end: datetime
    precision: Precision


def read_dates(when: str, first: str, last: str, at: datetime) -> Stated | str:
    """The period, or why the dates are not taken.

    Words that the grammar of time expressions understands have to allow the dates; of other
    words ("с 2019 года") the years have to be among them.
    """
    begins, ends = _days(first), _days(last)
    if (first.strip() and begins is None) or (last.strip() and ends is None):
        return "its dates can not be read"
    if begins is None and ends is None:
        return Stated()
    if begins is not None and ends is not None and ends.end <= begins.start:
        return "its period ends before it begins"
    meant = [
        one
        for one in find_times(when, anchor=at, language=detect(when))
        if one.interval_start is not None or one.interval_end is not None
    ]
    dates = [one for one in (begins, ends) if one is not None]
    if meant:
        starts = [one.interval_start for one in meant if one.interval_start is not None]
        stops = [one.interval_end for one in meant if one.interval_end is not None]
        low = min(starts) - _ROOM if starts else None
        high = max(stops) + _ROOM if stops else None
        if any((low and one.end <= low) or (high and one.start >= high) for one in dates):
            return "its dates are not those of the words"
    elif not all(str(one.start.year) in when for one in dates):
        return "nothing in the words tells its dates"
    only_end = begins is not None and ends is None and any(one.role in _ENDING for one in meant)
    if only_end:
        begins, ends = None, begins
    told = begins or ends
    return Stated(
        start=None if begins is None else begins.start,
        end=None if ends is None else ends.end,
        precision=None if told is None else told.precision,
    )


def _days(text: str) -> _Days | None:
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    try:
        start = datetime(year, month or 1, day or 1, tzinfo=UTC)
        if day is not None:
            return _Days(start, start + timedelta(days=1), Precision.DAY)
        if month is not None:
            end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
            return _Days(start, end, Precision.MONTH)
        return _Days(start, datetime(year + 1, 1, 1, tzinfo=UTC), Precision.YEAR)
    except (ValueError, OverflowError):
        return None
