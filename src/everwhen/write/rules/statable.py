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
    if "," not in text:
        return sentence
    match = _APPOSITION.search(text)
    if match is not None:
        one, two = match.start("one"), match.start("two")
        text = f"{text[:one]} {text[one + 1 : two]} {text[two + 1 :]}"
    head = before_question(text) if sentence.asks else text
    if head != text and not modality.is_question(head):
        return replace(sentence, text=head, asks=False, end=sentence.start + len(head))
    return replace(sentence, text=text)


def before_question(text: str) -> str:
    """What is stated before what is asked: "I'm on sertraline, does that go with grapefruit"."""
    match = _ASKS.match(text)
    return match["head"] if match is not None and len(match["head"].split()) >= 3 else text


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
