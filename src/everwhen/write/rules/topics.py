"""What a statement is about: its noun phrase as a slot's name, its complement as a value."""

from __future__ import annotations

import re

from everwhen.language.keys import value_key
from everwhen.write.rules.clauses import ends_in_place
from everwhen.write.rules.cues import Cues
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.words import words as words_of

_CAPITAL = re.compile(r"(?<![\w'])[A-ZÀ-Þ](?:[\w&+#.'-]*\w|\+\+|#)?(?![\w'])")
_NO_NAMES = words_of(
    "i i'm ok okay tv pc dvd cd usa us uk eu lol omg god monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november "
    "december the a an my our it this that he she they we you and but so christmas easter english"
)
_DETERMINERS = words_of("my our the a an this that their his her its some any new current own "
                        "old actual latest present first main")  # fmt: skip
_FINITE = words_of("is are was were has have had will does do did can cannot")
_BETWEEN = words_of("now also currently still usually always mostly mainly just only then "
                    "normally generally finally already both all")  # fmt: skip
_SPEAKING = words_of("i we you he she they i'd i'm it")
_BEFORE_NOUN = words_of(
    "my our the a an of for in on at to with from by and or her his their this that w/ about"
)
_OF = re.compile(
    r"^(?P<head>[\w' -]+?) (?:of|for|at|in|on|with|behind) (?:(?:my|our|the|this|a) )?"
    r"(?P<whole>[\w'&. -]+)$",
    re.IGNORECASE,
)
_IS_AFTER = re.compile(
    r"^(?:\d|[$€£]|the\b|a\b|an\b|my\b|our\b|in\b|on\b|at\b|from\b|with\b|for\b|to\b|now\b|not\b|"
    r"also\b|always\b|still\b|called\b|named\b|gone\b|dead\b|back\b|been\b|going\b|up\b|down\b|"
    r"\ue001|\w+ing\b|\w+ed\b|allergic\b|due\b|over\b|his\b|her\b|only\b|just\b|about\b|around\b|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|every\b)",
    re.IGNORECASE,
)
_GENITIVE = re.compile(r"^(?P<np>[\w' -]{1,40}?\w)'s\s+(?P<rest>.+)$")


def has_name(text: str) -> bool:
    """Whether a proper name stands in the text."""
    return any(m[0].lower() not in _NO_NAMES for m in _CAPITAL.finditer(text))


def uncontracted(text: str, talk: Talk, cues: Cues) -> str:
    """ "Basile's in 3rd grade" as "Basile is in 3rd grade"; a genitive stays as it is."""
    match = _GENITIVE.match(text)
    if match is None or ends_in_place(match["np"]):
        return text
    rest = match["rest"]
    word = rest.split()[0].lower().strip(",.")
    if _IS_AFTER.match(rest) is not None or word in cues["adjective_state"]:
        return f"{match['np']} is {rest}"
    return text


def split_nominal(text: str, cues: Cues) -> tuple[str, str] | None:
    """A noun phrase and what is said of it; None where no verb can be told."""
    words = text.split()
    for place, word in enumerate(words[:11]):
        low = word.lower().strip(",")
        if place == 0:
            if low in _FINITE or low in cues["pronoun"] or low in cues["modal"]:
                return None
            continue
        if low in _SPEAKING:
            return None
        before = words[place - 1].lower().strip(",")
        if before in _BEFORE_NOUN:
            continue
        if word.startswith(TIME_MARK):
            continue
        if low in _FINITE or low in ("=", ":"):
            pass
        else:
            entry = cues.table.get(low)
            if entry is None or entry[1] not in ("s", "past") or place + 1 >= len(words):
                continue
            if before in _DETERMINERS or before.endswith("'s"):
                continue
        rest = " ".join(words[place:])
        if low in ("=", ":"):
            rest = f"is {' '.join(words[place + 1 :])}"
        while place > 1 and words[place - 1].lower().strip(",") in _BETWEEN:
            place -= 1
        return " ".join(words[:place]).strip(" ,"), rest
    return None


def noun_key(phrase: str) -> str:
    """A noun phrase as a slot's name: "the frontend of our ticket shop" is "ticket shop "
    "frontend"."""
    phrase = re.sub(rf"\s*{TIME_MARK}\d\s*", " ", phrase)
    phrase = re.sub(r"\s*,.*$", "", phrase).strip()
    match = _OF.match(phrase)
    if match is not None:
        phrase = f"{match['whole']} {match['head']}"
    words = [w for w in value_key(phrase).split() if w not in _DETERMINERS]
    return " ".join(words[:6])


_STOP = re.compile(
    rf"\s*(?:[;!?…]|,(?!\d)|{TIME_MARK}|\s[-–—]\s|\b(?:because|which|who|so that|but|although|"
    rf"while|"
    r"since|until|if|when|where|as of|from now|starting|effective)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_LEAD = re.compile(
    r"^(?:(?:now|also|still|currently|actually|always|only|just|been|officially|already)\s+)*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,]*\b(?:now|again|instead|these days|at the moment|right now|too|as well|lol|haha|btw|"
    r"by the way|anymore|any more|though|today|for now)\s*$",
    re.IGNORECASE,
)


def value_of(words: list[str]) -> str:
    """The complement of a verb as a value, without what is added to it."""
    text = _LEAD.sub("", " ".join(words))
    short = _STOP.sub("", text) or text
    for _ in range(2):
        short = _TAIL.sub("", short)
    return short.strip(" ,.;:!-")[:90]
