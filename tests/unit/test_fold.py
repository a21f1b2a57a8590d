"""The fold, row by row of the table in docs/time.md: every order, and without each source."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from everwhen.model.records import Cardinality, Claim, Polarity, Review, Scope, Slot, Trust
from everwhen.write.fold import Segment, facts, fold

SCOPE = Scope(user_id="dana")
SLOT = Slot(owner=1, subject="user", attribute="home")
SINGLE, MULTIPLE = Cardinality.SINGLE, Cardinality.MULTIPLE
AFFIRM, END, CORRECT = Polarity.AFFIRM, Polarity.END, Polarity.CORRECT


def year(value: float) -> datetime:
    whole = int(value)
    return datetime(whole, 1 + round((value - whole) * 12), 1, tzinfo=UTC)


def claim(
    id: str,
    value: str,
    said: float,
    *,
    since: float | None = None,
    until: float | None = None,
    polarity: Polarity = AFFIRM,
    trust: Trust = Trust.STATED,
    order: int = 0,
    past: bool = False,
    replaces: str | None = None,
    targets: tuple[str, ...] = (),
    expires: float | None = None,
) -> Claim:
    return Claim(
        id=id,
        episode_id=f"e-{id}",
        run_id=None,
        subject="user",
        attribute="home",
        value=value,
        value_key=value.lower(),
        text=f"lives in {value}",
        said_at=year(said),
        recorded_at=year(said),
        start=0,
        end=1,
        order=(order, 0),
        polarity=polarity,
        replaces_key=replaces,
        targets=targets,
        valid_from=None if since is None else year(since),
        valid_to=None if until is None else year(until),
        past=past,
        expires_at=None if expires is None else year(expires),
        trust=trust,
    )


def number(moment: datetime | None) -> float | None:
    return None if moment is None else moment.year + (moment.month - 1) / 12


def shape(segments: Sequence[Segment]) -> list[tuple[str, float | None, float | None, str, str]]:
    """Value, from, to, the claims behind it, review."""
    return [
        (
            s.value_key.upper(),
            number(s.valid_from),
            number(s.valid_to),
            " ".join(c.id for c in s.claims),
            s.review.value if s.review else "",
        )
        for s in segments
    ]


# name: (claims, expected after all, {withdrawn claim: expected then})
ROWS = {
    "one after the other": (
        [claim("a", "A", 2020, since=2020), claim("b", "B", 2022, since=2022)],
        [("A", 2020, 2022, "a", ""), ("B", 2022, None, "b", "")],
        {"a": [("B", 2022, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "there and back": (
        [
            claim("a", "A", 2020, since=2020),
            claim("b", "B", 2022, since=2022),
            claim("a2", "A", 2024, since=2024),
        ],
        [
            ("A", 2020, 2022, "a", ""),
            ("B", 2022, 2024, "b", ""),
            ("A", 2024, None, "a2", ""),
        ],
        {
            "a": [("B", 2022, 2024, "b", ""), ("A", 2024, None, "a2", "")],
            "b": [("A", 2020, None, "a a2", "")],
            "a2": [("A", 2020, 2022, "a", ""), ("B", 2022, None, "b", "")],
        },
    ),
    "one told late": (
        [
            claim("a", "A", 2020, since=2020),
            claim("c", "C", 2024, since=2024),
            claim("b", "B", 2025, since=2022),
        ],
        [
            ("A", 2020, 2022, "a", ""),
            ("B", 2022, 2024, "b", ""),
            ("C", 2024, None, "c", ""),
        ],
        {
            "a": [("B", 2022, 2024, "b", ""), ("C", 2024, None, "c", "")],
            "b": [("A", 2020, 2024, "a", ""), ("C", 2024, None, "c", "")],
            "c": [("A", 2020, 2022, "a", ""), ("B", 2022, None, "b", "")],
        },
    ),
    "undated": (
        [claim("a", "A", 2021), claim("b", "B", 2022)],
        [("A", 2021, 2022, "a", ""), ("B", 2022, None, "b", "")],
        {"a": [("B", 2022, None, "b", "")], "b": [("A", 2021, None, "a", "")]},
    ),
    "split": (
        [
            claim("a", "A", 2024, since=2018, until=2023),
            claim("b", "B", 2025, since=2020, until=2021),
        ],
        [
            ("A", 2018, 2020, "a", ""),
            ("B", 2020, 2021, "b", ""),
            ("A", 2021, 2023, "a", ""),
        ],
        {"a": [("B", 2020, 2021, "b", "")], "b": [("A", 2018, 2023, "a", "")]},
    ),
    "apart": (
        [claim("a", "A", 2024, since=2018, until=2019), claim("b", "B", 2024.5, since=2020)],
        [("A", 2018, 2019, "a", ""), ("B", 2020, None, "b", "")],
        {"a": [("B", 2020, None, "b", "")], "b": [("A", 2018, 2019, "a", "")]},
    ),
    "a stated period overlaps": (
        [claim("b", "B", 2018, since=2018), claim("a", "A", 2025, since=2015, until=2021)],
        [
            ("A", 2015, 2018, "a", ""),
            ("B", 2018, None, "b", ""),
            ("A", 2018, 2021, "a", "conflict"),
        ],
        {"b": [("A", 2015, 2021, "a", "")], "a": [("B", 2018, None, "b", "")]},
    ),
    "the same day": (
        [claim("a", "A", 2021, since=2020), claim("b", "B", 2022, since=2020)],
        [("B", 2020, None, "b", ""), ("A", 2020, None, "a", "conflict")],
        {"a": [("B", 2020, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "the same day, trusted differently": (
        [
            claim("a", "A", 2021, since=2020),
            claim("b", "B", 2022, since=2020, trust=Trust.REPORTED),
        ],
        [("A", 2020, None, "a", ""), ("B", 2020, None, "b", "untrusted")],
        {"a": [("B", 2020, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "two sources": (
        [claim("a1", "A", 2020), claim("a2", "A", 2021)],
        [("A", 2020, None, "a1 a2", "")],
        {"a1": [("A", 2021, None, "a2", "")], "a2": [("A", 2020, None, "a1", "")]},
    ),
    "until far away": (
        [claim("a", "A", 2026, until=2099)],
        [("A", 2026, 2099, "a", "")],
        {"a": []},
    ),
    "a plan": (
        [claim("a", "A", 2020), claim("b", "B", 2026.17, since=2026.42)],
        [("A", 2020, 2026 + 5 / 12, "a", ""), ("B", 2026 + 5 / 12, None, "b", "")],
        {"a": [("B", 2026 + 5 / 12, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "no longer": (
        [claim("a", "A", 2020), claim("x", "A", 2023, polarity=END)],
        [("A", 2020, 2023, "a", "")],
        {"a": [], "x": [("A", 2020, None, "a", "")]},
    ),
    "quit, whatever it was": (
        [claim("a", "A", 2020), claim("x", "", 2023, polarity=END, until=2022)],
        [("A", 2020, 2022, "a", "")],
        {"a": [], "x": [("A", 2020, None, "a", "")]},
    ),
    "it was always B": (
        [claim("a", "A", 2020), claim("k", "B", 2023, polarity=CORRECT)],
        [("B", 2020, None, "k", "")],
        {"a": [("B", 2023, None, "k", "")], "k": [("A", 2020, None, "a", "")]},
    ),
    "it was never A": (
        [claim("a", "A", 2020), claim("k", "", 2023, polarity=CORRECT, replaces="a")],
        [],
        {"a": [], "k": [("A", 2020, None, "a", "")]},
    ),
    "a correction of what was before": (
        [
            claim("a", "A", 2020),
            claim("b", "B", 2022),
            claim("k", "C", 2023, polarity=CORRECT, replaces="a"),
        ],
        [("C", 2020, 2022, "k", ""), ("B", 2022, None, "b", "")],
        {
            "a": [("B", 2022, 2023, "b", ""), ("C", 2023, None, "k", "")],
            "b": [("C", 2020, None, "k", "")],
            "k": [("A", 2020, 2022, "a", ""), ("B", 2022, None, "b", "")],
        },
    ),
    "within one message": (
        [claim("a", "A", 2020, order=1), claim("b", "B", 2020, order=2)],
        [("B", 2020, None, "b", "")],
        {"a": [("B", 2020, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "said and ended in one breath": (
        [claim("a", "A", 2020, order=1), claim("x", "A", 2020, order=2, polarity=END)],
        [],
        {"a": [], "x": [("A", 2020, None, "a", "")]},
    ),
    "ended and said again in one breath": (
        [claim("x", "A", 2020, order=1, polarity=END), claim("a", "A", 2020, order=2)],
        [("A", 2020, None, "a", "")],
        {"a": [], "x": [("A", 2020, None, "a", "")]},
    ),
    "lower trust": (
        [claim("a", "A", 2020), claim("b", "B", 2022, trust=Trust.INFERRED)],
        [("A", 2020, None, "a", ""), ("B", 2022, None, "b", "untrusted")],
        {"a": [("B", 2022, None, "b", "")], "b": [("A", 2020, None, "a", "")]},
    ),
    "told as over": (
        [claim("a", "A", 2020, past=True), claim("b", "B", 2018)],
        [
            ("A", None, 2018, "a", ""),
            ("B", 2018, None, "b", ""),
        ],
        {"a": [("B", 2018, None, "b", "")], "b": [("A", None, 2020, "a", "")]},
    ),
    "crossing periods": (
        [
            claim("a", "A", 2024, since=2015, until=2020),
            claim("b", "B", 2025, since=2018, until=2022),
        ],
        [
            ("A", 2015, 2018, "a", ""),
            ("B", 2018, 2022, "b", ""),
            ("A", 2018, 2020, "a", "conflict"),
        ],
        {
            "a": [("B", 2018, 2022, "b", "")],
            "b": [("A", 2015, 2020, "a", "")],
        },
    ),
    "a flagged stretch where the value wins after all": (
        [
            claim("b", "B", 2018, since=2018),
            claim("a", "A", 2025, since=2015, until=2021),
            claim("a2", "A", 2026, since=2019),
        ],
        [
            ("A", 2015, 2018, "a", ""),
            ("B", 2018, 2019, "b", ""),
            ("A", 2018, 2019, "a", "conflict"),
            ("A", 2019, None, "a2", ""),
        ],
        {},
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_each_row_in_every_order(name: str) -> None:
    claims, expected, _ = ROWS[name]
    for order in itertools.permutations(claims):
        assert shape(fold(order, SINGLE)) == [tuple(row) for row in expected]


@pytest.mark.parametrize("name", ROWS)
def test_each_row_without_each_source(name: str) -> None:
    claims, _, without = ROWS[name]
    for gone, expected in without.items():
        for order in itertools.permutations(claims):
            left = [replace(c, withdrawn_at=year(2030)) if c.id == gone else c for c in order]
            assert shape(fold(left, SINGLE)) == [tuple(row) for row in expected], gone
            assert shape(fold(left, SINGLE, year(2029))) == shape(fold(claims, SINGLE))


@pytest.mark.parametrize("name", ROWS)
def test_an_earlier_instant_sees_only_what_was_recorded_by_then(name: str) -> None:
    claims, _, _ = ROWS[name]
    for arrival in itertools.permutations(claims):
        stamped = [replace(c, recorded_at=year(2030 + i)) for i, c in enumerate(arrival)]
        for i in range(len(stamped)):
            assert shape(fold(stamped, SINGLE, year(2030 + i))) == shape(
                fold(stamped[: i + 1], SINGLE)
            )


def test_values_of_a_multi_valued_slot_stand_side_by_side() -> None:
    claims = [
        claim("cat", "Cat", 2020),
        claim("dog", "Dog", 2021),
        claim("x", "Cat", 2023, polarity=END),
        claim("k", "Wolf", 2024, polarity=CORRECT, replaces="dog"),
        claim("cat2", "Cat", 2025),
    ]
    for order in itertools.permutations(claims):
        assert shape(fold(order, MULTIPLE)) == [
            ("CAT", 2020, 2023, "cat", ""),
            ("WOLF", 2021, None, "k", ""),
            ("CAT", 2025, None, "cat2", ""),
        ]


def test_an_end_without_a_value_ends_all_values() -> None:
    claims = [
        claim("a", "A", 2020),
        claim("b", "B", 2021),
        claim("x", "", 2022, polarity=END),
        claim("c", "C", 2023),
    ]
    assert shape(fold(claims, MULTIPLE)) == [
        ("A", 2020, 2022, "a", ""),
        ("B", 2021, 2022, "b", ""),
        ("C", 2023, None, "c", ""),
    ]


def test_an_end_of_lower_trust_ends_nothing() -> None:
    claims = [claim("a", "A", 2020), claim("x", "A", 2022, polarity=END, trust=Trust.REPORTED)]
    assert shape(fold(claims, SINGLE)) == [("A", 2020, None, "a", "")]


def test_a_correction_does_not_reach_claims_of_higher_trust() -> None:
    claims = [
        claim("a", "A", 2020),
        claim("k", "B", 2022, polarity=CORRECT, trust=Trust.INFERRED),
    ]
    assert shape(fold(claims, SINGLE)) == [
        ("A", 2020, None, "a", ""),
        ("B", 2022, None, "k", "untrusted"),
    ]


def test_a_correction_of_a_correction_keeps_the_whole_period() -> None:
    claims = [
        claim("a", "A", 2020, since=2019, until=2030),
        claim("k1", "B", 2022, polarity=CORRECT),
        claim("k2", "C", 2023, polarity=CORRECT),
    ]
    for order in itertools.permutations(claims):
        assert shape(fold(order, SINGLE)) == [("C", 2019, 2030, "k2", "")]


def test_a_correction_that_agrees_is_one_more_source() -> None:
    claims = [claim("a", "A", 2020), claim("k", "A", 2022, polarity=CORRECT)]
    assert shape(fold(claims, SINGLE)) == [("A", 2020, None, "a k", "")]


def test_a_correction_by_id_replaces_the_wording_of_the_same_value() -> None:
    claims = [claim("a", "A", 2020), claim("k", "A", 2022, polarity=CORRECT, targets=("a",))]
    assert shape(fold(claims, SINGLE)) == [("A", 2020, None, "k", "")]


def test_a_correction_of_the_period_moves_it() -> None:
    claims = [claim("a", "A", 2020), claim("k", "A", 2022, since=2018, polarity=CORRECT)]
    assert shape(fold(claims, SINGLE)) == [("A", 2018, None, "k", "")]


def test_a_memory_that_lapses_is_over() -> None:
    assert shape(fold([claim("a", "A", 2020, expires=2021)], SINGLE)) == [
        ("A", 2020, 2021, "a", "")
    ]
    assert fold([claim("a", "A", 2020, expires=2019)], SINGLE) == ()


def test_ids_depend_on_what_was_said_and_not_on_when_it_arrived() -> None:
    claims, _, _ = ROWS["split"]
    ids = {
        tuple(f.id for f in facts(SCOPE, SLOT, fold(order, SINGLE), year(2030 + i)))
        for i, order in enumerate(itertools.permutations(claims))
    }
    assert len(ids) == 1
    assert len(set(ids.pop())) == 3
    other = facts(Scope(user_id="eve"), SLOT, fold(claims, SINGLE), year(2030))
    assert {f.id for f in other}.isdisjoint(
        f.id for f in facts(SCOPE, SLOT, fold(claims, SINGLE), year(2030))
    )


def test_a_fact_tells_its_sources_and_its_surest_claim() -> None:
    claims = [
        replace(claim("a1", "A", 2020, trust=Trust.REPORTED), confidence=0.5),
        replace(claim("a2", "A", 2021), confidence=0.9, sensitive=True),
    ]
    (fact,) = facts(SCOPE, SLOT, fold(claims, SINGLE), year(2030))
    assert [s.episode_id for s in fact.sources] == ["e-a1", "e-a2"]
    assert (fact.confidence, fact.trust, fact.sensitive) == (0.9, Trust.STATED, True)
    assert (fact.valid_from, fact.system_from) == (year(2020), year(2030))


def test_one_value_at_a_time_whatever_is_said() -> None:
    rng = random.Random(7)
    for _ in range(300):
        claims = []
        for i in range(rng.randint(2, 9)):
            since = rng.choice([None, rng.randint(2000, 2020)])
            until = None if rng.random() < 0.6 else (since or 2005) + rng.randint(0, 9)
            polarity = rng.choice([AFFIRM] * 6 + [END, CORRECT])
            claims.append(
                claim(
                    f"c{i}",
                    rng.choice("ABC"),
                    rng.randint(2000, 2020),
                    since=since,
                    until=until,
                    polarity=polarity,
                    trust=rng.choice(list(Trust)),
                    past=rng.random() < 0.1,
                )
            )
        segments = fold(claims, SINGLE)
        assert fold(rng.sample(claims, len(claims)), SINGLE) == segments
        won = [s for s in segments if s.review is None]
        for one, two in itertools.pairwise(won):
            assert one.valid_to is not None and two.valid_from is not None
            assert one.valid_to <= two.valid_from
            assert one.value_key != two.value_key or one.valid_to < two.valid_from


def test_a_long_slot_is_folded_exactly() -> None:
    claims = [
        replace(claim(f"c{i}", f"v{i}", 2000), said_at=year(2000) + timedelta(days=i))
        for i in range(1000)
    ]
    segments = fold(claims, SINGLE)
    assert [s.anchor.id for s in segments] == [f"c{i}" for i in range(1000)]
    assert all(one.valid_to == two.valid_from for one, two in itertools.pairwise(segments))
    assert [s.review for s in segments] == [None] * 1000
    assert Review.CONFLICT not in {s.review for s in segments}
