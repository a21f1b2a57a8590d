"""Finding facts: base signals, what the question asks for, and about whom."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter

from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF_MARK, Fact
from everwhen.ports import Reader
from everwhen.read import fuse, signals
from everwhen.read.candidates import Asked, Base, Found, best_wanted, rank
from everwhen.read.fuse import WEIGHTS
from everwhen.read.naming import Names, worded

CANDIDATES = 40


def find_facts(reader: Reader, asked: Asked, vocabulary: Vocabulary, limit: int) -> list[Found]:
    """The best facts that hold at the moment, best first, worded with the user's name."""
    ranking = rank(reader, "fact", asked)
    if not ranking.size:
        return []
    base = Base.of(ranking, asked)
    names = Names(reader)
    facts = best_wanted(base, asked, max(2 * limit, CANDIDATES), reader.fact_rows)
    named = signals.subjects_named(asked.question, facts)
    found = []
    for fact in facts:
        name = names.of(fact.scope)
        about = vocabulary.attribute(fact.attribute)
        lexical, dense = base.signals(fact.row) or (0.0, 0.0)
        added = fuse.weigh(
            {
                "lexical": lexical,
                "dense": dense,
                "attribute": signals.attribute(asked.question, about),
                "subject": signals.subject(asked.question, fact.subject, named, name),
            }
        )
        score = fuse.score(sum(added.values()), WEIGHTS.middle_fact)
        found.append((-score, fact.row, fact, added))
    best = sorted(found, key=itemgetter(0, 1))[:limit]
    return [
        Found(item=_worded(fact, names.of(fact.scope)), score=-score, added=added)
        for score, _, fact, added in best
    ]


def _worded(fact: Fact, name: str | None) -> Fact:
    return replace(fact, text=worded(fact.text, name)) if SELF_MARK in fact.text else fact
