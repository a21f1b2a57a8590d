"""Who is what to whom: "Ana is my sister", "Oskar leads the harbour project"."""

from __future__ import annotations

import re

from everwhen.model.records import SELF
from everwhen.write.rules import periods
from everwhen.write.rules.cast import Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.holdings import the_name
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.subjects import someone, something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_MINE = re.compile(
    r"(?:now |again )?(?:my|our)\s+(?:new\s+|current\s+)?([\w' -]+?)"
    r"(?:$|[,.\ue001]| (?:now|again|and)\b)"
)
_OF = re.compile(
    r"(?:now |again )?(?:the|our) (?:new |current )?(?P<n>[\w-]+(?: [\w-]+)?) (?:of|for|on) "
    r"(?:the |our )?(?P<t>[\w'-]+(?: [\w'-]+){0,3}?)"
    r"(?=$|[,.\ue001]| (?:again|now|since|from|and|as)\b)"
)
_THE_OFFICE = re.compile(
    r"(?:now |again )?(?:the|our) (?:new |current )?(?P<n>(?:[\w-]+ ){0,2}"
    r"(?:owner|lead|leader|chair|"
    r"chairman|chairwoman|captain|manager|head|treasurer|secretary|president|director|coach|admin|"
    r"administrator|contact|organi[sz]er|spokesperson|ceo|cto|cfo|editor|caretaker|coordinator|"
    r"conductor|moderator|champion|mayor|landlord|sponsor|scrum master|go-to person|host))"
    r"(?: (?:now|again|here))?\s*(?:$|[,.\ue001])",
    re.IGNORECASE,
)
_NO_OFFICE = words_of("rest best one kind type love king queen life most first last only")


def relation_of(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "Ana is my sister" and "Oskar is the lead of the harbour project"."""
    who = subject.who
    if who.kind == "self" and not (predicate.negative or predicate.modal or subject.noun):
        return _holds_office(talk, clause, predicate)
    if predicate.negative or predicate.modal or who.kind != "person" or not who.name:
        return False
    stated = periods.state(clause.times, talk.at, predicate.tense)
    match = _MINE.match(predicate.rest)
    if match is not None and match[1].lower() in talk.grammar.relations:
        relation = match[1].lower()
        word = "was" if stated.past or predicate.tense == "past" else "is"
        text = f"{talk.me.possessive} {relation} {word} {who.name}"
        attribute = talk.grammar.relations[relation]
        talk.claim(clause, talk.me, attribute, who.name, text, stated=stated)
        talk.cast.note(someone(relation, who.name, talk.me, talk.cast, talk.grammar))
        return True
    match = _THE_OFFICE.match(predicate.rest)
    if match is not None and not subject.noun and not who.relation:
        noun = match["n"].lower()
        word = "was" if stated.past else "is"
        talk.claim(clause, talk.me, noun, who.name, f"The {noun} {word} {who.name}", stated=stated)
        return True
    match = _OF.match(predicate.rest)
    if match is None or subject.noun or match["n"].lower() in _NO_OFFICE:
        return False
    noun, thing = match["n"].lower(), match["t"]
    word = "was" if stated.past else "is"
    text = f"The {noun} of {the_name(thing)} {word} {who.name}"
    talk.claim(clause, something(thing, talk.cast), noun, who.name, text, stated=stated)
    return True


def _holds_office(talk: Talk, clause: Clause, predicate: Predicate) -> bool:
    """ "I'm the project lead for the footbridge" where who leads it is known."""
    match = _OF.match(predicate.rest)
    if match is None:
        return False
    noun, thing = talk.vocabulary.canonical(match["n"].lower()), something(match["t"], talk.cast)
    head = noun.rpartition(" ")[2]
    held = [a for s, a, _ in talk.held if s == thing.key and a in (noun, head)]
    if not held:
        return False
    stated = _since_now(clause, talk, predicate)
    text = f"The {held[0]} of {the_name(thing.name)} is {talk.me.label}"
    talk.claim(clause, thing, held[0], SELF, text, stated=stated)
    return True


def _since_now(clause: Clause, talk: Talk, predicate: Predicate) -> Stated:
    return periods.state(clause.times, talk.at, predicate.tense)


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
