"""Fusion: how much each signal counts, and the score that the sum of them means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import exp


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What one unit of each signal adds to the sum.

    The two base signals are absolute (a share of the best possible BM25 score, and a cosine
    above that of unrelated texts), so
    a sum means the same in a memory of seven facts and in one of a million. Tuned on LoCoMo
    dev with `everwhen bench locomo`: fitted on one half of the conversations, checked on the
    other, and the other way round. `middle` and `spread` place the sum on the 0 to 1 scale.
    """

    lexical: float = 10.0
    dense: float = 5.0
    speaker: float = 4.0
    date: float = 1.0
    session: float = 0.4
    previous: float = 0.2
    following: float = 0.1
    asked: float = -0.8
    time_told: float = 1.0
    superseded: float = -20.0  # more than all the others together: what holds stands instead
    attribute: float = 3.0
    subject: float = 3.0
    middle_fact: float = 3.0
    middle_episode: float = 3.5
    spread: float = 1.5


WEIGHTS = Weights()
_BY_NAME = {field.name: float(getattr(WEIGHTS, field.name)) for field in fields(WEIGHTS)}
CUT_OFF = 0.5
"""Hits with a lower score are left out, unless the caller sets another `min_score`."""


def weigh(signals: Mapping[str, float], weights: Weights = WEIGHTS) -> dict[str, float]:
    """What each signal adds, without those that add nothing."""
    return {name: value * getattr(weights, name) for name, value in signals.items() if value != 0.0}


def total(signals: Mapping[str, float]) -> float:
    """The sum of what each signal adds."""
    return sum([value * _BY_NAME[name] for name, value in signals.items()])


def score(total: float, middle: float, weights: Weights = WEIGHTS) -> float:
    """The sum of the weighted signals as a number between 0 and 1."""
    place = (total - middle) / weights.spread
    return 1.0 / (1.0 + exp(-place)) if place > -60.0 else 0.0
