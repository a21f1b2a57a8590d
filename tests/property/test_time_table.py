"""The table of docs/time.md: every row, in every order of arrival, batched or not, less a source.

Each row is held against the naive oracle as well as against the fold, so that a failure tells
which of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from oracle import Row, oracle, oracle_at
from statements import RECORDED, arriving, claim, folded, when

from everwhen.model.records import Cardinality, Claim, Polarity, Trust

Folding = Callable[[Iterable[Claim], Cardinality, datetime | None], set[Row]]
Expected = frozenset[Row]

AFFIRM, END, CORRECT = Polarity.AFFIRM, Polarity.END, Polarity.CORRECT


def fact(value: str, start: str, end: str, claims: str, review: str | None = None) -> Row:
    """A row: "" is an open side; the claims' ids are single letters."""
    return Row(
        value,
        when(start) if start else None,
        when(end) if end else None,
        review,
        frozenset(claims),
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table: what was said, the facts, and the facts without each claim."""

    name: str
    said: tuple[Claim, ...]
    facts: Expected
    without: Mapping[str, Expected]
    cardinality: Cardinality = Cardinality.SINGLE
    current: Mapping[str, str] = field(default_factory=dict)


def facts(*rows: Row) -> Expected:
    return frozenset(rows)


CASES = [
    Case(
        name="A since 2020; B since 2022",
        said=(
            claim("a", "A", said="2023", since="2020"),
            claim("b", "B", said="2024", since="2022"),
        ),
        facts=facts(fact("A", "2020", "2022", "a"), fact("B", "2022", "", "b")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
        current={"2019": "", "2020": "A", "2021-12-31": "A", "2022": "B", "2030": "B"},
    ),
    Case(
        name="A 2020; B 2022; A again 2024",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2022"),
            claim("c", "A", said="2024"),
        ),
        facts=facts(
            fact("A", "2020", "2022", "a"),
            fact("B", "2022", "2024", "b"),
            fact("A", "2024", "", "c"),
        ),
        without={
            "a": facts(fact("B", "2022", "2024", "b"), fact("A", "2024", "", "c")),
            "b": facts(fact("A", "2020", "", "ac")),
            "c": facts(fact("A", "2020", "2022", "a"), fact("B", "2022", "", "b")),
        },
    ),
    Case(
        name="A since 2020; C since 2024; late: B since 2022",
        said=(
            claim("a", "A", said="2020", since="2020"),
            claim("c", "C", said="2024", since="2024"),
            claim("b", "B", said="2025", since="2022"),
        ),
        facts=facts(
            fact("A", "2020", "2022", "a"),
            fact("B", "2022", "2024", "b"),
            fact("C", "2024", "", "c"),
        ),
        without={
            "a": facts(fact("B", "2022", "2024", "b"), fact("C", "2024", "", "c")),
            "b": facts(fact("A", "2020", "2024", "a"), fact("C", "2024", "", "c")),
            "c": facts(fact("A", "2020", "2022", "a"), fact("B", "2022", "", "b")),
        },
    ),
    Case(
        name="A undated, said 2021; B undated, said 2022",
        said=(claim("a", "A", said="2021"), claim("b", "B", said="2022")),
        facts=facts(fact("A", "2021", "2022", "a"), fact("B", "2022", "", "b")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "2021", "", "a"))},
    ),
    Case(
        name="A in [2018, 2023); B in [2020, 2021): split",
        said=(
            claim("a", "A", said="2024", since="2018", until="2023"),
            claim("b", "B", said="2025", since="2020", until="2021"),
        ),
        facts=facts(
            fact("A", "2018", "2020", "a"),
            fact("B", "2020", "2021", "b"),
            fact("A", "2021", "2023", "a"),
        ),
        without={
            "a": facts(fact("B", "2020", "2021", "b")),
            "b": facts(fact("A", "2018", "2023", "a")),
        },
    ),
    Case(
        name="A since 2018, open; B in [2020, 2021): split",
        said=(
            claim("a", "A", said="2018", since="2018"),
            claim("b", "B", said="2025", since="2020", until="2021"),
        ),
        facts=facts(
            fact("A", "2018", "2020", "a"),
            fact("B", "2020", "2021", "b"),
            fact("A", "2021", "", "a"),
        ),
        without={
            "a": facts(fact("B", "2020", "2021", "b")),
            "b": facts(fact("A", "2018", "", "a")),
        },
    ),
    Case(
        name="A [2018, 2019); B since 2020: both untouched",
        said=(
            claim("a", "A", said="2020", since="2018", until="2019"),
            claim("b", "B", said="2021", since="2020"),
        ),
        facts=facts(fact("A", "2018", "2019", "a"), fact("B", "2020", "", "b")),
        without={
            "a": facts(fact("B", "2020", "", "b")),
            "b": facts(fact("A", "2018", "2019", "a")),
        },
    ),
    Case(
        name="B since 2018; late: A in [2015, 2021): the overlap is flagged",
        said=(
            claim("b", "B", said="2019", since="2018"),
            claim("a", "A", said="2022", since="2015", until="2021"),
        ),
        facts=facts(
            fact("A", "2015", "2018", "a"),
            fact("B", "2018", "", "b"),
            fact("A", "2018", "2021", "a", "conflict"),
        ),
        without={
            "a": facts(fact("B", "2018", "", "b")),
            "b": facts(fact("A", "2015", "2021", "a")),
        },
    ),
    Case(
        name="A and B both start the same day: the later said wins, the other is a conflict",
        said=(
            claim("a", "A", said="2021", since="2020"),
            claim("b", "B", said="2022", since="2020"),
        ),
        facts=facts(fact("B", "2020", "", "b"), fact("A", "2020", "", "a", "conflict")),
        without={"a": facts(fact("B", "2020", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="A and B both start the same day: the trusted wins, the other is untrusted",
        said=(
            claim("a", "A", said="2021", since="2020"),
            claim("b", "B", said="2022", since="2020", trust=Trust.REPORTED),
        ),
        facts=facts(fact("A", "2020", "", "a"), fact("B", "2020", "", "b", "untrusted")),
        without={"a": facts(fact("B", "2020", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="A 2020; B 2022; B's source deleted: A is open again",
        said=(claim("a", "A", said="2020"), claim("b", "B", said="2022", since="2022")),
        facts=facts(fact("A", "2020", "2022", "a"), fact("B", "2022", "", "b")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="A from two sources; one deleted: A stands on the other",
        said=(
            claim("a", "A", said="2021", since="2020"),
            claim("b", "A", said="2022", since="2020"),
        ),
        facts=facts(fact("A", "2020", "", "ab")),
        without={"a": facts(fact("A", "2020", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="A until 2099: current",
        said=(claim("a", "A", said="2021", until="2099"),),
        facts=facts(fact("A", "2021", "2099", "a")),
        without={"a": facts()},
        current={"2020": "", "2021": "A", "2050": "A", "2098-12-31": "A", "2099": ""},
    ),
    Case(
        name="moving to B in June, said in March",
        said=(
            claim("a", "A", said="2021-01"),
            claim("b", "B", said="2021-03", since="2021-06"),
        ),
        facts=facts(fact("A", "2021-01", "2021-06", "a"), fact("B", "2021-06", "", "b")),
        without={
            "a": facts(fact("B", "2021-06", "", "b")),
            "b": facts(fact("A", "2021-01", "", "a")),
        },
        current={"2021-03": "A", "2021-05-31": "A", "2021-06": "B"},
    ),
    Case(
        name="I no longer A: nothing replaces it",
        said=(
            claim("a", "A", said="2020"),
            claim("x", "A", said="2022", polarity=END),
        ),
        facts=facts(fact("A", "2020", "2022", "a")),
        without={"a": facts(), "x": facts(fact("A", "2020", "", "a"))},
        current={"2021": "A", "2022": ""},
    ),
    Case(
        name="I quit, naming nothing",
        said=(
            claim("a", "A", said="2020"),
            claim("x", "", said="2022", until="2021-06", polarity=END),
        ),
        facts=facts(fact("A", "2020", "2021-06", "a")),
        without={"a": facts(), "x": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="A; B; I quit: nothing holds, A does not come back",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2021"),
            claim("x", "B", said="2022", polarity=END),
        ),
        facts=facts(fact("A", "2020", "2021", "a"), fact("B", "2021", "2022", "b")),
        without={
            "a": facts(fact("B", "2021", "2022", "b")),
            "b": facts(fact("A", "2020", "", "a")),
            "x": facts(fact("A", "2020", "2021", "a"), fact("B", "2021", "", "b")),
        },
    ),
    Case(
        name="no, it was always B: B takes its whole period",
        said=(
            claim("a", "A", said="2021", since="2020"),
            claim("k", "B", said="2022", polarity=CORRECT),
        ),
        facts=facts(fact("B", "2020", "", "k")),
        without={"a": facts(fact("B", "2022", "", "k")), "k": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="no, it was B, not A, while C holds: only A's period is corrected",
        said=(
            claim("a", "A", said="2020"),
            claim("c", "C", said="2022"),
            claim("k", "B", said="2023", polarity=CORRECT, replaces="A"),
        ),
        facts=facts(fact("B", "2020", "2022", "k"), fact("C", "2022", "", "c")),
        without={
            "a": facts(fact("C", "2022", "2023", "c"), fact("B", "2023", "", "k")),
            "c": facts(fact("B", "2020", "", "k")),
            "k": facts(fact("A", "2020", "2022", "a"), fact("C", "2022", "", "c")),
        },
    ),
    Case(
        name="that was never true: dropped, and what came before is open again",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2021"),
            claim("k", "", said="2022", polarity=CORRECT),
        ),
        facts=facts(fact("A", "2020", "", "a")),
        without={
            "a": facts(),
            "b": facts(),
            "k": facts(fact("A", "2020", "2021", "a"), fact("B", "2021", "", "b")),
        },
    ),
    Case(
        name="a correction corrected",
        said=(
            claim("a", "A", said="2021", since="2020"),
            claim("k", "B", said="2022", polarity=CORRECT),
            claim("l", "C", said="2023", polarity=CORRECT),
        ),
        facts=facts(fact("C", "2020", "", "l")),
        without={
            "a": facts(fact("C", "2022", "", "l")),
            "k": facts(fact("C", "2020", "", "l")),
            "l": facts(fact("B", "2020", "", "k")),
        },
    ),
    Case(
        name="A twice: one fact, two sources",
        said=(claim("a", "A", said="2020"), claim("b", "A", said="2022")),
        facts=facts(fact("A", "2020", "", "ab")),
        without={"a": facts(fact("A", "2022", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="a contradiction within one batch: the last said holds",
        said=(
            claim("a", "A", said="2022", order=(0, 0)),
            claim("b", "B", said="2022", order=(0, 1)),
            claim("c", "C", said="2022", since="2020", order=(1, 0)),
        ),
        facts=facts(fact("C", "2020", "2022", "c"), fact("B", "2022", "", "b")),
        without={
            "a": facts(fact("C", "2020", "2022", "c"), fact("B", "2022", "", "b")),
            "b": facts(fact("C", "2020", "2022", "c"), fact("A", "2022", "", "a")),
            "c": facts(fact("B", "2022", "", "b")),
        },
    ),
    Case(
        name="a contradiction within one message: a closed period splits what was told before it",
        said=(
            claim("a", "A", said="2022", order=(0, 0)),
            claim("b", "B", said="2022", until="2024", order=(0, 1)),
        ),
        facts=facts(
            fact("B", "2022", "2024", "b"),
            fact("A", "2024", "", "a"),
        ),
        without={
            "a": facts(fact("B", "2022", "2024", "b")),
            "b": facts(fact("A", "2022", "", "a")),
        },
    ),
    Case(
        name="a correction within one message is told where what it corrects was",
        said=(
            claim("a", "A", said="2022", order=(0, 0)),
            claim("b", "B", said="2022", order=(0, 1)),
            claim("k", "C", said="2022", polarity=CORRECT, replaces="A", order=(0, 2)),
        ),
        facts=facts(fact("B", "2022", "", "b")),
        without={
            "a": facts(fact("C", "2022", "", "k")),
            "b": facts(fact("C", "2022", "", "k")),
            "k": facts(fact("B", "2022", "", "b")),
        },
    ),
    Case(
        name="two batches at one instant: nothing tells which came later",
        said=(claim("a", "A", said="2022"), claim("b", "B", said="2022")),
        facts=facts(fact("B", "2022", "", "b"), fact("A", "2022", "", "a", "conflict")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "2022", "", "a"))},
    ),
    Case(
        name="corrected within one message: the same as one after the other",
        said=(
            claim("a", "A", said="2022", order=(0, 0)),
            claim("k", "B", said="2022", polarity=CORRECT, order=(0, 1)),
        ),
        facts=facts(fact("B", "2022", "", "k")),
        without={"a": facts(fact("B", "2022", "", "k")), "k": facts(fact("A", "2022", "", "a"))},
    ),
    Case(
        name="lower trust does not supersede; it goes to review",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2022", trust=Trust.INFERRED),
        ),
        facts=facts(fact("A", "2020", "", "a"), fact("B", "2022", "", "b", "untrusted")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "2020", "", "a"))},
    ),
    Case(
        name="lower trust neither ends nor corrects",
        said=(
            claim("a", "A", said="2020"),
            claim("x", "A", said="2021", polarity=END, trust=Trust.REPORTED),
            claim("k", "", said="2022", polarity=CORRECT, trust=Trust.INFERRED),
        ),
        facts=facts(fact("A", "2020", "", "a")),
        without={
            "a": facts(),
            "x": facts(fact("A", "2020", "", "a")),
            "k": facts(fact("A", "2020", "", "a")),
        },
    ),
    Case(
        name="used to A; now B",
        said=(
            claim("a", "A", said="2021", past=True),
            claim("b", "B", said="2022"),
        ),
        facts=facts(fact("A", "", "2021", "a"), fact("B", "2022", "", "b")),
        without={"a": facts(fact("B", "2022", "", "b")), "b": facts(fact("A", "", "2021", "a"))},
        current={"1900": "A", "2020": "A", "2021": "", "2022": "B"},
    ),
    Case(
        name="partly overlapping stated periods: the overlap is a conflict",
        said=(
            claim("a", "A", said="2024", since="2018", until="2021"),
            claim("b", "B", said="2025", since="2020", until="2023"),
        ),
        facts=facts(
            fact("A", "2018", "2020", "a"),
            fact("B", "2020", "2023", "b"),
            fact("A", "2020", "2021", "a", "conflict"),
        ),
        without={
            "a": facts(fact("B", "2020", "2023", "b")),
            "b": facts(fact("A", "2018", "2021", "a")),
        },
    ),
    Case(
        name="a memory that lapses",
        said=(claim("a", "A", said="2020", expires="2021"),),
        facts=facts(fact("A", "2020", "2021", "a")),
        without={"a": facts()},
    ),
    Case(
        name="several values side by side; only the one named ends",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2021"),
            claim("x", "A", said="2022", polarity=END),
        ),
        cardinality=Cardinality.MULTIPLE,
        facts=facts(fact("A", "2020", "2022", "a"), fact("B", "2021", "", "b")),
        without={
            "a": facts(fact("B", "2021", "", "b")),
            "b": facts(fact("A", "2020", "2022", "a")),
            "x": facts(fact("A", "2020", "", "a"), fact("B", "2021", "", "b")),
        },
    ),
    Case(
        name="several values side by side; only the one named is corrected",
        said=(
            claim("a", "A", said="2020"),
            claim("b", "B", said="2021"),
            claim("k", "C", said="2022", polarity=CORRECT, replaces="A"),
        ),
        cardinality=Cardinality.MULTIPLE,
        facts=facts(fact("C", "2020", "", "k"), fact("B", "2021", "", "b")),
        without={
            "a": facts(fact("B", "2021", "", "b"), fact("C", "2022", "", "k")),
            "b": facts(fact("C", "2020", "", "k")),
            "k": facts(fact("A", "2020", "", "a"), fact("B", "2021", "", "b")),
        },
    ),
    Case(
        name="several values side by side; each twice, of any trust",
        said=(
            claim("a", "A", said="2020", since="2020", until="2022"),
            claim("b", "A", said="2021", trust=Trust.INFERRED),
            claim("c", "B", said="2020", trust=Trust.REPORTED),
        ),
        cardinality=Cardinality.MULTIPLE,
        facts=facts(fact("A", "2020", "", "ab"), fact("B", "2020", "", "c")),
        without={
            "a": facts(fact("A", "2021", "", "b"), fact("B", "2020", "", "c")),
            "b": facts(fact("A", "2020", "2022", "a"), fact("B", "2020", "", "c")),
            "c": facts(fact("A", "2020", "", "ab")),
        },
    ),
]

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
both = pytest.mark.parametrize("folding", [oracle, folded], ids=["oracle", "fold"])


@both
@each_case
def test_every_order_of_arrival_gives_the_facts(case: Case, folding: Folding) -> None:
    for order in permutations(case.said):
        assert folding(arriving(order), case.cardinality, None) == case.facts


@both
@each_case
def test_one_by_one_gives_at_each_step_what_a_batch_gives(case: Case, folding: Folding) -> None:
    for order in permutations(case.said):
        stored = arriving(order)
        for number, last in enumerate(stored, start=1):
            batch = folding(order[:number], case.cardinality, None)
            assert folding(stored, case.cardinality, last.recorded_at) == batch
            just_before = last.recorded_at - timedelta(microseconds=1)
            earlier = folding(order[: number - 1], case.cardinality, None)
            assert folding(stored, case.cardinality, just_before) == earlier


@both
@each_case
def test_withdrawing_a_source_undoes_what_it_caused(case: Case, folding: Folding) -> None:
    assert set(case.without) == {each.id for each in case.said}
    taken_back = RECORDED + timedelta(days=1)
    for order in permutations(case.said):
        stored = arriving(order)
        for gone, expected in case.without.items():
            left = [replace(c, withdrawn_at=taken_back) if c.id == gone else c for c in stored]
            assert folding(left, case.cardinality, None) == expected
            assert folding(left, case.cardinality, taken_back) == expected
            still = taken_back - timedelta(microseconds=1)
            assert folding(left, case.cardinality, still) == case.facts


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.current], ids=lambda case: case.name
)
def test_what_holds_at_an_instant(case: Case) -> None:
    for text, value in case.current.items():
        at = when(text)
        assert oracle_at(case.said, case.cardinality, at) == ({value} if value else set())
        holding = {
            row.value
            for row in folded(case.said, case.cardinality)
            if row.review is None
            and (row.start is None or row.start <= at)
            and (row.end is None or at < row.end)
        }
        assert holding == ({value} if value else set())


def test_a_corrected_belief_was_held_until_it_was_corrected() -> None:
    a = claim("a", "A", said="2021", since="2020")
    k = claim("k", "B", said="2022", polarity=CORRECT)
    first, second = arriving([a, k])
    before = second.recorded_at - timedelta(microseconds=1)
    for folding in (oracle, folded):
        assert folding([first, second], Cardinality.SINGLE, before) == {fact("A", "2020", "", "a")}
        assert folding([first, second], Cardinality.SINGLE, second.recorded_at) == {
            fact("B", "2020", "", "k")
        }
