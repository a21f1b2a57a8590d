"""The fold done the obvious slow way, from docs/time.md alone: what the real one is held against.

It asks, for one instant after another, which claim wins there; periods are what that gives
between all the instants that are named anywhere. Nothing here is shared with the real fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from everwhen.model.period import Precision
from everwhen.model.records import Cardinality, Claim, Polarity

EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


class Row(NamedTuple):
    """One fact as the oracle sees it."""

    value: str
    start: datetime | None
    end: datetime | None
    review: str | None
    claims: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """An AFFIRM claim (or a correction that became one) with its interval, step by step.

    `place` is where it was told within the instant of its start, if it was told at its start.
    """

    claim: Claim
    start: datetime
    stated_end: datetime | None
    states_start: bool
    end: datetime
    place: tuple[int, int] | None

    @property
    def value(self) -> str:
        return self.claim.value_key

    @property
    def open(self) -> bool:
        return self.stated_end is None and not self.claim.past

    def covers(self, t: datetime) -> bool:
        return self.start <= t < self.end


def said_order(claim: Claim) -> tuple[datetime, tuple[int, int], str, str]:
    return (claim.said_at, claim.order, claim.value_key, claim.id)


def visible(claims: Iterable[Claim], known_at: datetime | None) -> list[Claim]:
    """What counts at a system time (None: now, after everything), in said order."""
    at = NEVER if known_at is None else known_at
    seen = [c for c in claims if c.recorded_at <= at]
    return sorted(
        (c for c in seen if c.withdrawn_at is None or at < c.withdrawn_at), key=said_order
    )


# step 2
def plain(claim: Claim) -> Said:
    over = claim.past or (claim.valid_to is not None and claim.valid_to <= claim.said_at)
    start = claim.valid_from or (EVER if over else claim.said_at)
    place = None if claim.valid_from or over else claim.order
    return placed(claim, start, claim.valid_to, claim.valid_from is not None, place)


def placed(
    claim: Claim,
    start: datetime,
    stated_end: datetime | None,
    states: bool,
    place: tuple[int, int] | None,
) -> Said:
    end = stated_end or (claim.said_at if claim.past else NEVER)
    return Said(claim, start, stated_end, states, min(end, claim.expires_at or NEVER), place)


def told_later(one: Said, other: Said) -> bool:
    """Both told at one start, the one at a later place."""
    if one.start != other.start or one.place is None or other.place is None:
        return False
    return one.place > other.place


# step 1
def affirmed(claims: Sequence[Claim], cardinality: Cardinality) -> list[Said]:
    """The AFFIRM claims that remain after every correction, in said order of them all."""
    held: list[Said] = []
    for number, claim in enumerate(claims):
        if claim.polarity is Polarity.AFFIRM:
            held.append(plain(claim))
        elif claim.polarity is Polarity.CORRECT:
            ends = ends_among(claims[:number])
            holding = values_at(
                ended(settled(held, cardinality), ends, cardinality), claim.said_at, cardinality
            )
            held = corrected(held, holding, claim, cardinality)
    return held


def ends_among(claims: Iterable[Claim]) -> list[Claim]:
    return [c for c in claims if c.polarity is Polarity.END]


def corrected(
    held: list[Said], holding: set[str], k: Claim, cardinality: Cardinality
) -> list[Said]:
    if k.targets:
        targets = [s for s in held if s.claim.id in k.targets]
    elif k.replaces_key:
        targets = [s for s in held if s.value == k.replaces_key]
    elif cardinality is Cardinality.SINGLE and held:
        wrong = holding or {held[-1].value}
        targets = [s for s in held if s.value in wrong]
    else:
        targets = []
    targets = [s for s in targets if s.claim.trust <= k.trust]
    dropped = {s.claim.id for s in targets}
    rest = [s for s in held if s.claim.id not in dropped]
    if not k.value_key:
        return rest
    told_again = not k.targets and all(s.value == k.value_key for s in targets)
    if told_again and k.valid_from is None and k.valid_to is None and not k.past:
        return [*held, plain(k)]
    if not targets:
        return [*held, plain(k)]
    start = k.valid_from or min(s.start for s in targets)
    places = [s.place for s in targets if s.start == start] if k.valid_from is None else [None]
    place = None if None in places else min(p for p in places if p is not None)
    ends_told = [s.stated_end for s in targets if s.stated_end is not None]
    inherited = max(ends_told) if len(ends_told) == len(targets) else None
    return [*rest, placed(k, start, k.valid_to or inherited, start != EVER, place)]


# step 3
def said_to_last(claim: Claim, stated: datetime | None) -> datetime | None:
    """The last instant that a start or an end told by the month can mean."""
    if stated is None or claim.precision in (None, Precision.INSTANT):
        return None
    assert claim.precision is Precision.YEAR, "the oracle knows years"
    year_on = stated.replace(year=stated.year + 1)
    last = min(year_on - timedelta(microseconds=1), claim.said_at)
    return last if last > stated else None


def settled(held: list[Said], cardinality: Cardinality) -> list[Said]:
    """Rough starts after what was told to hold within their year."""
    if cardinality is Cardinality.MULTIPLE:
        return held
    out = []
    for d in held:
        last = said_to_last(d.claim, d.claim.valid_from)
        shown = [
            c for c in held
            if c.place is not None and c.value != d.value
            and said_order(c.claim) < said_order(d.claim)
            and last is not None and d.start < c.start <= last
        ]  # fmt: skip
        if last is not None and d.open and d.states_start and shown:
            place = d.claim.order if last == d.claim.said_at else None
            d = replace(d, start=last, place=place)
        out.append(d)
    return out


def end_instant(x: Claim, held: Iterable[Said], cardinality: Cardinality) -> datetime:
    """When an end is, rough ones after what began within their year."""
    e, last = x.valid_to or x.said_at, said_to_last(x, x.valid_to)
    for c in held:
        if cardinality is Cardinality.MULTIPLE and not x.value_key:
            continue
        ends_it = x.value_key in ("", c.value) and c.claim.trust <= x.trust
        if ends_it and said_order(c.claim) < said_order(x) and last and e < c.start <= last:
            return last
    return e


# step 4
def ended(held: list[Said], ends: Iterable[Claim], cardinality: Cardinality) -> list[Said]:
    return [replace(s, end=min([s.end, *ends_of(s, held, ends, cardinality)])) for s in held]


def ends_of(
    s: Said, held: list[Said], ends: Iterable[Claim], cardinality: Cardinality
) -> list[datetime]:
    found = []
    for x in ends:
        e = end_instant(x, held, cardinality)
        before = s.start < e or (s.start == e and said_order(s.claim) < said_order(x))
        if x.value_key in ("", s.value) and s.claim.trust <= x.trust and before:
            found.append(e)
    return found


# step 5
def succeeded(held: list[Said]) -> list[Said]:
    return [replace(c, end=min([c.end, *(d.start for d in rivals(c, held))])) for c in held]


def rivals(c: Said, held: Iterable[Said]) -> list[Said]:
    """The claims that succeed c."""
    return [
        d
        for d in held
        if d.value != c.value
        and d.open
        and (d.start > c.start or told_later(d, c))
        and d.claim.trust >= c.claim.trust
    ]


def flagged(held: list[Said], t: datetime) -> set[str]:
    """Claims from which succession takes t although they had stated a period over it."""
    return {
        c.claim.id
        for c in held
        for d in rivals(c, held)
        if c.stated_end is not None
        and c.stated_end > d.start
        and (d.states_start or said_order(c.claim) > said_order(d.claim))
        and d.start <= t < c.end
    }


# step 6
def winner(covering: Iterable[Said]) -> Said:
    return max(covering, key=lambda s: (s.claim.trust, s.start, said_order(s.claim)))


def values_at(held: list[Said], t: datetime, cardinality: Cardinality) -> set[str]:
    """The values that win at t: at most one in a single-valued slot."""
    if cardinality is Cardinality.MULTIPLE:
        return {s.value for s in held if s.covers(t)}
    covering = [s for s in succeeded(held) if s.covers(t)]
    return {winner(covering).value} if covering else set()


def losing(loser: Said, best: Said) -> str | None:
    if loser.claim.trust < best.claim.trust:
        return "untrusted"
    if loser.start == best.start and not told_later(best, loser):
        return "conflict"
    partly = best.stated_end is not None and best.stated_end > loser.end
    if loser.stated_end is not None and loser.start != EVER and partly:
        return "conflict"
    return None


def at_instant(
    claims: Sequence[Claim], cardinality: Cardinality, t: datetime
) -> set[tuple[str, str | None, str]]:
    """(value, review, claim) of all that holds or waits for review at t."""
    said = settled(affirmed(claims, cardinality), cardinality)
    held = ended(said, ends_among(claims), cardinality)
    if cardinality is Cardinality.MULTIPLE:
        return {(s.value, None, s.claim.id) for s in held if s.covers(t)}
    covering = [s for s in succeeded(held) if s.covers(t)]
    best = winner(covering) if covering else None
    taken = flagged(held, t)
    found: set[tuple[str, str | None, str]] = {
        (s.value, "conflict", s.claim.id)
        for s in held
        if s.claim.id in taken and (best is None or s.value != best.value)
    }
    for s in covering:
        if best is not None and s.value == best.value:
            found.add((s.value, None, s.claim.id))
        elif best is not None and (review := losing(s, best)):
            found.add((s.value, review, s.claim.id))
    return found


# step 7
def oracle(
    claims: Iterable[Claim], cardinality: Cardinality, known_at: datetime | None = None
) -> set[Row]:
    """All facts, those to review too."""
    seen = visible(claims, known_at)
    named = {
        t
        for c in seen
        for t in (c.said_at, c.valid_from, c.valid_to, c.expires_at)
        if t is not None
    }
    named |= {
        t
        for c in seen
        for t in (said_to_last(c, c.valid_from), said_to_last(c, c.valid_to))
        if t is not None
    }
    edges = [EVER, *sorted(named), NEVER]
    rows: set[Row] = set()
    running: dict[tuple[str, str | None], tuple[datetime, set[str]]] = {}
    for edge in edges:
        now: dict[tuple[str, str | None], set[str]] = {}
        if edge != NEVER:
            for value, review, claim in at_instant(seen, cardinality, edge):
                now.setdefault((value, review), set()).add(claim)
        for key in set(running) - set(now):
            start, ids = running.pop(key)
            rows.add(Row(key[0], bound(start), bound(edge), key[1], frozenset(ids)))
        for key, ids in now.items():
            running.setdefault(key, (edge, set()))[1].update(ids)
    return rows


def bound(t: datetime) -> datetime | None:
    return None if t in (EVER, NEVER) else t


def oracle_at(
    claims: Iterable[Claim],
    cardinality: Cardinality,
    as_of: datetime,
    known_at: datetime | None = None,
) -> set[str]:
    """The values that hold at an instant, as known at another; what waits for review does not."""
    found = at_instant(visible(claims, known_at), cardinality, as_of)
    return {value for value, review, _ in found if review is None}
