"""Homes that are found, signed for and moved into: "signed for a flat in Sendai, moving in May"."""

from __future__ import annotations

import re

from everwhen.model.records import Polarity
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.words import words as words_of

CUES = words_of(
    "flat apartment room studio condo loft place house bedsit pad digs maisonette townhouse "
    "bungalow cottage cabin lease keys moving moved move"
)
_DWELLING = (
    r"(?:flat|apartment|room|studio|condo|loft|place|house|bedsit|pad|maisonette|townhouse|"
    r"bungalow|flatshare|houseshare|home)"
)
_NEW = re.compile(
    r"^(?:I |we )?(?:(?:have|just|finally|now|also|already|officially|recently|even|am|are) )*"
    r"(?P<verb>got|gotten|found|signed|rented|renting|took|taken|landed|scored|leased|secured|"
    r"moved|moving|closed|have|bought|buying|own|owning|keep|keeping)\b"
    rf"(?:(?: (?:a|the|our|my))? (?:lease|contract|papers))?(?: {TIME_MARK}\d)?"
    r"(?: (?:for|on|up|into|to|myself|ourselves|us|me|in))*"
    rf" (?:an?|the|my|our) (?P<adj>(?:[\w-]+,? ){{0,4}}?)(?P<kind>{_DWELLING}|cottage|cabin)"
    rf"(?: {TIME_MARK}\d)? (?:in|near|on|outside|at) (?P<v>.+)$",
    re.IGNORECASE,
)
_NOT_HOME = words_of(
    "holiday summer beach vacation second weekend parents' parents grandparents' old former "
    "childhood airbnb dream meeting conference hotel rental"
)
_MOVE_IN = re.compile(
    r"^(?:(?:and|so|then|we|I|am|are|will|going to|get the keys|keys|have) )*(?:mov(?:e|ing|ed)"
    r"(?: (?:in|there|over|out there))*|get(?:ting)? the keys|keys)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_BOUGHT = frozenset({"bought", "buying", "own", "owning", "keep", "keeping"})
_AT_ONCE = frozenset({"got", "gotten", "moved", "have", "renting", "rented", "scored", "landed"})


def read_home(clause: Clause, talk: Talk) -> bool:
    """Claim a home that was found or moved into; whether the clause was about one."""
    if CUES.isdisjoint(talk.words):
        return False
    match = _NEW.match(clause.text)
    if match is None:
        return _lives_there(clause, talk) or _moves_in(clause, talk)
    if not _NOT_HOME.isdisjoint(match["adj"].lower().replace(",", "").split()):
        return False
    place = read.place(match["v"])
    verb = match["verb"].lower()
    if place is None:
        return False
    who = talk.me
    kind = match["kind"].lower()
    if verb in _BOUGHT:
        owned = f"{kind} in {place}"
        talk.claim(clause, who, "home owned", owned, f"{who.label} has a {owned}",
                   stated=periods.beginning(clause.times, talk.at))  # fmt: skip
        talk.next_home = place
        return True
    stated = periods.beginning(clause.times, talk.at)
    if verb == "moving" and not stated.future:
        return False
    if verb in _AT_ONCE or stated.future:
        _lives(place, stated, clause, talk)
        return True
    talk.next_home = place
    plan = f"move to {place}"
    talk.claim(clause, who, "plans", plan, f"{who.label} plans to {plan}", confidence=0.7)
    return True


_THERE = re.compile(
    r"^(?:and )?(?:that is|this is|it is)? ?(?:where (?:I|we) (?:live|am|are)(?: now)?|"
    r"(?:and )?(?:I|we) live there(?: now)?)$",
    re.IGNORECASE,
)


def _lives_there(clause: Clause, talk: Talk) -> bool:
    if not talk.next_home or _THERE.match(clause.text) is None:
        return False
    _lives(talk.next_home, periods.NOTHING, clause, talk)
    return True


def _lives(place: str, stated: Stated, clause: Clause, talk: Talk) -> None:
    who = talk.me
    talk.claim(clause, who, "home", place, f"{who.label} lives in {place}", stated=stated,
               confidence=0.8)  # fmt: skip
    for old in talk.held_of("plans"):
        if old.lower() == f"move to {place}".lower():
            done = f"{who.label} has moved to {place}"
            talk.end(clause, who, "plans", old, done, Stated(valid_to=stated.valid_from))


def _moves_in(clause: Clause, talk: Talk) -> bool:
    """ "Moving in on 15 June", after the home was named."""
    match = _MOVE_IN.match(clause.text)
    if match is None or re.search(r"\b(?:with|out|to|into|from)\b", match["rest"]):
        return False
    place = talk.next_home
    if not place:
        plans = [p for p in talk.held_of("plans") if p.startswith("move to ")]
        place = plans[-1].removeprefix("move to ") if plans else ""
    stated = periods.beginning(clause.times, talk.at)
    past = re.search(r"\bmoved\b", clause.text) is not None
    if not place or not (past or stated.future):
        return False
    talk.said[:] = [
        p for p in talk.said
        if (p.attribute, p.value) != ("plans", f"move to {place}") or p.polarity is Polarity.END
    ]  # fmt: skip
    _lives(place, stated, clause, talk)
    return True
