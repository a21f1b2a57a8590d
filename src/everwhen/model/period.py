"""Instants, half-open periods and the precision with which a time was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from everwhen.errors import TimeError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Precision(StrEnum):
    """How exactly a time was told."""

    INSTANT = "instant"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of UTC time; an empty end means "until further notice"."""

    start: datetime | None
    end: datetime | None

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant lies in [start, end)."""
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant < self.end
        )

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two share any instant."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )

    @property
    def is_empty(self) -> bool:
        """A period that holds no instant at all."""
        return self.start is not None and self.end is not None and self.start >= self.end


def now() -> datetime:
    """The present instant, by the system's clock."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name such as "Europe/Lisbon"."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only where a zone is named

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeError(
            f"unknown time zone {name!r}; use an IANA name such as 'Europe/Lisbon' or 'UTC'"
        ) from error


def instant(value: datetime | str, *, name: str = "at", tz: tzinfo | None = None) -> datetime:
    """Read an aware datetime or an ISO 8601 string as an instant in UTC.

    A naive value is refused, unless `tz` says which zone it is in.
    """
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise TimeError(
                f"{name}={value!r} is not an ISO 8601 time; write 2026-03-01T12:00:00Z"
            ) from error
    elif isinstance(value, datetime):
        parsed = value
    else:
        raise TimeError(
            f"{name} is a {type(value).__name__}; give an aware datetime or an ISO 8601 string"
        )
    if parsed.tzinfo is None or parsed.utcoffset() is None:
        if tz is None:
            raise TimeError(
                f"{name}={value!s} has no time zone; add one (…Z or +01:00), or set tz="
            )
        parsed = parsed.replace(tzinfo=tz)
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise TimeError(f"{name}={value!s} is outside the years 1 to 9999") from error


def micros(value: datetime) -> int:
    """Microseconds since 1970 in UTC: how instants are stored and compared."""
    return (value - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """The instant that `micros` made the number from."""
    return EPOCH + value * MICROSECOND


def iso(value: datetime | None) -> str | None:
    """ISO 8601 with a Z, whole seconds where nothing is lost."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


EARLIEST = -(1 << 62)
"""Stands for an unknown start where periods are stored and paged as plain numbers."""

FOREVER = 1 << 62
"""Stands for an open end there."""


def start_micros(value: datetime | None) -> int:
    """`micros` of a period's start, EARLIEST where it is unknown."""
    return EARLIEST if value is None else micros(value)


def end_micros(value: datetime | None) -> int:
    """`micros` of a period's end, FOREVER where it is open."""
    return FOREVER if value is None else micros(value)
