"""From a clause as said to a statement that reads alone: in the third person, with dates."""

from __future__ import annotations

import re

from everwhen.language.timex import Role, TimeExpression
from everwhen.model.period import Precision
from everwhen.model.records import SELF_MARK
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.verbs import third_person

_MARK = re.compile(rf"{TIME_MARK}(\d)")
_FIRST = re.compile(r"\b(?:my|our|me|us|I|we|myself|ourselves|mine|ours)\b", re.IGNORECASE)
_AGREEING = {"am": "is", "are": "is", "have": "has", "do": "does", "were": "was"}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LATER = {
    "my": "their", "our": "their", "me": "them", "us": "them", "i": "they", "we": "they",
    "myself": "themselves", "ourselves": "themselves", "mine": "theirs", "ours": "theirs",
}  # fmt: skip
_VERB_AFTER = re.compile(r"\b(they) (am|are|have|do|was)\b", re.IGNORECASE)
_FILLER = re.compile(
    r"\s*,?\s*\b(?:by the way|btw|lol|haha+|tbh|ffs|omg|i think|i guess|you know|though|tho|"
    r"to be honest|honestly|thankfully|unfortunately|sadly|luckily|apparently|please|pls|"
    r"of course)\b\s*,?\s*",
    re.IGNORECASE,
)
_SPACED = re.compile(r"\s+([,.;:!?)])")
_CLOCK = re.compile(r"^(?:at |by |@ ?)?\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?$", re.IGNORECASE)
_LONG = 180


def dated(time: TimeExpression, talk: Talk) -> str:
    """A time expression as typed, followed by its date if it does not say it itself."""
    words = time.text.strip()
    if (
        time.role in (Role.DURATION, Role.RECURRING, Role.BETWEEN)
        or _YEAR.search(words)
        or _CLOCK.match(words)
        or time.precision is Precision.SEASON
        or words.lower() in ("now", "today", "right now", "currently", "at the moment")
        or (time.interval_start is None and time.interval_end is None)
        or not re.search(r"[a-z]", words, re.IGNORECASE)
    ):
        return words
    return f"{words} ({periods.written(time, talk.at)})"


def restored(clause: Clause, talk: Talk, text: str = "") -> str:
    """A clause's words with its times put back, those that stood before its subject at the end."""
    text = text or clause.text
    used: set[int] = set()

    def swap(match: re.Match[str]) -> str:
        number = int(match[1])
        used.add(number)
        return f" {dated(clause.times[number], talk)} " if number < len(clause.times) else ""

    text = _MARK.sub(swap, text)
    for number, time in enumerate(clause.times):
        if number not in used and time.text.lower() not in ("now", "today") and text:
            text = f"{text} {dated(time, talk)}"
    return tidy(text)


def tidy(text: str) -> str:
    """Without fillers and stray punctuation, and not too long."""
    text = _FILLER.sub(" ", f" {text} ")
    text = _SPACED.sub(r"\1", " ".join(text.split())).strip(" ,.;:-–—!\u2063")
    if len(text) > _LONG:
        text = text[:_LONG].rsplit(" ", 1)[0]
    return text


def third(text: str, me: str, *, begun: bool = False) -> str:
    """First person words as the third: the first "my" as the speaker's name, later ones "their".

    `begun` tells that the speaker was named already.
    """
    state = [begun]

    def swap(match: re.Match[str]) -> str:
        word = match[0].lower()
        if match[0] in ("US", "i.e"):
            return match[0]
        if state[0]:
            return _LATER[word]
        if word in ("my", "our", "mine", "ours"):
            state[0] = True
            return f"{me}'s"
        if word in ("i", "we", "me", "us"):
            state[0] = True
            return me
        return _LATER[word]

    words = _FIRST.sub(swap, text)
    words = re.sub(rf"{re.escape(me)} (am|are|have|do|were)\b", lambda m: _self_verb(m, me), words)
    return words.replace("they am", "they are").replace("they was", "they were")


def _self_verb(match: re.Match[str], me: str) -> str:
    return f"{me} {_AGREEING[match[1].lower()]}"


def agreeing(words: str, table_tag: str = "") -> str:
    """A predicate after "I" as after a name: "do my banking" → "does my banking".

    Adverbs before the verb stay; `table_tag` is the form of the main verb, if it is known.
    """
    head, _, rest = words.partition(" ")
    low = head.lower()
    if low in _AGREEING:
        return f"{_AGREEING[low]} {rest}".strip()
    if table_tag == "base":
        return f"{third_person(low)} {rest}".strip()
    if table_tag == "ing":
        return f"is {low} {rest}".strip()
    return words


__all__ = ["SELF_MARK", "agreeing", "dated", "restored", "third", "tidy"]
