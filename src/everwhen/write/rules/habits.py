"""Pastimes told as habits or in passing: "we knit", "when I'm not cooking", "all I do is read"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from everwhen.language.timex import Role
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import conjugated, third_pronouns
from everwhen.write.rules.pastimes import (
    Lexicon,
    Pastime,
    habit_of,
    has_object,
    load_pastimes,
    pastime_in,
)
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

CONFIDENCE = 0.5
_WE = r"(?:I|we|(?:(?:me|myself) and )?my (?:[\w'-]+ ){1,3}?and (?:I|me|myself))"
_OFTEN = (
    "also usually often sometimes always mostly mainly just really still do both all even only "
    "actually generally typically occasionally regularly currently normally frequently basically "
    "literally so secretly definitely constantly kinda"
)
_ADVERBS = rf"(?:(?:{'|'.join(_OFTEN.split())}|get to|pretty much|can only|used to) )*"
_TOLD = frozenset(
    {"usually", "often", "sometimes", "always", "mostly", "mainly", "occasionally", "regularly",
     "frequently", "constantly", "only"}
)  # fmt: skip
_WHEN = re.compile(
    r"\s*(?:in (?:my|our) (?:spare|free|down|off) time|for fun|every (?:other )?\w+|on (?:the )?"
    r"weekends|sometimes|a lot|often|together|to relax|as a hobby|daily|all the time)\b",
    re.IGNORECASE,
)


@cache
def _first_person(language: str) -> re.Pattern[str]:
    verbs = load_pastimes(language).habit.pattern
    return re.compile(rf"^{_WE},? (?P<a>{_ADVERBS})(?:clean and )?{verbs}", re.IGNORECASE)


@cache
def _next_verb(language: str) -> re.Pattern[str]:
    verbs = load_pastimes(language).habit.pattern
    return re.compile(rf"(?:,\s*(?:and )?|\band )(?P<a>{_ADVERBS}){verbs}", re.IGNORECASE)


def may_tell(words: set[str], language: str) -> bool:
    """Whether a sentence with these words can tell of a pastime."""
    return not load_pastimes(language).cues.isdisjoint(words)


def read_habit(clause: Clause, talk: Talk) -> bool:
    """ "We hunt together", "I watch anime on my treadmill": what somebody does for its own sake."""
    language = talk.grammar.language
    if not may_tell(talk.words, language):
        return False
    if any(time.role in (Role.AT, Role.BETWEEN) for time in clause.times):
        return False
    match = _first_person(language).match(clause.text)
    if match is None:
        return False
    done = False
    for told in _chain(match, language):
        _claim(told, clause, talk)
        done = True
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A pastime, the adverbs before its verb and the words after it."""

    pastime: Pastime
    adverbs: str
    rest: str


def _chain(match: re.Match[str], language: str) -> Iterator[_Told]:
    """What a verb tells, and those that "and" adds to it: "read books and write poetry"."""
    lexicon = load_pastimes(language)
    found: re.Match[str] | None = match
    while found is not None:
        following = _next_verb(language).search(found["x"])
        rest = found["x"][: following.start()] if following is not None else found["x"]
        pastime = habit_of(found["v"], rest, lexicon)
        if pastime is not None:
            after = pastime.phrase[len(found["v"]) :]
            left = rest[rest.find(after) + len(after) :] if after in rest else rest
            yield _Told(pastime=pastime, adverbs=found["a"].lower(), rest=left)
        found = following


def _claim(told: _Told, clause: Clause, talk: Talk) -> None:
    over = "used to" in told.adverbs
    stated = Stated(past=True) if over else periods.state(clause.times, talk.at, "present")
    how = " ".join(word for word in told.adverbs.split() if word in _TOLD)
    words = _worded(told)
    does = f"used to {third_pronouns(words)}" if over else _does(words)
    text = f"{talk.me.label} {how} {does}"
    name = told.pastime.name
    talk.claim(clause, talk.me, "hobby", name, text, stated=stated, confidence=CONFIDENCE)


def _worded(told: _Told) -> str:
    tail = _WHEN.match(told.rest)
    return f"{told.pastime.phrase}{tail[0] if tail is not None else ''}"


def _does(phrase: str) -> str:
    """A verb phrase in the third person."""
    head, _, rest = phrase.partition(" ")
    if head.lower() in ("role", "rock", "scuba"):
        return f"{head} {conjugated(rest)}"
    return conjugated(phrase)


# -- told in passing -------------------------------------------------------------------------------

_BEGIN = r"(?:^|[,;:.!-] *|\b(?:and|but|because|so|since|as|though|while|then) )"
_IS = (
    r"(?: is| are|'s)(?: (?:really|just|kind of|kinda|definitely|also|always|probably|still|now|"
    r"actually|totally))*"
)
_LIKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BEGIN}(?P<x>[\w' -]{{3,60}}?){_IS} (?:something|what|one thing|one of the things|the "
        r"(?:only |one )?thing|all)(?: that)? (?:I|we) (?:(?:really|also|just|always|have|"
        r"absolutely|truly) )*(?:love|like|enjoy|enjoyed|loved|live for)\b",
        r"\bmy (?:(?:biggest|main|real|true|only|first|all[- ]?time|other|one|new|current|big) )*"
        r"(?:passion|interest|vice|thing|jam|obsession|escape|therapy|stress relie(?:f|ver)|"
        r"guilty pleasure|addiction|joy)s?(?: is| are| include| includes| has always been)(?: "
        r"(?:really|actually|definitely|probably|also|mostly|just|always))* (?P<x>.+)$",
        rf"{_BEGIN}(?P<x>[\w' -]{{3,50}}?){_IS} (?:a |an |my |one of my |another )(?:(?:big|huge|"
        r"real|true|biggest|main|great) )*(?:passion|interest|vice|obsession|love)s? of mine\b",
        r"\b(?:I would|I'd|id) (?:much |always |really )?rather be (?P<x>[a-z]+ing\b.*)$",
        r"\bnothing (?:is )?(?:better|quite like|like|beats|more relaxing)(?: than)? (?P<x>.+)$",
        rf"{_BEGIN}(?P<x>[\w' -]{{3,40}}?) (?:rocks|rules|(?:is|are) (?:the best|awesome|amazing|"
        r"sweet too|so much fun|so relaxing|so therapeutic))(?=\s*(?:$|[,.!;]|too\b|and\b))",
    )
)  # fmt: skip
_HOBBY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bwhen(?:ever)? (?:I am|I'm|im|we are|we're) not (?:(?:busy|out|doing|at home|just) )*"
        r"(?P<x>[a-z]+.*)$",
        rf"{_BEGIN}(?P<x>[\w' -]{{3,50}}?){_IS} (?:a|an|my|one of my|another|another one of my|"
        r"another one o my) (?:(?:big|huge|real|biggest|main|favorite|only|new|other) )*"
        r"(?:hobby|hobbies|pastimes?)\b",
        rf"{_BEGIN}(?:I )?(?:do |like |enjoy |love |have )?(?P<x>[\w'-]+(?: [\w'-]+){{0,3}}?) as "
        r"(?:a|my) (?:\w+ )?(?:hobby|pastime)\b",
        rf"{_BEGIN}(?P<x>[\w' -]{{3,50}}?) (?:takes?|fills?) up (?:most|all|a lot|much) of my "
        r"(?:free |spare )?time\b",
        r"\b(?:more|some|free|spare|plenty of|lots of|enough) time (?:for|to spend on) (?P<x>.+)$",
        r"\bI (?:usually |always |often |normally |am )?(?:stay up(?: late)?|keep busy|stay busy|"
        r"keep myself busy)(?: by| with)? (?P<x>[a-z]+ing .*)$",
        r"\bI am (?:always|constantly|usually|often|mostly) (?P<x>[a-z]+ing\b.*)$",
        r"\bI (?:train|practice|compete) (?:a lot |hard |competitively )?(?:for|in) (?P<x>.+)$",
        r"\b(?:usually|always|often) (?:too |so )?busy (?:with )?(?P<x>[a-z]+.*)$",
    )
)  # fmt: skip
_VETO = re.compile(
    r"\b(?:if|wish|hope|would (?!rather)|could|should|never|not (?!doing|busy|out|at|[a-z]+ing)|no "
    r"(?:more )?time|n't|dont|cant|used to|quit|stopped|gave up|your|you are|you're|he|she|his|her|"
    r"their|they|someone|people|kids should|maybe|wonder|imagine|pretend|lost|miss)\b",
    re.IGNORECASE,
)
_NO_THING = words_of(
    "it that this they these those he she what which who there here everything something anything "
    "nothing life one you mine all some family music food work school home money your his her"
)


def note_pastimes(clause: Clause, talk: Talk, before: int) -> None:
    """Claim the pastimes that a sentence tells in passing and that it has not claimed."""
    text, language = clause.text, talk.grammar.language
    if _VETO.search(text) is not None:
        return
    lexicon = load_pastimes(language)
    for attribute, patterns in (("likes", _LIKED), ("hobby", _HOBBY)):
        for pattern in patterns:
            match = pattern.search(text)
            for pastime in _listed(match["x"], lexicon) if match is not None else ():
                _note(pastime, attribute, clause, talk, before)
    match = _NAMED_ONE.search(text)
    if match is not None and match["x"].split()[0].lower() not in _NO_THING:
        named = Pastime(name=match["x"], phrase=match["x"])
        _note(named, "hobby", clause, talk, before)
    for pattern in _habitual(language):
        match = pattern.search(text)
        if match is not None and _PAST.search(text) is None:
            for told in _chain(match, language):
                _note(told.pastime, "hobby", clause, talk, before, _does(_worded(told)))
    _played(clause, talk, before)
    _fragments(clause, talk, before)


_NAMED_ONE = re.compile(
    rf"{_BEGIN}(?P<x>[a-z][\w'-]+(?: [\w'-]+)?){_IS} (?:a|one of my|another) (?:\w+ )?hobb(?:y|ies)"
    r"(?: of mine)?(?=\s*(?:$|[,.;!]| (?:and|but|so)\b))",
    re.IGNORECASE,
)
_PLAYS = re.compile(rf"(?:^|[,;] ?|\b(?:and|but) ){_WE} {_ADVERBS}play (?P<x>.+)$", re.IGNORECASE)


def _played(clause: Clause, talk: Talk, before: int) -> None:
    """All of what somebody plays: "pool, card games and darts"."""
    match = _PLAYS.search(clause.text)
    if match is None or clause.times:
        return
    lexicon = load_pastimes(talk.grammar.language)
    for pastime in _listed(match["x"], lexicon):
        if has_object(pastime.name, lexicon.objects["play"]):
            _note(pastime, "hobby", clause, talk, before, f"plays {pastime.name}")


_ONLY = re.compile(
    r"\b(?:mostly|mainly|usually|just|also|like|lots of|a lot of|mostly just|i guess|so far|etc)\b",
    re.IGNORECASE,
)
_HOBBIES = re.compile(r"\b(?:hobb(?:y|ies)|pastimes?|interests|for fun|free time)\b", re.IGNORECASE)
_OFTEN_SAID = re.compile(r"\b(?:mostly|mainly|usually)\b", re.IGNORECASE)


def _fragments(clause: Clause, talk: Talk, before: int) -> None:
    """Nothing but pastimes: "Reading and cooking." after "I have few hobbies."."""
    if clause.times or len(clause.text) > 80:
        return
    lexicon = load_pastimes(talk.grammar.language)
    text = " ".join(_ONLY.sub(" ", clause.text).split()).strip(" ,.")
    parts = [p.strip() for p in re.split(r",\s*(?:and )?|\band\b|&", text) if p.strip()]
    found = [pastime_in(part, lexicon) for part in parts]
    told = [
        one for one, part in zip(found, parts, strict=True)
        if one is not None and len(one.name.split()) >= len(part.split())
    ]  # fmt: skip
    if not told or len(told) < len(parts):
        return
    asked = _HOBBIES.search(talk.message[: talk.message.find(clause.raw)]) is not None
    if asked or _OFTEN_SAID.search(clause.text) is not None or len(told) > 2:
        for one in told:
            _note(one, "hobby", clause, talk, before)


_PAST = re.compile(
    r"\b(?:was|were|did|had|went|got|came|saw|\w{3,}ed|last|yesterday|ago|once)\b", re.IGNORECASE
)


@cache
def _habitual(language: str) -> tuple[re.Pattern[str], ...]:
    verbs = load_pastimes(language).habit.pattern
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\b(?:when(?:ever)?|while) (?:I|we) (?P<a>{_ADVERBS}){verbs}",
            r"\b(?:in|on|during|for) (?:my|our) (?:spare|free|down|off|leisure) time,? *(?:I|we) "
            rf"(?P<a>{_ADVERBS}){verbs}",
            rf"\ball (?:I|we) (?:ever |really |want to |wanna )?do(?: all day)? is (?P<a>){verbs}",
        )
    )


def _listed(text: str, lexicon: Lexicon) -> Iterator[Pastime]:
    """The pastimes of an enumeration: "crafts and drawing"."""
    text = re.split(r"[.;!?(]", text)[0]
    for number, part in enumerate(re.split(r",\s*(?:and |or )?|\band (?:also )?|\bor\b|&", text)):
        words = part.split()
        if not words:
            continue
        if number and len(words) > 4:
            return
        found = pastime_in(part.strip(), lexicon)
        if found is None or words[0].lower() in _NO_THING:
            return
        yield found


def _note(
    pastime: Pastime, attribute: str, clause: Clause, talk: Talk, before: int, does: str = ""
) -> None:
    if is_told(pastime, talk, before):
        return
    me = talk.me
    shown = third_pronouns(pastime.name)
    text = f"{me.label} likes {shown}" if attribute == "likes" else ""
    text = text or (f"{me.label} {does}" if does else f"{me.possessive} hobby is {shown}")
    talk.claim(clause, me, attribute, pastime.name, text, confidence=CONFIDENCE)


_LIGHT = words_of("do play go take have attend teach make watch read write")


def is_told(pastime: Pastime, talk: Talk, before: int) -> bool:
    """Whether a sentence has claimed something of a pastime."""
    words = pastime.phrase.lower().split()
    word = words[1] if words[0] in _LIGHT and len(words) > 1 else words[0]
    stem = word[:4]
    return any(
        stem in f"{old.attribute} {old.value} {old.text}".lower() for old in talk.said[before:]
    )
