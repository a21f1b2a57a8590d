"""Finding past messages: base signals, who spoke and when, and what was said around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from everwhen.model.period import from_micros
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import EPISODES, EpisodeWeights

CANDIDATES = 80
WIDENED = 40
"""So many of the best candidates bring those around them along: answers stand near questions."""
REACH = 2
"""So many messages before and after one are what it is said among."""
READ = 30
"""So many of the best are read in full for the signals that need their words."""

_WORDS, _MEANING = 10.0, 6.0
"""What the two base signals count for in the choice of candidates, of which nothing else is
known yet: what their own words show stands for what is said around them too."""
_ROUNDING = 1e-9


def find_episodes(reader: Reader, asked: Asked, limit: int, lowest: float) -> list[Found]:
    """The messages said by the moment with at least that score, best first."""
    ranking = rank(reader, "episode", asked)
    if not ranking.size:
        return []
    weights = asked.weights.episodes
    base = Base.of(
        ranking,
        asked,
        words=_WORDS if weights.lexical else 0.0,
        meaning=_MEANING if weights.dense else 0.0,
    )
    most = max(CANDIDATES, limit)
    if asked.wanted is None:
        rows = base.best(most)
    else:
        rows = [one.row for one in best_wanted(base, asked, most, reader.episode_rows)]
    columns = _columns(reader, asked, base, rows)
    totals = columns.totals(weights)
    order = sorted(range(len(totals)), key=lambda place: (-totals[place], columns.rows[place]))
    # What a message may still gain by its words; those that can not reach the score stay unread.
    gain = _ROUNDING + (weights.time_told if asked.question.asks_when else 0.0)
    best = {
        columns.rows[place]: fuse.weigh(columns.signals(place), weights)
        for place in order[: max(READ, 2 * limit)]
        if EPISODES.score(gain + totals[place]) >= lowest
    }
    found = []
    for episode in reader.episode_rows(asked.view, list(best)):
        if asked.wanted is not None and not asked.wanted(episode):
            continue
        told = signals.time_told(asked.question, episode.content, episode.at)
        added = best[episode.row] | fuse.weigh({"time_told": told}, weights)
        score = EPISODES.score(sum(added.values()))
        if score >= lowest:
            found.append(Found(item=episode, score=score, added=added))
    return sorted(found, key=lambda one: (-one.score, one.item.row))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The signals of the candidates but those that need their words, in columns."""

    rows: Sequence[int]
    by_name: Mapping[str, Sequence[float]]

    def totals(self, weights: EpisodeWeights) -> list[float]:
        """The weighted sum for each candidate."""
        sums = [0.0] * len(self.rows)
        for name, values in self.by_name.items():
            weight = float(getattr(weights, name))
            if weight and any(values):
                sums = [one + weight * value for one, value in zip(sums, values, strict=True)]
        return sums

    def signals(self, place: int) -> dict[str, float]:
        """The signals of one of them."""
        return {name: values[place] for name, values in self.by_name.items()}


def _columns(reader: Reader, asked: Asked, base: Base, rows: list[int]) -> _Columns:
    question = asked.question
    turns = reader.turns(
        asked.view,
        rows,
        terms=question.terms,
        moment=asked.moment,
        reach=REACH,
        widened=WIDENED,
    )
    count = len(turns.rows)
    first = [pair or (0.0, 0.0) for pair in base.signals_of(turns.rows)]
    speakers = set(turns.speakers)
    named = signals.speakers_named(question, {name for _, name in speakers})
    speaker = {said_by: signals.speaker(said_by[1], named) for said_by in speakers}
    role = {said_by: signals.role(said_by[0], question) for said_by in speakers}
    return _Columns(
        rows=turns.rows,
        by_name={
            "lexical": [lexical for lexical, _ in first],
            "dense": [dense for _, dense in first],
            "stretch": turns.stretches,
            "session": turns.sessions,
            "speaker": [speaker[said_by] for said_by in turns.speakers],
            "role": [role[said_by] for said_by in turns.speakers],
            "date": [signals.date(from_micros(at), asked.periods) for at in turns.at]
            if asked.periods
            else [0.0] * count,
            "recent": [signals.recent(age, question) for age in turns.ages]
            if question.goes_on
            else [0.0] * count,
        },
    )
