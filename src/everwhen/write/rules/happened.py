"""What happened once, and what somebody can do, has done or wants to do.

An event becomes a claim with the period in which it was: it is past as soon as it is told.
"""

from __future__ import annotations

import re

from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import Cues
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

CONFIDENCE = 0.4
_STATES = words_of("be have own live work like love hate know need want belong think feel use")
_NO_EVENT = words_of(
    "think guess feel hope know mean understand see agree disagree say tell ask wonder believe "
    "suppose remember forget thank need wish look bet imagine doubt assume notice realize realise "
    "recall appreciate care matter seem sound mind reckon let mention talk chat happen hear sit "
    "stand lie come wait laugh smile cry sigh joke kid do figure expect keep type send read "
    "confuse decide plan want put turn set check have leave pay sleep sell move "
    "start join stop take run end fall lose drop forget pick call name eat drink"
)
_NO_OBJECT = words_of(
    "it that this them him her you so there here one those these what well back up out off down "
    "away in on over along fine good better best great bad nothing something anything everything"
)
_DAILY = words_of(
    "time times good great chance choice call party dream dreams email look doubt snack nice "
    "day days night morning evening weekend week lunch dinner breakfast coffee shower nap "
    "sleep bed message question answer point mistake umbrella luck fun laugh headache feeling idea "
    "thing things stuff lot bit way kick blast ball people someone somebody friends mess"
)
_SMALL = words_of("a an the my our some any of to for in on at with and just very really quite so")


def _says_something(rest: str, cues: Cues) -> bool:
    """Whether what follows a verb holds a word of weight."""
    words = [w.strip(",.!'\"").lower() for w in rest.split()]
    if len(words) > 1 and words[0] in ("on", "in", "over", "up"):
        words.pop(0)
    if not words or words[0] in _NO_OBJECT:
        return False
    heavy = [
        w for w in words
        if len(w) > 2 and w not in _SMALL and w not in _DAILY and w not in _NO_OBJECT
        and w not in cues["pronoun"] and w not in cues["opinion"] and w not in cues["fleeting"]
    ]  # fmt: skip
    return bool(heavy)


def happened(predicate: Predicate, cues: Cues) -> bool:
    """Whether a predicate in the past tells of something that was, or was done, once."""
    lemma = predicate.lemma.removeprefix("be ")
    if predicate.negative or predicate.modal or lemma in _NO_EVENT:
        return False
    if predicate.lemma == "be":
        first = predicate.rest.split()[0].lower() if predicate.rest.split() else ""
        return first in ("a", "an", "born", "raised") and _says_something(predicate.rest, cues)
    return _MANNER.match(predicate.rest) is None and _says_something(predicate.rest, cues)


_MANNER = re.compile(r"(?:\w+ly|too|so|very|really|badly|hard|fast|well|late|early|home)\b", re.I)


_DONE = words_of(
    "see read try hear want eat drink have lose run take start sleep do bring give show win meet"
)


_BEEN = re.compile(r"(?:to|in|on|through|with|a|an)\b")


def experienced(predicate: Predicate, cues: Cues) -> bool:
    """Whether a perfect tells what somebody has done or seen: "have been to Spain"."""
    lemma = predicate.lemma.removeprefix("be ")
    if predicate.modal or lemma in _NO_EVENT - _DONE:
        return False
    if predicate.lemma == "be" and not re.match(
        r"(?:to|in|on|through|with|a|an)\b", predicate.rest
    ):
        return False
    return _says_something(predicate.rest, cues)


def when(predicate: Predicate, clause: Clause, talk: Talk) -> Stated:
    """The period of something that happened: as told, else some time before it was told."""
    stated = periods.state(clause.times, talk.at, "past")
    if stated.valid_from is not None or stated.valid_to is not None:
        return stated
    if predicate.lemma.removeprefix("be ") in _STATES:
        return stated
    return Stated(past=True)


_ABLE = words_of(
    "see understand imagine relate help tell do wait meet come send believe say think stop find "
    "remember complain blame get handle hear feel be have let ask show give make bring try use "
    "keep afford go stand take decide talk speak promise"
)


def able(predicate: Predicate, cues: Cues) -> bool:
    """Whether "can" tells of an ability: "can play the ukulele", "can not swim"."""
    if predicate.modal != "can" or predicate.lemma in _ABLE or predicate.lemma.startswith("be"):
        return False
    if not predicate.rest.strip():
        return predicate.lemma in _SKILLS
    return _says_something(predicate.rest, cues) and "you" not in predicate.rest.split()


_SKILLS = words_of("swim cook drive sing dance draw skate ski read write knit sew cycle ride bake")


_WANTS = re.compile(
    r"^(?:(?:I|we) )?(?:(?:really|also|just|still|do|always|am|have|had|would|will|now|so|kind of|"
    r"actually|definitely|been|eventually|someday|secretly|honestly) )*"
    r"(?P<how>want(?:ed)?|would (?:really )?(?:love|like)|love|like|hop(?:e|ing)|plan(?:ning)?|"
    r"(?:am |are )?going|aim(?:ing)?|trying|intend(?:ing)?|excited|can not wait|wanting)\s+"
    r"to (?P<what>(?!the\b|a\b|an\b|my\b|our\b|be (?:fair|honest)\b)[a-z].+)$",
    re.IGNORECASE,
)
_CUES = (
    "want", "would", "'d ", "hop", "plan", "going to", "aim", "trying", "intend", "excited",
    "wait to", "gonna",
)  # fmt: skip
_NO_WISH = words_of(
    "know say hear see ask tell thank be make sure mention understand think do it that this you "
    "check let go get talk chat meet help stop wait come keep have look try find give send show "
    "bet imagine hope add point take put"
)
_WITH_MORE = words_of("be make do go get have take try find see meet keep help look give put")


def wants(clause: Clause, talk: Talk, cues: Cues) -> bool:
    """Claim what the speaker wants or means to do: "I want to learn how to surf"."""
    lowered = clause.text.lower()
    if not has_any(lowered, _CUES) or not lowered.startswith(("i ", "we ")):
        return False
    match = _WANTS.match(clause.text)
    if match is None:
        return False
    what = clause.unmarked(match["what"])
    words = what.lower().split()
    if not 2 <= len(words) <= 14 or re.search(r"\b(?:you|your|u)\b", what, re.IGNORECASE):
        return False
    how = match["how"].lower()
    if how in ("love", "like") and "would" not in lowered:
        return False
    first = words[0]
    told = _says_something(" ".join(words[1:]), cues)
    if first in _NO_WISH and not (told and first in _WITH_MORE):
        return False
    rest = third_pronouns(re.split(r"[,;!?(]| (?:because|but|so that|if|when|since)\b", what)[0])
    rest = rest.strip(" .")
    if len(rest.split()) < 2 or not _says_something(rest, cues):
        return False
    me = talk.me
    text = f"{me.label} wants to {rest}"
    talk.claim(clause, me, "wants", rest, text, confidence=CONFIDENCE)
    return True
