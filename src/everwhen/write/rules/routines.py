"""What somebody does again and again: "I usually go to bed at 10"."""

from __future__ import annotations

import re

from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import conjugated, third_pronouns
from everwhen.write.rules.subjects import Subject
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_ROUTINE = re.compile(
    (
        r"\b(?:usually|every (?:day|morning|night|evening|week|weekend|month|year|"
        r"other \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|daily|each (?:day|"
        r"morning|night)|on (?:week|(?:mon|tues|wednes|thurs|fri|satur|sun))days|(?:once|"
        r"twice|three times|four times|five times) (?:a|per) (?:day|week|month))\b"
    ),
    re.IGNORECASE,
)


_HABITS = words_of(
    "wake get go run walk read drink eat meditate take have cook work call visit "
    "swim practice practise write study train ride cycle bike jog "
    "play watch do attend volunteer clean shop bake skip start finish sleep exercise"
)


def routine(clause: Clause, subject: Subject, predicate: Predicate, talk: Talk) -> bool:
    """What somebody does again and again: "I usually go to bed at 10"."""
    if (
        predicate.tense != "present"
        or predicate.progressive
        or predicate.negative
        or predicate.modal
        or predicate.lemma not in _HABITS
        or subject.dropped
        or _ROUTINE.search(clause.raw) is None
    ):
        return False
    phrase = " ".join(clause.unmarked(f"{predicate.lemma} {predicate.rest}").split()).strip(" ,.")
    if len(phrase.split()) < 2 or len(phrase) > 90:
        return False
    usually = "usually " if "usually" in predicate.cues else ""
    text = f"{subject.who.label} {usually}{conjugated(phrase)}"
    talk.claim(clause, subject.who, "routine", third_pronouns(phrase), text, confidence=0.7)
    return True
