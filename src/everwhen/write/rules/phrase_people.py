"""Whom the claims of a message are about, and what it has said so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from everwhen.language.keys import value_key
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Cardinality, Episode, Polarity, Proposal
from everwhen.ports import Surroundings
from everwhen.write.rules import phrase_values
from everwhen.write.rules.phrase_grammar import PhraseBook, Relation
from everwhen.write.rules.phrase_lines import Line
from everwhen.write.rules.said import Said

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a claim is about: the key of the subject, and how texts call him."""

    key: str
    label: str


@dataclass(slots=True)
class Talk:
    """The state of reading one message.

    `earlier` are the claims of the messages before, where this one `corrects` something;
    `correcting` tells that it has begun to. `person` was spoken of last, `going_on` in the clause
    before; `names` are those that nouns for people have got in the message.
    """

    book: PhraseBook
    vocabulary: Vocabulary
    episode: Episode
    around: Surroundings
    me: Person
    said: Said = field(default_factory=Said)
    earlier: list[Proposal] = field(default_factory=list)
    person: Person | None = None
    names: dict[str, str] = field(default_factory=dict)
    going_on: Person | None = None
    corrects: bool = False
    correcting: bool = False

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.episode.at


def add(one: Proposal, talk: Talk) -> bool:
    """Add a claim, unless the message made it already; whether it could be one."""
    if (not one.value and one.polarity is not Polarity.END) or "{" in one.value:
        return False
    single = talk.vocabulary.cardinality(one.attribute) is Cardinality.SINGLE
    if one.polarity is Polarity.END:
        one = replace(one, value=_held(one, talk) or one.value)
    elif talk.correcting:
        replaces = None if single else _latest(one, talk)
        if single or replaces is not None:
            one = replace(one, polarity=Polarity.CORRECT, replaces=replaces)
    if talk.said.alike(one):
        return True
    sensitive = talk.vocabulary.attribute(one.attribute).sensitive
    talk.said.append(replace(one, sensitive=sensitive))
    return True


def _held(one: Proposal, talk: Talk) -> str | None:
    """The value in use that an ending names, perhaps in part or in another gender."""
    wanted = set(value_key(one.value).split())
    for subject, attribute, value in talk.around.slots:
        have = set(value_key(value).split())
        if (
            (subject, attribute) == (one.subject, one.attribute)
            and wanted
            and (wanted <= have or have <= wanted)
        ):
            return value
    return None


def _latest(one: Proposal, talk: Talk) -> str | None:
    told: list[Proposal] = [*talk.earlier, *talk.said]
    for old in reversed(told):
        if (old.subject, old.attribute) == (one.subject, one.attribute) and value_key(
            old.value
        ) != value_key(one.value):
            return old.value
    return None


def speaker(match: re.Match[str], talk: Talk) -> Person:
    """The user; or, where the verb could be either, who the clause before was about."""
    if talk.going_on is None or "shared" not in talk.book.texts:
        return talk.me
    first = _WORDS.search(match[0])
    own = first is not None and first[0] in talk.book.lists["pronoun"] | talk.book.lists["my"]
    return talk.me if own else talk.going_on


def subject(
    match: re.Match[str], groups: Mapping[str, str], line: Line, talk: Talk
) -> Person | None:
    """Whom a clause of the third person is about; None if that can not be told."""
    if "rel" in match.re.groupindex and match["rel"] is not None:
        return _relative(match, groups, line, talk)
    name = groups.get("pname", "")
    if name:
        return _named(name, talk)
    if "pron" not in match.re.groupindex and talk.going_on is not None:
        return talk.going_on
    if groups.get("pron") or "pron" not in match.re.groupindex:
        return _mentioned(line, match.start(), talk)
    return None


def _relative(match: re.Match[str], groups: Mapping[str, str], line: Line, talk: Talk) -> Person:
    relation = phrase_values.relation_of(groups["rel"], match["rel"], talk.book)
    name = phrase_values.proper(groups.get("wname", ""), talk.book)
    if name:
        _introduce(name, relation, match, line, talk)
    person = person_of(relation.attribute, relation.noun, relation.label, name, talk)
    talk.person = person
    return person


def person_of(attribute: str, noun: str, label: str, name: str, talk: Talk) -> Person:
    """Somebody of the user's, by his name where one is known."""
    texts, owner = talk.book.texts, talk.me.label
    known = "" if attribute in talk.book.lists["unnamed"] else talk.around.known.get(attribute, "")
    name = name or talk.names.get(noun, "") or known
    if not name:
        return Person(key=noun, label=texts["unnamed"].format(label=label, owner=owner))
    held = {subject for subject, _, _ in talk.around.slots}
    key = noun if noun in held and name not in held else name
    return Person(key=key, label=texts["named"].format(name=name, noun=noun, owner=owner))


def _introduce(name: str, relation: Relation, match: re.Match[str], line: Line, talk: Talk) -> None:
    """Claim that somebody of this name is the user's friend, sister …"""
    talk.names[relation.noun] = name
    text = talk.book.texts["relation"].format(name=name, noun=relation.noun, owner=talk.me.label)
    one = Proposal(
        subject=talk.me.key,
        attribute=talk.vocabulary.canonical(relation.attribute),
        value=name,
        text=text,
        start=line.start + line.place(match.start("rel")),
        end=line.start + line.place(match.end("wname")),
        confidence=0.8,
        speaker=talk.episode.name or talk.around.speaker,
    )
    add(one, talk)


def _named(name: str, talk: Talk) -> Person | None:
    proper = phrase_values.proper(name, talk.book)
    if not proper or proper != name or not proper[:1].isupper():
        return None
    person = talk.person
    if person is not None and person.key == proper:
        return person
    attribute = talk.around.known.get(proper, "")
    relations = talk.book.relations.values()
    noun = next((one.noun for one in relations if one.attribute == attribute), "")
    person = Person(key=name, label=name)
    if noun:
        person = person_of(attribute, noun, noun, proper, talk)
    talk.person = person
    return person


def _mentioned(line: Line, before: int, talk: Talk) -> Person | None:
    """Who was last spoken of in the sentence, else in the message."""
    found = None
    for match in talk.book.patterns["mention"].finditer(line.seen[:before]):
        found = match
    if found is None:
        return talk.person
    groups = line.groups(found)
    return _relative(found, groups, line, talk)
