"""Finding past messages: base signals, who spoke and when, and what was said around them."""

from __future__ import annotations

from collections.abc import Mapping

from everwhen.model.period import from_micros
from everwhen.model.records import Turns
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import WEIGHTS

CANDIDATES = 80
FOLLOWED = 40
"""So many of the best candidates bring the message after them along: answers follow questions."""
READ = 30
"""So many of the best are read in full for the signals that need their words."""

_ROUNDING = 1e-9


def find_episodes(reader: Reader, asked: Asked, limit: int, lowest: float) -> list[Found]:
    """The messages said by the moment with at least that score, best first."""
    ranking = rank(reader, "episode", asked)
    if not ranking.size:
        return []
    base = Base.of(ranking, asked)
    most = max(CANDIDATES, limit)
    if asked.wanted is None:
        rows = base.best(most)
    else:
        rows = [one.row for one in best_wanted(base, asked, most, reader.episode_rows)]
    turns = reader.turns_around(asked.view, rows, following=FOLLOWED)
    around = _Surroundings(turns, asked, base)
    # What a message may still gain by its words; those that can not reach the score stay unread.
    gain = _ROUNDING + (WEIGHTS.time_told if asked.question.asks_when else 0.0)
    best = {
        turns.rows[place]: place
        for total, place in around.best(max(READ, 2 * limit))
        if fuse.score(total + gain, WEIGHTS.middle_episode) >= lowest
    }
    found = []
    for episode in reader.episode_rows(asked.view, list(best)):
        if asked.wanted is not None and not asked.wanted(episode):
            continue
        late = {
            "asked": signals.asked(episode.content),
            "time_told": signals.time_told(asked.question, episode.content, episode.at),
        }
        added = fuse.weigh(around.signals(best[episode.row]) | late)
        score = fuse.score(sum(added.values()), WEIGHTS.middle_episode)
        if score >= lowest:
            found.append(Found(item=episode, score=score, added=added))
    return sorted(found, key=lambda one: (-one.score, one.item.row))


class _Surroundings:
    """The candidates, those after the best of them, and everything next to these, by place."""

    def __init__(self, turns: Turns, asked: Asked, base: Base) -> None:
        self._turns = turns
        self._first = base.signals_of(turns.rows)
        said_by = set(turns.speakers)
        named = signals.speakers_named(asked.question, (name for _, name in said_by))
        self._said_by = {speaker: signals.speaker(speaker[1], named) for speaker in said_by}
        # Around what the one named says stand messages of others; this takes their penalty out.
        self._level = WEIGHTS.speaker if len(named) == 1 else 0.0
        self._dates = _dates(turns, asked)
        self._sums = self._alone()
        self._peaks = _peaks(turns, self._sums)
        scored = [place for place in range(turns.chosen) if self._sums[place] is not None]
        self._chosen = scored
        peaks = [self._peaks[turns.sessions[place]] for place in scored]
        self._usual_peak = sum(peaks) / len(peaks) if peaks else 0.0

    def _alone(self) -> list[float | None]:
        """The weighted sums of what does not depend on others, None for what may not be seen."""
        penalties = {who: WEIGHTS.speaker * value for who, value in self._said_by.items()}
        by_name = [penalties[speaker] for speaker in self._turns.speakers]
        return [
            None
            if first is None
            else WEIGHTS.lexical * first[0]
            + WEIGHTS.dense * first[1]
            + penalty
            + WEIGHTS.date * self._dates.get(place, 0.0)
            for place, (first, penalty) in enumerate(zip(self._first, by_name, strict=True))
        ]

    def best(self, limit: int) -> list[tuple[float, int]]:
        """The sums and places of the candidates, the best first."""
        rows = self._turns.rows
        totals = []
        for place in self._chosen:
            session, previous, following = self._around(place)
            total = (
                (self._sums[place] or 0.0)
                + WEIGHTS.session * session
                + WEIGHTS.previous * previous
                + WEIGHTS.following * following
            )
            totals.append((-total, rows[place], place))
        return [(-total, place) for total, _, place in sorted(totals)[:limit]]

    def signals(self, place: int) -> dict[str, float]:
        """All signals of a candidate but those that need its words."""
        lexical, dense = self._first[place] or (0.0, 0.0)
        session, previous, following = self._around(place)
        return {
            "lexical": lexical,
            "dense": dense,
            "speaker": self._said_by[self._turns.speakers[place]],
            "date": self._dates.get(place, 0.0),
            "session": session,
            "previous": previous,
            "following": following,
        }

    def _around(self, place: int) -> tuple[float, float, float]:
        """How much better than others the session's best message answers, and how well the
        messages of other speakers just before and after do."""
        turns = self._turns
        return (
            self._peaks[turns.sessions[place]] - self._usual_peak,
            self._beside(place, turns.previous[place]),
            self._beside(place, turns.following[place]),
        )

    def _beside(self, place: int, other: int) -> float:
        turns = self._turns
        if other < 0 or turns.sessions[other] != turns.sessions[place]:
            return self._level
        if turns.speakers[other] == turns.speakers[place]:
            return self._level
        return (self._sums[other] or 0.0) + self._level


def _dates(turns: Turns, asked: Asked) -> Mapping[int, float]:
    """The date signal by place, empty where the question names no time."""
    if not asked.periods:
        return {}
    return {
        place: signals.date(from_micros(at), asked.periods) for place, at in enumerate(turns.at)
    }


def _peaks(turns: Turns, sums: list[float | None]) -> dict[int, float]:
    """The best sum of a candidate of each session."""
    peaks: dict[int, float] = {}
    for place, (session, value) in enumerate(zip(turns.sessions, sums, strict=True)):
        if place < turns.chosen and value is not None:
            peaks[session] = max(peaks.get(session, value), value)
    return peaks
