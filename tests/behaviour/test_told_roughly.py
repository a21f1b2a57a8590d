"""Changes told by the day or the month, after what held was told within that day or month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from everwhen import Memory

MONDAY = datetime(2026, 3, 9, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
JUNE = datetime(2026, 6, 2, 9, tzinfo=UTC)


def values(memory: Memory, as_of: datetime) -> list[str]:
    return [fact.value for fact in memory.list(user_id="u", as_of=as_of).items]


@pytest.mark.parametrize(
    ("held", "told", "at", "now"),
    [
        ("I live in Lisbon.", "I moved to Porto yesterday.", TUESDAY, ["Porto"]),
        ("I live in Lisbon.", "I moved to Porto in March.", JUNE, ["Porto"]),
        ("We have a cat, Momo.", "Momo passed away yesterday.", TUESDAY, []),
        ("I have a gym membership.", "I cancelled my gym membership in March.", JUNE, []),
        ("I work at Bosch.", "I quit my job at Bosch yesterday.", TUESDAY, []),
    ],
)
def test_what_was_told_within_the_period_of_its_change_is_over_after_it(
    held: str, told: str, at: datetime, now: list[str]
) -> None:
    with Memory(":memory:") as memory:
        memory.add(held, user_id="u", at=MONDAY)
        before = values(memory, MONDAY)
        memory.add(told, user_id="u", at=at)
        assert before and values(memory, MONDAY) == before
        assert values(memory, at + timedelta(hours=1)) == now


def test_the_change_keeps_the_month_that_was_told() -> None:
    with Memory(":memory:") as memory:
        memory.add("I live in Lisbon.", user_id="u", at=MONDAY)
        memory.add("I moved to Porto in March.", user_id="u", at=JUNE)
        (porto,) = memory.list(user_id="u", as_of=JUNE).items
        assert porto.valid_from is not None
        assert (porto.valid_from.year, porto.valid_from.month) == (2026, 3)
        assert "March 2026" in memory.context("Where do I live?", user_id="u", as_of=JUNE).text


def test_what_was_told_after_the_change_stays() -> None:
    with Memory(":memory:") as memory:
        memory.add("I moved to Porto in March.", user_id="u", at=MONDAY)
        memory.add("I live in Lisbon.", user_id="u", at=MONDAY + timedelta(days=2))
        assert values(memory, JUNE) == ["Lisbon"]


def test_without_what_was_told_before_the_change_is_where_it_was_told_to_be() -> None:
    with Memory(":memory:") as memory:
        first = memory.add("I live in Lisbon.", user_id="u", at=MONDAY)
        memory.add("I moved to Porto in March.", user_id="u", at=JUNE)
        memory.forget(id=first.episodes[0].id, user_id="u")
        (porto,) = memory.list(user_id="u", as_of=JUNE).items
        assert porto.valid_from == datetime(2026, 3, 1, tzinfo=UTC)
