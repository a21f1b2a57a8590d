"""Who is what to whom: "Ana is my sister", "Oskar leads the harbour project"."""

from __future__ import annotations

import re

from everwhen.model.records import SELF
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.holdings import the_name
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.subjects import Subject, Who, someone, something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate


def relation_of(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "Ana is my sister" and "Oskar is the lead of the harbour project"."""
    who = subject.who
    if (
        predicate.negative
        or predicate.modal
        or who.kind != "person"
        or not who.name
        or subject.noun
    ):
        return False
    match = re.match(
        (
            r"(?:now |again )?(?:my|our)\s+(?:new\s+|current\s+)?([\w' -]+?)(?:$|[,.\ue001]|"
            r" (?:now|again|and)\b)"
        ),
        predicate.rest,
    )
    if match is not None and match[1].lower() in talk.grammar.relations:
        other = someone(match[1].lower(), who.name, talk.me, talk.cast, talk.grammar)
        tense = predicate.tense
        attribute = talk.grammar.relations[match[1].lower()]
        stated = periods.state(clause.times, talk.at, tense)
        word = "was" if stated.past or tense == "past" else "is"
        talk.claim(
            clause,
            talk.me,
            attribute,
            who.name,
            f"{talk.me.possessive} {match[1].lower()} {word} {who.name}",
            stated=stated,
        )
        talk.cast.note(other)
        return True
    match = re.match(
        (
            r"(?:now |again )?(?:the|our) (?:new |current )?(?P<n>[\w-]+(?: [\w-]+)?) "
            r"(?:of|for|on) (?:the |our )?(?P<t>[\w'-]+(?: [\w'-]+){0,3}?)(?=$|[,.\ue001]|"
            r" (?:again|now|since|from|and|as)\b)"
        ),
        predicate.rest,
    )
    if match is None:
        return False
    thing = match["t"]
    if match["n"].lower() in (
        "rest",
        "best",
        "one",
        "kind",
        "type",
        "love",
        "king",
        "queen",
        "life",
        "most",
        "first",
        "last",
        "only",
    ):
        return False
    stated = periods.state(clause.times, talk.at, predicate.tense)
    noun = match["n"].lower()
    word = "was" if stated.past else "is"
    project = something(thing, talk.cast)
    talk.claim(
        clause,
        project,
        noun,
        who.name,
        f"The {noun} of {the_name(thing)} {word} {who.name}",
        stated=stated,
    )
    return True


def leads(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "Oskar leads the harbour project"."""
    who = subject.who
    match = re.match(
        (
            r"(?:the|our)\s+([\w'-]+(?: [\w'-]+){0,2}? (?:project|team|department|squad|"
            r"group|initiative|committee|program|programme))\b"
        ),
        predicate.rest,
    )
    if (
        match is None
        or predicate.negative
        or predicate.modal
        or not (who.name or who.kind == "self")
    ):
        return False
    thing = Who(key=match[1].lower(), kind="thing", name=match[1])
    aspect = predicate.lemma in ("take", "join")
    stated: Stated = (
        periods.beginning(clause.times, talk.at)
        if aspect
        else periods.state(clause.times, talk.at, predicate.tense)
    )
    name = who.name or who.label
    talk.claim(
        clause,
        thing,
        "lead",
        name if who.kind != "self" else SELF,
        f"The lead of {the_name(match[1])} is {name}",
        stated=stated,
    )
    return True
