"""Finding past messages: base signals, who spoke and when, and what was said around them."""

from __future__ import annotations

from collections.abc import Iterator

from everwhen.model.period import from_micros
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import EPISODES

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
    weighed = [
        (row, fuse.weigh(found, weights)) for row, found in _signals(reader, asked, base, rows)
    ]
    scored = sorted((-sum(added.values()), row, added) for row, added in weighed)
    # What a message may still gain by its words; those that can not reach the score stay unread.
    gain = _ROUNDING + (weights.time_told if asked.question.asks_when else 0.0)
    best = {
        row: added
        for total, row, added in scored[: max(READ, 2 * limit)]
        if EPISODES.score(gain - total) >= lowest
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


def _signals(
    reader: Reader, asked: Asked, base: Base, rows: list[int]
) -> Iterator[tuple[int, dict[str, float]]]:
    """The signals of each candidate but those that need its words."""
    question = asked.question
    turns = reader.turns(
        asked.view,
        rows,
        terms=question.terms,
        moment=asked.moment,
        reach=REACH,
        widened=WIDENED,
    )
    named = signals.speakers_named(question, {name for _, name in turns.speakers})
    by_speaker = {
        said_by: {
            "speaker": signals.speaker(said_by[1], named),
            "role": signals.role(said_by[0], question),
        }
        for said_by in set(turns.speakers)
    }
    dates = [
        signals.date(from_micros(at), asked.periods) if asked.periods else 0.0 for at in turns.at
    ]
    for row, first, said_by, date, age, stretch, session in zip(
        turns.rows,
        base.signals_of(turns.rows),
        turns.speakers,
        dates,
        turns.ages,
        turns.stretches,
        turns.sessions,
        strict=True,
    ):
        lexical, dense = first or (0.0, 0.0)
        yield (
            row,
            {
                "lexical": lexical,
                "dense": dense,
                "stretch": stretch,
                "session": session,
                **by_speaker[said_by],
                "date": date,
                "recent": signals.recent(age, question),
            },
        )
