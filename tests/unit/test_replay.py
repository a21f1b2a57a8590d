"""A slot whose claims come one at a time is at every step what the fold of them all is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from everwhen.model.records import Cardinality, Claim, Fact, Polarity, Scope, Slot, Trust
from everwhen.write.fold import facts, fold
from everwhen.write.replay import SlotState, replay

SCOPE = Scope(user_id="dana", run_id="r")
SLOT = Slot(owner=1, subject="user", attribute="home")
START = datetime(2020, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def random_claim(rng: random.Random, i: int, span: int, *, tame: bool) -> Claim:
    said = i if rng.random() < 0.7 else rng.randrange(span)
    since = None if rng.random() < 0.6 else rng.randrange(span)
    until = None if rng.random() < 0.7 else (since or said) + rng.randint(-3, 9)
    wild = [] if tame else [Polarity.CORRECT] * 2
    value = rng.choice("abcde")
    polarity = rng.choice([Polarity.AFFIRM] * 9 + [Polarity.END] + wild)
    if polarity is not Polarity.AFFIRM and rng.random() < 0.2:
        value = ""
    return Claim(
        id=f"c{i}",
        episode_id=f"e{i}",
        run_id=None,
        subject="user",
        attribute="home",
        value=value,
        value_key=value,
        text=value,
        said_at=day(said),
        recorded_at=day(1000 + i // 3),
        start=0,
        end=1,
        polarity=polarity,
        replaces_key=rng.choice("abcde") if polarity is Polarity.CORRECT and not value else None,
        valid_from=None if since is None else day(since),
        valid_to=None if until is None else day(until),
        past=rng.random() < 0.05,
        expires_at=day(said + 5) if rng.random() < 0.05 else None,
        trust=rng.choice([Trust.STATED] * 6 + [Trust.REPORTED, Trust.INFERRED]),
    )


def state_facts(known: dict[str, list[Fact]], changed: dict[str, list[Fact]]) -> list[Fact]:
    known.update(changed)
    found = [fact for of_value in known.values() for fact in of_value]
    return sorted(found, key=lambda fact: fact.id)


@pytest.mark.parametrize("cardinality", Cardinality)
@pytest.mark.parametrize("tame", [True, False])
def test_every_step_is_the_whole_fold(cardinality: Cardinality, tame: bool) -> None:
    for seed in range(60):
        rng = random.Random(seed)
        span = rng.choice([6, 20, 60])
        state = SlotState(SCOPE, SLOT, cardinality)
        claims: list[Claim] = []
        known: dict[str, list[Fact]] = {}
        for i in range(rng.randint(2, 40)):
            if claims and rng.random() < 0.1:
                state.withdraw(claims.pop(rng.randrange(len(claims))), START)
            else:
                claims.append(random_claim(rng, i, span, tame=tame))
                state.add(claims[-1])
            whole = facts(SCOPE, SLOT, fold(claims, cardinality), START)
            assert state_facts(known, state.changes(START)) == sorted(whole, key=lambda f: f.id)


@pytest.mark.parametrize("cardinality", Cardinality)
def test_a_replayed_slot_held_at_every_instant_what_the_fold_says(
    cardinality: Cardinality,
) -> None:
    for seed in range(20):
        rng = random.Random(seed)
        claims = [random_claim(rng, i, 20, tame=False) for i in range(15)]
        claims = [
            replace(c, withdrawn_at=day(1000 + rng.randint(5, 9))) if rng.random() < 0.2 else c
            for c in claims
        ]
        claims = [
            c
            if c.withdrawn_at is None or c.recorded_at <= c.withdrawn_at
            else replace(c, withdrawn_at=None)
            for c in claims
        ]
        history = replay(SCOPE, SLOT, cardinality, claims)
        said = [d for d in history.decisions if d.at >= day(1000)]
        assert (
            len({d.id for d in said})
            == len(said)
            == len(claims) + sum(c.withdrawn_at is not None for c in claims)
        )
        for i in range(-1, 12):
            at = day(1000 + i)
            held = [
                (f.id, f.valid_from, f.valid_to, f.review)
                for f in history.versions
                if f.system.contains(at)
            ]
            whole = facts(SCOPE, SLOT, fold(claims, cardinality, at), START)
            assert sorted(held, key=lambda f: f[0]) == sorted(
                ((f.id, f.valid_from, f.valid_to, f.review) for f in whole), key=lambda f: f[0]
            )


def test_a_long_slot_grows_without_being_folded_whole() -> None:
    state = SlotState(SCOPE, SLOT, Cardinality.SINGLE)
    rng = random.Random(1)
    for i in range(5000):
        claim = random_claim(rng, i, 1, tame=True)
        plain = replace(
            claim,
            said_at=day(i),
            valid_from=None,
            valid_to=None,
            value=f"v{i}",
            value_key=f"v{i}",
            polarity=Polarity.AFFIRM,
            trust=Trust.STATED,
            past=False,
            expires_at=None,
        )
        decision = state.add(plain)
        assert len(decision.closed) == (1 if i else 0)


@pytest.mark.parametrize("cardinality", Cardinality)
def test_every_fact_has_the_decision_that_made_it(cardinality: Cardinality) -> None:
    for seed in range(30):
        rng = random.Random(seed)
        claims = [random_claim(rng, i, 20, tame=False) for i in range(15)]
        history = replay(SCOPE, SLOT, cardinality, claims)
        named = {id for decision in history.decisions for id in decision.fact_ids}
        closed = {id for decision in history.decisions for id in (*decision.closed, *named)}
        assert {fact.id for fact in history.versions} <= named
        assert {f.id for f in history.versions if f.system_to is not None} <= closed
