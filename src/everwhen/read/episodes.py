"""Finding past messages: base signals, who spoke and when, and what was said around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from everwhen.model.records import Turn
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import WEIGHTS

CANDIDATES = 200
FOLLOWED = 100
"""So many of the best candidates bring the message after them along: answers follow questions."""
READ = 60
"""So many of the best are read in full for the signals that need their words."""

Added = dict[str, float]


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
    scored = _score_turns(reader, asked, base, rows)
    best = sorted(scored, key=lambda row: (-sum(scored[row].values()), row))
    found = []
    for episode in reader.episode_rows(asked.view, best[: max(READ, limit)]):
        if asked.wanted is not None and not asked.wanted(episode.metadata):
            continue
        late = {
            "asked": signals.asked(episode.content),
            "time_told": signals.time_told(asked.question, episode.content, episode.at),
        }
        added = scored[episode.row] | fuse.weigh(late)
        score = fuse.score(sum(added.values()), WEIGHTS.middle_episode)
        found.append(Found(item=episode, score=score, added=added))
    return sorted(found, key=lambda one: (-one.score, one.item.row))


def _score_turns(reader: Reader, asked: Asked, base: Base, rows: Sequence[int]) -> dict[int, Added]:
    """What the signals add to each candidate, from itself and from what is around it."""
    turns = reader.turns(asked.view, rows)
    after = [turns[row].following for row in rows[:FOLLOWED] if row in turns]
    chosen = list(dict.fromkeys([*turns, *(row for row in after if row is not None)]))
    turns |= reader.turns(asked.view, _unseen(turns, chosen, after))
    chosen = [row for row in chosen if row in turns]
    named = signals.speakers_named(asked.question, (turns[row] for row in chosen))
    alone = {
        row: fuse.weigh(
            first
            | {
                "speaker": signals.speaker(turn.name, named),
                "date": signals.date(turn.at, asked.periods),
            }
        )
        for row, turn in turns.items()
        if (first := base.signals(row)) is not None
    }
    sums = {row: sum(added.values()) for row, added in alone.items()}
    peaks: dict[int, float] = {}
    for row in chosen:
        if row in sums:
            session = turns[row].session
            peaks[session] = max(peaks.get(session, sums[row]), sums[row])
    return {
        row: alone[row] | fuse.weigh(_around(turns, turns[row], sums, peaks))
        for row in chosen
        if row in alone
    }


def _unseen(
    turns: Mapping[int, Turn], chosen: Sequence[int], after: Sequence[int | None]
) -> list[int]:
    """Rows beside the chosen ones that are still to be looked up."""
    beside = {row for turn in turns.values() for row in (turn.previous, turn.following)}
    return sorted(
        row for row in beside.union(after, chosen) if row is not None and row not in turns
    )


def _around(
    turns: Mapping[int, Turn],
    turn: Turn,
    sums: Mapping[int, float],
    peaks: Mapping[int, float],
) -> Added:
    """How well the session's best message, the one before and the one after answer."""

    def beside(row: int | None) -> float:
        if row is None or row not in turns or turns[row].session != turn.session:
            return 0.0
        return sums.get(row, 0.0)

    return {
        "session": peaks[turn.session],
        "previous": beside(turn.previous),
        "following": beside(turn.following),
    }
