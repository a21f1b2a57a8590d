"""Claim that somebody has a person, pet or thing, unless that is known."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.model.records import Polarity
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.possessions import Owned, load_nouns
from everwhen.write.rules.talk import Talk

_MACHINES = ("car", "motorcycle", "bicycle", "boat")
_ALIKE = {"children": "child", "grandchildren": "grandchild", "grandkids": "grandchild"}


def claim_owned(found: Owned, clause: Clause, talk: Talk, *, confidence: float) -> None:
    """Claim what a noun phrase names as the speaker's."""
    me = talk.me
    attribute = _attribute(found, talk)
    text = f"{me.label} has {found.shown}"
    if _said(found, attribute, text, talk) or _held(found, attribute, talk):
        return
    talk.claim(clause, me, attribute, found.value, text, confidence=confidence)


def _attribute(found: Owned, talk: Talk) -> str:
    """Under which a thing is held; a vehicle's kind is told by its noun."""
    kind = talk.grammar.kinds.get(singular(found.noun).rpartition(" ")[2], "")
    return kind if found.kind == "has" and kind in _MACHINES else found.kind


def _names(text: str, found: Owned) -> bool:
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower())
    last = found.noun.rpartition(" ")[2]
    return last in words or singular(last) in words


def _said(found: Owned, attribute: str, text: str, talk: Talk) -> bool:
    """Whether the message has told it; a number that is told now is put in."""
    relation = _relation(found, talk) if found.kind == "family" else ""
    me = talk.me.key
    for number, old in enumerate(talk.said):
        if old.subject != me or old.polarity is Polarity.END:
            continue
        if relation and old.attribute == relation:
            return True
        same = old.attribute == attribute or (attribute in _MACHINES and old.attribute == "has")
        if not same or not (_names(old.value, found) or _names(old.text, found)):
            continue
        if (
            found.count
            and old.attribute == attribute
            and not _is_counted(old.value)
            and (_names(old.value, found) and old.valid_from is None and not old.past)
        ):
            talk.said[number] = replace(old, value=found.value, text=text)
        return True
    return False


def _is_counted(value: str) -> bool:
    first = value.lower().split(" ", 1)[0]
    return first.isdigit() or first in load_nouns("en").counts or first in ("a", "some", "lots")


def _relation(found: Owned, talk: Talk) -> str:
    noun, relations = found.noun, talk.grammar.relations
    relation = relations.get(noun) or relations.get(singular(noun), noun)
    return _ALIKE.get(relation, relation)


def _held(found: Owned, attribute: str, talk: Talk) -> bool:
    """Whether it is known from before."""
    if found.kind == "family":
        relation = _relation(found, talk)
        if talk.held_of(relation) or talk.cast.names.named(found.noun):
            return True
        if talk.cast.names.named(singular(found.noun)):
            return True
    if found.noun in ("pet", "pets") and talk.held_of("pet"):
        return True
    for fact in talk.held:
        if fact[0] != talk.me.key or fact[1] in _ONLY_THOUGHT_OF:
            continue
        if found.kind in ("family", "pet"):
            told = f"{fact[2]} {talk.texts.get(fact, '')}" if fact[1] == attribute else ""
        else:
            told = f"{fact[1]} {fact[2]}"
        if _names(told, found):
            return True
    return False


_ONLY_THOUGHT_OF = frozenset({"likes", "dislikes", "wants", "plans", "goal", "prefers"})
