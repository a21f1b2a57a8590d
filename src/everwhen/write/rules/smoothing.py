"""A clause in the plain wording that frames and statements are written for.

"With today's release the app needs X" tells what "The app needs X" does, "all my code" is "my
code", and "it is insured there now" is insured where the message has just said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.model.records import Polarity
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import has_any

_ADJUNCT = re.compile(
    r"^(?:with|since|after|following|from|because of|due to|thanks to|under|by) "
    r"(?:\ue001\d ?'s|(?:the|this|that|our|my|a) (?:[\w-]+ ){0,2}?"
    r"(?=(?:release|update|upgrade|move|merger|change|switch|renovation|reorgani[sz]ation|"
    r"restructuring|reshuffle|strike|flood|fire|storm|accident|operation|surgery|injury|wedding|"
    r"divorce|birth|baby|contract|agreement|deal|decision|meeting|vote|election|season|"
    r"holidays?|summer|winter|break|launch|rewrite|migration|sprint|quarter|semester|term|"
    r"promotion|raise|crisis|pandemic|lockdown|takeover|sale|audit|review|price|rise|increase|"
    r"patch|version|build|timetable|schedule|law|rule|regulation|policy)\b))\s*[\w-]+,? "
    r"(?=(?:my|our|the|i|we)\b)",
    re.IGNORECASE,
)
_ALL_MINE = re.compile(
    r"\b(?:(?:nearly |almost |pretty much )?(?:all|most|much|the bulk|the rest) (?:of )?)"
    r"(?=(?:my|our)\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\bthere(?=(?: (?:too|as well))? (?:now|nowadays|these days|instead|from now on|again|"
    r"currently|since|\ue001)|$)",
    re.IGNORECASE,
)
_PLACED = r"\b(?:with|at|in|on|from|by|through|over to|to|for) (?:the |a |an )?{}"


def smoothed(clause: Clause, talk: Talk) -> Clause:
    """The clause without what is only said around it."""
    text = clause.text
    if has_any(text.lower(), ("with", "since", "after", "follow", "from", "due", "under", "by ")):
        text = _ADJUNCT.sub("", text)
    if has_any(text, ("all ", "All ", "ost ", "uch ", "bulk", "rest ")):
        text = _ALL_MINE.sub("", text)
    if talk.said and " there" in text:
        text = _placed(text, talk)
    return clause if text == clause.text else replace(clause, text=text)


def _placed(text: str, talk: Talk) -> str:
    """ "There" as the place or company that the message has named last."""
    match = _THERE.search(text)
    if match is None:
        return text
    for said in reversed(talk.said):
        if said.polarity is Polarity.END or not said.value[:1].isupper():
            continue
        found = re.search(_PLACED.format(re.escape(said.value)), said.text)
        if found is not None:
            return f"{text[: match.start()]}{found[0]}{text[match.end() :]}"
    return text
