"""Wishes told as a list or in a few words: "prefs: aisle seat, no early flights", "always oat"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from everwhen.language.sentences import Sentence
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.hooks import preference_domain
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

_HEADS = (
    r"prefs?|preferences?|rules|requests?|wish(?:es)?|needs|requirements|profile|remember|trips?|"
    r"bookings?|travels?|flights?|hotels?|meals?|defaults?|guidelines|style|replies|answers|"
    r"settings|usuals?|standards?|basics|wants|wishlist"
)
_HEADER = re.compile(
    rf"^(?P<head>(?!(?:what|how|which|where|why|when|write|draft|translate|list)\b)[^:?]{{0,60}}?"
    rf"\b(?:{_HEADS})\b[^:?]{{0,25}}):\s+(?P<items>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MORE = re.compile(
    r"^(?:(?:oh|and|also|ok|ah|wait|right)[\s,]+)*(?:one|two|three|a few|a couple|some|couple)"
    r"(?: more| other| last)(?: things?| ones?| rules?| prefs?| wishes)?[,:]\s*(?P<items>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"\s*(?:[,;]|\s[-–—]\s|\s\+\s|\band\b(?=\s+(?:no|always|never|only)\b))\s*")
_ANSWERING = re.compile(
    r"\b(?:units?|emojis?|emoticons|spelling|answers?|repl(?:y|ies)|responses?|prices?|times?|dates?|"
    r"format|tone|bullet points?|bullets|markdown|jargon|language|english|german|french|spanish|"
    r"currency|metric|imperial|celsius|fahrenheit|24h|24-hour|exclamation marks|sources|links|"
    r"disclaimers|apologies|small talk|sentences|paragraphs|tables|lists)\b",
    re.IGNORECASE,
)
_EDGES = re.compile(
    r"^(?:(?:oh|and|also|plus|ok|so|btw|ps|then|please|pls|again)[\s,]+)*|"
    r"[\s,]*\b(?:please|pls|plz|thanks|thx|ty|if possible|ok|btw|lol|haha|obviously|of course)\b"
    r"[\s,]*$",
    re.IGNORECASE,
)
_CUED = re.compile(
    r"^(?P<a>always|only|never|no(?=\s+[a-z])|strictly)\s+(?P<v>.+)$|"
    r"^(?P<w>.+?),?\s+(?P<b>always|only|every time|each time|any day|ever|at all times|by default|"
    r"in general)$",
    re.IGNORECASE,
)
_FINITE = words_of(
    "i we he she they it you that this there is are was were am be been has have had do does did "
    "will would can could should may might must got get gets went go goes came come what how why "
    "who when where which if because so but my our his her your their tonight today tomorrow "
    "yesterday idea clue way problem worries thanks thank offence offense wonder doubt reason need "
    "pleasure fun treat joy welcome happy good great nice true right fine hungry tired late busy "
    "one nobody nothing more longer rush pressure chance luck joke matter time kidding"
)
_ASKING = words_of(
    "give show tell send write make find suggest recommend explain help list draft keep use call "
    "answer reply speak talk book order remind need want looking some"
)
_NO_TEA = re.compile(r"^no (?!longer\b|more\b)(?P<v>.+)$", re.IGNORECASE)


def listed(sentence: Sentence) -> list[Sentence]:
    """The items of a sentence that lists wishes; none where it is no such list."""
    if sentence.asks or not has_any(sentence.text, (":", ",")):
        return []
    match = _HEADER.match(sentence.text) or _MORE.match(sentence.text)
    if match is None:
        return []
    return list(_items(sentence, match.start("items")))


def _items(sentence: Sentence, at: int) -> Iterator[Sentence]:
    text = sentence.text
    cuts = [(m.start(), m.end()) for m in _ITEM.finditer(text, at)]
    for end, following in (*cuts, (len(text), len(text))):
        item = text[at:end]
        if item.strip(" .("):
            start = sentence.start + at
            yield Sentence(start, start + len(item), item, False, "")
        at = following


def wish(item: Sentence, talk: Talk) -> bool:
    """Claim an item of a list that nothing else has understood."""
    clause = Clause(text=item.text, raw=item.text, start=item.start, end=item.end)
    words = bare(item.text)
    return _nominal(words) and _claim(words, clause, talk)


_EVER_AFTER = words_of("as than like hardly if for best worst first better worse most least time")


def short_wish(clause: Clause, talk: Talk) -> bool:
    """Claim "window desk always", "no feather pillows please": a wish in a few words."""
    raw = clause.raw
    if not has_any(raw.lower(), ("always", "only", "never", "no ", "ever", " time", "any day")):
        return False
    words = bare(raw)
    match = _CUED.match(words) or _CUED.match(bare(raw.partition(",")[0]))
    if match is None:
        return False
    cue, what = (match["a"] or match["b"]).lower(), match["v"] or match["w"]
    if not _nominal(what) or what.split()[0].lower() in _ASKING:
        return False
    if cue == "ever" and what.split()[-1].lower() in _EVER_AFTER:
        return False
    asked = re.search(r"\b(?:please|pls|plz|ever|always)\b", raw, re.IGNORECASE) is not None
    if (
        cue in ("no", "never", "only")
        and not asked
        and clause.joint == ""
        and (_ANSWERING.search(what) is None)
    ):
        return False
    return _claim(f"no {what}" if cue in ("no", "never") else what, clause, talk)


def bare(text: str) -> str:
    """A wish without what is polite about it."""
    text = re.sub(r"\s*\([^)]*\)?", "", text).strip(" .!,;:-")
    for _ in range(3):
        text = _EDGES.sub("", text).strip(" .!,;:-")
    return text


def _nominal(text: str) -> bool:
    """Whether a few words name something, rather than say something of it."""
    words = [w.strip(",.!'").lower() for w in text.split()]
    plain = words[1:] if words and words[0] in ("no", "my") else words
    return 1 <= len(plain) <= 7 and _FINITE.isdisjoint(
        [w for w in plain if w not in ("my", "a", "if")]
    ) and any(len(w) > 2 for w in plain)  # fmt: skip


def _claim(words: str, clause: Clause, talk: Talk) -> bool:
    me = talk.me
    words = re.sub(r"^(?:always|only)\s+|\s+(?:always|only)$", "", words, flags=re.IGNORECASE)
    value = third_pronouns(words)
    none = _NO_TEA.match(words)
    before = len(talk.said)
    if _ANSWERING.search(words) is not None:
        talk.claim(clause, me, "instruction", value, f"{me.label} wants {value}", confidence=0.7)
    elif none is not None:
        text = f"{me.label} wants {value}"
        talk.claim(clause, me, "dislikes", third_pronouns(none["v"]), text, confidence=0.6)
    else:
        value = re.sub(r"^(?:an?|the)\s+", "", value)
        domain = preference_domain(re.split(r" (?:in|on|for|with) ", value)[0])
        talk.claim(clause, me, domain, value, f"{me.label} prefers {value}", confidence=0.6)
    return len(talk.said) > before
