"""What one claim is said to have done, and what is written for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from test_fold import SCOPE, SINGLE, SLOT, claim, year

from everwhen.model.records import Action, Claim, Fact, Polarity, Trust
from everwhen.write.decide import difference
from everwhen.write.fold import facts, fold
from everwhen.write.replay import SlotState

END, CORRECT = Polarity.END, Polarity.CORRECT


def held(*claims: Claim, at: int = 2030) -> tuple[Fact, ...]:
    return facts(SCOPE, SLOT, fold(claims, SINGLE), year(at))


CASES = {
    "a first value": ([claim("a", "A", 2020)], Action.ADD),
    "a value apart from another": (
        [claim("a", "A", 2020, until=2021), claim("b", "B", 2022)],
        Action.ADD,
    ),
    "a later value": ([claim("a", "A", 2020), claim("b", "B", 2022)], Action.UPDATE),
    "a period laid over another": (
        [
            claim("a", "A", 2020, since=2010, until=2019),
            claim("b", "B", 2021, since=2012, until=2013),
        ],
        Action.UPDATE,
    ),
    "the same again": ([claim("a", "A", 2020), claim("a2", "A", 2021)], Action.NOOP),
    "the same from earlier on": (
        [claim("a", "A", 2020), claim("a2", "A", 2021, since=2015)],
        Action.UPDATE,
    ),
    "an end": ([claim("a", "A", 2020), claim("x", "A", 2021, polarity=END)], Action.INVALIDATE),
    "an end of nothing": (
        [claim("a", "A", 2020), claim("x", "B", 2021, polarity=END)],
        Action.REJECT,
    ),
    "an earlier value, told late": (
        [claim("b", "B", 2022), claim("a", "A", 2023, since=2020)],
        Action.ADD,
    ),
    "less trusted": (
        [claim("a", "A", 2020), claim("b", "B", 2021, trust=Trust.INFERRED)],
        Action.REJECT,
    ),
    "over before it begins": ([claim("a", "A", 2020, expires=2019)], Action.REJECT),
    "a correction": (
        [claim("a", "A", 2020), claim("k", "B", 2021, polarity=CORRECT)],
        Action.UPDATE,
    ),
    "a correction that agrees": (
        [claim("a", "A", 2020), claim("k", "A", 2021, polarity=CORRECT)],
        Action.NOOP,
    ),
    "a correction to nothing": (
        [claim("a", "A", 2020), claim("k", "", 2021, polarity=CORRECT)],
        Action.INVALIDATE,
    ),
    "a correction that brings another back": (
        [
            claim("a", "A", 2020),
            claim("b", "B", 2021),
            claim("k", "", 2022, polarity=CORRECT, replaces="b"),
        ],
        Action.UPDATE,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decision_names_what_happened(name: str) -> None:
    claims, action = CASES[name]
    state = SlotState(SCOPE, SLOT, SINGLE)
    decision = [state.add(c) for c in claims][-1]
    assert decision.action is action
    before, after = held(*claims[:-1]), held(*claims)
    gone = {f.id for f in before} - {f.id for f in after}
    assert gone <= set(decision.closed)
    assert {f.id for f in after} - {f.id for f in before} <= {*decision.fact_ids, *decision.closed}
    assert decision.claim_id == claims[-1].id and decision.reason
    assert decision.source is not None and decision.source.episode_id == claims[-1].episode_id


def test_the_log_does_not_repeat_anybodys_words() -> None:
    for claims, _ in CASES.values():
        worded = [
            replace(c, value=f"secret {c.value}", text=f"the secret is {c.value}") for c in claims
        ]
        state = SlotState(SCOPE, SLOT, SINGLE)
        for decision in [state.add(c) for c in worded]:
            assert "secret" not in repr(decision)


def test_taking_back_says_what_is_left() -> None:
    a, b, a2 = claim("a", "A", 2020), claim("b", "B", 2022), claim("a2", "A", 2021)
    state = SlotState(SCOPE, SLOT, SINGLE, [a, a2, b])
    actions = [state.withdraw(c, year(2030)).action for c in (a2, b, a)]
    assert actions == [Action.NOOP, Action.UPDATE, Action.INVALIDATE]


def rows(stored: Sequence[Fact]) -> list[Fact]:
    return [replace(fact, row=row) for row, fact in enumerate(stored, 1)]


def test_only_what_changed_is_written() -> None:
    a, b, a2 = claim("a", "A", 2020), claim("b", "B", 2022), claim("a2", "A", 2021)
    stored = rows(held(a, at=2023))
    same = difference(stored, held(a, at=2024))
    assert same.opened == same.closed == same.amended == ()
    step = difference(stored, held(a, b, at=2024))
    assert [f.row for f in step.closed] == [1] and step.amended == ()
    assert [(f.value, f.system_from) for f in step.opened] == [("A", year(2024)), ("B", year(2024))]
    more = difference(stored, held(a, a2, at=2024), {"a2"})
    assert more.opened == more.closed == ()
    (amended,) = more.amended
    assert (amended.row, amended.system_from) == (1, year(2023))
    assert amended.claim_ids == ("a", "a2")


def test_a_version_ends_where_its_sources_can_not_be_told_by_when_they_were_recorded() -> None:
    a, a2 = claim("a", "A", 2020), claim("a2", "A", 2021)
    both = rows(held(a, a2, at=2023))
    lost = difference(both, held(a, at=2024))
    assert [f.row for f in lost.closed] == [1]
    assert [f.claim_ids for f in lost.opened] == [("a",)]
    late = difference(rows(held(a, at=2023)), held(a, a2, at=2024), {"b"})
    assert [f.claim_ids for f in late.opened] == [("a", "a2")]
