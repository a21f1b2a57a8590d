"""Numbers of people and things: "my housewarming, 50 guests", "it's 15 guests, not 50"."""

from __future__ import annotations

import re

from everwhen.model.records import SELF
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.held import Held
from everwhen.write.rules.talk import Talk

_UNITS = (
    r"guests|people|persons|attendees|participants|visitors|invitees|kids|children|adults|seats|"
    r"tables|rooms|copies|tickets|players|students|members|employees|colleagues|users|customers|"
    r"pages|chapters|portions|servings|bottles|boxes|chairs|bedrooms|metres|meters|miles|km|"
    r"kilometres|kilos|kg|litres|nights|days|weeks|sessions|classes|lessons"
)
_PEOPLE = r"guests|people|persons|attendees|participants|visitors|invitees|adults|kids|players"
_FIXED = re.compile(
    rf"(?P<n>\d[\d.,]*) (?P<u>{_UNITS})\b[\w' ]{{0,30}}?[\s,]*\b(?:and )?not "
    r"(?P<o>\d[\d.,]*)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    rf"\b(?:my|our|the|for a|a) (?P<e>(?:[\w']+ ){{0,2}}?(?:\d+(?:th|st|nd|rd)(?: birthday)?|"
    r"housewarming|wedding|party|birthday|offsite|workshop|dinner|barbecue|bbq|picnic|reunion|"
    r"reception|conference|retreat|course|baby shower|christening|brunch|lunch|event|meeting|"
    r"celebration|anniversary|graduation|concert|talk))\b.*?[, (](?:for |with |about |around |"
    rf"roughly |expecting |so )*(?P<n>\d{{1,4}}) (?P<u>{_PEOPLE})\b(?! (?:in|on) (?:my|our|the)\b)",
    re.IGNORECASE,
)


def note_count(sentence: str, clause: Clause, talk: Talk) -> bool:
    """Claim how many are meant, or put right how many were; whether the sentence told it."""
    if not any(char.isdigit() for char in sentence):
        return False
    fixed = _FIXED.search(sentence)
    if fixed is not None:
        return _put_right(fixed, clause, talk)
    match = _EVENT.search(sentence)
    if match is None:
        return False
    _claim(match["e"], match["n"], match["u"], clause, talk)
    return False


def _claim(event: str, number: str, unit: str, clause: Clause, talk: Talk) -> None:
    me = talk.me
    text = f"{me.possessive} {event} has {number} {unit}"
    talk.claim(clause, me, f"{event.lower()} {unit.lower()}", f"{number} {unit}", text,
               confidence=0.7)  # fmt: skip


def _put_right(match: re.Match[str], clause: Clause, talk: Talk) -> bool:
    wrong = re.compile(rf"(?<![\w.,]){re.escape(match['o'])}(?![\w])")
    number = match["n"]
    candidates = [pair for pair in _candidates(talk) if pair[0][0] in (SELF, talk.me.key)]
    found = [pair for pair in candidates if wrong.search(pair[0][2]) is not None]
    found = found or [pair for pair in candidates if wrong.search(pair[1]) is not None][:1]
    for fact, text in found:
        value = wrong.sub(number, fact[2]) if wrong.search(fact[2]) else number
        talk.claim(
            clause, talk.me, fact[1], value, wrong.sub(number, text), replaces=fact[2],
            confidence=0.7, subject=fact[0],
        )  # fmt: skip
    return bool(found)


def _candidates(talk: Talk) -> list[tuple[Held, str]]:
    """What is held and was said just before, the latest first."""
    said = [((p.subject, p.attribute, p.value), p.text) for p in reversed(talk.earlier) if p.value]
    held = [(fact, talk.texts.get(fact, "")) for fact in reversed(tuple(talk.held))]
    return [*held, *said]
