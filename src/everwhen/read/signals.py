"""The signals of a search, a function each. Hit.signals shows what each one added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from everwhen.language.detect import detect
from everwhen.language.questions import Question
from everwhen.language.timex import TimeExpression, find_times
from everwhen.language.tokens import is_stop_word, stem, words
from everwhen.language.vocabulary import Attribute
from everwhen.model.period import Period
from everwhen.model.records import SELF, Role

_TOLD_WITHIN = 2_000
_SHORT = 5
NAMED = 0.3
"""What it counts for a fact to be about the one whom a question names ("my brother", "Ana")."""
_FRESH = 3.0
"""Sessions after which what was said counts as half as recent."""


def lexical(bm25: float, ceiling: float) -> float:
    """The share of the best BM25 score that the question could have had."""
    return bm25 / ceiling if ceiling > 0.0 else 0.0


def dense(cosine: float, floor: float) -> float:
    """How far a cosine is above what unrelated texts have: 0 for that, 1 for the same text."""
    return (cosine - floor) / (1.0 - floor)


def speaker(name: str | None, named: frozenset[str]) -> float:
    """-1 for what somebody else said, where the question names one speaker."""
    return -1.0 if len(named) == 1 and name is not None and name not in named else 0.0


def speakers_named(question: Question, speakers: Iterable[str | None]) -> frozenset[str]:
    """Names of speakers that the question has in it, whole or in part."""
    return frozenset(name for name in speakers if name is not None and mentions(question, name))


def mentions(question: Question, name: str) -> bool:
    """Whether any part of a name is among the question's words."""
    return names(question.words, name)


def names(said: Collection[str], name: str) -> bool:
    """Whether any part of a name is among the words."""
    return any(part in said or f"{part}'s" in said for part in _parts(name))


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    parts = tuple(part for part in words(name) if len(part) > 1)
    return tuple(part for part in parts if not is_stop_word(part)) or parts


def periods(question: Question, asked_at: datetime) -> tuple[Period, ...]:
    """The stretches of time that the question names, in its language."""
    language = detect(question.text)
    return tuple(
        Period(found.interval_start, found.interval_end)
        for found in find_times(question.text, anchor=asked_at, language=language)
        if _is_bounded(found)
    )


def _is_bounded(found: TimeExpression) -> bool:
    return found.interval_start is not None and found.interval_end is not None


def date(at: datetime, wanted: Sequence[Period]) -> float:
    """1 for what was said within a time that the question names."""
    return 1.0 if wanted and any(period.contains(at) for period in wanted) else 0.0


def role(said_by: Role, question: Question) -> float:
    """-1 for what the assistant or a tool said: mostly advice, seldom what a question about the
    user is after. Not so where the question asks what was told."""
    return 0.0 if said_by is Role.USER or question.about_told else -1.0


def recent(age: int, question: Question) -> float:
    """0 for the last session, towards -1 for old ones, where a message goes on with the talk
    instead of asking to look something up."""
    return 1.0 / (1.0 + age / _FRESH) - 1.0 if question.goes_on else 0.0


def time_told(question: Question, content: str, at: datetime) -> float:
    """1 for a message that tells a time, where the question asks when."""
    if not question.asks_when:
        return 0.0
    told = content[:_TOLD_WITHIN]
    return 1.0 if find_times(told, anchor=at, language=detect(told)) else 0.0


def attribute(question: Question, about: Attribute) -> float:
    """1 where the question uses a word that asks for the attribute, less for "who" or "where"."""
    if not about.words:
        return _named(question, about.name)
    telling, asking = _stems(about)
    if question.stems & telling:
        return 1.0
    return 0.3 if question.stems & asking else 0.0


def _named(question: Question, name: str) -> float:
    """The same for an attribute that has nothing but its name, one of any number of them."""
    starts = _starts(question.stems)
    found = 0.0
    for word in words(name):
        # Stemming is slow, and changes the beginning of no word but of "dying" and the like.
        start = word[:1] if len(word) <= _SHORT else word[:2]
        if start in starts and stem(word) in question.stems:
            if not is_stop_word(word):
                return 1.0
            found = 0.3
    return found


@lru_cache(maxsize=64)
def _starts(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(one[:length] for one in stems for length in (1, 2))


@lru_cache(maxsize=4096)
def _stems(about: Attribute) -> tuple[frozenset[str], frozenset[str]]:
    every = {
        (is_stop_word(word), stem(word))
        for phrase in (about.name, *about.words)
        for word in words(phrase)
    }
    return (
        frozenset(stemmed for common, stemmed in every if not common),
        frozenset(stemmed for common, stemmed in every if common),
    )


def subjects_named(question: Question, subjects: Iterable[str]) -> frozenset[str]:
    """Subjects other than the user that the question has in it ("sister", "Ana")."""
    return frozenset(one for one in subjects if one != SELF and mentions(question, one))


def subject(question: Question, about: str, named: frozenset[str], user: str | None) -> float:
    """-1 for facts about somebody else than the question is about, more than 0 for those about
    the one whom it names."""
    if named:
        return NAMED if about in named else -1.0
    meant = question.about_self or (user is not None and mentions(question, user))
    return -1.0 if meant and about != SELF else 0.0
