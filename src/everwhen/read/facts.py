"""Finding facts: base signals, what the question asks for, and about whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from everwhen.language.tokens import words
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF, Slot
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import FACTS
from everwhen.read.known import as_known
from everwhen.read.naming import word_fact

CANDIDATES = 40
_PEOPLE = 8


def find_facts(
    reader: Reader, asked: Asked, vocabulary: Vocabulary, limit: int, lowest: float
) -> list[Found]:
    """The best facts that hold at the moment and have at least that score, best first.

    They are worded with the user's name.
    """
    ranking = rank(reader, "fact", asked)
    if not ranking.size:
        return []
    weights = asked.weights.facts
    base = Base.of(ranking, asked, words=weights.lexical, meaning=weights.dense)
    most = max(2 * limit, CANDIDATES)
    if asked.wanted is None:
        rows = base.best(most)
    else:
        rows = [one.row for one in best_wanted(base, asked, most, reader.fact_rows)]
    total = fuse.summing(weights)
    scored = [
        (-score, row, found)
        for row, found in _signals(reader, asked, base, vocabulary, rows)
        if (score := FACTS.score(total(found))) >= lowest
    ]
    best = {
        row: (-negated, fuse.weigh(found, weights))
        for negated, row, found in sorted(scored, key=_place)[:limit]
    }
    return [
        Found(item=word_fact(fact, asked.names), score=best[fact.row][0], added=best[fact.row][1])
        for fact in as_known(
            reader, asked.view, reader.fact_rows(asked.view, list(best)), asked.moment.known_at
        )
    ]


_place = itemgetter(0, 1)


def _signals(
    reader: Reader, asked: Asked, base: Base, vocabulary: Vocabulary, rows: Sequence[int]
) -> Iterator[tuple[int, dict[str, float]]]:
    """The signals of each row, of which its slot is all that is read."""
    slots = reader.fact_slots(asked.view, rows)
    question = asked.question
    asks = [
        0.0 if slot is None else signals.attribute(question, vocabulary.attribute(slot.attribute))
        for slot in slots
    ]
    named = signals.subjects_named(question, {slot.subject for slot in slots if slot is not None})
    meant = _meant(reader, asked, vocabulary, rows, slots, asks)
    firsts = base.signals_of(rows)
    telling = _telling(reader, asked, rows, slots, firsts, named)
    for row, slot, first, asking in zip(rows, slots, firsts, asks, strict=True):
        if slot is None:
            continue
        lexical, dense = first or (0.0, 0.0)
        name = asked.names.of_owner(slot.owner)
        yield (
            row,
            {
                "lexical": lexical,
                "dense": dense,
                "attribute": asking,
                "subject": signals.NAMED
                if slot.subject in meant or row in telling
                else signals.subject(question, slot.subject, named, name),
            },
        )


def _telling(
    reader: Reader,
    asked: Asked,
    rows: Sequence[int],
    slots: Sequence[Slot | None],
    firsts: Sequence[tuple[float, float] | None],
    named: frozenset[str],
) -> frozenset[int]:
    """Rows of facts about others that tell of somebody whom the question names: "my dog" and
    "User has a dog named Wisp"."""
    if not named:
        return frozenset()
    likely = [
        row
        for row, slot, first in zip(rows, slots, firsts, strict=True)
        if slot is not None and slot.subject not in named and first is not None and first[0] > 0.0
    ]
    return frozenset(
        fact.row
        for fact in reader.fact_rows(asked.view, likely[:_PEOPLE])
        if any(signals.names(words(fact.text), one) for one in named)
    )


def _meant(
    reader: Reader,
    asked: Asked,
    vocabulary: Vocabulary,
    rows: Sequence[int],
    slots: Sequence[Slot | None],
    asks: Sequence[float],
) -> frozenset[str]:
    """Who is meant by "my father": the names that facts about the user give those people."""
    if not asked.question.about_self:
        return frozenset()
    ties = [
        row
        for row, slot, asking in zip(rows, slots, asks, strict=True)
        if asking == 1.0
        and slot is not None
        and slot.subject == SELF
        and vocabulary.attribute(slot.attribute).inverse is not None
    ]
    people = reader.fact_rows(asked.view, ties[:_PEOPLE]) if ties else []
    return frozenset(one.value for one in people)
