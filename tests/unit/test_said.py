"""The claims of a message find what is alike however they were put together."""

from __future__ import annotations

import random

from everwhen.language.keys import value_key
from everwhen.model.records import Polarity, Proposal
from everwhen.write.rules.said import Said, without_repeats


def claim(dice: random.Random) -> Proposal:
    return Proposal(
        subject=dice.choice(("user", "Ana")),
        attribute=dice.choice(("home", "pet")),
        value=dice.choice(("Rome", "the rome", "Oslo")),
        text="as told",
        start=0,
        end=1,
        polarity=dice.choice((Polarity.AFFIRM, Polarity.END)),
    )


def key(one: Proposal) -> tuple[object, ...]:
    return (one.subject, one.attribute, one.polarity, value_key(one.value))


def test_alike_are_those_that_a_search_finds_after_any_change() -> None:
    dice = random.Random(1)
    said, plain = Said(), list[Proposal]()
    for _ in range(400):
        one, place = claim(dice), dice.randrange(len(plain) + 1)
        match dice.choice(("append", "append", "set", "slice", "insert", "delete", "clear")):
            case "append":
                said.append(one)
                plain.append(one)
            case "set" if plain:
                said[place - 1] = plain[place - 1] = one
            case "slice":
                said[:] = plain[:] = [*plain[:place], one]
            case "insert":
                said.insert(place, one)
                plain.insert(place, one)
            case "delete" if plain:
                del said[place - 1], plain[place - 1]
            case "clear" if dice.random() < 0.1:
                said.clear()
                plain.clear()
        new = claim(dice)
        assert said.alike(new) == [i for i, old in enumerate(plain) if key(old) == key(new)]
        assert list(said) == plain


def test_repeats_are_left_out_in_order() -> None:
    dice = random.Random(2)
    claims = [claim(dice) for _ in range(60)]
    once = [one for n, one in enumerate(claims) if one not in claims[:n]]
    assert without_repeats(claims) == once
