"""Claims in short hand, and what the fold says in the oracle's terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oracle import Row

from everwhen.model.records import Cardinality, Claim, Polarity, Trust
from everwhen.write.fold import fold

RECORDED = datetime(2030, 1, 1, tzinfo=UTC)
"""When the first claim of a test is stored: later than all that is said in it."""


def when(text: str) -> datetime:
    """ "2020" or "2020-06" or "2020-06-05": the first instant of it."""
    parts = [int(part) for part in text.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    return datetime(year, month, day, tzinfo=UTC)


def claim(
    id: str,
    value: str,
    *,
    said: str,
    since: str | None = None,
    until: str | None = None,
    polarity: Polarity = Polarity.AFFIRM,
    trust: Trust = Trust.STATED,
    order: tuple[int, int] = (0, 0),
    replaces: str | None = None,
    targets: tuple[str, ...] = (),
    past: bool = False,
    expires: str | None = None,
) -> Claim:
    """A claim of a value, said and recorded."""
    return Claim(
        id=id,
        episode_id=f"episode-{id}",
        run_id=None,
        subject="user",
        attribute="home",
        value=value,
        value_key=value,
        text=f"lives in {value}",
        said_at=when(said),
        recorded_at=RECORDED,
        start=0,
        end=1,
        order=order,
        polarity=polarity,
        replaces_key=replaces,
        targets=targets,
        valid_from=when(since) if since else None,
        valid_to=when(until) if until else None,
        past=past,
        expires_at=when(expires) if expires else None,
        trust=trust,
    )


def arriving(claims: Sequence[Claim]) -> list[Claim]:
    """The same claims, recorded a minute apart in the order given."""
    return [
        replace(each, recorded_at=RECORDED + timedelta(minutes=number))
        for number, each in enumerate(claims)
    ]


def folded(
    claims: Iterable[Claim], cardinality: Cardinality, known_at: datetime | None = None
) -> set[Row]:
    """The real fold; two segments that are the same row would be one too many."""
    rows = [
        Row(
            segment.value_key,
            segment.valid_from,
            segment.valid_to,
            None if segment.review is None else str(segment.review),
            frozenset(each.id for each in segment.claims),
        )
        for segment in fold(list(claims), cardinality, known_at)
    ]
    assert len(rows) == len(set(rows)), rows
    return set(rows)
