"""Measures of retrieval and of time taken, with the uncertainty of their means."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, log2
from typing import TypeAlias

Measure: TypeAlias = Callable[[Sequence[Hashable], Sequence[Hashable]], float]
"""From what was found, in order, and what was wanted, to a figure from 0 to 1."""

_ROUNDS = 1000
_SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with a 95 % bootstrap interval over questions."""

    value: float
    low: float
    high: float
    count: int


def any_hit(found: Sequence[Hashable], wanted: Sequence[Hashable], k: int) -> float:
    """1 if any of the wanted is among the first k found."""
    return 1.0 if set(found[:k]) & set(wanted) else 0.0


def fraction(found: Sequence[Hashable], wanted: Sequence[Hashable], k: int) -> float:
    """Which share of the wanted is among the first k found."""
    want = set(wanted)
    return len(set(found[:k]) & want) / len(want) if want else 0.0


def all_hit(found: Sequence[Hashable], wanted: Sequence[Hashable], k: int) -> float:
    """1 if all of the wanted are among the first k found."""
    want = set(wanted)
    return 1.0 if want and want <= set(found[:k]) else 0.0


def reciprocal_rank(found: Sequence[Hashable], wanted: Sequence[Hashable]) -> float:
    """1 / place of the first wanted one, 0 if there is none."""
    want = set(wanted)
    return next((1.0 / place for place, one in enumerate(found, 1) if one in want), 0.0)


def ndcg(found: Sequence[Hashable], wanted: Sequence[Hashable], k: int = 10) -> float:
    """Discounted gain at k against the ideal: all wanted ones first, as many as fit in k.

    One that is found twice counts once.
    """
    want = set(wanted)
    if not want:
        return 0.0
    gain = 0.0
    seen: set[Hashable] = set()
    for place, one in enumerate(found[:k], 1):
        if one in want and one not in seen:
            seen.add(one)
            gain += 1.0 / log2(place + 1)
    ideal = sum(1.0 / log2(place + 1) for place in range(1, min(k, len(want)) + 1))
    return gain / ideal


def measure(name: str) -> Measure:
    """The measure of a name such as "R@10" (a fraction), "any@5", "all@5", "NDCG@10", "MRR"."""
    kind, _, k = name.partition("@")
    if kind == "MRR":
        return reciprocal_rank
    return partial(_AT[kind], k=int(k))


_AT: dict[str, Callable[..., float]] = {
    "R": fraction,
    "any": any_hit,
    "all": all_hit,
    "NDCG": ndcg,
}


def mean(values: Sequence[float], *, rounds: int = _ROUNDS) -> Mean:
    """The mean with its interval, from resampling with a fixed seed."""
    count = len(values)
    if not count:
        return Mean(value=0.0, low=0.0, high=0.0, count=0)
    dice = random.Random(_SEED)
    means = sorted(sum(dice.choices(values, k=count)) / count for _ in range(rounds))
    return Mean(
        value=sum(values) / count,
        low=means[int(0.025 * rounds)],
        high=means[min(rounds - 1, int(0.975 * rounds))],
        count=count,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share of the values does not exceed."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
