"""Finding facts: base signals, what the question asks for, and about whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF_MARK, Fact
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import WEIGHTS
from everwhen.read.naming import worded

CANDIDATES = 40


def find_facts(
    reader: Reader, asked: Asked, vocabulary: Vocabulary, limit: int, lowest: float
) -> list[Found]:
    """The best facts that hold at the moment and have at least that score, best first.

    They are worded with the user's name.
    """
    ranking = rank(reader, "fact", asked)
    if not ranking.size:
        return []
    base = Base.of(ranking, asked)
    most = max(2 * limit, CANDIDATES)
    if asked.wanted is None:
        rows = base.best(most)
    else:
        rows = [one.row for one in best_wanted(base, asked, most, reader.fact_rows)]
    scored = {}
    for row, added in _weighed(reader, asked, base, vocabulary, rows):
        score = fuse.score(sum(added.values()), WEIGHTS.middle_fact)
        if score >= lowest:
            scored[row] = (score, added)
    best = sorted(scored, key=lambda row: (-scored[row][0], row))[:limit]
    return [
        Found(item=_worded(fact, asked), score=scored[fact.row][0], added=scored[fact.row][1])
        for fact in reader.fact_rows(asked.view, best)
    ]


def _weighed(
    reader: Reader, asked: Asked, base: Base, vocabulary: Vocabulary, rows: Sequence[int]
) -> Iterator[tuple[int, dict[str, float]]]:
    """What each signal adds for each row, seen by their slots alone."""
    slots = reader.fact_slots(asked.view, rows)
    question = asked.question
    named = signals.subjects_named(question, {slot.subject for slot in slots if slot is not None})
    for row, slot, first in zip(rows, slots, base.signals_of(rows), strict=True):
        if slot is None:
            continue
        lexical, dense = first or (0.0, 0.0)
        name = asked.names.of_owner(slot.owner)
        yield (
            row,
            fuse.weigh(
                {
                    "lexical": lexical,
                    "dense": dense,
                    "attribute": signals.attribute(question, vocabulary.attribute(slot.attribute)),
                    "subject": signals.subject(question, slot.subject, named, name),
                }
            ),
        )


def _worded(fact: Fact, asked: Asked) -> Fact:
    if SELF_MARK not in fact.text:
        return fact
    return replace(fact, text=worded(fact.text, asked.names.of(fact.scope)))
