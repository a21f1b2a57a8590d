"""Messages as retrieval sees them: who said them and when, and what is said around them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everwhen.model.records import Role, Turns
from everwhen.stores.index import Words
from everwhen.stores.ranking import K1, Part
from everwhen.stores.timeline import Timeline
from everwhen.stores.vectors import Integers

UNSURE = 2.0
"""As if a term were in so many sessions more: among a few sessions little can be told apart."""

_ROLES = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Line:
    """An owner's messages in order, by place: which are shown, and who stands where.

    `chosen` are the places that are wanted; `stretch` has a row for each, the places within
    reach, and `inside` tells which of these are of the same session and shown. `begun` are the
    times at which sessions with anything shown begin, `sessions` their numbers.
    """

    part: Part
    line: Timeline
    shown: NDArray[np.bool_] | None
    chosen: Integers
    stretch: Integers
    inside: NDArray[np.bool_]
    sessions: Integers
    begun: Integers


def turns(
    parts: Sequence[Part],
    lines: Sequence[Timeline],
    rows: Sequence[int],
    *,
    terms: Mapping[str, float],
    reach: int,
    widened: int,
) -> Turns:
    """Those of the rows that are shown, and what stands within reach of the first of them."""
    wanted = np.array(rows, dtype=np.int64)
    seen = [
        _line(part, line, wanted, reach, widened)
        for part, line in zip(parts, lines, strict=True)
        if len(line.order)
    ]
    begun = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *(one.begun for one in seen)]))
    weights = _weights(seen, terms, reach)
    columns = [_columns(one, begun, weights) for one in seen]
    return Turns(
        rows=[row for each in columns for row in each.rows],
        at=[at for each in columns for at in each.at],
        speakers=[speaker for each in columns for speaker in each.speakers],
        ages=[age for each in columns for age in each.ages],
        stretches=[share for each in columns for share in each.stretches],
        sessions=[share for each in columns for share in each.sessions],
    )


def _line(part: Part, line: Timeline, wanted: Integers, reach: int, widened: int) -> _Line:
    shown = None if part.shown.mask is None else part.shown.mask[line.order]
    positions, known = part.snapshot.places(wanted)
    places = line.place[positions]
    if shown is not None:
        known = known & shown[places]
    # What is around the first of them comes along: answers stand beside what is found.
    near, together = _within(line, places[:widened][known[:widened]], reach, shown)
    chosen = _distinct(np.concatenate((places[known], near[together])))
    stretch, inside = _within(line, chosen, reach, shown)
    sessions, first = np.arange(line.sessions), line.starts
    if shown is not None:
        there = np.flatnonzero(shown)
        begins = np.ones(len(there), dtype=np.bool_)
        begins[1:] = np.diff(line.session[there]) > 0
        first = there[begins]
        sessions = line.session[first]
    return _Line(
        part=part,
        line=line,
        shown=shown,
        chosen=chosen,
        stretch=stretch,
        inside=inside,
        sessions=sessions,
        begun=line.at[first],
    )


def _within(
    line: Timeline, places: Integers, reach: int, shown: NDArray[np.bool_] | None
) -> tuple[Integers, NDArray[np.bool_]]:
    """The places within reach of each, and whether they are of its session and shown."""
    around = places[:, None] + np.arange(-reach, reach + 1)
    there = (around >= 0) & (around < len(line.order))
    around = np.where(there, around, 0)
    inside = there & (line.session[around] == line.session[places][:, None])
    if shown is not None:
        inside &= shown[around]
    return around, inside


def _distinct(values: Integers) -> Integers:
    """Each value once, where it comes first."""
    _, first = np.unique(values, return_index=True)
    kept: Integers = values[np.sort(first)]
    return kept


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Weight:
    """What a term counts for in a stretch and in a session, as a share of all terms."""

    stretch: float
    session: float


def _weights(seen: Sequence[_Line], terms: Mapping[str, float], reach: int) -> dict[str, _Weight]:
    """A term counts by how rare it is among stretches and among sessions, against how rare all
    of them are among messages: where there is little else, what is around says little."""
    messages = sum(one.part.shown.size for one in seen)
    sessions = sum(len(one.sessions) for one in seen)
    weights = {}
    whole = 0.0
    for term, weight in terms.items():
        places = [_places(one, term)[0] for one in seen]
        count = sum(map(len, places))
        held = sum(_sessions(one.line, found) for one, found in zip(seen, places, strict=True))
        # As if its occurrences stood apart.
        reached = min(messages, count * (2 * reach + 1))
        whole += weight * _rarity(messages, count)
        weights[term] = _Weight(
            stretch=weight * _rarity(messages, reached),
            session=weight * _rarity(sessions, held, unsure=UNSURE),
        )
    return {
        term: _Weight(stretch=one.stretch / whole, session=one.session / whole)
        for term, one in weights.items()
    }


def _sessions(line: Timeline, places: Integers) -> int:
    """In how many sessions the places are."""
    there = np.zeros(line.sessions, dtype=np.bool_)
    there[line.session[places]] = True
    return int(np.count_nonzero(there))


def _rarity(size: int, frequency: int, *, unsure: float = 0.0) -> float:
    return math.log(1.0 + (size - frequency + 0.5) / (frequency + 0.5 + unsure))


def _places(one: _Line, term: str) -> tuple[Integers, NDArray[np.float32]]:
    """Where a term occurs among the messages shown, and how often."""
    postings = one.part.postings.get(term)
    if postings is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    places = one.line.place[postings.positions]
    if one.shown is None:
        return places, postings.counts
    kept = one.shown[places]
    return places[kept], postings.counts[kept]


def _columns(one: _Line, begun: Integers, weights: Mapping[str, _Weight]) -> Turns:
    """The columns of the chosen places of an owner."""
    line, snapshot = one.line, one.part.snapshot
    positions = line.order[one.chosen]
    own = line.session[one.chosen]
    stretches = np.zeros(len(one.chosen))
    sessions = np.zeros(len(one.chosen))
    counts = np.zeros(len(line.order), dtype=np.float32)
    for term, weight in weights.items():
        places, found = _places(one, term)
        counts[places] = found
        near = np.where(one.inside, counts[one.stretch], 0.0).sum(axis=1)
        counts[places] = 0.0
        stretches += weight.stretch * (near / (near + K1))
        whole = np.bincount(line.session[places], found, minlength=line.sessions)[own]
        sessions += weight.session * (whole / (whole + K1))
    began = one.begun[np.searchsorted(one.sessions, own)]
    return Turns(
        rows=snapshot.rows[positions].tolist(),
        at=line.at[one.chosen].tolist(),
        speakers=_speakers(
            snapshot.words,
            snapshot.columns["role"][positions],
            snapshot.columns["name"][positions],
        ),
        ages=(len(begun) - np.searchsorted(begun, began, side="right")).tolist(),
        stretches=stretches.tolist(),
        sessions=sessions.tolist(),
    )


def _speakers(words: Words, roles: Integers, names: Integers) -> list[tuple[Role, str | None]]:
    pairs = list(zip(roles.tolist(), names.tolist(), strict=True))
    known = {
        (role, name): (_ROLES[str(words.word(role))], words.word(name)) for role, name in set(pairs)
    }
    return [known[pair] for pair in pairs]
