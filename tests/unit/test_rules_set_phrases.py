"""Set phrases, doses and lists of people are read as the plain sentences that they stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from everwhen import Memory

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)


def held(*messages: str) -> set[str]:
    """What holds after messages that are ten days apart."""
    at = FIRST
    with Memory(":memory:") as memory:
        for message in messages:
            memory.add(message, user_id="u", at=at)
            at += timedelta(days=10)
        return {fact.text for fact in memory.list(user_id="u", as_of=at).items}


@pytest.mark.parametrize(
    ("messages", "facts"),
    [
        (["I'd rather have oat milk than cow's milk."], {"User prefers oat milk over cow's milk"}),
        (["Our sprints last two weeks.", "Our sprints now last three weeks."],
         {"User's sprint length is three weeks"}),
        (["I'm on 50 mg of sertraline.", "My doctor raised my sertraline to 75 mg."],
         {"User takes sertraline", "User's sertraline dose is 75 mg"}),
        (["My passport expires in March 2028.", "My passport expires in May 2027."],
         {"User's passport expires in May 2027"}),
        (["I work at Siemens.", "I handed in my notice, last day is March 13."], set()),
        (["My kids are Leo (7) and Mia (4)."],
         {"User's child is Leo", "User's child is Mia", "Leo is 7 years old",
          "Mia, User's child, is 4 years old"}),
        (["Keep answers short and don't use emojis."],
         {"User wants short answers", "User asks: don't use emojis"}),
        (["My sister goes to St Columba's now."], {"User's sister goes to St Columba's now"}),
        (["My flatmate is Jelle.", "Jelle moved out last week."], set()),
        (["My daughter is Ana.", "Ana moved out last week."], {"User's daughter is Ana"}),
        (["My dentist is Petra Holm.", "I have a different dentist: Dario Conti."],
         {"User's dentist is Dario Conti"}),
        (["Our vet is Dr Halloran.", "We've changed vets. Dr Sethi treats our dogs now."],
         {"User's vet is Dr Sethi"}),
        (["I live on a houseboat in amsterdam."], {"User lives in Amsterdam"}),
        (["Wild Stem hired me as a junior florist."],
         {"User works at Wild Stem", "User works as a junior florist"}),
        (["were getting married at larkfield barn"],
         {"User plans to get married at larkfield barn"}),
        (["I fly to Rome every Friday."], {"User flies to Rome every Friday"}),
    ],
)  # fmt: skip
def test_what_holds_afterwards(messages: list[str], facts: set[str]) -> None:
    assert facts <= held(*messages) and len(held(*messages)) <= len(facts) + 1
