"""Episodes in the order in which they were said: neighbours, sessions, columns for retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everwhen.model.records import Role, Turns
from everwhen.stores.index import Snapshot, Words
from everwhen.stores.vectors import Integers

SESSION_GAP = 30 * 60 * 1_000_000
"""A pause of more than this many microseconds begins a new session."""

_FEW = 256
_ROLES = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """Positions in order of (run, at, row), with these keys; each one's place in it, its session,
    and whether the place after is of the same run."""

    order: Integers
    run: Integers
    at: Integers
    place: Integers
    session: Integers
    joined: NDArray[np.bool_]

    @property
    def sessions(self) -> int:
        """How many sessions there are."""
        return int(self.session[-1]) + 1 if len(self.session) else 0


def timeline(snapshot: Snapshot, earlier: Timeline | None) -> Timeline:
    """The order of a snapshot; `earlier` is that of one of its first positions, if at hand."""
    at, run = snapshot.columns["at"], snapshot.columns["run"]
    known = 0 if earlier is None else len(earlier.order)
    if earlier is None or len(at) - known > _FEW:
        order = np.lexsort((at, run))
        return _linked(order, run[order], at[order])
    if len(at) == known:
        return earlier
    new = known + np.lexsort((at[known:], run[known:]))
    where = [_behind(earlier, int(run[position]), int(at[position])) for position in new]
    return _linked(
        np.insert(earlier.order, where, new),
        np.insert(earlier.run, where, run[new]),
        np.insert(earlier.at, where, at[new]),
    )


def _behind(earlier: Timeline, run: int, at: int) -> int:
    """The place of a newer row: behind all of its run that were said by then."""
    first, last = np.searchsorted(earlier.run, (run, run + 1))
    return int(first + np.searchsorted(earlier.at[first:last], at, side="right"))


def _linked(order: Integers, run: Integers, at: Integers) -> Timeline:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    same = run[1:] == run[:-1]
    begins = np.ones(len(order), dtype=np.int64)
    begins[1:] = ~same | (np.diff(at) > SESSION_GAP)
    return Timeline(
        order=order,
        run=run,
        at=at,
        place=place,
        session=np.cumsum(begins) - 1,
        joined=np.append(same, False)[: len(order)],
    )


def around(
    snapshot: Snapshot,
    line: Timeline,
    wanted: Integers,
    *,
    following: int,
    run_id: str | None,
    sessions: int = 0,
) -> Turns:
    """The wanted rows that there are, those after the first of them, and those beside the wanted.

    With a run only rows of that run. Sessions are numbered from `sessions` on.
    """
    known = snapshot.places(wanted)
    here = np.flatnonzero(known[1])
    positions = known[0][here]
    if run_id is not None:
        inside = snapshot.columns["run"][positions] == snapshot.words.find(run_id)
        here, positions = here[inside], positions[inside]
    places = line.place[positions]
    after = places[here < following]
    chosen = _distinct(np.concatenate((places, after[line.joined[after]] + 1)))
    later = places[line.joined[places]] + 1
    earlier = places[places > 0] - 1
    every = _distinct(np.concatenate((chosen, later, earlier[line.joined[earlier]])))
    return _columns(snapshot, line, every, chosen=len(chosen), sessions=sessions)


def _distinct(values: Integers) -> Integers:
    """Each value once, where it comes first."""
    _, first = np.unique(values, return_index=True)
    kept: Integers = values[np.sort(first)]
    return kept


def _columns(
    snapshot: Snapshot, line: Timeline, places: Integers, *, chosen: int, sessions: int
) -> Turns:
    positions = line.order[places]
    column, words = snapshot.columns, snapshot.words
    before = line.joined[places - 1] & (places > 0)
    return Turns(
        chosen=chosen,
        rows=snapshot.rows[positions].tolist(),
        at=line.at[places].tolist(),
        speakers=_speakers(words, column["role"][positions], column["name"][positions]),
        sessions=(line.session[places] + sessions).tolist(),
        previous=_beside(places, places - 1, before),
        following=_beside(places, places + 1, line.joined[places]),
    )


def _speakers(words: Words, roles: Integers, names: Integers) -> list[tuple[Role, str | None]]:
    pairs = list(zip(roles.tolist(), names.tolist(), strict=True))
    known = {
        (role, name): (_ROLES[str(words.word(role))], words.word(name)) for role, name in set(pairs)
    }
    return [known[pair] for pair in pairs]


def _beside(places: Integers, wanted: Integers, there: NDArray[np.bool_]) -> list[int]:
    """Where among the places each wanted one is, -1 where it is not."""
    order = np.argsort(places)
    at = np.minimum(np.searchsorted(places, wanted, sorter=order), len(places) - 1)
    found = order[at]
    beside: list[int] = np.where(there & (places[found] == wanted), found, -1).tolist()
    return beside


def together(parts: Sequence[Turns]) -> Turns:
    """The turns of several owners as one, the chosen ones first."""
    if len(parts) == 1:
        return parts[0]
    picks = [(number, at) for number, part in enumerate(parts) for at in range(part.chosen)]
    chosen = len(picks)
    for number, part in enumerate(parts):
        picks += [(number, at) for at in range(part.chosen, len(part.rows))]
    places = {pick: place for place, pick in enumerate(picks)}
    places |= {(number, -1): -1 for number in range(len(parts))}
    return Turns(
        chosen=chosen,
        rows=[parts[number].rows[at] for number, at in picks],
        at=[parts[number].at[at] for number, at in picks],
        speakers=[parts[number].speakers[at] for number, at in picks],
        sessions=[parts[number].sessions[at] for number, at in picks],
        previous=[places[number, parts[number].previous[at]] for number, at in picks],
        following=[places[number, parts[number].following[at]] for number, at in picks],
    )
