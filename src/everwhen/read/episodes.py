"""Finding past messages: base signals, who spoke and when, and what was said around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from everwhen.model.records import Turn
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import WEIGHTS

CANDIDATES = 80
FOLLOWED = 40
"""So many of the best candidates bring the message after them along: answers follow questions."""
READ = 30
"""So many of the best are read in full for the signals that need their words."""


def find_episodes(reader: Reader, asked: Asked, limit: int) -> list[Found]:
    """The messages said by the moment, best first."""
    ranking = rank(reader, "episode", asked)
    if not ranking.size:
        return []
    base = Base.of(ranking, asked)
    most = max(CANDIDATES, limit)
    if asked.wanted is None:
        rows = base.best(most)
    else:
        rows = [one.row for one in best_wanted(base, asked, most, reader.episode_rows)]
    around = _Surroundings(reader, asked, base, rows)
    found = []
    for episode in reader.episode_rows(asked.view, around.best(max(READ, 2 * limit))):
        if asked.wanted is not None and not asked.wanted(episode.metadata):
            continue
        late = {
            "asked": signals.asked(episode.content),
            "time_told": signals.time_told(asked.question, episode.content, episode.at),
        }
        added = fuse.weigh(around.signals(episode.row) | late)
        score = fuse.score(sum(added.values()), WEIGHTS.middle_episode)
        found.append(Found(item=episode, score=score, added=added))
    return sorted(found, key=lambda one: (-one.score, one.item.row))


class _Surroundings:
    """The candidates, those after the best of them, and everything next to these."""

    def __init__(self, reader: Reader, asked: Asked, base: Base, rows: Sequence[int]) -> None:
        turns = reader.turns(asked.view, rows)
        after = [turns[row].following for row in rows[:FOLLOWED] if row in turns]
        chosen = dict.fromkeys([*turns, *(row for row in after if row is not None)])
        turns |= reader.turns(asked.view, _missing(turns, chosen))
        named = signals.speakers_named(asked.question, turns.values())
        self._turns = turns
        # Around what the one named says stand messages of others; this takes their penalty out.
        self._level = WEIGHTS.speaker if len(named) == 1 else 0.0
        self._alone: dict[int, tuple[float, float, float, float]] = {}
        for row, turn in turns.items():
            first = base.signals(row)
            if first is not None:
                said_by = signals.speaker(turn.name, named)
                self._alone[row] = (*first, said_by, signals.date(turn.at, asked.periods))
        self._sums = {row: _sum(*alone) for row, alone in self._alone.items()}
        self._chosen = [row for row in chosen if row in self._sums]
        self._peaks: dict[int, float] = {}
        for row in self._chosen:
            session = turns[row].session
            self._peaks[session] = max(self._peaks.get(session, -1e9), self._sums[row])
        peaks = [self._peaks[turns[row].session] for row in self._chosen]
        self._usual_peak = sum(peaks) / len(peaks) if peaks else 0.0

    def best(self, limit: int) -> list[int]:
        """Rows of the candidates, the best first."""
        totals = []
        for row in self._chosen:
            session, previous, following = self._around(row)
            total = (
                self._sums[row]
                + WEIGHTS.session * session
                + WEIGHTS.previous * previous
                + WEIGHTS.following * following
            )
            totals.append((-total, row))
        return list(map(itemgetter(1), sorted(totals)[:limit]))

    def signals(self, row: int) -> dict[str, float]:
        """All signals of a candidate but those that need its words."""
        lexical, dense, said_by, date = self._alone[row]
        session, previous, following = self._around(row)
        return {
            "lexical": lexical,
            "dense": dense,
            "speaker": said_by,
            "date": date,
            "session": session,
            "previous": previous,
            "following": following,
        }

    def _around(self, row: int) -> tuple[float, float, float]:
        """How much better than others the session's best message answers, and how well the
        messages of other speakers just before and after do."""
        turn = self._turns[row]
        return (
            self._peaks[turn.session] - self._usual_peak,
            self._beside(turn, turn.previous),
            self._beside(turn, turn.following),
        )

    def _beside(self, turn: Turn, row: int | None) -> float:
        if row is None or row not in self._sums:
            return self._level
        other = self._turns[row]
        if other.session != turn.session or (other.name, other.role) == (turn.name, turn.role):
            return self._level
        return self._sums[row] + self._level


def _sum(lexical: float, dense: float, said_by: float, date: float) -> float:
    return (
        WEIGHTS.lexical * lexical
        + WEIGHTS.dense * dense
        + WEIGHTS.speaker * said_by
        + WEIGHTS.date * date
    )


def _missing(turns: Mapping[int, Turn], chosen: Mapping[int, None]) -> list[int]:
    """The chosen rows, and those beside them, that are still to be looked up."""
    wanted: dict[int | None, None] = dict.fromkeys(chosen)
    for row in chosen:
        if row in turns:
            wanted[turns[row].previous] = None
            wanted[turns[row].following] = None
    return [row for row in wanted if row is not None and row not in turns]
