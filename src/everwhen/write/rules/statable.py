"""What of a sentence states something, before its clauses are read."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.language.sentences import Sentence
from everwhen.write.rules import modality
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.words import words as words_of

_ASKS = re.compile(
    r"^(?P<head>[^?]{10,}?),\s+(?:does|do|did|is|are|can|could|should|what|whats|how|hows|why|"
    r"where|"
    r"when|who|which|will|would|any|right|normal|ok|okay|yes|no|got|know|someone|somebody)\b[^?]*$",
    re.IGNORECASE,
)
_INVERTED = r"(?:do|are|did|have|can|would|were|will|is|was|does) (?:you|u|your|ur)\b"
_TURNED = re.compile(
    rf"^(?P<head>.{{5,}}?)[\s,]+(?:(?:and|but|so) )?(?:"
    rf"(?:what|where|how|when|who|why|which)(?: [a-z']+){{0,3}}? {_INVERTED}.*"
    r"|(?:what|how|whats|hows|what's|how's) (?:about|bout|abt|are|is)?\s?(?:you|u|yours?|yourself)"
    rf"|{_INVERTED}.*"
    r"|(?:wbu|hbu|wby)\b.*"
    r"|(?:what|how) about (?:you|u|yours?|yourself)\b.*)$",
    re.IGNORECASE,
)
_AND_YOU = re.compile(
    r"^(?P<head>.{5,}?)(?:,|[\s,]+and)?\s+(?P<you>you|u|yours|yourself)$", re.IGNORECASE
)
_LEADS_ON = words_of(
    "what where how when who why which as so nor neither than and or but if that whether because "
    "know wonder tell ask see about of like not sure if guess think hope love miss to for with "
    "thank hate want need help with at from by do are did have can would were will is was does "
    "meet hear tell give show need call hug bless say beat trust believe told gave asked between "
    "before after without around behind near text email see saw met heard adore"
)
_HEAD_WORDS = words_of("i i'm im i've ive my we we're our mine me am")


_APPOSITION = re.compile(
    r"\b(?:my|our) (?:[\w-]+ ){0,2}[\w-]+(?P<one>,) (?-i:[A-ZÀ-Þ])[\w-]+(?P<two>,) "
    r"(?=(?:is|was|has|works?|lives?|plays?|teaches|loves|hates|likes|can|does|will)\b)",
    re.IGNORECASE,
)


def prepared(sentence: Sentence) -> Sentence:
    """A sentence without the commas of "My mother, Halina, is" and without a question tagged on.

    All that is left stands where it stood.
    """
    text = sentence.text
    if "," in text:
        match = _APPOSITION.search(text)
        if match is not None:
            one, two = match.start("one"), match.start("two")
            text = f"{text[:one]} {text[one + 1 : two]} {text[two + 1 :]}"
    elif not sentence.asks and not _TURNS.isdisjoint(text[-24:].lower().split()):
        return _cut(sentence, text, before_turn(text))
    head = text
    if sentence.asks:
        head = before_turn(text)
        if head == text and "," in text:
            head = before_question(text)
    return _cut(sentence, text, head)


_TURNS = words_of("you u your yours yourself wbu hbu")


def _cut(sentence: Sentence, text: str, head: str) -> Sentence:
    if head != text and not modality.is_question(head):
        return replace(sentence, text=head, asks=False, end=sentence.start + len(head))
    return sentence if text is sentence.text else replace(sentence, text=text)


def before_question(text: str) -> str:
    """What is stated before what is asked: "I'm on sertraline, does that go with grapefruit"."""
    match = _ASKS.match(text)
    return match["head"] if match is not None and len(match["head"].split()) >= 3 else text


def before_turn(text: str) -> str:
    """What is stated before the other one is asked: "I love swimming do you", "I'm 46 and you"."""
    match = _TURNED.match(text) or _AND_YOU.match(text)
    if match is None:
        return text
    head = match["head"].rstrip(" ,")
    words = head.lower().split()
    if len(words) < 2 or words[-1] in _LEADS_ON or _HEAD_WORDS.isdisjoint(words):
        return text
    return head


_SIGN = re.compile(r"\d|(?<=[a-z,:] )[A-ZÀ-Þ][a-z]|\bw/", re.ASCII)
_OPENS = words_of("on with at in i we my our")


def may_state(text: str, lowered: str) -> bool:
    """Whether a sentence without any word that a frame asks for may tell something."""
    first, _, rest = lowered.partition(" ")
    if rest.count(" ") < 1:
        return False
    if first in _OPENS or first.endswith("'s") or first in load_cues("en").table:
        return True
    return _SIGN.search(text) is not None or lowered.endswith(" here")


_TELLING = re.compile(
    r"^(?:(?:so|and|but|oh|btw|hey),? )*(?:(?:did|do) )?(?:(?:you|u|ya|y'?all) know|(?:did|have) "
    r"(?:i|we) (?:ever )?(?:tell|told|mention(?:ed)?|say|said)(?: to)?(?: you)?|guess what|know "
    r"what)(?: that)?[:,]? (?=(?:i|i'm|im|i've|ive|we|we're|my|our)\b)",
    re.IGNORECASE,
)


def asked_to_tell(sentence: Sentence) -> Sentence:
    """ "Did I tell you I sold popcorn at the Rex?" as the statement that it makes."""
    match = _TELLING.match(sentence.text)
    if match is None:
        return sentence
    text = sentence.text[match.end() :]
    return replace(sentence, text=text, asks=False, start=sentence.start + match.end())
