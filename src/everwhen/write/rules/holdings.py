"""Claim what somebody's thing is, with words that read alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from everwhen.language.timex import TimeExpression
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import with_article
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.subjects import someone
from everwhen.write.rules.talk import Talk

MODIFIER = re.compile(
    r"^(?:own|current|new|actual|real|present|latest|other|full|given|first(?= "
    r"name)|total|overall|all-time|"
    r"personal|main|updated|usual|normal|go-to|absolute|one|number one|very|whole|"
    r"entire)\s+",
    re.IGNORECASE,
)


SKIP_VALUE = re.compile(
    r"^(?:(?:so|very|really|too|pretty|quite|not|still|just|always|getting|going|"
    r"being|doing|killing|dying|making|driving|"
    r"about|like|that|to|when|how|what|why|where|because|kind of|sort of|more|"
    r"less|all|only|almost|gonna|back|here|there|"
    r"up|down|off|over|out|on|of|as|with|without|due|able|supposed|amazing|awesome|"
    r"awful|bad|good|great|nice|fine|ok|okay|"
    r"terrible|horrible|lovely|perfect|beautiful|boring|busy|crazy|dead|broken|"
    r"empty|full|gone|hard|easy|hurting|"
    r"important|interesting|late|early|long|short|new|old|next|ready|sick|sore|"
    r"tired|small|big|tiny|huge|strong|weak|wonderful|"
    r"weird|wrong|right|expensive|cheap|similar|different|the same|same|the best|"
    r"the worst|worse|better|best|worst|"
    r"a mess|a bit|a lot|a disaster|a joke|a nightmare|a blast|fun|cool|hot|cold|"
    r"sweet|cute|funny|smart|happy|sad|angry|mad|"
    r"everything|nothing|something|mine|yours|ours|his|hers|theirs|him|her|me|"
    r"it|this|these|those|in|at|from|for|by|and|but|or)\b)",
    re.IGNORECASE,
)


VERBISH = re.compile(r"^[a-z]+(?:ing|ed)\b")


def put(
    talk: Talk,
    clause: Clause,
    who: Who,
    attribute: str,
    value: str,
    text: str,
    tense: str,
    corrects: bool,
    *,
    confidence: float = 0.9,
    times: Sequence[TimeExpression] | None = None,
) -> bool:
    held_correcting = talk.correcting
    talk.correcting = talk.correcting or corrects
    stated = periods.state(
        clause.times if times is None else times, talk.at, "present" if corrects else tense
    )
    if tense == "future" and not stated.future:
        talk.correcting = held_correcting
        return False
    if stated.past:
        text = text.replace(" is ", " was ", 1)
    talk.claim(clause, who, attribute, value, text, stated=stated, confidence=confidence)
    talk.correcting = held_correcting
    talk.cast.thing = (who, attribute)
    return True


def read_name_of(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    if noun not in ("name", "full name", "first name", "nickname"):
        return None
    name = read.name(value)
    if name is None:
        return False
    if who.kind == "self" or noun == "nickname":
        attribute = "nickname" if noun == "nickname" else "name"
        return put(
            talk,
            clause,
            who,
            attribute,
            name,
            f"{who.possessive} {attribute} is {name}",
            "present",
            corrects,
            times=(),
        )
    return called(talk, clause, who, name, corrects)


def called(talk: Talk, clause: Clause, who: Who, name: str, corrects: bool = False) -> bool:
    """Claim the name of somebody's relative, pet or the like."""
    owner = talk.me
    relation = singular(who.relation.lower())
    if who.kind == "pet":
        attribute = "pet"
        text = f"{owner.label} has {with_article(relation)} named {name}"
        talk.said[:] = [
            p
            for p in talk.said
            if not (
                p.attribute == "pet"
                and p.subject == owner.key
                and p.value.split()[-1] in (relation, who.relation)
            )
        ]
        replaces = (
            who.name if (talk.correcting or corrects) and who.name and who.name != name else None
        )
    else:
        attribute = talk.grammar.relations.get(who.relation, who.relation or "name")
        text = f"{owner.possessive} {who.relation} is {name}"
        replaces = (
            who.name
            if (talk.correcting or corrects)
            and who.name
            and who.name != name
            and not talk.is_single(attribute)
            else None
        )
    if not who.relation:
        return False
    others = talk.cast.owner
    if who.owner != talk.me.owner and who.kind == "person" and others is not None:
        owner = others
        text = f"{owner.possessive} {who.relation} is {name}"
    stated = periods.state(clause.times, talk.at, "present")
    talk.claim(clause, owner, attribute, name, text, replaces=replaces, stated=stated)
    other = someone(who.relation, name, owner, talk.cast, talk.grammar)
    talk.cast.note(other)
    return True


def the_of(who: Who, noun: str) -> str:
    if who.kind == "thing":
        return f"The {noun} of {the_name(who.name)}"
    return f"{who.possessive} {noun}"


def the_name(name: str) -> str:
    return name if name.split()[-1][:1].isupper() else f"the {name}"


def cased(clause: Clause, words: str) -> str:
    at = clause.raw.lower().find(words.lower())
    return clause.raw[at : at + len(words)] if at >= 0 else words


def technology(name: str, talk: Talk) -> str:
    """The attribute that a tool fills: database or technology."""
    return "database" if name.lower() in talk.grammar.lists["tech_database"] else "technology"


def shown_as(clause: Clause, attribute: str) -> str:
    return " ".join(cased(clause, word) for word in attribute.split())
