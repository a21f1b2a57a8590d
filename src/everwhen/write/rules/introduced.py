"""Who one is by name: "Hi, I'm Mara, a nurse from Rome", "Tom here", "this is Jonas writing"."""

from __future__ import annotations

import re

from everwhen.language.proper import load_proper
from everwhen.write.rules.shorthand_lists import about
from everwhen.write.rules.talk import Talk

_HELLO = (
    r"(?P<hello>(?:(?:hi|hello|hey|heya|hiya|howdy|greetings|morning|evening|"
    r"good (?:morning|afternoon|evening|day))"
    r"(?: there| all| everyone| everybody| folks| again)?[\s,.!:–—-]+)+)?"
)
_WORD = r"[A-ZÀ-Þ][a-zß-ÿ'’-]+"
_NAME = rf"(?P<n>(?-i:{_WORD}(?: (?:van|von|de|da|del|di|la|le|bin|al))*(?: {_WORD})?))"
_ENDS = (
    r"(?=$|\s*[,.!;(]| ?[–—-] | (?:and|but|so|from|here|btw|by the way|again|nice|thanks|thank|how|"
    r"what|aka|i|i'm|my|who)\b)"
)
_AM = r"(?:so |and )?(?:I'm|I’m|I am|Im|am)"
_I_AM = re.compile(rf"^{_HELLO}{_AM} {_NAME}{_ENDS}", re.IGNORECASE)
_I_AM_BY_NAME = re.compile(
    rf"^{_HELLO}{_AM} (?P<n>(?-i:{_WORD}))(?= (?!fans?\b|lovers?\b|of\b|in\b|the\b))", re.IGNORECASE
)
_MY_NAME = re.compile(rf"^{_HELLO}{_NAME} is my name\b(?! for\b)", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:.{0,60}\bto meet (?:you|u|ya)(?: (?:too|as well))?|well|yes|yeah|oh|ok|okay|ah|sure|"
    r"thanks|thank you)[\s,.!]+(?=(?:I'm|I’m|I am|Im|this is|it is|my name) )",
    re.IGNORECASE,
)
_THIS_IS = re.compile(
    rf"^{_HELLO}(?:this is|it's|it’s|it is) {_NAME}"
    rf"(?P<writes> (?:writing|speaking|again|here))?{_ENDS}",
    re.IGNORECASE,
)
_HERE = re.compile(
    rf"^{_HELLO}{_NAME} here(?P<writes> again)?(?=$|[,.!;]| ?[–—-] | from\b)", re.IGNORECASE
)
_OTHERS = ("nationality", "diet", "language", "profession", "function", "tech", "pet", "no_name")
_SENTENCE = re.compile(
    r"^(?:and |but |so )?(?=(?:I|I'm|I’m|I've|I’ve|we|we're|we've|my|our)\b)", re.IGNORECASE
)
_LED = re.compile(r"^[\s,.!;–—-]*(?:(?:here|again|btw|by the way|writing)\b[\s,.!;–—-]*)?")
_ITEM = re.compile(
    r"\s*(?:[,;(|]|\s[–—-]\s|"
    r"\band\b(?= (?:an?|from|living|based|working|mother|father|mum|mom|dad)\b))"
    r"\s*(?:and )?|\s+(?=from [A-ZÀ-Þ])"
)


def introduced(text: str, talk: Talk) -> list[str]:
    """An introduction by name as plain sentences about oneself: the name and what follows it."""
    text = _POLITE.sub("", text, count=1)
    found = _I_AM.match(text) or _MY_NAME.match(text)
    if found is None:
        found = _I_AM_BY_NAME.match(text)
        if found is not None:
            return _by_name(found["n"], text[found.end() :].strip(" ,.!"), talk)
        found = _THIS_IS.match(text) or _HERE.match(text)
        if found is None or not (found["hello"] or found["writes"]):
            return []
    name = found["n"].strip()
    if not _is_name(name, talk):
        return []
    rest = _LED.sub("", text[found.end() :], count=1).strip(" .!)")
    told = [f"My name is {name}"]
    if _SENTENCE.match(rest) is not None:
        return [*told, _SENTENCE.sub("", rest, count=1)]
    items = [item.strip(" .!)") for item in _ITEM.split(rest)]
    return told + [sentence for item in items if item and (sentence := _item(item, talk))]


def _by_name(name: str, rest: str, talk: Talk) -> list[str]:
    """What is told with a given name that nothing parts from the rest: "I'm Albert no worries"."""
    first = rest.partition(" ")[0].lower()
    plain = first in talk.grammar.lists["function"] or first in talk.grammar.table
    if name.lower() not in load_proper().given or not plain:
        return []
    return [f"My name is {name}", rest]


def _item(item: str, talk: Talk) -> str:
    item = item.removeprefix("aka ")
    plain = about(item, False, talk)
    return plain or (f"I am {item}" if re.match(r"an? \w", item) else "")


def _is_name(name: str, talk: Talk) -> bool:
    """Whether none of its words is known as what somebody can be."""
    low = name.lower()
    words = {low, *low.split(), *low.split("-")}
    lists = talk.grammar.lists
    return (
        all(words.isdisjoint(lists[kind]) for kind in _OTHERS)
        and words.isdisjoint(talk.grammar.table)
        and words.isdisjoint(talk.grammar.relations)
    )
