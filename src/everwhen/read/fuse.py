"""Fusion: how much each signal counts, and the score that the sum of them means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from math import exp

from everwhen.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeWeights:
    """What one unit of each signal of a message adds to the sum.

    All signals are absolute: shares of the question's terms, a cosine above that of unrelated
    texts, yes or no. So a sum means the same in a memory of seven messages and in one of a
    million. Fitted on several data sets at once by `tools/fit_weights.py`; see
    docs/benchmarks.md.
    """

    lexical: float = 2.7
    dense: float = 6.9
    stretch: float = 11.2
    session: float = 4.1
    speaker: float = 3.1
    role: float = 3.5
    date: float = 1.4
    time_told: float = 1.5
    recent: float = 1.8
    superseded: float = 20.0  # more than the others together: what holds stands instead


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWeights:
    """What one unit of each signal of a fact adds to the sum."""

    lexical: float = 10.0
    dense: float = 5.0
    attribute: float = 3.0
    subject: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where a sum of weighted signals stands between 0 and 1: `middle` means 0.5."""

    middle: float
    spread: float

    def score(self, total: float) -> float:
        """The sum as a number between 0 and 1."""
        place = (total - self.middle) / self.spread
        return 1.0 / (1.0 + exp(-place)) if place > -60.0 else 0.0


_ALONE = 8.0
"""What own words count for in addition where there is no vector."""
EPISODES = Scale(middle=3.2, spread=1.5)
FACTS = Scale(middle=2.0, spread=1.5)
CUT_OFF = 0.5
"""Hits with a lower score are left out, unless the caller sets another `min_score`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one search."""

    episodes: EpisodeWeights = EpisodeWeights()
    facts: FactWeights = FactWeights()

    def without(self, signals: Collection[str]) -> Weights:
        """The same with some signals that count for nothing."""
        if not signals:
            return self
        named = set(signals)
        unknown = sorted(map(repr, named - SIGNALS))
        if unknown:
            raise InputError(
                f"there is no signal {', '.join(unknown)}; the signals are "
                f"{', '.join(sorted(SIGNALS))}"
            )
        return Weights(
            episodes=replace(self.episodes, **_none(self.episodes, named)),
            facts=replace(self.facts, **_none(self.facts, named)),
        )

    def by_words(self) -> Weights:
        """The same where there is no vector to go by: a message's own words count for more."""
        lexical = self.episodes.lexical and self.episodes.lexical + _ALONE
        return replace(self, episodes=replace(self.episodes, lexical=lexical))


def _none(weights: EpisodeWeights | FactWeights, signals: Collection[str]) -> dict[str, float]:
    return {field.name: 0.0 for field in fields(weights) if field.name in signals}


WEIGHTS = Weights()
SIGNALS = frozenset(
    field.name for weights in (EpisodeWeights, FactWeights) for field in fields(weights)
)


def weigh(signals: Mapping[str, float], weights: EpisodeWeights | FactWeights) -> dict[str, float]:
    """What each signal adds, without those that add nothing."""
    weighed = {name: value * float(getattr(weights, name)) for name, value in signals.items()}
    return {name: added for name, added in weighed.items() if added != 0.0}


def summing(weights: EpisodeWeights | FactWeights) -> Callable[[Mapping[str, float]], float]:
    """What gives the sum of what signals add, for the many of which no more is wanted."""
    by_name = {field.name: float(getattr(weights, field.name)) for field in fields(weights)}

    def total(signals: Mapping[str, float]) -> float:
        return sum([value * by_name[name] for name, value in signals.items()])

    return total
