"""Made-up chats for measuring speed: mostly talk, with facts of many slots and values in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2025, 1, 1, 9, tzinfo=UTC)
_APART: Final = timedelta(minutes=7)
_SHARE_WITH_FACTS: Final = 0.4


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TALK: Final = (
    "Good morning! How is it going?",
    "Thanks, that helps a lot.",
    "Could you look at the {thing} again, please?",
    "What do you think about the {thing}?",
    "Hm, let me think about it for a moment.",
    "Is there anything new about {city}?",
    "Can you summarise the notes on the {thing} for me?",
    "If we had more time, what would you try first?",
    "Haha, that was a good one 😄",
    "ok, go on",
    "How long does it take to get to {city} from here?",
    "Sorry, I was away. Where were we with the {thing}?",
    "Please write a short reply to {name} about the {thing}.",
    "Why would the {thing} be so slow today?",
)
_FACTS: Final = (
    "My friend {name} lives in {city}.",
    "{name} works at {company}.",
    "{name} lives in {city}.",
    "My colleague {name} works at {company}.",
    "{name} likes {thing}s.",
    "{name} is allergic to {plant}.",
    "I like {plant} {thing}s.",
    "My cousin {name} plays {plant} ball.",
    "The {plant} {thing} costs {number} dollars.",
    "{name}'s birthday is on {day} {month}.",
    "We decided to use {company} for the {plant} {thing}.",
    "I bought a {plant} {thing} in {city}.",
)
_STATEMENTS: Final = (
    "{name} lives in {city}.",
    "{name} works at {company}.",
    "{name} is allergic to {plant}.",
    "{name} likes {thing}s.",
)
_QUESTIONS: Final = (
    "Where does {name} live?",
    "Where does {name} work?",
    "What is {name} allergic to?",
    "When is {name}'s birthday?",
    "What does the {plant} {thing} cost?",
    "What did we decide about the {plant} {thing}?",
    "Who lives in {city}?",
    "What did I buy in {city}?",
)
_THINGS: Final = _words(
    "lamp table report invoice bicycle camera garden ticket kettle drum novel puzzle radio "
    "ladder engine violin carpet mirror suitcase notebook printer parcel schedule contract"
)
_PLANTS: Final = _words(
    "maple cedar birch fern clover aster lotus poppy sage thyme laurel willow hazel juniper "
    "myrtle tulip violet almond barley mustard"
)
_MONTHS: Final = _words(
    "January February March April May June July August September October November December"
)
_OPEN: Final = _words("Ba Ce Da Fe Ga Ha Jo Ka Lu Ma Ne Or Pa Ra Se Ta Ul Va Wi Za")
_MIDDLE: Final = _words("ran lin mor vel dar nis tol ber mik sor")
_CLOSE: Final = _words("a o ia en is ar us el")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatter:
    """Messages and questions from one seed: the same seed gives the same ones."""

    seed: int = 7

    def messages(self, count: int, *, dense: bool = False) -> list[dict[str, object]]:
        """Messages in order of time: two in five hold one or two facts, `dense` ones all three."""
        dice = random.Random(self.seed)
        made = []
        for place in range(count):
            if dense or dice.random() < _SHARE_WITH_FACTS:
                facts = 3 if dense else dice.choice((1, 1, 2))
                chosen = dice.sample(_FACTS, k=facts)
                content = " ".join(_filled(dice, template) for template in chosen)
            else:
                content = _filled(dice, dice.choice(_TALK))
            at = START + place * _APART
            made.append({"role": "user", "content": content, "at": at})
        return made

    def statements(self, count: int) -> list[str]:
        """Texts that each tell one thing of somebody, and no more."""
        dice = random.Random(self.seed + 2)
        return [_filled(dice, dice.choice(_STATEMENTS)) for _ in range(count)]

    def questions(self, count: int) -> Iterator[str]:
        """Questions of the kind that the messages answer."""
        dice = random.Random(self.seed + 1)
        for _ in range(count):
            yield _filled(dice, dice.choice(_QUESTIONS))


def _filled(dice: random.Random, template: str) -> str:
    return template.format(
        name=f"{_word(dice)} {_word(dice)}son",
        city=_word(dice) + "ville",
        company=_word(dice) + " Works",
        thing=dice.choice(_THINGS),
        plant=dice.choice(_PLANTS),
        number=dice.randrange(5, 5000),
        day=dice.randrange(1, 29),
        month=dice.choice(_MONTHS),
    )


def _word(dice: random.Random) -> str:
    return dice.choice(_OPEN) + dice.choice(_MIDDLE) + dice.choice(_CLOSE)
