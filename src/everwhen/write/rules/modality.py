"""What asserts nothing: questions, hypotheses, wishes, requests, quotations, fiction, sarcasm."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

_ASKING = re.compile(
    r"^(?:(?:so|and|but|ok|okay|well|hey|hi|hello|oh|also|btw|um+|hm+|anyway|morning|"
    r"quick question|question)[\s,:!-]+)*"
    r"(?:what|whats|what's|where|wheres|where's|when|who|whos|who's|whose|whom|"
    r"why|how|hows|how's|which|"
    r"(?:(?:was|were|have|has|had)\s+(?:i|you|u|we|he|she|they|it|there|anyone|"
    r"anybody|someone|this|that)\b)|(?:do|does|did|are|is|will|would|could|can|"
    r"should|shall|may|might|am|aint|ain't|isn't|isnt|aren't|arent|don't|dont|"
    r"doesn't|didn't|wasn't|haven't|won't|wouldn't|shouldn't|can't|couldn't)\s+"
    r"(?:i|you|u|we|he|she|they|it|there|this|that|these|those|the|my|your|our|"
    r"any|anyone|anybody|someone|a|an|people|it's|his|her|their|[a-z]+ing)\b|"
    r"any (?:idea|ideas|tips|suggestions|recommendations|advice|chance|thoughts|"
    r"trick|plans?|luck)|got any|know any|mind if|wanna|want to (?:hear|know|see|"
    r"play))\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:(?:so|and|but|ok|okay|well|hey|hi|hello|oh|also|please|pls|plz|kindly|"
    r"now|just|then|thanks|cool|great|yes|no)[\s,:!]+)*"
    r"(?:(?:can|could|would|will) (?:you|u|ya)|tell|give|show|suggest|recommend|"
    r"explain|help|find|write|draft|compose|"
    r"generate|create|list|summari[sz]e|translate|describe|compare|calculate|imagine|"
    r"pretend|suppose|consider|"
    r"let's|lets|let us|entertain|sing|guess|google|search|look up|check|fix|rewrite|"
    r"proofread|convert|"
    r"plan (?:a|my|an|the|our)|book (?:a|me|us|the)|remind|order (?:me|a)|teach "
    r"me|walk me|talk to me|say|act|play the|"
    r"think of|come up|name (?:a|three|five|some|one)|add|put|send|email|schedule|"
    r"cancel (?:my|the) (?:appointment|meeting|reminder)|open|read|spell|define|"
    r"solve)\b",
    re.IGNORECASE,
)
_FICTION = re.compile(
    r"\b(?:pretend(?:ing)?|imagine|imagining|suppose|supposing|let'?s say|let "
    r"us say|hypothetically|theoretically|role-?\s?play\w*|"
    r"act as|acting as|in my dreams?|dreamt|dreamed|had a (?:weird |strange |crazy "
    r")?(?:dream|nightmare)|pov|point of view|(?:a|my|the|this) (?:\w+ )?(?:poem|"
    r"short story|screenplay|fanfic\w*|limerick|haiku)|"
    r"what if|if only|in (?:the|this|my|a) (?:story|novel|book|game|movie|film|"
    r"scenario|play|script|show|series|sims|campaign)|"
    r"(?:my|the|her|his|main) (?:character|protagonist|narrator|villain|hero|avatar)|"
    r"once upon a time|"
    r"as if|as though|for example|for instance|say i|lyrics?|in another life|in "
    r"a past life|in an alternate|in a parallel|"
    r"in an ideal world|in a perfect world|one day i|someday|some day|a line from|"
    r"as they say|the saying goes|horoscope|"
    r"alter ego|cosplay\w*|undercover|screenplay|test sentence|sample sentence|"
    r"allergic to (?:mornings?|mondays?|work|exercise|people|housework|chores|commitment|bullshit|"
    r"stupidity|stupid|effort|meetings|early|getting up|responsibility|spreadsheets|small talk|"
    r"cleaning|homework|nonsense|drama|waiting|maths?|my (?:job|boss|ex))|"
    r"lorem ipsum|would have|could have|should have(?! said| written)|might have)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:i|we|he|she|they) (?:(?:really|so|just|kinda|only|often|sometimes|always|"
    r"do|also|still) )*(?:wish|hope|wonder|dream|fantasi[sz]e|daydream|imagine|"
    r"doubt|bet)\b|"
    r"\b(?:wish(?! me\b)|hope|hoping|wishing|dreaming|wondering|fantasi[sz]ing|"
    r"considering|contemplating|debating|tempted|toying with)\b|"
    r"\bthinking (?:about|of)\b|\b(?:would|'d) (?:really |so )?(?:love|like|prefer|"
    r"hate|rather|kill)\b|\b(?:might|may|could) (?:be|have|move|get|go|become|"
    r"quit|leave|start|buy|switch)\b|"
    r"\b(?:not sure|unsure|(?:have|got) no idea|no idea (?:if|whether)|undecided|"
    r"haven'?t decided|maybe|perhaps|possibly|supposedly|allegedly|rumou?r|rumou?red|"
    r"they say|people say|everyone says|someone said)\b|"
    r"\balmost (?:bought|moved|quit|joined|married|got|became|adopted)\b|\b(?:tried|"
    r"trying|want(?:ed)?|need(?:ed)?|going) to (?:be|become) a\b|\bi (?:want|wanna|"
    r"need)\b",
    re.IGNORECASE,
)
_SARCASM = re.compile(
    r"^(?:oh,? (?:sure|yeah|great|wonderful|right|totally|of course)|yeah,? right|"
    r"sure,? (?:because|and)|right,? (?:because|and)|because (?:clearly|obviously)|"
    r"clearly,? )|"
    r"(?:\s|^)/s(?:\s|$)|\b(?:yeah right|as if|not!+$|said no one|said nobody|"
    r"\(sarcasm\)|sarcastically|just kidding|jk|kidding|joking|just joking|lol "
    r"jk|not really|in your dreams|if pigs)\b",
    re.IGNORECASE,
)
KIDDING = re.compile(
    (
        r"\b(?:just kidding|jk|(?:i'm|im|i am|only|just) (?:kidding|joking)|not really,? "
        r"(?:lol|haha)|/s|psych)(?:\b|$)"
    ),
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:he|she|they|who|people|someone|everyone|somebody|(?-i:[A-Z][a-z]+)|"
    r"(?:my|his|her|our|their|the) (?:\w+ ){1,3}?)\s*"
    r"(?:(?:always|once|often|just|also|never|even|used to|still|keeps?) )*(?:said|"
    r"says|say|saying|told (?:me|us|him|her|them|everyone)|tells (?:me|us|everyone)|"
    r"claims?|claimed|thinks?|thought|believes?|believed|assumes?|assumed|insists?|"
    r"insisted|swears?|swore|joked|jokes|wrote|asked|asks|wants?|wanted|hopes?|"
    r"wishes)\b"
    r"|\baccording to\b|\b(?:quote|quoting|the article|the book|the movie|the "
    r"show|the ad|the song|the post|the character)\b.*\bsa(?:ys|id)\b|\bit says\b",
    re.IGNORECASE,
)
_IF = re.compile(
    (
        r"^(?:and |but |so |or |even |only |ok |well |anyway )*(?:if|unless|in case|"
        r"suppose|whether|when i(?:'m| am)? (?:grow|get older|retire|win|become)|assuming|"
        r"provided)\b"
    ),
    re.IGNORECASE,
)
_IF_INSIDE = re.compile(
    (
        r"\b(?:if|unless|whether)\b(?! (?:i remember|you ask|you must|i recall|you're "
        r"wondering|you are wondering|you need|that helps|it matters))"
    ),
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"\n]{1,400})"|(?<![\w])\'([^\'\n]{12,300})\'(?!\w)')
_SAYS = re.compile(
    (
        r"(?:said|says|say|saying|wrote|writes|told|tells|asked|asks|quote|line|lyric|"
        r"lyrics|motto|slogan|joke|sign|reads|goes|shouted|whispered|sang|meme|tweet|"
        r"caption|phrase|sentence|headline)\b[^\"]{0,25}$"
    ),
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:i|i'm|im|my|me|we|our|you|he|she|is|are|was|live|lives)\b", re.IGNORECASE
)


_WISH_WORDS = words_of(
    "wish wishes hope hopes hoping wishing dream dreaming dreams wonder wondering "
    "fantasize fantasizing fantasise daydream imagine doubt bet considering "
    "contemplating debating tempted toying thinking would i'd we'd id might may "
    "could sure unsure idea undecided decided maybe "
    "perhaps possibly supposedly allegedly rumour rumor rumoured they people "
    "everyone someone almost tried trying want wanted "
    "need needed going wanna"
)
_REPORT_WORDS = words_of(
    "said says say saying told tells claim claims claimed think thinks thought "
    "believe believes believed assume assumes assumed insist insists "
    "insisted swear swears swore joked jokes wrote asked asks want wants wanted "
    "hope hopes hoped wish wishes according quote quoting"
)
_SARCASM_WORDS = words_of(
    "oh yeah sure right clearly because s not sarcasm sarcastically kidding jk "
    "joking dreams pigs nobody one"
)
_FICTION_WORDS = words_of(
    "allergic pretend pretending imagine imagining suppose supposing say let's lets hypothetically"
    " theoretically role play roleplay act acting dream dreams "
    "dreamt dreamed nightmare pov view poem story screenplay limerick haiku if "
    "story novel book game movie film scenario script show series sims "
    "campaign character protagonist narrator villain hero avatar once as example "
    "instance lyric lyrics life world someday day line saying horoscope "
    "ego cosplay undercover sentence lorem would could should might fanfic fanfiction"
)
_IF_WORDS = words_of("if unless whether in even suppose when assuming provided")


def suspicions(words: set[str]) -> tuple[Callable[[str], bool], ...]:
    """The tests that a clause of a sentence with these words has to stand."""
    tests: list[Callable[[str], bool]] = [is_question, is_request]
    if not _IF_WORDS.isdisjoint(words):
        tests.append(is_conditional)
    if not _SARCASM_WORDS.isdisjoint(words):
        tests.append(is_sarcastic)
    if not _WISH_WORDS.isdisjoint(words):
        tests.append(is_wish)
    if not _REPORT_WORDS.isdisjoint(words):
        tests.append(is_reported)
    return tuple(tests)


def may_be_fiction(words: set[str]) -> bool:
    """Whether a sentence with these words has to be tested for fiction at all."""
    return not _FICTION_WORDS.isdisjoint(words)


def blank_quotes(text: str) -> str:
    """The text with quotations of speech blanked out, of the same length.

    Short quoted names and titles stay, without their marks.
    """
    if '"' not in text and "'" not in text:
        return text

    def swap(match: re.Match[str]) -> str:
        inner = match[1] if match[1] is not None else match[2]
        words = inner.split()
        speech = len(words) > 6 or (len(words) > 1 and _PERSON.search(inner) is not None)
        if speech or (len(words) > 2 and _SAYS.search(text[: match.start()][-60:])):
            return "\u2063" * len(match[0])
        return " " + inner + " " if match[1] is not None else match[0]

    return _QUOTED.sub(swap, text)


def is_question(text: str) -> bool:
    """Whether a clause asks, with or without a question mark."""
    return _ASKING.match(text) is not None


def is_request(text: str) -> bool:
    """Whether a clause asks for something to be done."""
    return _REQUEST.match(text) is not None


@lru_cache(maxsize=1 << 8)
def is_fiction(text: str) -> bool:
    """Whether a sentence tells of something imagined."""
    return _FICTION.search(text) is not None


def is_conditional(text: str) -> bool:
    """Whether a clause sets a condition."""
    return _IF.match(text) is not None


def has_condition(text: str) -> bool:
    """Whether a condition stands somewhere in a sentence."""
    return (
        has_any(text.lower(), ("if", "unless", "whether")) and _IF_INSIDE.search(text) is not None
    )


def is_wish(text: str) -> bool:
    """Whether a clause tells a wish, a doubt or a rumour rather than what is."""
    return _WISH.search(text) is not None


def is_sarcastic(text: str) -> bool:
    """Whether a clause is marked as meant otherwise."""
    return _SARCASM.search(text) is not None


def is_reported(text: str) -> bool:
    """Whether a clause gives somebody else's words or thoughts."""
    return _REPORTED.search(text) is not None
