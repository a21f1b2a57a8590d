"""The fold against the naive oracle, over random claims that tie and overlap often."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import oracle, oracle_at
from statements import claim, folded

from everwhen.model.period import Precision
from everwhen.model.records import Cardinality, Claim, Polarity, Trust

T = TypeVar("T")
LONG = os.environ.get("EVERWHEN_HYPOTHESIS") == "long"
EXAMPLES = 20_000 if LONG else 600
MANY = 200_000 if LONG else 10_000
SAID = [datetime(2020 + half // 2, 1 + 6 * (half % 2), 1, tzinfo=UTC) for half in range(8)]
STORED = [datetime(2030, 1, 1, 0, minute, tzinfo=UTC) for minute in range(4)]

CARDINALITIES = [Cardinality.SINGLE, Cardinality.SINGLE, Cardinality.MULTIPLE]
cardinalities = st.sampled_from(CARDINALITIES)
known = st.none() | st.sampled_from(STORED)

# What a claim may say. Rarer things stand once among several nothings, so that the lists are
# still about something; the first of each is what a failure shrinks to.
VALUES = ("A", "B", "C")
POLARITIES = (*[Polarity.AFFIRM] * 5, *[Polarity.END] * 2, *[Polarity.CORRECT] * 3)
TRUSTS = (*[Trust.STATED] * 3, Trust.REPORTED, Trust.INFERRED)
ORDERS = ((0, 0), (0, 1), (1, 0))
STARTS = (*[None] * 6, *SAID)
ENDS = (*[None] * 12, *SAID)
EXPIRIES = (None, None, None, SAID[2], SAID[4])
WITHDRAWALS = (*[None] * 8, *STORED)
TARGETS: tuple[tuple[str, ...], ...] = ((), (), ("a",), ("b",), ("a", "c"))
REPLACED = (None, None, "A", "B")
PRECISIONS = (None, None, Precision.YEAR)
PAST = (False, False, False, True)
CHOICES = 14


def read(id: str, choices: bytes) -> Claim:
    """A claim from one byte for each thing that it may say."""
    left = iter(choices)

    def one_of(options: Sequence[T]) -> T:
        return options[next(left) % len(options)]

    polarity = one_of(POLARITIES)
    correcting = polarity is Polarity.CORRECT
    values = VALUES if polarity is Polarity.AFFIRM else (*VALUES, "")
    return replace(
        claim(id, one_of(values), said="2020", polarity=polarity),
        said_at=one_of(SAID),
        order=one_of(ORDERS),
        valid_from=one_of(STARTS),
        valid_to=one_of(ENDS),
        precision=one_of(PRECISIONS),
        past=one_of(PAST),
        expires_at=one_of(EXPIRIES),
        trust=one_of(TRUSTS),
        targets=one_of(TARGETS) if correcting else (),
        replaces_key=one_of(REPLACED) if correcting else None,
        recorded_at=one_of(STORED),
        withdrawn_at=one_of(WITHDRAWALS),
    )


slots = st.lists(st.binary(min_size=CHOICES, max_size=CHOICES), min_size=1, max_size=6).map(
    lambda lines: [read(id, choices) for id, choices in zip("abcdef", lines, strict=False)]
)


def differ(said: Sequence[Claim], cardinality: Cardinality, known_at: datetime | None) -> bool:
    return folded(said, cardinality, known_at) != oracle(said, cardinality, known_at)


def without_idle_claims(
    said: list[Claim], cardinality: Cardinality, known_at: datetime | None
) -> list[Claim]:
    """As few of the claims as still tell the two apart."""
    for each in said:
        fewer = [other for other in said if other is not each]
        if differ(fewer, cardinality, known_at):
            return without_idle_claims(fewer, cardinality, known_at)
    return said


def test_the_fold_is_what_the_oracle_says_of_many_random_slots() -> None:
    """Uniform choices find the rare meetings that a guided search is slow to try."""
    source = random.Random(None if LONG else 7)
    for _ in range(MANY):
        ids = "abcdef"[: source.randint(2, 6)]
        said = [read(id, source.randbytes(CHOICES)) for id in ids]
        cardinality = source.choice(CARDINALITIES)
        known_at = source.choice([None, None, *STORED])
        if differ(said, cardinality, known_at):
            least = without_idle_claims(said, cardinality, known_at)
            pytest.fail(f"{cardinality}, known at {known_at}: {least}")


@settings(max_examples=EXAMPLES)
@given(said=slots, cardinality=cardinalities, known_at=known)
def test_the_fold_is_what_the_oracle_says(
    said: list[Claim], cardinality: Cardinality, known_at: datetime | None
) -> None:
    assert folded(said, cardinality, known_at) == oracle(said, cardinality, known_at)


@settings(max_examples=EXAMPLES // 4)
@given(said=slots, cardinality=cardinalities, known_at=known, data=st.data())
def test_the_order_of_arrival_does_not_matter(
    said: list[Claim], cardinality: Cardinality, known_at: datetime | None, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(said))
    assert folded(shuffled, cardinality, known_at) == folded(said, cardinality, known_at)


@settings(max_examples=EXAMPLES // 4)
@given(said=slots, cardinality=cardinalities, known_at=known)
def test_what_is_known_at_an_instant_is_the_fold_of_what_was_stored_then(
    said: list[Claim], cardinality: Cardinality, known_at: datetime | None
) -> None:
    stored = [
        replace(each, withdrawn_at=None)
        for each in said
        if (known_at is None or each.recorded_at <= known_at)
        and (each.withdrawn_at is None or (known_at is not None and known_at < each.withdrawn_at))
    ]
    assert folded(said, cardinality, known_at) == folded(stored, cardinality)


@settings(max_examples=EXAMPLES // 2)
@given(said=slots, known_at=known)
def test_a_single_valued_slot_holds_one_value_at_any_instant(
    said: list[Claim], known_at: datetime | None
) -> None:
    rows = [row for row in folded(said, Cardinality.SINGLE, known_at) if row.review is None]
    rows.sort(key=lambda row: (row.start is not None, row.start))
    for one, following in pairwise(rows):
        assert one.end is not None and following.start is not None
        assert one.end <= following.start
        assert one.value != following.value or one.end < following.start
    for row in rows:
        assert row.start is None or row.end is None or row.start < row.end


@settings(max_examples=EXAMPLES // 2)
@given(said=slots, cardinality=cardinalities, known_at=known, as_of=st.sampled_from(SAID))
def test_what_holds_at_an_instant_is_what_the_oracle_says(
    said: list[Claim], cardinality: Cardinality, known_at: datetime | None, as_of: datetime
) -> None:
    holding = [
        row.value
        for row in folded(said, cardinality, known_at)
        if row.review is None
        and (row.start is None or row.start <= as_of)
        and (row.end is None or as_of < row.end)
    ]
    assert sorted(holding) == sorted(oracle_at(said, cardinality, as_of, known_at))
