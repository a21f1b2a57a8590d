"""A clause in the plain wording that frames and statements are written for.

"With today's release the app needs X" tells what "The app needs X" does, "all my code" is "my
code", and "it is insured there now" is insured where the message has just said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from everwhen.model.records import Polarity
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import load_cues
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
_ME = re.compile(r"^(?:and |but )?(?:me|myself),? (?=I(?:'m| am| have|'ve)?\b)", re.IGNORECASE)
_SIMILE = re.compile(
    r"(?<!look)(?<!looks)(?<!sound)(?<!sounds)(?<!feel)(?<!feels)(?<!felt)(?<!is)(?<!thing)"
    r"(?<!smells)(?<!tastes),? (?:like (?:an?|some|no|every) [\w ]{3,30}|as (?:always|usual|ever)|"
    r"believe it or not|of all (?:things|places))$",
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
    text = _ME.sub("", clause.text)
    if has_any(text.lower(), ("with", "since", "after", "follow", "from", "due", "under", "by ")):
        text = _ADJUNCT.sub("", text)
    if has_any(text, ("all ", "All ", "ost ", "uch ", "bulk", "rest ")):
        text = _ALL_MINE.sub("", text)
    if text.count(" ") > 5:
        text = _SIMILE.sub("", text)
    text = _plainly(text, talk)
    if talk.said and " there" in text:
        text = _placed(text, talk)
    return clause if text == clause.text else replace(clause, text=text)


_WITH_ME = re.compile(
    r"^(?P<x>(?:my |our )?[\w' -]{2,30}?) (?:(?:has|have|is|now|just|also|still|again) )*"
    r"(?:lives?|living|stays?|staying|moved in|moves in|crashe?s|crashing) with (?:me|us)\b",
    re.IGNORECASE,
)
_JUST_ME = re.compile(
    r"^(?:(?:it is|so|back to|now|that leaves) )*(?:just|only) me"
    r"(?: (?:and|with) (?:the|my) [\w ]+?)?"
    r"(?: (?:again|now|here|in (?:the|this) (?:flat|house|apartment|place)))*$",
    re.IGNORECASE,
)


_IT_IS = re.compile(
    r"^(?:so |and |but )?it(?: is|'s| will be)(?: now)? "
    r"(?:on |at |in |for )?(?=\ue001|\d|(?-i:[A-Z]))",
    re.IGNORECASE,
)
_SHIFTED = re.compile(
    r"\b(?:postponed|rescheduled|delayed|brought forward|pushed back|put off|shifted|moved)"
    r" (?:my|our|the) (?P<x>[a-z][\w' -]{2,30}?)(?=$|[.,;!]| (?:by|because|due|and|so|again)\b)|"
    r"\b(?:my|our|the) (?P<y>[a-z][\w' -]{2,30}?) (?:(?:has|have|was|got|is|been|being) )*"
    r"(?:postponed|rescheduled|delayed|brought forward|pushed back|put off|shifted|moved)\b"
    r"(?! (?:to|my|our|the)\b)",
    re.IGNORECASE,
)


def tells_new_date(text: str, talk: Talk) -> bool:
    """ "It is on 3 June now", where the message has told of something postponed."""
    return _IT_IS.match(text) is not None and _SHIFTED.search(talk.message) is not None


@lru_cache(maxsize=1 << 8)
def _paraphrased(text: str, language: str) -> str:
    said = load_cues(language).paraphrases
    return said.sub(lambda match: match.lastgroup or match[0], text)


def _plainly(text: str, talk: Talk) -> str:
    """The clause with a plain verb in place of a turn of phrase."""
    text = _paraphrased(text, talk.grammar.language)
    match = _WITH_ME.match(text)
    if (
        match is not None
        and match["x"].split()[0].lower() not in load_cues(talk.grammar.language)["pronoun"]
    ):
        return f"I live with {match['x']}{text[match.end() :]}"
    if _JUST_ME.match(text) is not None and any(
        p.attribute == "lives with" and p.polarity is Polarity.END for p in talk.said
    ):
        return "I live alone now"
    match = _IT_IS.match(text)
    shifted = _SHIFTED.search(talk.message) if match is not None else None
    if match is not None and shifted is not None:
        return f"my {shifted['x'] or shifted['y']} moved to {text[match.end() :]}"
    return text


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
